"""Random single layers for `record_operators.py`: which types are drawn by whom, and how often.

Most draws are plausible, since a layer of random numbers is nearly always refused; each then has
some chance of one thing that may be wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from draw_features import bilinear, embedding, flatten, linear, unflatten
from draw_functions import activation, along_an_axis, dropout, pointwise, prelu
from draw_norms import group_norm, last_axes_norm, local_response_norm, statistics_norm
from draw_resizing import padding, shuffle, upsample
from draw_tools import Draw
from draw_windows import adaptive_pooling, convolution, fold, pooling, unfold

FAMILIES: dict[Callable[[str, Random], Draw], tuple[int, str]] = {
    convolution: (100, "Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d"),
    pooling: (
        70,
        "MaxPool1d MaxPool2d MaxPool3d AvgPool1d AvgPool2d AvgPool3d LPPool1d LPPool2d LPPool3d",
    ),
    adaptive_pooling: (
        50,
        "AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d "
        "AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d",
    ),
    unfold: (100, "Unfold"),
    fold: (120, "Fold"),
    padding: (
        80,
        "ZeroPad1d ZeroPad2d ZeroPad3d ConstantPad1d ConstantPad2d ConstantPad3d "
        "ReflectionPad1d ReflectionPad2d ReflectionPad3d "
        "ReplicationPad1d ReplicationPad2d ReplicationPad3d "
        "CircularPad1d CircularPad2d CircularPad3d",
    ),
    upsample: (100, "Upsample UpsamplingNearest2d UpsamplingBilinear2d"),
    shuffle: (60, "PixelShuffle PixelUnshuffle ChannelShuffle"),
    statistics_norm: (
        80,
        "BatchNorm1d BatchNorm2d BatchNorm3d InstanceNorm1d InstanceNorm2d InstanceNorm3d",
    ),
    group_norm: (120, "GroupNorm"),
    last_axes_norm: (150, "LayerNorm RMSNorm"),
    local_response_norm: (80, "LocalResponseNorm"),
    pointwise: (
        12,
        "Identity ReLU ReLU6 SELU SiLU Mish Hardswish Hardsigmoid "
        "Sigmoid LogSigmoid Tanh Tanhshrink Softsign",
    ),
    activation: (
        30,
        "ELU CELU LeakyReLU RReLU GELU Hardtanh Hardshrink Softshrink Softplus Threshold",
    ),
    prelu: (60, "PReLU"),
    along_an_axis: (50, "GLU Softmax Softmin LogSoftmax Softmax2d"),
    dropout: (30, "Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout"),
    flatten: (150, "Flatten"),
    unflatten: (150, "Unflatten"),
    linear: (60, "Linear"),
    bilinear: (80, "Bilinear"),
    embedding: (60, "Embedding"),
}
"""Who draws which types, and how many cases of each are recorded."""

COUNTS = {name: count for count, names in FAMILIES.values() for name in names.split()}
DRAWN_BY = {name: draw for draw, (_, names) in FAMILIES.items() for name in names.split()}


def draw(name: str, random: Random) -> Draw:
    """The arguments and the input of a random layer of a type."""
    return DRAWN_BY[name](name, random)
