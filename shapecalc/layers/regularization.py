"""Layers that leave the shape alone: dropout and its kin, the identity, a scale and a shift of each
channel."""

from __future__ import annotations

from shapecalc.layers.base import Elementwise, Fusion, Layer, PassThrough
from shapecalc.layers.fields import Decimal, Flag, Inferred, Word
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape, Shapes


class Identity(PassThrough, names="Identity"):
    """The input, unchanged.

    Output: the input's shape.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Identity.html
    """


class _Dropping(PassThrough):
    """What the dropouts share."""

    p = Decimal("probability of being dropped, 0 to 1", default=0.5, minimum=0, maximum=1)
    inplace = Flag("whether the result overwrites the input", default=False)


class Dropout(_Dropping, names="Dropout"):
    """Single numbers dropped at random in training (Srivastava et al. 2014).

    Output: the input's shape.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout.html
    """


class ChannelDropout(_Dropping, names="Dropout1d Dropout2d Dropout3d"):
    """Whole channels dropped at random in training (Tompson et al. 2015).

    Output: the input's shape. Dropout2d and Dropout3d also accept any other, Dropout1d a vector.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout2d.html
    """

    def check(self, input: Shape) -> None:
        """Refuse only what PyTorch does: more than one axis for Dropout1d."""
        if self.rank == 1 and input.spatial:
            super().check(input)


class AlphaDropout(_Dropping, names="AlphaDropout"):
    """Dropout that keeps mean and variance, for SELU (Klambauer et al. 2017).

    Output: the input's shape.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.AlphaDropout.html
    """


class FeatureAlphaDropout(_Dropping, names="FeatureAlphaDropout"):
    """Alpha dropout of whole channels.

    Output: the input's shape.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.FeatureAlphaDropout.html
    """


class StochasticDepth(PassThrough, names="StochasticDepth"):
    """A residual branch dropped at random in training (Huang et al. 2016).

    Output: the input's shape.
    Source: https://docs.pytorch.org/vision/stable/generated/torchvision.ops.StochasticDepth.html
    """

    p = Decimal("probability of the branch being dropped, 0 to 1", minimum=0, maximum=1)
    mode = Word("whether to drop the whole batch, or each row of it", ("batch", "row"))


class LayerScale(Elementwise, names="LayerScale"):
    """A learned factor for each channel (Touvron et al. 2021, section 2).

    Output: the input's shape.
    Source: https://arxiv.org/abs/2103.17239, as in torchvision's CNBlock.
    """

    dim = Inferred("channels of the input; inferred, must match where written")
    layer_scale = Decimal("initial value of the factors", default=1e-6)

    def params(self, inputs: Shapes) -> int:
        """A weight for each channel."""
        return inputs[0].channels


class Affine(Layer, names="Affine"):
    """A learned factor and a learned summand for each channel (Caffe's Scale).

    Output: the input's shape.
    Refused: neither weight nor bias.
    Source: https://caffe.berkeleyvision.org/tutorial/layers/scale.html
    """

    num_features = Inferred("channels of the input; inferred, must match where written")
    weight = Flag("whether to multiply each channel by a learned factor", default=True)
    bias = Flag("whether to add a learned summand to each channel", default=True)

    def output(self, input: Shape) -> Shape:
        """As the input."""
        if not self.weight and not self.bias:
            raise Refusal(
                "SC210",
                "Affine without a weight and a bias does nothing",
                "use Identity, or leave weight or bias out, which are true",
                "weight",
            )
        return input

    def params(self, inputs: Shapes) -> int:
        """A weight and a bias for each channel."""
        return inputs[0].channels * (self.weight + self.bias)

    def adds_bias(self) -> bool:
        """Where there is one."""
        return self.bias

    def fusion(self) -> Fusion | None:
        """Into the weights of the layer before."""
        return "affine"
