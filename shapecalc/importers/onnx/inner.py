"""Nodes that another node stands for, converted in its place."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from shapecalc.importers.onnx.activations import ACTIVATION_OPERATORS
from shapecalc.importers.onnx.elementwise import ELEMENTWISE_OPERATORS
from shapecalc.importers.onnx.matrices import MATRIX_OPERATORS
from shapecalc.importers.onnx.model import OnnxNode
from shapecalc.importers.onnx.norms import NORM_OPERATORS
from shapecalc.importers.onnx.parts import PART_OPERATORS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.onnx.conversion import Conversion, Operator


@cache
def _operators() -> dict[str, Operator]:
    joining = ELEMENTWISE_OPERATORS | PART_OPERATORS
    return ACTIVATION_OPERATORS | MATRIX_OPERATORS | NORM_OPERATORS | joining


def inner_node(node: OnnxNode, op: str, inputs: Sequence[str], *outputs: str) -> OnnxNode:
    """A node of an operator of ONNX's own, with the name and the attributes of another."""
    found = OnnxNode(op, list(inputs), list(outputs), f"{node.name}/{op}" if node.name else "")
    found.attributes = dict(node.attributes)
    found.scopes = node.scopes
    return found


def run(conversion: Conversion, node: OnnxNode) -> None:
    """Convert such a node. Raises Refusal."""
    _operators()[node.op](conversion, node)
