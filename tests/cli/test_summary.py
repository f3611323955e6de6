"""`shapecalc summary`: a row for each run of a check, with the same figures in every format."""

from __future__ import annotations

import csv
import gc
import json
import re
import weakref
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from running import in_terminal, run

import shapecalc
from shapecalc import bundled
from shapecalc.check.runs import variants_to_run
from shapecalc.cli import cli
from shapecalc.render.exporters import OVERVIEW_FORMATS
from shapecalc.tables.overview import FIGURES, OVERVIEW_COLUMNS, OverviewRow

SMALL = """
name: Small | net
input: 32x32x3
budget: {params: 1M, macs: 442500}
layers:
  - {name: conv, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
  - {name: relu, type: ReLU}
"""
PAIR = """
input: {left: 32x48x3, right: 32x48x3}
arguments: {channels: {kind: count}}
variants:
  narrow: {arguments: {channels: 8}, budget: {params: 100}}
  wide: {arguments: {channels: 64}, input: {left: 16x16x3, right: 16x16x3}}
layers:
  - {name: a, type: Conv2d, from: left, out_channels: channels, kernel_size: 3}
  - {name: b, type: Conv2d, from: right, out_channels: channels, kernel_size: 5x3, padding: 1x0}
  - {type: Add, from: [a, b]}
"""
WRONG = "input: 8x8x3\nlayers: [{name: conv, type: Conv9d}]\n"
PARTLY = """
input: 8x8x3
arguments: {size: 3}
variants: {fits: {}, large: {arguments: {size: 9}}, larger: {arguments: {size: 11}}}
layers: [{name: conv, type: Conv2d, out_channels: 4, kernel_size: size}]
"""
BLOCKS = "blocks: {Unit: {layers: [{type: ReLU}]}}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    nets = tmp_path / "nets"
    nets.mkdir()
    for name, text in {"small": SMALL, "pair": PAIR, "blocks": BLOCKS}.items():
        (nets / f"{name}.yaml").write_text(text, encoding="utf-8")
    for name, text in {"wrong": WRONG, "partly": PARTLY}.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def networks(*words: str, folder: Path, status: int = 0) -> list[dict[str, Any]]:
    """The rows of JSON."""
    done = run("summary", *words, "--to", "json", folder=folder, seconds=10)
    assert done.status == status, done.err
    found: list[dict[str, Any]] = json.loads(done.out)["networks"]
    return found


def named(rows: list[dict[str, Any]]) -> list[str]:
    return [row["spec"] + (f"@{row['variant']}" if row["variant"] else "") for row in rows]


def test_the_figures_of_every_bundled_spec_and_variant_are_those_of_its_summary(
    tmp_path: Path,
) -> None:
    names = bundled.spec_names()
    rows = iter(networks(*names, folder=tmp_path))
    for name in names:
        spec = shapecalc.load(name)
        for variant in variants_to_run(spec):
            summary, row = spec.summary(variant=variant), next(rows)
            assert (row["spec"], row["name"], row["variant"]) == (name, spec.name, variant)
            assert {key: row[key] for key in FIGURES} == {
                key: getattr(summary, name) for key, name in FIGURES.items()
            }
            shapes = summary.outputs
            written = {each: list(shape) for each, shape in shapes.items()}
            assert row["output"] == (written if len(shapes) > 1 else list(summary.output))
            several = {each: list(shape) for each, shape in summary.inputs.items()}
            assert row["input"] == (several if len(several) > 1 else list(summary.input))
            last = [item for item in summary.items if item.output.spatial][-1]
            fields = {
                each: axes and [axis.size for axis in axes]
                for each, axes in summary.receptive_fields(last).items()
            }
            assert row["receptive_field"] == (fields if len(several) > 1 else fields["input"])
    assert next(rows, None) is None


def cells_of(to: str, out: str) -> list[list[str]]:
    """The rows of a format, without the headings."""
    lines = out.splitlines()
    if to == "csv":
        return list(csv.reader(lines))[1:]
    if to == "markdown":
        table = [line for line in lines if line.startswith("|")][2:]
        return [[cell.replace("\\|", "|") for cell in line[2:-2].split(" | ")] for line in table]
    return [re.split(" {2,}", line) for line in lines[2 : lines.index("")]]


def text_of(value: Any) -> str:
    """A value of JSON as the tables say it."""
    if isinstance(value, dict):
        return ", ".join(map(text_of, value.values()))
    if isinstance(value, list):
        return "x".join(map(str, value))
    return "-" if value is None else str(value)


def test_the_formats_agree(folder: Path) -> None:
    words = ["nets", "resnet", "unet", "googlenet@googlenet_aux_run"]
    rows = networks(*words, folder=folder)
    columns = ["spec", "name", "variant", "input", "output", *FIGURES]
    expected = [[text_of(row[key]) for key in columns] for row in rows]
    assert len(expected) == 15
    for to in ("table", "markdown", "csv"):
        asked = ["summary", *words, "--to", to, "--columns", ",".join(columns)]
        found = cells_of(to, run(*asked, folder=folder).out)
        if to == "csv":
            found = [[cell or "-" for cell in row] for row in found]
        if to == "markdown":  # with figures as people read them
            assert [row[0] for row in found] == [row[0] for row in expected]
            assert {row[5].replace(",", "") for row in found} == {row[5] for row in expected}
            continue
        assert found == expected


@pytest.mark.parametrize("to", OVERVIEW_FORMATS)
def test_a_file_has_what_standard_output_has(to: str, folder: Path) -> None:
    printed = run("summary", "nets", "--to", to, folder=folder)
    done = run("summary", "nets", "--to", to, "-o", "page", folder=folder)
    assert (done.status, done.out, done.err) == (0, "", "")
    assert (folder / "page").read_text(encoding="utf-8") == printed.out
    refused = run("summary", "nets", "--to", to, "-o", "nets/small.yaml", folder=folder)
    assert (refused.status, refused.out) == (2, "")
    assert (folder / "nets/small.yaml").read_text(encoding="utf-8") == SMALL


def test_receptive_fields_and_budgets(folder: Path) -> None:
    done = run("summary", "nets", "--columns", "spec,receptive_field,budget", folder=folder)
    assert cells_of("table", done.out) == [
        ["nets/pair.yaml", "left 3x3, right 5x3", "params -492.0%"],
        ["nets/pair.yaml", "left 3x3, right 5x3", "-"],
        ["nets/small.yaml", "3x3", "macs 0.0%"],
    ]
    narrow, wide, small = networks("nets", folder=folder)
    assert narrow["receptive_field"] == {"left": [3, 3], "right": [5, 3]}
    assert wide["budgets"] == []
    assert small["budgets"] == [
        {
            "figure": "macs",
            "bound": 442500,
            "amount": 442368,
            "holds": True,
            "headroom": 132,
            "percent": "0.0",
        },
        {
            "figure": "params",
            "bound": 1000000,
            "amount": 448,
            "holds": True,
            "headroom": 999552,
            "percent": "99.9",
        },
    ]
    failing = run("check", "nets/pair.yaml", folder=folder)
    assert "exceeds the budget" in failing.out
    assert "by 492.0%" in failing.out


def test_a_budget_is_for_what_the_spec_says_whatever_the_figures_count(folder: Path) -> None:
    (plain,) = networks("nets/small.yaml", folder=folder)
    words = ("--batch", "4", "--dtype", "float16", "--fuse")
    (other,) = networks("nets/small.yaml", *words, folder=folder)
    assert other["macs"] == 4 * plain["macs"]
    assert other["peak_memory"] == 2 * 4 * (3 + 16) * 32 * 32  # ReLU overwrites what it follows
    assert other["budgets"] == plain["budgets"] != []
    for given in (["--input", "16x16x3"], ["--input", "32x32x3"]):
        (row,) = networks("nets/small.yaml", *given, folder=folder)
        assert row["budgets"] == []


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        (["nets"], ["nets/pair.yaml@narrow", "nets/pair.yaml@wide", "nets/small.yaml"]),
        (["nets/small.yaml", "nets"], ["nets/small.yaml", "nets/pair.yaml@narrow", "..."]),
        (["nets/pair.yaml@wide"], ["nets/pair.yaml@wide"]),
        (["nets/pair.yaml@wide", "nets/pair.yaml@narrow"], ["nets/pair.yaml@wide", "..."]),
        (["nets/pair.yaml@wide", "nets/pair.yaml"], ["nets/pair.yaml@narrow", "..."]),
        (["nets/pair.yaml", "./nets/pair.yaml@wide"], ["nets/pair.yaml@narrow", "..."]),
        (["resnet50"], ["resnet@resnet50"]),
        (["resnet@resnet18", "resnet50"], ["resnet@resnet18", "resnet@resnet50"]),
        (["lenet5", "nets/small.yaml", "lenet5"], ["lenet5", "nets/small.yaml"]),
        (["nets", "--exclude", "pair*"], ["nets/small.yaml"]),
        (["mobilenet_v3", "--exclude", "mobilenet*"], ["mobilenet_v3", "...", "..."]),
        (["-"], ["<stdin>"]),
    ],
    ids=lambda value: " ".join(value),
)
def test_what_has_rows(words: list[str], rows: list[str], folder: Path) -> None:
    done = run("summary", *words, "--to", "json", folder=folder, given=SMALL.encode())
    assert done.status == 0, done.err
    found = named(json.loads(done.out)["networks"])
    if "..." not in rows:
        assert found == rows
    else:
        known = rows[: rows.index("...")]
        assert found[: len(known)] == known
        assert len(found) == len(set(found)) > len(known)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Missing argument 'PATH...'"),
        (["nets@wide"], "a folder has no variants"),
        (["nets/pair.yaml@wise"], "no variant 'wise'; did you mean 'wide'?"),
        (["nets/small.yaml@x"], "no variant 'x'; it has none"),
        (["resnet60"], "no such file or bundled spec: 'resnet60'; did you mean"),
        (["nets/blocks.yaml"], "no spec found in nets/blocks.yaml"),
        (["nets", "--columns", "prams"], "unknown column 'prams'; did you mean 'params'?"),
        (["nets", "--columns", "kernel_size"], "unknown column 'kernel_size'; columns: spec, name"),
        (["nets", "--sort", "mac"], "unknown column 'mac'; did you mean 'macs'?"),
        (["nets", "--sort", "macs,params"], "--sort needs one column"),
        (["nets", "--to", "json", "--columns", "macs"], "--to json always has every figure"),
        (["nets", "--set", "channels"], "--set needs NAME=VALUE"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_no_command_line(words: list[str], said: str, folder: Path) -> None:
    done = run("summary", *words, folder=folder)
    assert (done.status, done.out) == (2, "")
    assert said in done.err


def test_the_problems_of_a_wrong_spec_are_said_and_the_others_are_shown(folder: Path) -> None:
    done = run("summary", "wrong.yaml", "nets", folder=folder)
    assert done.status == 1
    assert done.err == run("table", "wrong.yaml", folder=folder).err
    assert done.out == run("summary", "nets", folder=folder).out
    alone = run("summary", "wrong.yaml", folder=folder)
    assert (alone.status, alone.out, alone.err) == (1, "", done.err)
    assert networks("wrong.yaml", folder=folder, status=1) == []


def test_a_variant_that_is_wrong_is_said_once_and_has_no_row(folder: Path) -> None:
    done = run("summary", "partly.yaml", "--to", "json", folder=folder)
    assert done.status == 1
    assert named(json.loads(done.out)["networks"]) == ["partly.yaml", "partly.yaml@fits"]
    assert done.err.count("error[SC202]") == 1
    assert "only in variants large, larger" in done.err
    assert networks("partly.yaml@fits", folder=folder)[0]["output"] == [6, 6, 4]


def test_what_cannot_be_read_is_said_and_the_others_are_shown(folder: Path) -> None:
    done = run("summary", "none.yaml", "wrong.yaml", "nets", folder=folder)
    assert done.status == 2
    assert "error: none.yaml: No such file or directory" in done.err
    assert "error[SC106]" in done.err
    assert done.out == run("summary", "nets", folder=folder).out


def test_what_is_given_and_does_not_fit_is_a_problem_of_the_spec(folder: Path) -> None:
    done = run("summary", "nets", "--set", "channels=5", "--to", "csv", folder=folder)
    assert done.status == 1
    assert "unknown argument 'channels'" in done.err
    assert [row[1] for row in cells_of("csv", done.out)] == ["narrow", "wide"]


def test_warnings_are_counted_once_for_a_spec(folder: Path) -> None:
    (folder / "odd.yaml").write_text(
        "input: 8x8x3\nvariants: {a: {}, b: {}}\n"
        "layers: [{type: Conv2d, out_channels: 4, kernel_size: 1, padding: 1}]\n"
    )
    done = run("summary", "odd.yaml", folder=folder)
    assert done.status == 0
    assert done.err == "1 warning in odd: see `shapecalc check odd.yaml`\n"


@pytest.mark.parametrize(
    ("column", "ordered"),
    [(key, key in ("spec", "name", "variant")) for key in OVERVIEW_COLUMNS if key != "budget"],
)
def test_rows_are_sorted(column: str, ordered: bool, folder: Path) -> None:
    def key(row: dict[str, Any]) -> Any:
        value = row[column]
        if column in ("input", "output"):
            sizes = value.values() if isinstance(value, dict) else [value]
            return sum(each[0] * (each[1] * each[2] if len(each) > 1 else 1) for each in sizes)
        if column == "receptive_field":
            height, width = value["left"] if isinstance(value, dict) else value
            return height * width
        return value

    words = ["nets", "unet", "lenet5", "vgg11"]
    rows = networks(*words, "--sort", column, folder=folder)
    assert sorted(named(rows)) == sorted(named(networks(*words, folder=folder)))
    keys = [key(row) for row in rows]
    known = [each for each in keys if each is not None]
    assert known == sorted(known, reverse=not ordered)
    assert keys[len(known) :] == [None] * (len(keys) - len(known))


def test_the_tightest_budget_comes_first_and_none_last(folder: Path) -> None:
    rows = networks("lenet5", "nets", "--sort", "budget", folder=folder)
    order = ["nets/pair.yaml@narrow", "nets/small.yaml", "lenet5", "nets/pair.yaml@wide"]
    assert named(rows) == order


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("columns", [80, 100, 160])
def test_a_terminal_has_whole_figures_in_its_width(
    columns: int, language: str, folder: Path
) -> None:
    from shapecalc.text.display import width

    words = ["summary", "nets", "resnet", "vgg", "--lang", language]
    done = in_terminal(*words, folder=folder, width=columns, color=False)
    lines = done.out.replace("\r", "").splitlines()
    assert max(map(width, lines)) <= columns
    rows = networks("nets", "resnet", "vgg", folder=folder)
    assert len(lines) <= 3 * len(rows) + 12
    shown = re.findall(r"\w+", done.out.replace(",", ""))
    for row in rows:
        assert {str(row[key]) for key in ("params", "macs")} <= {*shown}


def test_a_pipe_has_a_line_for_each_row_and_what_the_figures_count(folder: Path) -> None:
    words = ["--batch", "2", "--dtype", "int8", "--fuse"]
    lines = run("summary", "nets", "resnet", *words, folder=folder).out.splitlines()
    assert len(lines) == 2 + 3 + 10 + 5
    assert [line.split()[0] for line in lines[-4:]] == ["MACs", "Bytes", "Batch", "Fused"]
    assert lines[-3].split() == ["Bytes", "int8"]


def test_columns_are_explained(folder: Path) -> None:
    lines = run("summary", "--columns", "help", folder=folder).out.splitlines()
    assert [line.split()[0] for line in lines] == list(OVERVIEW_COLUMNS)
    assert (
        "channels x height x width"
        in run("summary", "--columns", "help", "--layout", "chw", folder=folder).out
    )


def test_the_layout_is_that_of_shapes_in_and_out(folder: Path) -> None:
    words = ["nets/small.yaml", "--layout", "chw", "--input", "3x16x24"]
    (row,) = networks(*words, folder=folder)
    assert (row["input"], row["output"]) == ([3, 16, 24], [16, 16, 24])
    assert "16x16x24" in run("summary", *words, folder=folder).out


def test_no_run_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[weakref.ref[Any]] = []
    alive: list[int] = []
    init = OverviewRow.__init__

    def counting(self: OverviewRow, spec: str, summary: Any, budgets: Any) -> None:
        gc.collect()
        made.append(weakref.ref(summary))
        alive.append(sum(each() is not None for each in made))
        init(self, spec, summary, budgets)

    monkeypatch.setattr(OverviewRow, "__init__", counting)
    for number in range(4):
        (folder / f"copy{number}.yaml").write_text(PAIR)
    names = [str(folder / f"copy{number}.yaml") for number in range(4)]
    result = CliRunner().invoke(cli, ["summary", *names, "resnet"])
    assert result.exception is None, result.exception
    assert len(alive) == 18
    assert max(alive) == 1
