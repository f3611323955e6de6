"""Where the same layers, connected in the same way, stand several times in a list of parts.

A region is a stretch of parts that can be a block: what it takes from outside is one tensor, and
what others take from it is the output of its last part. Regions with parts of the same types, which
take from each other in the same way, are occurrences of one form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from shapecalc.importers.folding.parts import Part, Taken

LONGEST_REGION = 80
"""The longest region that is looked for, in parts."""


class Form:
    """What regions have in common.

    length: in parts. starts: where they begin, in order. forks: how many of its inputs are what
    comes in. key: what it adds to the form that is one part shorter. tail: its last part's type.
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
        """How many lines fewer there are once it is a block."""
        count = len(self.apart())
        return count * (self.length - 1) - self.length - 3


class Regions:
    """The regions of a list of parts, by their form.

    ends: the parts whose outputs leave the network.
    """

    def __init__(self, parts: Sequence[Part], ends: Iterable[Part]) -> None:
        self.parts = parts
        self.places: dict[object, int] = {part: place for place, part in enumerate(parts)}
        last = list(range(len(parts)))
        for place, part in enumerate(parts):
            for each in part.inputs:
                if each.of in self.places:
                    last[self.places[each.of]] = place
        for part in ends:
            last[self.places[part]] = len(parts)
        self._last = last
        self.forms: list[Form] = []
        self._first: dict[Hashable, Form] = {}
        for start in range(len(parts)):
            self._from(start)

    def _from(self, start: int) -> None:
        """Enter all regions that begin at a part."""
        entry: Taken | None = None
        forks, needed = 0, -1
        known = self._first
        for place in range(start, min(start + LONGEST_REGION, len(self.parts))):
            part = self.parts[place]
            sources: list[Hashable] = []
            for each in part.inputs:
                at = self.places.get(each.of, -1)
                if at >= start:
                    sources.append((at - start, each.output))
                elif entry is None or entry == each:
                    entry = each
                    forks += 1
                    sources.append("input")
                else:
                    return  # a second tensor from outside
            if entry is None or part.pinned:
                return
            key = (part.signature, tuple(sources))
            form = known.get(key)
            if form is None:
                form = known[key] = Form(place - start + 1, forks, part.type)
                self.forms.append(form)
            if needed <= place and len(part.leaves[-1].outputs) == 1:
                form.starts.append(start)
            needed = max(needed, self._last[place])
            known = form.following

    def entry(self, start: int, length: int) -> Taken:
        """What comes into a region."""
        for part in self.parts[start : start + length]:
            for each in part.inputs:
                if self.places.get(each.of, -1) < start:
                    return each
        raise AssertionError
