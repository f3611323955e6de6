"""The words of other frameworks, and what they are called here.

Imported only for an unknown type or key, so that valid specs do not pay for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


_BY_TYPE = {
    "ConvTranspose2d": "conv2dtranspose deconv deconv2d deconvolution transposedconv2d",
    "MaxPool2d": "maxpooling maxpooling2d",
    "AvgPool2d": "averagepool2d averagepooling averagepooling2d avgpooling avgpooling2d",
    "BatchNorm2d": "bn batchnormalization",
    "LayerNorm": "ln layernormalization",
    "GroupNorm": "gn groupnormalization",
    "LocalResponseNorm": "lrn",
    "Linear": "dense fc fullyconnected innerproduct",
    "SiLU": "swish",
    "Hardswish": "hswish",
    "Upsample": "interpolate upsampling upsampling2d resize",
    "ZeroPad2d": "pad zeropadding2d",
    "Concat": "cat concatenate",
    "Add": "eltwise residual skip sum",
    "Multiply": "mul scale",
    "StochasticDepth": "droppath",
}
_BY_HINT = {
    "use a Conv2d with groups: in_channels": "depthwiseconv depthwiseconv2d dwconv",
    "use a Conv2d with groups: in_channels, then one with kernel_size: 1": (
        "separableconv separableconv2d"
    ),
    "use an AdaptiveAvgPool2d with output_size: 1, then a Flatten": (
        "gap globalaveragepool globalaveragepooling2d globalavgpool globalavgpool2d"
    ),
    "use an AdaptiveMaxPool2d with output_size: 1, then a Flatten": (
        "globalmaxpool globalmaxpool2d globalmaxpooling2d"
    ),
    "use the type of the activation, such as ReLU": "activation nonlinearity",
    "write layers: and no type for a sequence": "sequence sequential",
    "write branches: and no type for parallel branches": "branches parallel",
    "an input is not a layer: write input: next to layers:": "data input inputlayer",
    "recurrent and attention layers are not supported": (
        "lstm gru rnn recurrent attention multiheadattention selfattention transformer"
    ),
}

TYPE_HINTS: dict[str, str] = {
    **{
        word: f"did you mean '{meant}'?"
        for meant, words in _BY_TYPE.items()
        for word in words.split()
    },
    **{word: hint for hint, words in _BY_HINT.items() for word in words.split()},
}
"""Hints by the lower-case name of a type in other frameworks or in common usage."""

KEY_HINTS = {
    "filters": "out_channels",
    "planes": "out_channels",
    "units": "out_features",
    "pool_size": "kernel_size",
    "dilation_rate": "dilation",
    "use_bias": "bias",
    "rate": "p",
    "inputs": "from",
    "bottom": "from",
    "activation": "write the activation as a layer: {type: ReLU}",
}
"""The names here of other frameworks' keys that are spelled differently; or a hint."""


def type_hint(name: str, known: Iterable[str]) -> str | None:
    """The hint for an unknown type; None where nothing is known of it."""
    known = list(known)
    bare = name.partition("(")[0].rpartition(".")[2]  # nn.ReLU(inplace=True)
    if bare != name and bare in known:
        return f"did you mean {bare!r}?"
    folded = bare.casefold()
    if folded in TYPE_HINTS:
        return TYPE_HINTS[folded]
    by_axes = [other for other in known if other[-2:] in ("1d", "2d", "3d")]
    named = [other for other in by_axes if other[:-2].casefold() == folded]
    if len(named) > 1:
        return f"add the number of spatial dimensions: {', '.join(named)}"
    return None
