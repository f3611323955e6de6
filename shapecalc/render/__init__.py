"""A document in each of the formats, a file a format."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapecalc.table import Table


def position(table: Table, key: str) -> int | None:
    """Where a table has the column of a key; None where it has none."""
    for index, column in enumerate(table.columns):
        if column.key == key:
            return index
    return None
