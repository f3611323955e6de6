"""Calls that leave the shape alone: activations, dropout, and what changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc import layers
from shapecalc.importers.network import ImportedInput
from shapecalc.torch.arithmetic import take_step
from shapecalc.torch.calls import tensors_in
from shapecalc.torch.module_types import DROPPING_PATHS

if TYPE_CHECKING:
    from shapecalc.torch.calls import TracedCall
    from shapecalc.torch.reading import Reader
    from shapecalc.torch.values import TracedValue

ACTIVATION_FUNCTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "relu": ("ReLU", ()),
    "relu6": ("ReLU6", ()),
    "selu": ("SELU", ()),
    "silu": ("SiLU", ()),
    "mish": ("Mish", ()),
    "hardswish": ("Hardswish", ()),
    "hardsigmoid": ("Hardsigmoid", ()),
    "sigmoid": ("Sigmoid", ()),
    "logsigmoid": ("LogSigmoid", ()),
    "tanh": ("Tanh", ()),
    "tanhshrink": ("Tanhshrink", ()),
    "softsign": ("Softsign", ()),
    "gelu": ("GELU", ("approximate",)),
    "leaky_relu": ("LeakyReLU", ("negative_slope",)),
    "elu": ("ELU", ("alpha",)),
    "celu": ("CELU", ("alpha",)),
    "hardtanh": ("Hardtanh", ("min_val", "max_val")),
    "hardshrink": ("Hardshrink", ("lambd",)),
    "softshrink": ("Softshrink", ("lambd",)),
    "threshold": ("Threshold", ("threshold", "value")),
    "softplus": ("Softplus", ("beta", "threshold")),
    "rrelu": ("RReLU", ("lower", "upper")),
    "dropout": ("Dropout", ("p",)),
    "dropout1d": ("Dropout1d", ("p",)),
    "dropout2d": ("Dropout2d", ("p",)),
    "dropout3d": ("Dropout3d", ("p",)),
    "feature_dropout": ("Dropout2d", ("p",)),
    "alpha_dropout": ("AlphaDropout", ("p",)),
    "feature_alpha_dropout": ("FeatureAlphaDropout", ("p",)),
}
"""By the name of a function: the layer type, and the arguments after the tensor, by the names of
the type's fields."""

_WORDS = """
contiguous clone to float double half bfloat16 type detach alias requires_grad_ cuda cpu positive
data lift_fresh type_as pin_memory
"""

_ALONE = """
abs absolute exp exp2 expm1 log log2 log10 log1p sqrt rsqrt square pow neg negative reciprocal sign
sin cos tan erf floor ceil round normalize logit
"""

ALONE = frozenset(_ALONE.split())
"""The functions of one tensor that leave its shape, have no weights and are no layer type."""

UNCHANGING = frozenset(_WORDS.split())
"""The functions that make the same numbers of the same tensor, if at another precision."""


def plain_value(value: Any) -> Any:
    """A value of a field as a spec writes it."""
    if isinstance(value, list | tuple):
        return list(map(plain_value, value))
    return value


def fields_of(module: Any, type: str, but: tuple[str, ...] = ()) -> dict[str, Any]:
    """The fields of a layer type as a module of it has them, those that it infers left out."""
    found = layers.find_type(type)
    assert found is not None
    return {
        name: plain_value(getattr(module, name))
        for name in found.fields
        if name not in (*but, *found.inferred) and hasattr(module, name)
    }


def pointwise_function(reader: Reader, call: TracedCall) -> TracedValue | None:
    """An activation, or a dropout, as a function."""
    type, names = ACTIVATION_FUNCTIONS[call.function.strip("_")]
    fields = {}
    for place, name in enumerate(names, 1):
        value = call.argument(place, name)
        if isinstance(value, int | float | str) and not isinstance(value, bool):
            fields[name] = value
    return activation_call(reader, call, type, fields)


def pointwise_module(reader: Reader, call: TracedCall) -> TracedValue | None:
    """An activation, a dropout or an Identity, as a module."""
    type = call.type
    return activation_call(reader, call, type, fields_of(call.module, type, ("inplace",)))


def activation_call(
    reader: Reader, call: TracedCall, type: str, fields: dict[str, Any]
) -> TracedValue | None:
    """An activation of its fields, on what may be the beginning of a hard swish."""
    traced = call.argument(0, "input")
    if traced in reader.pending:
        bounds = {"ReLU6": (0.0, 6.0)}.get(type)
        if type == "Hardtanh":
            bounds = fields.get("min_val", -1.0), fields.get("max_val", 1.0)
        if bounds is not None:
            take_step(reader.pending, call, traced, "clamp", *bounds)
            return None
    return reader.pointwise(call, type, fields, reader.value(traced, call))


def clamped(reader: Reader, call: TracedCall) -> TracedValue | None:
    """Bounds: a ReLU, a ReLU6 or a Hardtanh."""
    least, most = call.argument(1, "min"), call.argument(2, "max")
    if call.function.strip("_") == "clamp_max":
        least, most = None, least
    if least == 0 and most is None:
        return activation_call(reader, call, "ReLU", {})
    if not all(isinstance(each, int | float) for each in (least, most)):
        return as_identity(reader, call)
    if (least, most) == (0, 6):
        return activation_call(reader, call, "ReLU6", {})
    return activation_call(reader, call, "Hardtanh", {"min_val": least, "max_val": most})


def dropped_path(reader: Reader, call: TracedCall) -> TracedValue:
    """A residual branch that is dropped at times, as torchvision and timm have it."""
    probability, mode = DROPPING_PATHS[call.type]
    fields = {
        "p": float(getattr(call.module, probability) or 0),
        "mode": getattr(call.module, mode) if mode else "row",
    }
    return reader.pointwise(
        call, "StochasticDepth", fields, reader.value(call.argument(0, "input"), call)
    )


def dropped_path_function(reader: Reader, call: TracedCall) -> TracedValue:
    """torchvision's function that does the same."""
    fields = {"p": call.argument(1, "p"), "mode": call.argument(2, "mode")}
    return reader.pointwise(
        call, "StochasticDepth", fields, reader.value(call.argument(0, "input"), call)
    )


def unchanged(reader: Reader, call: TracedCall) -> TracedValue | None:
    """What changes nothing that a spec knows of."""
    traced = call.argument(0, "input")
    if traced in reader.pending:
        reader.pending[next(tensors_in(call.result))] = reader.pending[traced]
        return None
    if traced.is_float and not next(tensors_in(call.result)).is_float:
        return as_integers(reader, call)
    return reader.value(traced, call)


def as_identity(reader: Reader, call: TracedCall) -> TracedValue | None:
    """A function that no layer type computes, and that an Identity stands for: it has the same
    shape, and neither weights nor products."""
    traced = call.argument(0, "input")
    if any(each.is_value for each in tensors_in((call.args[1:], call.kwargs))):
        return None
    reader.network.remark(f"{call.name} is an Identity: no layer type is the function {call.kind}")
    return reader.pointwise(call, "Identity", {}, reader.value(traced, call))


def as_integers(reader: Reader, call: TracedCall) -> TracedValue | None:
    """Words as integers, for an Embedding: any other layer would take numbers that are cut off."""
    traced = call.argument(0, "input")
    value = reader.value(traced, call)
    if isinstance(value.wire.of, ImportedInput) or not traced.is_value:
        return value
    reader.truncated[next(tensors_in(call.result))] = value
    return None


def learned_slopes(reader: Reader, call: TracedCall) -> TracedValue | None:
    """A PReLU, as a function or as a module."""
    traced = call.argument(0, "input")
    if call.function:
        weight = call.argument(1, "weight")
        if not weight.is_parameter:
            return None
        fields, names = {"num_parameters": weight.numel}, list(weight.names)
    else:
        fields = fields_of(call.module, "PReLU")
        names = reader.parameters_of(call)
    value = reader.value(traced, call)
    if fields["num_parameters"] == 1:
        return reader.pointwise(call, "PReLU", fields, value, names)
    return reader.add(call, "PReLU", fields, [value], weights=names)
