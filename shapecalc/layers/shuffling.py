"""Layers that move numbers between the channels, and between channels and positions."""

from __future__ import annotations

from shapecalc.layers.base import Layer, wrong_rank
from shapecalc.layers.fields import Count
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.axes import size_name
from shapecalc.shapes.shape import Shape
from shapecalc.shapes.window import Footprint, footprint, transposed_footprint


class ChannelShuffle(Layer, names="ChannelShuffle"):
    """Channels dealt out anew, so that each group gets some of every group.

    Output: the input's shape.
    Refused: groups that do not divide the channels, a vector.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ChannelShuffle.html
    """

    groups = Count("number of groups, a divisor of the channels")

    def check(self, input: Shape) -> None:
        """Refuse a vector, as PyTorch does."""
        if not input.spatial:
            raise Refusal(
                "SC201",
                f"ChannelShuffle expects channels over positions, but {input} is a vector",
                f"a Reshape to 1x{input} makes one position of it",
            )

    def output(self, input: Shape) -> Shape:
        """The input's shape."""
        if input.channels % self.groups:
            raise Refusal(
                "SC204",
                f"groups {self.groups} does not divide the {input.channels} channels of {input}",
                None,
                "groups",
            )
        return input


class _OnImages(Layer):
    """What the types share that PyTorch has for height and width only."""

    def check(self, input: Shape) -> None:
        """Refuse anything but height x width x channels."""
        if len(input.spatial) != 2:
            raise wrong_rank(self.type.name, 2, input)


class PixelShuffle(_OnImages, names="PixelShuffle"):
    """Channels laid out as pixels: sub-pixel convolution's second half (Shi et al. 2016).

    Output: H r x W r x C / r^2, for an upscale_factor of r.
    Refused: channels that r^2 does not divide, anything but height x width x channels.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.PixelShuffle.html
    """

    upscale_factor = Count("factor by which height and width grow, at least 1")

    def output(self, input: Shape) -> Shape:
        """Larger, with fewer channels."""
        factor = self.upscale_factor
        height, width, channels = input
        if channels % factor**2:
            raise Refusal(
                "SC204",
                f"upscale_factor {factor} needs {factor}^2 = {factor**2} channels for one, which "
                f"does not divide the {channels} channels of {input}",
                f"the channels must be a multiple of {factor**2}",
                "upscale_factor",
            )
        return Shape((height * factor, width * factor, channels // factor**2))

    def footprint(self, input: Shape, output: Shape) -> tuple[Footprint, ...]:
        """The pixel that it was laid out from."""
        factor = self.upscale_factor
        return (transposed_footprint(factor, factor),) * 2


class PixelUnshuffle(_OnImages, names="PixelUnshuffle"):
    """Pixels laid out as channels: PixelShuffle backwards (also: space to depth).

    Output: H / r x W / r x C r^2, for a downscale_factor of r.
    Refused: a height or width that r does not divide, anything but height x width x channels.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.PixelUnshuffle.html
    """

    downscale_factor = Count("factor by which height and width shrink, at least 1")

    def output(self, input: Shape) -> Shape:
        """Smaller, with more channels."""
        factor = self.downscale_factor
        height, width, channels = input
        wrong = tuple(axis for axis in (0, 1) if input[axis] % factor)
        if wrong:
            name, extent = size_name(wrong[0], 2), input[wrong[0]]
            refusal = Refusal(
                "SC204",
                f"downscale_factor {factor} does not divide the {name} {extent} of {input}",
                f"height and width must be multiples of {factor}",
                "downscale_factor",
            )
            refusal.axes = wrong
            raise refusal
        return Shape((height // factor, width // factor, channels * factor**2))

    def footprint(self, input: Shape, output: Shape) -> tuple[Footprint, ...]:
        """The pixels that were laid out in it."""
        return (footprint(self.downscale_factor, self.downscale_factor),) * 2
