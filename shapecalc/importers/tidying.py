"""An imported network without what does nothing, and with its joins as short as they can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.network import Wire
from shapecalc.importers.rewiring import Rewiring

if TYPE_CHECKING:
    from collections.abc import Hashable

    from shapecalc.importers.network import ImportedLayer, ImportedNetwork

_IDLE = frozenset(("Identity", "Flatten", "Reshape", "Concat", "Add", "Multiply", "Maximum"))
"""The types that pass their one input on where its shape stays."""


def without_idle(network: ImportedNetwork) -> ImportedNetwork:
    """A network without layers that do nothing, which are not its outputs.

    What is joined with more than once is joined once: `Concat` of a, b and c, where a and b are
    joined before, takes that and c, as the layers of a DenseNet do.
    """
    rewiring = Rewiring(network)
    joined: dict[Hashable, Wire] = {}
    for layer in network.layers:
        inputs = layer.inputs
        if _is_idle(layer):
            rewiring.leave_out(layer, inputs[0])
            continue
        if layer.layer.type.name == "Concat":
            fields = repr(layer.fields)
            taken = list(map(rewiring.wire, inputs))
            before = joined.get((fields, *taken[:-1]))
            joined[(fields, *taken)] = Wire(layer)
            if before is not None:
                inputs = [before, inputs[-1]]
        rewiring.keep(layer, inputs)
    return rewiring.network()


def _is_idle(layer: ImportedLayer) -> bool:
    """Whether a layer passes its input on as it is. One with a note does what costs nothing."""
    if layer.layer.type.name not in _IDLE or len(layer.inputs) != 1 or layer.note is not None:
        return False
    return layer.outputs == (layer.inputs[0].shape,)
