"""Why an operator has no layer in the language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.problems.formatting import shown

if TYPE_CHECKING:
    from shapecalc.importers.onnx.model import OnnxNode

_QUANTIZED = "import the network of floating-point numbers that this one was quantized from"
_WHYS = {
    "TopK ArgMax ArgMin NonZero Unique": "no layer type finds the places of numbers",
    "NonMaxSuppression RoiAlign MaxRoiPool": "no layer type works on boxes",
    "GridSample AffineGrid DeformConv": "no layer type takes numbers at places that are computed",
    "GatherElements GatherND ScatterElements ScatterND Scatter": (
        "no layer type takes or puts numbers at places that are listed"
    ),
    "Loop Scan SequenceMap": "no layer type runs a graph as often as a number says",
    "If": "no layer type runs one of two graphs, and its condition is not known",
    "MaxUnpool": "no layer type takes the places of maxima",
    "DFT STFT MelWeightMatrix HannWindow HammingWindow BlackmanWindow": (
        "no layer type is a Fourier transform"
    ),
    "CumSum": "no layer type adds up numbers along an axis",
    "Equal Greater GreaterOrEqual Less LessOrEqual And Or Xor Not Where IsInf IsNaN": (
        "no layer type compares or chooses numbers"
    ),
    "SequenceConstruct SequenceAt SplitToSequence ConcatFromSequence SequenceInsert": (
        "no layer type has a list of tensors"
    ),
}
_WHY = {op: why for ops, why in _WHYS.items() for op in ops.split()}

SAME_SHAPE = {
    *("Clip", "CumSum", "DequantizeLinear", "Hardmax", "HardSwish", "IsInf", "IsNaN"),
    *("MeanVarianceNormalization", "Not", "QuantizeLinear", "Shrink", "Trilu"),
}
"""Operators without a layer whose output is as large as their only tensor."""


def why_unsaid(node: OnnxNode) -> tuple[str, str | None]:
    """Why a node has no layer, as a clause, and a hint where there is one."""
    if node.op.startswith(("QLinear", "Quantize", "Dequantize", "DynamicQuantize")) or (
        node.op in ("QGemm", "QAttention", "MatMulNBits", "GatherBlockQuantized", "MatMulBnb4")
    ):
        return "it computes with quantized numbers, which the language does not have", _QUANTIZED
    if node.domain:
        return f"no layer type is an operator of the domain {shown(node.domain)}", None
    return _WHY.get(node.op, f"no layer type computes {shown(node.op)}"), None
