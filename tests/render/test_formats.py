"""The indexes of formats: what each declares is there, documented, and writes something."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner
from lines import texts

import shapecalc.diff
from shapecalc.check import formats as reports
from shapecalc.cli import cli
from shapecalc.render.exporters import EXPLANATION_FORMATS, EXPORTERS, OVERVIEW_FORMATS, Exporter
from shapecalc.tables.document import Options
from shapecalc.text.formats import Format
from shapecalc.text.json_lines import json_lines

SPEC = """
name: Small
input: 8x8x3
layers:
  - {name: conv, type: Conv2d, out_channels: 4, kernel_size: 3, padding: 1}
  - {name: sum, join: add, branches: {body: [{name: relu, type: ReLU}], shortcut: []}}
"""

INDEXES: dict[str, dict[str, Format]] = {
    "export": {**EXPORTERS},
    "check": {**reports.FORMATS},
    "diff": {**shapecalc.diff.FORMATS},
    "summary": {**OVERVIEW_FORMATS},
    "explain": {**EXPLANATION_FORMATS},
}
FORMATS = [(command, each) for command, index in INDEXES.items() for each in index.values()]
every_format = pytest.mark.parametrize(
    ("command", "format_"), FORMATS, ids=[f"{command}-{each.name}" for command, each in FORMATS]
)


@pytest.fixture
def spec(tmp_path: Path) -> str:
    path = tmp_path / "small.yaml"
    path.write_text(SPEC, encoding="utf-8")
    return str(path)


@every_format
def test_every_module_is_there(command: str, format_: Format) -> None:
    assert callable(import_module(format_.module).lines)
    assert INDEXES[command][format_.name] is format_


@every_format
def test_every_format_is_documented(command: str, format_: Format) -> None:
    said = CliRunner().invoke(cli, [command, "--help"]).output
    lines = [line for line in said.splitlines() if line.startswith(f"  {format_.name} ")]
    assert [line.split(None, 1)[1] for line in lines] == [format_.about]


@every_format
def test_every_format_writes_something(command: str, format_: Format, spec: str) -> None:
    wrong = f"{spec}.wrong.yaml"
    Path(wrong).write_text(SPEC.replace("kernel_size: 3", "kernel_size: 99"), encoding="utf-8")
    options, expected = {
        "export": ([spec, "--to", format_.name], "conv"),
        "check": ([wrong, "--format", format_.name], "SC202"),
        "diff": ([spec, "googlenet-stem", "--format", format_.name], "inception3a"),
        "summary": ([spec, "--to", format_.name], "small.yaml"),
        "explain": ([spec, "--to", format_.name], "(8 + 2"),
    }[command]
    result = CliRunner().invoke(cli, [command, *options])
    assert result.exception is None, result.exception
    assert expected in result.stdout
    if format_.name in ("json", "gitlab", "sarif"):
        json.loads(result.stdout)


def test_no_module_of_render_is_left_out() -> None:
    """But what lays out for `table`, what `summary` and `explain` write, how wide a page is,
    what drawings have in common, the texts of LaTeX, and what a format cannot say."""
    folder = os.path.dirname(import_module("shapecalc.render").__file__ or "")
    names = {name[:-3] for name in os.listdir(folder) if name.endswith(".py")}
    indexed = (*OVERVIEW_FORMATS.values(), *EXPLANATION_FORMATS.values())
    others = {each.module.removeprefix("shapecalc.render.") for each in indexed}
    expected = {"__init__", "exporters", "fitting", "github_width", "roles", "terminal_columns"}
    expected |= {"widths", "drawing", "latex_text", "refused"}
    modules = {each.module.removeprefix("shapecalc.render.") for each in EXPORTERS.values()}
    assert names - modules - others == expected


@pytest.mark.parametrize("exporter", EXPORTERS.values(), ids=list(EXPORTERS))
def test_an_exporter_is_called_as_its_module_and_says_its_ending(exporter: Exporter) -> None:
    assert exporter.module == f"shapecalc.render.{exporter.name.replace('-', '_')}"
    assert exporter.about.endswith(f" ({exporter.ending})")


def test_what_an_exporter_takes_tells_what_it_gets(spec: str) -> None:
    summary = shapecalc.load(spec).summary()
    markdown = texts(EXPORTERS["markdown"].export(summary, Options()))
    assert [line for line in markdown if line.startswith("#")] == ["# Small", "## Branches (sum)"]
    columns = Options(columns=("path", "params"))
    assert texts(EXPORTERS["csv"].export(summary, columns)) == [
        *("path,params", "conv,112", "sum.body.relu,0")
    ]


@pytest.mark.parametrize(
    ("format_", "always", "without"),
    [
        ("json", "every figure", ["--columns name", "--depth 2", "--detail sum", "--details"]),
        ("json", "every figure", ["--top macs", "--rows 2", "--explain-columns", "--totals"]),
        ("csv", "one table", ["--detail sum", "--details", "--explain-columns"]),
        ("markdown", "totals", ["--totals"]),
        ("mermaid", "the whole network", ["--detail sum", "--details", "--top macs", "--totals"]),
        ("dot", "the whole network", ["--rows 2", "--explain-columns"]),
        (
            "scale-sim",
            "the network alone, for any batch",
            ["--columns name", "--depth 2", "--top macs", "--totals", "--unfold", "--batch 2"],
        ),
        (
            "pytorch",
            "the network alone, for any batch",
            ["--columns name", "--depth 2", "--top macs", "--totals", "--unfold", "--batch 2"],
        ),
    ],
)
def test_what_a_format_always_has_is_not_asked_for(
    format_: str, always: str, without: list[str], spec: str
) -> None:
    for words in without:
        result = CliRunner().invoke(cli, ["export", spec, "--to", format_, *words.split()])
        option = words.split()[0]
        assert result.exit_code == 2
        assert f"--to {format_} always has {always}: remove {option}\n" in result.output


Values = Callable[[], object]


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        (lambda: {"a": 1}, ['{"a": 1}']),
        (lambda: (each for each in range(0)), ["[", "]"]),
        (lambda: (each for each in [1, None]), ["[", "  1,", "  null", "]"]),
        (
            lambda: {"a": [1, 2], "b": ({"c": each} for each in "xy"), "d": {}},
            [
                *("{", '  "a": [1, 2],', '  "b": [', '    {"c": "x"},', '    {"c": "y"}', "  ],"),
                *('  "d": {}', "}"),
            ],
        ),
        (
            lambda: ({"a": (each for each in [1])} for _ in "x"),
            ["[", "  {", '    "a": [', "      1", "    ]", "  }", "]"],
        ),
    ],
)
def test_json_has_an_item_of_a_generator_a_line(value: Values, lines: list[str]) -> None:
    assert list(json_lines(value())) == lines


def test_json_is_written_while_it_is_made() -> None:
    lines = json_lines({"a": (1 // (2 - each) for each in range(3))})
    assert [next(lines), next(lines), next(lines)] == ["{", '  "a": [', "    0,"]
    with pytest.raises(ZeroDivisionError):
        next(lines)


def test_a_format_that_is_not_text_is_written_as_it_is(
    spec: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = ModuleType("picture")
    module.__dict__["lines"] = lambda summary, options: iter([b"\xff\r\n", b"\x00"])
    monkeypatch.setitem(sys.modules, "picture", module)
    exporter = Exporter("csv", "summary", ".png", "a picture", text=False)
    exporter.module = "picture"
    monkeypatch.setitem(EXPORTERS, "csv", exporter)
    out = tmp_path / "small.png"
    result = CliRunner().invoke(cli, ["export", spec, "--to", "csv", "-o", str(out)])
    assert result.exit_code == 0, result.output
    assert out.read_bytes() == b"\xff\r\n\x00"
    result = CliRunner().invoke(cli, ["export", spec, "--to", "csv"])
    assert result.stdout_bytes == b"\xff\r\n\x00"
