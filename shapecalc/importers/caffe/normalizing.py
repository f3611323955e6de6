"""Caffe's layers that normalize, and those that scale and shift.

Source: the layers of https://github.com/BVLC/caffe, and the BN layers of
https://github.com/alexgkendall/caffe-segnet and https://github.com/yjxiong/caffe.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from shapecalc.importers.caffe.step import NotSaid

if TYPE_CHECKING:
    from shapecalc.importers.caffe.blob import Blob
    from shapecalc.importers.caffe.message import ProtoMessage, ProtoValue
    from shapecalc.importers.caffe.step import CaffeStep, Converter

_STATISTICS = (
    "Caffe counts the mean, the variance and a count of each BatchNorm among the parameters; here "
    "they are buffers."
)


def _batch_norm(step: CaffeStep) -> list[Blob]:
    """BatchNorm, which scales nothing; in NVIDIA's Caffe it may."""
    step.takes(1)
    parameters = step.parameters("batch_norm_param")
    if any("MKL" in str(each.content) for each in _engines(step, parameters)):
        raise NotSaid("with Intel's engine it may scale and shift as well", step.dims())
    affine = parameters.flag("scale_bias", False) or any(
        map(parameters.has, ("scale_filler", "bias_filler"))
    )
    rates = step.layer.rates
    if not affine and len(rates) != 3 and any(rate != 0 for rate in rates):
        raise NotSaid("it learns something, where Caffe's own learns nothing", step.dims())
    fields = {"eps": parameters.number("eps", 1e-5), "affine": affine}
    step.network.remark(_STATISTICS)
    return [_normalized(step, fields, 5 if affine else 3)]


def _engines(step: CaffeStep, parameters: ProtoMessage) -> list[ProtoValue]:
    """The engines that a layer names, and its network."""
    return [
        value
        for message in (parameters, step.layer.fields)
        for value in message.fields.get("engine", ())
    ]


def _normalized(step: CaffeStep, fields: dict[str, Any], weights: int) -> Blob:
    """A batch normalization for as many axes as there are."""
    rank = max(1, len(step.dims()) - 2)
    if rank > 3:
        raise NotSaid(f"there is no batch normalization of {rank} axes", step.dims())
    return step.blob(step.add(f"BatchNorm{rank}d", fields, weights=weights))


_SEGNET = {"scale_filler", "shift_filler", "bn_mode"}
_SLOPED = {"slope_filler", "bias_filler", "momentum", "eps", "frozen", "engine"}


def _bn(step: CaffeStep) -> list[Blob]:
    """BN, which scales and shifts: SegNet's, without statistics, or another, with them."""
    parameters = step.layer.parameters("bn_param")
    names = set(parameters.fields)
    if names and names <= _SEGNET:
        if parameters.word("bn_mode", {"LEARN": 0, "INFERENCE": 1}, "LEARN") == "INFERENCE":
            return [step.blob(step.add("Affine", weights=2))]
        return [_normalized(step, {"eps": 1e-9, "track_running_stats": False}, 2)]
    if names and names <= _SLOPED:
        step.network.remark(_STATISTICS)
        return [_normalized(step, {"eps": parameters.number("eps", 1e-5)}, 4)]
    text = "it does not say which of the layers of this name it is"
    raise NotSaid(text, step.dims(), 2 * step.dims()[1])


def _scale(step: CaffeStep) -> list[Blob]:
    """Scale: a learned factor for each channel, or another blob as the factors."""
    step.takes(1, 2)
    parameters = step.parameters("scale_param")
    bias = parameters.flag("bias_term", False)
    if len(step.bottoms) == 1:
        _refuse_other_axes(step, parameters, 1 + bias)
        return [step.blob(step.add("Affine", {"bias": bias}, weights=1 + bias))]
    if bias:
        raise NotSaid("its summands are not one for each channel", step.dims())
    return [_joined(step, parameters, "Multiply")]


def _bias(step: CaffeStep) -> list[Blob]:
    """Bias: a learned summand for each channel, or another blob as the summands."""
    step.takes(1, 2)
    parameters = step.parameters("bias_param")
    if len(step.bottoms) == 1:
        _refuse_other_axes(step, parameters, 1)
        return [step.blob(step.add("Affine", {"weight": False}, weights=1))]
    return [_joined(step, parameters, "Add")]


def _refuse_other_axes(step: CaffeStep, parameters: ProtoMessage, count: int) -> None:
    """Raise NotSaid for learned numbers that are not one for each channel."""
    dims = step.dims()
    axis, axes = step.axis(parameters), parameters.integer("num_axes", 1, least=-1)
    if axes >= 0 and axis + axes > len(dims):
        raise step.layer.refuse(f"num_axes is {axes}, but after axis {axis} there are less")
    covered = dims[axis:] if axes < 0 else dims[axis : axis + axes]
    if axis != 1 or len(covered) != 1:
        text = "its numbers are not one for each channel"
        raise NotSaid(text, dims, count * prod(covered))


def _joined(step: CaffeStep, parameters: ProtoMessage, type: str) -> Blob:
    """The first blob with the second, which has the first axes of it, or all."""
    dims, other = step.dims(), step.dims(1)
    axis = step.axis(parameters)
    if dims[axis : axis + len(other)] != other:
        raise step.layer.refuse(f"its second blob has other sizes than the first from axis {axis}")
    if axis:
        raise NotSaid("the batch of its second blob is an axis of the first", dims)
    second = step.wire(1)
    if len(other) < len(dims):
        sizes = [1] * (len(dims) - len(other))
        shape = [*other[2:], *sizes, other[1]]
        second = step.add("Reshape", {"shape": shape}, [second], suffix="reshape")
    return step.blob(step.add(type, {}, [step.wire(), second]))


def _local_response(step: CaffeStep) -> list[Blob]:
    """LRN across channels; within a channel no layer is."""
    step.takes(1)
    parameters = step.parameters("lrn_param")
    dims = step.image()
    size = parameters.integer("local_size", 5, least=1)
    if size % 2 == 0:
        raise step.layer.refuse(f"the local_size of an LRN is odd, found {size}")
    regions = {"ACROSS_CHANNELS": 0, "WITHIN_CHANNEL": 1}
    if parameters.word("norm_region", regions, "ACROSS_CHANNELS") != "ACROSS_CHANNELS":
        raise NotSaid("no layer normalizes by the positions nearby in a channel", dims)
    fields = {"size": size, "alpha": parameters.number("alpha", 1.0)}
    fields |= {"beta": parameters.number("beta", 0.75), "k": parameters.number("k", 1.0)}
    return [step.blob(step.add("LocalResponseNorm", fields))]


def _mean_variance(step: CaffeStep) -> list[Blob]:
    """MVN, which adds its eps after the root, where no layer adds one."""
    raise NotSaid("no layer adds its eps to the root of the variance", step.image())


def _normalize(step: CaffeStep) -> list[Blob]:
    """Normalize of SSD: each position divided by its norm, then scaled."""
    parameters = step.parameters("norm_param")
    dims = step.dims()
    params = 1 if parameters.flag("channel_shared", True) else dims[1]
    raise NotSaid("no layer divides by the norm of the channels", dims, params)


CAFFE_NORMALIZING: dict[str, Converter] = {
    "BN": _bn,
    "BatchNorm": _batch_norm,
    "Bias": _bias,
    "LRN": _local_response,
    "MVN": _mean_variance,
    "Normalize": _normalize,
    "Scale": _scale,
}
"""The types of these layers, each with what converts it."""
