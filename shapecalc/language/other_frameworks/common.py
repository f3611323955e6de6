"""Words of no framework in particular: of papers, and of code that many copy.

Source: the papers that the bundled blocks name, mmcv and timm (https://timm.fast.ai), and the
modules of YOLO (https://docs.ultralytics.com/reference/nn/modules/).
"""

from __future__ import annotations

from shapecalc.language.other_frameworks import sentences as say

WORDS = {
    "ConvNormActivation": "convbnrelu convbnact convbn convbnactivation convbnsilu convbnleaky "
    "convbnleakyrelu convbnrelu6 conv2dbnrelu conv2dbn convnormact convnormrelu convrelu convact "
    "convmodule convblock convlayer cbr cbl cbs",
    "BasicBlock": "residualblock resblock resnetblock resnetbasicblock basicresidualblock "
    "residualunit",
    "Bottleneck": "bottleneckblock resnetbottleneck resnetbottleneckblock",
    "MBConv": "mbconvblock",
    "FusedMBConv": "fusedmbconvblock",
    "InvertedResidual": "invertedresidualblock invertedbottleneck",
    "Fire": "firemodule fireblock",
    "Inception": "inceptionmodule inceptionblock",
    "Transition": "transitionlayer transitionblock",
    "ConvNeXtBlock": "cnblock convnext",
    "ShuffleUnit": "shuffleblock shufflenetunit shufflev2block",
    "LayerNorm": "ln",
    "GroupNorm": "gn",
    "BatchNorm*": "bn bn*",
    "InstanceNorm*": "in",
    "LayerNorm2d": "layernormchannelsfirst",
    "Linear": "fc fullyconnected",
    "SiLU": "swish",
    "Hardswish": "hswish",
    "Hardsigmoid": "hsigmoid",
    "PixelShuffle": "subpixelconv subpixel",
    "ConvTranspose*": "deconv deconv* transposedconv transposedconv* transposeconv* upconv upconv*",
    "AvgPool*": "avgpooling avgpooling* meanpool*",
    say.GLOBAL_AVERAGE: "gap globalavgpooling globalpool globalpooling",
    say.DEPTHWISE: "depthwiseconv dwconv depthwise depthwiseconvolution",
    say.SEPARABLE: "separableconv dwsconv dscconv depthwiseseparable depthwiseseparableconv",
    say.SEPARABLE_OF_AXES: "depthwiseseparableconv*",
    say.POINTWISE: "pointwiseconv pointwiseconv2d pwconv conv1x1",
    say.DILATED: "dilatedconv dilatedconv2d atrousconv",
    say.ACTIVATION: "nonlinearity act activationlayer",
    say.INPUT: "inputs images imageinput imageinputlayer",
    say.YOLO: "c2f c2fattn c2fpsa c2fcib c3 c3k c3k2 c3x c3tr c3ghost c2 c1 c2psa psa sppf spp "
    "sppelan focus ghostconv ghostbottleneck bottleneckcsp repc3 repconv scdown hgstem hgblock "
    "a2c2f elan1 aconv adown cbfuse cblinear detect segment pose obb dfl proto classify aspp cbam",
    "GlobalResponseNorm": "grn",
}
