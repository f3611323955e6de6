"""Calls that take windows along an axis, or numbers at the points of a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.torch.calls import Traced
from shapecalc.torch.values import TracedValue, channels_at

if TYPE_CHECKING:
    from shapecalc.torch.calls import TracedCall
    from shapecalc.torch.reading import Reader


def sliding_windows(reader: Reader, call: TracedCall, value: TracedValue) -> TracedValue | None:
    """A tensor's own unfold: its windows along an axis, as a new last axis."""
    axes = len(value.axes)
    dim, size, step = call.argument(1, "dimension"), *call.args[2:4]
    if not dim % axes:
        return None
    fields = {"dim": dim % axes, "size": size, "step": step}
    return reader.add(call, "SlidingWindow", fields, [value], made=channels_at(1, axes + 1))


def numbers_at_points(reader: Reader, call: TracedCall) -> TracedValue | None:
    """grid_sample: the grid has its channels last."""
    given = [call.argument(0, "input"), call.argument(1, "grid")]
    if not all(isinstance(each, Traced) for each in given):
        return None
    fields: dict[str, Any] = {
        name: found
        for place, name in enumerate(("mode", "padding_mode", "align_corners"), 2)
        if (found := call.argument(place, name)) is not None
    }
    values, folded = reader.apart([reader.value(each, call) for each in given])
    axes = len(values[0].axes)
    order = (2, 1, *range(3, axes)) if folded else channels_at(1, axes)
    wires = [reader.wire(values[0], order, call)]
    wires += [reader.wire(values[1], channels_at(-1, axes), call)]
    wire = reader.layer(call, "GridSample", fields, wires, None)
    made = TracedValue.plain(wire, order, reader.batch)
    return made.folded() if folded else made
