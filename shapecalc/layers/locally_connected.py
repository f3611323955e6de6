"""Locally connected layers: convolutions that share no weights between positions."""

from __future__ import annotations

from math import prod
from typing import Any

from shapecalc.layers.axes_fields import Axes, AxesOrPairs
from shapecalc.layers.base import Windowed
from shapecalc.layers.convolution import window_too_large
from shapecalc.layers.fields import Count, Flag, Inferred
from shapecalc.layers.leading import MayLead
from shapecalc.shapes import window
from shapecalc.shapes.shape import Shape, Shapes


class LocallyConnected(Windowed, MayLead, names="LocallyConnected1d LocallyConnected2d"):
    """A convolution with a kernel and a bias of its own for each position of the output.

    Output: floor((n + before + after - kernel_size) / stride) + 1 along each axis; with
    `same_upper` and `same_lower` ceil(n / stride).
    Its params grow with its output: positions x kernel x in_channels x out_channels, and a bias
    for each number of the output. Neither PyTorch nor Keras 3 has such a layer.
    Refused: a kernel that is larger than the padded input.
    Source: https://www.tensorflow.org/versions/r2.13/api_docs/python/tf/keras/layers/LocallyConnected2D,
    Keras 2's, which pads nothing.
    """

    mixes_channels = True

    in_channels = Inferred("channels of the input; inferred, must match where written")
    out_channels = Count("output channels, at least 1")
    kernel_size = Axes("kernel size along each axis, at least 1", minimum=1)
    stride = Axes("step of the kernel along each axis, at least 1", default=1, minimum=1)
    padding = AxesOrPairs(
        "zeros at both ends of each axis, or a pair for each axis, before and after; `valid` pads "
        "nothing, `same_upper` and `same_lower` pad as ONNX's auto_pad does",
        default=0,
        words=("valid", *window.FITTING),
    )
    bias = Flag("whether to add a learnable bias to each number of the output", default=True)

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.dilation = (1,) * self.rank

    def output(self, input: Shape) -> Shape:
        """The windows that fit along each axis."""
        extents: list[int] = []
        for extent, kernel, stride, _, (before, after) in self.axis_windows(input):
            if kernel > extent + before + after:
                raise window_too_large(input, len(extents), kernel, 1, before, after)
            if self.padding in window.FITTING:
                extents.append(window.fitting(extent, stride))
            else:
                extents.append(window.positions(extent, kernel, stride, before, after))
        return Shape((*extents, self.out_channels))

    def weight_shape(self, inputs: Shapes) -> tuple[int, ...]:
        """Positions of the output, numbers of a window, output channels; Keras' layout."""
        (input,) = inputs
        taps = prod(self.kernel_size) * input.channels
        return (self.output(input).positions, taps, self.out_channels)

    def weight_kind(self) -> tuple[bool, ...]:
        """None of PyTorch's; with a bias as large as its output, or without."""
        return (self.bias,)

    def params(self, inputs: Shapes) -> int:
        """kernel x in_channels x out_channels at each position, and a bias for each number."""
        output = self.output(inputs[0])
        weights = prod(self.kernel_size) * inputs[0].channels * self.out_channels
        return weights * output.positions + (output.elements if self.bias else 0)

    def macs(self, inputs: Shapes, outputs: Shapes) -> int:
        """Each weight once."""
        weights = prod(self.kernel_size) * inputs[0].channels * self.out_channels
        return weights * outputs[0].positions
