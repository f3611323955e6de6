"""The operators of ONNX Runtime's own domain that are plain: what its optimizer made of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.onnx.activations import ACTIVATION_OPERATORS
from shapecalc.importers.onnx.matrices import MATRIX_OPERATORS
from shapecalc.importers.onnx.model import OnnxNode
from shapecalc.importers.onnx.windows import WINDOW_OPERATORS

if TYPE_CHECKING:
    from shapecalc.importers.onnx.conversion import Conversion, Operator

ONNX_RUNTIME = "com.microsoft"
"""The domain."""


def _fused(operator: Operator, inputs: int) -> Operator:
    """A layer with an activation after it. inputs: the most that it has without the activation."""

    def convert(conversion: Conversion, node: OnnxNode) -> None:
        if any(node.inputs[inputs:]):
            raise conversion.stop(node, "it adds another tensor, too")
        kind = node.text("activation", "")
        activation = ACTIVATION_OPERATORS.get(kind)
        if kind and (activation is None or node.has("activation_params")):
            raise conversion.stop(node, f"its activation {kind[:40]!r} is not a plain one")
        if activation is None:
            operator(conversion, node)
            return
        last = node.outputs[0]
        inner = OnnxNode(node.op, node.inputs, [f"{last} before its activation"], node.name)
        inner.attributes = node.attributes
        operator(conversion, inner)
        after = OnnxNode(kind, inner.outputs, [last], f"{node.name}/{kind}")
        activation(conversion, after)

    return convert


CONTRIBUTED_OPERATORS: dict[str, Operator] = {
    "FusedConv": _fused(WINDOW_OPERATORS["Conv"], 3),
    "FusedGemm": _fused(MATRIX_OPERATORS["Gemm"], 3),
    "Gelu": ACTIVATION_OPERATORS["Gelu"],
    "FastGelu": ACTIVATION_OPERATORS["GeluTanh"],
}
"""What converts each."""
