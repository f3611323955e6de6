"""The layer types of Caffe that are no types here: of both formats, InnerProduct and INNER_PRODUCT.

Source: https://caffe.berkeleyvision.org/tutorial/layers.html, caffe.proto, and the
forks of SSD and PSPNet.
"""

from __future__ import annotations

from shapecalc.language.other_frameworks import sentences as say

WORDS = {
    "ConvTranspose*": "deconvolution",
    "Linear": "innerproduct",
    "Embedding": "embed",
    "LocalResponseNorm": "lrn",
    "Upsample": "interp",
    "Softplus": "bnll",
    "Unfold": "im2col",
    "InstanceNorm2d": "mvn",
    say.POOL: "pooling",
    say.ELTWISE: "eltwise",
    say.SCALE: "scale",
    say.PYRAMID: "spatialpyramidpooling",
    say.INPUT: "data dummydata hdf5data imagedata memorydata windowdata annotateddata",
    say.LOSS: "contrastiveloss euclideanloss hingeloss infogainloss multinomiallogisticloss "
    "sigmoidcrossentropyloss softmaxwithloss softmaxloss accuracy multiboxloss",
    say.LEAVE_OUT: "silence hdf5output",
    say.ELEMENTWISE: "absval power",
    say.REDUCING: "reduction",
    say.PICKING: "filter batchreindex",
    say.BIAS: "bias",
    say.NOT_HERE: "tile",
    say.CUSTOM: "python",
    say.RECURRENT: "lstmunit",
    say.DETECTION: "priorbox detectionoutput",
}
