"""What is said of words that no single type answers: how to write it here, or that it is not here.

`*` stands for the number of axes of the word that is asked for, as in `conv*`.
"""

from __future__ import annotations

NOT_HERE = "not in the language: no layer type computes this"
RECURRENT = (
    "not in the language; see RNN, LSTM, GRU, MultiheadAttention and ScaledDotProductAttention"
)
DIRECTIONS = "write bidirectional: true in an RNN, LSTM or GRU"
TRANSFORMER = "use a TransformerEncoder, and a TransformerDecoder of its output"
LOSS = "not in the language: a spec ends with the outputs of the network, before any loss"
TRAINING = "not in the language: training is no part of a spec"
LEAVE_OUT = "leave it out: it changes neither shapes nor costs"
ELEMENTWISE = "not in the language; an Identity has the same shape and costs: {type: Identity}"
OF_SEVERAL = "not in the language; an Add has the same shapes and costs: {type: Add, from: [a, b]}"
MATRICES = "use a MatMul for the matrix product of two outputs, a Linear for one with weights"
PICKING = (
    "not in the language: no layer picks elements by computed indices; see Select, Slice, "
    "IndexSelect and Embedding"
)
REDUCING = (
    "not in the language; a Mean has the same shapes and costs: {type: Mean, dim: [height, width]}"
)
LARGEST = "use an Amax for the largest along axes, a Maximum for that of several inputs"
GLOBAL_AVERAGE = "use an AdaptiveAvgPool2d with output_size: 1, then a Flatten"
GLOBAL_AVERAGE_OF_AXES = "use an AdaptiveAvgPool* with output_size: 1, then a Flatten"
GLOBAL_MAX = "use an AdaptiveMaxPool2d with output_size: 1, then a Flatten"
GLOBAL_MAX_OF_AXES = "use an AdaptiveMaxPool* with output_size: 1, then a Flatten"
RESHAPE = (
    "use a Reshape with the output shape, channels last, such as {type: Reshape, shape: 4x4x1024}"
)
SQUEEZE = "use a Flatten, or a Reshape to the sizes that are left"
UNSQUEEZE = "use a Reshape with a size of 1, such as {type: Reshape, shape: 1x1x16384}"
CROP = "use a Crop: {type: Crop, size: 4}"
CROP_OF_AXES = "use a ZeroPad* with negative padding, which crops: {type: ZeroPad*, padding: -1}"
POOL = "use MaxPool2d or AvgPool2d"
ELTWISE = "use Add for a sum, Multiply for a product, Maximum for the largest"
DEPTHWISE = "use a Conv2d with groups: in_channels"
DEPTHWISE_OF_AXES = "use a Conv* with groups: in_channels"
SEPARABLE = "use a Conv2d with groups: in_channels, then one with kernel_size: 1"
SEPARABLE_OF_AXES = "use a Conv* with groups: in_channels, then one with kernel_size: 1"
POINTWISE = "use a Conv2d with kernel_size: 1"
DILATED = "use a Conv2d with a dilation"
SCALE = "use an Affine, with bias: false unless it has a bias_term: {type: Affine, bias: false}"
BIAS = (
    "Conv2d, Linear and BatchNorm2d have a bias of their own; another is {type: Affine, weight: "
    "false}"
)
NORM_OF_WEIGHT = "write weight_norm: true on the layer whose weight it is"
SPECTRUM_OF_WEIGHT = "write spectral_norm: true on the layer whose weight it is"
FRACTIONAL = "use an AdaptiveMaxPool* with the output_size, which has the same shape"
BAG = "use an Embedding, an AdaptiveAvgPool1d with output_size: 1, and a Flatten"
PYRAMID = (
    "use branches: with an AdaptiveMaxPool2d of another output_size each, and a Flatten after each"
)
ONE_OF_SEVERAL = "use a Concat, which joins along the channels: {type: Concat, from: [a, b]}"
TIME_DISTRIBUTED = "use the layer itself; a Linear with per_position: true maps every position"
PERCEPTRON = "write a Linear for each number of features, and an activation such as ReLU in between"
ACTIVATION = "use the type of the activation, such as ReLU"
SEQUENCE = "write layers: and no type for a sequence"
PARALLEL = "write branches: and no type for parallel branches"
CUSTOM = "write what it is made of: under layers:, or as a block under blocks:"
INPUT = "an input is not a layer: write input: next to layers:"
PREPROCESSING = "preprocessing is not a layer: write the shape that it outputs as input:"
QUANTIZED = "use the layer without quantization: shapes, params and macs are the same"
DETECTION = "not in the language: what an image contains decides the shape of the output"
CONTROL = "not in the language: `when` skips an item and `repeat` repeats it, whatever the values"
SIZES = "not in the language: sizes are inferred, and in_channels is one in an expression"
CONSTANT = "use a Buffer for a tensor that is kept, a Parameter for one that is learned"
TEXTS = "not in the language: a network here has numbers as its input"
YOLO = "not bundled: write what it is made of as a block under blocks:"
