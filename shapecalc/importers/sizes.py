"""The sizes of inputs that are given where a file leaves them open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.language.given import GivenShape
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from shapecalc.shapes.shape import Shape


class GivenSizes:
    """What is given as the shapes of inputs: one for the only input, or some by their names."""

    def __init__(self, given: object = None) -> None:
        self.given = given

    def shape(self, name: str, stated: object = None, place: int = 0) -> Shape:
        """The shape that is given for the input of a name, which the file leaves open.

        stated: what the file says of it, for the message. Raises Refusal SC504 where nothing is
        given, and SC105 for what is no shape.
        """
        given = self.given.get(name) if isinstance(self.given, dict) else self.given
        if given is None:
            said = "" if stated is None else f": it is {shown(stated)}"
            text = f"the file leaves the size of the input {shown(name)} open{said}"
            hint = "give it, channels last: --input 224x224x3"
            raise Refusal("SC504", text, hint, offset=place)
        return (given if isinstance(given, GivenShape) else GivenShape(given)).shape()
