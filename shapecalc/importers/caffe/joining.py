"""Caffe's layers of several blobs, and those that nothing is in the language, as of detection.

Source: eltwise_layer.cpp and argmax_layer.cpp of https://github.com/BVLC/caffe, axpy_layer.cpp of
https://github.com/hujie-frank/SENet, and prior_box_layer.cpp of https://github.com/weiliu89/caffe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.caffe.step import NotSaid

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecalc.importers.caffe.blob import Blob
    from shapecalc.importers.caffe.step import CaffeStep, Converter

_OPERATIONS = {"PROD": "Multiply", "SUM": "Add", "MAX": "Maximum"}


def _eltwise(step: CaffeStep) -> list[Blob]:
    """Eltwise: a product, a maximum, a difference, or a sum of what has its coefficients."""
    parameters = step.parameters("eltwise_param")
    operation = parameters.word("operation", {"PROD": 0, "SUM": 1, "MAX": 2}, "SUM")
    coefficients = parameters.numbers("coeff")
    count = len(step.bottoms)
    every = [step.dims(which) for which in range(count)]
    if count < 2 or len(set(every)) > 1:
        shapes = " and ".join(dict.fromkeys("x".join(map(str, dims)) for dims in every))
        raise step.layer.refuse(f"it takes blobs of one shape, found {shapes}")
    if coefficients and (operation == "PROD" or len(coefficients) != count):
        raise step.layer.refuse("it takes a coefficient for each blob of a sum")
    wires = [step.wire(which) for which in range(count)]
    if operation == "SUM" and coefficients == [1, -1]:
        return [step.blob(step.add("Subtract", {}, wires))]
    for number, factor in enumerate(coefficients if operation == "SUM" else ()):
        if factor != 1:
            suffix = f"coeff{number}"
            wires[number] = step.computed(f"times {factor:g}", [wires[number]], suffix)
    return [step.blob(step.add(_OPERATIONS[operation], {}, wires))]


def _axpy(step: CaffeStep) -> list[Blob]:
    """Axpy of SENet: the channels of the second by the factors of the first, and the third."""
    step.takes(3)
    factors, dims = step.dims(0), step.dims(1)
    if dims != step.dims(2) or factors[:2] != dims[:2] or any(size != 1 for size in factors[2:]):
        raise step.layer.refuse("it takes a factor for each channel, and two blobs of one shape")
    factor = step.wire(0)
    if len(factors) != len(dims):
        shape = [*[1] * (len(dims) - 2), dims[1]]
        factor = step.add("Reshape", {"shape": shape}, [factor], suffix="reshape")
    product = step.add("Multiply", {}, [factor, step.wire(1)], suffix="scale")
    return [step.blob(step.add("Add", {}, [product, step.wire(2)]))]


def _arg_max(step: CaffeStep) -> list[Blob]:
    """ArgMax, which no layer type is."""
    step.takes(1)
    parameters = step.parameters("argmax_param")
    count = parameters.integer("top_k", 1, 1)
    dims = list(step.dims())
    if parameters.has("axis"):
        dims[step.axis(parameters)] = count
    else:
        shape = [1] * (max(3, len(dims)) - 1)
        shape[1] = count
        shape[0] = 2 if parameters.flag("out_max_val", False) else 1
        dims[1:] = shape
    raise NotSaid("no layer type is the place of a maximum", dims)


def _prior_box(step: CaffeStep) -> list[Blob]:
    """PriorBox, whose boxes are the same whatever the network takes."""
    step.takes(2)
    parameters = step.parameters("prior_box_param")
    _, _, height, width = step.image()
    ratios = [1.0]
    for ratio in parameters.numbers("aspect_ratio"):
        if all(abs(ratio - other) >= 1e-6 for other in ratios):
            ratios.append(ratio)
            if parameters.flag("flip", True):
                ratios.append(1 / ratio if ratio else ratio)
    sizes, larger = parameters.numbers("min_size"), parameters.numbers("max_size")
    boxes = len(ratios) * len(sizes) + len(larger)
    raise NotSaid("no layer type makes boxes", (1, 2, height * width * boxes * 4))


def _elsewhere(why: str) -> Callable[[CaffeStep], list[Blob]]:
    """A converter of what the language does not have, whatever it takes. why: a clause."""

    def convert(step: CaffeStep) -> list[Blob]:
        raise NotSaid(why)

    return convert


CAFFE_JOINING: dict[str, Converter] = {
    "ArgMax": _arg_max,
    "Axpy": _axpy,
    "BatchReindex": _elsewhere("what it takes decides which of the batch it makes"),
    "DetectionOutput": _elsewhere("what an image contains decides the shape of what it makes"),
    "Eltwise": _eltwise,
    "Filter": _elsewhere("what it takes decides which of the batch it makes"),
    "LSTM": _elsewhere("recurrent layers of Caffe are not read"),
    "PSROIPooling": _elsewhere("it makes a batch of regions of what it takes"),
    "PriorBox": _prior_box,
    "Python": _elsewhere("what it does is in the Python module that it names"),
    "RNN": _elsewhere("recurrent layers of Caffe are not read"),
    "ROIPooling": _elsewhere("it makes a batch of regions of what it takes"),
    "YoloDetectionOutput": _elsewhere("what an image contains decides the shape of what it makes"),
    "Yolov3DetectionOutput": _elsewhere(
        "what an image contains decides the shape of what it makes"
    ),
}
"""The types of these layers, each with what converts it."""
