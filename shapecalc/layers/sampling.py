"""Layers that take numbers of their input at places which another input says."""

from __future__ import annotations

from shapecalc.layers.base import Layer, Seen
from shapecalc.layers.dims import Dim
from shapecalc.layers.fields import Flag, Word
from shapecalc.layers.splitting import AlongAnAxis
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape, Shapes


class GridSample(Layer, names="GridSample"):
    """The numbers of an image at the points of a grid, interpolated between its positions.

    Inputs: the image, and the grid, whose channels are the coordinates of a point: two of them in
    height x width, three in depth x height x width. Sizes before those run like a batch, and are
    equal.
    Output: the grid's positions, with the channels of the image.
    Refused: a grid of other channels, leading sizes that differ, bicubic in three axes.
    No matrix product is in it, so that it has no MACs. The receptive field behind it is unknown.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.grid_sample.html
    """

    input_count = (2, 2)

    mode = Word(
        "how numbers are interpolated", ("bilinear", "nearest", "bicubic"), default="bilinear"
    )
    padding_mode = Word(
        "what lies beyond the image", ("zeros", "border", "reflection"), default="zeros"
    )
    align_corners = Flag("whether the corners of image and grid are aligned", default=False)

    def outputs(self, inputs: Shapes) -> Shapes:
        """The grid's positions, with the channels of the image. Raises Refusal SC201, SC209."""
        image, grid = inputs
        axes = grid.channels
        if axes not in (2, 3) or len(grid.spatial) < axes:
            raise Refusal(
                "SC209",
                f"the grid {grid} has no points of an image: its channels are 2 coordinates of "
                "height x width, or 3 of depth x height x width",
                "the grid is the second input",
                "from",
            )
        leading = grid.spatial[:-axes]
        if image.spatial[:-axes] != leading or len(image) != len(grid):
            raise Refusal(
                "SC209",
                f"the grid {grid} is for an image of {axes} spatial axes"
                + (f" behind {'x'.join(map(str, leading))}" if leading else "")
                + f", but the image is {image}",
                "the image is the first input, the grid the second",
                "from",
            )
        if axes == 3 and self.mode == "bicubic":
            text = "bicubic interpolates along two axes, but the grid has points in three"
            raise Refusal(
                "SC210", text, "use bilinear, which interpolates along three, too", "mode"
            )
        return (Shape((*grid.spatial, image.channels)),)

    def footprint(self, input: Shape, output: Shape) -> Seen:
        """Unknown: the numbers of the grid say it."""
        return None


class IndexSelect(AlongAnAxis, names="IndexSelect"):
    """The places of an axis that an index names, in its order, as often as it names them.

    Inputs: a tensor, and the index, a vector, which is the same for a whole batch: a Buffer, as a
    table of relative positions has it.
    Output: along the axis, the size of the index.
    Refused: an index that is no vector, the batch, a `dim` that the input does not have.
    The receptive field behind it is unknown along a spatial axis.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.index_select.html
    """

    input_count = (2, 2)

    dim = Dim("axis of which places are taken")

    def outputs(self, inputs: Shapes) -> Shapes:
        """The places that are taken. Raises Refusal SC209, SC210."""
        input, index = inputs
        if index.spatial:
            raise Refusal(
                "SC209",
                f"the index of IndexSelect is a vector, but {index} has positions",
                "put a Flatten behind it, and a Reshape behind what is taken",
                "from",
            )
        axis, sizes = self.axis(input), input.chw
        return (Shape.from_chw((*sizes[:axis], index.channels, *sizes[axis + 1 :])),)

    def footprint(self, input: Shape, output: Shape) -> Seen:
        """Unknown along a spatial axis: the numbers of the index say it."""
        if not output.spatial or (len(input) == len(output) and not self.axis(input)):
            return super().footprint(input, output)
        return None
