"""An overview of networks: a row for each run of a spec, under columns of its own."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from shapecalc.tables.cells import receptive_text
from shapecalc.tables.table import BYTES, COUNT, Column, Document, Table
from shapecalc.text.words import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from shapecalc.analysis.budget import Budget
    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.basis import Basis
    from shapecalc.shapes.shape import Shape
    from shapecalc.tables.document import Options
    from shapecalc.tables.table import Cell
    from shapecalc.text.words import Words

FIGURES = {
    "params": "params",
    "trainable_params": "trainable_params",
    "buffers": "buffers",
    "macs": "macs",
    "flops": "flops",
    "weight_bytes": "weights",
    "activation_bytes": "memory",
    "peak_memory": "peak_memory",
}
"""The totals of a summary that a row has, by the keys of their columns."""


class OverviewRow:
    """What an overview tells of a run, without the run itself: thousands of them are small.

    spec: what the network is called on a command line.
    inputs, outputs: shapes by name. figures: the totals, by FIGURES.
    fields: the receptive fields of the last item with spatial axes, by the inputs that it sees.
    budgets: the tightest first.
    """

    __slots__ = ("budgets", "fields", "figures", "inputs", "name", "outputs", "spec", "variant")

    def __init__(self, spec: str, summary: Summary, budgets: Sequence[Budget]) -> None:
        self.spec = spec
        self.name = summary.name
        self.variant = summary.variant
        self.inputs = summary.inputs
        self.outputs = summary.outputs
        self.figures: dict[str, int] = {
            key: getattr(summary, name) for key, name in FIGURES.items()
        }
        self.fields = summary.last_fields
        self.budgets = budgets


class OverviewColumn(Column):
    """A column of the overview. Its values are of a row.

    order: what rows are sorted by, smallest first; None for a row without it, which comes last.
    """

    __slots__ = ("order",)

    def __init__(
        self,
        key: str,
        value: Callable[[OverviewRow], Cell],
        order: Callable[[OverviewRow], Any],
        numeric: bool = False,
        default: bool = False,
        unit: str | None = None,
    ) -> None:
        super().__init__(key, lambda row, words: value(row), numeric, unit, default=default)
        self.order = order


def _figure(key: str, unit: str = COUNT, default: bool = False) -> OverviewColumn:
    return OverviewColumn(
        key,
        lambda row: row.figures[key],
        lambda row: -row.figures[key],
        default=default,
        unit=unit,
    )


def _shapes(shapes: dict[str, Shape]) -> Cell:
    found = tuple(shapes.values())
    return found[0] if len(found) == 1 else found


def _elements(shapes: dict[str, Shape]) -> int:
    return sum(shape.elements for shape in shapes.values())


def _positions(row: OverviewRow) -> int | None:
    axes = next(iter(row.fields.values()), None)
    return None if axes is None else -prod(axis.size for axis in axes)


def _left(row: OverviewRow) -> Cell:
    if not row.budgets:
        return None
    tightest = row.budgets[0]
    percent = tightest.percent
    left = f"{tightest.headroom}" if percent is None else f"{percent}%"
    return f"{tightest.key} {left}"


_COLUMNS = (
    OverviewColumn("spec", lambda row: row.spec, lambda row: row.spec, default=True),
    OverviewColumn("name", lambda row: row.name, lambda row: row.name),
    OverviewColumn("variant", lambda row: row.variant, lambda row: row.variant, default=True),
    OverviewColumn(
        "input", lambda row: _shapes(row.inputs), lambda row: -_elements(row.inputs), default=True
    ),
    OverviewColumn(
        "output",
        lambda row: _shapes(row.outputs),
        lambda row: -_elements(row.outputs),
        default=True,
    ),
    _figure("params", default=True),
    _figure("trainable_params"),
    _figure("buffers"),
    _figure("macs", default=True),
    _figure("flops"),
    _figure("weight_bytes", BYTES, default=True),
    _figure("activation_bytes", BYTES),
    _figure("peak_memory", BYTES, default=True),
    OverviewColumn(
        "receptive_field",
        lambda row: receptive_text(row.fields, lambda field: field.size, len(row.inputs) > 1),
        _positions,
        numeric=True,
        default=True,
    ),
    OverviewColumn(
        "budget",
        _left,
        lambda row: row.budgets[0].tightness if row.budgets else None,
        numeric=True,
        default=True,
    ),
)

OVERVIEW_COLUMNS = {column.key: column for column in _COLUMNS}
"""By their keys. Their words are those of the layer table, or `Words.overview`."""


def sorted_rows(rows: Iterable[OverviewRow], key: str) -> list[OverviewRow]:
    """The rows by a column: names from a to z, figures from the highest, budgets from the tightest.

    Equal ones stay in their order.
    """
    order = OVERVIEW_COLUMNS[key].order
    keyed = [(order(row), row) for row in rows]
    known = sorted((pair for pair in keyed if pair[0] is not None), key=lambda pair: pair[0])
    return [row for _, row in known] + [row for value, row in keyed if value is None]


def overview(rows: Sequence[OverviewRow], options: Options, basis: Basis) -> Document:
    """The document of an overview: one table, and what its figures count for."""
    words = words_of(options.language)
    if options.columns is not None:
        columns = [OVERVIEW_COLUMNS[key] for key in options.columns]
    else:
        columns = [
            column
            for column in _COLUMNS
            if column.default
            and (not rows or any(column.value(row, words) is not None for row in rows))
        ]
    headings = [_words_of_column(column.key, words)[0] for column in columns]
    cells = [tuple(column.value(row, words) for column in columns) for row in rows]
    table = Table("", columns, headings, cells, options.language, options.layout)
    counted = [(words.totals["macs"][0], words.convention), (words.basis, str(basis.types))]
    if basis.batch > 1:
        counted.append((words.totals["batch"][0], str(basis.batch)))
    if basis.fuse:
        counted.append((words.totals["fused"][0], words.fusing))
    return Document(words.networks, [table], "", [], lambda exact: counted)


def explanations(language: str, layout: str) -> dict[str, str]:
    """What each column holds, by its key."""
    words = words_of(language)
    sizes = words.layouts[layout]
    return {key: _words_of_column(key, words)[1].format(layout=sizes) for key in OVERVIEW_COLUMNS}


def _words_of_column(key: str, words: Words) -> tuple[str, str]:
    return words.overview.get(key) or words.columns[key]
