"""Unpooling: what a max pool kept, put back where it was."""

from __future__ import annotations

from typing import Any

from shapecalc.layers.axes_fields import Axes
from shapecalc.layers.base import Windowed
from shapecalc.layers.leading import MayLead
from shapecalc.problems.problem import Refusal
from shapecalc.shapes import window
from shapecalc.shapes.shape import Shape, Shapes


class MaxUnpool(Windowed, MayLead, names="MaxUnpool1d MaxUnpool2d MaxUnpool3d"):
    """The maxima of a max pool put back to where they were, among zeros.

    Output: (n - 1) stride - 2 padding + kernel_size along each axis, or output_size, which is
    less than a stride away from that: the size of the pool's input.
    A second input is the max pool whose indices it has, as in `from: [conv5, pool5]`. A position
    is taken to see every window that covers it, as it does where the window is the pool's and the
    output as large as the pool's input.
    Refused: an output_size that is a stride or more away, an output of size zero, a second input
    of another shape than the first.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxUnpool2d.html
    """

    transposed = True
    input_count = (1, 2)

    kernel_size = Axes("kernel size of the max pool along each axis, at least 1", minimum=1)
    stride = Axes("step of its window along each axis, at least 1", like="kernel_size", minimum=1)
    padding = Axes("its padding at both ends of each axis", default=0)
    output_size = Axes(
        "output size along each axis, where it is not the least one", default=None, minimum=1
    )

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.dilation = (1,) * self.rank

    def outputs(self, inputs: Shapes) -> Shapes:
        """The sizes before the pool. Raises Refusal SC203, SC210."""
        first, *indices = inputs
        if indices and indices[0] != first:
            raise Refusal(
                "SC210",
                f"the max pool outputs {indices[0]}, but there is {first} to put back",
                "each number has the index of one of the pool: both must have one shape",
                "from",
            )
        return (self.output(first),)

    def output(self, input: Shape) -> Shape:
        """The sizes before the pool. Raises Refusal SC203, SC210."""
        sizes = self.output_size or (None,) * self.rank
        extents: list[int] = []
        for extent, kernel, stride, padding, size in zip(
            input.spatial, self.kernel_size, self.stride, self.padding, sizes, strict=True
        ):
            usual = window.transposed(extent, kernel, stride, padding)
            if size is not None and not usual - stride < size < usual + stride:
                least, most = max(1, usual - stride + 1), usual + stride - 1
                raise Refusal(
                    "SC210",
                    f"output_size {size} is a stride of {stride} or more away from {usual}, the "
                    "size that the window comes to",
                    f"output_size is from {least} to {most} here",
                    "output_size",
                )
            longer = usual if size is None else size
            if longer < 1:
                from shapecalc.shapes.size import derived

                sizes_of = (extent, kernel, stride, padding)
                refusal = Refusal(
                    "SC203",
                    f"the output size would be {derived(window.transposed, *sizes_of)}",
                    "every output size must be at least 1",
                    "padding",
                )
                refusal.axes = (len(extents),)
                raise refusal
            extents.append(longer)
        return Shape((*extents, input.channels))
