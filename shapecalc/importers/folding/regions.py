"""Where the same layers, connected in the same way, stand several times in a list of pieces.

A region is a stretch of pieces that can be a block: what it takes from outside is one tensor, and
what others take from it is the output of its last piece. Regions with pieces of the same types,
which take from each other in the same way, are of one form.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

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

    @property
    def saved_at_most(self) -> int:
        """How many lines fewer there are where those in a row are alike, and become a repeat."""
        starts = self.apart()
        rows = sum(after != start + self.length for start, after in pairwise((*starts, -1)))
        return len(starts) * self.length - rows - self.length - 2


class _Growing:
    """A region that is being found, a piece at a time.

    start: where it begins. entry: what comes in. forks: as of its form. needed: where the last is
    that takes something of it. is_whole: whether nothing after it takes what is not its last.
    """

    __slots__ = ("entry", "forks", "is_whole", "needed", "start")

    def __init__(self, start: int) -> None:
        self.start = start
        self.entry: Taken | None = None
        self.forks = 0
        self.needed = -1
        self.is_whole = False


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
        growing = [(Form(0, 0, ""), [_Growing(start) for start in range(len(pieces))])]
        for _ in range(LONGEST_REGION):
            growing = [
                longer for form, regions in growing for longer in self._longer(form, regions)
            ]

    def _longer(
        self, form: Form, regions: Sequence[_Growing]
    ) -> Iterator[tuple[Form, list[_Growing]]]:
        """Regions of a form with one piece more, by the forms that more than one of them has."""
        found: dict[Hashable, list[_Growing]] = {}
        for region in regions:
            key = self._grown(region, region.start + form.length)
            if key is not None:
                found.setdefault(key, []).append(region)
        for key, alike in found.items():
            if len(alike) > 1:
                tail = self.pieces[alike[0].start + form.length].type
                longer = form.following[key] = Form(form.length + 1, alike[0].forks, tail)
                longer.starts = [region.start for region in alike if region.is_whole]
                self.forms.append(longer)
                yield longer, alike

    def _grown(self, region: _Growing, place: int) -> Hashable | None:
        """What a piece adds to the form of a region, which then has it; None where it cannot."""
        if place == len(self.pieces):
            return None
        piece = self.pieces[place]
        key = [self._kinds[place]]
        for at, each in self._inputs[place]:
            if at >= region.start:
                key += (at - region.start, each.output)
            elif region.entry is None or region.entry == each:
                region.entry = each
                region.forks += 1
                key.append(-1)
            else:
                return None  # a second tensor from outside
        if region.entry is None or piece.pinned:
            return None
        region.is_whole = region.needed <= place and len(piece.leaves[-1].outputs) == 1
        region.needed = max(region.needed, self._last[place])
        return tuple(key)

    def entry(self, start: int, length: int) -> Taken:
        """What comes into a region."""
        inputs = (each for place in range(start, start + length) for each in self._inputs[place])
        return next(each for at, each in inputs if at < start)
