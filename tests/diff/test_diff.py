"""`shapecalc diff`: its sides, its formats, its exit status, and revisions of git."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from lines import texts, written
from markdown_it import MarkdownIt
from running import Run, run

import shapecalc
from shapecalc.diff import Room
from shapecalc.diff import json as diff_json
from shapecalc.diff import markdown as diff_markdown
from shapecalc.diff import table as diff_table
from shapecalc.diff.comparison import Comparison
from shapecalc.diff.rows import rows
from shapecalc.text.display import width

SMALL = """
name: Small
input: 8x8x3
arguments: {channels: 4}
variants:
  thin: {arguments: {channels: 2}}
  wide: {arguments: {channels: 16}, budget: {params: 400, macs: 20K}}
layers:
  - {name: conv, type: Conv2d, out_channels: channels, kernel_size: 3}
  - {name: relu, type: ReLU}
budget: {params: 200}
"""
PADDED = SMALL.replace("kernel_size: 3", "kernel_size: 3, padding: 1")
WRONG = "input: 8x8x3\nlayers: [{name: conv, type: Conv2d}]\n"


def diff(*arguments: str, folder: Path, stdin: str = "", **variables: str) -> Run:
    return run("diff", *arguments, folder=folder, given=stdin.encode(), variables=variables)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (
        ("old.yaml", SMALL),
        ("new.yaml", PADDED),
        ("wrong.yaml", WRONG),
        ("new@2.yaml", PADDED),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


TABLE = """\
old.yaml -> new.yaml
Params same, MACs +77.8%, within budget

                old    new  change
input         8x8x3  8x8x3
output        6x6x4  8x8x4
params          112    112    same
MACs          3,888  6,912  +3,024  +77.8%
output bytes  1,152  2,048    +896  +77.8%
peak bytes    1,344  2,048    +704  +52.4%

budget  at most
params      200  ok  88 left (44.0%)

Changes
~ conv  padding 0 -> 1, output 6x6x4 -> 8x8x4, MACs 3,888 -> 6,912

Downstream
> relu  input and output 6x6x4 -> 8x8x4

1 changed, 1 downstream, 0 unchanged.
MACs are multiply-accumulates of convolutions and matrix products, without bias, normalization, \
activation and pooling.
Bytes are those of one input at float32.
"""


def test_a_table(folder: Path) -> None:
    result = diff("old.yaml", "new.yaml", folder=folder)
    assert (result.status, result.out, result.err) == (0, TABLE, "")


def test_variants_and_markdown_that_begins_with_the_verdict(folder: Path) -> None:
    result = diff("old.yaml@thin", "old.yaml@wide", "--format", "markdown", folder=folder)
    assert result.status == 0
    lines = result.out.splitlines()
    assert lines[0] == "### Over budget: params by 12.0%"
    sides = [f"old.yaml@<!-- -->{variant}" for variant in ("thin", "wide")]
    assert lines[2] == f"From {sides[0]} to {sides[1]}: 1 changed, 1 downstream, 0 unchanged."
    assert lines[4:8] == [
        "| Budget | At most | New | Headroom |",
        "|---|--:|--:|---|",
        "| params | 400 | 448 | **over by 48 (12.0%)** |",
        "| MACs | 20,000 | 15,552 | 4,448 left (22.2%) |",
    ]
    assert "| changed | conv | out_channels 2 -> 16" in result.out


def test_json(folder: Path) -> None:
    result = diff("old.yaml", "new.yaml", "--format", "json", folder=folder)
    found = json.loads(result.out)
    assert found["old"] == {
        "spec": "old.yaml",
        "name": "Small",
        "variant": None,
        "input": [8, 8, 3],
        "output": [6, 6, 4],
    }
    assert found["differs"] is True
    assert found["totals"]["macs"] == {
        "old": 3888,
        "new": 6912,
        "change": 3024,
        "percent": "+77.8",
    }
    assert found["budgets"] == [
        {
            "figure": "params",
            "bound": 200,
            "old": 112,
            "new": 112,
            "holds": True,
            "headroom": 88,
            "percent": "44.0",
        }
    ]
    assert found["counts"] == {
        **dict.fromkeys(("added", "removed", "renamed", "unchanged"), 0),
        "changed": 1,
        "downstream": 1,
    }
    conv, relu = found["changes"]
    assert conv["fields"] == {
        "padding": {"old": [0, 0], "new": [1, 1]},
        "output": {"old": [[6, 6, 4]], "new": [[8, 8, 4]]},
        "macs": {"old": 3888, "new": 6912},
    }
    assert (relu["kind"], relu["growth"]) == ("downstream", {"params": 0, "macs": 0})


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["old.yaml", "old.yaml", "--exit-code"], 0, ""),
        (["old.yaml", "new.yaml", "--exit-code"], 1, ""),
        (["old.yaml", "new@2.yaml"], 0, ""),
        (["new@2.yaml@thin", "new.yaml@thin", "--exit-code"], 0, ""),
        (["-", "old.yaml", "--exit-code"], 0, ""),
        (["resnet@resnet18", "resnet18", "--exit-code"], 0, ""),
        (["old.yaml", "new.yaml", "--input", "9x9x3", "--set", "channels=5"], 0, ""),
        (["wrong.yaml", "old.yaml"], 1, "error[SC103]: conv: missing out_channels"),
        (["old.yaml", "wrong.yaml"], 1, "error[SC103]: conv: missing out_channels"),
        ([], 2, "error: diff needs two specs, OLD and NEW, not 0"),
        (["old.yaml"], 2, "error: diff needs two specs, OLD and NEW, not 1"),
        (["old.yaml@thick", "new.yaml"], 2, "error: old.yaml@thick: unknown variant 'thick'"),
        (["old.yaml", "none.yaml"], 2, "error: none.yaml: No such file"),
        (["resnet", "resnet18"], 2, "error: resnet: missing value for argument depths;"),
        (
            ["old.yaml", "new.yaml", "--set", "depth=5"],
            2,
            "error: old.yaml: --set: unknown argument",
        ),
        (["--git", "HEAD", "old.yaml"], 2, "error: --git: not a git repository"),
    ],
)
def test_exit_status(folder: Path, arguments: list[str], status: int, said: str) -> None:
    ceiling = os.path.dirname(os.path.realpath(folder))
    result = diff(*arguments, folder=folder, stdin=SMALL, GIT_CEILING_DIRECTORIES=ceiling)
    assert result.status == status, result.err
    assert result.err.startswith(said) if said else result.err == ""
    assert "Traceback" not in result.err


def test_what_is_wrong_with_both_comes_in_one_run(folder: Path) -> None:
    (folder / "wrong2.yaml").write_text(WRONG, encoding="utf-8")
    result = diff("wrong.yaml", "wrong2.yaml", folder=folder)
    assert result.status == 1
    assert result.err.endswith("2 errors in 2 files\n")


@pytest.mark.parametrize("option", [["--input", "9x9x3"], ["--set", "channels=9"]])
def test_budgets_do_not_speak_of_another_input_or_argument(folder: Path, option: list[str]) -> None:
    result = diff("old.yaml", "new.yaml", "--format", "json", *option, folder=folder)
    assert json.loads(result.out)["budgets"] == []


HOSTILE = [
    "[red]x[/]",
    "::error::x",
    "##[error]x",
    "| ` <script> *a* _b_ \\",
    "a\x1b[31mb\u202ec\u200bd",
    "@user #1 $x$ <details>",
    "- # 1. =",
    "日本語 é 😀",
]


def hostile() -> tuple[Comparison, tuple[str, str]]:
    def spec(kernel: int) -> str:
        items = (
            f"  - {{name: {json.dumps(name, ensure_ascii=False)}, type: Conv2d, out_channels: 3, "
            f"kernel_size: {kernel}, padding: {index % 2}}}\n"
            for index, name in enumerate(HOSTILE)
        )
        same = "  - {name: '</details> @user', type: ReLU}\n"
        return f"input: 32x32x3\nlayers:\n{same}{''.join(items)}"

    before, after = (shapecalc.loads(spec(kernel)).summary() for kernel in (1, 3))
    return Comparison(before, after), ("::error::old", "##[error]new")


@pytest.mark.parametrize("cells", [None, 80, 30, 5])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_hostile_names_in_a_table(cells: int | None, encoding: str) -> None:
    for line in texts(diff_table.lines(*hostile(), Room(cells, encoding))):
        line.encode(encoding)
        assert line.isprintable()
        assert not line.lstrip().startswith("::")
        assert "##[" not in line


def test_hostile_names_in_markdown() -> None:
    text = "\n".join(diff_markdown.lines(*hostile(), Room()))
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    assert "##[" not in text
    assert "<script" not in html
    assert "<em>" not in html
    assert html.count("<details>") == html.count("</details>") == 1
    assert "As they were: &lt;/details&gt; @<!-- -->user." in html
    assert html.count("<table>") == 2
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert all(line.isprintable() for line in rows)
    body = html[html.rindex("<tbody>") : html.rindex("</tbody>")]
    assert body.count("<td") == 5 * body.count("<tr>") == 5 * len(HOSTILE)


def test_hostile_names_in_json() -> None:
    text = "\n".join(diff_json.lines(*hostile(), Room()))
    assert "##[" not in text
    assert all(line.isprintable() for line in text.splitlines())
    found = json.loads(text)
    assert [change["new"]["path"] for change in found["changes"]] == HOSTILE
    assert found["new"]["spec"] == "##[error]new"


@pytest.mark.parametrize("cells", [20, 40, 60, 80, 120])
@pytest.mark.parametrize("names", [("inception3a-naive", "inception3a"), ("resnet18", "resnet50")])
def test_a_table_fits_a_terminal(names: tuple[str, str], cells: int) -> None:
    before, after = (shapecalc.load(name).summary() for name in names)
    for line in texts(diff_table.lines(Comparison(before, after), names, Room(cells))):
        assert width(line) <= max(cells, 34)  # a number is never parted
        assert line == line.rstrip()


def test_colour_is_all_that_colour_adds() -> None:
    before, after = (shapecalc.load(name).summary() for name in ("resnet18", "resnet50"))
    comparison = Comparison(before, after)
    lines = list(diff_table.lines(comparison, ("a", "b"), Room(80)))
    plain, coloured = written(lines), written(lines, color=True)
    assert "\x1b[32m+\x1b[0m layer1.2" in coloured
    for code in ("\x1b[32m", "\x1b[31m", "\x1b[33m", "\x1b[1m", "\x1b[0m"):
        coloured = coloured.replace(code, "")
    assert coloured == plain


def test_a_comment_is_no_longer_than_github_takes() -> None:
    names = (f"n{index}_{'*' * 150}" for index in range(3000))
    items = "".join(
        f"  - {{name: '{name}', type: LeakyReLU, negative_slope: 0.{place:04}}}\n"
        for place, name in enumerate(names)
    )
    spec = f"input: 8x8x3\nlayers:\n{items}"
    before = shapecalc.loads(spec).summary()
    after = shapecalc.loads(spec.replace(" 0.", " 1.")).summary()  # no two change in the same way
    text = "\n".join(diff_markdown.lines(Comparison(before, after), ("a", "b"), Room()))
    assert 10_000 < len(text) < 65_536


@pytest.mark.parametrize("count", [4, 25, 300])
def test_the_same_change_of_very_many_layers_is_a_row(count: int) -> None:
    def spec(bias: str, slope: str, last: str) -> str:
        names = [f"n{chr(97 + place % 26)}{chr(97 + place // 26)}" for place in range(count)]
        items = (
            f"  - {{name: c{name}, type: Conv2d, out_channels: {3 + place}, kernel_size: 1, "
            f"bias: {bias}}}\n  - {{name: {name}, type: LeakyReLU, negative_slope: {slope}}}\n"
            for place, name in enumerate(names)
        )
        return f"input: 8x8x3\nlayers:\n{''.join(items)}  - {{name: last, type: {last}}}\n"

    before = shapecalc.loads(spec("true", "0.1", "ReLU")).summary()
    after = shapecalc.loads(spec("false", "0.2", "GELU")).summary()
    found = rows(Comparison(before, after))
    if count == 4:
        assert len(found) == 9
        return
    convs, slopes, last = found
    assert (convs.label, slopes.label) == (
        f"cnaa and {count - 1} more",
        f"naa and {count - 1} more",
    )
    assert convs.phrases == [f"{count} x Conv2d: bias true -> false"]
    assert slopes.phrases == [f"{count} x LeakyReLU: negative_slope 0.1 -> 0.2"]
    assert last.phrases == ["ReLU -> GELU"]
    growth = -sum(range(3, 3 + count))
    assert convs.figures == {"params": f"{growth:+,}"}
    assert sum(row.params for row in found) == after.params - before.params == growth


def test_changes_in_markdown_are_sorted_causes_first_then_by_size() -> None:
    before, after = (
        shapecalc.load(name).summary() for name in ("inception3a-naive", "inception3a")
    )
    text = list(diff_markdown.lines(Comparison(before, after), ("a", "b"), Room()))
    kinds = [line.split("|")[1].strip() for line in text if line.startswith("| ")]
    kinds = [kind for kind in kinds if kind in ("added", "removed", "changed", "downstream")]
    assert kinds == sorted(kinds, key=lambda kind: kind == "downstream")
    at = [index for index, line in enumerate(text) if "branch3.conv" in line or "branch2" in line]
    assert "branch2.reduce | Conv2d 1x1, 28x28x192 -> 28x28x96 | +18,528" in text[at[0]]
    assert "branch3.conv | input 28x28x192 -> 28x28x16 | 153,632 -> 12,832" in text[at[2]]
    assert "branch2.conv | input 28x28x192 -> 28x28x96 | 221,312 -> 110,720" in text[at[3]]
