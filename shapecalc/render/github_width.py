"""Which columns of a table give way, so that GitHub shows it without a scroll bar.

It has 830 pixels for a page, and no say in the font of whoever reads it: widths are those of the
widest one that it asks for.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from shapecalc.tables.table import EMPTY, Column, Table
from shapecalc.text.display import width

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shapecalc.tables.table import Cell

WIDTH = 830
"""The pixels of a page."""

_AROUND = 27
"""The pixels around the text of a cell, with its border."""

_READABLE = 120
"""The pixels that a longer text has at least; a shorter one is not wrapped."""

_INDENT = 16
"""The pixels of a level of a tree."""

_BOLD = 1.08
"""How much wider a bold text is."""

_PIXELS = {
    **dict.fromkeys(" ,.:;'|!ijlI", 5),
    **dict.fromkeys("()[]{}/-ftr", 7),
    **dict.fromkeys("aceksvxyzJL_*?", 9),
    **dict.fromkeys("ABEFKPSTVXYZ", 11),
    **dict.fromkeys("CDGHNOQRU&", 12),
    **dict.fromkeys("mwMW%@", 15),
}
"""The pixels of characters at GitHub's size."""

_OTHER = 10
"""Those of any other, and half of those of a wide one."""

WINDOW = ("kernel_size", "stride", "padding", "dilation", "groups")
"""The columns that a single one may stand for."""

_LONG = 10
"""The characters of a word that may be broken, at least."""

MEASURED_ROWS = 1_000
"""The rows that are measured: the first ones of a table that nobody reads to its end."""

BETWEEN = " / "
"""What stands between their texts there."""

_words = re.compile(r"[!-\u2e7f]+|\S").findall
_joint = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[._])(?=\w)").split


def narrowed(table: Table) -> Table:
    """The table, with fewer columns where it is too wide and they were not asked for.

    First those that another says as well give way, then those of windows are one, then the input
    goes, which is the output of the row above, or of what it is from.
    """
    spare = [table.columns[index] for group in table.spare for index in group]
    elsewhere = {column.key for column in spare if "from" in column.said_by}
    here = {column.key for column in spare} - elsewhere
    for change in (_without(here), _joined, _without(elsewhere)):
        if table.chosen or _pixels(table, _READABLE) <= WIDTH:
            break
        table = change(table)
    return table


def overflows(table: Table, wrapped: bool) -> bool:
    """Whether a table is too wide, with every text wrapped between its words or with none."""
    return _pixels(table, 0 if wrapped else WIDTH) > WIDTH


def parts(word: str) -> list[str]:
    """The parts between which a word may be broken, if it is long: `Conv`, `Transpose2d`."""
    return [word] if len(word) < _LONG else _joint(word)


def _pixels(table: Table, least: int) -> float:
    """The width of a table of which each text has at least so many pixels, or all that it needs."""
    found: list[dict[str, None]] = [{} for _ in table.columns]
    for texts in islice(table.texts(False), MEASURED_ROWS):
        for column, text in zip(found, texts, strict=True):
            column[text] = None
    name = table.name_column()
    total = 0.0
    for index, (heading, distinct) in enumerate(zip(table.headings, found, strict=True)):
        widest: float = max((_text_pixels(text, least) for text in distinct), default=0)
        if index == name:
            widest = widest * _BOLD + _INDENT * max(table.depths, default=0)
        total += max(widest, _text_pixels(heading, 0) * _BOLD) + _AROUND
    return total


def _text_pixels(text: str, least: int) -> int:
    whole = pixels_of(text)
    return whole if whole <= least else max(least, *map(pixels_of, _words(text)), 0)


@lru_cache(4096)
def pixels_of(word: str) -> int:
    """The pixels of a text that is not wrapped."""
    return sum(_PIXELS.get(char) or _OTHER * width(char) for char in word)


def _without(keys: set[str]) -> Callable[[Table], Table]:
    """What leaves columns out of a table."""

    def change(table: Table) -> Table:
        kept = [index for index, column in enumerate(table.columns) if column.key not in keys]
        return _changed(table, [[index] for index in kept])

    return change


def _joined(table: Table) -> Table:
    """The table with its columns of windows as one."""
    window = [index for index, column in enumerate(table.columns) if column.key in WINDOW]
    others = [[index] for index, column in enumerate(table.columns) if column.key not in WINDOW]
    return _changed(table, sorted([*others, window] if window else others))


def _changed(table: Table, groups: Sequence[Sequence[int]]) -> Table:
    """The table of some columns, each group of them as one."""
    columns = [
        table.columns[group[0]] if len(group) == 1 else Column("window", lambda node, view: None)
        for group in groups
    ]
    return Table(
        table.title,
        columns,
        [BETWEEN.join(table.headings[index] for index in group) for group in groups],
        [tuple(_cell([row[index] for index in group]) for group in groups) for row in table.rows],
        table.language,
        table.layout,
        table.depths,
        table.blocks,
        chosen=table.chosen,
        about=table.about,
    )


def _cell(cells: list[Cell]) -> Cell:
    if len(cells) == 1 or all(cell is None for cell in cells):
        return cells[0]
    return BETWEEN.join(EMPTY if cell is None else str(cell) for cell in cells)
