"""Layers as they are written for the nodes of a graph, held to what the file says of each."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from shapecalc.importers.network import Stopped
from shapecalc.importers.onnx.order import node_text
from shapecalc.importers.onnx.scopes import LayerNames
from shapecalc.importers.onnx.values import BATCH, GraphTensor
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.network import ImportedLayer, ImportedNetwork
    from shapecalc.importers.onnx.model import OnnxGraph, OnnxNode


class Emitter:
    """Writes the layers of a graph into a network. nodes: in running order."""

    def __init__(self, graph: OnnxGraph, nodes: list[OnnxNode], network: ImportedNetwork) -> None:
        self.graph = graph
        self.nodes = nodes
        self.network = network
        self.names = LayerNames(nodes)

    def add(
        self,
        node: OnnxNode,
        type: str,
        fields: dict[str, Any],
        tensors: Sequence[GraphTensor],
        axes: tuple[int, ...],
        params: int | None = None,
        shares: ImportedLayer | None = None,
        note: str | None = None,
        is_last: bool = True,
    ) -> GraphTensor:
        """A layer for a node, held to what the file says of its first output.

        is_last: whether its output is the node's; otherwise it is on the way there.
        """
        for field, value in fields.items():
            if isinstance(value, float) and not isfinite(value):
                raise self.stop(node, f"its {field} would be {value}, which no field can be")
        said = self.said(node.outputs[0], axes) if is_last and node.outputs else None
        wire = self.network.add(
            self.names.of(node),
            type,
            fields,
            [tensor.wire for tensor in tensors],
            output=said,
            params=params,
            shares=shares,
            note=note,
        )
        return GraphTensor(wire, axes, tensors[0].batch)

    def said(self, name: str, axes: Sequence[int]) -> Shape | None:
        """What the file says of the shape of a tensor; None where that is not all of it."""
        value = self.graph.values.get(name)
        if value is None or value.dims is None or len(value.dims) != len(axes):
            return None
        sizes = dict(zip(axes, value.dims, strict=True))
        sizes.pop(BATCH, None)
        ordered = [sizes[axis] for axis in sorted(sizes)]
        if not ordered or not all(isinstance(size, int) for size in ordered):
            return None
        return Shape.from_chw(size for size in ordered if isinstance(size, int))

    def refused(self, node: OnnxNode, what: str) -> Refusal:
        """The refusal of a node that the format does not allow."""
        return Refusal("SC501", f"{node_text(node)}: {what}")

    def stop(self, node: OnnxNode, why: str, hint: str | None = None) -> Refusal:
        """The refusal of a node that cannot be said, unless it is stated as a Custom layer."""
        return Unsaid(node, why, hint)

    def permuted(self, tensor: GraphTensor, node: OnnxNode, order: Sequence[int]) -> GraphTensor:
        """A tensor with its axes in another order in the language, too."""
        if list(order) == sorted(order):
            return tensor
        places = {axis: place for place, axis in enumerate(order, 1)} | {BATCH: BATCH}
        axes = tuple(places[axis] for axis in tensor.axes)
        wire = self.network.add(
            f"{self.names.of(node)}.permute", "Permute", {"dims": [0, *order]}, [tensor.wire]
        )
        return GraphTensor(wire, axes, tensor.batch)

    def axis(self, node: OnnxNode, axis: int, rank: int) -> int:
        """An axis that may be counted from the end. Raises Refusal SC501."""
        if not -rank <= axis < rank:
            raise self.refused(node, f"the axis {axis} is not one of {rank}")
        return axis % rank


class Unsaid(Stopped):
    """Raised for a node that cannot be said in the language. why: a clause."""

    def __init__(self, node: OnnxNode, why: str, hint: str | None = None) -> None:
        super().__init__(f"{node_text(node)}: {why}", hint)
        self.why = why
