"""The operations of TensorFlow that are no types here: tf.nn, tf, tf.image, and those of a graph.

Source: https://www.tensorflow.org/api_docs/python/tf/nn and
https://www.tensorflow.org/api_docs/python/tf/raw_ops
"""

from __future__ import annotations

from shapecalc.language.other_frameworks import sentences as say

WORDS = {
    "ConvTranspose2d": "conv2dbackpropinput",
    "ConvTranspose3d": "conv3dbackpropinputv2",
    "BatchNorm2d": "fusedbatchnorm fusedbatchnormv2 fusedbatchnormv3",
    "LocalResponseNorm": "localresponsenormalization",
    "Add": "addv2 addn",
    "Concat": "concatv2",
    "ZeroPad*": "padv2",
    "ReflectionPad*": "mirrorpad",
    "Upsample": "resizebilinear resizenearestneighbor resizebicubic resizearea resizeimages",
    "Split": "splitv",
    "Chunk": "unstack unpack",
    say.DEPTHWISE: "depthwiseconv2dnative",
    say.DILATED: "atrousconv2d",
    "Stack": "pack parallelstack",
    say.UNSQUEEZE: "expanddims newaxis",
    "Sum": "reducesum",
    say.REDUCING: "reduceall reduceany reducestd reducevariance moments",
    "Divide": "realdiv divnonan",
    say.OF_SEVERAL: "squareddifference",
    say.MATRICES: "batchmatmul batchmatmulv2 tensordot",
    say.CROP: "croptoboundingbox centralcrop resizewithcroporpad",
    say.PICKING: "gatherv2 booleanmask",
    "Slice": "stridedslice",
    say.ELEMENTWISE: "l2normalize",
    say.BIAS: "biasadd",
    say.NOT_HERE: "spacetobatch spacetobatchnd batchtospace batchtospacend broadcast",
    say.LEAVE_OUT: "noop identityn checknumerics readvariableop",
    say.INPUT: "placeholder placeholderwithdefault",
    say.CONSTANT: "const variable variablev2 varhandleop",
    say.LOSS: "softmaxcrossentropywithlogits sparsesoftmaxcrossentropywithlogits "
    "sigmoidcrossentropywithlogits l2loss",
    say.DETECTION: "cropandresize combinednonmaxsuppression",
}
