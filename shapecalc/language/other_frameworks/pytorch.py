"""PyTorch's words that are no types here: torch.nn, torch.nn.functional, the methods of a tensor.

Source: https://docs.pytorch.org/docs/stable/nn.html, nn.functional.html and tensors.html, and
https://docs.pytorch.org/vision/stable/ops.html
"""

from __future__ import annotations

from shapecalc.language.other_frameworks import sentences as say

WORDS = {
    # torch.nn
    "Conv*": "lazyconv*",
    "ConvTranspose*": "lazyconvtranspose*",
    "BatchNorm*": "lazybatchnorm*",
    "InstanceNorm*": "lazyinstancenorm*",
    "Linear": "lazylinear",
    "LocalResponseNorm": "crossmaplrn2d",
    say.FRACTIONAL: "fractionalmaxpool* fractionalmaxpool*withindices",
    "MaxUnpool*": "unpool unpool* unpooling unpooling* maxunpooling maxunpooling*",
    say.NORM_OF_WEIGHT: "weightnorm weightnormalization",
    say.SPECTRUM_OF_WEIGHT: "spectralnorm spectralnormalization",
    say.BAG: "embeddingbag",
    "RNN": "rnnbase recurrent",
    "RNNCell": "rnncellbase",
    "MultiheadAttention": "multiheadattentionforward attention selfattention crossattention "
    "multiheadselfattention mha",
    "ScaledDotProductAttention": "sdpa dotproductattention",
    "TransformerEncoderLayer": "transformerblock transformerlayer",
    say.TRANSFORMER: "transformer",
    say.LOSS: "adaptivelogsoftmaxwithloss bceloss bcewithlogitsloss ctcloss cosineembeddingloss "
    "crossentropyloss gaussiannllloss hingeembeddingloss huberloss kldivloss l1loss "
    "linearcrossentropyloss linearcrossentropy mseloss marginrankingloss multilabelmarginloss "
    "multilabelsoftmarginloss multimarginloss nllloss nllloss2d poissonnllloss smoothl1loss "
    "softmarginloss tripletmarginloss tripletmarginwithdistanceloss binarycrossentropy "
    "binarycrossentropywithlogits crossentropy kldiv sigmoidfocalloss loss",
    say.SEQUENCE: "sequential sequence modulelist container",
    say.PARALLEL: "branches parallel moduledict",
    say.CUSTOM: "module function block",
    say.LEAVE_OUT: "dataparallel distributeddataparallel contiguous detach clone to cuda cpu float "
    "half requiresgrad quantstub dequantstub",
    say.CONSTANT: "parameterlist parameterdict zeros ones arange newzeros",
    say.NOT_HERE: "cosinesimilarity pairwisedistance pdist cdist affinegrid convtbc "
    "onehot flip rot90 cumsum cumprod sort argsort unique cross where maskedfill tril triu "
    "expandas broadcastto deformconv2d logsumexp repeat repeatinterleave",
    # torch.nn.functional and torch
    "Upsample": "interpolate upsamplebilinear upsamplenearest",
    "ZeroPad*": "pad",
    "Concat": "cat concatenate",
    "Add": "iadd addition plus residual skip floatfunctional",
    "Multiply": "mul product times",
    "AdaptiveMaxPool*": "adaptivemaxpool*withindices",
    "MaxPool*": "maxpool*withindices",
    "Softmax": "gumbelsoftmax",
    # methods of a tensor
    say.RESHAPE: "view viewas reshapeas resizeas",
    "Flatten": "ravel",
    "Permute": "movedim moveaxis rearrange",
    "Transpose": "swapaxes swapdims t adjoint",
    say.SQUEEZE: "squeeze",
    say.UNSQUEEZE: "unsqueeze",
    say.ONE_OF_SEVERAL: "hstack vstack dstack",
    say.LARGEST: "max",
    say.REDUCING: "min amin std var median norm prod aminmax nansum nanmean all any",
    "Subtract": "sub",
    "Maximum": "fmax",
    say.OF_SEVERAL: "minimum fmin",
    "Divide": "div truedivide floordivide",
    say.MATRICES: "mm bmm addmm baddbmm einsum dot inner outer mv scaledmm groupedmm",
    say.PICKING: "gather scatter scatteradd index take takealongdim topk maskedselect "
    "argmax argmin nonzero",
    "Slice": "narrow getitem",
    "Chunk": "tensorsplit unbind",
    "Split": "splitwithsizes",
    "Hardtanh": "clamp clip clampmin clampmax",
    say.ELEMENTWISE: "abs absolute exp exp2 expm1 log log2 log10 log1p sqrt rsqrt square pow neg "
    "negative reciprocal sign sin cos tan asin acos atan sinh cosh asinh acosh atanh erf erfc "
    "floor ceil round trunc frac normalize lerp fill positive logit",
    say.SIZES: "size shape numel dim ndimension",
    # torchvision.ops
    "ConvNormActivation": "conv2dnormactivation conv3dnormactivation",
    "SqueezeExcitation": "se selayer semodule seblock squeezeexcite squeezeexcitationblock",
    "StochasticDepth": "droppath dropconnect",
    "Dropout2d": "dropblock2d dropblock",
    "Dropout3d": "dropblock3d",
    "BatchNorm2d": "frozenbatchnorm2d",
    say.PERCEPTRON: "mlp",
    say.DETECTION: "roialign roipool psroialign psroipool multiscaleroialign nms batchednms "
    "boxconvert anchorgenerator regionproposalnetwork boxiou clipboxestoimage "
    "featurepyramidnetwork",
}
