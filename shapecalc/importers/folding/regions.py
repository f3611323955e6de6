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
        self._places: dict[object, int] = {piece: place for place, piece in enumerate(pieces)}
        last = list(range(len(pieces)))
        self._inputs: list[list[tuple[int, Taken]]] = []
        for place, piece in enumerate(pieces):
            inputs = [(self._places.get(each.of, -1), each) for each in piece.inputs]
            self._inputs.append(inputs)
            for at, _ in inputs:
                if at >= 0:
                    last[at] = place
        for piece in ends:
            last[self._places[piece]] = len(pieces)
        self._last = last
        numbers: dict[Hashable, int] = {}
        self._kinds = [numbers.setdefault(piece.signature, len(numbers)) for piece in pieces]
        self.forms: list[Form] = []
        first: dict[Hashable, Form] = {}
        for start in range(len(pieces)):
            self._from(start, first)

    def _from(self, start: int, known: dict[Hashable, Form]) -> None:
        """Enter all regions that begin at a piece. known: the forms of one piece."""
        entry: Taken | None = None
        forks, needed = 0, -1
        for place in range(start, min(start + LONGEST_REGION, len(self.pieces))):
            piece = self.pieces[place]
            key = [self._kinds[place]]
            for at, each in self._inputs[place]:
                if at >= start:
                    key += (at - start, each.output)
                elif entry is None or entry == each:
                    entry = each
                    forks += 1
                    key.append(-1)
                else:
                    return  # a second tensor from outside
            if entry is None or piece.pinned:
                return
            form = known.get(tuple(key))
            if form is None:
                form = known[tuple(key)] = Form(place - start + 1, forks, piece.type)
                self.forms.append(form)
            if needed <= place and len(piece.leaves[-1].outputs) == 1:
                form.starts.append(start)
            needed = max(needed, self._last[place])
            known = form.following

    def entry(self, start: int, length: int) -> Taken:
        """What comes into a region."""
        inputs = (each for place in range(start, start + length) for each in self._inputs[place])
        return next(each for at, each in inputs if at < start)
