"""Attention that is one operator, and embeddings of positions that turn numbers."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from shapecalc.importers.onnx.arrays import Array
from shapecalc.importers.onnx.factors import whole_axes
from shapecalc.importers.onnx.masks import is_mask_of_scores
from shapecalc.importers.onnx.stored import stored
from shapecalc.importers.onnx.values import (
    BATCH,
    Computed,
    GraphTensor,
    Mask,
    TensorView,
    Weight,
    natural_axes,
)
from shapecalc.importers.onnx.views import reshaped, transposed_view, viewed, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.onnx.conversion import Conversion, Operator
    from shapecalc.importers.onnx.model import OnnxNode

_APART = (0, 2, 1, 3)
"""The order of axes in which the heads change places with the length."""


def rotated(conversion: Conversion, node: OnnxNode) -> None:
    """A rotary embedding of positions: numbers turned by angles, which costs nothing counted.

    Raises Refusal where what it turns them by is computed of an input.
    """
    for name in node.inputs[1:] if node.op == "Rotated" else ():
        value = conversion.values[name]
        if not isinstance(value, Array | Weight | Computed):
            raise conversion.stop(node, "its rotary embedding is computed of an input")
    conversion.network.remark("a rotary embedding of positions is an Identity with a note")
    conversion.simple(node, "Identity", note="rotary embedding of positions")


def _attention(conversion: Conversion, node: OnnxNode) -> None:
    """The operator Attention, of heads as an axis or side by side. Raises Refusal."""
    if node.integer("qk_matmul_output_mode", 0) or len(list(filter(None, node.outputs[3:]))):
        raise conversion.stop(node, "no layer type has the scores of an attention as an output")
    rank = len(conversion.view(node).dims)
    heads = None
    if rank == 3:
        heads = node.integer("q_num_heads", 0), node.integer("kv_num_heads", 0)
        if min(heads) < 1:
            raise conversion.refused(node, "it lacks q_num_heads or kv_num_heads")
    elif rank != 4:
        raise conversion.refused(node, f"its queries have {rank} axes, not 3 or 4")
    values = [
        _in_heads(conversion, node, index, heads[index > 0] if heads else 0) for index in range(3)
    ]
    if node.input(6):
        said_of_length(conversion)
    attended(conversion, node, values, heads is not None, mask=3, past=(4, 5))


def _in_heads(
    conversion: Conversion, node: OnnxNode, index: int, heads: int
) -> GraphTensor | TensorView:
    """Queries, keys or values with an axis of heads before the length. Raises Refusal."""
    value = conversion.view(node, index)
    if not heads:
        if len(value.dims) != 4:
            raise conversion.refused(node, f"its input {index} has {len(value.dims)} axes, not 4")
        return value
    return heads_apart(conversion, node, value, heads)


def heads_apart(
    conversion: Conversion, node: OnnxNode, value: GraphTensor | TensorView, heads: int
) -> TensorView:
    """A tensor of heads side by side, with an axis of heads before the length. Raises Refusal."""
    if len(value.dims) != 3 or heads < 1 or value.dims[2] % heads:
        sizes = "x".join(map(str, value.dims))
        raise conversion.refused(node, f"a tensor of {sizes} has no {heads} heads")
    batch, length, channels = value.dims
    apart = viewed(value, node, (batch, length, heads, channels // heads))
    return transposed_view(apart, node, _APART)


def said_of_length(conversion: Conversion) -> None:
    """Say that lengths of sequences are not counted with."""
    conversion.network.remark(
        "attention is counted for the whole length, whatever the file has as the lengths of "
        "sequences"
    )


def attended(
    conversion: Conversion,
    node: OnnxNode,
    values: Sequence[GraphTensor | TensorView],
    together: bool,
    mask: int,
    past: tuple[int, int] | None,
    is_causal: bool = False,
) -> None:
    """Queries, keys and values with an axis of heads, as a layer. Raises Refusal.

    together: whether what comes out has its heads side by side. mask, past: the inputs that are a
    mask, and keys and values of before, which are outputs with those of now.
    """
    values = list(values)
    for place, index in enumerate(past or (), 1):
        if node.input(index):
            before = conversion.view(node, index)
            values[place] = _joined(conversion, node, before, values[place])
        conversion.set(node, values[place], place)
    if node.float("softcap", 0.0):
        conversion.network.remark("bounds of the scores of attention (softcap) have no figure")
    heads = values[0].dims[1]
    if min(value.dims[1] for value in values) < 1 or heads % values[1].dims[1]:
        raise conversion.refused(node, "the heads of its keys do not divide those of its queries")
    fields: dict[str, Any] = {}
    if node.has("scale") and node.float("scale", 0.0):
        fields["scale"] = node.float("scale", 0.0)
    if values[1].dims[1] != heads:
        fields["enable_gqa"] = True
    extra = mask_of(conversion, node, mask)
    is_causal = is_causal or any(node.integer(word, 0) for word in ("is_causal", "unidirectional"))
    if is_causal and not extra:
        fields["is_causal"] = True
    result = as_layer(conversion, node, values, fields, extra, together)
    conversion.set(node, result)


def as_layer(
    conversion: Conversion,
    node: OnnxNode,
    values: Sequence[GraphTensor | TensorView],
    fields: dict[str, Any],
    extra: Sequence[GraphTensor],
    together: bool,
) -> GraphTensor | TensorView:
    """The layer of queries, keys and values with an axis of heads. Raises Refusal.

    extra: a mask. together: whether what comes out has its heads side by side.
    """
    batch, heads, length, _ = values[0].dims
    wide = values[2].dims[3]
    sides = None if extra else sides_by_side(values)
    if sides is not None:
        fields["num_heads"] = heads
        tensors = [_laid(conversion, node, written(conversion, side)) for side in sides]
        made = conversion.add(
            node, "ScaledDotProductAttention", fields, tensors, (BATCH, 2, 1), is_last=together
        )
        if together:
            return made
        return transposed_view(viewed(made, node, (batch, length, heads, wide)), node, _APART)
    tensors = [_laid(conversion, node, whole_tensor(conversion, value)) for value in values]
    made = conversion.add(
        node,
        "ScaledDotProductAttention",
        fields,
        [*tensors, *extra],
        (BATCH, 2, 3, 1),
        is_last=not together,
    )
    if not together:
        return made
    return viewed(transposed_view(made, node, _APART), node, (batch, length, heads * wide))


def whole_tensor(conversion: Conversion, value: GraphTensor | TensorView) -> GraphTensor:
    """A tensor with the layers that lead to it."""
    return written(conversion, value) if isinstance(value, TensorView) else value


def _laid(conversion: Conversion, node: OnnxNode, tensor: GraphTensor) -> GraphTensor:
    """A tensor whose last axis is the channels, and the others in their order. Raises Refusal."""
    if tensor.axes[0] != BATCH:
        raise conversion.stop(node, "the first axis of its input is not the batch")
    *others, last = tensor.axes[1:]
    return conversion.permuted(tensor, node, (last, *others))


def sides_by_side(values: Sequence[GraphTensor | TensorView]) -> list[TensorView] | None:
    """Tensors before their channels were made heads; None where those of one were not."""
    found = []
    for value in values:
        if isinstance(value, GraphTensor):
            return None
        batch, heads, length, channels = value.dims
        node = value.steps[-1].node
        back = viewed(transposed_view(value, node, _APART), node, (batch, length, heads * channels))
        axes = whole_axes(value.source.dims, back.steps)
        if axes is None or None in axes or len(axes) != len(value.source.dims):
            return None
        found.append(back)
    return found


def _joined(
    conversion: Conversion,
    node: OnnxNode,
    before: GraphTensor | TensorView,
    value: GraphTensor | TensorView,
) -> GraphTensor:
    """Keys or values of before and those of now, one after the other. Raises Refusal."""
    pair = [_laid(conversion, node, whole_tensor(conversion, each)) for each in (before, value)]
    if len(pair[0].axes) != 4:
        raise conversion.refused(node, "the keys or values of before have no axis of heads")
    return conversion.add(node, "Concat", {"dim": 3}, pair, (BATCH, 2, 3, 1), is_last=False)


def mask_of(conversion: Conversion, node: OnnxNode, index: int) -> list[GraphTensor]:
    """The mask, where it is a tensor or is learned. Raises Refusal."""
    if not node.input(index):
        return []
    constant = conversion.constant(node, index)
    value = conversion.values.get(node.input(index))
    if isinstance(value, Mask):
        conversion.network.remark("masks of attention that are computed of inputs are left out")
        return []
    is_fixed = isinstance(value, Computed) and value.sources == ()
    if is_fixed or (constant is not None and is_mask_of_scores(conversion, constant)):
        conversion.network.remark("masks of attention that are constants are left out")
        return []
    if constant is not None:
        dims = constant.dims[1:] if len(constant.dims) == 4 else constant.dims
        beside = conversion.tensor(node)
        axes = natural_axes(len(dims) - 1)[1:]
        axes = (*axes[1:], axes[0])
        return [stored(conversion, node, constant, dims, beside._replace(axes=axes))]
    tensor = conversion.tensor(node, index)
    if len(tensor.axes) in (2, 3) and BATCH not in tensor.axes:  # the same for all of the batch
        sizes = (1,) * (4 - len(tensor.axes)) + tensor.dims
        alone = reshaped(conversion, tensor._replace(batch=1), node, sizes, False)
        tensor = alone._replace(batch=tensor.batch)
    if BATCH in tensor.axes[1:]:
        raise conversion.stop(node, "the batch is no outer axis of its mask")
    inner = tuple(axis for axis in tensor.axes if axis != BATCH)
    if len(inner) < 2 or prod(tensor.dims) < 1:
        raise conversion.stop(node, "its mask is not one for each query and key")
    return [conversion.permuted(tensor, node, (inner[-1], *inner[:-1]))]


ATTENTION_OPERATORS: dict[str, Operator] = {
    "Attention": _attention,
    "RotaryEmbedding": rotated,
    "Rotated": rotated,
}
"""What converts each."""
