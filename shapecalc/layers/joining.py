"""Layers that make one tensor of several, and the joins of branches, which are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shapecalc.layers.base import Fusion, Layer, Seen
from shapecalc.problems.formatting import some_of
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape, Shapes
from shapecalc.shapes.window import ONLY_POSITION, SAME_POSITION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SHAPES_LISTED = 8
"""The shapes that a message lists."""


def concat(shapes: Sequence[Shape]) -> Shape:
    """The shapes joined along the channels. Raises Refusal SC209 where other sizes differ."""
    first = shapes[0]
    spatial = first.spatial
    channels = 0
    for number, shape in enumerate(shapes, 1):
        if shape.spatial != spatial:
            raise _differ(
                "concat needs shapes that differ only in their channels",
                shapes,
                number,
                _size_hint(first, shape),
            )
        channels += shape.channels
    return Shape((*spatial, channels))


def add(shapes: Sequence[Shape]) -> Shape:
    """The one shape that all have. Raises Refusal SC209 where they differ."""
    first = shapes[0]
    for number, shape in enumerate(shapes, 1):
        if shape != first:
            if shape.spatial == first.spatial:
                hint = (
                    f"a convolution with kernel_size 1 brings {shape.channels} channels to "
                    f"{first.channels}"
                )
            else:
                hint = _size_hint(first, shape)
            raise _differ("add needs equal shapes", shapes, number, hint)
    return first


def multiply(shapes: Sequence[Shape]) -> Shape:
    """The largest sizes, to which sizes of 1 stretch. Raises Refusal SC209 for others."""
    product = shapes[0]
    for number, shape in enumerate(shapes, 1):
        if len(shape) != len(product):
            raise _differ(
                "multiply needs shapes with the same number of axes",
                shapes,
                number,
                _gate_hint(product, shape),
            )
        for here, there in zip(shape, product, strict=True):
            if here != there and 1 not in (here, there):
                raise _differ(
                    "multiply needs sizes that are equal or 1",
                    shapes,
                    number,
                    "a size of 1 is broadcast",
                )
        product = Shape(map(max, shape, product))
    return product


JOINS: dict[str, Callable[[Sequence[Shape]], Shape]] = {
    "concat": concat,
    "add": add,
    "multiply": multiply,
}
"""The joins by the word that a spec has for them."""


def _differ(rule: str, shapes: Sequence[Shape], number: int, hint: str) -> Refusal:
    """The refusal of shapes of which one, counted from 1, does not go with those before it."""
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
    refusal.axes = _axes_that_differ(shapes)
    return refusal


def _axes_that_differ(shapes: Sequence[Shape]) -> tuple[int, ...] | None:
    """The spatial axes along which sizes are neither equal nor 1; None where none is.

    As they stand, 1 is not stretched by concat and add; a network of larger inputs has none.
    """
    if len(set(map(len, shapes))) > 1:
        return None
    sizes = [set(along) for along in zip(*(shape.spatial for shape in shapes), strict=True)]
    return tuple(axis for axis, found in enumerate(sizes) if len(found) > 1) or None


def _size_hint(first: Shape, other: Shape) -> str:
    """How shapes of other spatial sizes come together."""
    if len(first) != len(other):
        return "use a Flatten, an Unflatten or a Reshape to give them the same number of axes"
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
    """What the types share: they need several inputs, which they join as branches are joined."""

    input_count = (2, None)
    how: ClassVar[str]
    """The join, by its word."""

    def outputs(self, inputs: Shapes) -> Shapes:
        """The inputs joined. Raises Refusal SC209."""
        return (JOINS[self.how](inputs),)

    def fusion(self) -> Fusion | None:
        """As of any such join."""
        return fusion_of_join(self.how)

    def footprint(self, input: Shape, output: Shape) -> Seen:
        """The same position, or the only one."""
        return joined_footprint(input, output)


class Concat(Joining, names="Concat"):
    """The inputs one after the other along the channels.

    Output: the sum of the channels, over the sizes that all inputs have.
    Refused: other spatial sizes, a single input.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.cat.html
    """

    how = "concat"


class Add(Joining, names="Add"):
    """The elementwise sum of the inputs, as at the end of a residual block.

    Output: the shape that all inputs have.
    Refused: shapes that are not equal, a single input.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.add.html
    """

    how = "add"


class Multiply(Joining, names="Multiply"):
    """The elementwise product of the inputs, as in a squeeze-excitation gate.

    Output: along each axis the size of the inputs, where one of 1 stretches to the others'.
    Refused: sizes that are neither equal nor 1, another number of axes, a single input.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.mul.html
    """

    how = "multiply"
