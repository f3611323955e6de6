"""What makes and what takes each name of a graph, and which of them are constants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.onnx.arrays import Array
from shapecalc.importers.onnx.values import Weight
from shapecalc.limits import MAXIMUM_ONNX_STEPS
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapecalc.importers.onnx.model import OnnxNode
    from shapecalc.importers.onnx.values import Constant


class Links:
    """The links of nodes in running order.

    constants: the initializers by name. outputs: the names that leave the graph.
    """

    def __init__(
        self, nodes: Iterable[OnnxNode], constants: dict[str, Constant], outputs: Iterable[str]
    ) -> None:
        self.makers: dict[str, OnnxNode] = {}
        self.takers: dict[str, list[OnnxNode]] = {name: [] for name in outputs}
        self.outputs = set(self.takers)
        self.constants = dict(constants)
        self._fixed = set(constants)
        self._left = MAXIMUM_ONNX_STEPS
        for node in nodes:
            for name in (*node.inputs, *node.captured()):
                if name:
                    self.takers.setdefault(name, []).append(node)
            self.makers.update(dict.fromkeys(filter(None, node.outputs), node))
            if self._fixed.issuperset(filter(None, node.inputs)) and not node.captured():
                self._fixed.update(node.outputs)
            if node.op == "Constant" and "value" in node.attributes:
                tensor = node.attributes["value"].tensor
                array = None if tensor is None else tensor.array(False)
                if array is not None:
                    self.constants[node.outputs[0]] = array
            elif node.op == "DequantizeLinear":
                self._dequantize(node)
            elif (
                node.op in ("Identity", "Cast")
                and node.inputs[:1]
                and node.inputs[0] in self.constants
            ):
                self.constants[node.outputs[0]] = self.constants[node.inputs[0]]
            elif node.op == "ScatterND" and node.input(0) in self.constants:
                whole = self.constants[node.inputs[0]]
                self.constants[node.outputs[0]] = Weight(whole.name, whole.dims, whole.is_learned)

    def _dequantize(self, node: OnnxNode) -> None:
        """Know a number that a file has as an integer and its scale."""
        given = [self.constants.get(node.input(index)) for index in range(3)]
        number, scale, zero = given
        if isinstance(number, Array) and isinstance(scale, Array) and len(number.values) == 1:
            found = number.dequantized(scale, zero if isinstance(zero, Array) else None)
            if found is not None and node.outputs:
                self.constants[node.outputs[0]] = found

    def take(self) -> None:
        """Charge a step of looking for patterns. Raises Refusal SC501 for too many."""
        self._left -= 1
        if self._left < 0:
            raise Refusal(
                "SC501", f"more than {MAXIMUM_ONNX_STEPS:,} nodes of patterns, the maximum"
            )

    def is_constant(self, name: str) -> bool:
        """Whether a name is a constant, or computed of constants alone."""
        return name in self._fixed

    def number(self, name: str) -> float | None:
        """The number that a name is; None where it is not one number that is known."""
        found = self.constants.get(name)
        if isinstance(found, Array) and len(found.values) == 1:
            value = found.values[0]
            return None if isinstance(value, str) else float(value)
        return None

    def numbers(self, name: str) -> list[int] | None:
        """The integers that a name is; None where they are not known."""
        found = self.constants.get(name)
        if not isinstance(found, Array) or any(isinstance(each, float) for each in found.values):
            return None
        return [int(value) for value in found.values]

    def is_inner(self, node: OnnxNode, others: Iterable[OnnxNode]) -> bool:
        """Whether nothing but other nodes takes what a node makes."""
        inside = {id(other) for other in others}
        return all(
            name not in self.outputs and all(id(t) in inside for t in self.takers.get(name, ()))
            for name in node.outputs
        )
