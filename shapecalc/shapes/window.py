"""The arithmetic of a window that slides along one axis.

Every convolution and pool of any number of axes maps these functions over its axes. Sizes,
kernels, strides, paddings and dilations are integers; nothing here is ever a float.

Source: the output shapes of torch.nn.Conv2d, torch.nn.MaxPool2d and torch.nn.ConvTranspose2d
(https://docs.pytorch.org/docs/stable/nn.html).
"""

from __future__ import annotations

from functools import lru_cache
from math import gcd
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

Padding = tuple[int, ...] | tuple[tuple[int, int], ...] | str
"""What is padded at both ends of each axis, before and after each, or a word."""

FITTING = ("same_upper", "same_lower")
"""ONNX's words for the padding with which ceil(n / stride) windows fit."""


def effective_size(kernel: int, dilation: int) -> int:
    """The size that a dilated kernel covers, from its first tap to its last."""
    return dilation * (kernel - 1) + 1


def padded(extent: int, before: int, after: int) -> int:
    """The size of a padded input."""
    return extent + before + after


def positions(
    extent: int,
    kernel: int,
    stride: int,
    before: int = 0,
    after: int = 0,
    dilation: int = 1,
    ceil_mode: bool = False,
) -> int:
    """How many windows fit: the size of the output. 0 or less where none does.

    before, after: the padding at the two ends.
    ceil_mode: let the last window hang over the end, as long as it starts inside the input or
    the padding before it.
    """
    room = padded(extent, before, after) - effective_size(kernel, dilation)
    if not ceil_mode:
        return room // stride + 1
    count = -(-room // stride) + 1
    if (count - 1) * stride >= extent + before:
        count -= 1
    return count


def dropped(
    extent: int, kernel: int, stride: int, before: int = 0, after: int = 0, dilation: int = 1
) -> int:
    """How many positions at the end no window covers, beyond those that the stride skips."""
    covers = effective_size(kernel, dilation)
    left = (padded(extent, before, after) - covers) % stride
    return max(0, left - after - max(0, stride - covers))


def transposed(
    extent: int,
    kernel: int,
    stride: int,
    padding: int = 0,
    output_padding: int = 0,
    dilation: int = 1,
) -> int:
    """The size that a transposed convolution outputs: the one `positions` maps back."""
    return (extent - 1) * stride - 2 * padding + effective_size(kernel, dilation) + output_padding


def same_padding(kernel: int, dilation: int = 1) -> tuple[int, int]:
    """The padding before and after that keeps the size at stride 1. An odd one goes after."""
    total = effective_size(kernel, dilation) - 1
    before = total // 2
    return before, total - before


def fitting(extent: int, stride: int) -> int:
    """How many windows fit with the padding of FITTING."""
    return -(-extent // stride)


def fitting_padding(extent: int, kernel: int, stride: int, dilation: int = 1) -> int:
    """The padding of FITTING, that of both ends together."""
    last = (fitting(extent, stride) - 1) * stride
    return max(0, last + effective_size(kernel, dilation) - extent)


class Footprint:
    """Which positions of an input the positions of an output see, along one axis.

    window: what output position o sees, for o below `period`: input positions as a range.
    Output o + period sees the same, moved on by `jump`. The period is over 1 where the output
    is finer than the input, or laid unevenly over it. An input is taken to have no ends.
    """

    __slots__ = ("jump", "period", "window")

    def __init__(self, period: int, jump: int, window: Callable[[int], range]) -> None:
        self.period = period
        self.jump = jump
        self.window = window

    def seen(self, output: int) -> range:
        """The input positions that any output position sees."""
        periods, phase = divmod(output, self.period)
        window, moved = self.window(phase), periods * self.jump
        return range(window.start + moved, window.stop + moved, window.step)


def shifted_footprint(distance: int) -> Footprint:
    """The footprint of outputs that see one position each, so far after their own."""
    return Footprint(1, 1, lambda output: range(output + distance, output + distance + 1))


SAME_POSITION = shifted_footprint(0)
"""Each position sees the one at its own place, as under an activation."""


def whole_footprint(extent: int) -> Footprint:
    """The footprint of outputs that all see every position; with a size of 0, none."""
    return Footprint(1, 0, lambda output: range(extent))


ONLY_POSITION = whole_footprint(1)
"""All positions see the only one, as where a size of 1 is stretched."""


@lru_cache(1024)
def footprint(kernel: int, stride: int, before: int = 0, dilation: int = 1) -> Footprint:
    """The footprint of a sliding window with so much padding before the input: one for all axes
    and layers that have such a window."""
    if (kernel, stride, before) == (1, 1, 0):
        return SAME_POSITION
    taps = range(-before, effective_size(kernel, dilation) - before, dilation)
    return Footprint(1, stride, lambda output: taps)


def transposed_footprint(
    kernel: int, stride: int, padding: int = 0, dilation: int = 1
) -> Footprint:
    """The footprint of a transposed window: an output sees the inputs whose kernels cover it.

    Output o is covered by tap t of input i where o = stride i - padding + dilation t.
    """
    common = gcd(stride, dilation)
    recurrence = stride // common  # every so many taps cover an output, each from another input
    step = dilation // common
    inverse = pow(step, -1, recurrence)

    def window(output: int) -> range:
        place, rest = divmod(output + padding, common)
        tap = place * inverse % recurrence  # the first one that covers the output, if any does
        if rest or tap >= kernel:
            return range(0)
        last = (output + padding - dilation * tap) // stride
        further = (kernel - 1 - tap) // recurrence
        return range(last - further * step, last + 1, step)

    return Footprint(stride, 1, window)


def adaptive_footprint(extent: int, count: int) -> Footprint:
    """The footprint of windows from floor(i n / m) to ceil((i + 1) n / m), for n positions to m."""

    def window(output: int) -> range:
        return range(output * extent // count, -(-(output + 1) * extent // count))

    common = gcd(extent, count)
    return Footprint(count // common, extent // common, window)


def resampled_footprint(
    step: int, scale: int, shift: int, before: int = 0, after: int = 0
) -> Footprint:
    """The footprint of an interpolation at position (2 step o + shift) / (2 scale) of the input.

    It sees the position before that and so many before and after it; just the one at that
    position, where there is one.
    """

    def window(output: int) -> range:
        position, rest = divmod(2 * step * output + shift, 2 * scale)
        if not rest:
            return range(position, position + 1)
        return range(position - before, position + after + 1)

    common = gcd(step, scale)
    return Footprint(scale // common, step // common, window)
