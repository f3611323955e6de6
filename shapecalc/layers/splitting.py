"""Layers that cut their input into parts along an axis, or take a part of it."""

from __future__ import annotations

from itertools import accumulate

from shapecalc.layers.axes_fields import Counts
from shapecalc.layers.base import Layer, Seen
from shapecalc.layers.dims import Dim, axis_of, with_axes
from shapecalc.layers.fields import Count, Integer
from shapecalc.limits import MAXIMUM_PARTS
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.axes import dim_name
from shapecalc.shapes.shape import Shape, Shapes
from shapecalc.shapes.window import SAME_POSITION, Footprint, footprint

CUT = "axis that is cut"


class AlongAnAxis(Layer):
    """What the types share: `dim`, an axis of their input."""

    dim: int | str

    def axis(self, input: Shape) -> int:
        """Its place among the sizes in PyTorch's order. Raises Refusal SC210."""
        return axis_of("dim", self.dim, input)

    def along(self, input: Shape, seen: Footprint) -> Seen:
        """What is seen where only the positions of the axis change, if it is a spatial one."""
        axis = self.axis(input) - 1
        return tuple(
            seen if place == axis else SAME_POSITION for place in range(len(input.spatial))
        )


class _Parts(AlongAnAxis):
    """What the types share that have several outputs: they lie side by side in the input."""

    def footprints(self, inputs: Shapes, outputs: Shapes) -> tuple[tuple[Seen, ...], ...]:
        """The position at its place in the input."""
        (input,) = inputs
        axis = self.axis(input)
        if not axis:
            return ((self.along(input, SAME_POSITION),),) * len(outputs)
        starts = accumulate((part.chw[axis] for part in outputs[:-1]), initial=0)
        return tuple((self.along(input, footprint(1, 1, -start)),) for start in starts)


class Chunk(_Parts, names="Chunk"):
    """An axis split into a number of parts, each taken with `from: name.0` and so on.

    Output: parts of ceil(n / chunks) along the axis, the last of what remains; of the channels,
    where nothing else is said. As in PyTorch there may be fewer parts than `chunks`: 6 channels in
    4 chunks are three parts of 2.
    Refused: the batch, a `dim` that the input does not have, more than 1024 parts.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.chunk.html
    """

    chunks = Count("number of parts, at least 1")
    dim = Dim(CUT, default=1)

    def outputs(self, inputs: Shapes) -> Shapes:
        """The parts, in order."""
        (input,) = inputs
        axis = self.axis(input)
        return _even(input, axis, -(-input.chw[axis] // self.chunks), "chunks")


class Split(_Parts, names="Split"):
    """An axis split into parts of a size, each taken with `from: name.0` and so on.

    Output: parts of split_size along the axis, the last of what remains, or of the sizes of a list;
    of the channels, where nothing else is said.
    Refused: a list whose sum is not the size of the axis, the batch, a `dim` that the input does
    not have, more than 1024 parts.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.Tensor.split.html
    """

    split_size = Counts("size of each part, or a list with the size of every part")
    dim = Dim(CUT, default=1)

    def outputs(self, inputs: Shapes) -> Shapes:
        """The parts, in order."""
        (input,) = inputs
        axis, size = self.axis(input), self.split_size
        if isinstance(size, int):
            return _even(input, axis, size, "split_size")
        extent = input.chw[axis]
        if sum(size) != extent:
            what = f"{input} has {extent} channels" if not axis else _extent(input, axis)
            raise Refusal(
                "SC205",
                f"the sizes {shown(size)} add up to {sum(size)}, but {what}",
                f"the sizes must add up to {extent}",
                "split_size",
            )
        return _parts(input, axis, size, "split_size")


def _extent(input: Shape, axis: int) -> str:
    """The size of an axis in words."""
    return f"the {dim_name(axis, len(input))} of {input} is {input.chw[axis]}"


def _even(input: Shape, axis: int, size: int, field: str) -> Shapes:
    """Parts of a size along an axis, the last one of what remains."""
    whole, rest = divmod(input.chw[axis], size)
    if whole > MAXIMUM_PARTS:  # before a tuple of so many is made
        raise _too_many(whole + bool(rest), field)
    return _parts(input, axis, (size,) * whole + (rest,) * bool(rest), field)


def _parts(input: Shape, axis: int, sizes: tuple[int, ...], field: str) -> Shapes:
    if len(sizes) > MAXIMUM_PARTS:
        raise _too_many(len(sizes), field)
    before, after = input.chw[:axis], input.chw[axis + 1 :]
    return tuple(Shape.from_chw((*before, size, *after)) for size in sizes)


def _too_many(parts: int, field: str) -> Refusal:
    return Refusal(
        "SC210", f"there would be {parts} parts", f"at most {MAXIMUM_PARTS} are allowed", field
    )


class Select(AlongAnAxis, names="Select"):
    """The numbers at one place of an axis, which is gone then: `x[:, :, 3]` in Python.

    Output: the input's shape without the axis. Without the channels, what was the first position
    is the channels.
    Refused: an index that the axis does not have, the batch, a `dim` that the input does not have,
    a vector.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.select.html
    """

    dim = Dim("axis of which one place is taken")
    index = Integer("which place, counted from 0; negative from the end")

    def output(self, input: Shape) -> Shape:
        """The shape without the axis."""
        axis, sizes = self.axis(input), input.chw
        if not -sizes[axis] <= self.index < sizes[axis]:
            raise Refusal(
                "SC210",
                f"index {self.index} is not there: {_extent(input, axis)}",
                f"the places are 0 to {sizes[axis] - 1}, or -{sizes[axis]} to -1",
                "index",
            )
        return with_axes((*sizes[:axis], *sizes[axis + 1 :]), "dim")

    def footprint(self, input: Shape, output: Shape) -> Seen:
        """The one position, where no axis is left; unknown where the others change."""
        axis = self.axis(input)
        if output.spatial or not axis:
            return super().footprint(input, output)
        place = self.index % input.chw[axis]
        return (footprint(1, 0, -place),)


class Slice(AlongAnAxis, names="Slice"):
    """Some of the places of an axis, from one to before another: `x[:, :, 1:9:2]` in Python.

    Output: along the axis ceil((end - start) / step), for a start and an end inside of it.
    Refused: an axis of which nothing is left, the batch, a `dim` that the input does not have.
    Source: https://docs.pytorch.org/docs/stable/tensors.html
    """

    dim = Dim("axis of which some places are taken")
    start = Integer("first place that is taken, from 0; negative from the end", default=0)
    end = Integer("first place that is not, negative from the end; null takes all", default=None)
    step = Integer("distance from one place to the next, at least 1", default=1, minimum=1)

    def bounds(self, extent: int) -> tuple[int, int]:
        """The first place that is taken of an axis, and the first that is not."""
        start, end = self.start, extent if self.end is None else self.end
        if start < 0:
            start = max(extent + start, 0)
        if end < 0:
            end = extent + end
        return start, min(end, extent)

    def output(self, input: Shape) -> Shape:
        """The places that are taken."""
        axis, sizes = self.axis(input), input.chw
        start, end = self.bounds(sizes[axis])
        if end <= start:
            raise Refusal(
                "SC203",
                f"nothing is left from {self.start} to "
                f"{'the end' if self.end is None else self.end}: {_extent(input, axis)}",
                "start is before end, both inside of the axis",
                "start" if self.end is None else "end",
            )
        taken = -(-(end - start) // self.step)
        return Shape.from_chw((*sizes[:axis], taken, *sizes[axis + 1 :]))

    def footprint(self, input: Shape, output: Shape) -> Seen:
        """The position that is taken."""
        start, _ = self.bounds(input.chw[self.axis(input)])
        return self.along(input, footprint(1, self.step, -start))


class SlidingWindow(AlongAnAxis, names="SlidingWindow"):
    """All windows of an axis, whose places become a new last axis: `x.unfold(2, 7, 1)` in Python.

    Output: floor((n - size) / step) + 1 along the axis, and after all spatial axes one more, of
    `size`. Of the image 9x9x4 with `dim: height, size: 3` it makes 7x9x3x4.
    Refused: a window that is larger than the axis, the batch, a `dim` that the input does not have,
    more than 8 spatial axes.
    The receptive field behind it is unknown: what a position is changes.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.Tensor.unfold.html
    """

    dim = Dim("axis along which the window slides")
    size = Count("places in a window, at least 1")
    step = Count("distance from one window to the next, at least 1")

    def output(self, input: Shape) -> Shape:
        """The windows in the place of the axis, and their places."""
        axis, sizes = self.axis(input), input.chw
        if self.size > sizes[axis]:
            raise Refusal(
                "SC202",
                f"a window of {self.size} is larger than the input: {_extent(input, axis)}",
                f"the size is at most {sizes[axis]}",
                "size",
            )
        windows = (sizes[axis] - self.size) // self.step + 1
        return with_axes((*sizes[:axis], windows, *sizes[axis + 1 :], self.size), "size")

    def footprint(self, input: Shape, output: Shape) -> Seen:
        """Unknown."""
        return None
