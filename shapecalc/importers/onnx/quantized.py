"""Quantized nodes as those of floating-point numbers that they were, which have the same figures.

A file may have quantized numbers between its nodes, or operators that take them; their scales and
zero points are none of a network's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.onnx.model import OnnxNode

if TYPE_CHECKING:
    from collections.abc import Iterable

_DOMAINS = ("", "com.microsoft")

_WAS: dict[str, tuple[str, tuple[int, ...]]] = {
    "QLinearConv": ("Conv", (0, 3, 8)),
    "QLinearMatMul": ("MatMul", (0, 3)),
    "QGemm": ("Gemm", (0, 3, 6)),
    "QLinearAdd": ("Add", (0, 3)),
    "QLinearMul": ("Mul", (0, 3)),
    "QLinearAveragePool": ("AveragePool", (0,)),
    "QLinearGlobalAveragePool": ("GlobalAveragePool", (0,)),
    "QLinearSigmoid": ("Sigmoid", (0,)),
    "QLinearLeakyRelu": ("LeakyRelu", (0,)),
    "QLinearSoftmax": ("Softmax", (0,)),
    "ConvInteger": ("Conv", (0, 1)),
    "MatMulInteger": ("MatMul", (0, 1)),
    "MatMulIntegerToFloat": ("Linear", (0, 1, 6)),
    "DynamicQuantizeMatMul": ("Linear", (0, 1, 4)),
}
"""What operators were, and which of their inputs were its."""


class _Unquantizing:
    """Goes through nodes. fixed: the names of constants. same: names that stand for others. floats:
    those others. scales: names of what numbers are multiplied by when they are quantized no more.
    """

    def __init__(self, fixed: Iterable[str]) -> None:
        self.fixed = set(fixed)
        self.same: dict[str, str] = {}
        self.floats: set[str] = set()
        self.scales: set[str] = set()

    def nodes(self, node: OnnxNode) -> list[OnnxNode]:
        """The nodes that one was; none for one that only changes how numbers are written."""
        was_quantized = node.input(0) in self.same
        node.inputs = [self.same.get(name, name) for name in node.inputs]
        given = [name for name in node.inputs if name]
        passes = node.op == "QuantizeLinear" or (node.op == "DequantizeLinear" and was_quantized)
        if passes and node.domain in _DOMAINS and given and node.outputs:
            self.same[node.outputs[0]] = node.inputs[0]
            self.floats.add(node.inputs[0])
            return []
        if self.fixed.issuperset(given) and not node.captured():
            self.fixed.update(node.outputs)
            return [node]
        if node.domain not in _DOMAINS or not given or not node.outputs:
            return [node]
        if node.op == "DequantizeLinear":
            self.same[node.outputs[0]] = node.inputs[0]
            return []
        if node.op == "DynamicQuantizeLinear":
            self.same[node.outputs[0]] = node.inputs[0]
            self.scales.update(node.outputs[1:])
            return []
        if node.op == "Mul" and not node.domain and not self.scales.isdisjoint(given):
            rest = [name for name in given if name not in self.scales]
            if self.fixed.issuperset(rest):
                self.scales.add(node.outputs[0])
                return []
            if len(rest) == 1:
                self.same[node.outputs[0]] = rest[0]
                return []
        return self._as_it_was(node)

    def _as_it_was(self, node: OnnxNode) -> list[OnnxNode]:
        op, places = _WAS.get(node.op, ("", ()))
        if node.op == "QLinearConcat":
            op, places = "Concat", tuple(range(2, len(node.inputs), 3))
        if not op:
            return [node]
        found = []
        inputs = []
        for place in places:
            name = node.input(place)
            is_integer = name in self.fixed and name not in self.floats
            if is_integer and node.op.startswith("QLinear") and node.input(place + 2):
                number = f"{name} of {node.outputs[0]}"
                parts = node.inputs[place : place + 3]
                found.append(OnnxNode("DequantizeLinear", parts, [number]))
                name = number
            inputs.append(name)
        while inputs and not inputs[-1]:
            inputs.pop()
        if op == "Linear" and len(inputs) < 3:
            op = "MatMul"
        was = OnnxNode(op, inputs, node.outputs[:1], node.name.removesuffix("_quant"))
        was.attributes = node.attributes
        was.scopes = node.scopes
        return [*found, was]


def unquantized(
    nodes: list[OnnxNode], fixed: Iterable[str], outputs: Iterable[str]
) -> list[OnnxNode]:
    """Nodes in running order, as those of floating-point numbers. fixed: the names of constants.

    They stay as they are where one computes with what is only about how numbers are written, such
    as a scale.
    """
    if not is_quantized(nodes) or any(node.captured() for node in nodes):
        return nodes
    state = _Unquantizing(fixed)
    found = [kept for node in nodes for kept in state.nodes(node)]
    outputs = list(outputs)
    left = [name for name in outputs if name in state.same]
    made = {*left, *(name for node in found for name in node.outputs)}
    gone = {name for node in nodes for name in node.outputs if name} - made
    if not gone.isdisjoint([*outputs, *(name for node in found for name in node.inputs)]):
        return nodes
    return [*found, *(OnnxNode("Identity", [state.same[name]], [name]) for name in left)]


def is_quantized(nodes: Iterable[OnnxNode]) -> bool:
    """Whether some node computes with quantized numbers."""
    starts = ("QLinear", "Quantize", "Dequantize", "DynamicQuantize")
    return any(
        node.domain in _DOMAINS and (node.op.startswith(starts) or node.op in _WAS)
        for node in nodes
    )
