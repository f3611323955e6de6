"""Calls that make one tensor of several: sums, products, concatenations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.torch.arithmetic import take_step
from shapecalc.torch.calls import Traced, tensors_in
from shapecalc.torch.constants import all_batched, batched, joined_constants
from shapecalc.torch.last_axis import maps_last
from shapecalc.torch.masks import under_a_mask
from shapecalc.torch.values import Factor, TracedValue, channels_at, unexpanded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.torch.calls import TracedCall
    from shapecalc.torch.reading import Reader
    from shapecalc.torch.values import Axis

JOINING_FUNCTIONS = {
    "add": "Add",
    "sub": "Subtract",
    "subtract": "Subtract",
    "mul": "Multiply",
    "multiply": "Multiply",
    "div": "Divide",
    "divide": "Divide",
    "true_divide": "Divide",
    "maximum": "Maximum",
}
"""The layer types of two tensors, by functions."""

_NOTHING = {"Add": 0, "Subtract": 0, "Multiply": 1, "Divide": 1}
_STEPS = {"Add": "add", "Multiply": "mul", "Divide": "div", "Subtract": "sub"}


def elementwise_join(reader: Reader, call: TracedCall) -> TracedValue | None:
    """Arithmetic of two tensors, or of one with a number or with parameters."""
    type = JOINING_FUNCTIONS[call.function.strip("_")]
    first, second = call.argument(0, "input"), call.argument(1, "other")
    if call.kwargs.get("alpha", 1) != 1 or call.kwargs.get("rounding_mode"):
        return None
    if not isinstance(second, Traced):
        return _with_number(reader, call, type, first, second)
    if not isinstance(first, Traced):
        return None
    if first in reader.masks or second in reader.masks:
        return under_a_mask(reader, call)
    if first.is_value and second.is_value:
        if type == "Multiply" and _goes_on(reader, call, first, second):
            return None
        return join_of_tensors(reader, call, type, {}, [first, second])
    value, weight = (first, second) if first.is_value else (second, first)
    if type in ("Add", "Multiply") and weight.is_parameter:
        scaled = learned_scale(reader, call, type == "Multiply", value, weight)
        if scaled is not None:
            return scaled
    if weight.names:
        return join_of_tensors(reader, call, type, {}, [first, second])
    shape = next(tensors_in(call.result)).shape
    if shape != value.shape and value.is_value:
        return None
    reader.network.remark(f"{call.name} is an Identity: the other tensor is made in the code")
    made = reader.pointwise(call, "Identity", {}, reader.value(value, call))
    return made if shape == value.shape else widened(made, shape)


def widened(value: TracedValue, shape: Sequence[int]) -> TracedValue:
    """A tensor that is repeated to a shape, of more axes perhaps."""
    axes = (*((),) * (len(shape) - len(value.axes)), *value.axes)
    return TracedValue(value.wire, value.of, axes, value.batch, shape)


def _with_number(
    reader: Reader, call: TracedCall, type: str, traced: Traced, number: Any
) -> TracedValue | None:
    if not isinstance(number, int | float) or isinstance(number, bool):
        return None
    if number == _NOTHING.get(type) and traced not in reader.pending:
        return reader.value(traced, call)
    if type not in _STEPS:
        return None
    take_step(reader.pending, call, traced, _STEPS[type], number)
    return None


def _goes_on(reader: Reader, call: TracedCall, first: Traced, second: Traced) -> bool:
    """Whether a tensor is multiplied by what comes of itself, as in a hard swish."""
    for base, other in ((first, second), (second, first)):
        pending = reader.pending.get(other)
        if pending is not None and pending.base is base and pending.type is None:
            reader.pending[next(tensors_in(call.result))] = pending.then(("times",), call)
            return True
    return False


def learned_scale(
    reader: Reader, call: TracedCall, multiplies: bool, traced: Traced, weight: Traced
) -> TracedValue | None:
    """A learned factor or summand for each channel: LayerScale, or Affine with a bias alone."""
    value = reader.value(traced, call)
    order = _channels_of(value, weight)
    if order is None:
        return None
    if multiplies:
        return reader.add(call, "LayerScale", {}, [value], order, weights=weight.names)
    fields = {"weight": False}
    return reader.add(call, "Affine", fields, [value], order, weights=weight.names)


def _channels_of(value: TracedValue, weight: Traced) -> tuple[int, ...] | None:
    """The order in which the one axis that a parameter has is the channels."""
    axes = len(value.axes)
    sizes = (1,) * (axes - len(weight.shape)) + weight.shape
    wide = [place for place, size in enumerate(sizes) if size > 1]
    if not wide and value.order is not None and value.wire.shape.channels == 1:
        return value.order
    if len(sizes) != axes or len(wide) != 1 or value.batch in value.axes[wide[0]]:
        return None
    if value.shape[wide[0]] != sizes[wide[0]]:
        return None
    if wide[0] not in (1, axes - 1):
        return None
    return value.order_at(wide[0])


def affine(reader: Reader, call: TracedCall) -> TracedValue | None:
    """torch.addcmul(bias, weight, x): a factor and a summand for each channel."""
    bias, *others = (
        call.argument(place, name) for place, name in enumerate(("input", "tensor1", "tensor2"))
    )
    if call.kwargs.get("value", 1) != 1 or not all(isinstance(each, Traced) for each in others):
        return None
    weight, traced = sorted(others, key=lambda each: each.is_value)
    if not (bias.is_parameter and weight.is_parameter and traced.is_value):
        return None
    value = reader.value(traced, call)
    order = _channels_of(value, weight)
    if order is None or _channels_of(value, bias) != order:
        return None
    return reader.add(call, "Affine", {}, [value], order, weights=(*weight.names, *bias.names))


def join_of_tensors(
    reader: Reader, call: TracedCall, type: str, fields: dict[str, Any], traced: Sequence[Traced]
) -> TracedValue | None:
    """A join of tensors whose axes lie alike, or are brought to."""
    values = [reader.value(each, call) for each in traced]
    values = all_batched(reader, values, call)
    if len({len(value.axes) for value in values}) > 1:
        return None
    structures = {_structure(value) for value in values}
    if len(structures) == 1 and not any(value.is_expanded for value in values):
        shapes = {value.wire.shape for value in values}
        if len(shapes) == 1 and None not in structures:
            wires = [value.wire for value in values]
            output = values[0].wire.shape
            return values[0].carrying(reader.layer(call, type, fields, wires, output))
    values, folded = reader.apart([unexpanded(value) for value in values])
    first = max(values, key=lambda value: value.wire.shape.elements)
    order = first.order or first.usual_order
    wires = [reader.wire(value, order, call) for value in values]
    made = TracedValue.plain(reader.layer(call, type, fields, wires, None), order, reader.batch)
    return made.folded() if folded else made


def _structure(value: TracedValue) -> object:
    """How the axes of a tensor are made of those of its wire, whatever the wire."""
    numbers: dict[Factor, int] = {value.batch: -1}
    of = [_numbered(axis, numbers) for axis in value.of]
    return tuple(of), tuple(_numbered(axis, numbers) for axis in value.axes)


def _numbered(axis: Axis, numbers: dict[Factor, int]) -> tuple[tuple[int, int], ...]:
    return tuple((numbers.setdefault(each, len(numbers)), each.size) for each in axis)


def concatenation(reader: Reader, call: TracedCall) -> TracedValue | None:
    """Tensors one after the other along an axis of any place."""
    traced = call.argument(0, "tensors")
    if not all(isinstance(each, Traced) and (each.is_value or each.names) for each in traced):
        return None
    values = [reader.value(each, call) for each in traced]
    if len(values) == 1:
        return values[0]
    if not any(value.batch in axis for value in values for axis in value.axes):
        dim = call.argument(1, "dim", 0) % len(values[0].axes)
        return joined_constants(reader, call, values, dim)
    values = all_batched(reader, values, call)
    dim = call.argument(1, "dim", 0) % len(values[0].axes)
    if any(value.is_expanded or value.batch in value.axes[dim] for value in values):
        return None
    first = next((value for value in values if value.order), values[0])
    order = first.order or first.usual_order
    return reader.add(call, "Concat", {"dim": order.index(dim) + 1}, values, order)


def stacked(reader: Reader, call: TracedCall) -> TracedValue | None:
    """Tensors side by side along a new axis."""
    traced = call.argument(0, "tensors")
    if not all(isinstance(each, Traced) and each.is_value for each in traced) or len(traced) < 2:
        return None
    values = [reader.value(each, call) for each in traced]
    axes = len(values[0].axes)
    dim = call.argument(1, "dim", 0) % (axes + 1)
    order, made = values[0].usual_order, channels_at(1, axes + 1)
    if dim == 0 or (axes == 2 and maps_last(reader.recording, next(tensors_in(call.result)))):
        later = [place + (place >= dim) for place in order[1:]]
        positions = sorted([dim, *later])
        made = (order[0] + (order[0] >= dim), *positions)
        dim = positions.index(dim) + 2
    return reader.add(call, "Stack", {"dim": dim}, values, order, made)


def repetition(reader: Reader, call: TracedCall) -> TracedValue | None:
    """repeat, along axes of size 1."""
    given, result = call.argument(0, "input"), next(tensors_in(call.result))
    shape = (1,) * (len(result.shape) - len(given.shape)) + given.shape
    pairs = zip(shape, result.shape, strict=True)
    if any(size not in (1, repeated) for size, repeated in pairs):
        return None
    return expansion(reader, call)


def expansion(reader: Reader, call: TracedCall) -> TracedValue | None:
    """A tensor that is repeated along axes of size 1, for a join, or once for each of a batch."""
    given, result = call.argument(0, "input"), next(tensors_in(call.result))
    if result.shape == (reader.batch.size, *given.shape):
        reader.whole.add(given)
    value = reader.value(given, call)
    more = len(result.shape) - len(value.axes)
    constant = not any(value.batch in axis for axis in value.axes)
    if constant and more and result.shape == (value.batch.size, *(1,) * (more - 1), *value.shape):
        return batched(reader, value, len(result.shape), call)
    return widened(value, result.shape)
