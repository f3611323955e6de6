"""Layers whose fields depend on the arguments of a run, made once for each set of values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc import layers
from shapecalc.expressions.expression import has_expression
from shapecalc.language.items import LayerItem
from shapecalc.layers.base import LayerType
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from shapecalc.inference.clauses import Clauses
    from shapecalc.inference.scope import Scope
    from shapecalc.layers.base import Layer


MAXIMUM_MADE = 64
"""The layers that an item keeps for the next time that its fields have the same values."""


def make(item: LayerItem, clauses: Clauses, scope: Scope) -> Layer | None:
    """The layer of an item at a place of a run; None if the item is invalid.

    An item that may run more than once keeps what is made. Raises Refusal, with the field that
    causes it.
    """
    if item.values is None:
        return None
    layer_type = _type(item, scope.arguments)
    values = item.values
    given = scope.arguments.get(item.type) if type(item.type) is str else None
    fields = getattr(given, "fields", None)  # which a BlockValue has
    if fields:
        values = {**fields, **values}
    evaluated: dict[str, Any] = {}
    for key, value in values.items():
        if has_expression(value):
            try:
                evaluated[key] = clauses.evaluate(value, scope, item)
            except Refusal as refusal:
                refusal.field = key
                raise
    if not scope.reused:
        return layer_type.make(_fields(item, layer_type, values, evaluated))
    made_of = (layer_type.name, repr(evaluated), given and repr(given))
    layer = item.made.get(made_of) if item.made else None
    if layer is None:
        layer = layer_type.make(_fields(item, layer_type, values, evaluated))
        if item.made is None or len(item.made) >= MAXIMUM_MADE:
            item.made = {}
        item.made[made_of] = layer
    return layer


def _type(item: LayerItem, arguments: dict[str, Any]) -> LayerType:
    """The type, looked up if it is the value of an argument. Raises Refusal SC106."""
    if isinstance(item.type, LayerType):
        return item.type
    name = arguments.get(item.type)
    found = layers.find_type(str(name)) if isinstance(name, str) else None
    if found is None:
        raise Refusal("SC106", f"unknown layer type {shown(name)}", None, "type")
    return found


def _fields(
    item: LayerItem, layer_type: LayerType, values: dict[str, Any], evaluated: dict[str, Any]
) -> dict[str, Any]:
    """The values of the fields. Those without expressions are already read, unless the type is
    the value of an argument. Raises Refusal."""
    read: dict[str, Any] = {}
    for key, written in values.items():
        value = evaluated.get(key, written)
        field = layer_type.fields.get(key)
        if field is None:
            text = f"unknown field {shown(key)} in {layer_type.name}"
            raise Refusal("SC102", text, None, key)
        if field.is_null(value):
            continue
        unread = key in evaluated or isinstance(item.type, str)
        read[key] = field.read(value, layer_type.rank) if unread else value
    return read
