"""What is not in the language, as Custom layers of which PyTorch's figures are stated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape
from shapecalc.torch.calls import BATCH, tensors_in
from shapecalc.torch.values import TracedValue, channels_at

if TYPE_CHECKING:
    from shapecalc.torch.calls import TracedCall
    from shapecalc.torch.reading import Reader


def stated(reader: Reader, call: TracedCall, why: str) -> TracedValue:
    """A call that is no layer, as a Custom one if that is asked for. Raises Stopped."""
    if not reader.network.custom:
        raise reader.stop(call, why)
    if call.function.endswith("_") and call.function[:2] != "__":
        why += ", in place"
    given = [each for each in dict.fromkeys(tensors_in((call.args, call.kwargs))) if each.is_value]
    results = [each for each in tensors_in(call.result) if each.is_value]
    values = [reader.value(each, call) for each in given]
    wires = [reader.wire(value, value.plain_order, call) for value in values]
    if len(results) != 1 or len(results[0].shape) < 2 or results[0].shape[0] != BATCH:
        raise reader.stop(call, why)
    names = reader.parameters_of(call)
    params = sum(
        reader.recording.parameters.get(name, 0) for name in names if name not in reader.owners
    )
    order = channels_at(1, len(results[0].shape))
    if values and len(values[0].axes) == len(order) + 1:
        order = values[0].plain_order
    output = Shape.from_chw(results[0].shape[place] for place in order)
    try:
        wire = reader.network.unknown(
            call.name, call.kind, why, wires, output=output, params=params, macs=call.macs
        )
    except Refusal as refusal:
        raise reader.stop(call, refusal.message) from None
    for name in names:
        reader.owners.setdefault(name, reader.network.layers[-1])
    return TracedValue.plain(wire, order, reader.batch)
