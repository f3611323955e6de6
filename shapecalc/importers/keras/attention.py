"""Attention in Keras: with projections of its own, or of the tensors as they come."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from shapecalc.importers.network import Wire

if TYPE_CHECKING:
    from shapecalc.importers.keras.calls import LayerCall


def _taken(call: LayerCall) -> list[Wire] | None:
    """The queries, keys and values of a call, which has the values before the keys; None where
    there are not two or three of them."""
    positional, named = list(call.arguments.positional), call.arguments.named
    if len(positional) == 1 and type(positional[0]) is list:
        positional = list(positional[0])
    given = dict(zip(("query", "value", "key"), positional, strict=False)) | {
        key: named[key] for key in ("query", "value", "key") if named.get(key) is not None
    }
    query, value = given.get("query"), given.get("value")
    taken = (query, given.get("key", value), value)
    found = [each for each in taken if isinstance(each, Wire)]
    return found if len(found) == len(taken) else None


def multi_head(call: LayerCall) -> Wire:
    """MultiHeadAttention: PyTorch's where all projections are as wide as the queries, else the
    projections and the products by themselves."""
    config = call.config
    taken = _taken(call)
    if taken is None or call.axes.first:
        return call.unknown("it takes queries, values and perhaps keys, channels last")
    if config.flag("use_gate", False):
        return call.unknown("no layer type is an attention with a gate")
    width = taken[0].shape.channels
    heads, key_size = config.integer("num_heads"), config.integer("key_dim")
    value_size = config.integer("value_dim", key_size)
    out = config.integers("output_shape", [width])
    if len(out) != 1 or heads < 1:
        return call.unknown("its output has several axes in place of the channels")
    shapes = [wire.shape for wire in taken]
    merged = _merged(call, taken)
    if merged is None:
        return call.unknown("it attends over other axes than all, or the last before the channels")
    bias, rate = config.flag("use_bias", True), config.number("dropout", 0)
    notes = ["causal"] if call.arguments.named.get("use_causal_mask") is True else []
    window = config.value("sliding_window", None)
    notes += [] if window is None else ["within a window"]
    apart = len(shapes[0]) > len(merged[0].shape)
    if (heads * key_size, heads * value_size, out[0]) == (width, width, width):
        key, value = (wire.shape.channels for wire in merged[1:])
        fields: dict[str, Any] = {"num_heads": heads}
        fields |= {"dropout": rate} if rate else {}
        fields |= {} if bias else {"bias": False}
        fields |= {} if key == width else {"kdim": key}
        fields |= {} if value == width else {"vdim": value}
        inputs = merged[: 3 if merged[2] != merged[1] else 2 if merged[1] != merged[0] else 1]
        note = ", ".join(notes) or None
        wire = call.add("MultiheadAttention", fields, inputs, inner=apart, note=note)
    else:
        sizes = [heads * key_size, heads * key_size, heads * value_size]
        wire = _projected(call, merged, sizes, out[0], {"num_heads": heads}, rate, notes, apart)
    if not apart:
        return wire
    shape = str(call.axes.shape([*shapes[0].spatial, out[0]]))
    return call.add("Reshape", {"shape": shape}, wire, part="reshape", weights=None)


def grouped_query(call: LayerCall) -> Wire:
    """GroupedQueryAttention: several heads of queries share one of keys and values."""
    config = call.config
    taken = _taken(call)
    if taken is None or call.axes.first or config.flag("use_gate", False):
        return call.unknown("it takes queries, values and perhaps keys, and has no gate")
    size, heads = config.integer("head_dim"), config.integer("num_query_heads")
    others = config.integer("num_key_value_heads")
    if min(heads, others) < 1:
        raise config.refused("it has no heads")
    fields = {"num_heads": heads} | ({"enable_gqa": True} if others != heads else {})
    sizes = [heads * size, others * size, others * size]
    width = taken[0].shape.channels
    notes = ["causal"] if call.arguments.named.get("use_causal_mask") is True else []
    return _projected(
        call, taken, sizes, width, fields, config.number("dropout", 0), notes, apart=False
    )


def _merged(call: LayerCall, taken: list[Wire]) -> list[Wire] | None:
    """Queries, keys and values as sequences: their axes as they are where only the last before the
    channels is attended over, merged where all are; None for other axes."""
    counts = {len(wire.shape) - 1 - call.lead for wire in taken}
    if len(counts) != 1 or min(counts) < 1:
        return None
    (count,) = counts
    stated = call.config.values.get("attention_axes")
    axes = list(range(1, count + 1)) if stated is None else call.config.integers("attention_axes")
    axes = sorted(axis % (count + 2) for axis in axes)
    if axes == [count]:
        return taken
    if axes != list(range(1, count + 1)) or call.lead:
        return None
    made: dict[Wire, Wire] = {}
    for wire, part in zip(taken, ("queries", "keys", "values"), strict=True):
        if wire not in made:
            shape = f"{prod(wire.shape.spatial)}x{wire.shape.channels}"
            fields = {"shape": shape}
            made[wire] = call.add("Reshape", fields, wire, part=part, weights=None, inner=True)
    return [made[wire] for wire in taken]


def _projected(
    call: LayerCall,
    taken: list[Wire],
    sizes: list[int],
    out: int,
    fields: dict[str, Any],
    rate: float,
    notes: list[str],
    apart: bool,
) -> Wire:
    """The projections of queries, keys and values, the products, and the projection of those."""
    bias = call.config.flag("use_bias", True)

    def linear(size: int, wire: Wire, part: str, inner: bool) -> Wire:
        made = {"out_features": size, "bias": bias, "per_position": True}
        return call.add("Linear", made, wire, part=part, scope=part, inner=inner)

    parts = ("query", "key", "value")
    projected = [
        linear(size, wire, part, True) for size, wire, part in zip(sizes, taken, parts, strict=True)
    ]
    fields |= {"is_causal": True} if "causal" in notes else {}
    fields |= {"dropout_p": rate} if rate else {}
    note = ", ".join(each for each in notes if each != "causal") or None
    wire = call.add(
        "ScaledDotProductAttention",
        fields,
        projected,
        part="attention",
        weights=None,
        inner=True,
        note=note,
    )
    return linear(out, wire, "attention_output", apart)


def dot_product(call: LayerCall) -> Wire:
    """Attention, of tensors as they come; perhaps their products times a learned number."""
    config = call.config
    taken = _taken(call)
    if taken is None or call.axes.first:
        return call.unknown("it takes queries, values and perhaps keys, channels last")
    if config.word("score_mode", "dot") != "dot":
        return call.unknown("no layer type is an attention of sums")
    query, key, value = taken
    if config.flag("use_scale", False):
        query = _times(call, query, "x".join("1" * len(query.shape)))
    fields: dict[str, Any] = {"scale": 1.0}
    rate = config.number("dropout", 0)
    fields |= {"dropout_p": rate} if rate else {}
    causal = call.arguments.named.get("use_causal_mask") is True or config.flag("causal", False)
    fields |= {"is_causal": True} if causal else {}
    return call.add("ScaledDotProductAttention", fields, [query, key, value], weights=None)


def _times(call: LayerCall, wire: Wire, shape: str) -> Wire:
    """A tensor times learned numbers that are called its scale."""
    fields = {"shape": shape}
    scale = call.add("Parameter", fields, [], part="scale", inner=True)
    return call.add("Multiply", {}, [wire, scale], part="scaled", weights=None, inner=True)


def additive(call: LayerCall) -> Wire:
    """AdditiveAttention: the scores are sums over the channels of tanh(query + key)."""
    config = call.config
    taken = _taken(call)
    if taken is None or call.axes.first or any(len(wire.shape) != 2 for wire in taken):
        return call.unknown("it takes sequences of queries, values and perhaps keys")
    query, key, value = taken

    def inner(type: str, fields: dict[str, Any], inputs: list[Wire], part: str) -> Wire:
        return call.add(type, fields, inputs, part=part, weights=None, inner=True)

    (count, width), (others, size) = query.shape, key.shape
    rows = inner("Reshape", {"shape": f"{count}x1x{width}"}, [query], "queries")
    columns = inner("Reshape", {"shape": f"1x{others}x{size}"}, [key], "keys")
    wire = inner("Add", {}, [rows, columns], "sum")
    wire = inner("Tanh", {}, [wire], "tanh")
    if config.flag("use_scale", True):
        wire = _times(call, wire, f"1x1x{wire.shape.channels}")
    wire = inner("Sum", {"dim": 1, "keepdim": True}, [wire], "total")
    wire = inner("Reshape", {"shape": f"{count}x{others}"}, [wire], "scores")
    wire = inner("Softmax", {"dim": 1}, [wire], "softmax")
    return call.add("MatMul", {}, [wire, value], weights=None)


KERAS_ATTENTION = {
    "MultiHeadAttention": multi_head,
    "GroupedQueryAttention": grouped_query,
    "GroupQueryAttention": grouped_query,
    "Attention": dot_product,
    "AdditiveAttention": additive,
}
"""The classes of this family, and what adds each."""
