"""The table for programs."""

from __future__ import annotations

import pytest

import shapecalc
from shapecalc.tables.document import Options
from shapecalc.tables.leaves import AFTER, BEFORE, leaf_table


def keys(spec: str) -> list[str]:
    table = leaf_table(shapecalc.loads(spec).summary(), Options())
    found = [column.key for column in table.columns]
    assert (tuple(found[: len(BEFORE)]), tuple(found[-len(AFTER) :])) == (BEFORE, AFTER)
    return found[len(BEFORE) : -len(AFTER)]


@pytest.mark.parametrize(
    ("input", "sizes"),
    [
        ("5", "in_channels out_channels"),
        ("9x5", "in_length in_channels out_length out_channels"),
        ("9x8x5", "in_height in_width in_channels out_height out_width out_channels"),
        (
            "9x8x7x5",
            "in_depth in_height in_width in_channels out_depth out_height out_width out_channels",
        ),
        ("9x8x7x6x5", "input in_channels output out_channels"),
    ],
)
def test_there_is_a_column_for_each_axis(input: str, sizes: str) -> None:
    assert keys(f"input: {input}\nlayers: [{{type: ReLU}}]\n") == sizes.split()


def rows(options: Options, spec: str = "resnet18") -> list[list[str]]:
    return list(leaf_table(shapecalc.load(spec).summary(), options).texts())


def test_repeats_are_rows_of_their_own() -> None:
    summary = shapecalc.load("resnet50").summary()
    assert [path for (path,) in rows(Options(columns=["path"]), "resnet50")] == [
        layer.path for layer in summary.layers
    ]
    top = [path for (path,) in rows(Options(columns=["path"], depth=1), "resnet50")]
    assert top == [item.path for item in summary.items]
    assert len(top) == 23


def test_its_columns_are_those_that_are_asked_for() -> None:
    asked = ["path", "in_height", "in_channels", "params_share"]
    first, second, *_ = rows(Options(columns=asked), "googlenet-stem")
    assert first == ["conv1", "224", "3", "3.3%"]
    assert second == ["maxpool1", "112", "64", "0.0%"]
    printed = leaf_table(shapecalc.load("googlenet-stem").summary(), Options())
    assert printed.columns[0].key == "path"


def test_the_totals_of_a_tree_and_of_the_heaviest_are_those_of_the_network() -> None:
    params = "11689512"
    columns = ["path", "type", "params"]
    assert rows(Options(columns=columns, depth=3, totals=True))[-1] == ["Total", "-", params]
    assert rows(Options(columns=columns, totals=True))[-1] == ["Total", "-", params]
    assert rows(Options(top="params", rows=2, totals=True))[-1][-2] == params
    assert rows(Options("zh", columns=columns, totals=True))[-1][0] == "总计"
    assert rows(Options(columns=["params", "path"], totals=True))[-1] == [params, "-"]
