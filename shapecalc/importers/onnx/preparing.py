"""The nodes of a graph as they are converted: those that count, in order, patterns put back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.onnx.arrays import FLOATS, Array
from shapecalc.importers.onnx.links import Links
from shapecalc.importers.onnx.order import needed_nodes, running_order
from shapecalc.importers.onnx.patterns import PATTERNS
from shapecalc.importers.onnx.quantized import unquantized
from shapecalc.importers.onnx.rewriting import with_patterns
from shapecalc.importers.onnx.values import Weight

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapecalc.importers.onnx.model import OnnxGraph, OnnxNode
    from shapecalc.importers.onnx.tensors import OnnxTensor
    from shapecalc.importers.onnx.values import Constant

_MOST_NUMBERS = 64
"""The most floating-point numbers that are read of an initializer: those of scales and bounds."""


def constants_of(graph: OnnxGraph) -> dict[str, Constant]:
    """The initializers of a graph, whose numbers are read where they are few or integers."""
    return {name: _constant(tensor) for name, tensor in graph.initializers.items()}


def _constant(tensor: OnnxTensor) -> Constant:
    is_float = tensor.type in FLOATS
    array: Array | None = None
    if not is_float or tensor.elements <= _MOST_NUMBERS:
        array = tensor.array(True)
    return array or Weight(tensor.name, tensor.dims, is_float)


def prepared_nodes(
    nodes: list[OnnxNode],
    outputs: Iterable[str],
    given: Iterable[str],
    constants: dict[str, Constant],
) -> list[OnnxNode]:
    """The nodes that outputs depend on, in running order. given: the names that need no node.

    Raises Refusal SC501.
    """
    outputs = list(outputs)
    ordered = needed_nodes(running_order(nodes, given), outputs)
    ordered = needed_nodes(unquantized(ordered, constants, outputs), outputs)
    found = with_patterns(ordered, Links(ordered, constants, outputs), PATTERNS)
    return needed_nodes(found, outputs)
