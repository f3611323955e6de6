"""Small tensors whose numbers are known: what shapes are computed with in a graph."""

from __future__ import annotations

import struct
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

from shapecalc.limits import MAXIMUM_ONNX_ELEMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FLOAT, INT64, BOOL, DOUBLE = 1, 7, 9, 11
"""Element types, by their numbers in ONNX."""

ELEMENTS = {
    1: "f",
    2: "B",
    3: "b",
    4: "H",
    5: "h",
    6: "i",
    7: "q",
    9: "?",
    10: "e",
    11: "d",
    12: "I",
    13: "Q",
}
"""How the elements of a type are packed, in the letters of `struct`."""

FLOATS = {FLOAT, 10, DOUBLE, 16}
"""The types of floating-point numbers."""


class Array:
    """A tensor of few numbers. dims: its sizes. values: its numbers, in the order of C.

    type: the number of its element type. name, is_learned: as a `Weight` has them.
    """

    __slots__ = ("dims", "is_learned", "name", "type", "values")

    def __init__(
        self,
        dims: Sequence[int],
        values: list[Any],
        type: int,
        name: str = "",
        is_learned: bool = False,
    ) -> None:
        self.dims = tuple(dims)
        self.values = values
        self.type = type
        self.name = name
        self.is_learned = is_learned

    @classmethod
    def of(cls, values: Sequence[int]) -> Array:
        """A list of integers."""
        return cls((len(values),), list(values), INT64)

    def cast(self, type: int) -> Array | None:
        """The same numbers of another type; None where that is no number."""
        if type not in ELEMENTS:
            return None
        values: list[Any]
        if type in FLOATS:
            values = [_rounded(float(value), type) for value in self.values]
        elif type == BOOL:
            values = [bool(value) for value in self.values]
        else:
            values = [int(value) for value in self.values]
        return Array(self.dims, values, type)

    def dequantized(self, scale: Array, zero: Array | None) -> Array | None:
        """The numbers that integers are of; None where each channel has a scale of its own."""
        if len(scale.values) != 1 or (zero is not None and len(zero.values) != 1):
            return None
        factor = float(scale.values[0])
        start = 0 if zero is None else zero.values[0]
        values = [(value - start) * factor for value in self.values]
        return Array(self.dims, values, FLOAT, self.name, len(values) > 1)

    def reshaped(self, dims: Sequence[int]) -> Array | None:
        """The same numbers in other sizes; None where they are not as many."""
        return None if prod(dims) != len(self.values) else Array(dims, self.values, self.type)

    def broadcast(self, dims: Sequence[int]) -> list[Any]:
        """The numbers stretched to other sizes."""
        if self.dims == tuple(dims):
            return self.values
        own = (1,) * (len(dims) - len(self.dims)) + self.dims
        steps = [0 if size == 1 else step for size, step in zip(own, strides(own), strict=True)]
        return [self.values[place] for place in _places(dims, steps)]

    def taken(self, dims: Sequence[int], steps: Sequence[int], first: int = 0) -> Array:
        """Numbers at places that are so far from each other along each axis."""
        places = _places(dims, steps, first)
        return Array(dims, [self.values[place] for place in places], self.type)


def _rounded(value: float, type: int) -> float:
    letter = ELEMENTS.get(type, "d")
    try:
        found: float = struct.unpack(letter, struct.pack(letter, value))[0]
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
    return found


def kept_array(dims: Sequence[int], values: list[Any], type: int) -> Array | None:
    """A tensor of numbers that were computed, as its type keeps them; None where it cannot."""
    if type in FLOATS:
        return Array(dims, [_rounded(float(value), type) for value in values], type)
    if any(abs(value) >= 2**63 for value in values):
        return None
    return Array(dims, values, type)


def strides(dims: Sequence[int]) -> tuple[int, ...]:
    """How far apart the numbers are that are next to each other along each axis."""
    return tuple(prod(dims[axis + 1 :]) for axis in range(len(dims)))


def _places(dims: Sequence[int], steps: Sequence[int], first: int = 0) -> Iterator[int]:
    for place in product(*map(range, dims)):
        yield first + sum(map(int.__mul__, place, steps))


def broadcast_dims(*all_dims: Sequence[int]) -> tuple[int, ...] | None:
    """The sizes that tensors are stretched to together; None where they do not fit, and for more
    than are computed with."""
    rank = max(map(len, all_dims))
    found = [1] * rank
    for dims in all_dims:
        for axis, size in enumerate(dims, rank - len(dims)):
            if size != 1:
                if found[axis] not in (1, size):
                    return None
                found[axis] = size
    return tuple(found)


def is_small(dims: Sequence[int]) -> bool:
    """Whether a tensor of sizes is one that is computed with."""
    return prod(dims) <= MAXIMUM_ONNX_ELEMENTS
