"""The widths of the columns of a table, so that it fits with as few more lines as can be.

Each column could have the widths of its cells and of their parts. Whoever shrinks one to such a
width saves cells, and the rows of which a cell is wider then get another line: as long as the
table is too wide, that is done which saves the most cells for each more line. One wide cell so
wraps in its own row instead of widening the column for all.

Sets of rows are the bits of integers: twenty thousand rows are chosen for in milliseconds.
"""

from __future__ import annotations

from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from shapecalc.text.display import fold, pieces, width

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEADING_LINES = 3
"""The lines that a heading is folded on at most."""

_HEADING_COST = 0.01
"""What another line of the headings costs, in lines of rows."""

_LONGEST_PART = 12
"""The cells of a name that are kept together where there is little room."""


_Width = tuple[int, int, int, int]
"""A width, the rows that then wrap, those of more than two lines, and the lines of the heading."""


class Measured:
    """The texts of a column by their widths.

    texts: a cell a row; sizes: their widths. indents: the cells before each that are always there.
    parted: whether words may be parted: names, not figures. least: the least width for it to be
    there at all.
    """

    def __init__(
        self,
        heading: str,
        texts: Sequence[str],
        indents: Sequence[int] = (),
        parted: bool = False,
        least: int = 0,
    ) -> None:
        self.heading = heading
        self.texts = texts
        self.indents = indents or [0] * len(texts)
        self.sizes = list(map(width, texts))
        self.parted = parted
        self._least = least
        wide = map(int.__add__, self.sizes, self.indents) if indents else self.sizes
        self.natural = max(width(heading), max(wide, default=0))

    @cached_property
    def least(self) -> int:
        """The width below which a number, or too short a part of a name, would be parted."""
        return max(self._least, self._folds[2], self._heading[-1])

    @cached_property
    def _heading(self) -> list[int]:
        # The widths in which the heading has one line, two, ...
        found = [width(self.heading)]
        longest = max(map(width, self.heading.split(" ")))  # no word of Chinese is parted
        for cells in range(found[0] - 1, longest - 1, -1):
            count = len(fold(self.heading, cells))
            if count > _HEADING_LINES:
                break
            found += [found[-1]] * (count - len(found))
            found[count - 1 :] = [cells]
        return found

    @cached_property
    def _folds(self) -> tuple[dict[int, int], dict[int, int], int]:
        # The rows of which a text has a width, those that need one for two lines, and the least.
        known: dict[str, tuple[int, int]] = {}
        whole: dict[int, list[int]] = {}
        half: dict[int, list[int]] = {}
        least = 0
        for row, (text, size, indent) in enumerate(
            zip(self.texts, self.sizes, self.indents, strict=True)
        ):
            if text not in known:
                known[text] = _halves(text, size, self.parted)
            two, parts = known[text]
            least = max(least, parts + indent)
            whole.setdefault(size + indent, []).append(row)
            half.setdefault(two + indent, []).append(row)
        rows = len(self.texts)
        return _bits(whole, rows), _bits(half, rows), least

    @cached_property
    def widths(self) -> list[_Width]:
        """The widths that it could have, widest first."""
        whole, half, _ = self._folds
        found: list[_Width] = []
        for cells in sorted({self.natural, self.least, *whole, *half, *self._heading}):
            if self.least <= cells:
                lines = next(n for n, each in enumerate(self._heading, 1) if each <= cells)
                found.append((cells, _wider(whole, cells), _wider(half, cells), lines))
        return found[::-1]


def _halves(text: str, size: int, parted: bool) -> tuple[int, int]:
    # The widths in which a text has two lines, and as many as it takes.
    found = pieces(text, parted)
    if len(found) < 2:
        return size, _kept(text, size, parted)
    ends = accumulate(map(width, found))
    two = min(
        max(end, size - end - width(after) + _own_width(after))
        for end, (_, after) in zip(ends, pairwise(found), strict=False)
    )
    return two, _kept(text, max(map(_own_width, found)), parted)


def _kept(text: str, longest: int, parted: bool) -> int:
    # The cells of what is kept together, where the longest piece has so many.
    if not parted or longest <= _LONGEST_PART:
        return longest
    import re

    return max(_LONGEST_PART, *map(len, re.findall(r"[\d.,]+", text)), 0)


def _own_width(piece: str) -> int:
    # At the beginning of a line, where its spaces are left out.
    return width(piece.lstrip(" "))


def _bits(rows: dict[int, list[int]], count: int) -> dict[int, int]:
    found = {}
    for cells, those in rows.items():
        bits = bytearray(count // 8 + 1)
        for row in those:
            bits[row >> 3] |= 1 << (row & 7)
        found[cells] = int.from_bytes(bits, "little")
    return found


def _wider(bits: dict[int, int], cells: int) -> int:
    found = 0
    for wide, rows in bits.items():
        if wide > cells:
            found |= rows
    return found


def fitted(columns: Sequence[Measured], room: int) -> list[int] | None:
    """A width for each column, so that all of them have so much room; None where none will do."""
    if sum(column.natural for column in columns) <= room:
        return [column.natural for column in columns]
    if sum(column.least for column in columns) > room:
        return None
    chosen = [column.widths[0] for column in columns]
    cost = 0.0
    while (excess := sum(each[0] for each in chosen) - room) > 0:
        best: tuple[float, float, float] | None = None
        for index, column in enumerate(columns):
            now = chosen[index]
            for each in column.widths:
                if each[0] < now[0]:
                    chosen[index] = each
                    more = _cost(chosen)
                    saved = min(now[0] - each[0], excess)
                    rank = (saved / max(more - cost, _HEADING_COST / 2), saved, each[0])
                    if best is None or rank > best:
                        best, found = rank, (index, each, more)
            chosen[index] = now
        assert best is not None  # above the least widths there is always one
        index, chosen[index], cost = found
    spare = _widened(columns, chosen, -excess)
    widths = [each[0] for each in chosen]
    widths[index] += spare  # there it may save a third line
    return widths


def _widened(columns: Sequence[Measured], chosen: list[_Width], spare: int) -> int:
    # Gives back what is left over, where it saves lines, and says how much then still is.
    for index, column in enumerate(columns):
        now = chosen[index]
        best = _cost(chosen), 0, now
        for each in column.widths:
            if now[0] < each[0] <= now[0] + spare:
                chosen[index] = each
                best = min(best, (_cost(chosen), each[0], each))
        chosen[index] = best[2]
        spare -= chosen[index][0] - now[0]
    return spare


def _cost(chosen: Sequence[_Width]) -> float:
    # The lines that there are beyond the first of each row.
    wrapped = again = 0
    lines = 1
    for _, once, twice, heading in chosen:
        wrapped |= once
        again |= twice
        lines = max(lines, heading)
    return wrapped.bit_count() + 2 * again.bit_count() + _HEADING_COST * (lines - 1)
