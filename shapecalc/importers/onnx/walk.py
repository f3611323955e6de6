"""The walk over a graph: each node becomes a layer, or a constant that later nodes compute with."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from shapecalc.importers.onnx.arrays import Array
from shapecalc.importers.onnx.emission import Unsaid
from shapecalc.importers.onnx.folding import folded_values
from shapecalc.importers.onnx.operators import operator_of
from shapecalc.importers.onnx.order import node_text
from shapecalc.importers.onnx.values import Absent, GraphTensor, TensorView, Weight, natural_axes

if TYPE_CHECKING:
    from shapecalc.importers.onnx.conversion import Conversion
    from shapecalc.importers.onnx.model import OnnxNode


def walk(conversion: Conversion) -> None:
    """Convert every node, in order. Raises Refusal."""
    values = conversion.values
    for node in conversion.nodes:
        if not node.domain:
            given = [values.get(name) for name in node.inputs]
            found = folded_values(node, given, conversion.opset)
            if found is not None:
                values.update(zip(node.outputs, found, strict=False))
                continue
        for name in filter(None, node.outputs):
            values.setdefault(name, Absent(f"{node_text(node)} has no such output here"))
        try:
            operator_of(node)(conversion, node)
        except Unsaid as unsaid:
            _state(conversion, node, unsaid)


def _state(conversion: Conversion, node: OnnxNode, unsaid: Unsaid) -> None:
    """State a node that cannot be said, where that is wanted. Raises Stopped otherwise."""
    tensors = []
    params = 0
    for index, name in enumerate(node.inputs):
        value = conversion.values.get(name)
        if isinstance(value, GraphTensor | TensorView):
            tensors.append(conversion.tensor(node, index))
        elif isinstance(value, Array | Weight) and value.is_learned:
            params += prod(value.dims)
    output = conversion.graph.values.get(node.outputs[0]) if node.outputs else None
    rank = 0 if output is None or output.dims is None else len(output.dims)
    axes = natural_axes(rank - 2)
    batch = tensors[0].batch if tensors else 1
    said = conversion.said(node.outputs[0], axes, batch) if rank > 1 else None
    wire = conversion.network.unknown(
        conversion.names.of(node),
        node.op,
        unsaid.why,
        [tensor.wire for tensor in tensors],
        output=said,
        params=params or None,
        hint=unsaid.hint,
    )
    conversion.set(node, GraphTensor(wire, axes, batch))
