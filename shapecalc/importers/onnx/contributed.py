"""The operators of ONNX Runtime's own domain: what its optimizer made of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.onnx.activations import ACTIVATION_OPERATORS
from shapecalc.importers.onnx.arrays import FLOAT, Array
from shapecalc.importers.onnx.attention import rotated
from shapecalc.importers.onnx.fused_attention import (
    heads_attention,
    projected_attention,
    shared_attention,
)
from shapecalc.importers.onnx.inner import inner_node, run
from shapecalc.importers.onnx.matrices import MATRIX_OPERATORS
from shapecalc.importers.onnx.model import OnnxAttribute, OnnxNode
from shapecalc.importers.onnx.values import Weight
from shapecalc.importers.onnx.views import transposed_view
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


def _summed_norm(type: str, bias: int) -> Operator:
    """A norm of a sum, with the sum as an output. bias: which of its inputs is added, too."""

    def convert(conversion: Conversion, node: OnnxNode) -> None:
        total = node.outputs[3] if len(node.outputs) > 3 and node.outputs[3] else ""
        total = total or f"{node.outputs[0]} before its norm"
        part = f"{total} without its bias" if node.input(bias) else total
        run(conversion, inner_node(node, "Add", node.inputs[:2], part))
        if node.input(bias):
            run(conversion, inner_node(node, "Add", [part, node.input(bias)], total))
        weights = node.inputs[2:bias]
        norm = inner_node(node, type, [total, *weights], node.outputs[0])
        norm.attributes.setdefault("epsilon", _epsilon())
        run(conversion, norm)

    return convert


def _epsilon() -> OnnxAttribute:
    """What is added to a variance where a node of ONNX Runtime's says nothing."""
    found = OnnxAttribute("epsilon")
    found.float = 1e-12
    return found


def _embedded_norm(conversion: Conversion, node: OnnxNode) -> None:
    """The norm of the embeddings of words, of their places and perhaps of their segments."""
    words = conversion.view(node)
    if len(words.dims) != 2:
        raise conversion.refused(node, f"its words have {len(words.dims)} axes, not 2")
    last = node.outputs[0]
    places = node.input(8)
    if not places:
        places = f"{last} places"
        conversion.values[places] = Array.of(range(words.dims[1]))
    parts = [(node.input(2), node.input(0)), (node.input(3), places)]
    if node.input(1):
        parts.append((node.input(4), node.input(1)))
    total = ""
    for number, (table, indices) in enumerate(parts):
        found = f"{last} embedding {number}"
        run(conversion, inner_node(node, "Gather", [table, indices], found))
        if total:
            both = f"{last} sum {number}"
            run(conversion, inner_node(node, "Add", [total, found], both))
            found = both
        total = found
    if len(node.outputs) > 2:
        conversion.set(node, conversion.values[total], 2)
    norm = inner_node(node, "LayerNormalization", [total, node.input(5), node.input(6)], last)
    norm.attributes.setdefault("epsilon", _epsilon())
    run(conversion, norm)


def _biased(op: str) -> Operator:
    """An activation of a tensor, to which a bias may be added before."""

    def convert(conversion: Conversion, node: OnnxNode) -> None:
        name = node.input(0)
        if node.input(1):
            name = f"{node.outputs[0]} before its activation"
            run(conversion, inner_node(node, "Add", node.inputs[:2], name))
        run(conversion, inner_node(node, op, [name], node.outputs[0]))

    return convert


def _quick_gelu(conversion: Conversion, node: OnnxNode) -> None:
    """A tensor times the sigmoid of itself by a number."""
    alpha, last = node.float("alpha", 1.702), node.outputs[0]
    conversion.values[f"{last} alpha"] = Array((), [alpha], FLOAT)
    run(conversion, inner_node(node, "Mul", [node.input(0), f"{last} alpha"], f"{last} scaled"))
    run(conversion, inner_node(node, "Sigmoid", [f"{last} scaled"], f"{last} gate"))
    run(conversion, inner_node(node, "Mul", [node.input(0), f"{last} gate"], last))


def _fused_product(conversion: Conversion, node: OnnxNode) -> None:
    """A product of which a side may be transposed."""
    if node.integer("transBatchA", 0) or node.integer("transBatchB", 0):
        raise conversion.stop(node, "it has the batch before the last axis")
    names = []
    for index, word in enumerate(("transA", "transB")):
        name = node.input(index)
        if node.integer(word, 0):
            turned = f"{node.outputs[0]} side {index}"
            constant = conversion.constant(node, index)
            dims = constant.dims if constant is not None else conversion.view(node, index).dims
            if len(dims) < 2:
                raise conversion.refused(node, f"its input {index} is no matrix")
            if constant is not None:
                swapped = (*dims[:-2], dims[-1], dims[-2])
                conversion.values[turned] = Weight(constant.name, swapped, constant.is_learned)
            else:
                order = [*range(len(dims) - 2), len(dims) - 1, len(dims) - 2]
                view = transposed_view(conversion.view(node, index), node, order)
                conversion.values[turned] = view
            name = turned
        names.append(name)
    run(conversion, inner_node(node, "MatMul", names, node.outputs[0]))


CONTRIBUTED_OPERATORS: dict[str, Operator] = {
    "FusedConv": _fused(WINDOW_OPERATORS["Conv"], 3),
    "FusedGemm": _fused(MATRIX_OPERATORS["Gemm"], 3),
    "FusedMatMul": _fused_product,
    "TransposeMatMul": _fused_product,
    "Gelu": _biased("Gelu"),
    "BiasGelu": _biased("Gelu"),
    "FastGelu": _biased("GeluTanh"),
    "QuickGelu": _quick_gelu,
    "SkipLayerNormalization": _summed_norm("LayerNormalization", 4),
    "SkipSimplifiedLayerNormalization": _summed_norm("RMSNormalization", 3),
    "EmbedLayerNormalization": _embedded_norm,
    "RotaryEmbedding": rotated,
    "Attention": projected_attention,
    "MultiHeadAttention": heads_attention,
    "GroupQueryAttention": shared_attention,
}
"""What converts each."""
