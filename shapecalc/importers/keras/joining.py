"""Layers of Keras with several inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapecalc.importers.keras.calls import Call
    from shapecalc.importers.network import Wire


def _elementwise(type: str, call: Call, note: str | None = None) -> Wire:
    if len(call.inputs) == 1 and type != "Subtract":
        return call.same("one input alone")
    return call.add(type, {}, call.inputs, note=note)


def add(call: Call) -> Wire:
    """Add."""
    return _elementwise("Add", call)


def multiply(call: Call) -> Wire:
    """Multiply."""
    return _elementwise("Multiply", call)


def subtract(call: Call) -> Wire:
    """Subtract."""
    return _elementwise("Subtract", call)


def maximum(call: Call) -> Wire:
    """Maximum."""
    return _elementwise("Maximum", call)


def minimum(call: Call) -> Wire:
    """Minimum, which has the shapes and costs of a Maximum."""
    return _elementwise("Maximum", call, "the smallest instead, for which there is no type")


def average(call: Call) -> Wire:
    """Average, which has the shapes and costs of an Add."""
    return _elementwise("Add", call, f"divided by {len(call.inputs)}: their mean")


def concatenate(call: Call) -> Wire:
    """Concatenate."""
    return concatenated(call, call.config.integer("axis", -1))


def concatenated(call: Call, axis: int) -> Wire:
    """The inputs one after another along an axis."""
    if len(call.inputs) == 1:
        return call.same("one input alone")
    if not call.inputs:
        raise call.config.refused("it takes no input")
    return call.add("Concat", {"dim": call.dim(axis)}, call.inputs)


def scaled_sum(call: Call) -> Wire:
    """CustomScaleLayer, of Keras' InceptionResNetV2: an input plus another times a number."""
    if len(call.inputs) != 2:
        raise call.config.refused(f"it takes 2 inputs, not {len(call.inputs)}")
    first, second = call.inputs
    scaled = call.add(
        "Identity",
        {},
        second,
        part="scaled",
        weights=None,
        note=f"times {call.config.number('scale')}",
    )
    return call.add("Add", {}, [first, scaled])


JOINING = {
    "Add": add,
    "Multiply": multiply,
    "Subtract": subtract,
    "Maximum": maximum,
    "Minimum": minimum,
    "Average": average,
    "Concatenate": concatenate,
    "CustomScaleLayer": scaled_sum,
}
"""The classes of this family, and what adds each."""
