"""Pools over one, two or three axes: by a window, or to a given size."""

from __future__ import annotations

from typing import Any

from shapecalc.layers.axes_fields import Axes, AxesOrNull, AxesOrPairs
from shapecalc.layers.base import Windowed
from shapecalc.layers.convolution import window_too_large
from shapecalc.layers.fields import Decimal, FalseOnly, Flag, Integer, integer_schema
from shapecalc.layers.leading import MayLead
from shapecalc.problems.problem import Refusal
from shapecalc.shapes import window
from shapecalc.shapes.shape import Shape

NO_INDICES = "a spec has no use for the indices, and the output is the same without them"


_PADDING = AxesOrPairs(
    "padding at both ends of each axis, at most half the kernel; not in PyTorch: a pair for each "
    "axis, before and after, each less than the kernel, and `same_upper` or `same_lower`, which "
    "pad as ONNX's auto_pad does",
    default=0,
    words=window.FITTING,
)


class _Pooling(Windowed, MayLead):
    """What the pools with a window share."""

    kernel_size = Axes("kernel size along each axis, at least 1", minimum=1)
    stride = Axes("step of the window along each axis, at least 1", like="kernel_size", minimum=1)
    ceil_mode = Flag(
        "whether to round the output size up instead of down",
        default=False,
    )

    dilation: tuple[int, ...]

    def output(self, input: Shape) -> Shape:
        """The windows that fit along each axis."""
        ceil_mode = self.ceil_mode
        extents: list[int] = []
        for extent, kernel, stride, dilation, (before, after) in self.axis_windows(input):
            if self.padding in window.FITTING:
                extents.append(window.fitting(extent, stride))
                continue
            self.check_sides(kernel, before, after)
            count = window.positions(extent, kernel, stride, before, after, dilation, ceil_mode)
            if count < 1:
                overhang = stride - 1 if ceil_mode else 0
                axis = len(extents)
                raise window_too_large(input, axis, kernel, dilation, before, after, overhang)
            extents.append(count)
        return Shape((*extents, input.channels))

    def check_sides(self, kernel: int, before: int, after: int) -> None:
        """Refuse what PyTorch does; of pairs, sides that hold a whole kernel. Raises SC206."""
        if not self.pads_beyond_pytorch:
            if before > kernel // 2:
                raise Refusal(
                    "SC206",
                    f"padding {before} is over half of kernel_size {kernel}",
                    f"a pool pads at most {kernel // 2} here, so that no window is empty",
                    "padding",
                )
        elif max(before, after) >= kernel:
            raise Refusal(
                "SC206",
                f"padding {max(before, after)} is not less than kernel_size {kernel}",
                f"a pool pads at most {kernel - 1} on a side here, so that no window is empty",
                "padding",
            )


class MaxPool(_Pooling, names="MaxPool1d MaxPool2d MaxPool3d"):
    """The largest number of each window.

    Output: floor((n + 2 padding - dilation (kernel_size - 1) - 1) / stride) + 1 along each axis;
    with ceil_mode ceil instead of floor, but the last window must start inside the input or the
    padding before it. With pairs before + after instead of 2 padding; with `same_upper` and
    `same_lower` ceil(n / stride), an odd padding having one more after the input, or before it.
    Refused: a padding over half the kernel (whatever its dilation), a side of a pair that is not
    less than the kernel, a window that is larger than the padded input; with ceil_mode, larger by
    a stride or more.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html; pairs and
    same_upper as https://onnx.ai/onnx/operators/onnx__MaxPool.html has them.
    """

    padding = _PADDING
    dilation = Axes("spacing of the kernel's taps, at least 1", default=1, minimum=1)
    return_indices = FalseOnly("whether to also output the indices of the maxima", NO_INDICES)


class _Averaging(_Pooling):
    """What the pools that sum a window without gaps share."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.dilation = (1,) * self.rank

    def output(self, input: Shape) -> Shape:
        """The windows that fit along each axis."""
        measured = self.rank == 3 and not self.pads_beyond_pytorch
        if measured and any(map(int.__gt__, self.kernel_size, input.spatial)):
            least = tuple(map(max, self.kernel_size, input.spatial))
            refusal = Refusal(
                "SC202",
                f"kernel_size {_joined(self.kernel_size)} is larger than the input "
                f"{_joined(input.spatial)}, which {self.type.name} measures without its padding",
                f"the least sizes that fit here are {_joined(least)}",
                "kernel_size",
            )
            wrong = enumerate(map(int.__gt__, self.kernel_size, input.spatial))
            refusal.axes = tuple(axis for axis, larger in wrong if larger)
            raise refusal
        return super().output(input)


class AvgPool1d(_Averaging, names="AvgPool1d"):
    """The mean of each window along one axis.

    Output: floor((n + 2 padding - kernel_size) / stride) + 1; with ceil_mode ceil instead of
    floor, but the last window must start inside the input or the padding before it. With pairs
    before + after instead of 2 padding; with `same_upper` and `same_lower` ceil(n / stride), an
    odd padding having one more after the input, or before it.
    Refused: a padding over half the kernel, a side of a pair that is not less than the kernel, a
    window that is larger than the padded input; with ceil_mode, larger by a stride or more.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.AvgPool1d.html; pairs and
    same_upper as https://onnx.ai/onnx/operators/onnx__AveragePool.html has them.
    """

    padding = _PADDING
    count_include_pad = Flag("whether to count the padding in the mean", default=True)


class AvgPool(AvgPool1d, names="AvgPool2d AvgPool3d"):
    """The mean of each window, or its sum over a divisor.

    Output: floor((n + 2 padding - kernel_size) / stride) + 1 along each axis; with ceil_mode ceil
    instead of floor, but the last window must start inside the input or the padding before it.
    With pairs before + after instead of 2 padding; with `same_upper` and `same_lower`
    ceil(n / stride), an odd padding having one more after the input, or before it.
    Refused: a padding over half the kernel, a side of a pair that is not less than the kernel; a
    window that is larger than the padded input, with ceil_mode by a stride or more, and for
    AvgPool3d any that is larger than the input without its padding, as PyTorch has that; a divisor
    of 0.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.AvgPool2d.html; pairs and
    same_upper as https://onnx.ai/onnx/operators/onnx__AveragePool.html has them.
    """

    divisor_override = Integer("divisor of a window's sum instead of its size, not 0", default=None)

    def output(self, input: Shape) -> Shape:
        """The windows that fit along each axis."""
        if self.divisor_override == 0:
            raise Refusal(
                "SC104",
                "divisor_override must not be 0: sums are divided by it",
                "leave divisor_override out for the mean",
                "divisor_override",
            )
        return super().output(input)


class LPPool(_Averaging, names="LPPool2d LPPool3d"):
    """The norm of each window: its sum of x^norm_type, to the power of 1 / norm_type.

    Output: floor((n + before + after - kernel_size) / stride) + 1 along each axis; with ceil_mode
    ceil instead of floor, but the last window must start inside the input or the padding before
    it; with `same_upper` and `same_lower` ceil(n / stride).
    Refused: a window that is larger than the padded input, with ceil_mode by a stride or more, and
    for LPPool3d any where nothing is padded; a padding that is not less than the kernel; a
    norm_type of 0.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.LPPool2d.html; its padding as
    https://onnx.ai/onnx/operators/onnx__LpPool.html has it.
    """

    norm_type = Decimal("the p of the p-norm, not 0: 1 is the sum, 2 the Euclidean norm")
    padding = AxesOrPairs(
        "not in PyTorch: padding at both ends of each axis, a pair for each axis, before and "
        "after, all less than the kernel, or `same_upper` or `same_lower`, which pad as ONNX's "
        "auto_pad does",
        default=0,
        words=window.FITTING,
    )

    @property
    def pads_beyond_pytorch(self) -> bool:
        """Whether it pads at all."""
        return self.padding != (0,) * self.rank

    def output(self, input: Shape) -> Shape:
        """The windows that fit along each axis."""
        if self.norm_type == 0:
            raise Refusal(
                "SC104",
                "norm_type must not be 0: 1 / norm_type is the exponent of the sum",
                "norm_type 1 or 2 is common",
                "norm_type",
            )
        return super().output(input)


class _KernelOfOneAxis(Axes):
    """The kernel of LPPool1d, which in PyTorch is an integer and not a list."""

    def read(self, value: object, rank: int) -> tuple[int, ...]:
        """The integer, for the only axis. Raises Refusal SC104."""
        if isinstance(value, list | tuple):
            hint = f"write {value[0]}" if len(value) == 1 else None
            raise self.refuse(value, "one integer, as in PyTorch", hint)
        kernel: tuple[int, ...] = super().read(value, rank)
        return kernel

    def schema(self, rank: int) -> dict[str, Any]:
        """An integer."""
        return integer_schema(self.minimum)


class LPPool1d(LPPool, names="LPPool1d"):
    """The norm of each window along one axis: its sum of x^norm_type, to the power of
    1 / norm_type.

    Output: floor((n + before + after - kernel_size) / stride) + 1; with ceil_mode ceil instead of
    floor, but the last window must start inside the input or the padding before it; with
    `same_upper` and `same_lower` ceil(n / stride).
    Refused: a window that is larger than the padded input, with ceil_mode by a stride or more; a
    padding that is not less than the kernel; a norm_type of 0; a list as kernel_size.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.LPPool1d.html; its padding as
    https://onnx.ai/onnx/operators/onnx__LpPool.html has it.
    """

    kernel_size = _KernelOfOneAxis("kernel size, at least 1", minimum=1)


class _Adaptive(MayLead):
    """What the pools to a given size share."""

    output_size = AxesOrNull(
        "output size along each axis, at least 1; null in a list keeps the size of the input",
        minimum=1,
    )

    def output(self, input: Shape) -> Shape:
        """The given sizes, whatever the input's."""
        return Shape(
            (
                *(
                    extent if size is None else size
                    for size, extent in zip(self.output_size, input.spatial, strict=True)
                ),
                input.channels,
            )
        )

    def footprint(self, input: Shape, output: Shape) -> tuple[window.Footprint, ...]:
        """The widest window along each axis."""
        return tuple(map(window.adaptive_footprint, input.spatial, output.spatial))


class AdaptiveAvgPool(_Adaptive, names="AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d"):
    """The means of the given number of windows along each axis.

    Output: output_size, whatever the input.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html
    """


class AdaptiveMaxPool(_Adaptive, names="AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d"):
    """The largest numbers of the given number of windows along each axis.

    Output: output_size, whatever the input.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool2d.html
    """

    return_indices = FalseOnly("whether to also output the indices of the maxima", NO_INDICES)


def _joined(extents: tuple[int, ...]) -> str:
    return "x".join(map(str, extents))
