"""What Caffe's first two formats call the types and fields of layers, and what the newest does.

Source: caffe.proto and upgrade_proto.cpp of https://github.com/BVLC/caffe.
"""

from __future__ import annotations

V1_TYPES = {
    "NONE": 0, "ACCURACY": 1, "BNLL": 2, "CONCAT": 3, "CONVOLUTION": 4, "DATA": 5, "DROPOUT": 6,
    "EUCLIDEAN_LOSS": 7, "FLATTEN": 8, "HDF5_DATA": 9, "HDF5_OUTPUT": 10, "IM2COL": 11,
    "IMAGE_DATA": 12, "INFOGAIN_LOSS": 13, "INNER_PRODUCT": 14, "LRN": 15,
    "MULTINOMIAL_LOGISTIC_LOSS": 16, "POOLING": 17, "RELU": 18, "SIGMOID": 19, "SOFTMAX": 20,
    "SOFTMAX_LOSS": 21, "SPLIT": 22, "TANH": 23, "WINDOW_DATA": 24, "ELTWISE": 25, "POWER": 26,
    "SIGMOID_CROSS_ENTROPY_LOSS": 27, "HINGE_LOSS": 28, "MEMORY_DATA": 29, "ARGMAX": 30,
    "THRESHOLD": 31, "DUMMY_DATA": 32, "SLICE": 33, "MVN": 34, "ABSVAL": 35, "SILENCE": 36,
    "CONTRASTIVE_LOSS": 37, "EXP": 38, "DECONVOLUTION": 39,
}  # fmt: skip
"""The words for types of the second format with their numbers, which a file may have instead."""

V1_WORDS = {
    "ABSVAL": "AbsVal", "ARGMAX": "ArgMax", "BNLL": "BNLL", "HDF5_DATA": "HDF5Data",
    "HDF5_OUTPUT": "HDF5Output", "LRN": "LRN", "MVN": "MVN", "PRELU": "PReLU", "RELU": "ReLU",
    "SOFTMAX_LOSS": "SoftmaxWithLoss", "TANH": "TanH", "BN": "BN", "ELU": "ELU", "SPP": "SPP",
    "NONE": "", "CROP": "CROP",
}  # fmt: skip
"""Those that the newest format does not just write together, INNER_PRODUCT as InnerProduct."""

FIRST_TYPES = {
    "accuracy": "Accuracy", "bnll": "BNLL", "concat": "Concat", "conv": "Convolution",
    "data": "Data", "dropout": "Dropout", "euclidean_loss": "EuclideanLoss", "flatten": "Flatten",
    "hdf5_data": "HDF5Data", "hdf5_output": "HDF5Output", "im2col": "Im2col",
    "images": "ImageData", "infogain_loss": "InfogainLoss", "innerproduct": "InnerProduct",
    "lrn": "LRN", "multinomial_logistic_loss": "MultinomialLogisticLoss", "padding": "Padding",
    "pool": "Pooling", "relu": "ReLU", "sigmoid": "Sigmoid", "softmax": "Softmax",
    "softmax_loss": "SoftmaxWithLoss", "split": "Split", "tanh": "TanH",
    "window_data": "WindowData",
}  # fmt: skip
"""The types of the first format."""

_FILLERS = {"weight_filler": "weight_filler", "bias_filler": "bias_filler"}
_DATA = {"transform_param": {"cropsize": "crop_size"}}

FIRST_FIELDS: dict[str, dict[str, dict[str, str]]] = {
    "conv": {
        "convolution_param": {
            "num_output": "num_output",
            "biasterm": "bias_term",
            "pad": "pad",
            "kernelsize": "kernel_size",
            "group": "group",
            "stride": "stride",
            **_FILLERS,
        }
    },
    "innerproduct": {
        "inner_product_param": {
            "num_output": "num_output",
            "biasterm": "bias_term",
            **_FILLERS,
        }
    },
    "pool": {
        "pooling_param": {
            "pool": "pool",
            "pad": "pad",
            "kernelsize": "kernel_size",
            "stride": "stride",
        }
    },
    "padding": {"padding_param": {"pad": "pad"}},
    "dropout": {"dropout_param": {"dropout_ratio": "dropout_ratio"}},
    "lrn": {
        "lrn_param": {"local_size": "local_size", "alpha": "alpha", "beta": "beta", "k": "k"},
    },
    "concat": {"concat_param": {"concat_dim": "concat_dim"}},
    "data": _DATA,
    "images": {
        **_DATA,
        "image_data_param": {"new_height": "new_height", "new_width": "new_width"},
    },
    "window_data": _DATA,
}
"""Where the fields of a type of the first format stand in the newest, and what they are called."""
