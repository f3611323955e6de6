"""The formats of a check's report: valid documents, whatever names and paths hold."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from shapecalc.checking import check
from shapecalc.display import inert, visible
from shapecalc.problems import Problem
from shapecalc.render import reports
from shapecalc.render.sarif import uri
from shapecalc.report import CheckedFile, Report
from shapecalc.text import Source

FORMATS = ("full", "concise", "json", "github", "gitlab", "sarif", "junit")

SARIF = json.loads(
    (Path(__file__).parent / "schemas" / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8")
)

HOSTILE = (
    "\x1b[31mred",
    "\u202egnp.exe",
    "zero\u200bwidth",
    "new\nline",
    "::error::x",
    "##[error]x",
    "%0A::error::x",
    "a,b:c",
    "<script>&amp;\"'",
    "]]>",
    "\ud800",
    "\x00\x08\x9b",
    "日本語",
)


def report(name: str = "conv", path: str = "nets/a.yaml") -> Report:
    """A report of one wrong spec, with names and a path as given, and one right one."""
    text = (
        "input: 8x8x3\nlayers:\n"
        f"  - {{name: {json.dumps(name)}, type: Conv2d, out_channels: 4, kernel_size: 9}}\n"
        "  - {name: one, type: Conv2d, out_channels: 4, kernel_size: 1, padding: 1, from: input}\n"
    )
    problems = check(Source(path, text)).problems
    # a name that no YAML can hold is put where a message would have it
    if not any(problem.code == "SC202" for problem in problems):
        source = Source(path, "input: 8x8x3\n")
        problems = [Problem("SC202", f"{name}: too large", source, 7, f"not {name}")]
    return Report([CheckedFile(path, problems), CheckedFile("nets/right.yaml", [])])


EMPTY = Report([CheckedFile("nets/right.yaml", [])])

REPORTS = [EMPTY, report(), *(report(name, f"nets/{name}.yaml") for name in HOSTILE)]


def written(found: Report, format_: str) -> str:
    return "\n".join(reports.lines(found, format_))


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("found", REPORTS)
def test_nothing_hides_and_nothing_commands(found: Report, format_: str) -> None:
    for line in written(found, format_).split("\n"):
        assert line.isprintable()
        assert "##[" not in line
        if format_ != "github":
            assert not line.lstrip().startswith("::")


@pytest.mark.parametrize("found", REPORTS)
def test_json(found: Report) -> None:
    content = json.loads(written(found, "json"))
    assert content["files"] == [file.path for file in found.files]
    assert content["errors"] == found.count("error")
    assert [problem["code"] for problem in content["problems"]] == [
        problem.code for problem in found.problems
    ]
    assert [problem["path"] for problem in content["problems"]] == [
        problem.path for problem in found.problems
    ]


@pytest.mark.parametrize("found", REPORTS)
def test_sarif_is_valid(found: Report) -> None:
    log = json.loads(written(found, "sarif"))
    jsonschema.Draft4Validator(SARIF).validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result, problem in zip(run["results"], found.problems, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == problem.code
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region == {"startLine": problem.line, "startColumn": problem.column}
        assert result["level"] == problem.severity


def test_sarif_names_files_by_uris() -> None:
    assert uri("nets/a b#1%.yaml") == "nets/a%20b%231%25.yaml"
    assert uri("/top/ü.yaml") == "file:///top/%C3%BC.yaml"


@pytest.mark.parametrize("found", REPORTS)
def test_junit_is_well_formed_and_has_the_documented_shape(found: Report) -> None:
    # what Jenkins' junit-10.xsd asks of these elements
    root = ElementTree.fromstring(written(found, "junit"))
    assert (root.tag, len(root)) == ("testsuites", 1)
    suite = root[0]
    assert {"name", "tests", "failures", "errors"} <= set(suite.attrib)
    assert int(suite.attrib["tests"]) == len(suite) == len(found.files)
    failures = 0
    for case, file in zip(suite, found.files, strict=True):
        assert (case.tag, case.attrib["classname"]) == ("testcase", "shapecalc")
        assert set(case.attrib) <= {"name", "time", "classname", "group"}
        assert {child.tag for child in case} <= {"failure", "system-out"}
        failures += any(child.tag == "failure" for child in case)
        failed = any(problem.severity == "error" for problem in file.problems)
        assert any(child.tag == "failure" for child in case) == failed
    assert int(suite.attrib["failures"]) == failures


@pytest.mark.parametrize("found", REPORTS)
def test_gitlab_has_the_documented_fields(found: Report) -> None:
    entries = json.loads(written(found, "gitlab"))
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)
    for entry, problem in zip(entries, found.problems, strict=True):
        assert set(entry) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert entry["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert entry["location"] == {"path": problem.path, "lines": {"begin": problem.line}}
        assert re.fullmatch(r"[0-9a-f]{64}", entry["fingerprint"])


def test_gitlabs_fingerprints_stay_when_lines_move() -> None:
    def prints(prefix: str) -> list[str]:
        layer = "  - {name: c, type: Conv2d, out_channels: 4, kernel_size: 9, from: input}\n"
        text = prefix + "input: 8x8x3\nlayers:\n" + layer + layer.replace("c,", "d,")
        found = Report([CheckedFile("a.yaml", check(Source("a.yaml", text)).problems)])
        return [entry["fingerprint"] for entry in json.loads(written(found, "gitlab"))]

    assert len(prints("")) == 2
    assert prints("") == prints("# a comment\n\n")


def unescaped(line: str) -> dict[str, Any]:
    """A command as GitHub's runner reads it (actions/runner, ActionCommand.cs)."""
    found = re.fullmatch(r"::(error|warning) ([^:]*)::(.*)", line)
    assert found is not None, line
    properties: dict[str, str] = {}
    for pair in found[2].split(","):
        name, _, value = pair.partition("=")
        for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ",")):
            value = value.replace(code, char)
        properties[name] = value.replace("%25", "%")
    data = found[3].replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
    return {"level": found[1], "message": data, **properties}


@pytest.mark.parametrize("found", REPORTS)
def test_github_reads_each_problem_as_one_command(found: Report) -> None:
    def shown(text: str) -> str:
        return inert(visible(text))

    lines = [line for line in written(found, "github").split("\n") if line]
    for line, problem in zip(lines, found.problems, strict=True):
        command = unescaped(line)
        assert command["level"] == problem.severity
        assert command["file"] == shown(problem.path)
        assert (command["line"], command["col"]) == (str(problem.line), str(problem.column))
        assert command["message"].split("\n")[0] == shown(problem.message)


def test_concise_is_a_line_a_problem() -> None:
    assert written(report(), "concise").split("\n")[0] == (
        "nets/a.yaml:3:64: error[SC202] conv: kernel_size 9 is larger than the padded input: "
        "0 + 8 + 0 = 8"
    )
