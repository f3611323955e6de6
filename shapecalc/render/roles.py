"""The roles of the cells of a table, for colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.text.styles import BLOCK, BLOCK_NAME, NAME, NOTHING, TEXT

if TYPE_CHECKING:
    from shapecalc.tables.table import Table


def roles(table: Table, index: int) -> list[str]:
    """The role of each cell of a column: blocks are told from layers, and nothing from figures."""
    column = table.columns[index]
    usual, of_block = TEXT, TEXT
    if index == table.name_column():
        usual, of_block = NAME, BLOCK_NAME
    elif column.key == "type":
        of_block = BLOCK
    found = [NOTHING if row[index] is None else usual for row in table.rows]
    if column.unit is not None:
        found = [
            role if row[index] else NOTHING for role, row in zip(found, table.rows, strict=True)
        ]
    if of_block != usual and table.blocks:
        found = [
            of_block if block else role for role, block in zip(found, table.blocks, strict=True)
        ]
    return found
