"""Windows cut out of an image and put back: a convolution without its weights."""

from __future__ import annotations

from math import prod
from typing import Any

from shapecalc.layers.axes_fields import Axes
from shapecalc.layers.base import Seen, Windowed, wrong_rank
from shapecalc.layers.convolution import window_too_large
from shapecalc.problems.problem import Refusal
from shapecalc.shapes import window
from shapecalc.shapes.shape import Shape


class _HeightAndWidth(Axes):
    """Two integers: the types here exist for height and width only, and have no 2d in the name."""

    def read(self, value: object, rank: int) -> Any:
        """One integer for each of the two axes. Raises Refusal SC104."""
        return super().read(value, 2)

    def schema(self, rank: int) -> dict[str, Any]:
        """An integer, a list of two, or `1x7`."""
        return super().schema(2)


class _Sliding(Windowed):
    """What both directions share: a window and how it moves over the image."""

    kernel_size = _HeightAndWidth("kernel size along each axis, at least 1", minimum=1)
    dilation = _HeightAndWidth("spacing of the kernel's taps, at least 1", default=1, minimum=1)
    padding = _HeightAndWidth("zeros at both ends of each axis of the image", default=0)
    stride = _HeightAndWidth("step of the window along each axis, at least 1", default=1, minimum=1)

    def footprint(self, input: Shape, output: Shape) -> Seen:
        """Not known: the windows of an image of two axes lie along one."""
        return None

    def windows(self, image: Shape) -> tuple[int, ...]:
        """How many windows fit on an image along each axis. Raises Refusal SC202."""
        counts: list[int] = []
        for extent, kernel, stride, padding, dilation in zip(
            image.spatial, self.kernel_size, self.stride, self.padding, self.dilation, strict=True
        ):
            if window.effective_size(kernel, dilation) > extent + 2 * padding:
                raise window_too_large(image, len(counts), kernel, dilation, padding, padding)
            counts.append(window.positions(extent, kernel, stride, padding, padding, dilation))
        return tuple(counts)


class Unfold(_Sliding, names="Unfold"):
    """Every window of an image laid out as the channels of one position (also: im2col).

    Output: L x C kernel_height kernel_width, where L is the number of windows:
    floor((n + 2 padding - dilation (kernel_size - 1) - 1) / stride) + 1 of them along each axis.
    Refused: a window that is larger than the padded input, anything but height x width x channels.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Unfold.html
    """

    def check(self, input: Shape) -> None:
        """Refuse anything but an image."""
        if len(input.spatial) != 2:
            raise wrong_rank("Unfold", 2, input)

    def output(self, input: Shape) -> Shape:
        """A position for each window."""
        windows = prod(self.windows(input))
        return Shape((windows, input.channels * prod(self.kernel_size)))


class Fold(_Sliding, names="Fold"):
    """Windows added up to the image that they were cut from: Unfold backwards (also: col2im).

    Output: output_size over C / (kernel_height kernel_width) channels.
    Refused: channels that are not those of whole windows, another number of positions than
    there are windows on an image of output_size, anything but length x channels.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Fold.html
    """

    transposed = True

    output_size = _HeightAndWidth("height and width of the output image, at least 1", minimum=1)

    def check(self, input: Shape) -> None:
        """Refuse anything but a sequence of windows."""
        if len(input.spatial) != 1:
            raise wrong_rank("Fold", 1, input)

    def output(self, input: Shape) -> Shape:
        """The image, of which each position of the input is a window."""
        taps = prod(self.kernel_size)
        if input.channels % taps:
            raise Refusal(
                "SC204",
                f"a window of {_joined(self.kernel_size)} has {taps} taps, which does not divide "
                f"the {input.channels} channels of {input}",
                f"the channels must be a multiple of {taps}",
                "kernel_size",
            )
        counts = self.windows(Shape((*self.output_size, input.channels // taps)))
        if prod(counts) != input.positions:
            raise Refusal(
                "SC210",
                f"an image of {_joined(self.output_size)} has {_joined(counts)} = {prod(counts)} "
                f"windows, but {input} has {input.positions} positions",
                "output_size, kernel_size, stride, padding and dilation are those of the Unfold",
                "output_size",
            )
        return Shape((*self.output_size, input.channels // taps))


def _joined(extents: tuple[int, ...]) -> str:
    return "x".join(map(str, extents))
