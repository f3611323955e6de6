"""What a word or an item that the language does not have was probably meant as.

Imported when something is wrong, so that a spec that is right pays nothing for it.
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
    "that is a Conv2d with groups: in_channels": "depthwiseconv depthwiseconv2d dwconv",
    "that is a Conv2d with groups: in_channels, then one with kernel_size: 1": (
        "separableconv separableconv2d"
    ),
    "that is an AdaptiveAvgPool2d with output_size: 1, then a Flatten": (
        "gap globalaveragepool globalaveragepooling2d globalavgpool globalavgpool2d"
    ),
    "that is an AdaptiveMaxPool2d with output_size: 1, then a Flatten": (
        "globalmaxpool globalmaxpool2d globalmaxpooling2d"
    ),
    "every activation is a type of its own: ReLU, say": "activation nonlinearity",
    "a sequence is an item with layers: and no type": "sequence sequential",
    "branches are an item with branches: and no type": "branches parallel",
    "inputs are no layers: write input: beside layers:": "data input inputlayer",
    "recurrent and attention layers are not in the language": (
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
"""The hint for a type by the name, in lower case, that other frameworks and people have for it."""

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
    "activation": "an activation is a layer of its own: {type: ReLU}, say",
}
"""What the keys of other frameworks are called here, where no spelling tells; or a hint."""


def type_hint(name: str, known: Iterable[str]) -> str | None:
    """What a type that nobody knows is called here; None where no rule tells."""
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
        return f"the number of spatial axes is part of the name: {', '.join(named)}"
    return None
