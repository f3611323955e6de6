"""Where the same layers, connected in the same way, stand several times in a list of pieces.

A region is a stretch of pieces that can be a block: what it takes from outside is one tensor, and
what others take from it is the output of its last piece. Regions with pieces of the same types,
which take from each other in the same way, are of one form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from shapecalc.importers.folding.pieces import Piece, Taken

LONGEST_REGION = 80
"""The longest region that is looked for, in pieces."""


class Form:
    """What regions have in common.

    length: in pieces. starts: where they begin, in order. forks: how many of its inputs are what
    comes in. key: what it adds to the form that is one piece shorter. tail: its last piece's type.
    """

    __slots__ = ("following", "forks", "length", "starts", "tail")

    def __init__(self, length: int, forks: int, tail: str) -> None:
        self.length = length
        self.forks = forks
        self.tail = tail
        self.starts: list[int] = []
        self.following: dict[Hashable, Form] = {}

    def apart(self) -> list[int]:
        """The starts of regions that do not overlap, from the first on."""
        found: list[int] = []
        for start in self.starts:
            if not found or start >= found[-1] + self.length:
                found.append(start)
        return found

    @property
    def saved(self) -> int:
        """How many lines fewer there are once it is a block, but for its arguments."""
        return len(self.apart()) * (self.length - 1) - self.length - 2


class Regions:
    """The regions of a list of pieces, by their form.

    ends: the pieces whose outputs leave the network.
    """

    def __init__(self, pieces: Sequence[Piece], ends: Iterable[Piece]) -> None:
        self.pieces = pieces
        self.places: dict[object, int] = {piece: place for place, piece in enumerate(pieces)}
        last = list(range(len(pieces)))
        for place, piece in enumerate(pieces):
            for each in piece.inputs:
                if each.of in self.places:
                    last[self.places[each.of]] = place
        for piece in ends:
            last[self.places[piece]] = len(pieces)
        self._last = last
        self.forms: list[Form] = []
        self._first: dict[Hashable, Form] = {}
        for start in range(len(pieces)):
            self._from(start)

    def _from(self, start: int) -> None:
        """Enter all regions that begin at a piece."""
        entry: Taken | None = None
        forks, needed = 0, -1
        known = self._first
        for place in range(start, min(start + LONGEST_REGION, len(self.pieces))):
            piece = self.pieces[place]
            sources: list[Hashable] = []
            for each in piece.inputs:
                at = self.places.get(each.of, -1)
                if at >= start:
                    sources.append((at - start, each.output))
                elif entry is None or entry == each:
                    entry = each
                    forks += 1
                    sources.append("input")
                else:
                    return  # a second tensor from outside
            if entry is None or piece.pinned:
                return
            key = (piece.signature, tuple(sources))
            form = known.get(key)
            if form is None:
                form = known[key] = Form(place - start + 1, forks, piece.type)
                self.forms.append(form)
            if needed <= place and len(piece.leaves[-1].outputs) == 1:
                form.starts.append(start)
            needed = max(needed, self._last[place])
            known = form.following

    def entry(self, start: int, length: int) -> Taken:
        """What comes into a region."""
        for piece in self.pieces[start : start + length]:
            for each in piece.inputs:
                if self.places.get(each.of, -1) < start:
                    return each
        raise AssertionError
