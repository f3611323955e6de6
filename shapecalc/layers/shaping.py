"""Layers that give the same numbers another shape. Their order is PyTorch's: channels first."""

from __future__ import annotations

from math import prod
from typing import Any

from shapecalc.layers.base import PassThrough
from shapecalc.layers.dims import Dim, axis_of, with_axes
from shapecalc.layers.fields import REQUIRED, Field, integer_hint, split_sizes
from shapecalc.limits import MAXIMUM_RANK
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape, parse_shape


class Flatten(PassThrough, names="Flatten"):
    """Axes merged into one: all of them, to a vector, where nothing else is said.

    Output: C x H x W features. Other axes may be named, counted as PyTorch has them, with the
    batch as 0 and the channels as 1: `start_dim: 2` merges the positions of 7x7x512 to 49x512.
    Refused: axes that are not there, the batch, an end before the start.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Flatten.html
    """

    start_dim = Dim("first axis to merge", default=1)
    end_dim = Dim("last axis to merge", default=-1)

    def output(self, input: Shape) -> Shape:
        """The merged axes in the place of the first of them."""
        start = axis_of("start_dim", self.start_dim, input)
        end = axis_of("end_dim", self.end_dim, input)
        if end < start:
            raise Refusal(
                "SC210",
                f"end_dim {self.end_dim} comes before start_dim {self.start_dim} in {input}",
                "start_dim is the first of the axes to merge, end_dim the last",
                "end_dim",
            )
        sizes = input.chw
        return Shape.from_chw((*sizes[:start], prod(sizes[start : end + 1]), *sizes[end + 1 :]))


class _Sizes(Field[tuple[int, ...]]):
    """A list of sizes, one of which may be -1: what remains."""

    kind = "sizes"

    def read(self, value: object, rank: int) -> tuple[int, ...]:
        """The sizes. Raises Refusal SC104."""
        wanted = f"a list of 1 to {MAXIMUM_RANK + 1} integers of at least 1, one of them perhaps -1"
        if not isinstance(value, list | tuple) or not 0 < len(value) <= MAXIMUM_RANK + 1:
            raise self.refuse(value, wanted)
        for size in value:
            if type(size) is not int or (size < 1 and size != -1):
                raise self.refuse(value, wanted, integer_hint(size))
        if value.count(-1) > 1:
            raise self.refuse(value, wanted)
        return tuple(value)

    def schema(self, rank: int) -> dict[str, Any]:
        """A list of integers."""
        size = {"anyOf": [{"type": "integer", "minimum": 1}, {"const": -1}]}
        return {"type": "array", "items": size, "minItems": 1, "maxItems": MAXIMUM_RANK + 1}


class Unflatten(PassThrough, names="Unflatten"):
    """One axis split into several.

    Output: unflattened_size in the place of the axis. Both count as PyTorch does, the batch
    first and then the channels: `dim: 1, unflattened_size: [1024, 4, 4]` makes 4x4x1024 of a
    vector. `Reshape` says the same with a shape.
    Refused: sizes that do not multiply to the axis's size, an axis that is not there, the
    batch, more than 8 spatial axes.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Unflatten.html
    """

    dim = Dim("axis to split")
    unflattened_size = _Sizes(
        "the new sizes, channels first; one may be -1, inferred from the rest"
    )

    def output(self, input: Shape) -> Shape:
        """The sizes in the place of the axis."""
        axis = axis_of("dim", self.dim, input)
        sizes = self.unflattened_size
        before = input.chw
        extent = before[axis]
        known = prod(size for size in sizes if size != -1)
        if extent % known if -1 in sizes else extent != known:
            raise Refusal(
                "SC204",
                f"the sizes {shown(sizes)} multiply to {known}, "
                + (f"which does not divide {extent}" if -1 in sizes else f"not to {extent}"),
                f"dim {self.dim} of {input} is {extent}: the sizes must multiply to it",
                "unflattened_size",
            )
        split = (extent // known if size == -1 else size for size in sizes)
        return with_axes((*before[:axis], *split, *before[axis + 1 :]), "unflattened_size")


class NewShape(Field["Shape | tuple[int, ...]"]):
    """A shape, as the language writes it. rest: whether one of its sizes may be -1."""

    kind = "shape"

    def __init__(self, about: str, default: Any = REQUIRED, rest: bool = True) -> None:
        super().__init__(about, default)
        self.rest = rest

    def read(self, value: object, rank: int) -> Any:
        """The shape; with one size of -1, the sizes as they are written, where the field has a
        rest. Raises Refusal SC105."""
        try:
            with_rest = _sizes_and_a_rest(value)
            if with_rest and not self.rest:
                text = f"{self.name} {shown(value)} has a size of -1"
                raise Refusal("SC105", text, "write every size")
            return with_rest or parse_shape(value)
        except Refusal as refusal:
            refusal.field = self.name
            raise

    def is_expression(self, text: str) -> bool:
        """Sizes joined by x are a shape."""
        return split_sizes(text.replace("×", "x").lower().replace("-1", "1")) is None

    def schema(self, rank: int) -> dict[str, Any]:
        """One number, a list of numbers, or text such as `4x4x1024`. Of -1 there is one at most."""
        size: dict[str, Any] = {"type": "integer", "minimum": 1}
        if self.rest:
            size = {"type": "integer", "minimum": -1, "not": {"const": 0}}
        sizes = {"type": "array", "items": size, "minItems": 1, "maxItems": MAXIMUM_RANK + 1}
        return {"anyOf": [size, sizes, {"type": "string"}]}


def _sizes_and_a_rest(value: object) -> tuple[int, ...] | None:
    """The sizes of a shape of which one is -1, as PyTorch has it; None for anything else."""
    if isinstance(value, str):
        parts = value.lower().split("x")
        plain = split_sizes("x".join(parts).replace("-1", "1"))
        value = [
            -1 if part == "-1" else size for part, size in zip(parts, plain or (), strict=False)
        ]
    sizes = value if isinstance(value, list | tuple) else [value]
    if not 0 < len(sizes) <= MAXIMUM_RANK + 1 or sizes.count(-1) != 1:
        return None
    if any(type(size) is not int or (size < 1 and size != -1) for size in sizes):
        return None
    return tuple(sizes)


class Reshape(PassThrough, names="Reshape"):
    """The same numbers in another shape.

    Output: `shape`, which is written as every shape of a spec, channels last. The numbers keep
    the order of PyTorch's tensors, in which the channels come first. A size of -1 is
    what is left of the elements.
    Refused: a shape of another number of elements, a -1 in front that would be 1, as of a batch.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.reshape.html
    """

    shape = NewShape(
        "output shape, such as 4x4x1024, with as many elements as the input; one size may be -1"
    )

    def output(self, input: Shape) -> Shape:
        """The shape, if it holds as many numbers."""
        shape = self.shape
        known = prod(size for size in shape if size != -1)
        inferred = not isinstance(shape, Shape)
        if input.elements % known if inferred else known != input.elements:
            raise Refusal(
                "SC210",
                f"{input} has {input.elements} elements, "
                + (f"of which {known} is no divisor" if inferred else f"but {shape} has {known}"),
                "a Reshape neither adds nor drops elements",
                "shape",
            )
        if not inferred:
            return Shape(shape)
        rest = input.elements // known
        if rest == 1 and shape[0] == -1 and len(shape) > 1:
            raise Refusal(
                "SC210",
                f"the -1 in {shown(shape)} is 1 here, as of a batch",
                f"a shape has no batch, and its channels last: write {Shape.from_chw(shape[1:])}",
                "shape",
            )
        return Shape(rest if size == -1 else size for size in shape)
