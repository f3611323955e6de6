"""The types of Caffe's layers, each with what makes layers of the language of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.caffe import activating, convolving, joining, normalizing, pooling, shaping

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecalc.importers.caffe.blob import Blob
    from shapecalc.importers.caffe.step import CaffeStep

    Converter = Callable[[CaffeStep], list[Blob]]

_RECURRENT = joining.elsewhere("recurrent layers are not in the language")
_DETECTING = joining.elsewhere("what an image contains decides the shape of what it makes")
_REGIONS = joining.elsewhere("it makes a batch of regions of what it takes")
_PICKING = joining.elsewhere("what it takes decides which of the batch it makes")

_CONVERTERS: dict[str, Converter] = {
    "AbsVal": activating.of_each_number,
    "ArgMax": joining.arg_max,
    "Axpy": joining.axpy,
    "BN": normalizing.bn,
    "BNLL": activating.always("Softplus"),
    "BatchNorm": normalizing.batch_norm,
    "BatchReindex": _PICKING,
    "Bias": normalizing.bias_blob,
    "CROP": shaping.crop_somewhere,
    "Clip": activating.clip,
    "Concat": shaping.concat_blobs,
    "Convolution": convolving.convolution,
    "ConvolutionDepthwise": convolving.depthwise_convolution,
    "Crop": shaping.crop_blob,
    "Deconvolution": convolving.deconvolution,
    "DepthwiseConvolution": convolving.convolution,
    "DetectionOutput": _DETECTING,
    "Dropout": activating.drop_out,
    "ELU": activating.elu,
    "Eltwise": joining.eltwise,
    "Embed": convolving.embed,
    "Exp": activating.of_each_number,
    "Filter": _PICKING,
    "Flatten": shaping.flatten,
    "Im2col": convolving.im2col,
    "InnerProduct": convolving.inner_product,
    "Interp": shaping.interp,
    "LRN": normalizing.local_response,
    "LSTM": _RECURRENT,
    "Log": activating.of_each_number,
    "MVN": normalizing.mean_variance,
    "Normalize": normalizing.normalize,
    "PReLU": activating.prelu,
    "PSROIPooling": _REGIONS,
    "Permute": shaping.permute,
    "Pooling": pooling.pool,
    "Power": activating.power,
    "PriorBox": joining.prior_box,
    "Python": joining.elsewhere("what it does is in the Python module that it names"),
    "RNN": _RECURRENT,
    "ROIPooling": _REGIONS,
    "ReLU": activating.relu,
    "ReLU6": activating.relu6,
    "Reduction": shaping.reduction,
    "Reshape": shaping.reshape,
    "Reorg": joining.reorg,
    "SPP": pooling.pyramid,
    "Scale": normalizing.scale,
    "ShuffleChannel": shaping.shuffle_channels,
    "Sigmoid": activating.always("Sigmoid"),
    "Slice": shaping.slice_blob,
    "Softmax": activating.softmax,
    "Split": shaping.split,
    "Swish": activating.swish,
    "TanH": activating.always("Tanh"),
    "Threshold": activating.of_each_number,
    "Tile": shaping.tile,
    "Upsample": pooling.upsample,
    "YoloDetectionOutput": _DETECTING,
    "Yolov3DetectionOutput": _DETECTING,
}


def converter(type: str) -> Converter | None:
    """What converts layers of a type; None for one that is not known."""
    return _CONVERTERS.get(type)
