"""The sizes of inputs that are given where a file leaves them open."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from shapecalc.language.given import GivenShape
from shapecalc.problems.formatting import shown, some_of
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from shapecalc.shapes.shape import Shape


class GivenSizes:
    """What is given as the shapes of inputs: one for the only input, or some by their names."""

    def __init__(self, given: object = None) -> None:
        self.given = given
        self._asked: set[str] = set()

    @property
    def unused(self) -> str | None:
        """What of that is given nothing was asked for, a sentence; None where all was."""
        if self.given is None:
            return None
        if not self._asked:
            return "the file leaves no size of its inputs open"
        names = self.given if isinstance(self.given, dict) else ()
        unused = [shown(name) for name in names if name not in self._asked]
        asked = some_of(list(map(shown, sorted(self._asked))), 6)
        return f"the file leaves {asked} open, not {unused[0]}" if unused else None

    def shape(self, name: str, stated: object = None, place: int = 0) -> Shape:
        """The shape that is given for the input of a name, which the file leaves open.

        stated: what the file says of it, for the message. Raises Refusal SC504 where nothing is
        given, and SC105 for what is no shape.
        """
        self._asked.add(name)
        given = self.given.get(name) if isinstance(self.given, dict) else self.given
        if given is None:
            said = "" if stated is None else f": it is {shown(stated)}"
            text = f"the file leaves the size of the input {shown(name)} open{said}"
            named = f"{name}=" if isinstance(self.given, dict) else ""
            hint = f"give it, channels last: --input {shlex.quote(named + _example(stated))}"
            raise Refusal("SC504", text, hint, offset=place)
        return (given if isinstance(given, GivenShape) else GivenShape(given)).shape()


def _example(stated: object) -> str:
    """A shape that fits what a file says of it: images are 224x224x3."""
    sizes = str(stated).split("x")
    if not all(re.fullmatch(r"\d{1,9}|\?", size) for size in sizes):
        return "224x224x3"
    usual = [*["224"] * (len(sizes) - 1), "3" if len(sizes) > 1 else "10"]
    return "x".join(own if size == "?" else size for size, own in zip(sizes, usual, strict=True))
