"""Random single layers for `record_operators.py`: which types are drawn by whom, and how often.

Most draws are plausible, since a layer of random numbers is nearly always refused; each then has
some chance of one thing that may be wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from draw_axes import (
    broadcasting,
    chunk,
    concat,
    permute,
    reducing,
    roll,
    select,
    slicing,
    split,
    stack,
    transpose,
)
from draw_features import bilinear, embedding, flatten, linear, unflatten
from draw_functions import activation, along_an_axis, dropout, pointwise, prelu
from draw_norms import group_norm, last_axes_norm, local_response_norm, statistics_norm
from draw_resizing import padding, shuffle, upsample
from draw_tools import Draw
from draw_windows import adaptive_pooling, convolution, fold, pooling, unfold

Families = dict[Callable[[str, Random], Draw], tuple[int, str]]
"""Who draws which types, and how many cases of each are recorded."""

MODULES: Families = {
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
"""The classes of torch.nn."""

AXES: Families = {
    concat: (350, "Concat"),
    stack: (300, "Stack"),
    broadcasting: (300, "Add Subtract Multiply Divide Maximum"),
    chunk: (300, "Chunk"),
    split: (350, "Split"),
    select: (250, "Select"),
    slicing: (350, "Slice"),
    permute: (350, "Permute"),
    transpose: (250, "Transpose"),
    roll: (300, "Roll"),
    reducing: (300, "Mean Sum Amax"),
}
"""The functions along axes, and those of several tensors."""


def counts_of(families: Families) -> dict[str, int]:
    """How many cases of each type are recorded."""
    return {name: count for count, names in families.values() for name in names.split()}


COUNTS = {"operators-more": counts_of(MODULES), "operators-axes": counts_of(AXES)}
"""The records, and how many cases of each type they have."""

DRAWN_BY = {
    name: draw for draw, (_, names) in {**MODULES, **AXES}.items() for name in names.split()
}


def draw(name: str, random: Random) -> Draw:
    """The arguments and the input of a random layer of a type."""
    return DRAWN_BY[name](name, random)
