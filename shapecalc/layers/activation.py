"""Activation functions. The output of all but GLU has the input's shape, which may be any."""

from __future__ import annotations

from typing import ClassVar

from shapecalc.layers.base import Elementwise, Layer, Seen
from shapecalc.layers.dims import Dim, axis_of
from shapecalc.layers.fields import Count, Decimal, Flag, Word
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape, Shapes
from shapecalc.shapes.window import SAME_POSITION, footprint, whole_footprint

INPLACE = "whether the result overwrites the input"


class Pointwise(Elementwise, names="Sigmoid LogSigmoid Tanh Tanhshrink Softsign"):
    """A function of each number alone.

    Output: the input's shape.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Sigmoid.html
    """

    abouts: ClassVar[dict[str, str]] = {
        "Sigmoid": "The logistic function: 1 / (1 + exp(-x)).",
        "LogSigmoid": "The logarithm of the sigmoid: -log(1 + exp(-x)).",
        "Tanh": "The hyperbolic tangent: tanh(x).",
        "Tanhshrink": "The input minus its hyperbolic tangent: x - tanh(x).",
        "Softsign": "A slower tanh: x / (1 + |x|).",
    }


class PointwiseInPlace(Elementwise, names="ReLU ReLU6 SELU SiLU Mish Hardswish Hardsigmoid"):
    """A function of each number alone, which may overwrite it.

    Output: the input's shape.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ReLU.html
    """

    abouts: ClassVar[dict[str, str]] = {
        "ReLU": "The positive part: max(0, x).",
        "ReLU6": "The positive part, at most 6: min(max(0, x), 6).",
        "SELU": "The self-normalizing ELU: 1.0507 x where x > 0, else 1.7581 (exp(x) - 1).",
        "SiLU": "x times its sigmoid, also called swish: x / (1 + exp(-x)).",
        "Mish": "x times the tanh of its softplus: x tanh(log(1 + exp(x))).",
        "Hardswish": "SiLU of straight pieces: x min(max(0, x + 3), 6) / 6.",
        "Hardsigmoid": "The sigmoid of straight pieces: min(max(0, x + 3), 6) / 6.",
    }

    inplace = Flag(INPLACE, default=False)


class ELU(Elementwise, names="ELU"):
    """x where x > 0, else alpha (exp(x) - 1).

    Output: the input's shape.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ELU.html
    """

    alpha = Decimal("the limit below 0, negated", default=1.0)
    inplace = Flag(INPLACE, default=False)


class CELU(ELU, names="CELU"):
    """x where x > 0, else alpha (exp(x / alpha) - 1).

    Output: the input's shape.
    Refused: an alpha of 0, by which x is divided.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.CELU.html
    """

    def output(self, input: Shape) -> Shape:
        """The input's shape."""
        if self.alpha == 0:
            raise Refusal("SC104", "alpha must not be 0: x is divided by it", None, "alpha")
        return input


class LeakyReLU(Elementwise, names="LeakyReLU"):
    """x where x > 0, else negative_slope x.

    Output: the input's shape.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.LeakyReLU.html
    """

    negative_slope = Decimal("slope below 0", default=0.01)
    inplace = Flag(INPLACE, default=False)


class PReLU(Elementwise, names="PReLU"):
    """x where x > 0, else a learned slope times x.

    Output: the input's shape.
    Refused: a num_parameters that is neither 1 nor the channels.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.PReLU.html
    """

    num_parameters = Count(
        "number of slopes: 1 for all channels, or one for each channel", default=1
    )
    init = Decimal("initial value of the slopes", default=0.25)

    def output(self, input: Shape) -> Shape:
        """The input's shape."""
        if self.num_parameters not in (1, input.channels):
            raise Refusal(
                "SC205",
                f"num_parameters is {self.num_parameters}, but the input {input} has "
                f"{input.channels} channels",
                f"write 1 or {input.channels}",
                "num_parameters",
            )
        return input

    def params(self, inputs: Shapes) -> int:
        """The slopes."""
        return self.num_parameters


class RReLU(Elementwise, names="RReLU"):
    """x where x > 0, else a random slope times x: the mean of its bounds once it is trained.

    Output: the input's shape.
    Refused: a lower bound above the upper.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.RReLU.html
    """

    lower = Decimal("lower bound of the slope", default=1 / 8)
    upper = Decimal("upper bound of the slope", default=1 / 3)
    inplace = Flag(INPLACE, default=False)

    def output(self, input: Shape) -> Shape:
        """The input's shape."""
        if self.lower > self.upper:
            raise Refusal(
                "SC104",
                f"lower {self.lower} is above upper {self.upper}",
                "lower is at most upper",
                "lower",
            )
        return input


class GELU(Elementwise, names="GELU"):
    """x times the normal distribution's share below x.

    Output: the input's shape.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.GELU.html
    """

    approximate = Word(
        "approximation of the normal distribution", words=("none", "tanh"), default="none"
    )


class Hardtanh(Elementwise, names="Hardtanh"):
    """x, kept between min_val and max_val.

    Output: the input's shape.
    Refused: a min_val that is not below max_val.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Hardtanh.html
    """

    min_val = Decimal("minimum of the output", default=-1.0)
    max_val = Decimal("maximum of the output", default=1.0)
    inplace = Flag(INPLACE, default=False)

    def output(self, input: Shape) -> Shape:
        """The input's shape."""
        if self.min_val >= self.max_val:
            raise Refusal(
                "SC104",
                f"min_val {self.min_val} is not below max_val {self.max_val}",
                "min_val is below max_val",
                "min_val",
            )
        return input


class Hardshrink(Elementwise, names="Hardshrink"):
    """x where |x| > lambd, else 0.

    Output: the input's shape.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Hardshrink.html
    """

    lambd = Decimal("half width of the interval around 0", default=0.5)


class Softshrink(Hardshrink, names="Softshrink"):
    """x moved towards 0 by lambd, but not beyond.

    Output: the input's shape.
    Refused: a negative lambd.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softshrink.html
    """

    def output(self, input: Shape) -> Shape:
        """The input's shape."""
        if self.lambd < 0:
            raise Refusal("SC104", f"lambd {self.lambd} is below 0", "lambd is 0 or more", "lambd")
        return input


class Threshold(Elementwise, names="Threshold"):
    """x where x > threshold, else value.

    Output: the input's shape.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Threshold.html
    """

    threshold = Decimal("above this value, x is unchanged")
    value = Decimal("replacement of values at or below the threshold")
    inplace = Flag(INPLACE, default=False)


class Softplus(Elementwise, names="Softplus"):
    """A smooth ReLU: log(1 + exp(beta x)) / beta, and x itself where beta x > threshold.

    Output: the input's shape.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softplus.html
    """

    beta = Decimal("slope of the exponent", default=1.0)
    threshold = Decimal("above this value of beta x, the function is linear", default=20.0)


class GLU(Layer, names="GLU"):
    """The first half of an axis times the sigmoid of its second half.

    Output: the input's shape with the axis `dim` halved. PyTorch's default is its last axis: the
    features of a vector, but the width of an image; `dim: 1` halves the channels of any shape.
    Refused: an odd size, the batch, a `dim` that the input does not have.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.GLU.html
    """

    dim = Dim("axis that is split in half", default=-1)

    def output(self, input: Shape) -> Shape:
        """Half of one size."""
        axis = axis_of("dim", self.dim, input)
        sizes = input.chw
        extent = sizes[axis]
        if extent % 2:
            raise Refusal(
                "SC204",
                f"dim {self.dim} has the odd size {extent}, which has no half: "
                f"{input} is [batch, {', '.join(map(str, sizes))}] in PyTorch's order",
                "dim: 1 is the channels" if axis else "an even number of channels can be halved",
                "dim",
            )
        return Shape.from_chw((*sizes[:axis], extent // 2, *sizes[axis + 1 :]))

    def footprint(self, input: Shape, output: Shape) -> Seen:
        """Along the axis that is halved, a position and the one in its place in the other half."""
        return tuple(
            SAME_POSITION if here == there else footprint(2, 1, dilation=there)
            for here, there in zip(input.spatial, output.spatial, strict=True)
        )


class Softmax(Layer, names="Softmax Softmin LogSoftmax"):
    """Numbers along an axis as shares of 1.

    Output: the input's shape.
    Refused: a `dim` that the input does not have.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html
    """

    abouts: ClassVar[dict[str, str]] = {
        "Softmax": "Numbers along an axis as shares of 1: exp(x) over its sum.",
        "Softmin": "Numbers along an axis as shares of 1, the least the largest: exp(-x) over "
        "its sum.",
        "LogSoftmax": "The logarithms of numbers along an axis as shares of 1: x less the "
        "logarithm of the sum of exp(x).",
    }

    dim = Dim(
        "axis along which the outputs sum to 1, 0 for the batch, null for what PyTorch chooses",
        default=None,
    )

    def output(self, input: Shape) -> Shape:
        """The input's shape."""
        self._axis(input)
        return input

    def _axis(self, input: Shape) -> int:
        """Its axis, 0 for the channels. Where PyTorch chooses, it is no spatial one."""
        return 0 if self.dim is None else axis_of("dim", self.dim, input, batch=True)

    def footprint(self, input: Shape, output: Shape) -> Seen:
        """Along its axis, every position."""
        axis = self._axis(input) - 1
        return tuple(
            whole_footprint(extent) if place == axis else SAME_POSITION
            for place, extent in enumerate(input.spatial)
        )


class Softmax2d(Layer, names="Softmax2d"):
    """The channels at each position of an image as shares of 1.

    Output: the input's shape.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax2d.html
    """
