"""The arithmetic of a window that slides along one axis.

Every convolution and pool of any number of axes maps these functions over its axes. Extents,
kernels, strides, paddings and dilations are integers; nothing here is ever a float.

Source: the output shapes of torch.nn.Conv2d, torch.nn.MaxPool2d and torch.nn.ConvTranspose2d
(https://docs.pytorch.org/docs/stable/nn.html).
"""

from __future__ import annotations


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
