"""Layers that put the axes of their input in another order, or the places along one."""

from __future__ import annotations

from shapecalc.layers.axes_fields import Integers
from shapecalc.layers.base import Layer, Seen
from shapecalc.layers.dims import Dim, Dims, axes_of, axis_of
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape
from shapecalc.shapes.window import SAME_POSITION


class Reordered(Layer):
    """What the types share: every axis of the output is one of the input."""

    def order(self, input: Shape) -> tuple[int, ...]:
        """The axes of the input in the order of the output, 0 for the channels. Raises Refusal."""
        raise NotImplementedError

    def output(self, input: Shape) -> Shape:
        """The sizes in another order."""
        sizes = input.chw
        return Shape.from_chw(sizes[axis] for axis in self.order(input))

    def footprint(self, input: Shape, output: Shape) -> Seen:
        """The same position where every axis stays; else unknown."""
        order = self.order(input)
        return (SAME_POSITION,) * len(input.spatial) if order == tuple(sorted(order)) else None


class Permute(Reordered, names="Permute"):
    """The axes in another order.

    Output: the sizes of the axes that `dims` names. It is PyTorch's list, with the batch as its
    first: of 16x12x3, `dims: [0, 2, 3, 1]` or `[height, width, channels]` makes 12x3x16.
    Refused: a batch that does not stay the first, another number of axes, an axis twice.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.permute.html
    """

    dims = Dims("the axes in their new order, the batch 0 first, or all by name")

    def order(self, input: Shape) -> tuple[int, ...]:
        """The axes that are named."""
        dims, axes = self.dims, len(input)
        if not all(isinstance(dim, str) for dim in dims):
            if dims[0] not in (0, -axes - 1):
                raise Refusal(
                    "SC210",
                    f"dims {shown(dims)} does not begin with 0, the batch, which stays the first",
                    f"write {shown([0, *dims])}"
                    if len(dims) == axes
                    else "channels and positions come after it, in any order",
                    "dims",
                )
            dims = dims[1:]
        if len(dims) != axes:
            raise Refusal(
                "SC210",
                f"dims {shown(self.dims)} has {len(dims)} "
                f"{'axis' if len(dims) == 1 else 'axes'} besides the batch, but {input} has {axes}",
                "every axis has its place in the output",
                "dims",
            )
        return axes_of("dims", dims, input)


class Transpose(Reordered, names="Transpose"):
    """Two axes in each other's place.

    Output: the input's shape with these two sizes swapped.
    Refused: the batch, an axis that the input does not have.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.transpose.html
    """

    dim0 = Dim("one axis")
    dim1 = Dim("the other axis")

    def order(self, input: Shape) -> tuple[int, ...]:
        """The axes with two of them swapped."""
        order = list(range(len(input)))
        one, other = (axis_of(name, getattr(self, name), input) for name in ("dim0", "dim1"))
        order[one], order[other] = other, one
        return tuple(order)


class Roll(Layer, names="Roll"):
    """Places moved along axes, those that leave at one end coming back at the other.

    Output: the input's shape.
    Refused: another number of shifts than of axes, the batch, an axis that the input does not have.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.roll.html
    """

    shifts = Integers("how far to move, negative to the front: a number, or one for each axis")
    dims = Dims("axis that is moved along, or a list of them")

    def output(self, input: Shape) -> Shape:
        """The input's shape."""
        self.moved(input)
        return input

    def moved(self, input: Shape) -> dict[int, int]:
        """How far places move, by the axes along which they do. Raises Refusal SC210."""
        shifts = self.shifts if isinstance(self.shifts, tuple) else (self.shifts,)
        if len(shifts) != len(self.dims):
            raise Refusal(
                "SC210",
                f"shifts {shown(self.shifts)} and dims {shown(self.dims)} are not equally many",
                "write a shift for each axis",
                "shifts",
            )
        moved = [0] * len(input)
        for shift, dim in zip(shifts, self.dims, strict=True):
            moved[axis_of("dims", dim, input)] += shift
        return {axis: shift for axis, shift in enumerate(moved) if shift % input.chw[axis]}

    def footprint(self, input: Shape, output: Shape) -> Seen:
        """The same position where none is moved; else unknown, as some come from the other end."""
        return (SAME_POSITION,) * len(input.spatial) if self.moved(input).keys() <= {0} else None
