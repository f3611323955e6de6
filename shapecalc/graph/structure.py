"""What a layer is apart from its shapes and costs: its own fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.layers.fields import Inferred

if TYPE_CHECKING:
    from shapecalc.layers.base import Layer


FOLLOWING = ("input", "output", "params", "macs")
"""The keys of what may change because of what comes in, without an edit of the layer."""


def own_fields(layer: Layer) -> dict[str, Any]:
    """The fields of a layer by name, but for those that follow from its input."""
    return {
        name: layer.field_value(name)
        for name, field in layer.type.fields.items()
        if not isinstance(field, Inferred)
    }


def chosen_fields(layer: Layer) -> dict[str, Any]:
    """Those of its own fields that are not the default: however they are written, a spec chose
    them."""
    defaults = layer.type.defaults or {}
    return {
        name: value
        for name, value in own_fields(layer).items()
        if (field := layer.type.fields[name]).required
        or value != (defaults[name] if field.like is None else layer.field_value(field.like))
    }
