"""Tensors that are repeated along axes of one place, written out where something needs them so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.onnx.values import BATCH, GraphTensor
from shapecalc.importers.onnx.views import reshaped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.onnx.emission import Emitter
    from shapecalc.importers.onnx.model import OnnxNode

_MOST_TIMES = 32
"""The most times that a tensor is joined with itself, as keys that heads share."""


def stretched(
    emitter: Emitter, node: OnnxNode, tensor: GraphTensor, dims: Sequence[int]
) -> GraphTensor:
    """A tensor as often along its axes as sizes say, of which it has one place. Raises Refusal."""
    lacking = len(dims) - len(tensor.axes)
    if lacking or BATCH not in tensor.axes:
        sizes = (1,) * lacking + tensor.dims
        tensor = reshaped(emitter, tensor, node, sizes, False)
    for axis, size in enumerate(dims):
        if size == tensor.dims[axis]:
            continue
        if tensor.axes[axis] == BATCH or size > _MOST_TIMES:
            raise emitter.stop(node, "no layer type repeats a tensor so often along an axis")
        fields = {"dim": tensor.axes[axis]} if tensor.axes[axis] != 1 else {}
        copies = [tensor] * size
        tensor = emitter.add(node, "Concat", fields, copies, tensor.axes, is_last=False)
    return tensor
