"""Calls of recurrent modules over a sequence, and of single steps of them, with their states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.importers.network import Wire
from shapecalc.torch.calls import Traced, tensors_in
from shapecalc.torch.pointwise import fields_of
from shapecalc.torch.values import TracedValue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.torch.calls import TracedCall
    from shapecalc.torch.reading import Reader


def recurrent_module(reader: Reader, call: TracedCall) -> Sequence[TracedValue]:
    """A recurrent module over a sequence: its output, and the states after it. Raises Stopped."""
    given = call.argument(0, "input")
    if not isinstance(given, Traced):
        raise reader.stop(call, "its input is no tensor")
    if len(given.shape) != 3:
        raise reader.stop(call, "its input has no batch")
    module = call.module
    fields = fields_of(module, call.type, ("batch_first",))
    batch, length = (0, 1) if module.batch_first else (1, 0)
    value = reader.value(given, call)
    reader.hold_sequence(call, value, module.batch_first)
    wires = [
        reader.wire(_with_batch(value, batch), (2, length), call),
        *(reader.wire(_with_batch(each, 1), (2, 0), call) for each in _states(reader, call)),
    ]
    first = reader.layer(call, call.type, fields, wires, None, reader.parameters_of(call))
    states = range(1, len(first.of.outputs))
    return [
        TracedValue.plain(first, (2, length), reader.batch),
        *(TracedValue.plain(Wire(first.of, each), (2, 0), reader.batch) for each in states),
    ]


def recurrent_step(reader: Reader, call: TracedCall) -> Sequence[TracedValue]:
    """A single step of a recurrent layer: the states after it. Raises Stopped."""
    given = call.argument(0, "input")
    if len(given.shape) != 2:
        raise reader.stop(call, "its input has no batch")
    values = [reader.value(given, call), *_states(reader, call)]
    wires = [reader.wire(_with_batch(value, 0), (1,), call) for value in values]
    fields = fields_of(call.module, call.type)
    first = reader.layer(call, call.type, fields, wires, None, reader.parameters_of(call))
    outputs = range(len(first.of.outputs))
    return [TracedValue.plain(Wire(first.of, each), (1,), reader.batch) for each in outputs]


def _states(reader: Reader, call: TracedCall) -> list[TracedValue]:
    """The states that a call begins with; none where they are made in the code, as zeros are."""
    given: Any = call.argument(1, "hx")
    states = list(tensors_in(given))
    made = [not (each.is_value or each.names) for each in states]
    if all(made):
        return []
    if any(made):
        raise reader.stop(call, "one of the states that it begins with is made in the code")
    return [reader.value(each, call) for each in states]


def _with_batch(value: TracedValue, place: int) -> TracedValue:
    """A tensor with the batch at a place, where a constant is repeated."""
    if value.axes[place] == () and not any(value.batch in axis for axis in value.axes):
        axes = (*value.axes[:place], (value.batch,), *value.axes[place + 1 :])
        return TracedValue(value.wire, value.of, axes, value.batch)
    return value
