"""The layers as a table for programs: a row each, the size along each axis in its own column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.shapes.axes import size_names
from shapecalc.tables.cells import View
from shapecalc.tables.columns import BY_KEY, NAMED_AXES, named_columns
from shapecalc.tables.document import top_document
from shapecalc.tables.rows import table_rows
from shapecalc.tables.table import Table
from shapecalc.text.words import words_of

if TYPE_CHECKING:
    from fractions import Fraction

    from shapecalc.analysis.summary import Summary
    from shapecalc.tables.document import Options
    from shapecalc.tables.table import Cell, Column

BEFORE = ("path", "type", "from")
AFTER = (
    *("kernel_size", "stride", "padding", "dilation", "groups", "bias", "params", "buffers"),
    *("macs", "flops", "weight_bytes", "activation_bytes", "alive", "note"),
)
"""The columns before and after the sizes: the same ones for every network."""


def leaf_table(summary: Summary, options: Options) -> Table:
    """The layers in execution order, the heaviest ones, or the tree of a depth; nothing is folded.

    Its columns are those that are asked for, not those that the spec asks for on pages.
    """
    table = _rows(summary, options)
    if options.totals:
        table.rows = [*table.rows, _totals(summary, table)]
    return table


def _rows(summary: Summary, options: Options) -> Table:
    if options.top is not None:
        return top_document(summary, options, options.top, options.rows).tables[0]
    words = words_of(options.language)
    view = View(summary, words, sizes=True)
    keys = [*BEFORE, *_sizes(summary), *AFTER] if options.columns is None else options.columns
    columns = [BY_KEY[key] for key in named_columns(keys)]
    if options.depth is None:
        nodes = summary.layers
    else:
        tree = table_rows(summary.items, columns, view, options.depth, fold=False)
        nodes = [row.nodes[0] for row in tree]
    found = [tuple(column.value(node, view) for column in columns) for node in nodes]
    headings = [words.heading(column.key) for column in columns]
    return Table(summary.title, columns, headings, found, options.language, options.layout)


def _totals(summary: Summary, table: Table) -> tuple[Cell, ...]:
    """What the whole network has under the columns that add up."""
    words = words_of(table.language)
    view = View(summary, words)
    cells = [_total(column, summary, view) for column in table.columns]
    if cells[0] is None:
        cells[0] = words.total
    return tuple(cells)


def _total(column: Column, summary: Summary, view: View) -> Cell:
    if not column.figure:
        return None
    total: int | Fraction = 0
    for item in summary.items:
        value = column.value(item, view)
        assert not isinstance(value, str | tuple | None)
        total += value
    return total


def _sizes(summary: Summary) -> list[str]:
    """The columns of sizes: of every axis that some layer has.

    Axes without a name are in the text of the whole shape.
    """
    shapes = {shape for node in summary.layers for shape in (node.input, node.output)}
    ranks = {len(shape.spatial) for shape in shapes if shape is not None}
    named = {axis for rank in ranks for axis in size_names(rank)}
    whole = any(rank and not size_names(rank) for rank in ranks)
    found = []
    for side in ("in", "out"):
        found += [f"{side}put"] if whole else []
        found += [f"{side}_{axis}" for axis in NAMED_AXES if axis in named]
        found.append(f"{side}_channels")
    return found
