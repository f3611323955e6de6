"""The layer types: one class a type, a file a family.

`base` is what a type is, `fields`, `axes_fields` and `dims` what its fields may be, `traced` a
layer whose numbers remember their names, `padding_hints` what is said of paddings elsewhere;
`leading` are the types that may have axes which run like a batch, and `leading_axes` what those do.
The families: `convolution`, `locally_connected`, `pooling`, `unpooling`, `normalization`,
`activation`, `padding`, `resampling`, `linear`, `attention`, `recurrent`, `shaping`, `shuffling`,
`sliding`, `cropping`, `sampling`, `splitting`, `reordering`, `reducing`, `joining`,
`regularization`, `products`, `stored`, `custom`; `weighted` is what layers with a weight and a bias
have in common, and `sharing` which of them can share it. A family is imported when a spec uses one
of its types; `FAMILIES` is the index.
"""

from __future__ import annotations

from importlib import import_module

from shapecalc.layers.base import TYPES, LayerType

FAMILIES: dict[str, str] = {
    "convolution": "Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d",
    "pooling": (
        "MaxPool1d MaxPool2d MaxPool3d AvgPool1d AvgPool2d AvgPool3d LPPool1d LPPool2d LPPool3d "
        "AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d "
        "AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d"
    ),
    "locally_connected": "LocallyConnected1d LocallyConnected2d",
    "unpooling": "MaxUnpool1d MaxUnpool2d MaxUnpool3d",
    "normalization": (
        "BatchNorm1d BatchNorm2d BatchNorm3d SyncBatchNorm InstanceNorm1d InstanceNorm2d "
        "InstanceNorm3d GroupNorm LayerNorm LayerNorm2d RMSNorm LocalResponseNorm "
        "GlobalResponseNorm"
    ),
    "activation": (
        "ReLU ReLU6 LeakyReLU PReLU RReLU ELU CELU SELU GELU SiLU Mish Hardswish Hardsigmoid "
        "Hardtanh Hardshrink Softshrink Tanhshrink Threshold Sigmoid LogSigmoid Tanh Softplus "
        "Softsign GLU Softmax Softmin LogSoftmax Softmax2d"
    ),
    "padding": (
        "ZeroPad1d ZeroPad2d ZeroPad3d ConstantPad1d ConstantPad2d ConstantPad3d "
        "ReflectionPad1d ReflectionPad2d ReflectionPad3d "
        "ReplicationPad1d ReplicationPad2d ReplicationPad3d "
        "CircularPad1d CircularPad2d CircularPad3d"
    ),
    "resampling": "Upsample UpsamplingNearest2d UpsamplingBilinear2d",
    "linear": "Linear Bilinear Embedding",
    "attention": "ScaledDotProductAttention MultiheadAttention",
    "recurrent": "RNN LSTM GRU RNNCell LSTMCell GRUCell",
    "shaping": "Flatten Unflatten Reshape",
    "shuffling": "ChannelShuffle PixelShuffle PixelUnshuffle",
    "sliding": "Unfold Fold",
    "cropping": "Crop",
    "sampling": "GridSample IndexSelect",
    "splitting": "Chunk Split Select Slice SlidingWindow",
    "reordering": "Permute Transpose Roll",
    "reducing": "Mean Sum Amax",
    "joining": "Concat Stack Add Subtract Multiply Divide Maximum",
    "regularization": (
        "Identity Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout "
        "StochasticDepth LayerScale Affine"
    ),
    "products": "MatMul",
    "stored": "Parameter Buffer",
    "custom": "Custom",
}
"""The types of each family, by the name of its module."""

_found: dict[str, LayerType] = {}
"""The types that were found so far. `TYPES` has those of a module that is half imported, too."""

_FAMILY_OF = {name: family for family, names in FAMILIES.items() for name in names.split()}


def type_names() -> list[str]:
    """The names of all layer types, by family."""
    return list(_FAMILY_OF)


def find_type(name: str) -> LayerType | None:
    """The layer type of a name, or None."""
    found = _found.get(name)
    if found is None and name in _FAMILY_OF:
        import_module(f"{__name__}.{_FAMILY_OF[name]}")
        found = _found[name] = TYPES[name]
    return found
