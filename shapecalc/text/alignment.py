"""What two sequences have in common, in order: found in a time that grows with their length."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    Pair = tuple[int, int]
    """An index into the old sequence, and the one into the new sequence that goes with it."""

MAXIMUM_EDITS = 100
"""The insertions and deletions over which the best way is looked for. After so many, the way
that is farthest is used and the search begins anew from there, as GNU diff does: the time
is bounded by the length times this number, not by the square of the length."""

_NOWHERE = -(1 << 60)


def longest_increasing(numbers: Sequence[int]) -> list[int]:
    """The indices of a longest subsequence that strictly increases."""
    from bisect import bisect_left

    ends: list[int] = []  # the smallest last number of an increasing run, by its length
    at: list[int] = []  # the index of each of these
    before: list[int] = []  # the index before each number in the longest run that ends with it
    for index, number in enumerate(numbers):
        length = bisect_left(ends, number)
        before.append(at[length - 1] if length else -1)
        if length == len(ends):
            ends.append(number)
            at.append(index)
        else:
            ends[length] = number
            at[length] = index
    found: list[int] = []
    index = at[-1] if at else -1
    while index >= 0:
        found.append(index)
        index = before[index]
    return found[::-1]


def aligned(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Pair]:
    """The indices of equal elements, increasing in both: as many as a few edits leave in place.

    Those that only one has are left out first, so that they are no edits. Then the common start and
    end, then the greedy search of Myers 1986, "An O(ND) Difference Algorithm and Its Variations".
    """
    both = set(old) & set(new)
    old_at = [index for index, each in enumerate(old) if each in both]
    new_at = [index for index, each in enumerate(new) if each in both]
    pairs = _aligned([old[index] for index in old_at], [new[index] for index in new_at])
    return [(old_at[x], new_at[y]) for x, y in pairs]


def _aligned(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Pair]:
    start = 0
    shorter = min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    pairs = [(index, index) for index in range(start)]
    x, y = start, start
    old_end, new_end = len(old) - end, len(new) - end
    while x < old_end and y < new_end:
        steps, x, y = _farthest(old, new, (x, y), (old_end, new_end))
        pairs += steps
    pairs += [(old_end + index, new_end + index) for index in range(end)]
    return pairs


def _farthest(
    old: Sequence[Hashable], new: Sequence[Hashable], start: Pair, end: Pair
) -> tuple[list[Pair], int, int]:
    """The pairs from a start as far as MAXIMUM_EDITS reach, and where that is."""
    width, height = end[0] - start[0], end[1] - start[1]
    reached: dict[int, int] = {1: 0}  # the farthest x on each diagonal, x - y
    history: list[dict[int, int]] = []
    for edits in range(MAXIMUM_EDITS + 1):
        history.append(reached)
        following = dict(reached)
        for diagonal in range(-edits, edits + 1, 2):
            x = _begin(reached, diagonal)
            y = x - diagonal
            if x < 0 or x > width or y > height:
                following[diagonal] = _NOWHERE
                continue
            while x < width and y < height and old[start[0] + x] == new[start[1] + y]:
                x += 1
                y += 1
            following[diagonal] = x
            if x == width and y == height:
                return _way(history, start, diagonal, x), *end
        reached = following
    # x + y tells how far; of those alike, the one that leaves as much of the old as of the new.
    last = range(-MAXIMUM_EDITS, MAXIMUM_EDITS + 1, 2)
    diagonal = max(last, key=lambda each: (2 * reached[each] - each, -abs(each)))
    x = reached[diagonal]
    return _way(history, start, diagonal, x), start[0] + x, start[1] + x - diagonal


def _begin(reached: dict[int, int], diagonal: int) -> int:
    """Where a diagonal is entered: by an insertion from above, or by a deletion from the left."""
    above = reached.get(diagonal + 1, _NOWHERE)
    left = reached.get(diagonal - 1, _NOWHERE)
    return above if left < above else left + 1


def _way(history: list[dict[int, int]], start: Pair, diagonal: int, x: int) -> list[Pair]:
    """The pairs on the way to a point, from the start."""
    pairs: list[Pair] = []
    for reached in reversed(history):
        begin = _begin(reached, diagonal)
        while x > begin:
            x -= 1
            pairs.append((start[0] + x, start[1] + x - diagonal))
        inserted = begin == reached.get(diagonal + 1, _NOWHERE)
        diagonal, x = (diagonal + 1, begin) if inserted else (diagonal - 1, begin - 1)
    return pairs[::-1]


def gaps(pairs: Sequence[Pair], old: int, new: int) -> Iterator[tuple[range, range]]:
    """What lies before, between and after pairs, of sequences of these lengths."""
    x = y = 0
    for old_index, new_index in [*pairs, (old, new)]:
        yield range(x, old_index), range(y, new_index)
        x, y = old_index + 1, new_index + 1
