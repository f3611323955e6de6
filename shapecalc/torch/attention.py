"""Calls of attention: of dot products, whose heads may be side by side in the channels, and of
heads with projections; and the norm of ConvNeXt V2."""

from __future__ import annotations

from math import isclose
from typing import TYPE_CHECKING, Any

from shapecalc.shapes.shape import Shape
from shapecalc.torch.constants import batched
from shapecalc.torch.formulas import AXES_OF_OPERANDS
from shapecalc.torch.pointwise import fields_of
from shapecalc.torch.values import TracedValue, channels_at, size_of, unexpanded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.network import Wire
    from shapecalc.torch.calls import TracedCall
    from shapecalc.torch.reading import Reader

_FORWARD = (
    *("query", "key", "value", "embed_dim_to_check", "num_heads", "in_proj_weight"),
    *("in_proj_bias", "bias_k", "bias_v", "add_zero_attn", "dropout_p"),
)
"""The first arguments of the function of MultiheadAttention."""


def dot_products(reader: Reader, call: TracedCall) -> TracedValue | None:
    """A scaled dot product attention."""
    given = [call.argument(place, name) for place, name in enumerate(("query", "key", "value"))]
    mask = call.argument(3, "attn_mask")
    if mask is not None:
        given.append(mask)
        if mask in reader.masks or not (mask.is_value or mask.names):
            given.pop()  # which is made in the code, and changes no figure
    axes = len(given[0].shape)
    if axes < 3 or any(len(each.shape) != axes for each in given[:3]):
        return None
    fields = {
        name: value
        for place, name in enumerate(("dropout_p", "is_causal", "scale", "enable_gqa"), 4)
        if (value := call.argument(place, name)) is not None
    }
    values = [batched(reader, reader.value(each, call), axes, call) for each in given]
    values[3:] = map(unexpanded, values[3:])
    *orders, result = call.kwargs.get(AXES_OF_OPERANDS, ((*range(axes),),))
    values[: len(orders)] = map(_permuted, values, orders)
    if isclose(fields.get("scale", 0), size_of(values[0].axes[-1]) ** -0.5, rel_tol=1e-4):
        del fields["scale"]
    apart, folded = reader.apart(values)
    in_heads = [_side_by_side(reader, each) for each in apart[:3]]
    if not all(in_heads):
        order = channels_at(-1, len(apart[0].axes))
        wires = [reader.wire(each, order, call) for each in apart]
        wire = reader.layer(call, "ScaledDotProductAttention", fields, wires, None)
        made = TracedValue.plain(wire, order, reader.batch)
        return _permuted(made.folded() if folded else made, result)
    fields["num_heads"] = size_of(apart[0].axes[-3])
    wires = [
        reader.wire(each, channels_at(-1, len(each.axes)), call)
        for each in (*filter(None, in_heads), *apart[3:])
    ]
    batch, *leading, heads, length, _ = apart[0].shape
    channels = apart[2].shape[-1]
    output = Shape((*leading, length, heads * channels))
    wire = reader.layer(call, "ScaledDotProductAttention", fields, wires, output)
    made = TracedValue.plain(wire, channels_at(-1, len(output) + 1), reader.batch)
    viewed = made.viewed((batch, *leading, length, heads, channels))
    assert viewed is not None
    *around, length_axis, heads_axis, channels_axis = viewed.axes
    moved = (*around, heads_axis, length_axis, channels_axis)
    laid = TracedValue(wire, viewed.of, moved, reader.batch)
    return _permuted(laid.folded() if folded else laid, result)


def _permuted(value: TracedValue, order: Sequence[int]) -> TracedValue:
    """A tensor with its axes in another order."""
    axes = [value.axes[place] for place in order]
    shape = [value.shape[place] for place in order]
    return TracedValue(value.wire, value.of, axes, value.batch, shape)


def _side_by_side(reader: Reader, value: TracedValue) -> TracedValue | None:
    """A tensor before its channels were made heads and the channels of each; None where they were
    not."""
    if len(value.axes) < 4 or value.is_expanded:
        return None
    *around, heads, length, channels = value.axes
    if not heads or heads + channels != value.of[0]:
        return None
    return TracedValue(value.wire, value.of, (*around, length, value.of[0]), reader.batch)


def heads_module(reader: Reader, call: TracedCall) -> list[TracedValue | None] | None:
    """A MultiheadAttention, as a module."""
    module = call.module
    fields = fields_of(module, "MultiheadAttention", ("bias", "add_bias_kv", "kdim", "vdim"))
    fields |= {"bias": module.in_proj_bias is not None, "add_bias_kv": module.bias_k is not None}
    return _heads(reader, call, fields, module.batch_first)


def heads_function(reader: Reader, call: TracedCall) -> list[TracedValue | None] | None:
    """The function that a MultiheadAttention of another forward calls."""
    given = {name: call.argument(place, name) for place, name in enumerate(_FORWARD)}
    fields = {
        "num_heads": given["num_heads"],
        "dropout": given["dropout_p"],
        "bias": given["in_proj_bias"] is not None,
        "add_bias_kv": given["bias_k"] is not None,
        "add_zero_attn": given["add_zero_attn"],
    }
    return _heads(reader, call, fields, batch_first=False)


def _heads(
    reader: Reader, call: TracedCall, fields: dict[str, Any], batch_first: bool
) -> list[TracedValue | None] | None:
    """Heads with projections. None of a tensor without a batch."""
    given = [call.argument(place, name) for place, name in enumerate(_FORWARD[:3])]
    if any(len(each.shape) != 3 for each in given):
        return None
    values = [reader.value(each, call) for each in given]
    reader.hold_sequence(call, values[0], batch_first)
    wires: list[Wire] = []
    for value in values:
        first, second, channels = value.axes
        batch, length = (first, second) if batch_first else (second, first)
        if batch[:1] != (reader.batch,) or value.is_expanded:
            return None
        axes = ((reader.batch,), *((factor,) for factor in batch[1:]), length, channels)
        laid = TracedValue(value.wire, value.of, axes, reader.batch)
        wires.append(reader.wire(laid, channels_at(-1, len(axes)), call))
    for name, traced in zip(("kdim", "vdim"), given[1:], strict=True):
        if traced.shape[2] != given[0].shape[2]:
            fields[name] = traced.shape[2]
    while len(wires) > 1 and wires[-1] == wires[-2]:
        wires.pop()
    names = reader.parameters_of(call)
    output = wires[0].shape
    wire = reader.layer(call, "MultiheadAttention", fields, wires, output, names)
    made = TracedValue.plain(wire, channels_at(-1, len(output) + 1), reader.batch)
    *around, length, channels = made.axes
    batch = tuple(factor for axis in around for factor in axis)
    axes = (batch, length, channels) if batch_first else (length, batch, channels)
    return [TracedValue(wire, made.of, axes, reader.batch), None]


def response_norm(reader: Reader, call: TracedCall) -> TracedValue:
    """A GlobalResponseNorm of timm's, whose channels may be the last axis or the second."""
    value = reader.value(call.argument(0, "x"), call)
    order = channels_at(getattr(call.module, "channel_dim", -1), len(value.axes))
    fields = {"eps": call.module.eps}
    names = reader.parameters_of(call)
    return reader.add(call, "GlobalResponseNorm", fields, [value], order, weights=names)
