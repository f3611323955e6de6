"""The arithmetic of a window that slides along one axis.

Every convolution and pool of any number of axes maps these functions over its axes. Extents,
kernels, strides, paddings and dilations are integers; nothing here is ever a float.

Source: the output shapes of torch.nn.Conv2d, torch.nn.MaxPool2d and torch.nn.ConvTranspose2d
(https://docs.pytorch.org/docs/stable/nn.html).
"""

from __future__ import annotations

from math import gcd


def span(kernel: int, dilation: int) -> int:
    """The extent that a dilated kernel covers, from its first tap to its last."""
    return dilation * (kernel - 1) + 1


def positions(
    extent: int,
    kernel: int,
    stride: int,
    before: int = 0,
    after: int = 0,
    dilation: int = 1,
    ceil_mode: bool = False,
) -> int:
    """How many windows fit: the extent of the output. 0 or less where none does.

    before, after: the padding at the two ends.
    ceil_mode: let the last window hang over the end, as long as it starts inside the input or
    the padding before it.
    """
    room = extent + before + after - span(kernel, dilation)
    if not ceil_mode:
        return room // stride + 1
    count = -(-room // stride) + 1
    if (count - 1) * stride >= extent + before:
        count -= 1
    return count


def transposed(
    extent: int,
    kernel: int,
    stride: int,
    padding: int = 0,
    output_padding: int = 0,
    dilation: int = 1,
) -> int:
    """The extent that a transposed convolution puts out: the one `positions` maps back."""
    return (extent - 1) * stride - 2 * padding + span(kernel, dilation) + output_padding


def same_padding(kernel: int, dilation: int = 1) -> tuple[int, int]:
    """The padding before and after that keeps the extent at stride 1. An odd one goes after."""
    total = span(kernel, dilation) - 1
    return total // 2, total - total // 2


class Reach:
    """What the positions of an output see of an input, along one axis.

    The window of output position o is centred at input position
    (o * step + shift / 2) / scale, and its first and last input positions are at most
    extra / scale apart.

    scale is over 1 where the output is finer than the input: the windows of neighbouring
    outputs are then less than a position apart, and not all of them are equally wide.
    """

    __slots__ = ("extra", "scale", "shift", "step")

    def __init__(self, extra: int, step: int, shift: int, scale: int = 1) -> None:
        self.extra = extra
        self.step = step
        self.shift = shift
        self.scale = scale


SAME_POSITION = Reach(0, 1, 0)
"""Each position sees the one at its own place, as under an activation."""


def reach(kernel: int, stride: int, before: int = 0, dilation: int = 1) -> Reach:
    """The reach of a sliding window with so much padding before the input."""
    extra = span(kernel, dilation) - 1
    return Reach(extra, stride, extra - 2 * before)


def transposed_reach(kernel: int, stride: int, padding: int = 0, dilation: int = 1) -> Reach:
    """The reach of a transposed window: an output sees the inputs whose kernels cover it."""
    extra = span(kernel, dilation) - 1
    return Reach(extra, 1, 2 * padding - extra, stride)


def adaptive_reach(extent: int, count: int) -> Reach:
    """The reach of windows from floor(i n / m) to ceil((i + 1) n / m), for n positions to m."""
    return Reach(extent + count - 2 * gcd(extent, count), extent, extent - count, count)


def resampled_reach(extent: int, output: int, neighbours: int, aligned: bool = False) -> Reach:
    """The reach of an interpolation from the nearest position and so many neighbours.

    aligned: whether the centres of the ends are kept, rather than the ends.
    """
    if extent == output:
        return SAME_POSITION
    lost = int(aligned and output > 1)
    step, scale = extent - lost, output - lost
    jitter = scale - gcd(step, scale)  # of rounding to a position
    shift = step - scale if neighbours and not lost else 0 if neighbours else -jitter
    return Reach(jitter + neighbours * scale, step, shift, scale)
