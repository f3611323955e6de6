"""Comma-separated values of the layer table, for spreadsheets and programs.

Fields are quoted as RFC 4180 has it. Lines end with a line feed alone, like those of every
other format: whatever reads the one reads the other, and line tools and git want no carriage
return.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.tables.document import Options
from shapecalc.tables.table import Table
from shapecalc.text.display import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.tables.table import Cell

_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What makes a spreadsheet run a text (OWASP, CSV injection). Tabs and line ends, which would
too, are escaped before."""


def lines(table: Table, options: Options) -> Iterator[str]:
    """The lines of the table, without their ends: the headings, then a line a row.

    In English the headings are the columns' keys, as programs know them.

    A cell that means nothing in its row is empty. A text that a spreadsheet would run as a
    formula has an apostrophe before it; numbers, and texts that are one, stay as they are.
    """
    import csv

    row = csv.writer(_Line(), lineterminator="").writerow
    english = table.language == "en"
    keys = [column.key for column in table.columns]
    yield row(keys if english else map(printable, table.headings))
    for cells, texts in zip(table.rows, table.texts(), strict=True):
        yield row(map(_field, cells, texts))


class _Line:
    # A file that hands back what is written to it, for the writer to hand on.

    def write(self, line: str) -> str:
        return line


def _field(cell: Cell, text: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, int | tuple):
        return text
    if not isinstance(cell, str):  # a fraction
        return str(float(round(cell, 6)))
    if text.isascii() and text.removeprefix("-").isdigit():
        return text
    shown = printable(text)
    return "'" + shown if shown.lstrip().startswith(_FORMULA_STARTS) else shown
