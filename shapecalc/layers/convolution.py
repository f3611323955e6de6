"""Convolutions and transposed convolutions over one, two or three axes."""

from __future__ import annotations

from math import gcd, prod

from shapecalc.layers.axes_fields import Axes, AxesOrPairs
from shapecalc.layers.base import Windowed, divisors
from shapecalc.layers.fields import Count, Flag, Inferred, Word
from shapecalc.layers.leading import MayLead
from shapecalc.layers.weighted import LEARNED, SPECTRAL_NORM, WEIGHT_NORM, Weighted
from shapecalc.problems.problem import Refusal
from shapecalc.shapes import window
from shapecalc.shapes.shape import Shape, Shapes

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")


class _Convolving(Windowed, Weighted, MayLead):
    """What convolutions of both directions share: channels, groups and weights."""

    in_channels = Inferred("channels of the input; inferred, must match where written")
    out_channels = Count("output channels, at least 1")
    kernel_size = Axes("kernel size along each axis, at least 1", minimum=1)
    stride = Axes("step of the kernel along each axis, at least 1", default=1, minimum=1)
    dilation = Axes("spacing of the kernel's taps, at least 1", default=1, minimum=1)
    groups = Count("groups of channels that are convolved separately", default=1)
    bias = Flag("whether to add a learnable bias for each output channel", default=True)

    def check_weights(self, input: Shape) -> None:
        """Refuse groups that do not divide both channel counts, and what no weight can be."""
        self.check_learned()
        for name, channels in (
            ("in_channels", input.channels),
            ("out_channels", self.out_channels),
        ):
            if channels % self.groups:
                common = gcd(input.channels, self.out_channels)
                raise Refusal(
                    "SC204",
                    f"groups {self.groups} does not divide {name} {channels}",
                    f"groups must divide {input.channels} and {self.out_channels}: "
                    f"{divisors(common)}",
                    "groups",
                )

    def weights(self, inputs: Shapes) -> int:
        """The kernel's weights: of each output channel, to the channels of its group."""
        return prod(self.kernel_size) * (inputs[0].channels // self.groups) * self.out_channels

    def biases(self) -> int:
        """One for each output channel."""
        return self.out_channels if self.bias else 0


class Conv(_Convolving, names="Conv1d Conv2d Conv3d"):
    """A convolution: each number is a weighted sum of a window, over the channels of its group.

    Output: floor((n + 2 padding - dilation (kernel_size - 1) - 1) / stride) + 1 along each axis;
    with pairs before + after instead of 2 padding, with `same_upper` and `same_lower`
    ceil(n / stride), an odd padding having one more after the input, or before it.
    Refused: groups that do not divide the channels, `same` with a stride, a kernel that is
    larger than the padded input, a negative padding of zeros, weight_norm or spectral_norm of
    weights that are not learned.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html; pairs and
    same_upper as https://onnx.ai/onnx/operators/onnx__Conv.html has them.
    """

    padding = AxesOrPairs(
        "padding at both ends of each axis; `same` keeps the size, `valid` pads nothing; a "
        "negative one crops, except of zeros; not in PyTorch: a pair for each axis, before and "
        "after, and `same_upper` or `same_lower`, which pad as ONNX's auto_pad does",
        default=0,
        minimum=None,
        words=("same", "valid", *window.FITTING),
    )
    padding_mode = Word("value of the padding", PADDING_MODES, default="zeros")
    learned = LEARNED
    weight_norm = WEIGHT_NORM
    spectral_norm = SPECTRAL_NORM

    def output(self, input: Shape) -> Shape:
        """The windows that fit along each axis."""
        self.check_weights(input)
        if self.padding == "same" and any(stride != 1 for stride in self.stride):
            from shapecalc.layers.padding_hints import LIKE_TENSORFLOW

            message = "padding same is not defined with a stride"
            raise Refusal("SC207", message, LIKE_TENSORFLOW, "padding")
        extents: list[int] = []
        for extent, kernel, stride, dilation, (before, after) in self.axis_windows(input):
            self.check_padding_mode(extent, before, after)
            if window.effective_size(kernel, dilation) > extent + before + after:
                raise window_too_large(input, len(extents), kernel, dilation, before, after)
            if self.padding in window.FITTING:
                extents.append(window.fitting(extent, stride))
            else:
                extents.append(window.positions(extent, kernel, stride, before, after, dilation))
        return Shape((*extents, self.out_channels))

    def check_padding_mode(self, extent: int, before: int, after: int) -> None:
        """Refuse zeros that crop, a reflection beyond the input, and more than one wrap."""
        mode = self.padding_mode
        if mode == "zeros":
            if before < 0 or after < 0:
                raise Refusal(
                    "SC206",
                    f"padding {min(before, after)} is negative",
                    "padding_mode reflect, replicate or circular may crop, zeros may not",
                    "padding",
                )
        elif mode != "replicate":
            # imported by the few convolutions that are padded with something else than zeros
            from shapecalc.layers.padding import check_reflection, check_wrap

            check = check_reflection if mode == "reflect" else check_wrap
            check(extent, before, after)

    def weight_shape(self, inputs: Shapes) -> tuple[int, ...]:
        """Output channels, channels of a group, kernel."""
        return (self.out_channels, inputs[0].channels // self.groups, *self.kernel_size)

    def macs(self, inputs: Shapes, outputs: Shapes) -> int:
        """The weights, once for each position of the output."""
        return self.weights(inputs) * outputs[0].positions


class ConvTranspose(_Convolving, names="ConvTranspose1d ConvTranspose2d ConvTranspose3d"):
    """A transposed convolution: each number of the input is spread over a window of the output
    (also: fractionally strided convolution).

    Output: (n - 1) stride - 2 padding + dilation (kernel_size - 1) + output_padding + 1 along
    each axis.
    Refused: groups that do not divide the channels, an output padding that is not below the
    stride or the dilation, an output of size zero, weight_norm or spectral_norm of weights that
    are not learned.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html
    """

    transposed = True
    output_axis = 1

    padding = Axes("trimmed from both ends of each axis of the output", default=0)
    output_padding = Axes("additional size at one end of each axis of the output", default=0)
    padding_mode = Word("only zeros, as in PyTorch", ("zeros",), default="zeros")
    learned = LEARNED
    weight_norm = WEIGHT_NORM
    spectral_norm = SPECTRAL_NORM

    def output(self, input: Shape) -> Shape:
        """The sizes whose convolution gives the input."""
        self.check_weights(input)
        extents: list[int] = []
        for extent, kernel, stride, padding, output_padding, dilation in zip(
            input.spatial,
            self.kernel_size,
            self.stride,
            self.padding,
            self.output_padding,
            self.dilation,
            strict=True,
        ):
            if output_padding >= max(stride, dilation):
                raise Refusal(
                    "SC206",
                    f"output_padding {output_padding} is not below the stride {stride} or the "
                    f"dilation {dilation}",
                    f"output_padding is at most {max(stride, dilation) - 1} here",
                    "output_padding",
                )
            sizes = (extent, kernel, stride, padding, output_padding, dilation)
            longer = window.transposed(*sizes)
            if longer < 1:
                from shapecalc.shapes.size import derived

                refusal = Refusal(
                    "SC203",
                    f"the output size would be {derived(window.transposed, *sizes)}",
                    "every output size must be at least 1",
                    "padding",
                )
                refusal.axes = (len(extents),)
                raise refusal
            extents.append(longer)
        return Shape((*extents, self.out_channels))

    def weight_shape(self, inputs: Shapes) -> tuple[int, ...]:
        """Input channels, output channels of a group, kernel."""
        return (inputs[0].channels, self.out_channels // self.groups, *self.kernel_size)

    def macs(self, inputs: Shapes, outputs: Shapes) -> int:
        """The weights, once for each position of the input."""
        return self.weights(inputs) * inputs[0].positions


def window_too_large(
    input: Shape,
    axis: int,
    kernel: int,
    dilation: int,
    before: int = 0,
    after: int = 0,
    overhang: int = 0,
) -> Refusal:
    """The refusal of a window that the padded input cannot hold along an axis, counted from 0.

    overhang: how far the window may hang over the end.
    """
    from shapecalc.shapes.axes import size_name
    from shapecalc.shapes.size import derived

    size = window.effective_size(kernel, dilation)
    covers = f"kernel_size {kernel}"
    if dilation > 1:
        reach = derived(window.effective_size, kernel, dilation)
        covers += f" with dilation {dilation} covers {reach}, which"
    extent = input.spatial[axis]
    name = size_name(axis, len(input.spatial))
    least = max(1, size - before - after - overhang)
    refusal = Refusal(
        "SC202",
        f"{covers} is larger than the padded {name} of {input}: "
        f"{derived(window.padded, extent, before, after)}",
        f"the least {name} that fits here is {least}",
        "kernel_size",
    )
    refusal.axes = (axis,)
    return refusal
