"""Products of two tensors that are both computed, as those of attention."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.onnx.values import BATCH, GraphTensor
from shapecalc.importers.onnx.views import reshaped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.onnx.conversion import Conversion, Operator
    from shapecalc.importers.onnx.model import OnnxNode


def product(conversion: Conversion, node: OnnxNode) -> None:
    """MatMul of two tensors. Raises Refusal."""
    tensors = [conversion.tensor(node, index) for index in (0, 1)]
    conversion.set(node, _of_matrices(conversion, node, tensors, is_last=True))


def _of_matrices(
    conversion: Conversion, node: OnnxNode, tensors: list[GraphTensor], is_last: bool
) -> GraphTensor:
    """The product of tensors whose last two axes are matrices, and those before them alike."""
    most = max(len(tensor.axes) for tensor in tensors)
    if min(len(tensor.axes) for tensor in tensors) < 2:
        raise conversion.stop(node, "it is a product with a vector")
    for place, tensor in enumerate(tensors):
        lacking = most - len(tensor.axes)
        dims = (1,) * lacking + tensor.dims
        if lacking or (tensor.axes[0] != BATCH and dims[0] == tensor.batch == 1):
            tensors[place] = reshaped(conversion, tensor, node, dims, False)
    if len({tensor.axes[0] == BATCH for tensor in tensors}) > 1 or any(
        BATCH in tensor.axes[1:] for tensor in tensors
    ):
        raise conversion.stop(node, "its inputs differ in which axis is the batch")
    laid = []
    for tensor in tensors:
        inner = [axis for axis in tensor.axes if axis != BATCH]
        if len(inner) < 2:
            raise conversion.stop(node, "it works along the batch")
        laid.append(conversion.permuted(tensor, node, (inner[-1], *inner[:-1])))
    rank = len(laid[0].axes) - (laid[0].axes[0] == BATCH)
    axes = (*laid[0].axes[: laid[0].axes[0] == BATCH], *range(2, rank + 1), 1)
    return conversion.add(node, "MatMul", {}, laid, axes, is_last=is_last)


def _einsum(conversion: Conversion, node: OnnxNode) -> None:
    """A sum over one axis of the products of two tensors, whatever the order of the axes."""
    equation = node.text("equation", "").replace(" ", "")
    taken, arrow, result = equation.partition("->")
    one, comma, other = taken.partition(",")
    leading = [each for each in result if each in one and each in other]
    rows, columns = ([each for each in result if each not in of] for of in (other, one))
    inner = [each for each in one if each in other and each not in result]
    wanted = ({*leading, *rows, *inner}, {*leading, *inner, *columns})
    fits = len(rows) == len(columns) == len(inner) == 1 and len({*result}) == len(result)
    if not (arrow and comma and fits and equation.isascii() and "." not in equation):
        raise conversion.stop(node, "no layer type is a product over named axes, but a MatMul")
    tensors = []
    for index, (written, names) in enumerate(zip((one, other), wanted, strict=True)):
        tensor = conversion.tensor(node, index)
        if {*written} != names or not len(written) == len(tensor.axes) == len({*written}):
            raise conversion.stop(node, "no layer type is a product over named axes, but a MatMul")
        last = (*rows, *inner) if index == 0 else (*inner, *columns)
        axes = tuple(tensor.axes[written.index(each)] for each in (*leading, *last))
        tensors.append(tensor._replace(axes=axes))
    order = [*leading, *rows, *columns]
    is_last = [*result] == order
    made = _of_matrices(conversion, node, tensors, is_last)
    conversion.set(node, made._replace(axes=_in_order(made.axes, order, result)))


def _in_order(axes: Sequence[int], order: Sequence[str], result: str) -> tuple[int, ...]:
    return tuple(axes[order.index(each)] for each in result)


PRODUCT_OPERATORS: dict[str, Operator] = {"Einsum": _einsum}
