"""The difference of two texts of a file, as `patch` and people read it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from shapecalc.text.alignment import aligned, gaps

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTEXT = 3
"""The lines that are shown before and after what differs."""

_NO_LINE_END = "\n\\ No newline at end of file\n"


def unified_diff(name: str, before: str, after: str) -> Iterator[str]:
    """The lines of a difference, with the line ends of the texts. name: that of the file."""
    lines = list(_marked(_lines(before), _lines(after)))
    changed = deque(index for index, (mark, _) in enumerate(lines) if mark != " ")
    if not changed:
        return
    yield f"--- {name}\n"
    yield f"+++ {name}\n"
    old = new = 1  # the lines of both texts at `start`
    start = 0
    while changed:
        first = last = changed[0]
        while changed and changed[0] <= last + 2 * CONTEXT:
            last = changed.popleft()
        begin, end = max(first - CONTEXT, start), last + CONTEXT + 1
        old, new = old + begin - start, new + begin - start  # those are in both
        hunk = lines[begin:end]
        olds = sum(mark != "+" for mark, _ in hunk)
        news = sum(mark != "-" for mark, _ in hunk)
        yield f"@@ -{_range(old, olds)} +{_range(new, news)} @@\n"
        yield from (mark + line for mark, line in hunk)
        old, new, start = old + olds, new + news, end


def _range(start: int, count: int) -> str:
    return f"{start if count else start - 1},{count}"


def _marked(before: list[str], after: list[str]) -> Iterator[tuple[str, str]]:
    """The lines of both texts: `-` and `+` mark those of the one and of the other alone."""
    pairs = aligned(before, after)
    for index, (gone, new) in enumerate(gaps(pairs, len(before), len(after))):
        yield from (("-", before[each]) for each in gone)
        yield from (("+", after[each]) for each in new)
        if index < len(pairs):
            yield " ", before[pairs[index][0]]


def _lines(text: str) -> list[str]:
    """The lines of a text with their ends; what is after the last end is said to have none."""
    *whole, rest = text.split("\n")
    return [*(f"{line}\n" for line in whole), *([rest + _NO_LINE_END] if rest else [])]
