"""Attention that exporters write out, products with a softmax between, as the layer that it is."""

from __future__ import annotations

from math import isclose
from typing import TYPE_CHECKING, Any

from shapecalc.importers.onnx.arrays import Array
from shapecalc.importers.onnx.attention import as_layer, mask_of, sides_by_side, whole_tensor
from shapecalc.importers.onnx.masks import is_mask_of_scores
from shapecalc.importers.onnx.values import (
    BATCH,
    Computed,
    GraphTensor,
    Mask,
    TensorView,
)
from shapecalc.importers.onnx.views import transposed_view, viewed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.onnx.conversion import Conversion
    from shapecalc.importers.onnx.model import OnnxNode

_MASK = 3
_FACTORS = ((0, 4), (1, 5))
"""The inputs that are tensors, each with the one that is a factor of it."""


def attended_products(conversion: Conversion, node: OnnxNode) -> bool:
    """Convert such a node, by its parts `q k v mask s t d`; False, with nothing done, where its
    sizes or its axes are not those of an attention. Raises Refusal."""
    for tensor, factor in _FACTORS:
        if isinstance(conversion.values.get(node.input(factor)), GraphTensor | TensorView):
            node.inputs[tensor], node.inputs[factor] = node.inputs[factor], node.inputs[tensor]
    values = [conversion.values.get(node.input(index)) for index in range(3)]
    tensors = [value for value in values if isinstance(value, GraphTensor | TensorView)]
    if len(tensors) < 3:
        return False
    queries = tensors[0]
    rank = len(queries.dims)
    axis = node.integer("axis", -1 if conversion.opset >= 13 else 1)
    if axis not in (-1, rank - 1) or not _fit(*(tensor.dims for tensor in tensors)):
        return False
    scale = _scale(conversion, node)
    is_folded = rank == 3 and _batch(queries) == 1  # with its heads
    if scale is None or not (rank == 4 or is_folded) or not _has_plain_mask(conversion, node):
        return False
    in_heads = [viewed(each, node, (1, *each.dims)) if is_folded else each for each in tensors]
    in_heads[1] = transposed_view(in_heads[1], node, (0, 1, 3, 2))
    if _adds(conversion, node) or sides_by_side(in_heads) is None:
        found = _with_batch_first(conversion, node, in_heads, is_folded)
        if found is None:
            return False
        in_heads = found
    fields: dict[str, Any] = {}
    if not isclose(scale, queries.dims[-1] ** -0.5, rel_tol=1e-3):
        fields["scale"] = scale
    mask = mask_of(conversion, node, _MASK)
    result = as_layer(conversion, node, in_heads, fields, mask, False)
    if is_folded:
        result = viewed(result, node, result.dims[1:])
    conversion.set(node, result)
    return True


def _with_batch_first(
    conversion: Conversion,
    node: OnnxNode,
    in_heads: Sequence[GraphTensor | TensorView],
    is_folded: bool,
) -> list[GraphTensor | TensorView] | None:
    """Tensors with the layers that lead to them, those of the keys last, which are turned for
    this alone; None where the batch is not their first axis."""
    whole: dict[int, GraphTensor] = {}
    for index in (0, 2, 1):
        is_own = is_folded or index == 1
        made = (
            whole_tensor(conversion, in_heads[index]) if is_own else conversion.tensor(node, index)
        )
        if made.axes[0] != BATCH:
            return None
        whole[index] = made
    return [whole[index] for index in range(3)]


def _fit(queries: tuple[int, ...], keys: tuple[int, ...], values: tuple[int, ...]) -> bool:
    """Whether sizes are those of queries, keys that are transposed, and values."""
    if not len(queries) == len(keys) == len(values) > 2:
        return False
    *around, _, channels = queries
    return keys[:-1] == (*around, channels) and values[:-1] == (*around, keys[-1])


def _batch(value: GraphTensor | TensorView) -> int:
    return value.source.batch if isinstance(value, TensorView) else value.batch


def _scale(conversion: Conversion, node: OnnxNode) -> float | None:
    """The product of all factors; None where one is no number that is known."""
    found = 1.0
    for index in (4, 5, 6):
        if not node.input(index):
            continue
        value = conversion.values.get(node.input(index))
        if not isinstance(value, Array) or len(value.values) != 1 or not value.values[0]:
            return None
        number = float(value.values[0])
        found = found / number if index == 6 else found * number
    return float(f"{found:.6g}")


def _adds(conversion: Conversion, node: OnnxNode) -> bool:
    """Whether a mask is an input of the layer."""
    name = node.input(_MASK)
    if not name or isinstance(conversion.values.get(name), Mask):
        return False
    constant = conversion.constant(node, _MASK)
    return constant is None or not is_mask_of_scores(conversion, constant)


def _has_plain_mask(conversion: Conversion, node: OnnxNode) -> bool:
    """Whether a mask, if there is one, is one that a layer can have, or that has no figure."""
    name = node.input(_MASK)
    value = conversion.values.get(name)
    if not name or isinstance(value, Mask):
        return True
    constant = conversion.constant(node, _MASK)
    if constant is not None:
        dims = constant.dims
        return not _adds(conversion, node) or len(dims) == 3 or (len(dims) == 4 and dims[0] == 1)
    if not isinstance(value, GraphTensor | TensorView | Computed):
        return False
    tensor = conversion.tensor(node, _MASK)
    return BATCH not in tensor.axes[1:] and len(tensor.axes) == 4
