"""The rows of a table: layers and blocks, repeats that are alike as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.analysis.repeats import alike
from shapecalc.tables.cells import kind, repeated

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.tables.cells import View
    from shapecalc.tables.table import Cell, Column
    from shapecalc.text.words import Words


class TableRow:
    """A layer or a block, or several repeats of one that are alike.

    nodes: at least one. depth: how deep it is nested in the rows before it.
    follows: whether it takes what the layer or block before it outputs.
    """

    __slots__ = ("depth", "follows", "nodes")

    def __init__(self, nodes: list[InferredLayer], depth: int, follows: bool) -> None:
        self.nodes = nodes
        self.depth = depth
        self.follows = follows

    def cell(self, column: Column, view: View) -> Cell:
        """What a column shows: of several, figures add up."""
        first, times = self.nodes[0], len(self.nodes)
        if column.key == "from" and self.follows:
            return None  # also where `from:` says so
        value = column.value(first, view)
        if times == 1 or value is None:
            return value
        if column.key in ("name", "path"):
            return f"{value}-{self.nodes[-1].name.rpartition('.')[2]}"
        if column.key == "type":
            return repeated(kind(first, view.words), times)
        if column.figure and not isinstance(value, str | tuple):
            return value * times
        return value

    def brief_kind(self, words: Words) -> str:
        """The kind, of a sequence only how many layers it has."""
        word = kind(self.nodes[0], words, listed=0)
        return word if len(self.nodes) == 1 else repeated(word, len(self.nodes))


def table_cells(column: Column, shown: Sequence[TableRow], view: View) -> list[Cell]:
    """What a column shows of rows, most of which are of one layer."""
    value = column.value
    if column.key == "from":
        return [row.cell(column, view) for row in shown]
    return [
        value(row.nodes[0], view) if len(row.nodes) == 1 else row.cell(column, view)
        for row in shown
    ]


def table_rows(
    nodes: Sequence[InferredLayer],
    columns: Sequence[Column],
    view: View,
    levels: int = 1,
    fold: bool = True,
    depth: int = 0,
) -> Iterator[TableRow]:
    """The rows of layers and blocks, and of so many levels of what is inside.

    fold: whether repeats that are alike, also in what the columns show, are one row.
    """
    varying = [column for column in columns if column.varies]
    index = 0
    while index < len(nodes):
        run = [nodes[index]]
        follows = index > 0 and nodes[index - 1].tensors == nodes[index].sources
        index += 1
        while fold and index < len(nodes) and _folds(run[0], nodes[index], varying, view):
            run.append(nodes[index])
            index += 1
        yield TableRow(run, depth, follows)
        if depth + 1 < levels:
            yield from table_rows(run[0].children, columns, view, levels, fold, depth + 1)


def _folds(one: InferredLayer, other: InferredLayer, varying: Sequence[Column], view: View) -> bool:
    return alike(one, other) and all(
        column.value(one, view) == column.value(other, view) for column in varying
    )
