"""Weights that several layers take, which belong to the first of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shapecalc.importers.network import make_layer
from shapecalc.layers.sharing import can_share
from shapecalc.problems.formatting import shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from shapecalc.importers.network import ImportedLayer
    from shapecalc.importers.onnx.model import OnnxNode
    from shapecalc.importers.onnx.values import Constant
    from shapecalc.shapes.shape import Shapes


class WeightOwner(NamedTuple):
    """The first layer that takes a weight. names: of all its weights. node: that it is of."""

    layer: ImportedLayer
    names: list[str]
    node: OnnxNode


class WeightOwners:
    """The first layer that takes each weight, by the weight's name."""

    def __init__(self) -> None:
        self._owners: dict[str, WeightOwner] = {}

    def owned(self, layer: ImportedLayer, weights: Sequence[Constant], node: OnnxNode) -> None:
        """Say that a layer takes weights."""
        names = [weight.name for weight in weights]
        if names and names[0]:
            self._owners.setdefault(names[0], WeightOwner(layer, names, node))

    def owner(
        self,
        type: str,
        fields: dict[str, Any],
        shapes: Shapes,
        weights: Sequence[Constant],
        node: OnnxNode,
    ) -> ImportedLayer | str | None:
        """The layer whose weights a new one has; None for a layer with weights of its own, a clause
        where that cannot be said.

        Exporters keep numbers that are equal once, as the ones of many norms are: a scale is shared
        only where all of a layer is.
        """
        names = [weight.name for weight in weights]
        owner = self._owners.get(names[0]) if names else None
        if owner is None:
            return None
        same = names == owner.names
        elsewhere = bool(node.scopes) and node.scopes != owner.node.scopes
        if len(weights[0].dims) < 2 or weights[0].name == "":
            alike = same and owner.layer.layer.type.name == type and not elsewhere
            return owner.layer if alike else None
        layer = make_layer(type, fields)
        others = tuple(wire.shape for wire in owner.layer.inputs)
        biased = len(names) > 1 and len(owner.names) > 1 and layer.type is owner.layer.layer.type
        if can_share(layer, shapes, owner.layer.layer, others) and (same or not biased):
            return owner.layer
        if elsewhere:
            return None
        return f"its weight is that of {shown(owner.layer.name)}, which it cannot share as it is"
