"""Layers of Keras with several inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shapecalc.importers.keras.calls import LayerCall
    from shapecalc.importers.network import Wire


def _elementwise(type: str, call: LayerCall, note: str | None = None) -> Wire:
    if len(call.inputs) == 1 and type != "Subtract":
        return call.same("one input alone")
    return call.add(type, {}, call.inputs, note=note)


def _add(call: LayerCall) -> Wire:
    """Add."""
    return _elementwise("Add", call)


def _multiply(call: LayerCall) -> Wire:
    """Multiply."""
    return _elementwise("Multiply", call)


def _subtract(call: LayerCall) -> Wire:
    """Subtract."""
    return _elementwise("Subtract", call)


def _maximum(call: LayerCall) -> Wire:
    """Maximum."""
    return _elementwise("Maximum", call)


def _minimum(call: LayerCall) -> Wire:
    """Minimum, which has the shapes and costs of a Maximum."""
    return _elementwise("Maximum", call, "the smallest instead, for which there is no type")


def _average(call: LayerCall) -> Wire:
    """Average, which has the shapes and costs of an Add."""
    return _elementwise("Add", call, f"divided by {len(call.inputs)}: their mean")


def _concatenate(call: LayerCall) -> Wire:
    """Concatenate."""
    return concatenated(call, call.config.integer("axis", -1))


def concatenated(call: LayerCall, axis: int) -> Wire:
    """The inputs one after another along an axis."""
    if len(call.inputs) == 1:
        return call.same("one input alone")
    if not call.inputs:
        raise call.config.refused("it takes no input")
    return call.add("Concat", {"dim": call.dim(axis)}, call.inputs)


def _scaled_sum(call: LayerCall) -> Wire:
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


def _dot(call: LayerCall) -> Wire:
    """Dot: the products of two vectors or sequences along an axis of each."""
    config = call.config
    if len(call.inputs) != 2:
        raise config.refused(f"it takes 2 inputs, not {len(call.inputs)}")
    ranks = [len(wire.shape) for wire in call.inputs]
    if call.lead or call.axes.first or max(ranks) > 2:
        return call.unknown("no layer type is a product along these axes")
    stated = config.integers("axes")
    axes = [axis % (rank + 1) for axis, rank in zip(stated * 2, ranks, strict=False)]
    if len(stated) > 2 or min(axes) < 1:
        raise config.refused(f"axes {stated[:9]} are not one of each input")
    vectors = max(ranks) == 1
    wires = []
    for number, (wire, axis, rank) in enumerate(zip(call.inputs, axes, ranks, strict=True)):
        type, fields = "", dict[str, Any]()
        if vectors:
            size = wire.shape.channels
            type, fields = "Reshape", {"shape": f"{size}x1" if number else f"1x{size}"}
        elif rank == 2 and axis != 2 - number:
            type, fields = "Transpose", {"dim0": 1, "dim1": 2}
        part = "second" if number else "first"
        made = wire if not type else call.add(type, fields, wire, part=part, inner=True)
        wires.append(made)
    note = "of what is normalized along them" if config.flag("normalize", False) else None
    wire = call.add("MatMul", {}, wires, inner=vectors, note=note)
    return call.add("Reshape", {"shape": "1"}, wire, part="reshape") if vectors else wire


JOINING = {
    "Add": _add,
    "Multiply": _multiply,
    "Subtract": _subtract,
    "Maximum": _maximum,
    "Minimum": _minimum,
    "Average": _average,
    "Concatenate": _concatenate,
    "Dot": _dot,
    "CustomScaleLayer": _scaled_sum,
}
"""The classes of this family, and what adds each."""
