"""Caffe's layers that change each number by itself, and Softmax.

Source: the layers of https://github.com/BVLC/caffe, and ReLU6 of
https://github.com/eric612/MobileNet-YOLO.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.importers.caffe.step import NotSaid

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecalc.importers.caffe.blob import Blob
    from shapecalc.importers.caffe.step import CaffeStep, Converter


def _always(type: str, **fields: Any) -> Callable[[CaffeStep], list[Blob]]:
    """A converter to a type, whatever the layer's parameters are."""

    def convert(step: CaffeStep) -> list[Blob]:
        step.takes(1)
        return [step.blob(step.add(type, dict(fields)))]

    return convert


def _of_each_number(step: CaffeStep) -> list[Blob]:
    """A function of each number that no layer type is."""
    step.takes(1)
    raise NotSaid("no layer type is this function of each number", step.dims())


def _relu(step: CaffeStep) -> list[Blob]:
    """ReLU, leaky with a slope."""
    step.takes(1)
    slope = step.parameters("relu_param").number("negative_slope", 0)
    if not slope:
        return [step.blob(step.add("ReLU"))]
    return [step.blob(step.add("LeakyReLU", {"negative_slope": slope}))]


def _relu6(step: CaffeStep) -> list[Blob]:
    """ReLU6, without a slope."""
    step.takes(1)
    for name in ("relu6_param", "relu_param"):
        if step.parameters(name).number("negative_slope", 0):
            raise NotSaid("no ReLU6 has a slope", step.dims())
    return [step.blob(step.add("ReLU6"))]


def _prelu(step: CaffeStep) -> list[Blob]:
    """PReLU, of each channel or of all."""
    step.takes(1)
    parameters = step.parameters("prelu_param")
    channels = step.dims()[1]
    shared = parameters.flag("channel_shared", False)
    fields: dict[str, Any] = {"num_parameters": 1 if shared else channels}
    filler = parameters.message("filler")
    if parameters.has("filler") and filler.text("type") in ("", "constant"):
        fields["init"] = filler.number("value", 0)
    return [step.blob(step.add("PReLU", fields, weights=1))]


def _elu(step: CaffeStep) -> list[Blob]:
    """ELU."""
    step.takes(1)
    alpha = step.parameters("elu_param").number("alpha", 1.0)
    return [step.blob(step.add("ELU", {"alpha": alpha}))]


def _swish(step: CaffeStep) -> list[Blob]:
    """Swish with a beta of 1."""
    step.takes(1)
    if step.parameters("swish_param").number("beta", 1.0) != 1:
        raise NotSaid("the beta of a SiLU is 1", step.dims())
    return [step.blob(step.add("SiLU"))]


def _clip(step: CaffeStep) -> list[Blob]:
    """Clip."""
    step.takes(1)
    parameters = step.parameters("clip_param")
    for name in ("min", "max"):
        if not parameters.has(name):
            raise step.layer.refuse(f"a clip needs {name}")
    least, most = parameters.number("min", 0), parameters.number("max", 0)
    if (least, most) == (0, 6):
        return [step.blob(step.add("ReLU6"))]
    if not least < most:
        raise NotSaid("a Hardtanh has its min_val below its max_val", step.dims())
    return [step.blob(step.add("Hardtanh", {"min_val": least, "max_val": most}))]


def _power(step: CaffeStep) -> list[Blob]:
    """Power: a factor and a summand, where it is the first power of them."""
    step.takes(1)
    parameters = step.parameters("power_param")
    power, scale, shift = (
        parameters.number(name, usual) for name, usual in (("power", 1), ("scale", 1), ("shift", 0))
    )
    if power != 1:
        return _of_each_number(step)
    said = [f"times {scale:g}"] if scale != 1 else []
    said += [f"plus {shift:g}"] if shift else []
    wire = step.computed(", ".join(said)) if said else step.add("Identity")
    return [step.blob(wire)]


def _drop_out(step: CaffeStep) -> list[Blob]:
    """Dropout."""
    step.takes(1)
    ratio = step.parameters("dropout_param").number("dropout_ratio", 0.5)
    if not 0 <= ratio <= 1:
        raise step.layer.refuse(f"dropout_ratio is {ratio}, but it is from 0 to 1")
    return [step.blob(step.add("Dropout", {"p": ratio}))]


def _softmax(step: CaffeStep) -> list[Blob]:
    """Softmax along an axis."""
    step.takes(1)
    axis = step.axis(step.parameters("softmax_param"))
    if axis == 0:
        raise NotSaid("it is along the batch", step.dims())
    return [step.blob(step.add("Softmax", {"dim": axis}))]


CAFFE_ACTIVATING: dict[str, Converter] = {
    "AbsVal": _of_each_number,
    "BNLL": _always("Softplus"),
    "Clip": _clip,
    "Dropout": _drop_out,
    "ELU": _elu,
    "Exp": _of_each_number,
    "Log": _of_each_number,
    "PReLU": _prelu,
    "Power": _power,
    "ReLU": _relu,
    "ReLU6": _relu6,
    "Sigmoid": _always("Sigmoid"),
    "Softmax": _softmax,
    "Swish": _swish,
    "TanH": _always("Tanh"),
    "Threshold": _of_each_number,
}
"""The types of these layers, each with what converts it."""
