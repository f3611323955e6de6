"""An imported network without what does nothing, and with its joins as short as they can be."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from shapecalc.importers.network import ImportedLayer, ImportedNetwork, Wire

if TYPE_CHECKING:
    from collections.abc import Hashable

_IDLE = frozenset(("Identity", "Flatten", "Reshape", "Concat", "Add", "Multiply", "Maximum"))
"""The types that pass their one input on where its shape stays."""


def without_idle(network: ImportedNetwork) -> ImportedNetwork:
    """A network without layers that do nothing, which are not its outputs.

    What is joined with more than once is joined once: `Concat` of a, b and c, where a and b are
    joined before, takes that and c, as the layers of a DenseNet do.
    """
    found = copy(network)
    found.layers = []
    new: dict[object, ImportedLayer] = {}
    instead: dict[Wire, Wire] = {}
    joined: dict[Hashable, Wire] = {}
    for layer in network.layers:
        inputs = [instead.get(wire, wire) for wire in layer.inputs]
        if _is_idle(layer):
            instead[Wire(layer)] = inputs[0]
            continue
        type = layer.layer.type.name
        if type == "Concat":
            fields = repr(layer.fields)
            before = joined.get((fields, *inputs[:-1]))
            joined[(fields, *inputs)] = Wire(layer)
            if before is not None:
                inputs = [instead[before], inputs[-1]]
        kept = copy(layer)
        kept.inputs = inputs
        kept.shares = new.get(layer.shares)
        new[layer] = kept
        found.layers.append(kept)
        for output in range(len(layer.outputs)):
            instead[Wire(layer, output)] = Wire(kept, output)
    found.outputs = [instead.get(wire, wire) for wire in network.outputs]
    if not found.layers:
        return network
    return found


def _is_idle(layer: ImportedLayer) -> bool:
    """Whether a layer passes its input on as it is. One with a note does what costs nothing."""
    if layer.layer.type.name not in _IDLE or len(layer.inputs) != 1 or layer.note is not None:
        return False
    return layer.outputs == (layer.inputs[0].shape,)
