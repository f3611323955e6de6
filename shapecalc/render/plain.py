"""Plain aligned text: for pipes and files, and for terminals where a table has many rows.

Nothing is cut, folded or coloured, and a row is a line, so that line tools can read it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.render import name_column
from shapecalc.text.display import encodable, inert, pad, visible, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapecalc.tables.table import Document, Table

_GAP = "  "
_INDENT = "  "

_WIDEST = 200
"""The cells that a column takes at most: a text that is longer pushes its own row alone."""


def lines(document: Document, encoding: str = "utf-8") -> Iterator[str]:
    """The lines of a document's tables, each under its title, and of the totals.

    They have no line ends. What the encoding of the stream cannot say is escaped, and the
    columns are aligned with these escapes. Each table is read twice, once for the widths, and
    none of it is kept.
    """
    for index, table in enumerate(document.tables):
        if index:
            yield ""
        yield _line(table.title or document.title, encoding)
        yield from _table(table, encoding)
    if document.totals:
        yield ""
        yield _line(document.totals, encoding)


def _line(text: str, encoding: str) -> str:
    return inert(encodable(visible(text), encoding)).rstrip(" ")


def _table(table: Table, encoding: str) -> Iterator[str]:
    # The last column is not measured unless its texts stand at the right.
    rights = [column.numeric for column in table.columns]
    measured = len(rights) if rights[-1] else len(rights) - 1
    widths = [0] * measured
    for texts in _rows(table, encoding):
        widths = list(map(max, widths, map(width, texts[:measured])))
    widths = [min(cells, _WIDEST) for cells in widths]
    fields = [
        f"{{:{'>' if right else '<'}{cells}}}" for right, cells in zip(rights, widths, strict=False)
    ]
    fields += ["{}"] * (len(rights) - measured)
    template = _GAP.join(fields)
    for texts in _rows(table, encoding):
        cells = texts[:measured]
        if "".join(cells).isascii():  # each character is a cell
            line = template.format(*texts)
        else:
            line = _GAP.join([*map(pad, cells, widths, rights), *texts[measured:]])
        yield line.rstrip(" ")


def _rows(table: Table, encoding: str) -> Iterator[list[str]]:
    # The cells of the headings and of each row as they are shown.
    yield _shown(table.headings, encoding)
    name = name_column(table)
    for index, texts in enumerate(table.texts()):
        row = "".join(texts)
        plain = row.isascii() and row.isprintable() and "::" not in row and "##" not in row
        shown = texts if plain else _shown(texts, encoding)
        if table.depths:
            shown[name] = _INDENT * table.depths[index] + shown[name]
        yield shown


def _shown(texts: Iterable[str], encoding: str) -> list[str]:
    return [inert(encodable(visible(text), encoding)) for text in texts]
