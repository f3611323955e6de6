"""A batch normalization without factors, and the factors after it, as the one layer that they are.

Caffe writes them as two, BatchNorm and Scale. What is between them must go nowhere else.
"""

from __future__ import annotations

from collections import Counter
from copy import copy
from typing import TYPE_CHECKING

from shapecalc.importers.network import ImportedLayer, Wire, make_layer
from shapecalc.importers.rewiring import Rewiring

if TYPE_CHECKING:
    from shapecalc.importers.network import ImportedNetwork


def with_whole_norms(network: ImportedNetwork) -> ImportedNetwork:
    """A network in which each such pair is one layer; the same network where there is none."""
    taken = Counter(wire for layer in network.layers for wire in layer.inputs)
    taken.update(network.outputs)
    shared = {layer.shares for layer in network.layers}
    pairs: dict[ImportedLayer, ImportedLayer] = {}
    for layer in network.layers:
        norm = layer.inputs[0].of if len(layer.inputs) == 1 else None
        if (
            isinstance(norm, ImportedLayer)
            and _scales_nothing(norm)
            and _scales(layer)
            and taken[layer.inputs[0]] == 1
            and shared.isdisjoint((norm, layer))
        ):
            pairs[layer] = norm
    return _joined(network, pairs) if pairs else network


def _scales_nothing(layer: ImportedLayer) -> bool:
    """Whether it is a batch normalization without a factor of its own."""
    norm = layer.layer.type.name.startswith(("BatchNorm", "SyncBatchNorm"))
    return norm and not layer.layer.field_value("affine") and layer.shares is None


def _scales(layer: ImportedLayer) -> bool:
    """Whether it multiplies each channel by a learned factor."""
    affine = layer.layer.type.name == "Affine"
    return affine and bool(layer.layer.field_value("weight")) and layer.shares is None


def _joined(network: ImportedNetwork, pairs: dict[ImportedLayer, ImportedLayer]) -> ImportedNetwork:
    """A network with pairs joined, each factor's norm in its place."""
    rewiring = Rewiring(network)
    factors = {norm: layer for layer, norm in pairs.items()}
    for layer in network.layers:
        if layer in pairs:
            rewiring.leave_out(layer, Wire(pairs[layer]))
        else:
            rewiring.keep(
                layer, instead=_whole(layer, factors[layer]) if layer in factors else None
            )
    return rewiring.network()


def _whole(norm: ImportedLayer, factors: ImportedLayer) -> ImportedLayer:
    """A normalization with the factors, and the summands if there are any, of the layer after."""
    kept = copy(norm)
    kept.fields = {key: value for key, value in norm.fields.items() if key != "affine"}
    kept.fields |= {} if factors.layer.field_value("bias") else {"bias": False}
    kept.layer = make_layer(norm.layer.type.name, kept.fields)
    kept.params = norm.params + factors.params
    kept.note = norm.note or factors.note
    kept.stated = norm.stated & factors.stated
    return kept
