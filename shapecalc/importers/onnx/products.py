"""Products of two tensors that are both computed, as those of attention."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from shapecalc.importers.equations import product_equation
from shapecalc.importers.onnx.aligning import as_wide
from shapecalc.importers.onnx.values import BATCH, Absent, GraphTensor
from shapecalc.importers.onnx.views import reshaped

if TYPE_CHECKING:
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
    if min(len(tensor.axes) for tensor in tensors) < 2:
        raise conversion.stop(node, "it is a product with a vector")
    tensors = as_wide(conversion, node, tensors)
    rank = len(tensors[0].axes)
    place = tensors[0].axes.index(BATCH) if BATCH in tensors[0].axes else 0
    if place >= rank - 2:
        if any(tensor.batch > 1 for tensor in tensors):
            raise conversion.stop(node, "it works along the batch")
        tensors = [reshaped(conversion, each, node, each.dims, False, False) for each in tensors]
        place = 0
    has_batch = BATCH in tensors[0].axes
    laid = []
    for tensor in tensors:
        inner = [axis for axis in tensor.axes if axis != BATCH]
        laid.append(conversion.permuted(tensor, node, (inner[-1], *inner[:-1])))
    axes = (*range(2, rank + 1 - has_batch), 1)
    if has_batch:
        axes = (*axes[:place], BATCH, *axes[place:])
    laid = [each._replace(axes=axes) for each in laid]
    return conversion.add(node, "MatMul", {}, laid, axes, is_last=is_last)


def _einsum(conversion: Conversion, node: OnnxNode) -> None:
    """A sum of the products of two tensors over axes that both have, whatever their order."""
    equation = product_equation(node.text("equation", ""))
    values = [conversion.value(node, index) for index in range(len(node.inputs))]
    ranks = [None if isinstance(each, Absent) else len(each.dims or ()) for each in values]
    if equation is None or ranks != [len(equation.one), len(equation.other)]:
        raise conversion.stop(node, "no layer type is a product over named axes, but a MatMul")
    _, _, result, leading, rows, columns, inner = equation
    sizes: dict[str, int] = {}
    tensors = []
    for index, named, groups in (
        (0, equation.one, (*leading, rows, inner)),
        (1, equation.other, (*leading, inner, columns)),
    ):
        tensor = conversion.tensor(node, index)
        sizes |= dict(zip(named, tensor.dims, strict=True))
        axes = tuple(tensor.axes[named.index(each)] for each in "".join(groups))
        dims = [prod(sizes[each] for each in group) for group in groups]
        tensor = tensor._replace(axes=axes)
        if any(len(group) != 1 for group in groups):
            tensor = reshaped(conversion, tensor, node, dims, False)
        tensors.append(tensor)
    product = leading + rows + columns
    is_matrix = len(rows) == len(columns) == 1
    made = _of_matrices(conversion, node, tensors, is_matrix and product == result)
    if not is_matrix:
        dims = [sizes[each] for each in product]
        made = reshaped(conversion, made, node, dims, False)
    axes = tuple(made.axes[product.index(each)] for each in result)
    conversion.set(node, made._replace(axes=axes))


PRODUCT_OPERATORS: dict[str, Operator] = {"Einsum": _einsum}
