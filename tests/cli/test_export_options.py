"""The options of `table`, as `export` and the places of pages take them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from running import run

import shapecalc
from shapecalc.cli.export import command as export
from shapecalc.cli.table import command as table
from shapecalc.render.drawing import MOST_EDGES
from shapecalc.render.mermaid import MOST_TEXT


def test_export_takes_what_table_takes() -> None:
    def options(command: object) -> set[str]:
        return {str(each.name) for each in command.params}  # type: ignore[attr-defined] # click's

    assert options(table) - options(export) == {"color"}


PLACES = [
    "--depth 2",
    "--detail layer2.1",
    "--details",
    "--top macs --rows 3",
    "--unfold",
    "--explain-columns --lang zh",
]


@pytest.mark.parametrize("words", PLACES)
def test_a_place_of_a_page_takes_them_too(words: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"<!-- shapecalc: resnet18 {words} -->\n<!-- /shapecalc -->\n", "utf-8")
    done = run("export", "--to", "markdown", "--into", "page.md", folder=tmp_path)
    assert done.err == "page.md: 1 of 1 places rewritten\n"
    exported = run("export", "resnet18", "--to", "markdown", *words.split(), folder=tmp_path).out
    assert f"\n{exported}\n" in page.read_text("utf-8")
    plain = run("export", "resnet18", "--to", "markdown", folder=tmp_path).out
    assert exported != plain


@pytest.mark.parametrize("command", [["table"], ["export", "--to", "markdown"]])
def test_repeats_are_a_row_unless_unfolded(command: list[str], tmp_path: Path) -> None:
    folded = run(*command, "resnet50", folder=tmp_path).out
    assert "layer3.1-5" in folded.replace("\u2011", "-")
    unfolded = run(*command, "resnet50", "--unfold", folder=tmp_path).out
    assert [name for name in ("layer3.4", "layer3.5") if name not in unfolded] == []


def test_csv_has_a_row_for_each_layer_and_one_for_the_totals(tmp_path: Path) -> None:
    summary = shapecalc.load("resnet18").summary()
    for words in ([], ["--unfold"]):
        out = run("export", "resnet18", "--to", "csv", "--totals", *words, folder=tmp_path).out
        header, *rows, last = csv.reader(out.splitlines())
        assert [row[0] for row in rows] == [layer.path for layer in summary.layers]
        assert last[header.index("macs")] == str(summary.macs)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--top macs --depth 2", "--top cannot be combined with --depth or --detail"),
        ("--rows 3", "--rows needs --top"),
        ("--top name", "--top needs a figure with a total, not 'name'"),
        ("--detail nothing", "unknown block 'nothing'"),
    ],
)
@pytest.mark.parametrize("command", [["table"], ["export", "--to", "markdown"]])
def test_what_does_not_go_together(
    command: list[str], words: str, said: str, tmp_path: Path
) -> None:
    done = run(*command, "resnet18", *words.split(), folder=tmp_path)
    assert (done.status, done.out) == (2, "")
    assert said in done.err


SPEC = "name: Small\ninput: 8x8x3\nlayers: [{type: ReLU}]\n"


def test_the_source_is_said_but_not_of_standard_input(tmp_path: Path) -> None:
    (tmp_path / "a_*.yaml").write_text(SPEC, encoding="utf-8")
    words = ["export", "--to", "markdown"]
    named = run(*words, "a_*.yaml", folder=tmp_path).out
    assert named.splitlines()[:3] == ["# Small", "", "Source: a\\_\\*.yaml"]
    assert "Source" not in run(*words, "-", folder=tmp_path, given=SPEC.encode()).out
    bundled = run(*words, "resnet18", "--lang", "zh", folder=tmp_path).out
    assert "\n来源:resnet18(随 shapecalc 提供)\n" in bundled


def test_a_drawing_is_as_deep_as_github_shows_and_says_so(tmp_path: Path) -> None:
    done = run("export", "densenet201", "--to", "mermaid", folder=tmp_path)
    assert (done.status, done.err) == (
        0,
        "warning: 2 of 3 levels are drawn, as many as GitHub shows: with --depth 3, all are\n",
    )
    deep = run("export", "densenet201", "--to", "mermaid", "--depth", "3", folder=tmp_path)
    assert done.out.count("-->") < 500 < deep.out.count("-->")
    assert deep.err == (
        "warning: GitHub does not show this drawing: it has 806 edges, more than 500; "
        "it is to fewer levels without --depth\n"
    )


def test_a_drawing_has_each_repeat_where_it_is_unfolded(tmp_path: Path) -> None:
    folded, unfolded = (
        run("export", "resnet18", "--to", "dot", *words, folder=tmp_path)
        for words in ([], ["--unfold"])
    )
    assert ('"layer1.1.conv1"' in folded.out, '"layer1.1.conv1"' in unfolded.out) == (False, True)
    assert 'label="layer1.0-1: 2 x Basic block"' in folded.out
    assert (folded.err, unfolded.err) == ("", "")


def test_the_help_says_what_github_draws() -> None:
    said = " ".join(str(export.help).split())
    assert f"up to {MOST_EDGES} edges and {MOST_TEXT:,} characters" in said
