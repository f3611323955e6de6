"""Calls of pools, paddings and interpolations."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from shapecalc.torch.calls import tensors_in
from shapecalc.torch.pointwise import fields_of, plain_value

if TYPE_CHECKING:
    from shapecalc.torch.calls import TracedCall
    from shapecalc.torch.reading import Reader
    from shapecalc.torch.values import TracedValue

_WINDOW = ("kernel_size", "stride", "padding")

POOL_ARGUMENTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "max_pool": ("MaxPool", (*_WINDOW, "dilation", "ceil_mode")),
    "avg_pool": (
        "AvgPool",
        (*_WINDOW, "ceil_mode", "count_include_pad", "divisor_override"),
    ),
    "lp_pool": ("LPPool", ("norm_type", "kernel_size", "stride", "ceil_mode")),
    "adaptive_avg_pool": ("AdaptiveAvgPool", ("output_size",)),
    "adaptive_max_pool": ("AdaptiveMaxPool", ("output_size",)),
}
"""By a function without the number of its axes: the layer type, and the arguments after the
tensor."""

PAD_MODES = {"reflect": "ReflectionPad", "replicate": "ReplicationPad", "circular": "CircularPad"}
"""The types of paddings that are not with a constant, without the number of axes."""


def pool_function(reader: Reader, call: TracedCall) -> Any:
    """A pool as a function."""
    name = call.function.strip("_").removesuffix("_with_indices")
    kind, names = POOL_ARGUMENTS[name[:-2]]
    found = {each: call.argument(place, each) for place, each in enumerate(names, 1)}
    fields = {each: plain_value(value) for each, value in found.items() if value not in (None, [])}
    return _pool(reader, call, f"{kind}{name[-2:]}", fields)


def pool_module(reader: Reader, call: TracedCall) -> Any:
    """A pool as a module."""
    type = call.type
    fields = fields_of(call.module, type, ("return_indices",))
    return _pool(
        reader, call, type, {name: each for name, each in fields.items() if each is not None}
    )


def _pool(reader: Reader, call: TracedCall, type: str, fields: dict[str, Any]) -> Any:
    rank = int(type[-2])
    traced = call.argument(0, "input")
    if type.startswith("MaxPool") and traced in reader.fills:
        filled, sides = reader.fills[traced]
        if min(sides) > 1 and fields.get("padding", 0) in (0, [0] * rank):
            traced = filled
            pairs = [sides.get(axis, (0, 0)) for axis in range(2, rank + 2)]
            same = all(before == after for before, after in pairs)
            fields["padding"] = [before if same else [before, after] for before, after in pairs]
    value = reader.value(traced, call)
    if len(value.axes) != rank + 2:
        raise reader.stop(call, f"its input has no batch: it has {len(value.axes)} axes")
    if type.startswith("Adaptive"):
        fields.setdefault("output_size", [None] * rank)
    made = reader.add(call, type, fields, [value])
    # the indices of the maxima stand for the pool that has them
    return [made] * len(list(tensors_in(call.result)))


def unpool(reader: Reader, call: TracedCall) -> TracedValue | None:
    """A max pool put back: the indices are the pool's output in a spec."""
    if call.function:
        return None
    type = call.type
    values = [reader.value(call.argument(place, "indices"), call) for place in (0, 1)]
    fields = fields_of(call.module, type)
    result = next(tensors_in(call.result))
    if call.argument(2, "output_size") is not None:
        fields["output_size"] = list(result.shape[2:])
    return reader.add(call, type, fields, values)


def padding_function(reader: Reader, call: TracedCall) -> TracedValue | None:
    """A padding as a function, of any of the axes."""
    mode = call.argument(2, "mode") or "constant"
    return _pad(reader, call, call.argument(1, "pad"), mode, call.argument(3, "value"))


def padding_module(reader: Reader, call: TracedCall) -> TracedValue | None:
    """A padding as a module."""
    type = call.type
    modes = {kind: mode for mode, kind in PAD_MODES.items()}
    mode = modes.get(type[:-2], "constant")
    return _pad(reader, call, call.module.padding, mode, getattr(call.module, "value", None))


def _pad(
    reader: Reader, call: TracedCall, sides: Any, mode: str, value: float | None
) -> TracedValue | None:
    given = call.argument(0, "input")
    traced = reader.value(given, call)
    axes = len(traced.axes)
    pairs = list(zip(sides[::2], sides[1::2], strict=True))
    by_axis = {axes - 1 - place: pair for place, pair in enumerate(pairs)}
    by_axis = {axis: pair for axis, pair in by_axis.items() if pair != (0, 0)}
    if not by_axis and call.function:
        return traced
    if mode == "constant" and value == -inf:
        reader.fills[next(tensors_in(call.result))] = given, by_axis
        return None
    order = traced.order or traced.usual_order
    rank = len(order) - 1
    if any(traced.batch in traced.axes[axis] for axis in by_axis) or not 1 <= rank <= 3:
        return None
    spatial = [side for axis in reversed(order[1:]) for side in by_axis.get(axis, (0, 0))]
    if order[0] in by_axis:
        if mode != "constant":
            return None
        spatial += by_axis[order[0]]
    kind = PAD_MODES.get(mode, "ConstantPad" if value else "ZeroPad")
    fields: dict[str, Any] = {"padding": spatial}
    if kind == "ConstantPad":
        fields["value"] = value
    return reader.add(call, f"{kind}{rank}d", fields, [traced], order)


def interpolation(reader: Reader, call: TracedCall) -> TracedValue | None:
    """An interpolation as a function."""
    function = call.function.strip("_")
    names = ("size", "scale_factor", "mode", "align_corners", "recompute_scale_factor", "antialias")
    found = {name: call.argument(place, name) for place, name in enumerate(names, 1)}
    if found.pop("antialias"):
        return None
    if function != "interpolate":
        found["mode"] = "nearest" if function == "upsample_nearest" else found["mode"]
    return _upsample(reader, call, "Upsample", found)


def upsample_module(reader: Reader, call: TracedCall) -> TracedValue | None:
    """An interpolation as a module."""
    type = call.type
    return _upsample(reader, call, type, fields_of(call.module, type))


def _upsample(
    reader: Reader, call: TracedCall, type: str, found: dict[str, Any]
) -> TracedValue | None:
    fields = {name: plain_value(each) for name, each in found.items() if each is not None}
    if fields.get("scale_factor") is not None and fields.get("size") is not None:
        return None
    for name in ("scale_factor", "size"):
        if name in fields:
            fields[name] = _integers(fields[name])
    value = reader.value(call.argument(0, "input"), call)
    if len(value.axes) < 3:
        return None
    return reader.add(call, type, fields, [value])


def _integers(value: Any) -> Any:
    """Numbers that are whole as integers."""
    if isinstance(value, list):
        return list(map(_integers, value))
    return int(value) if isinstance(value, float) and value.is_integer() else value
