"""Tensors that something takes together, brought to axes in the same order."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from shapecalc.importers.onnx.arrays import broadcast_dims
from shapecalc.importers.onnx.values import BATCH, GraphTensor
from shapecalc.importers.onnx.views import reshaped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.onnx.conversion import Conversion
    from shapecalc.importers.onnx.model import OnnxNode


def number_by_number(
    conversion: Conversion, node: OnnxNode, tensors: Sequence[GraphTensor]
) -> list[GraphTensor]:
    """Tensors that are joined number by number, with their axes in the same order. Raises
    Refusal."""
    wide = as_wide(conversion, node, tensors)
    if broadcast_dims(*(tensor.dims for tensor in wide)) is None:
        raise conversion.refused(node, "the sizes of its inputs do not fit")
    first = max(wide, key=lambda tensor: prod(tensor.dims))
    return [like(conversion, node, tensor, first) for tensor in wide]


def like(
    conversion: Conversion, node: OnnxNode, tensor: GraphTensor, other: GraphTensor
) -> GraphTensor:
    """A tensor with its axes in another's order. Raises Refusal."""
    pairs = sorted(zip(other.axes, tensor.axes, strict=True))
    order = [axis for place, axis in pairs if place != BATCH]
    if BATCH in order or (BATCH in tensor.axes) != (BATCH in other.axes):
        raise _differ(conversion, node)
    return conversion.permuted(tensor, node, order)


def as_wide(
    conversion: Conversion, node: OnnxNode, tensors: Sequence[GraphTensor]
) -> list[GraphTensor]:
    """Tensors with as many axes, the same of which is the batch, if any is. Raises Refusal.

    One without the batch is the same for all of it; a batch of one may be any axis of one place.
    """
    rank = max(len(tensor.axes) for tensor in tensors)
    if len({_places(tensor, rank) for tensor in tensors}) == 1:
        return list(tensors)
    all_dims = [stretched_dims(conversion, node, tensor.dims, rank) for tensor in tensors]
    has_batch = any(BATCH in tensor.axes for tensor in tensors) and all(
        _places(tensor, rank) == (True, 0) or dims[0] == 1
        for tensor, dims in zip(tensors, all_dims, strict=True)
    )
    batch = max(tensor.batch for tensor in tensors)
    wanted = (True, 0 if has_batch else None)
    found = []
    for tensor, dims in zip(tensors, all_dims, strict=True):
        if _places(tensor, rank) != wanted:
            if BATCH not in tensor.axes:
                tensor = tensor._replace(batch=1)
            elif not has_batch and tensor.batch > 1:
                raise _differ(conversion, node)
            tensor = reshaped(conversion, tensor, node, dims, False, has_batch)
        found.append(tensor._replace(batch=batch))
    return found


def _places(tensor: GraphTensor, rank: int) -> tuple[bool, int | None]:
    """Whether a tensor has so many axes, and which is the batch."""
    batch = tensor.axes.index(BATCH) if BATCH in tensor.axes else None
    return len(tensor.axes) == rank, batch


def _differ(conversion: Conversion, node: OnnxNode) -> Exception:
    return conversion.stop(node, "its inputs differ in which axis is the batch")


def stretched_dims(
    conversion: Conversion, node: OnnxNode, dims: tuple[int, ...], rank: int
) -> tuple[int, ...]:
    """Sizes with as many axes of one place as lack, before them; in old opsets where they say."""
    lacking = rank - len(dims)
    if lacking > 0 and conversion.opset < 7 and node.has("axis"):
        before = conversion.axis(node, node.integer("axis", 0), rank)
        if before <= lacking:
            return (1,) * before + dims + (1,) * (lacking - before)
    return (1,) * lacking + dims
