"""The activations of Darknet, by the names that a cfg has of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.problems.formatting import shown

if TYPE_CHECKING:
    from shapecalc.importers.darknet.reading import CfgReading
    from shapecalc.importers.network import Wire

_ACTIVATIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "logistic": ("Sigmoid", {}),
    "relu": ("ReLU", {}),
    "relu6": ("ReLU6", {}),
    "leaky": ("LeakyReLU", {"negative_slope": 0.1}),
    "revleaky": ("LeakyReLU", {"negative_slope": 0.1}),
    "relie": ("LeakyReLU", {"negative_slope": 0.01}),
    "elu": ("ELU", {}),
    "selu": ("SELU", {}),
    "gelu": ("GELU", {"approximate": "tanh"}),
    "swish": ("SiLU", {}),
    "mish": ("Mish", {}),
    "tanh": ("Tanh", {}),
    "hardtan": ("Hardtanh", {}),
}

_UNKNOWN = {
    "loggy": "2 / (1 + exp(-x)) - 1",
    "ramp": "0.1 x plus the positive part of x",
    "plse": "a sigmoid of straight pieces that never end",
    "stair": "stairs",
    "lhtan": "x from 0 to 1, which goes on with a slope of 0.001",
    "hard_mish": "Mish of a parabola and straight pieces",
    "normalize_channels": "a positive part as its share of the sum over the channels",
    "normalize_channels_softmax": "a softmax with a constant in its divisor",
    "normalize_channels_softmax_maxval": "a softmax with a constant in its divisor",
}
"""Those that no layer type is, and what they are."""


def section_activated(reading: CfgReading, wire: Wire, default: str) -> Wire:
    """What the section's activation makes of a tensor: the same tensor where it is linear.

    default: the activation where none is written. Raises Refusal for one that no layer type is.
    """
    word = reading.section.text("activation", default)
    if word == "linear":
        return wire
    what = _UNKNOWN.get(word)
    if what is not None:
        why = f"no layer type is the activation {word}, {what}"
        return reading.unknown(why, wire, part="activation", key="activation", output=wire.shape)
    note = None
    if word not in _ACTIVATIONS:
        note = f"activation={shown(word)}, for which Darknet runs ReLU"
    type, fields = _ACTIVATIONS.get(word, ("ReLU", {}))
    return reading.add("activation", type, dict(fields), wire, note=note)
