"""The walk over a graph: each node becomes a layer, or a constant that later nodes compute with."""

from __future__ import annotations

from functools import partial
from math import prod
from typing import TYPE_CHECKING

from shapecalc.importers.onnx.arrays import Array
from shapecalc.importers.onnx.emission import Unsaid
from shapecalc.importers.onnx.folding import folded_values
from shapecalc.importers.onnx.masks import masked
from shapecalc.importers.onnx.operators import operator_of
from shapecalc.importers.onnx.order import node_text
from shapecalc.importers.onnx.preparing import constants_of, prepared_nodes
from shapecalc.importers.onnx.stored import stored_alone
from shapecalc.importers.onnx.unread import unread
from shapecalc.importers.onnx.unsaid import SAME_SHAPE
from shapecalc.importers.onnx.values import (
    Absent,
    Computed,
    GraphTensor,
    TensorView,
    Weight,
    natural_axes,
)
from shapecalc.importers.onnx.written_attention import attended_products
from shapecalc.limits import MAXIMUM_INTEGER
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.importers.onnx.conversion import Conversion
    from shapecalc.importers.onnx.model import OnnxGraph, OnnxNode
    from shapecalc.importers.onnx.values import GraphValue
    from shapecalc.shapes.shape import Shape


def walk(conversion: Conversion) -> None:
    """Convert every node, in order, and those of the branches that are run. Raises Refusal."""
    conversion.as_layers = partial(_as_layers, conversion)
    left: list[tuple[Iterator[OnnxNode], OnnxNode | None, OnnxGraph | None]]
    left = [(iter(conversion.nodes), None, None)]
    while left:
        nodes, around, branch = left[-1]
        node = next(nodes, None)
        if node is not None:
            graph = _branch(conversion, node)
            if node.parts:
                if not attended_products(conversion, node):
                    left.append((iter(node.parts), None, None))
            elif graph is None:
                _convert(conversion, node)
            else:
                left.append((iter(_opened(conversion, graph)), node, graph))
            continue
        left.pop()
        if around is not None and branch is not None:
            for name, output in zip(around.outputs, branch.outputs, strict=False):
                conversion.values[name] = conversion.values[output.name]


def _convert(conversion: Conversion, node: OnnxNode) -> None:
    values = conversion.values
    if not node.domain:
        given = [values.get(name) for name in node.inputs]
        found = folded_values(node, given, conversion.opset)
        if found is not None:
            conversion.take(found)
            values.update(zip(node.outputs, found, strict=False))
            return
    constants = [
        value for name in node.inputs if name and isinstance(value := values.get(name), _CONSTANTS)
    ]
    if constants and len(constants) == len(list(filter(None, node.inputs))):
        told = conversion.is_pytorchs
        for name in filter(None, node.outputs):
            what = values[name] = unread(node, constants, name, conversion.graph.values, told)
            if isinstance(what, Weight) and what.is_learned:
                conversion.remark_computed()
        return
    _add(conversion, node)


_CONSTANTS = (Array, Weight, Computed)


def _add(conversion: Conversion, node: OnnxNode) -> None:
    """Add the layers of a node. Raises Refusal."""
    values = conversion.values
    for name in filter(None, node.outputs):
        if not isinstance(values.get(name), GraphTensor | TensorView):
            values[name] = Absent(f"{node_text(node)} has no such output here")
    try:
        given = [values.get(name) for name in node.inputs if name]
        if not masked(conversion, node, [value for value in given if value is not None]):
            operator_of(node)(conversion, node)
    except Unsaid as unsaid:
        _state(conversion, node, unsaid)


def _as_layers(conversion: Conversion, taker: OnnxNode, index: int) -> GraphValue:
    """An input that is computed of constants alone, with the layers that this takes. Raises
    Refusal."""
    name = taker.input(index)
    left = [name]
    while left:
        value = conversion.values.get(left[-1])
        if not isinstance(value, Computed):
            left.pop()
            continue
        before = [
            each for each in value.node.inputs if isinstance(conversion.values.get(each), Computed)
        ]
        if before:
            left.extend(before)
        else:
            _add(conversion, value.node)
    made = conversion.values[name]
    return stored_alone(conversion, taker, made) if isinstance(made, Array | Weight) else made


def _branch(conversion: Conversion, node: OnnxNode) -> OnnxGraph | None:
    """The graph that an If runs, where its condition is known."""
    if node.op != "If" or node.domain:
        return None
    condition = conversion.values.get(node.input(0))
    if not isinstance(condition, Array) or len(condition.values) != 1:
        return None
    attribute = node.attributes.get("then_branch" if condition.values[0] else "else_branch")
    return None if attribute is None else attribute.graph


def _opened(conversion: Conversion, graph: OnnxGraph) -> list[OnnxNode]:
    """The nodes of a branch, whose names come to those around it. Raises Refusal SC501."""
    constants = constants_of(graph)
    conversion.values.update(constants)
    conversion.graph.values.update(graph.values)
    known = conversion.values
    outputs = [output.name for output in graph.outputs]
    fixed = {name: each for name, each in known.items() if isinstance(each, Array | Weight)}
    nodes = prepared_nodes(graph.nodes, outputs, known, fixed)
    made = {name for node in nodes for name in node.outputs}
    if not made.union(known).issuperset(outputs):
        raise Refusal("SC501", "malformed ONNX: a branch has an output that nothing makes")
    return nodes


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
    if params > MAXIMUM_INTEGER:
        raise conversion.refused(node, "it takes more than 2^63 - 1 numbers")
    batch = tensors[0].batch if tensors else 1
    axes, said = _stated(conversion, node, batch)
    if said is None and node.op in SAME_SHAPE and len(tensors) == 1:
        axes, said = tensors[0].axes, tensors[0].wire.shape
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


def _stated(
    conversion: Conversion, node: OnnxNode, batch: int
) -> tuple[tuple[int, ...], Shape | None]:
    """The axes of what a node makes, and its shape; None where the file does not say that."""
    value = conversion.graph.values.get(node.outputs[0]) if node.outputs else None
    dims = None if value is None else value.dims
    if not dims:
        return (), None
    has_batch = len(dims) > 1 and (dims[0] == batch or not isinstance(dims[0], int))
    if not has_batch and batch > 1:
        return (), None
    axes = natural_axes(len(dims) - 2) if has_batch else natural_axes(len(dims) - 1)[1:]
    return axes, conversion.said(node.outputs[0], axes)
