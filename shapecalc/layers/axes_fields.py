"""Fields with a value for each axis of a layer, or one for all of them.

The types that name their number of axes, as Conv2d, know how long a list must be. Others allow any
number of axes and do not know how many there are before they see their input: their fields read a
list of any length, and the layer refuses one that does not fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Generic, TypeVar

from shapecalc.layers.fields import (
    REQUIRED,
    Field,
    integer_hint,
    integer_schema,
    integer_text,
    one_of,
    range_text,
    split_sizes,
)
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.window import Padding

T = TypeVar("T")

INFINITY = float("inf")


@lru_cache(1024)
def _same_along(value: int, rank: int) -> tuple[int, ...]:
    """An integer for each of so many axes: one tuple for all layers that have it."""
    return (value,) * rank


class AlongAxes(Field[T]):
    """What the fields along the spatial axes share."""

    kind = "axes"
    nullable = False
    pairs = False

    def __init__(
        self,
        about: str,
        default: Any = REQUIRED,
        like: str | None = None,
        minimum: int | None = 0,
        words: Sequence[str] = (),
    ) -> None:
        super().__init__(about, default, like)
        self.minimum = minimum
        self.words = tuple(words)

    def is_expression(self, text: str) -> bool:
        """Neither a word nor sizes joined by x."""
        return text not in self.words and split_sizes(text) is None

    def read(self, value: object, rank: int) -> Any:
        """One integer for each of `rank` axes, or a word. Raises Refusal SC104."""
        minimum = self.minimum
        if type(value) is int and (minimum is None or value >= minimum):
            return _same_along(value, rank)
        if isinstance(value, str):
            if value in self.words:
                return value
            value = split_sizes(value) or value
        if not isinstance(value, list | tuple):
            if self.is_null(value):
                return self.read_default(rank)
            hint = integer_hint(value)
            raise self.refuse(value, self._wanted(rank), hint, integer_text(value))
        if len(value) != rank:
            raise Refusal(
                "SC104",
                f"{self.name} has {len(value)} {'value' if len(value) == 1 else 'values'} for "
                f"{rank} {'axis' if rank == 1 else 'axes'}",
                self._length_hint(value, rank),
                self.name,
            )
        for item in value:
            if (type(item) is not int or (minimum is not None and item < minimum)) and not (
                item is None and self.nullable and rank > 1
            ):
                raise self.refuse(item, self._wanted(1), self._hint_of(item, rank))
        return tuple(value)

    def _hint_of(self, item: object, rank: int) -> str | None:
        if self.name == "padding" and _is_list(item):
            return self._sides_hint([0, 1], rank)
        return integer_hint(item)

    def _length_hint(self, value: Sequence[object], rank: int) -> str:
        if self.name == "padding" and len(value) == 2 * rank:
            return self._sides_hint(value, rank)
        return f"write one integer for all axes, or a list of {rank}"

    def _sides_hint(self, value: Sequence[object], rank: int) -> str:
        from shapecalc.layers.padding_hints import sides_hint

        return sides_hint(value, rank, self.pairs)

    def _wanted(self, rank: int) -> str:
        wanted = range_text("an integer", self.minimum, None)
        if rank > 1:
            wanted += f" or a list of {rank}"
        if self.words:
            wanted += ", or " + one_of(self.words)
        return wanted

    def schema(self, rank: int) -> dict[str, Any]:
        """An integer, a list of `rank` integers or pairs, `1x7`, or a word."""
        integer = integer_schema(self.minimum)
        item: dict[str, Any] = integer
        if self.nullable and rank > 1:
            item = {"anyOf": [integer, {"type": "null"}]}
        elif self.pairs:
            pair = {"type": "array", "items": integer, "minItems": 2, "maxItems": 2}
            item = {"anyOf": [integer, pair]}
        choices: list[dict[str, Any]] = [
            integer,
            {"type": "array", "items": item, "minItems": rank, "maxItems": rank},
        ]
        if self.words:
            choices.append({"enum": list(self.words)})
        if self.default is None:
            choices.append({"type": "null"})
        return {"anyOf": choices}


class Axes(AlongAxes[tuple[int, ...]]):
    """Integers along the spatial axes: one for all, a list with one for each, or `1x7`."""


class AxesOrPairs(AlongAxes[Padding]):
    """Padding along the axes: integers for both ends, a pair for each axis, or a word.

    Pairs are read as such though their sides be equal.
    """

    kind = "axes or pairs"
    pairs = True

    def read(self, value: object, rank: int) -> Any:
        """Integers, pairs or a word. Raises Refusal SC104."""
        pairs = isinstance(value, list | tuple) and any(map(_is_list, value))
        if not pairs:
            return super().read(value, rank)
        assert isinstance(value, list | tuple)
        if len(value) != rank or not all(_is_list(pair) and len(pair) == 2 for pair in value):
            example = shown([[0, 1]] * rank)
            raise Refusal(
                "SC104",
                f"{self.name} {shown(value)} is not a pair for each of {rank} "
                f"{'axis' if rank == 1 else 'axes'}",
                f"write what is padded before and after each axis, as in {example}",
                self.name,
            )
        return tuple(tuple(super(AxesOrPairs, self).read(pair, 2)) for pair in value)

    def with_names(self, value: Padding) -> Padding:
        """The padding, whose numbers are called `padding_before` and `padding_after`; with their
        axis where axes differ."""
        if not isinstance(value, tuple) or not isinstance(value[0], tuple):
            return super().with_names(value)
        from shapecalc.shapes.axes import size_names
        from shapecalc.shapes.size import Size

        axes = [f"_{name}" for name in size_names(len(value))]
        if len(set(value)) == 1:
            axes = [""] * len(value)
        pairs: list[tuple[int, int]] = [
            (Size(before, f"{self.name}_before{axis}"), Size(after, f"{self.name}_after{axis}"))
            for (before, after), axis in zip(value, axes, strict=True)
        ]
        return tuple(pairs)

    def _wanted(self, rank: int) -> str:
        return super()._wanted(rank).replace(", or", ", a pair for each axis, or", 1)


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)


class AxesOrNull(AlongAxes["tuple[int | None, ...]"]):
    """Integers along the axes; in a list of several, null means the input's own size."""

    kind = "axes or null"
    nullable = True


class _OneOrSeveral(Field["T | tuple[T, ...]"], Generic[T]):
    """One value, or a list that is not empty. Null where that is the default."""

    wanted = ""

    def read(self, value: object, rank: int) -> Any:
        """The value, or a tuple of them. Raises Refusal SC104."""
        if value is None and self.default is None:
            return None
        if isinstance(value, str):
            value = split_sizes(value) or value
        if not isinstance(value, list | tuple):
            return self.read_one(value)
        if not value:
            raise self.refuse(value, f"{self.wanted} or a list of them")
        return tuple(map(self.read_one, value))

    def is_expression(self, text: str) -> bool:
        """Sizes joined by x are none."""
        return split_sizes(text) is None

    def read_one(self, value: object) -> T:
        """One value. Raises Refusal SC104."""
        raise NotImplementedError

    def schema(self, rank: int) -> dict[str, Any]:
        """A value, a list of values, or null."""
        one = self.schema_of_one()
        choices: list[dict[str, Any]] = [one, {"type": "array", "items": one, "minItems": 1}]
        if self.default is None:
            choices.append({"type": "null"})
        return {"anyOf": choices}

    def schema_of_one(self) -> dict[str, Any]:
        """The JSON schema of one value."""
        raise NotImplementedError


class Integers(_OneOrSeveral[int]):
    """An integer, or a list of integers."""

    kind = "integers"
    wanted = "an integer"
    minimum: int | None = None

    def read_one(self, value: object) -> int:
        """An integer. Raises Refusal SC104."""
        if type(value) is not int or (self.minimum is not None and value < self.minimum):
            raise self.refuse(value, self.wanted, integer_hint(value))
        return value

    def schema_of_one(self) -> dict[str, Any]:
        """An integer of the range."""
        return integer_schema(self.minimum)


class Counts(Integers):
    """A count of at least 1, or a list of counts."""

    kind = "counts"
    wanted = "an integer of at least 1"
    minimum = 1


class Factors(_OneOrSeveral[float]):
    """A finite number above 0, or a list of such numbers.

    It is kept as the double that PyTorch gets, not as a ratio: which size a factor leads to
    depends on how PyTorch rounds.
    """

    kind = "factors"
    wanted = "a number above 0"

    def read_one(self, value: object) -> float:
        """A number above 0. Raises Refusal SC104."""
        if isinstance(value, bool) or not (
            isinstance(value, int | float) or type(value).__name__ == "Fraction"
        ):
            raise self.refuse(value, self.wanted)
        number = float(value)  # type: ignore[arg-type] # a Fraction, told by name unimported
        if not 0 < number < INFINITY:
            raise self.refuse(value, self.wanted)
        return number

    def schema_of_one(self) -> dict[str, Any]:
        """A number above 0."""
        return {"type": "number", "exclusiveMinimum": 0}
