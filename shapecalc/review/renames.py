"""Which files were renamed: the same content under another path, or most of it, as git finds them.

Git could be asked for two commits, but for the working tree it would run the filters that the
repository names. So the measure of `git diff --find-renames` is taken here: the bytes of the lines
(in pieces of at most 64) that both have in common, of the larger one's at least half.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapecalc.review.sides import Side

_PIECE = 64
"""The bytes after which a piece of a long line ends."""

_MOST_BYTES = 8 * 2**20
"""The bytes that are looked at on each side, and"""

_MOST_PIECES = 2_000_000
"""the pieces that are compared. What is left is renamed only if nothing else changed."""


def renames(old: Side, new: Side) -> dict[str, str]:
    """The old paths of the files that were renamed, by their new ones."""
    gone = sorted(old.files.keys() - new.files.keys() - new.left_out)
    added = sorted(new.files.keys() - old.files.keys())
    found: dict[str, str] = {}
    by_content: dict[str, list[str]] = {}
    for path in gone:
        by_content.setdefault(old.files[path], []).append(path)
    for path in added:
        same = by_content.get(new.files[path])
        if same:
            like = [each for each in same if _base(each) == _base(path)] or same
            found[path] = like[0]
            same.remove(like[0])
    kept = set(found.values())
    _add_similar(
        found,
        list(_pieces_of(old, (path for path in gone if path not in kept))),
        list(_pieces_of(new, (path for path in added if path not in found))),
    )
    return found


_Pieces = tuple[str, Counter[bytes], int]
"""A path, the pieces of its content, and their bytes."""


def _pieces_of(side: Side, paths: Iterable[str]) -> Iterator[_Pieces]:
    left = _MOST_BYTES
    for path in paths:
        try:
            content = side.content(path)
        except OSError:
            continue
        left -= len(content)
        if left < 0:
            return
        pieces = Counter(
            line[start : start + _PIECE]
            for line in content.replace(b"\r\n", b"\n").splitlines(keepends=True)
            for start in range(0, len(line), _PIECE)
        )
        yield path, pieces, sum(len(piece) * count for piece, count in pieces.items())


def _add_similar(found: dict[str, str], gone: list[_Pieces], added: list[_Pieces]) -> None:
    """Add the pairs that have at least half in common, the most alike first."""
    taken: set[str] = set()
    for *_, old, new in sorted(_scores(gone, added)):
        if old not in taken and new not in found:
            found[new] = old
            taken.add(old)


def _scores(gone: list[_Pieces], added: list[_Pieces]) -> Iterator[tuple[float, bool, str, str]]:
    """The pairs of old and new paths that may be renames, with how unlike they are."""
    left = _MOST_PIECES
    for old, old_pieces, old_size in gone:
        for new, new_pieces, new_size in added:
            larger = max(old_size, new_size)
            if not larger or 2 * min(old_size, new_size) < larger:
                continue
            left -= min(len(old_pieces), len(new_pieces))
            if left < 0:
                return
            common = new_pieces & old_pieces
            shared = sum(len(piece) * count for piece, count in common.items())
            if 2 * shared >= larger:
                yield 1 - shared / larger, _base(old) != _base(new), old, new


def _base(path: str) -> str:
    return path.rpartition("/")[2]
