"""Fields that say an axis of a tensor, and which axis of a shape that is.

An axis is counted as PyTorch counts it: 0 is the batch, 1 the channels, 2 the first position, -1
the last of all. Or it has its name: `channels`, and what the positions of the shape are called.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from shapecalc.layers.fields import REQUIRED, Field, integer_hint, integer_text, one_of
from shapecalc.limits import MAXIMUM_RANK
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.axes import DIM_NAMES, dim_names
from shapecalc.shapes.shape import Shape

T = TypeVar("T")

COUNTED = "1 is the channels, -1 the last, or its name"
"""How axes are said, at the end of the sentence of a field."""


_ONE: dict[str, Any] = {"anyOf": [{"type": "integer"}, {"enum": list(DIM_NAMES)}]}


class _OfAxes(Field[T]):
    """What fields of axes share: each is an integer as PyTorch counts it, or a name."""

    words = DIM_NAMES
    wanted = f"an integer, {one_of(DIM_NAMES)}"

    def __init__(self, about: str, default: Any = REQUIRED) -> None:
        super().__init__(f"{about}; {COUNTED}", default)

    def read_one(self, value: object) -> int | str:
        """One axis. Raises Refusal SC104."""
        if type(value) is int or (isinstance(value, str) and value in self.words):
            return value
        hint, instead = integer_hint(value), integer_text(value)
        if isinstance(value, str):
            from shapecalc.problems.suggestions import did_you_mean, misspelled

            hint = did_you_mean(value, self.words)
            meant = misspelled(value, self.words, hint)
            instead = meant and meant[1]
        raise self.refuse(value, self.wanted, hint, instead)

    def with_names(self, value: T) -> T:
        """As it is: no size is computed of it."""
        return value


class Dim(_OfAxes["int | str"]):
    """An axis."""

    kind = "dim"

    def read(self, value: object, rank: int) -> Any:
        """The axis as it is written; None where that is the default. Raises Refusal SC104."""
        return None if self.is_null(value) else self.read_one(value)

    def schema(self, rank: int) -> dict[str, Any]:
        """An integer or a name."""
        return self.or_null(_ONE)


class Dims(_OfAxes["tuple[int | str, ...]"]):
    """One axis, or a list of them: a tuple either way."""

    kind = "dims"
    wanted = f"an integer, {one_of(DIM_NAMES)}, or a list of them"

    def read(self, value: object, rank: int) -> tuple[int | str, ...]:
        """The axes as they are written. Raises Refusal SC104."""
        if not isinstance(value, list | tuple):
            return (self.read_one(value),)
        if not value:
            raise self.refuse(value, self.wanted)
        return tuple(map(self.read_one, value))

    def schema(self, rank: int) -> dict[str, Any]:
        """An axis, or a list of them."""
        return {"anyOf": [*_ONE["anyOf"], {"type": "array", "items": _ONE, "minItems": 1}]}


def axis_of(field: str, dim: int | str, input: Shape, batch: bool = False, more: int = 0) -> int:
    """The place of an axis among a shape's sizes in PyTorch's order: 0 for the channels.

    field: what holds `dim`. batch: whether the batch may be meant, which is -1. more: how many
    axes an output has more than the input, of which one is meant then. Raises Refusal SC210 for
    the batch and for no axis.
    """
    axes = len(input) + more
    names = dim_names(axes)
    counted = None
    if isinstance(dim, int):
        counted = dim + axes + 1 if dim < 0 else dim
    elif dim in names:
        counted = names.index(dim) + 1
    if counted is not None and (0 < counted <= axes or (batch and counted == 0)):
        return counted - 1
    of = "the output" if more else str(input)
    what = "the batch, which is no axis" if counted == 0 else "no axis"
    raise Refusal("SC210", f"{field} {dim} is {what} of {of}", _counted(of, axes), field)


def _counted(of: str, axes: int) -> str:
    """What axes there are, and how they are counted."""
    names = [f"{name} ({number})" for number, name in enumerate(dim_names(axes), 1)]
    if len(names) < axes:
        return f"{of} has {names[0]} and axes 2 to {axes}"
    return f"{of} has " + " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def axes_of(field: str, dims: Sequence[int | str], input: Shape) -> tuple[int, ...]:
    """The places of several axes, as `axis_of` has them. Raises Refusal SC210 for one that is
    there twice, too."""
    found = tuple(axis_of(field, dim, input) for dim in dims)
    if len(set(found)) < len(found):
        raise Refusal("SC210", f"{field} has an axis of {input} twice: {shown(dims)}", None, field)
    return found


def with_axes(sizes: Sequence[int], field: str) -> Shape:
    """The shape of sizes in PyTorch's order, of which there may be too many, or none.

    field: what makes so many. Raises Refusal SC210.
    """
    if not sizes:
        text = "nothing of the shape is left, but the batch"
        raise Refusal("SC210", text, "keep an axis: a shape has at least one size", field)
    if len(sizes) > MAXIMUM_RANK + 1:
        text = f"the output would have {len(sizes) - 1} spatial axes"
        raise Refusal("SC210", text, f"a shape has at most {MAXIMUM_RANK}", field)
    return Shape.from_chw(sizes)
