"""Windows of a spec that torch.nn's layers do not have: padding a side, unshared kernels.

What is padded in another way than PyTorch's is padded before the layer, by torch's `pad`; where
windows are is counted one by one.
"""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found, misc, no-any-unimported"
from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import torch

Fields = dict[str, Any]
"""The fields of a layer as a spec writes them, expressions evaluated."""


class RefusedError(Exception):
    """The language refuses what PyTorch might take."""


def stem(type: str) -> str:
    """A type's name without its number of axes."""
    return re.sub(r"[123]d$", "", type)


class LocallyConnected(torch.nn.Module):
    """A kernel and a bias for each position, on windows that unfold cuts out."""

    def __init__(
        self,
        input: torch.Tensor,
        out_channels: int,
        kernel_size: Sequence[int],
        stride: Sequence[int],
        bias: bool,
    ) -> None:
        super().__init__()
        if min(out_channels, *kernel_size, *stride) < 1:
            raise ValueError("a count of 0")
        self.window = kernel_size, stride
        windows = self.windows(input)
        self.extents = windows.shape[2 : 2 + len(kernel_size)]
        positions = self.extents.numel()
        taps = input.shape[1] * torch.Size(kernel_size).numel()
        self.weight = torch.nn.Parameter(torch.zeros(positions, taps, out_channels))
        self.bias = torch.nn.Parameter(torch.zeros(out_channels, *self.extents)) if bias else None

    def windows(self, input: torch.Tensor) -> torch.Tensor:
        """Batch, channels, positions along each axis, taps along each axis."""
        for axis, (size, step) in enumerate(zip(*self.window, strict=True), 2):
            input = input.unfold(axis, size, step)
        return input

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        rank = len(self.extents)
        found = self.windows(input).flatten(2 + rank).flatten(2, 1 + rank)  # n, c, position, tap
        columns = found.transpose(1, 2).flatten(2).transpose(0, 1)
        output = torch.bmm(columns, self.weight).permute(1, 2, 0)
        output = output.unflatten(2, self.extents)
        return output if self.bias is None else output + self.bias


class Padded(torch.nn.Module):
    """A layer whose input is padded before it, a number of numbers a side."""

    def __init__(
        self, layer: torch.nn.Module, sides: Sequence[tuple[int, int]], mode: str, value: float
    ) -> None:
        super().__init__()
        self.layer = layer
        self.list = [side for pair in reversed(sides) for side in pair]
        self.mode, self.value = mode, value

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        value = self.value if self.mode == "constant" else None
        output = self.layer(torch.nn.functional.pad(input, self.list, self.mode, value))
        if getattr(self.layer, "count_include_pad", True):
            return output
        return output / self.layer(torch.nn.functional.pad(torch.ones_like(input), self.list))


PADDING = ("Conv", "MaxPool", "AvgPool", "LPPool", "LocallyConnected")
"""The types, but for the number of axes, that may be padded in other ways than PyTorch's."""


def beyond_pytorch(type: str, padding: Any) -> bool:
    """Whether a padding is one that PyTorch's layer does not have."""
    if stem(type) in ("LPPool", "LocallyConnected"):
        return True
    return padding in ("same_upper", "same_lower") or (
        isinstance(padding, tuple) and any(isinstance(each, tuple) for each in padding)
    )


def along_axes(value: Any, axes: int) -> tuple[int, ...]:
    """A number for each axis, of one or several."""
    found = (value,) * axes if isinstance(value, int) else value
    if len(found) != axes:
        raise RefusedError("a list of another number of axes")
    return tuple(found)


def window_starts(
    extent: int, window: int, stride: int, before: int, after: int, ceil: bool
) -> list[int]:
    """Where windows start in a padded axis, one by one: as long as they fit; or, if the size is
    rounded up, as long as the one before leaves something, and they start in the input or before
    it."""
    end = extent + before + after
    starts: list[int] = []
    while True:
        start = len(starts) * stride
        fits = start + window <= end
        hangs = ceil and start - stride + window < end and start < extent + before
        if not fits and not hangs:
            return starts
        starts.append(start)


def taken_padding(
    type: str, arguments: Fields, input: torch.Tensor
) -> tuple[list[tuple[int, int]], str, float]:
    """What is padded before a layer instead of by it, of whose arguments it is taken.

    A window that hangs over the end is padded until it fits, so that nothing is rounded up.
    """
    axes = input.dim() - 2
    if axes != int(type[-2]):
        raise RefusedError("another number of axes")
    padding, ceil = arguments.pop("padding", 0), arguments.pop("ceil_mode", False)
    mode = arguments.pop("padding_mode", "zeros")
    kernel = along_axes(arguments["kernel_size"], axes)
    pool = "Pool" in type
    stride = along_axes(arguments.get("stride") or (kernel if pool else 1), axes)
    dilation = along_axes(arguments.get("dilation", 1), axes)
    if min(*kernel, *stride, *dilation) < 1:
        raise RefusedError("a count of 0")
    sides = []
    for axis, extent in enumerate(input.shape[2:]):
        window = dilation[axis] * (kernel[axis] - 1) + 1
        before, after = both_sides(padding, axis, axes, extent, window, stride[axis])
        word = isinstance(padding, str)
        if pool and padding == "valid":
            raise RefusedError("another word")
        if pool and not word and max(before, after) >= kernel[axis]:
            raise RefusedError("a window of nothing but padding")
        if (mode == "zeros" or pool) and min(before, after) < 0:
            raise RefusedError("a negative padding")
        starts = window_starts(extent, window, stride[axis], before, after, ceil)
        if not starts:
            raise RefusedError("a window that is too large")
        hangs = starts[-1] + window - extent - before - after
        sides.append((before, after + max(hangs, 0)))
    named = "constant" if mode == "zeros" else mode
    return sides, named, -float("inf") if type.startswith("MaxPool") else 0.0


def both_sides(
    padding: Any, axis: int, axes: int, extent: int, window: int, stride: int
) -> tuple[int, int]:
    """What is padded before and after an axis; TensorFlow's `same` in the words of its guide."""
    if padding == "valid":
        return 0, 0
    if isinstance(padding, str):
        if padding not in ("same_upper", "same_lower"):
            raise RefusedError("another word")
        rest = extent % stride
        total = max(window - (rest or stride), 0)
        less = total // 2
        return (less, total - less) if padding == "same_upper" else (total - less, less)
    if isinstance(padding, int) or not any(isinstance(each, tuple) for each in padding):
        sides = along_axes(padding, axes)
        return sides[axis], sides[axis]
    if len(padding) != axes:
        raise RefusedError("pairs of another number of axes")
    before, after = padding[axis]
    return before, after


def locally_connected(
    arguments: Fields, input: torch.Tensor, pad: tuple[list[tuple[int, int]], str, float] | None
) -> LocallyConnected:
    """The layer for what is padded already."""
    if arguments.pop("in_channels", None) not in (None, input.shape[1]):
        raise RefusedError("other channels")
    assert pad is not None
    padded = torch.nn.functional.pad(input, [side for pair in reversed(pad[0]) for side in pair])
    axes = input.dim() - 2
    return LocallyConnected(
        padded,
        out_channels=arguments.pop("out_channels"),
        kernel_size=along_axes(arguments.pop("kernel_size"), axes),
        stride=along_axes(arguments.pop("stride", 1), axes),
        bias=arguments.pop("bias", True),
        **arguments,
    )


def cropped(
    input: torch.Tensor,
    like: torch.Tensor | None = None,
    size: int | Sequence[int] | None = None,
    anchor: str = "center",
    offset: int = 0,
) -> torch.Tensor:
    """A part of a tensor, as slices. Raises RefusedError."""
    axes = input.dim() - 2
    if (size is None) == (like is None) or (offset and anchor == "center"):
        raise RefusedError("no size, or two, or an offset from the centre")
    if like is not None:
        sizes = list(like.shape[2:])
    else:
        assert size is not None
        sizes = [size] * axes if isinstance(size, int) else list(size)
    if len(sizes) != axes:
        raise RefusedError("another number of axes")
    found = input
    for axis, length in enumerate(sizes, 2):
        start = offset if anchor == "corner" else (input.shape[axis] - length) // 2
        if start < 0 or start + length > input.shape[axis]:
            raise RefusedError("a part that reaches out")
        found = found.narrow(axis, start, length)
    return found
