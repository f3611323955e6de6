"""Layers that make one number of all that lie along some axes."""

from __future__ import annotations

from shapecalc.layers.base import Layer, Seen
from shapecalc.layers.dims import Dims, axes_of, with_axes
from shapecalc.layers.fields import Flag
from shapecalc.shapes.shape import Shape
from shapecalc.shapes.window import SAME_POSITION, whole_footprint


class Reducing(Layer):
    """What the types share: the axes, and what is left of them."""

    dim = Dims("axis, or a list of axes, that are reduced")
    keepdim = Flag("whether these axes stay, with a size of 1", default=False)

    def reduced(self, input: Shape) -> tuple[int, ...]:
        """The axes, 0 for the channels. Raises Refusal SC210."""
        return axes_of("dim", self.dim, input)

    def output(self, input: Shape) -> Shape:
        """The other axes, and those that are reduced if they stay."""
        reduced, sizes = self.reduced(input), input.chw
        if self.keepdim:
            ones = (1 if axis in reduced else size for axis, size in enumerate(sizes))
            return Shape.from_chw(ones)
        left = [size for axis, size in enumerate(sizes) if axis not in reduced]
        return with_axes(left, "dim")

    def footprint(self, input: Shape, output: Shape) -> Seen:
        """Every position along an axis that is reduced; unknown where the others change."""
        if not self.keepdim:
            return super().footprint(input, output)
        reduced = self.reduced(input)
        return tuple(
            whole_footprint(extent) if axis in reduced else SAME_POSITION
            for axis, extent in enumerate(input.spatial, 1)
        )


class Mean(Reducing, names="Mean"):
    """The mean of the numbers along some axes, as a global pool has it over all positions.

    Output: the sizes of the other axes, and with `keepdim` 1 for each that is reduced. Without the
    channels, what was the first position is the channels.
    Refused: every axis at once without `keepdim`, an axis twice, the batch, one that is not there.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.mean.html
    """


class Sum(Reducing, names="Sum"):
    """The sum of the numbers along some axes.

    Output: the sizes of the other axes, and with `keepdim` 1 for each that is reduced. Without the
    channels, what was the first position is the channels.
    Refused: every axis at once without `keepdim`, an axis twice, the batch, one that is not there.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.sum.html
    """


class Amax(Reducing, names="Amax"):
    """The largest of the numbers along some axes.

    Output: the sizes of the other axes, and with `keepdim` 1 for each that is reduced. Without the
    channels, what was the first position is the channels.
    Refused: every axis at once without `keepdim`, an axis twice, the batch, one that is not there.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.amax.html
    """
