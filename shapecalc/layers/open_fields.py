"""Fields of layers that take any number of axes: one value, or a list for the input's axes.

Such a layer does not know how many axes there are before it sees its input, so these fields
read a list of any length, and the layer refuses one that does not fit.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from shapecalc.layers.fields import Field, integer_hint, integer_schema, split_sizes

T = TypeVar("T")

INFINITY = float("inf")


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


class Counts(_OneOrSeveral[int]):
    """A count of at least 1, or a list of counts."""

    kind = "counts"
    wanted = "an integer of at least 1"

    def read_one(self, value: object) -> int:
        """An integer of at least 1. Raises Refusal SC104."""
        if type(value) is not int or value < 1:
            raise self.refuse(value, self.wanted, integer_hint(value))
        return value

    def schema_of_one(self) -> dict[str, Any]:
        """An integer of at least 1."""
        return integer_schema(1)


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
