"""What may give way in a narrow terminal is said by other cells, in every bundled network."""

from __future__ import annotations

from typing import Any

import pytest

import shapecalc
from shapecalc.bundled import spec_names
from shapecalc.shapes.shape import Shape
from shapecalc.tables.columns import COLUMNS
from shapecalc.tables.document import Options, document
from shapecalc.tables.table import Table
from shapecalc.text.words import LANGUAGES, words_of

SAMPLE = ("googlenet-paper", "resnet", "shufflenet_v2")


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_it_stands_instead_is_said(language: str) -> None:
    keys = {column.key for column in COLUMNS}
    said = {column.key for column in COLUMNS if column.said_by}
    assert words_of(language).said.keys() == {*said, "type"}
    assert {key for column in COLUMNS for key in column.said_by} <= keys


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=() if n in SAMPLE else pytest.mark.slow) for n in spec_names()],
)
def test_other_cells_say_it(name: str) -> None:
    spec = shapecalc.load(name)
    for variant in spec.variants or [None]:
        summary = spec.summary(variant=variant)
        for depth in (1, 2, 3, 4):
            assert_said(document(summary, Options(depth=depth)).tables[0])


def assert_said(table: Table) -> None:
    """Channels are those of the sizes, and an input is the output before it, or has a source."""
    spare = {table.columns[index].key for group in table.spare for index in group}
    keys = [column.key for column in table.columns]
    rows: list[dict[str, Any]] = [dict(zip(keys, row, strict=True)) for row in table.rows]
    before: list[Any] = []  # what a layer at each depth takes, unless it says from where
    for row, depth in zip(rows, table.depths or [0] * len(rows), strict=True):
        for channels, size in (("in_channels", "input"), ("out_channels", "output")):
            if channels in spare and row[channels] is not None:
                assert row[channels] == first(row[size]).channels
        if row["input"] is None:  # which a layer without one has, a Parameter or a Buffer
            assert row.get("from") is None
        elif "input" in spare and len(before) > depth and row.get("from") is None:
            assert row["input"] in before[depth]
        taken = before[depth][1:] if len(before) > depth else []
        before[depth:] = [
            [row["output"], first(row["output"]), *taken],  # of names the first is taken on
            [row["input"], row["input"]],
        ]


def first(shapes: Shape | tuple[Shape, ...]) -> Shape:
    """The first of the shapes of a cell."""
    return shapes if isinstance(shapes, Shape) else shapes[0]


def test_what_is_asked_for_does_not_give_way() -> None:
    summary = shapecalc.load("resnet18").summary()
    assert document(summary, Options()).tables[0].spare
    table = document(summary, Options(columns=["name", "input", "output", "in_channels"])).tables[0]
    assert not table.spare
    assert not table.brief


def test_the_channels_of_the_documents_branches_are_said_nowhere_else() -> None:
    summary = shapecalc.load("googlenet-stem").summary()
    layers, detail = document(summary, Options(details=["inception3a"])).tables
    assert layers.spare
    assert not detail.spare


def test_from_is_silent_where_it_names_the_layer_before() -> None:
    spec = "input: 8\nlayers: [{name: a, type: ReLU}, {name: b, type: ReLU, from: a}]"
    table = document(shapecalc.loads(spec).summary(), Options()).tables[0]
    assert "from" not in [column.key for column in table.columns]
    spec = spec.replace("]", ", {name: c, type: ReLU, from: a}]")
    table = document(shapecalc.loads(spec).summary(), Options()).tables[0]
    index = [column.key for column in table.columns].index("from")
    assert [row[index] for row in table.rows] == [None, None, "a"]


def test_an_input_stays_where_nothing_says_that_it_is_from_elsewhere() -> None:
    layers = (
        "layers: [{name: a, type: ReLU}, {name: b, type: ReLU}, {name: c, type: ReLU, from: a}]"
    )
    for columns, spare in (
        ("[name, input, output]", []),
        ("[name, from, input, output]", [[2]]),
    ):
        spec = f"input: 8\ncolumns: {columns}\n{layers}"
        assert document(shapecalc.loads(spec).summary(), Options()).tables[0].spare == spare
