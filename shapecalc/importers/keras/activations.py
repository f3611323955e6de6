"""Activations of Keras: layers, and the functions that other layers end with."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from shapecalc.importers.keras.calls import as_note
from shapecalc.importers.keras.config import Config
from shapecalc.importers.keras.documents import JsonObject

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecalc.importers.keras.calls import LayerCall
    from shapecalc.importers.network import Wire

Said = tuple[str, dict[str, Any]]
"""A type of the language, and its fields."""

PLAIN: dict[str, Said] = {
    "relu": ("ReLU", {}),
    "relu6": ("ReLU6", {}),
    "sigmoid": ("Sigmoid", {}),
    "tanh": ("Tanh", {}),
    "softplus": ("Softplus", {}),
    "softsign": ("Softsign", {}),
    "elu": ("ELU", {}),
    "celu": ("CELU", {}),
    "selu": ("SELU", {}),
    "silu": ("SiLU", {}),
    "swish": ("SiLU", {}),
    "gelu": ("GELU", {}),
    "mish": ("Mish", {}),
    "hard_sigmoid": ("Hardsigmoid", {}),
    "hard_silu": ("Hardswish", {}),
    "hard_swish": ("Hardswish", {}),
    "hard_tanh": ("Hardtanh", {}),
    "hard_shrink": ("Hardshrink", {}),
    "soft_shrink": ("Softshrink", {}),
    "tanh_shrink": ("Tanhshrink", {}),
    "log_sigmoid": ("LogSigmoid", {}),
    "leaky_relu": ("LeakyReLU", {"negative_slope": 0.2}),
}
"""The functions that have a type, by Keras' names."""

NO_TYPE = frozenset(
    ("exponential", "squareplus", "sparse_plus", "sparse_sigmoid", "threshold", "sparsemax")
)
"""Functions of Keras that have none."""

_ALONG = {"softmax": "Softmax", "log_softmax": "LogSoftmax"}


def activated(call: LayerCall, wire: Wire) -> Wire:
    """What a layer ends with, as a layer of its own after it."""
    found = call.config.values.get("activation")
    if found is None:
        return wire
    return function(call, found, wire, is_part=True)


def function(call: LayerCall, found: Any, wire: Wire, is_part: bool = False) -> Wire:
    """An activation by its name, or as an object of the file. is_part: whether it is a part of a
    layer, and does not stand for the whole."""
    if isinstance(found, JsonObject):
        name = found.get("class_name")
        config = found.get("config")
        if name == "function" and isinstance(config, str):
            found = config.rpartition(">")[2]
        elif isinstance(name, str) and name in ACTIVATIONS and isinstance(config, JsonObject):
            return _of_layer(call, name, config, wire)
        else:
            found = name
    if not isinstance(found, str):
        raise call.config.refused("activation is not a name")
    name = found.rpartition(">")[2]
    if name == "linear":
        return wire if is_part else call.add("Identity", {}, wire)
    part = name if is_part else ""
    weights = None if is_part else ()
    if name in _ALONG:
        dim = call.dim(-1, wire.shape)
        return call.add(_ALONG[name], {"dim": dim}, wire, part=part, weights=weights)
    if name in PLAIN:
        type, fields = PLAIN[name]
        note = None
        if type == "Hardsigmoid" and call.version < 3:
            note = "Keras 2 has 0.2 x + 0.5 between 0 and 1"
        return call.add(type, fields, wire, part=part, weights=weights, note=note)
    if name == "glu":
        return call.add("GLU", {"dim": call.dim(-1, wire.shape)}, wire, part=part, weights=weights)
    if name in NO_TYPE:
        call.network.remark(
            "Identity stands for what has the shape of its input, no weights and no layer type."
        )
        return call.add("Identity", {}, wire, part=part, weights=weights, note=name)
    why = f"its activation {as_note(name, 40)} is a function of the model's own"
    return call.unknown(why, wire.shape, 0, [wire], part and as_note(name, 40))


def _of_layer(call: LayerCall, name: str, config: JsonObject, wire: Wire) -> Wire:
    """A layer that is the activation of another."""
    inner = call.part_as(name, Config(config, call.config.layer, call.config.place), wire)
    return ACTIVATIONS[name](inner)


def activation(call: LayerCall) -> Wire:
    """Activation."""
    return function(call, call.config.value("activation"), call.input)


def relu(call: LayerCall) -> Wire:
    """ReLU, with a maximum, a slope or a threshold."""
    config = call.config
    most = config.value("max_value", None)
    slope = config.number("negative_slope", 0)
    threshold = config.number("threshold", 0)
    if threshold:
        if slope or most is not None:
            return call.same(f"ReLU above {threshold} with slope {slope} and maximum {most}")
        return call.add("Threshold", {"threshold": threshold, "value": 0})
    if slope:
        if most is not None:
            return call.same(f"ReLU with slope {slope} and maximum {most}")
        return call.add("LeakyReLU", {"negative_slope": slope})
    if most is None:
        return call.add("ReLU", {})
    maximum = config.number("max_value")
    if maximum == 6:
        return call.add("ReLU6", {})
    if maximum <= 0:
        return call.same(f"ReLU with maximum {maximum}")
    return call.add("Hardtanh", {"min_val": 0, "max_val": maximum})


def leaky(call: LayerCall) -> Wire:
    """LeakyReLU, whose slope is called alpha in Keras 2."""
    slope = call.config.number("negative_slope", call.config.number("alpha", 0.3))
    return call.add("LeakyReLU", {"negative_slope": slope})


def elu(call: LayerCall) -> Wire:
    """ELU."""
    return call.add("ELU", {"alpha": call.config.number("alpha", 1.0)})


def thresholded(call: LayerCall) -> Wire:
    """ThresholdedReLU."""
    return call.add("Threshold", {"threshold": call.config.number("theta", 1.0), "value": 0})


def prelu(call: LayerCall) -> Wire:
    """PReLU: a slope for each number of a sample, but one for all along the shared axes."""
    shape = call.input.shape
    shared = {call.dim(axis) for axis in call.config.integers("shared_axes", [])}
    shared |= {call.axes.dim(axis, shape) for axis in range(1, call.lead + 1)}
    sizes = [1 if dim in shared else size for dim, size in enumerate(shape.chw, 1)]
    slopes = prod(sizes)
    if slopes in (1, shape.channels) and prod(sizes[1:]) == 1:
        return call.add("PReLU", {"num_parameters": slopes})
    return call.unknown("no layer type has a slope for each position", shape, slopes)


def softmax(call: LayerCall) -> Wire:
    """Softmax along an axis."""
    axes = call.config.integers("axis", -1)
    if len(axes) != 1:
        return call.unknown("no layer type is a softmax over several axes", call.input.shape, 0)
    return call.add("Softmax", {"dim": call.dim(axes[0])})


ACTIVATIONS: dict[str, Callable[[LayerCall], Wire]] = {
    "Activation": activation,
    "ReLU": relu,
    "LeakyReLU": leaky,
    "ELU": elu,
    "ThresholdedReLU": thresholded,
    "PReLU": prelu,
    "Softmax": softmax,
}
"""The classes of this family, and what adds each."""
