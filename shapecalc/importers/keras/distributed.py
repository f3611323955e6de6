"""TimeDistributed: a layer, or a model, at every step of time, the first axis of its input."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from shapecalc.importers.keras.config import Config
from shapecalc.importers.keras.documents import JsonObject
from shapecalc.importers.keras.graphs import LayerOfFile
from shapecalc.importers.keras.old import modern

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecalc.importers.keras.calls import LayerCall
    from shapecalc.importers.network import Wire


def distributed_model(layer: LayerOfFile) -> LayerOfFile | None:
    """The model that a layer has at every step of time; None for any other."""
    if layer.class_name != "TimeDistributed" or layer.is_custom:
        return None
    inner = layer.config.get("layer")
    if not isinstance(inner, JsonObject) or not isinstance(inner.get("class_name"), str):
        return None
    found = LayerOfFile(inner, layer.place, 0)
    return found if found.is_model else None


def distributed(call: LayerCall, layers: dict[str, Callable[[LayerCall], Wire]]) -> Wire:
    """The layer within, with an axis more before its own."""
    layer = modern(LayerOfFile(call.config.value("layer"), call.config.place, 0))
    known = layers.get(layer.class_name)
    first = call.axes.first or layer.config.get("data_format") == "channels_first"
    if layer.is_model or layer.is_custom or known is None or first or len(call.inputs) != 1:
        return call.unknown("a layer of this kind at every step of time")
    inner = copy(call)
    inner.class_name = layer.class_name
    inner.config = Config(layer.config, layer.name, layer.place)
    inner.lead = call.lead + 1
    return known(inner)
