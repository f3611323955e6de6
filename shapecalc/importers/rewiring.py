"""An imported network written anew, layer by layer, with some of its layers left out or others."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from shapecalc.importers.network import ImportedLayer, ImportedNetwork, Wire

if TYPE_CHECKING:
    from collections.abc import Sequence


class Rewiring:
    """A network that follows another one. Each layer of that one is kept, or left out, in order."""

    def __init__(self, network: ImportedNetwork) -> None:
        self._before = network
        self._after = copy(network)
        self._after.layers = []
        self._layers: dict[object, ImportedLayer] = {}
        self._wires: dict[Wire, Wire] = {}

    def wire(self, wire: Wire) -> Wire:
        """A tensor of the network before, as it is called in this one."""
        return self._wires.get(wire, wire)

    def leave_out(self, layer: ImportedLayer, instead: Wire) -> None:
        """Have another tensor, of the network before, in the place of a layer's output."""
        self._wires[Wire(layer)] = self.wire(instead)

    def keep(
        self,
        layer: ImportedLayer,
        inputs: Sequence[Wire] | None = None,
        instead: ImportedLayer | None = None,
    ) -> None:
        """Keep a layer. inputs: tensors of the network before that it takes instead of its own.
        instead: the layer that is in its place."""
        kept = instead or copy(layer)
        kept.inputs = list(map(self.wire, layer.inputs if inputs is None else inputs))
        kept.shares = self._layers.get(layer.shares)
        self._layers[layer] = kept
        self._after.layers.append(kept)
        for output in range(len(layer.outputs)):
            self._wires[Wire(layer, output)] = Wire(kept, output)

    def network(self) -> ImportedNetwork:
        """The network; the one before where nothing was kept."""
        self._after.outputs = list(map(self.wire, self._before.outputs))
        return self._after if self._after.layers else self._before
