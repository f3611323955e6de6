"""Exporters, a file a format.

`plain`, `markdown` and `csv` write a document, `json` a summary. `terminal` prints a document in
colour, as `fitting` lays it out for a width.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapecalc.tables.table import Table


def name_column(table: Table) -> int:
    """The column that says which row is which, and that is indented in a tree: its index.

    It is the name or, where that is not shown, the first one.
    """
    for index, column in enumerate(table.columns):
        if column.key == "name":
            return index
    return 0
