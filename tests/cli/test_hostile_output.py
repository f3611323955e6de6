"""Names, notes and paths that would act on whoever shows them: they come out as text that can be
seen, in every format, and wherever the output goes the exit status is the same.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from pathlib import Path
from unicodedata import category

import pytest
from markdown_it import MarkdownIt
from rich.cells import cell_len
from running import Run, in_terminal, run

from shapecalc.limits import MAXIMUM_NOTE
from shapecalc.render.exporters import EXPLANATION_FORMATS, EXPORTERS
from shapecalc.text.display import inert, visible

pytestmark = pytest.mark.slow  # hundreds of processes

HOSTILE = {
    "rich markup": "[red]x[/]",
    "a closing tag of rich": "[/x]",
    "an emoji by its name": ":smile:",
    "a colour": "\x1b[31mred\x1b[0m",
    "a link": "\x1b]8;;http://example.com\x1b\\link\x1b]8;;\x1b\\",
    "the title of a window": "\x1b]0;title\x07",
    "a clear screen": "\x1bc\x1b[2J",
    "controls of Latin-1": "\x9b31m\x85\x90",
    "backspaces": "pass\x08\x08\x08\x08fail\x7f",
    "a right-to-left override": "a\u202eb\u2066c\u2069",
    "characters of no width": "a\u200bb\u200dc\ufeffd\u2060e\u00ade",
    "tags and selectors": "a\U000e0041\ufe0f\u034f",
    "line ends": "a\nb\rc\u2028d\u2029e\x0bf\x0cg",
    "tabs": "a\tb",
    "wide characters": "日本語",
    "an accent of its own": "cafe\u0301",
    "an emoji": "🧪",
    "bars": "a|b||c\\|d",
    "backquotes": "a`b``c",
    "a script": "<script>alert(1)</script>",
    "an image": "![x](http://example.com/x.png)",
    "a link to a script": "[x](javascript:alert(1))",
    "emphasis": "**a** _b_ ~~c~~",
    "an entity": "&lt;&#60;",
    "a mention and a reference": "@user #1",
    "a backslash at the end": "a\\",
    "a sum": "=1+1",
    "a plus": "+1+1",
    "a minus": "-1+1",
    "an at sign": "@SUM(A1)",
    "a tab before a sum": "\t=1+1",
    "quotes": "a\"b'c,d;e",
    "a GitHub command": "::error::x",
    "a GitHub command behind a line end": "a\n::error file=x::y",
    "an old GitHub command": "##[error]x",
    "an Azure command": "##vso[task.setvariable]x",
    "percents": "%0A%25",
    "a closing section": "]]>",
    "TeX": "\\input{x} $y$ & # % _ ^ ~",
}


def written(name: str) -> str:
    """A text as YAML writes it in quotes, with escapes for all that is not to be seen."""
    plain = (char if char.isprintable() and char not in '"\\' else None for char in name)
    pairs = zip(plain, name, strict=True)
    return '"' + "".join(shown or f"\\U{ord(char):08x}" for shown, char in pairs) + '"'


def braced(text: str) -> str:
    """A text as a note has it, where braces name arguments."""
    return text.replace("{", "{{").replace("}", "}}")


def network(names: Iterable[str]) -> str:
    layers = "".join(
        f"  - {{name: {written(name)}, type: ReLU, note: {written(braced(name))}}}\n"
        for name in names
    )
    return f'name: "a\\e[31m|b"\ninput: 8x8x3\nlayers:\n{layers}'


def wrong(names: Iterable[str]) -> str:
    """A spec with a problem in each of its layers, and a warning in each of them."""
    layers = "".join(
        f"  - {{name: {written(name)}, type: Conv2d, out_channels: 0, kernel_size: 1}}\n"
        for name in names
    )
    return f"input: 8x8x3\nlayers:\n{layers}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("hostile")
    (found / "a.yaml").write_text(network(HOSTILE.values()), encoding="utf-8")
    (found / "wrong.yaml").write_text(wrong(HOSTILE.values()), encoding="utf-8")
    first, *others = HOSTILE.values()
    (found / "b.yaml").write_text(network([*others, first]), encoding="utf-8")
    return found


GITHUB = {"GITHUB_ACTIONS": "true"}


def assert_inert(text: str) -> None:
    """Nothing in a text acts on a terminal, or is not to be seen, or commands a CI runner."""
    odd = {char for char in text if category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"}}
    assert odd <= {"\n"}
    assert not re.search(r"##\w*\[", text)
    for line in text.splitlines():
        assert not line.lstrip().startswith("::")


EVERY_OUTPUT = [
    ["table", "a.yaml"],
    ["table", "a.yaml", "--lang", "zh", "--depth", "3"],
    *(["export", "a.yaml", "--to", name] for name in EXPORTERS),
    *(["explain", "a.yaml", "--to", name] for name in EXPLANATION_FORMATS),
    ["diff", "a.yaml", "b.yaml"],
    ["diff", "a.yaml", "b.yaml", "--format", "markdown"],
    ["diff", "a.yaml", "b.yaml", "--format", "json"],
    ["summary", "a.yaml", "b.yaml", "--columns", "spec,name,variant,params"],
    ["summary", "a.yaml", "b.yaml", "--to", "markdown"],
    ["summary", "a.yaml", "b.yaml", "--to", "csv"],
    ["summary", "a.yaml", "b.yaml", "--to", "json"],
    ["summary", "wrong.yaml"],
    ["table", "wrong.yaml"],
    ["check", "wrong.yaml", "--format", "full"],
    ["check", "wrong.yaml", "--format", "concise"],
    ["check", "wrong.yaml", "--format", "json"],
    ["check", "wrong.yaml", "--format", "gitlab"],
    ["check", "wrong.yaml", "--format", "sarif"],
    ["check", "wrong.yaml", "--format", "junit"],
]


@pytest.mark.parametrize("words", EVERY_OUTPUT, ids=" ".join)
def test_nothing_acts(words: list[str], folder: Path) -> None:
    done = run(*words, folder=folder)
    assert done.status == (1 if "wrong.yaml" in words else 0)
    assert_inert(done.out)
    assert_inert(done.err)


@pytest.mark.parametrize("words", [["table", "a.yaml"], ["diff", "a.yaml", "b.yaml"]], ids=" ".join)
def test_nothing_acts_in_a_terminal(words: list[str], folder: Path) -> None:
    done = in_terminal(*words, folder=folder, width=250)
    assert (done.status, done.err) == (0, "")
    colour = re.compile(r"\x1b\[[\d;]*m")
    assert colour.search(done.out)
    assert_inert(colour.sub("", done.out))


def test_names_are_shown_as_they_are_written_in_a_terminal(folder: Path) -> None:
    done = in_terminal("table", "a.yaml", folder=folder, width=250, color=False)
    assert_inert(done.out)
    for name in HOSTILE.values():
        shown = visible(name).strip()
        if not shown.startswith(("::", "##")):  # those have a part of them escaped besides
            assert f"{shown} " in done.out


def test_a_row_remains_a_row_in_a_pipe(folder: Path) -> None:
    lines = run("table", "a.yaml", folder=folder).out.splitlines()
    title, headings, *rows = lines[: 2 + len(HOSTILE)]
    assert title == "a\\x1b[31m|b: layers"
    assert lines[2 + len(HOSTILE)] == ""
    at = cell_len(headings[: headings.index("Type")])
    for name, row in zip(HOSTILE.values(), rows, strict=True):
        before, _, _ = row.partition("ReLU  ")
        assert cell_len(before) == at
        if not visible(name).startswith(("::", "##")):
            assert before.rstrip(" ") == visible(name)


def markdown_rows(text: str) -> list[list[str]]:
    """The cells of every row of every table, as a reader sees them."""
    found: list[list[str]] = []
    inside = False
    for token in MarkdownIt("gfm-like", {"linkify": False}).parse(text):
        if token.type in ("table_open", "table_close"):
            inside = token.type == "table_open"
        if token.type == "tr_open":
            found.append([])
        if token.type == "inline" and inside:
            children = token.children or []
            kinds = {child.type for child in children}
            assert kinds <= {"text", "text_special", "html_inline"}
            tags = {child.content for child in children if child.type == "html_inline"}
            assert tags <= {"<!-- -->", "<span>", "</span>", "<wbr>"}
            texts = (child.content for child in children if child.type != "html_inline")
            found[-1].append("".join(texts))
    return found


def test_a_row_remains_a_row_in_markdown(folder: Path) -> None:
    text = run("export", "a.yaml", "--to", "markdown", folder=folder).out
    rows = markdown_rows(text.partition("## Columns")[0])[1:]
    assert [row[0] for row in rows] == [visible(name) for name in HOSTILE.values()]
    assert [row[-1] for row in rows] == [visible(name) for name in HOSTILE.values()]
    assert len({len(row) for row in rows}) == 1


def test_no_cell_of_csv_is_a_formula(folder: Path) -> None:
    text = run("export", "a.yaml", "--to", "csv", "--columns", "name,params,note", folder=folder)
    rows = list(csv.reader(io.StringIO(text.out)))[1:]
    assert [len(row) for row in rows] == [3] * len(HOSTILE)
    for (name, params, note), written_name in zip(rows, HOSTILE.values(), strict=True):
        assert params == "0"
        for cell in (name, note):
            assert cell.lstrip()[:1] not in ("=", "+", "-", "@")
            if not visible(written_name).startswith(("::", "##", "=", "+", "-", "@")):
                assert cell == visible(written_name)


def test_json_has_the_names_themselves(folder: Path) -> None:
    document = json.loads(run("export", "a.yaml", "--to", "json", folder=folder).out)
    assert document["name"] == "a\x1b[31m|b"
    assert [layer["name"] for layer in document["layers"]] == list(HOSTILE.values())
    assert [layer["note"] for layer in document["layers"]] == list(HOSTILE.values())


def test_every_report_has_every_problem(folder: Path) -> None:
    def report(format_: str) -> str:
        return run("check", "wrong.yaml", "--format", format_, folder=folder).out

    count = len(HOSTILE)
    assert len(report("concise").splitlines()) == count
    assert report("full").count("\nerror[SC104]: ") == count - 1
    assert len(json.loads(report("json"))["problems"]) == count
    assert len(json.loads(report("gitlab"))) == count
    assert len(json.loads(report("sarif"))["runs"][0]["results"]) == count
    (failure,) = ElementTree.fromstring(report("junit")).iter("failure")
    assert (failure.text or "").count("error[SC104]") == count
    commands = report("github").splitlines()
    assert len(commands) == count
    for line, said in enumerate(commands, 3):
        assert said.startswith(f"::error file=wrong.yaml,line={line},")
        assert_inert(said.removeprefix("::error "))


@pytest.mark.parametrize("name", ["日本語", "cafe\u0301", "🧪", "a\\e[31mb", "한글"])
def test_a_caret_stands_under_what_is_wrong(name: str, tmp_path: Path) -> None:
    text = f'input: 8x8x3\nlayers:\n  - {{name: "{name}", type: Nope}}\n'
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    done = run("table", "a.yaml", folder=tmp_path)
    line, mark = (each for each in done.err.splitlines() if each[:3] in ("3 |", "  |") and each[3:])
    assert cell_len(line[: line.index("Nope")]) == mark.index("^")
    assert mark.strip(" |") == "^^^^"


def test_lines_of_a_terminal_take_its_width(folder: Path) -> None:
    for width in (60, 100):
        done = in_terminal("table", "a.yaml", folder=folder, width=width, color=False)
        assert max(map(cell_len, done.out.splitlines())) <= width


@pytest.mark.parametrize(
    "name",
    [
        "a%0A,b:c=d.yaml",
        *(
            pytest.param(name, marks=pytest.mark.slow)
            for name in ("a\n::error::x.yaml", "##[error]x.yaml", "\x1b[31m.yaml", "a,line=7.yaml")
        ),
    ],
)
def test_paths_under_a_ci_runner(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("input: 8x8x3\nlayers: [{type: Nope}]\n", encoding="utf-8")
    done = run("check", ".", folder=tmp_path, variables=GITHUB)
    assert done.status == 1
    assert_inert(done.err)
    (said,) = done.out.splitlines()
    properties = re.fullmatch(r"::error ([^:]*)::.*", said)
    assert properties is not None
    found = dict(each.split("=", 1) for each in properties[1].split(","))
    assert (found["line"], found["col"]) == ("2", "17")
    path = found["file"]
    for escape, char in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        path = path.replace(escape, char)
    assert path in (name, inert(visible(name)))
    for format_ in ("full", "concise", "json", "gitlab", "sarif", "junit"):
        done = run("check", ".", "--format", format_, folder=tmp_path, variables=GITHUB)
        assert done.status == 1
        assert_inert(done.out)
        assert_inert(done.err)


def test_a_path_that_is_no_text(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.yaml")
    try:
        (tmp_path / name).write_text("input: 8x8x3\nlayers: [{type: Nope}]\n", encoding="utf-8")
    except (OSError, UnicodeEncodeError):
        pytest.skip("the file system takes text alone")
    for format_ in ("full", "concise", "json", "github", "gitlab", "sarif", "junit"):
        done = run("check", ".", "--format", format_, folder=tmp_path)
        assert done.status == 1
        assert "caf" in done.out
        assert_inert(done.out if format_ != "github" else done.out.removeprefix("::error "))
    assert run("table", name, folder=tmp_path).status == 1


MISUSED = [
    ["table", "\x1b[31m::error::x"],
    ["table", "no/\x1b[31m\n::error::.yaml"],
    ["table", "a.yaml", "--columns", "\x1b[31m\n::error::x"],
    ["table", "a.yaml", "--detail", "##[error]\x1b[31m"],
    ["table", "a.yaml", "--variant", "##[error]\x1b[31m"],
    ["table", "a.yaml", "--input", "##[error]\x1b[31m"],
    ["table", "a.yaml", "--set", "\x1b[31m=\u202e"],
    ["table", "a.yaml", "--set", "##[error]"],
    ["table", "a.yaml", "--top", "\x1b[31m"],
    ["export", "a.yaml", "--to", "\x1b[31m"],
    ["check", "a.yaml", "--select", "\x1b[31m"],
    ["check", "a.yaml", "--format", "\x1b[31m"],
    ["diff", "a.yaml", "\x1b[31m"],
    ["layers", "\x1b[31m"],
    ["explain-code", "\x1b[31m"],
    ["docs", "\x1b[31m"],
    ["\x1b[31m"],
    ["--\x1b[31m"],
]


@pytest.mark.parametrize("words", MISUSED, ids=map(repr, MISUSED))
def test_misuse_is_one_line_that_does_nothing(words: list[str], folder: Path) -> None:
    done = run(*words, folder=folder)
    assert (done.status, done.out) == (2, "")
    assert_inert(done.err)
    assert done.err.startswith("error: ")
    assert done.err.count("\n") == 1


COMMANDS = [
    (0, ["--help"]),
    (0, ["table", "googlenet-stem", "--lang", "zh", "--details"]),
    (0, ["export", "a.yaml", "--to", "json"]),
    (0, ["export", "googlenet-stem", "--to", "markdown", "--lang", "zh"]),
    (0, ["diff", "resnet50", "resnet101"]),
    (0, ["summary", "resnet"]),
    (0, ["layers", "Inception"]),
    (0, ["explain-code", "SC204"]),
    (0, ["docs", "language"]),
    (1, ["table", "wrong.yaml"]),
    (1, ["check", "wrong.yaml", "--format", "full"]),
    (1, ["check", "wrong.yaml", "--format", "json"]),
]
MORE_COMMANDS = [
    (0, ["--version"]),
    (0, ["table", "googlenet-stem", "--columns", "help"]),
    (0, ["export", "resnet152", "--to", "json"]),
    (0, ["export", "googlenet-stem", "--to", "csv", "--lang", "zh"]),
    (0, ["diff", "resnet50", "resnet101", "--format", "markdown"]),
    (0, ["diff", "a.yaml", "b.yaml", "--format", "json"]),
    (0, ["layers"]),
    (0, ["specs"]),
    (0, ["schema"]),
    (0, ["explain-code"]),
    (0, ["docs"]),
    *(
        (1, ["check", "wrong.yaml", "--format", format_])
        for format_ in ("concise", "github", "gitlab", "sarif", "junit")
    ),
]
every_command = pytest.mark.parametrize(
    ("status", "words"),
    [
        pytest.param(status, words, id=" ".join(words), marks=pytest.mark.slow if more else ())
        for more, commands in enumerate((COMMANDS, MORE_COMMANDS))
        for status, words in commands
    ],
)


@every_command
def test_an_output_that_is_closed_changes_no_status(
    status: int, words: list[str], folder: Path
) -> None:
    assert run(*words, folder=folder, shell='exec "$@" >&-').status == status
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = run(*words, folder=folder, output=writing)
    finally:
        os.close(writing)
    assert done.status == status
    assert "Broken pipe" not in done.err


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
@every_command
def test_an_output_that_is_full_is_said(status: int, words: list[str], folder: Path) -> None:
    done = run(*words, folder=folder, shell='exec "$@" > /dev/full')
    if words == ["table", "wrong.yaml"]:  # it writes to standard error alone
        assert done.status == 1
        return
    assert done.status == 2
    assert "error: standard output: No space left on device\n" in done.err


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_messages_that_cannot_be_written_change_no_status(folder: Path) -> None:
    for redirection in ("2> /dev/full", "2>&-"):
        shell = f'exec "$@" {redirection}'
        assert run("table", "wrong.yaml", folder=folder, shell=shell).status == 1
        assert run("check", "a.yaml", folder=folder, shell=shell).status == 0
        assert run("table", "nothing-of-that-name", folder=folder, shell=shell).status == 2


ASCII = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}


@every_command
def test_a_locale_of_ascii(status: int, words: list[str], folder: Path) -> None:
    done = run(*words, folder=folder, variables=ASCII)
    assert done.status == status
    assert done.out.isascii()
    assert done.err.isascii()
    if "json" in words or "schema" in words:
        assert json.loads(done.out) == json.loads(run(*words, folder=folder).out)


def test_a_file_is_utf8_in_a_locale_of_ascii(tmp_path: Path) -> None:
    words = ["export", "googlenet-stem", "--to", "markdown", "--lang", "zh", "-o", "a.md"]
    assert run(*words, folder=tmp_path, variables=ASCII) == Run(0, "", "")
    assert "层名称" in (tmp_path / "a.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "width", [1, *(pytest.param(width, marks=pytest.mark.slow) for width in (0, 2, 20, 10_000))]
)
@pytest.mark.parametrize(
    "words",
    [
        ["table", "a.yaml"],
        ["table", "googlenet-stem", "--details", "--lang", "zh"],
        ["table", "googlenet-paper", "--depth", "9"],
        ["table", "vgg16", "--columns", "name,type,input,output,params,macs,activation_bytes"],
        ["table", "googlenet-stem", "--columns", "help"],
        ["diff", "resnet50", "resnet101"],
        ["layers"],
        ["layers", "Conv2d"],
        ["specs"],
        ["explain-code", "SC204"],
        ["docs", "language"],
        ["docs", "ci"],
        ["--help"],
        ["table", "--help"],
    ],
    ids=" ".join,
)
def test_terminals_of_odd_widths(words: list[str], width: int, folder: Path) -> None:
    done = in_terminal(*words, folder=folder, width=width)
    assert (done.status, done.err) == (0, "")
    assert done.out.count("\n") > 3


@pytest.mark.parametrize("columns", ["0", "-1", "x", "1", "99999999999"])
def test_columns_of_the_environment_that_are_none(columns: str, folder: Path) -> None:
    done = in_terminal(
        "table", "googlenet-stem", folder=folder, width=80, variables={"COLUMNS": columns}
    )
    assert (done.status, done.err) == (0, "")


@pytest.mark.parametrize(
    "piece",
    [
        "日，",
        *(
            pytest.param(piece, marks=pytest.mark.slow)
            for piece in ("_", "a_", "__ ", ":", ":a", "&#", "(", "1,", "*", "\\\\")
        ),
    ],
)
def test_long_notes_take_their_length_in_time(piece: str, tmp_path: Path) -> None:
    note = f"a{piece * ((MAXIMUM_NOTE - 10) // len(piece))}b *c* <d>"
    layer = f'  - {{type: ReLU, note: "{note}"}}\n'
    text = "input: 8x8x3\nlayers:\n" + 40 * layer
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    assert run("export", "a.yaml", "--to", "markdown", folder=tmp_path).status == 0
    assert run("table", "a.yaml", folder=tmp_path).status == 0
    assert in_terminal("table", "a.yaml", folder=tmp_path, width=60).status == 0
