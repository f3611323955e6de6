"""A variant of a spec: what it says instead of the spec itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.language.expectations import Expectations
from shapecalc.language.frozen import Frozen

if TYPE_CHECKING:
    from types import MappingProxyType

    from shapecalc.language.notes import Note


class Variant(Frozen):
    """A named set of arguments, with the input and the expectations that go with it.

    places: the offsets of its arguments' values. input_place: that of its input.
    invalid: whether something about it is invalid, so that it cannot be run.
    """

    __slots__ = (
        "about",
        "arguments",
        "expectations",
        "input",
        "input_place",
        "invalid",
        "name",
        "places",
    )

    name: str
    invalid: bool
    about: Note | None
    arguments: MappingProxyType[str, Any]
    places: MappingProxyType[str, int]
    input: MappingProxyType[str, Any] | None
    input_place: int
    expectations: Expectations

    def __init__(
        self,
        name: str,
        invalid: bool = False,
        about: Note | None = None,
        arguments: dict[str, Any] | None = None,
        places: dict[str, int] | None = None,
        input: dict[str, Any] | None = None,
        input_place: int = 0,
        expectations: Expectations | None = None,
    ) -> None:
        super().__init__(
            name=name,
            invalid=invalid,
            about=about,
            arguments=arguments or {},
            places=places or {},
            input=input,
            input_place=input_place,
            expectations=expectations or Expectations(expect={}, outputs={}, budget={}),
        )
