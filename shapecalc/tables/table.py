"""Tables of raw values: what every renderer is given.

A `Document` has a title, tables, explanations of their columns and a line of totals. The cells
of a table are raw values; `Table.texts` words them, in the table's language and layout.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from shapecalc.shapes.shape import Shape

if TYPE_CHECKING:
    Cell = str | int | Shape | tuple[Shape, ...] | None

EMPTY = "-"
"""The text of a cell that means nothing in its row."""


class Column:
    """A column of the layer table.

    key: what `--columns` and JSON call it.
    value: what it shows of an inferred layer, for a `View`.
    numeric: whether its texts are aligned at the right.
    default: whether a table has it without being asked.
    totals: the totals that the words of a language tell of it, over a `Summary`; None where a total
    means nothing.
    """

    __slots__ = ("default", "key", "numeric", "totals", "value")

    def __init__(
        self,
        key: str,
        value: Callable[[Any, Any], Cell],
        numeric: bool = False,
        default: bool = False,
        totals: Callable[[Any], tuple[int, ...]] | None = None,
    ) -> None:
        self.key = key
        self.value = value
        self.numeric = numeric
        self.default = default
        self.totals = totals


class Table:
    """Rows of raw cells under columns, in a language and a layout.

    depths: how deep each row is nested, where the table is an unfolded tree; otherwise empty.
    """

    __slots__ = ("columns", "depths", "headings", "language", "layout", "rows", "title")

    def __init__(
        self,
        title: str,
        columns: Sequence[Column],
        headings: Sequence[str],
        rows: Sequence[tuple[Cell, ...]],
        language: str = "en",
        layout: str = "hwc",
        depths: Sequence[int] = (),
    ) -> None:
        self.title = title
        self.columns = columns
        self.headings = headings
        self.rows = rows
        self.language = language
        self.layout = layout
        self.depths = depths

    def name_column(self) -> int:
        """The column that says which row is which, and that is indented in a tree: its index.

        It is the name or, where that is not shown, the first one.
        """
        keys = [column.key for column in self.columns]
        return keys.index("name") if "name" in keys else 0

    def texts(self) -> Iterator[list[str]]:
        """Each row's cells in words, unescaped: a renderer makes them safe for its format."""
        layout = self.layout
        texts: dict[Shape, str] = {}  # a shape goes out of one layer and into the next
        for row in self.rows:
            found = []
            for cell in row:
                if type(cell) is str:
                    found.append(cell)
                elif type(cell) is Shape:
                    text = texts.get(cell)
                    if text is None:
                        if len(texts) >= 64:
                            texts.clear()
                        text = texts[cell] = cell.text(layout)
                    found.append(text)
                else:
                    found.append(_worded(cell, layout))
            yield found


def _worded(cell: Cell, layout: str) -> str:
    """The text of a cell that is neither text nor a single shape."""
    if cell is None:
        return EMPTY
    if isinstance(cell, tuple):
        return ", ".join(shape.text(layout) for shape in cell if isinstance(shape, Shape))
    return str(cell)


class Document:
    """What a table or export command writes.

    explanations: heading and sentence of each column shown.
    totals: one line that names its convention.
    """

    __slots__ = ("explanations", "explanations_title", "tables", "title", "totals")

    def __init__(
        self,
        title: str,
        tables: Sequence[Table],
        explanations_title: str,
        explanations: Sequence[tuple[str, str]],
        totals: str,
    ) -> None:
        self.title = title
        self.tables = tables
        self.explanations_title = explanations_title
        self.explanations = explanations
        self.totals = totals
