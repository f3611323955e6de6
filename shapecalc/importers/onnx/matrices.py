"""Products with a matrix of weights: fully connected layers."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from shapecalc.importers.onnx.products import product
from shapecalc.importers.onnx.values import Absent, Weight

if TYPE_CHECKING:
    from shapecalc.importers.onnx.conversion import Conversion, Operator
    from shapecalc.importers.onnx.model import OnnxNode
    from shapecalc.importers.onnx.values import Constant, GraphTensor


def _gemm(conversion: Conversion, node: OnnxNode) -> None:
    if node.integer("transA", 0):
        raise conversion.stop(node, "it multiplies by its transposed input")
    weight = _matrix(conversion, node, 1)
    bias = conversion.weight(node, 2) if node.input(2) else None
    rows, columns = weight.dims
    if node.integer("transB", 0):
        rows, columns = columns, rows
    _linear(conversion, node, weight, rows, columns, bias)


def _matmul(conversion: Conversion, node: OnnxNode) -> None:
    left, right = (conversion.constant(node, index) for index in (0, 1))
    if left is not None and right is None and _is_matrix(left):
        _from_the_left(conversion, node)
        return
    if not node.input(2) and (right is None or not _is_matrix(right)):
        product(conversion, node)
        return
    weight = _matrix(conversion, node, 1)
    bias = conversion.weight(node, 2) if node.input(2) else None
    rows, columns = weight.dims
    _linear(conversion, node, weight, rows, columns, bias)


def _from_the_left(conversion: Conversion, node: OnnxNode) -> None:
    """A matrix of weights times a tensor, whose last axis but one is its features then."""
    weight = _matrix(conversion, node, 0)
    tensor = conversion.tensor(node, 1)
    axis = max(len(tensor.axes) - 2, 0)
    columns, rows = weight.dims
    _linear(conversion, node, weight, rows, columns, None, (tensor, axis))


def _matrix(conversion: Conversion, node: OnnxNode, index: int) -> Constant:
    """The weights of a product. Raises Refusal where they are no constant matrix."""
    for each in range(2):
        value = conversion.value(node, each)
        if isinstance(value, Absent):
            raise conversion.stop(node, f"it takes what is not known here: {value.why}")
    weight = conversion.constant(node, index)
    if weight is None:
        raise conversion.stop(
            node, "no layer type multiplies two tensors that are computed, as an attention does"
        )
    if not _is_matrix(weight):
        raise conversion.stop(node, f"its weight has {len(weight.dims)} axes, not 2")
    return Weight(weight.name, weight.dims[-2:], weight.is_learned)


def _is_matrix(weight: Constant) -> bool:
    """Whether a constant has two axes, but for some of one place before them."""
    return len(weight.dims) > 1 and prod(weight.dims) == prod(weight.dims[-2:])


def _linear(
    conversion: Conversion,
    node: OnnxNode,
    weight: Constant,
    rows: int,
    columns: int,
    bias: Constant | None,
    along: tuple[GraphTensor, int] | None = None,
) -> None:
    """A product along the last axis of the input, or along an axis of a tensor."""
    if along is None:
        tensor = conversion.tensor(node)
        along = tensor, len(tensor.axes) - 1
    tensor = conversion.channels_at(along[0], node, along[1])
    if tensor.wire.shape.channels != rows:
        channels = tensor.wire.shape.channels
        raise conversion.refused(
            node, f"its weight is for {rows} features, its input has {channels}"
        )
    if bias is not None and (bias.dims[-1:] != (columns,) or prod(bias.dims) != columns):
        raise conversion.stop(node, "its bias is not one for each output feature")
    fields: dict[str, Any] = {"out_features": columns}
    fields |= {} if bias is not None else {"bias": False}
    fields |= {"per_position": True} if tensor.rank else {}
    fields |= conversion.learned(weight, bias)
    conversion.add_weighted(node, "Linear", fields, tensor, (weight, bias))


MATRIX_OPERATORS: dict[str, Operator] = {"Gemm": _gemm, "MatMul": _matmul, "Linear": _matmul}
