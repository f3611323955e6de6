"""Tables of raw values: what every renderer is given.

A `Document` has a title, tables, explanations of their columns and a line of totals. The cells
of a table are raw values; `Table.texts` words them, in the table's language and layout.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from shapecalc.shapes.shape import Shape
from shapecalc.text.display import percent

if TYPE_CHECKING:
    from fractions import Fraction

    Cell = str | int | Fraction | Shape | tuple[Shape, ...] | None

EMPTY = "-"
"""The text of a cell that means nothing in its row."""


COUNT, BYTES, SHARE, RATIO = "count", "bytes", "share", "ratio"
"""The units of figures: how many there are, bytes, the part of a total, one number to another."""


class Column:
    """A column of the layer table.

    key: what `--columns` and JSON call it.
    value: what it shows of an inferred layer, for a `View`.
    numeric: whether its texts are aligned at the right. unit: that of its figures, which are.
    figure: whether what several layers have adds up.
    varies: whether layers that are otherwise the same may differ in it, by where they are.
    default: whether a table has it without being asked. unusual: whether it has it because of a
    layer; None where that is never so.
    said_by: the columns of which the cells say what its own do, so that it is the first to give way
    where there is no room. With `from`, they are those of the row before, or of the source.
    """

    __slots__ = (
        "default",
        "figure",
        "key",
        "numeric",
        "said_by",
        "unit",
        "unusual",
        "value",
        "varies",
    )

    def __init__(
        self,
        key: str,
        value: Callable[[Any, Any], Cell],
        numeric: bool = False,
        unit: str | None = None,
        figure: bool = False,
        varies: bool = False,
        default: bool = False,
        unusual: Callable[[Any], bool] | None = None,
        said_by: tuple[str, ...] = (),
    ) -> None:
        self.key = key
        self.value = value
        self.numeric = numeric or unit is not None
        self.unit = unit
        self.figure = figure
        self.varies = varies
        self.default = default
        self.unusual = unusual
        self.said_by = said_by


class Table:
    """Rows of raw cells under columns, in a language and a layout.

    depths: how deep each row is nested, where the table is an unfolded tree; otherwise empty.
    blocks: whether each row is something with layers inside.
    spare: the columns, by their indices, that may give way where there is no room: groups that go
    together, in the order in which they go.
    brief: the types of the rows where there is no room for what they list; otherwise empty.
    chosen: whether its columns were asked for, and so all stay.
    about: what it is of, in a sentence.
    """

    __slots__ = (
        "about",
        "blocks",
        "brief",
        "chosen",
        "columns",
        "depths",
        "headings",
        "language",
        "layout",
        "rows",
        "spare",
        "title",
    )

    def __init__(
        self,
        title: str,
        columns: Sequence[Column],
        headings: Sequence[str],
        rows: Sequence[tuple[Cell, ...]],
        language: str = "en",
        layout: str = "hwc",
        depths: Sequence[int] = (),
        blocks: Sequence[bool] = (),
        spare: Sequence[Sequence[int]] = (),
        brief: Sequence[str] = (),
        chosen: bool = True,
        about: str | None = None,
    ) -> None:
        self.title = title
        self.columns = columns
        self.headings = headings
        self.rows = rows
        self.language = language
        self.layout = layout
        self.depths = depths
        self.blocks = blocks
        self.spare = spare
        self.brief = brief
        self.chosen = chosen
        self.about = about

    def name_column(self) -> int:
        """The column that says which row is which, and that is indented in a tree: its index.

        It is the name or, where that is not shown, the first one.
        """
        keys = [column.key for column in self.columns]
        return keys.index("name") if "name" in keys else 0

    def texts(self, exact: bool = True) -> Iterator[list[str]]:
        """Each row's cells in words, unescaped: a renderer makes them safe for its format.

        exact: whether figures are digits alone, and all shapes listed; otherwise they are grouped,
        bytes are KiB, MiB, and several shapes that are the same are one.
        """
        layout = self.layout
        units = [None if exact and c.unit in (COUNT, BYTES) else c.unit for c in self.columns]
        texts: dict[Shape, str] = {}  # a shape goes out of one layer and into the next
        for row in self.rows:
            found = []
            for cell, unit in zip(row, units, strict=True):
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
                    found.append(_text(cell, unit, layout, exact))
            yield found


def _text(cell: Cell, unit: str | None, layout: str, exact: bool) -> str:
    """The text of a cell that is neither text nor a single shape."""
    if cell is None:
        return EMPTY
    if isinstance(cell, tuple):
        return _shapes_text([shape for shape in cell if isinstance(shape, Shape)], layout, exact)
    return cell if isinstance(cell, str) else figure_text(cell, unit)


def _shapes_text(shapes: Sequence[Shape], layout: str, exact: bool) -> str:
    if not exact and len(shapes) > 1 and all(shape == shapes[0] for shape in shapes):
        return f"{len(shapes)} x {shapes[0].text(layout)}"
    return ", ".join(shape.text(layout) for shape in shapes)


def figure_text(figure: int | Fraction, unit: str | None) -> str:
    """The text of a figure: digits alone, without a unit."""
    if unit == COUNT:
        return f"{figure:,}"
    if unit == BYTES:
        return bytes_text(int(figure))
    if unit == SHARE:
        return f"{percent(figure.numerator, figure.denominator)}%"
    if unit == RATIO:
        return _decimal(figure, 2)
    return str(figure)


def bytes_text(count: int) -> str:
    """Bytes as people read them: KiB, MiB, ... to one decimal, halves rounded up."""
    power = max(count.bit_length() - 1, 0) // 10
    if not power:
        return f"{count} B"
    units = "KMGTPEZY"
    power = min(power, len(units))
    return f"{_decimal(count, 1, 1024**power)} {units[power - 1]}iB"


def _decimal(value: int | Fraction, places: int, of: int = 1) -> str:
    """A number, or a part of another, to so many decimals, halves rounded up."""
    numerator, denominator = value.numerator * 10**places, value.denominator * of
    digits = (2 * numerator + denominator) // (2 * denominator)
    whole, rest = divmod(digits, 10**places)
    return f"{whole}.{rest:0{places}}"


class Document:
    """What a table or export command writes.

    explanations: heading and sentence of each column shown.
    totals: the label and the text of each figure of the whole network, with digits alone or, if not
    exact, as people read them.
    lead: what it is about, in sentences. printed: whether it is the document that the tables are
    after, as it was printed.
    """

    __slots__ = (
        "explanations",
        "explanations_title",
        "lead",
        "printed",
        "tables",
        "title",
        "totals",
    )

    def __init__(
        self,
        title: str,
        tables: Sequence[Table],
        explanations_title: str,
        explanations: Sequence[tuple[str, str]],
        totals: Callable[[bool], list[tuple[str, str]]],
        lead: Sequence[str] = (),
        printed: bool = False,
    ) -> None:
        self.title = title
        self.tables = tables
        self.explanations_title = explanations_title
        self.explanations = explanations
        self.totals = totals
        self.lead = lead
        self.printed = printed
