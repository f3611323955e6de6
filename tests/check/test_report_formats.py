"""The formats of a check's report: valid documents, whatever names and paths hold."""

from __future__ import annotations

import json
import os
import re
import xml.etree.ElementTree as ElementTree
from typing import TYPE_CHECKING
from unicodedata import category
from urllib.parse import unquote_to_bytes

import jsonschema
import pytest
from folders import TESTS
from hypothesis import given, settings
from hypothesis import strategies as st
from lines import texts

import shapecalc
from shapecalc.check.check import check
from shapecalc.check.codes import CODES
from shapecalc.check.formats import FORMATS
from shapecalc.check.formats.sarif import SCHEMA, uri
from shapecalc.check.report import CheckedFile, Report
from shapecalc.problems.problem import Problem
from shapecalc.text.display import inert, visible
from shapecalc.text.source import Source

if TYPE_CHECKING:
    import xmlschema

SCHEMAS = TESTS / "schemas"

HOSTILE = (
    "\x1b[31mred",
    "\x1b]8;;http://x\x07link",
    "\u202egnp.exe",
    "zero\u200bwidth\ufeff",
    "new\nline\r\n\x85\u2028end",
    "::error::x",
    "x\n::error file=a::x",
    "##[error]x",
    "###[error]x",
    "####[error]x]",
    "##vso[task.complete]x",
    "%0A::error::x%25%0D",
    "a,b:c=d,line=7",
    "<script>&amp;\"'",
    "]]>",
    "<!--",
    "[x](http://y)",
    r"[x\](1)",
    "{0} {name} }{",
    "\ud800\udfff",
    "\udcff",
    "\x00\x08\x9b\x7f",
    "\ufffe\uffff",
    r"\n \u202e",
    "日本語 🧑‍🚀",
)


def problem(text: str, path: str, severity: str = "error") -> Problem:
    """A problem with a text wherever there can be one."""
    source = Source(path, f"input: 8x8x3 # {text}\nlayers: [{text}]\n")
    other = Source(f"imported/{text}.yaml", f"{text}: x\n")
    related: tuple[tuple[str, Source, int] | tuple[str, None, None], ...] = (
        (text, other, 0),
        (f"so {text}", None, None),
        (f"and {text}", source, 7),
    )
    return Problem("SC204", text, source, 7, f"not {text}", related, severity)


def hostile(text: str) -> Report:
    """A report of two specs with problems, of one spec with a layer of a name, and a right one."""
    layer = f"{{name: {json.dumps(text)}, type: Conv2d, out_channels: 4, kernel_size: 9}}"
    named = Source("nets/named.yaml", f"input: 8x8x3\nlayers: [{layer}]\n")
    paths = f"nets/{text}.yaml", f"{text}.yml"
    return Report(
        [
            CheckedFile(paths[0], [problem(text, paths[0]), problem("", paths[0], "warning")]),
            CheckedFile(paths[1], [problem(text, paths[1], "warning")]),
            CheckedFile("nets/named.yaml", check(named).problems),
            CheckedFile("nets/right.yaml", []),
        ]
    )


def example() -> Report:
    """A report of a spec with an error, of one with a warning, and of a right one."""
    conv = "  - {name: conv, type: Conv2d, out_channels: 4, kernel_size: 1"
    texts = {
        "./nets/a.yaml": f"{conv}}}\n  - {{name: pool, type: MaxPool2d, kernel_size: 16}}\n",
        "./nets/b.yaml": f"{conv}, padding: 1}}\n",
        "./nets/c.yaml": f"{conv}}}\n",
    }
    return Report(
        [
            CheckedFile(path, check(Source(path, f"input: 8x8x3\nlayers:\n{text}")).problems)
            for path, text in texts.items()
        ]
    )


def every_code() -> Report:
    source = Source("a.yaml", "input: 8x8x3\n")
    problems = [Problem(code, f"of {code}", source, 7) for code in CODES]
    return Report([CheckedFile("a.yaml", problems)])


EMPTY = Report([CheckedFile("nets/right.yaml", [])])
NO_FILE = Report([])

REPORTS = [EMPTY, NO_FILE, example(), every_code(), *map(hostile, HOSTILE)]
every_report = pytest.mark.parametrize("report", REPORTS)


def written(report: Report, format_: str) -> str:
    return "\n".join(lines(report, format_))


def lines(report: Report, format_: str) -> list[str]:
    return texts(FORMATS[format_].lines(report))


def well_formed(text: str) -> str:
    return "".join(f"\\u{ord(char):04x}" if category(char) == "Cs" else char for char in text)


def plain_name(path: str) -> str:
    return path.removeprefix("./")


# What GitHub's runner does with a line of output (actions/runner, ActionCommand.cs), written down
# anew: whichever name a command has, it is taken for one that the runner knows.


def split(text: str, separator: str) -> list[str]:
    """.NET's String.Split without empty entries."""
    return [part for part in text.split(separator) if part]


def unescape(text: str, escapes: dict[str, str]) -> str:
    for code, char in escapes.items():
        text = text.replace(code, char)
    return text


def command(line: str) -> tuple[str, dict[str, str], str] | None:
    """The name, the properties and the data of a workflow command."""
    line = line.lstrip()
    if not line.startswith("::") or "::" not in line[2:]:
        return None
    head, _, data = line[2:].partition("::")
    name, _, rest = head.partition(" ")
    data_escapes = {"%0D": "\r", "%0A": "\n", "%25": "%"}
    property_escapes = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}
    properties = {}
    for pair in split(rest.strip(), ","):
        key, _, value = pair.partition("=")
        if key and value:
            properties[key.lower()] = unescape(value.lstrip("="), property_escapes)
    return name, properties, unescape(data, data_escapes)


def is_older_command(line: str) -> bool:
    """Whether GitHub, Azure or TeamCity find `##[name]`, `##vso[...]` or `##teamcity[...]`."""
    return re.search(r"##(vso|teamcity)?\[", line) is not None


@pytest.mark.parametrize("format_", FORMATS)
@every_report
def test_nothing_hides_and_nothing_commands(report: Report, format_: str) -> None:
    for line in lines(report, format_):
        assert not {category(char) for char in line} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
        assert not is_older_command(line)
        assert format_ == "github" or command(line) is None


@settings(deadline=None)  # the first one imports the formats
@given(st.text() | st.text("#:[]%{}()\\\n"), st.text())
def test_no_text_breaks_a_format(text: str, path: str) -> None:
    report = Report([CheckedFile(path, [problem(text, path)])])
    for format_ in FORMATS:
        test_nothing_hides_and_nothing_commands(report, format_)
    test_json_says_everything(report)
    test_sarif_is_valid(report)
    test_gitlab_has_the_documented_fields(report)
    ElementTree.fromstring(written(report, "junit"))
    assert len(list(lines(report, "github"))) == 1


NOTHING_FOUND: dict[str, str] = {
    "full": "",
    "concise": "",
    "github": "",
    "gitlab": "[]",
    "json": json.dumps(
        {
            "shapecalc": shapecalc.__version__,
            "files": ["nets/right.yaml"],
            "errors": 0,
            "warnings": 0,
            "problems": [],
        }
    ),
    "sarif": json.dumps(
        {
            "$schema": SCHEMA,
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {
                        "driver": {
                            "name": "shapecalc",
                            "version": shapecalc.__version__,
                            "rules": [],
                        }
                    },
                    "columnKind": "unicodeCodePoints",
                    "results": [],
                }
            ],
        }
    ),
    "markdown": "### shapecalc: 1 spec checked, no problems found",
    "junit": (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<testsuites tests="1" failures="0" errors="0">\n'
        '  <testsuite name="shapecalc" tests="1" failures="0" errors="0" skipped="0" time="0">\n'
        '    <testcase classname="shapecalc" name="nets/right.yaml" time="0"/>\n'
        "  </testsuite>\n"
        "</testsuites>"
    ),
}


@pytest.mark.parametrize("format_", FORMATS)
def test_nothing_found_is_a_document(format_: str) -> None:
    text = written(EMPTY, format_)
    expected = NOTHING_FOUND[format_]
    if format_ in ("json", "gitlab", "sarif"):
        assert json.loads(text) == json.loads(expected)
    else:
        assert text == expected


def test_concise_is_a_line_a_problem() -> None:
    assert list(lines(example(), "concise")) == [
        "./nets/a.yaml:4:48: error[SC202] pool: kernel_size 16 is larger than the padded height of "
        "8x8x4: 8 + 0 + 0 = 8",
        "./nets/b.yaml:3:74: warning[SC405] conv: a kernel_size of 1 needs no padding: windows "
        "there cover nothing of the input",
    ]


def test_json_is_as_documented() -> None:
    assert json.loads(written(example(), "json")) == {
        "shapecalc": shapecalc.__version__,
        "files": ["./nets/a.yaml", "./nets/b.yaml", "./nets/c.yaml"],
        "errors": 1,
        "warnings": 1,
        "problems": [
            {
                "code": "SC202",
                "severity": "error",
                "message": "pool: kernel_size 16 is larger than the padded height of 8x8x4: "
                "8 + 0 + 0 = 8",
                "hint": "inputs of 16x16x3 and 17x17x3 fit; the least height that fits here is 16",
                "path": "./nets/a.yaml",
                "line": 4,
                "column": 48,
                "end_column": 50,
                "fix": None,
                "related": [
                    {
                        "message": "conv outputs 8x8x4",
                        "path": "./nets/a.yaml",
                        "line": 3,
                        "column": 12,
                        "end_column": 16,
                    }
                ],
            },
            {
                "code": "SC405",
                "severity": "warning",
                "message": "conv: a kernel_size of 1 needs no padding: windows there cover "
                "nothing of the input",
                "hint": "padding: 0",
                "path": "./nets/b.yaml",
                "line": 3,
                "column": 74,
                "end_column": 75,
                "fix": None,
                "related": [],
            },
        ],
    }


@every_report
def test_json_says_everything(report: Report) -> None:
    content = json.loads(written(report, "json"))
    assert content["files"] == [well_formed(file.path) for file in report.files]
    assert (content["errors"], content["warnings"]) == (
        report.count("error"),
        report.count("warning"),
    )
    for found, expected in zip(content["problems"], report.problems, strict=True):
        hint = expected.hint
        assert (found["message"], found["hint"], found["path"]) == (
            well_formed(expected.message),
            hint if hint is None else well_formed(hint),
            well_formed(expected.path),
        )
        assert [
            (each["message"], each.get("path"), each.get("line")) for each in found["related"]
        ] == [
            (
                well_formed(text),
                place and well_formed(place.source.path),
                place and place.line,
            )
            for text, place in expected.related
        ]


SARIF = jsonschema.Draft4Validator(
    json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
)

LINK = re.compile(r"\[(?:[^\[\]\\]|\\[\[\]\\])*\]\(")
"""The beginning of an embedded link of a plain message (SARIF 2.1.0, section 3.11.6)."""


def sarif_shown(message: dict[str, str]) -> str:
    """A plain message as a viewer shows it; it has no link and no placeholder."""
    text = message["text"]
    assert LINK.search(text) is None
    assert re.search("[{}]", re.sub(r"\{\{|\}\}", "", text)) is None
    return text.replace("{{", "{").replace("}}", "}")


def unlinked(text: str) -> str:
    return visible(text).replace("](", r"]\(")


@every_report
def test_sarif_is_valid(report: Report) -> None:
    log = json.loads(written(report, "sarif"))
    SARIF.validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted({each.code for each in report.problems})
    for result, expected in zip(run["results"], report.problems, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == expected.code
        assert result["level"] == expected.severity
        assert sarif_shown(result["message"]).startswith(unlinked(expected.message))
        region = result["locations"][0]["physicalLocation"]["region"]
        assert (region["startLine"], region["startColumn"]) == (expected.line, expected.column)
        assert region["endColumn"] >= region["startColumn"]
        related = [(text, place) for text, place in expected.related if place is not None]
        for location, (text, place) in zip(
            result.get("relatedLocations", []), related, strict=True
        ):
            assert sarif_shown(location["message"]) == unlinked(text)
            assert location["physicalLocation"]["region"]["startLine"] == place.line
    for location in re.findall(r'"uri": "([^"]*)"', written(report, "sarif")):
        assert re.fullmatch(r"(?:file://)?(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})*", location)


def test_sarif_has_the_titles_of_the_codes() -> None:
    (run,) = json.loads(written(every_code(), "sarif"))["runs"]
    for rule, code in zip(run["tool"]["driver"]["rules"], CODES.values(), strict=True):
        assert sarif_shown(rule["shortDescription"]) == code.title
        assert sarif_shown(rule["fullDescription"]) == sarif_shown(rule["help"]) == code.cause
        assert rule["help"].get("markdown", "").count("```") == (4 if code.example else 0)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("nets/a b#1%.yaml", "nets/a%20b%231%25.yaml"),
        ("./nets/a.yaml", "nets/a.yaml"),
        ("../a.yaml", "../a.yaml"),
        ("c:x.yaml", "c%3Ax.yaml"),
        ("/top/ü.yaml", "file:///top/%C3%BC.yaml"),
        ("<stdin>", "%3Cstdin%3E"),
        (os.fsdecode(b"\xff.yaml"), "%FF.yaml"),
        ("\ud800.yaml", "%5Cud800.yaml"),
    ],
)
def test_sarif_names_files_by_uris(path: str, expected: str) -> None:
    assert uri(path) == expected


@pytest.mark.parametrize("text", [text for text in HOSTILE if "\ud800" not in text])
def test_a_uri_leads_to_the_file(text: str) -> None:
    path = f"nets/{text}.yaml"
    assert unquote_to_bytes(uri(path)) == path.encode("utf-8", "surrogateescape")


@pytest.fixture(scope="session")
def junit_schema() -> xmlschema.XMLSchema:
    import xmlschema

    return xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd")


@every_report
def test_junit_is_valid(report: Report, junit_schema: xmlschema.XMLSchema) -> None:
    junit_schema.validate(written(report, "junit"))


@every_report
def test_junit_has_a_test_for_each_file(report: Report) -> None:
    root = ElementTree.fromstring(written(report, "junit"))
    (suite,) = root
    assert [case.attrib["name"] for case in suite] == [visible(each.path) for each in report.files]
    failures = 0
    for case, file in zip(suite, report.files, strict=True):
        for tag, severity in (("failure", "error"), ("system-out", "warning")):
            expected = [each for each in file.problems if each.severity == severity]
            found = case.findall(tag)
            assert len(found) == bool(expected)
            for each in expected:
                assert inert(f": {visible(each.message)}") in (found[0].text or "")
        failures += case.find("failure") is not None
    assert root.attrib["failures"] == suite.attrib["failures"] == str(failures)
    assert root.attrib["tests"] == suite.attrib["tests"] == str(len(report.files))


@every_report
def test_gitlab_has_the_documented_fields(report: Report) -> None:
    entries = json.loads(written(report, "gitlab"))
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)
    for entry, expected in zip(entries, report.problems, strict=True):
        assert re.fullmatch(r"[0-9a-f]{64}", entry.pop("fingerprint"))
        path = entry["location"].pop("path")
        assert not path.startswith("./")
        assert entry == {
            "description": visible(expected.message),
            "check_name": expected.code,
            "severity": {"error": "major", "warning": "minor"}[expected.severity],
            "location": {"lines": {"begin": expected.line}},
        }


@pytest.mark.parametrize("text", HOSTILE)
def test_gitlab_names_files_as_the_repository_does(text: str) -> None:
    report = Report([CheckedFile("", [problem("x", f"./nets/{text}.yaml")])])
    (entry,) = json.loads(written(report, "gitlab"))
    assert entry["location"]["path"] == f"nets/{well_formed(text)}.yaml"


def test_gitlabs_fingerprints_stay_when_lines_move() -> None:
    def prints(path: str, prefix: str) -> list[str]:
        layer = "  - {type: Conv2d, out_channels: 4, kernel_size: 9, from: input}\n"
        text = prefix + "input: 8x8x3\nlayers:\n" + layer + layer
        report = Report([CheckedFile(path, check(Source(path, text)).problems)])
        return [entry["fingerprint"] for entry in json.loads(written(report, "gitlab"))]

    before = prints("a.yaml", "")
    assert len(set(before)) == len(before) == 2
    assert prints("a.yaml", "# a comment\n\n") == before
    assert prints("./a.yaml", "") == before
    assert not set(prints("b.yaml", "")) & set(before)


def test_gitlab_tells_problems_that_are_alike_apart() -> None:
    source = Source("a.yaml", "input: 8x8x3\nlayers: []\n")
    report = Report(
        [CheckedFile("a.yaml", [Problem("SC204", "x", source, at) for at in (0, 7, 13)])]
    )
    entries = json.loads(written(report, "gitlab"))
    assert len({entry["fingerprint"] for entry in entries}) == 3


def test_github_has_a_command_for_each_problem() -> None:
    assert list(lines(example(), "github")) == [
        "::error file=nets/a.yaml,line=4,col=48,endColumn=50,"
        "title=shapecalc SC202%3A window larger than its input"
        "::pool: kernel_size 16 is larger than the padded height of 8x8x4: 8 + 0 + 0 = 8"
        "%0Anote: conv outputs 8x8x4 (nets/a.yaml:3:12)"
        "%0Ahelp: inputs of 16x16x3 and 17x17x3 fit; the least height that fits here is 16",
        "::warning file=nets/b.yaml,line=3,col=74,endColumn=75,"
        "title=shapecalc SC405%3A padded 1x1 kernel"
        "::conv: a kernel_size of 1 needs no padding: windows there cover nothing of the input"
        "%0Ahelp: padding: 0",
    ]


@every_report
def test_github_reads_each_problem_as_one_command(report: Report) -> None:
    def shown(text: str) -> str:
        return inert(visible(text))

    for line, expected in zip(lines(report, "github"), report.problems, strict=True):
        found = command(line)
        assert found is not None
        name, properties, data = found
        assert name == expected.severity
        assert properties["file"] == shown(plain_name(expected.path))
        assert (properties["line"], properties["col"]) == (
            str(expected.line),
            str(expected.column),
        )
        assert int(properties["endcolumn"]) >= expected.column
        title = CODES[expected.code].title
        assert properties["title"] == f"shapecalc {expected.code}: {title}"
        assert len(properties) == 5
        said, *notes = data.split("\n")
        assert said == shown(expected.message)
        assert len(notes) == len(expected.related) + (expected.hint is not None)


@pytest.mark.parametrize(
    ("line", "column", "end"),
    [
        ("input: 8x8x3", 1, 6),
        ("input: 8x8x3", 8, 13),
        ("name: 'a b' # 日本", 7, 12),
        ("日本: 語, x", 5, 6),
        ("input:", 7, 7),
    ],
)
def test_a_problem_ends_where_its_mark_does(line: str, column: int, end: int) -> None:
    source = Source("a.yaml", line + "\n")
    report = Report([CheckedFile("a.yaml", [Problem("SC204", "x", source, column - 1)])])
    region = json.loads(written(report, "sarif"))["runs"][0]["results"][0]["locations"][0][
        "physicalLocation"
    ]["region"]
    assert region == {"startLine": 1, "startColumn": column, "endColumn": end}


def test_markdown_tells_what_could_not_be_read() -> None:
    unread = [f"nets/<b>{each}.lock: a folder, not a file" for each in range(102)]
    found = list(lines(Report([CheckedFile("nets/right.yaml", [])], unread=unread), "markdown"))
    assert found[:3] == [
        "### shapecalc: 1 spec checked, 102 failed to be read or written",
        "",
        "- nets/\\<b>0.lock: a folder, not a file",
    ]
    assert found[-3:] == [
        "- nets/\\<b>99.lock: a folder, not a file",
        "",
        "And 2 more failed.",
    ]
