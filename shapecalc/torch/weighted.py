"""Calls of convolutions, and of what maps or looks up features, with their weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.torch.calls import Traced, tensors_in
from shapecalc.torch.constants import all_batched, batched, rows_of_code
from shapecalc.torch.pointwise import fields_of, plain_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.torch.calls import TracedCall
    from shapecalc.torch.reading import Reader
    from shapecalc.torch.values import TracedValue


def weight_names(*weights: Any) -> list[str] | None:
    """The names of a weight, and of a bias where there is one; None where one is computed of
    others, or some of them are learned and others not."""
    there = [each for each in weights if isinstance(each, Traced)]
    kinds = {(each.is_parameter, each.is_buffer) for each in there}
    if len(kinds) > 1 or (False, False) in kinds:
        return None
    return [name for each in there for name in each.names]


def are_learned(weight: Traced | None) -> bool:
    """Whether a weight is a parameter, if there is one."""
    return weight is None or weight.is_parameter


COMPUTED = "its weight is computed of other numbers"
"""Why a layer is not in the language."""


_NORMS = {"_WeightNorm": "weight_norm", "_SpectralNorm": "spectral_norm"}
"""The fields of a weight's norms, in the order in which they are taken."""


def norm_of_weight(module: Any) -> dict[str, bool] | None:
    """The field that says how a module's weight is normalized; None where no field can say it."""
    pairs = getattr(module, "parametrizations", None)
    hooks = {type(each).__name__ for each in module._forward_pre_hooks.values()}
    fields = {field: True for kind, field in _NORMS.items() if kind[1:] in hooks}
    if pairs is not None:
        kinds = [type(each).__name__ for each in pairs["weight"]] if "weight" in pairs else []
        if len(pairs) != 1 or kinds != [each for each in _NORMS if each in kinds]:
            return None
        fields |= {_NORMS[kind]: True for kind in kinds}
    return fields


def _weight_fields(reader: Reader, call: TracedCall) -> tuple[dict[str, Any], list[str]]:
    """Bias, norm and whether they are learned, of a module, and the names of its parameters.

    Raises Stopped.
    """
    module = call.module
    fields = norm_of_weight(module)
    names = reader.parameters_of(call)
    if fields is None:
        raise reader.stop(call, COMPUTED)
    names.sort(key=lambda name: name.endswith("bias"))
    if not names:
        fields["learned"] = False
        names = [reader.recording.name_of(each) for each in module.buffers()]
    elif "weight_norm" in fields and not _first_axis(module):
        raise reader.stop(call, "its weight_norm is of another axis than the first")
    return {**fields, "bias": module.bias is not None}, names


def _first_axis(module: Any) -> bool:
    """Whether the norms of a module's weight are of its first axis."""
    pairs = getattr(module, "parametrizations", None)
    norm = pairs["weight"].original0 if pairs is not None else module.weight_g
    return all(size == 1 for size in norm.shape[1:])


def convolution_module(reader: Reader, call: TracedCall) -> TracedValue:
    """A convolution, transposed or not, as a module."""
    type = call.type
    fields = fields_of(call.module, type, ("bias", "weight_norm", "spectral_norm", "learned"))
    more, names = _weight_fields(reader, call)
    fields |= more
    value = reader.value(call.argument(0, "input"), call)
    _hold_axes(reader, call, value, int(type[-2]))
    if "Transpose" in type and call.argument(1, "output_size") is not None:
        fields["output_padding"] = _output_padding(fields, value, call)
    return reader.add(call, type, fields, [value], weights=names)


def _output_padding(fields: dict[str, Any], value: TracedValue, call: TracedCall) -> list[int]:
    """What is added to the output for the size that a call asks for."""
    result = next(tensors_in(call.result))
    sizes = zip(
        value.shape[2:],
        result.shape[2:],
        *(fields[name] for name in ("kernel_size", "stride", "padding", "dilation")),
        strict=True,
    )
    return [
        found - ((size - 1) * stride - 2 * padding + dilation * (kernel - 1) + 1)
        for size, found, kernel, stride, padding, dilation in sizes
    ]


def _hold_axes(reader: Reader, call: TracedCall, value: TracedValue, rank: int) -> None:
    if len(value.axes) != rank + 2:
        raise reader.stop(call, f"its input has no batch: it has {len(value.axes)} axes")


def convolution_function(reader: Reader, call: TracedCall) -> TracedValue:
    """A convolution, transposed or not, as a function."""
    function = call.function.strip("_")
    rank = int(function[-2])
    transposed = "transpose" in function
    weight, bias = call.argument(1, "weight"), call.argument(2, "bias")
    names = weight_names(weight, bias)
    if names is None or not isinstance(weight, Traced) or weight.is_value:
        raise reader.stop(call, COMPUTED)
    places: tuple[str, ...] = ("stride", "padding", "dilation", "groups")
    if transposed:
        places = ("stride", "padding", "output_padding", "groups", "dilation")
    fields = {
        name: plain_value(found)
        for place, name in enumerate(places, 3)
        if (found := call.argument(place, name)) is not None
    }
    groups = fields.get("groups", 1)
    fields["out_channels"] = weight.shape[1] * groups if transposed else weight.shape[0]
    fields["kernel_size"] = list(weight.shape[2:])
    fields["bias"] = bias is not None
    if not are_learned(weight):
        fields["learned"] = False
    value = reader.value(call.argument(0, "input"), call)
    _hold_axes(reader, call, value, rank)
    type = f"Conv{'Transpose' * transposed}{rank}d"
    return reader.add(call, type, fields, [value], weights=names)


def linear_module(reader: Reader, call: TracedCall) -> TracedValue:
    """A Linear, at every position where there are any."""
    fields, names = _weight_fields(reader, call)
    fields["out_features"] = call.module.out_features
    return _linear(reader, call, fields, names)


def linear_function(reader: Reader, call: TracedCall) -> TracedValue | None:
    """A Linear as a function, or a product with a matrix that is learned."""
    weight, bias = call.argument(1, "weight"), call.argument(2, "bias")
    if call.function.strip("_") != "linear":
        weight, bias = call.argument(1, "mat2"), None
        given = call.argument(0, "input")
        if not (isinstance(weight, Traced) and weight.is_parameter and given.is_value):
            return None
        if len(weight.shape) != 2:
            return None
    names = weight_names(weight, bias)
    added = None
    if names is None and isinstance(weight, Traced) and weight.is_parameter and not bias.is_value:
        names, added, bias = list(weight.names), bias, None  # of parts of its own
    if names is None or not isinstance(weight, Traced) or weight.is_value:
        raise reader.stop(call, COMPUTED)
    features = weight.shape[0 if call.function.strip("_") == "linear" else 1]
    fields = {"out_features": features, "bias": bias is not None}
    if not are_learned(weight):
        fields["learned"] = False
    made = _linear(reader, call, fields, names)
    if added is None:
        return made
    values = all_batched(reader, [made, reader.value(added, call)], call)
    order = made.order
    if order is None:
        raise reader.stop(call, COMPUTED)
    wires = [reader.wire(value, order, call) for value in values]
    return made.carrying(reader.layer(call, "Add", {}, wires, made.wire.shape))


def sum_with_product(reader: Reader, call: TracedCall) -> TracedValue | None:
    """addmm: a Linear whose weight has the channels that come in first."""
    bias, given, weight = (
        call.argument(place, name) for place, name in enumerate(("input", "mat1", "mat2"))
    )
    if any(call.kwargs.get(name, 1) != 1 for name in ("alpha", "beta")) or not given.is_value:
        return None
    if not (weight.is_parameter and bias.is_parameter and len(bias.shape) == 1):
        return None
    names = [*weight.names, *bias.names]
    fields = {"out_features": weight.shape[1]}
    value = reader.value(given, call)
    if _has_positions(value):
        fields["per_position"] = True
    return reader.over_last(call, "Linear", fields, value, names, weight.shape[1])


def _has_positions(value: TracedValue) -> bool:
    """Whether positions are in one axis with the batch."""
    return any(len(axis) > 1 and value.batch in axis for axis in value.axes)


def _linear(
    reader: Reader, call: TracedCall, fields: dict[str, Any], names: Sequence[str]
) -> TracedValue:
    value = reader.value(call.argument(0, "input"), call)
    if len(value.axes) > 2 or _has_positions(value):
        fields["per_position"] = True
    features: int = fields["out_features"]
    return reader.over_last(call, "Linear", fields, value, names, features)


def bilinear(reader: Reader, call: TracedCall) -> TracedValue | None:
    """A Bilinear of two vectors."""
    if call.function:
        return None
    fields = fields_of(call.module, "Bilinear", ("bias",))
    for name in ("in1_features", "in2_features", "out_features"):
        fields[name] = getattr(call.module, name)
    fields["bias"] = call.module.bias is not None
    values = [reader.value(call.argument(place, f"input{place + 1}"), call) for place in (0, 1)]
    if any(len(value.axes) != 2 for value in values):
        return None
    return reader.add(call, "Bilinear", fields, values, weights=reader.parameters_of(call))


def embedding_call(reader: Reader, call: TracedCall) -> TracedValue | None:
    """A table of vectors, of which each number picks one."""
    if call.function:
        traced, weight = call.argument(0, "input"), call.argument(1, "weight")
        names = weight_names(weight)
        if names is None or not are_learned(weight):
            return None
        fields = dict(zip(("num_embeddings", "embedding_dim"), weight.shape, strict=True))
        if call.argument(2, "padding_idx") is not None:
            fields["padding_idx"] = call.argument(2, "padding_idx")
    else:
        traced = call.argument(0, "input")
        fields = fields_of(call.module, "Embedding")
        names = reader.parameters_of(call)
    if not traced.is_value:
        found = rows_of_code(reader, call, traced, names, fields)
        if found is not None:
            return found
    if len(traced.shape) != 2:
        return None
    value = batched(reader, reader.truncated.get(traced) or reader.value(traced, call), 2, call)
    order = value.order or value.usual_order
    return reader.add(call, "Embedding", fields, [value], order, (2, *order), names)
