"""Caffe's layers with a window of weights, and those with a weight for each of their inputs.

Source: base_conv_layer.cpp, conv_layer.cpp, deconv_layer.cpp, im2col_layer.cpp and
inner_product_layer.cpp of https://github.com/BVLC/caffe.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from shapecalc.importers.caffe.step import NotSaid

if TYPE_CHECKING:
    from shapecalc.importers.caffe.blob import Blob
    from shapecalc.importers.caffe.message import ProtoMessage
    from shapecalc.importers.caffe.step import CaffeStep, Converter


def _convolution(step: CaffeStep) -> list[Blob]:
    """Convolution, once for each bottom, all with the same weights."""
    return _convolved(step, "Conv")


def _deconvolution(step: CaffeStep) -> list[Blob]:
    """Deconvolution, whose weights are fixed where they only interpolate."""
    return _convolved(step, "ConvTranspose")


def _depthwise_convolution(step: CaffeStep) -> list[Blob]:
    """Convolution of each channel by itself, as forks have it as a type of its own."""
    parameters = step.parameters("convolution_param")
    channels = step.image()[1]
    if parameters.integer("num_output", channels) != channels:
        raise NotSaid("its num_output is not the channels that it takes")
    if parameters.integer("group", channels) != channels:
        raise NotSaid("its group is not the channels that it takes")
    return _convolved(step, "Conv", groups=channels)


def _convolved(step: CaffeStep, type: str, groups: int | None = None) -> list[Blob]:
    """The blobs of a convolution, one for each that it takes. Raises NotSaid."""
    parameters = step.parameters("convolution_param")
    layer = step.layer
    rank = len(step.dims()) - 2
    outputs = parameters.integer("num_output", groups or 0, least=1)
    if not outputs:
        raise layer.refuse("a convolution needs num_output")
    bias = parameters.flag("bias_term", True)
    fields: dict[str, Any] = {"out_channels": outputs, **_window(step, parameters)}
    fields["groups"] = groups or parameters.integer("group", 1, least=1)
    fields["bias"] = bias
    if step.axis(parameters) != 1:
        raise NotSaid("its channels are another axis than the first after the batch")
    if not 1 <= rank <= 3:
        raise NotSaid(f"there is no convolution of {rank} axes")
    if type == "ConvTranspose" and _is_fixed(step, parameters, bias):
        fields["learned"] = False
        step.network.remark(
            "The weights of a Deconvolution that only interpolates are parameters of Caffe's, "
            "and buffers here, as they are not learned."
        )
    if len(step.bottoms) > 1:  # all have the weights of the first
        names = [*layer.weights, "", ""][: 1 + bias]
        layer.weights = [name or f"{number} {layer.place}" for number, name in enumerate(names)]
    made = []
    for which in range(len(step.bottoms)):
        if step.dims(which)[1:] != step.dims()[1:]:
            raise layer.refuse("it takes blobs of different shapes")
        wires = [step.wire(which)]
        wire = step.add(
            f"{type}{rank}d", fields, wires, suffix=str(which) if which else "", weights=1 + bias
        )
        made.append(step.blob(wire))
    return made


def _is_fixed(step: CaffeStep, parameters: ProtoMessage, bias: bool) -> bool:
    """Whether the weights only interpolate, and are not learned."""
    filler = parameters.message("weight_filler").text("type")
    rates = step.layer.rates
    return filler == "bilinear" and len(rates) > bias and not any(rates[: 1 + bias])


def _window(step: CaffeStep, parameters: ProtoMessage) -> dict[str, list[int]]:
    """The kernel, the stride, the padding and the dilation along each axis."""
    rank = len(step.dims()) - 2
    found = {}
    for name, fields, default in (
        ("kernel_size", ("kernel_size", "kernel_h", "kernel_w"), None),
        ("stride", ("stride", "stride_h", "stride_w"), 1),
        ("padding", ("pad", "pad_h", "pad_w"), 0),
        ("dilation", ("dilation", "", ""), 1),
    ):
        both, *each = fields
        least = 0 if name == "padding" else 1
        values = parameters.integers(both, least)
        if any(map(parameters.has, each)):
            if rank != 2 or values:
                text = f"{each[0]} and {each[1]} are of 2 axes, and stand instead of {both}"
                raise step.layer.refuse(text)
            missing = 0 if name == "padding" else -1
            values = [parameters.integer(every, missing, least) for every in each]
        elif not values and default is not None:
            values = [default]
        if len(values) not in (1, rank) or -1 in values:
            raise step.layer.refuse(f"{both} is needed once, or once for each of {rank} axes")
        found[name] = values * rank if len(values) == 1 else values
    return found


def _im2col(step: CaffeStep) -> list[Blob]:
    """Im2col, whose windows lie as an image: Unfold, and the shape of that."""
    step.takes(1)
    parameters = step.parameters("convolution_param")
    _, channels, *spatial = step.image()
    if step.axis(parameters) != 1:
        raise NotSaid("its channels are another axis than the first after the batch")
    window = _window(step, parameters)
    sizes = [
        (size + 2 * pad - dilation * (kernel - 1) - 1) // stride + 1
        for size, kernel, stride, pad, dilation in zip(spatial, *window.values(), strict=True)
    ]
    unfolded = step.add("Unfold", window, suffix="windows")
    shape = [*sizes, channels * prod(window["kernel_size"])]
    return [step.blob(step.add("Reshape", {"shape": shape}, [unfolded]))]


def _inner_product(step: CaffeStep) -> list[Blob]:
    """InnerProduct: all that an image has is made a vector first."""
    step.takes(1)
    parameters = step.parameters("inner_product_param")
    outputs = parameters.integer("num_output", 0, least=1)
    if not outputs:
        raise step.layer.refuse("an inner product needs num_output")
    bias = parameters.flag("bias_term", True)
    dims = step.dims()
    axis = step.axis(parameters)
    if axis != 1:
        params = (prod(dims[axis:]) + bias) * outputs
        text = "its vectors are not all that there is of an input"
        made = (*dims[:axis], outputs) if axis else None
        raise NotSaid(text, made, params, prod(dims[1:]) * outputs)
    wire = step.wire()
    if len(dims) > 2:
        wire = step.add("Flatten", suffix="flatten")
    fields = {"out_features": outputs, "bias": bias}
    return [step.blob(step.add("Linear", fields, [wire], weights=1 + bias))]


def _embed(step: CaffeStep) -> list[Blob]:
    """Embed, which has its vectors on another axis than Embedding."""
    parameters = step.parameters("embed_param")
    outputs, rows = parameters.integer("num_output", 0), parameters.integer("input_dim", 0)
    params = (rows + parameters.flag("bias_term", True)) * outputs
    dims = step.bottoms[0].dims
    raise NotSaid("an Embedding has its vectors as channels", (*dims, outputs), params)


CAFFE_CONVOLVING: dict[str, Converter] = {
    "Convolution": _convolution,
    "ConvolutionDepthwise": _depthwise_convolution,
    "Deconvolution": _deconvolution,
    "DepthwiseConvolution": _convolution,
    "Embed": _embed,
    "Im2col": _im2col,
    "InnerProduct": _inner_product,
}
"""The types of these layers, each with what converts it."""
