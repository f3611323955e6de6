"""Masks: what is added to scores, or hides them, of constants or of what is computed of inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.onnx.arrays import Array, broadcast_dims
from shapecalc.importers.onnx.order import node_text
from shapecalc.importers.onnx.pieces import first_numbers
from shapecalc.importers.onnx.unread import unread
from shapecalc.importers.onnx.values import (
    Absent,
    Computed,
    GraphTensor,
    Mask,
    Stretched,
    TensorView,
    Weight,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.onnx.conversion import Conversion
    from shapecalc.importers.onnx.model import OnnxNode
    from shapecalc.importers.onnx.values import Constant, GraphValue

_COMPARING = frozenset(
    ("Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "Not", "And", "Or", "Xor")
)
"""The operators that make a mask of tensors."""

_HIDING = {"Add": "added", "Sub": "subtracted", "Mul": "multiplied by", "Where": "applied"}
"""The operators that hide numbers of a tensor by a mask, and how that is said."""

_FAR_BELOW = -1e4
"""What is at most added where nothing is to be seen."""


def is_mask(conversion: Conversion, constant: Constant) -> bool:
    """Whether a constant is a mask of two axes or more, as far as its first numbers tell."""
    first = _first_numbers(conversion, constant)
    return all(value == 0 or not value > _FAR_BELOW for value in first) and any(first)


def is_hiding(conversion: Conversion, node: OnnxNode, constant: Constant) -> bool:
    """Whether a constant that is added is a mask: by its numbers, or as one that is added to what
    becomes shares of 1."""
    takers = conversion.takers.get(node.outputs[0] if node.outputs else "", [])
    if [each.op for each in takers] == ["Softmax"]:
        return is_mask_of_scores(conversion, constant)
    return is_mask(conversion, constant)


def is_mask_of_scores(conversion: Conversion, constant: Constant) -> bool:
    """Whether a constant that is added to scores is a mask: by its numbers, as one of zeros, or as
    one that is not learned."""
    first = _first_numbers(conversion, constant)
    is_zero = bool(first) and not any(first)
    return is_mask(conversion, constant) or not constant.is_learned or is_zero


def _first_numbers(conversion: Conversion, constant: Constant) -> list[float]:
    """Of a constant of two axes or more; none where they are not known."""
    has_axes = sum(size > 1 for size in constant.dims) > 1
    return first_numbers(conversion, constant) if has_axes else []


def masked(conversion: Conversion, node: OnnxNode, values: Sequence[GraphValue]) -> bool:
    """Convert a node that compares tensors or takes a mask; False for another. Raises Refusal.

    What masks are computed with has no figure: no layer stands for it.
    """
    masks = [value for value in values if isinstance(value, Mask)]
    tensors = [value for value in values if isinstance(value, GraphTensor | TensorView)]
    picked = _picked(conversion, node, values)
    if node.domain or not (masks or picked or (node.op in _COMPARING and tensors)):
        return False
    if any(isinstance(value, Stretched) for value in values):
        return False
    if node.op == "Gather" and values and not isinstance(values[0], Mask):
        return False  # vectors of a table at places that are computed
    if masks and tensors and node.op in _HIDING:
        return _hidden(conversion, node, tensors)
    if masks and tensors and node.op not in _COMPARING:
        return False
    dims = picked or _dims(node, values)
    if dims is None:
        return False
    source = masks[0].source if masks else tensors[0]
    mask = Mask(source, dims, f"{node_text(node)} compares it, or chooses of it")
    conversion.set(node, mask)
    return True


def _picked(
    conversion: Conversion, node: OnnxNode, values: Sequence[GraphValue]
) -> tuple[int, ...] | None:
    """The sizes of what is picked of a tensor at constant places to be compared; None for what
    becomes something else."""
    if node.op != "GatherND" or len(values) != 2 or node.integer("batch_dims", 0):
        return None
    tensor, places = values
    takers = conversion.takers.get(node.outputs[0], [])
    if not takers or not _COMPARING.issuperset(each.op for each in takers):
        return None
    if not isinstance(tensor, GraphTensor | TensorView) or isinstance(places, Absent):
        return None
    if not places.dims:
        return None
    return (*places.dims[:-1], *tensor.dims[places.dims[-1] :])


def _dims(node: OnnxNode, values: Sequence[GraphValue]) -> tuple[int, ...] | None:
    """The sizes of what a node makes of masks and constants."""
    same: list[GraphValue] = []
    for value in values:
        if isinstance(value, Absent):
            return None
        if value.dims is None:
            return None
        is_known = isinstance(value, Array | Computed)
        same.append(value if is_known else Weight("", value.dims, False))
    return unread(node, same).dims


def _hidden(
    conversion: Conversion, node: OnnxNode, tensors: Sequence[GraphTensor | TensorView]
) -> bool:
    """Numbers of a tensor hidden by a mask: a layer that does nothing, with a note."""
    if len(tensors) > 1:
        return False
    taken = [conversion.values[name] for name in node.inputs if name]
    all_dims = [None if isinstance(value, Absent) else value.dims for value in taken]
    known = [dims for dims in all_dims if dims is not None]
    if len(known) < len(all_dims) or broadcast_dims(*known) != tensors[0].dims:
        return False
    index = next(i for i, name in enumerate(node.inputs) if conversion.values[name] is tensors[0])
    tensor = conversion.tensor(node, index)
    conversion.network.remark(
        "masks that are computed of inputs have no figure: where they are used is an Identity with "
        "a note"
    )
    note = f"a mask is {_HIDING[node.op]}" if node.op != "Mul" else "multiplied by a mask"
    conversion.set(node, conversion.add(node, "Identity", {}, [tensor], tensor.axes, note=note))
    return True
