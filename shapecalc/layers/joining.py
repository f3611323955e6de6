"""Layers that make one tensor of several, and the joins of branches, which are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shapecalc.layers.base import Fusion, Layer, Seen
from shapecalc.layers.dims import Dim, axis_of, with_axes
from shapecalc.problems.formatting import some_of
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.axes import dim_name
from shapecalc.shapes.shape import Shape, Shapes
from shapecalc.shapes.window import ONLY_POSITION, SAME_POSITION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SHAPES_LISTED = 8
"""The shapes that a message lists."""


def concat(shapes: Sequence[Shape], axis: int = 0) -> Shape:
    """The shapes one after the other along an axis, counted from the channels as 0.

    Raises Refusal SC209 where other sizes differ.
    """
    sizes = shapes[0].chw
    before, after = sizes[:axis], sizes[axis + 1 :]
    total = 0
    for number, shape in enumerate(shapes, 1):
        own = shape.chw
        if len(own) != len(sizes) or own[:axis] != before or own[axis + 1 :] != after:
            name = dim_name(axis, len(sizes))
            rule = f"concat needs shapes that differ only in their {name}"
            raise differ(rule, shapes, number, _size_hint(shapes[0], shape), axis - 1)
        total += own[axis]
    return Shape.from_chw((*before, total, *after))


def add(shapes: Sequence[Shape]) -> Shape:
    """The one shape that all have. Raises Refusal SC209 where they differ."""
    first = shapes[0]
    for number, shape in enumerate(shapes, 1):
        if shape != first:
            hint = _size_hint(first, shape)
            if len(shape) == len(first) and stretch(shape, first):
                hint = "the layer Add stretches sizes of 1, which a join of branches does not"
            raise differ("add needs equal shapes", shapes, number, hint)
    return first


def stretch(shape: Sequence[int], other: Sequence[int]) -> bool:
    """Whether the sizes along as many axes are equal, or stretch from 1."""
    return all(
        here == there or 1 in (here, there) for here, there in zip(shape, other, strict=True)
    )


def broadcast(how: str, shapes: Sequence[Shape]) -> Shape:
    """The largest sizes, to which sizes of 1 stretch. Raises Refusal SC209 for others.

    how: what is done with them, for the message.
    """
    largest = shapes[0]
    for number, shape in enumerate(shapes, 1):
        if len(shape) != len(largest):
            rule = f"{how} needs shapes with the same number of axes"
            raise differ(rule, shapes, number, _gate_hint(largest, shape))
        if not stretch(shape, largest):
            rule = f"{how} needs sizes that are equal or 1"
            raise differ(rule, shapes, number, _size_hint(largest, shape))
        largest = Shape(map(max, shape, largest))
    return largest


def multiply(shapes: Sequence[Shape]) -> Shape:
    """The sizes of a product. Raises Refusal SC209."""
    return broadcast("multiply", shapes)


JOINS: dict[str, Callable[[Sequence[Shape]], Shape]] = {
    "concat": concat,
    "add": add,
    "multiply": multiply,
}
"""The joins of branches by the word that a spec has for them."""


def differ(
    rule: str, shapes: Sequence[Shape], number: int, hint: str, free: int | None = None
) -> Refusal:
    """The refusal of shapes of which one, counted from 1, does not go with those before it.

    free: the spatial axis along which they may differ.
    """
    texts = list(map(str, shapes))
    listed = f"{', '.join(texts[:-1])} and {texts[-1]}"
    if len(texts) > SHAPES_LISTED:
        listed = some_of(texts, SHAPES_LISTED)
    refusal = Refusal(
        "SC209",
        f"{rule}, but they are {listed}"
        + (f": {shapes[number - 1]} is number {number}" if len(shapes) > 2 else ""),
        hint,
    )
    refusal.axes = _axes_that_differ(shapes, free)
    return refusal


def _axes_that_differ(shapes: Sequence[Shape], free: int | None) -> tuple[int, ...] | None:
    """The spatial axes along which sizes differ and may not; None where none does.

    A size of 1 is told with the others: a network of larger inputs has none.
    """
    if len(set(map(len, shapes))) > 1:
        return None
    sizes = [set(along) for along in zip(*(shape.spatial for shape in shapes), strict=True)]
    return (
        tuple(axis for axis, found in enumerate(sizes) if len(found) > 1 and axis != free) or None
    )


def _size_hint(first: Shape, other: Shape) -> str:
    """How shapes of other sizes come together."""
    if len(first) != len(other):
        return "use a Flatten, an Unflatten or a Reshape to give them the same number of axes"
    if first.spatial == other.spatial:
        return (
            f"a convolution with kernel_size 1 brings {other.channels} channels to {first.channels}"
        )
    return "change a stride or padding, or use a pool or an Upsample to make the sizes equal"


def _gate_hint(first: Shape, other: Shape) -> str:
    """How a gate for each channel gets the axes that it stretches along."""
    fewer, more = sorted((first, other), key=len)
    if fewer.spatial:
        return _size_hint(first, other)
    ones = Shape((*(1 for _ in more.spatial), fewer.channels))
    return f"remove the Flatten, or add a Reshape to {ones} after it"


def fusion_of_join(how: str) -> Fusion | None:
    """What is fused of a join, by its word: all but concat join numbers in the same place."""
    return None if how == "concat" else "elementwise"


def joined_footprint(input: Shape, output: Shape) -> Seen:
    """What a position of a join sees of what is joined: its own position, along each axis.

    Along an axis that is stretched from a size of 1, every position sees the only one.
    """
    return tuple(
        SAME_POSITION if here == there else ONLY_POSITION
        for here, there in zip(input.spatial, output.spatial, strict=True)
    )


class Joining(Layer):
    """What the types share that join their inputs as branches are joined."""

    input_count: ClassVar[tuple[int, int | None]] = (2, None)
    how: ClassVar[str]
    """What is done with the inputs, by the word of a join where there is such."""

    def outputs(self, inputs: Shapes) -> Shapes:
        """The inputs joined, sizes of 1 stretched. Raises Refusal SC209."""
        return (broadcast(self.how, inputs),)

    def fusion(self) -> Fusion | None:
        """As of any such join."""
        return fusion_of_join(self.how)

    def footprint(self, input: Shape, output: Shape) -> Seen:
        """The same position, or the only one."""
        return joined_footprint(input, output)


class Concat(Joining, names="Concat"):
    """The inputs one after the other along an axis, the channels where nothing else is said.

    Output: the sum of the sizes along `dim`, over the other sizes, which all inputs have.
    Refused: other sizes that differ, the batch, a `dim` that is not there, a single input.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.cat.html
    """

    how = "concat"

    dim = Dim("axis along which they are joined", default=1)

    def outputs(self, inputs: Shapes) -> Shapes:
        """The inputs joined. Raises Refusal SC209, SC210."""
        return (concat(inputs, axis_of("dim", self.dim, inputs[0])),)

    def footprint(self, input: Shape, output: Shape) -> Seen:
        """The same position; unknown where positions of one input come after those of another."""
        return joined_footprint(input, output) if input.spatial == output.spatial else None


class Stack(Layer, names="Stack"):
    """The inputs side by side along a new axis.

    Output: the shape that all inputs have, and their number as a size more, which is `dim` of the
    output: with `dim: channels` the channels of the inputs become the first position.
    Refused: shapes that are not equal, the batch, more than 8 spatial axes, a single input.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.stack.html
    """

    input_count = (2, None)

    dim = Dim("place of the new axis in the output")

    def outputs(self, inputs: Shapes) -> Shapes:
        """The inputs' shape with one axis more. Raises Refusal SC209, SC210."""
        first = inputs[0]
        for number, shape in enumerate(inputs, 1):
            if shape != first:
                hint = _size_hint(first, shape)
                raise differ("stack needs equal shapes", inputs, number, hint)
        axis = axis_of("dim", self.dim, first, more=1)
        return (with_axes((*first.chw[:axis], len(inputs), *first.chw[axis:]), "dim"),)

    def footprint(self, input: Shape, output: Shape) -> Seen:
        """Unknown: what a position is changes."""
        return None


class Add(Joining, names="Add"):
    """The elementwise sum of the inputs, as at the end of a residual block.

    Output: along each axis the size of the inputs, where one of 1 stretches to the others'.
    Refused: sizes that are neither equal nor 1, another number of axes, a single input.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.add.html
    """

    how = "add"


class Subtract(Joining, names="Subtract"):
    """The first of two inputs minus the second.

    Output: along each axis the size of the inputs, where one of 1 stretches to the other's.
    Refused: sizes that are neither equal nor 1, another number of axes, more than two inputs.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.sub.html
    """

    input_count = (2, 2)
    how = "subtract"


class Multiply(Joining, names="Multiply"):
    """The elementwise product of the inputs, as in a squeeze-excitation gate.

    Output: along each axis the size of the inputs, where one of 1 stretches to the others'.
    Refused: sizes that are neither equal nor 1, another number of axes, a single input.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.mul.html
    """

    how = "multiply"


class Divide(Joining, names="Divide"):
    """The first of two inputs divided by the second.

    Output: along each axis the size of the inputs, where one of 1 stretches to the other's.
    Refused: sizes that are neither equal nor 1, another number of axes, more than two inputs.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.div.html
    """

    input_count = (2, 2)
    how = "divide"


class Maximum(Joining, names="Maximum"):
    """The largest of the numbers in the same place of the inputs.

    Output: along each axis the size of the inputs, where one of 1 stretches to the others'.
    Refused: sizes that are neither equal nor 1, another number of axes, a single input.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.maximum.html
    """

    how = "maximum"
