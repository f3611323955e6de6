"""The operators: what each becomes, a family a file."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from shapecalc.importers.onnx.activations import ACTIVATION_OPERATORS
from shapecalc.importers.onnx.attention import ATTENTION_OPERATORS
from shapecalc.importers.onnx.contributed import CONTRIBUTED_OPERATORS, ONNX_RUNTIME
from shapecalc.importers.onnx.elementwise import ELEMENTWISE_OPERATORS
from shapecalc.importers.onnx.matrices import MATRIX_OPERATORS
from shapecalc.importers.onnx.norms import NORM_OPERATORS
from shapecalc.importers.onnx.parts import PART_OPERATORS
from shapecalc.importers.onnx.products import PRODUCT_OPERATORS
from shapecalc.importers.onnx.recurrent import RECURRENT_OPERATORS
from shapecalc.importers.onnx.reductions import REDUCTION_OPERATORS
from shapecalc.importers.onnx.resampling import RESAMPLING_OPERATORS
from shapecalc.importers.onnx.shapes import SHAPE_OPERATORS
from shapecalc.importers.onnx.unsaid import why_unsaid
from shapecalc.importers.onnx.windows import WINDOW_OPERATORS

if TYPE_CHECKING:
    from shapecalc.importers.onnx.conversion import Conversion, Operator
    from shapecalc.importers.onnx.model import OnnxNode


@cache
def _operators() -> dict[str, Operator]:
    layers = ACTIVATION_OPERATORS | MATRIX_OPERATORS | NORM_OPERATORS | WINDOW_OPERATORS
    joining = ELEMENTWISE_OPERATORS | PART_OPERATORS | REDUCTION_OPERATORS | SHAPE_OPERATORS
    layers |= RECURRENT_OPERATORS | ATTENTION_OPERATORS
    return layers | joining | RESAMPLING_OPERATORS | PRODUCT_OPERATORS


def operator_of(node: OnnxNode) -> Operator:
    """What converts a node: a function that adds its layers, or that says why it has none."""
    if not node.domain:
        return _operators().get(node.op, _without)
    if node.domain == ONNX_RUNTIME:
        return CONTRIBUTED_OPERATORS.get(node.op, _without)
    return _without


def _without(conversion: Conversion, node: OnnxNode) -> None:
    raise conversion.stop(node, *why_unsaid(node))
