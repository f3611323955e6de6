"""Calls that take parts of a tensor, and those that make one number of all along some axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.importers.network import Wire
from shapecalc.torch.calls import Traced, tensors_in
from shapecalc.torch.constants import batched, columns_at, rows_at
from shapecalc.torch.values import Factor, TracedValue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.torch.calls import TracedCall
    from shapecalc.torch.reading import Reader
    from shapecalc.torch.values import Axis


def _whole(
    reader: Reader, call: TracedCall, value: TracedValue, axis: int
) -> tuple[TracedValue, int]:
    """A tensor of which an axis is one of its wire's, and which one. Raises Stopped."""
    if value.is_expanded:
        raise reader.stop(call, "a tensor is expanded, which no layer type does alone")
    order = value.order
    if order is not None:
        return value, order.index(axis)
    found = value.axes[axis]
    if found and found in value.of:
        return value, value.of.index(found)
    order = value.usual_order
    plain = TracedValue.plain(reader.wire(value, order, call), order, reader.batch)
    return plain, order.index(axis)


def _replaced(
    value: TracedValue, wire: Wire, place: int, axis: int, size: int | None
) -> TracedValue:
    """A tensor whose axis has another size now, or None where the axis is gone."""
    if size is None:
        of = (*value.of[:place], *value.of[place + 1 :])
        axes = (*value.axes[:axis], *value.axes[axis + 1 :])
        return TracedValue(wire, of, axes, value.batch)
    new: Axis = (Factor(size),) if size > 1 else ()
    of = (*value.of[:place], new, *value.of[place + 1 :])
    axes = (*value.axes[:axis], new, *value.axes[axis + 1 :])
    return TracedValue(wire, of, axes, value.batch)


def parts_of_axis(reader: Reader, call: TracedCall) -> Sequence[TracedValue] | None:
    """chunk and split: all parts of an axis."""
    value = reader.value(call.argument(0, "input"), call)
    function = call.function.strip("_")
    dim = call.argument(2, "dim", 0) % len(value.axes)
    results = list(tensors_in(call.result))
    if value.batch in value.axes[dim]:
        return None
    if len(results) == 1:
        return [value]
    value, place = _whole(reader, call, value, dim)
    if function == "chunk":
        fields: dict[str, Any] = {"chunks": call.argument(1, "chunks")}
    else:
        sizes = call.argument(1, "split_size")
        sizes = call.kwargs.get("split_size_or_sections", call.kwargs.get("split_sizes", sizes))
        fields = {"split_size": sizes if isinstance(sizes, int) else list(sizes)}
    fields["dim"] = place + 1
    type = "Chunk" if function == "chunk" else "Split"
    first = reader.layer(call, type, fields, [value.wire], None)
    return [
        _replaced(value, Wire(first.of, number), place, dim, result.shape[dim])
        for number, result in enumerate(results)
    ]


def unbound(reader: Reader, call: TracedCall) -> Sequence[TracedValue] | None:
    """All places of an axis, each as a tensor without it."""
    value = reader.value(call.argument(0, "input"), call)
    dim = call.argument(1, "dim", 0) % len(value.axes)
    return [_place(reader, call, value, dim, number) for number in range(value.shape[dim])]


def _place(
    reader: Reader, call: TracedCall, value: TracedValue, axis: int, index: int
) -> TracedValue:
    """One place of an axis, which is gone then. Raises Stopped."""
    if value.axes[axis] == (value.batch,):
        raise reader.stop(call, "it takes one of the batch")
    chunk = _chunk(reader, call, value, axis)
    if chunk is not None:
        return chunk[index]
    value, place = _whole(reader, call, value, axis)
    fields = {"dim": place + 1, "index": index}
    wire = reader.layer(call, "Select", fields, [value.wire], None)
    return _replaced(value, wire, place, axis, None)


def _chunk(
    reader: Reader, call: TracedCall, value: TracedValue, axis: int
) -> list[TracedValue] | None:
    """The parts of an axis of the wire of which this one counts the parts; None where it does
    not."""
    found = value.axes[axis]
    place = next(
        (place for place, of in enumerate(value.of) if len(of) > 1 and of[:1] == found), None
    )
    if place is None or value.is_expanded:
        return None
    count = found[0].size
    key = (value.wire, place, count)
    if key not in reader.chunks:
        fields = {"chunks": count, "dim": place + 1}
        reader.chunks[key] = reader.layer(call, "Chunk", fields, [value.wire], None)
    first = reader.chunks[key]
    of = (*value.of[:place], value.of[place][1:], *value.of[place + 1 :])
    axes = (*value.axes[:axis], *value.axes[axis + 1 :])
    return [TracedValue(Wire(first.of, number), of, axes, value.batch) for number in range(count)]


def _slice(
    reader: Reader, call: TracedCall, value: TracedValue, axis: int, start: Any, end: Any, step: int
) -> TracedValue:
    size = value.shape[axis]
    begin, stop, stride = slice(start, end, step).indices(size)
    if (begin, stop, stride) == (0, size, 1):
        return value
    if value.axes[axis] == (value.batch,):
        raise reader.stop(call, "it takes a part of the batch")
    value, place = _whole(reader, call, value, axis)
    fields: dict[str, Any] = {"dim": place + 1}
    if begin:
        fields["start"] = start if isinstance(start, int) and start < 0 else begin
    if stop != size:
        fields["end"] = end if isinstance(end, int) and end < 0 else stop
    if stride != 1:
        fields["step"] = stride
    wire = reader.layer(call, "Slice", fields, [value.wire], None)
    return _replaced(value, wire, place, axis, len(range(begin, stop, stride)))


def indexed(reader: Reader, call: TracedCall) -> TracedValue | None:
    """x[...]: slices, places and new axes."""
    given = call.args[0]
    if not isinstance(given, Traced):
        return None
    if isinstance(call.args[1], Traced) and not given.is_value:
        return rows_at(reader, call, given, call.args[1])
    if not given.is_value and isinstance(call.args[1], tuple) and len(call.args[1]) == 2:
        first, second = call.args[1]
        if first == slice(None) and isinstance(second, Traced):
            return columns_at(reader, call, given, second)
    value = reader.value(given, call)
    index = call.args[1] if isinstance(call.args[1], tuple) else (call.args[1],)
    if any(not (each is None or each is ... or type(each) in (int, slice)) for each in index):
        return None
    taken = sum(each is not None and each is not ... for each in index)
    axis = 0
    for each in index:
        if each is ...:
            axis += len(value.axes) - axis - _after(index)
        elif each is None:
            axes = (*value.axes[:axis], (), *value.axes[axis:])
            value = TracedValue(value.wire, value.of, axes, value.batch)
            axis += 1
        elif isinstance(each, slice):
            value = _slice(reader, call, value, axis, each.start, each.stop, each.step or 1)
            axis += 1
        elif not given.is_value and value.axes[axis] == (value.batch,):
            value = TracedValue(value.wire, value.of, value.axes[1:], value.batch)  # all alike
        else:
            value = _place(reader, call, value, axis, each % value.shape[axis])
    assert taken <= len(given.shape)
    return reader.settled(value, call)


def _after(index: Sequence[Any]) -> int:
    """How many axes are indexed after the dots."""
    return sum(each is not None for each in index[list(index).index(...) + 1 :])


def narrowed_axis(reader: Reader, call: TracedCall) -> TracedValue | None:
    """narrow and select, which index an axis."""
    value = reader.value(call.argument(0, "input"), call)
    dim = call.argument(1, "dim") % len(value.axes)
    if call.function.strip("_") == "select":
        index = call.argument(2, "index") % value.shape[dim]
        return reader.settled(_place(reader, call, value, dim, index), call)
    start, length = call.argument(2, "start"), call.argument(3, "length")
    return _slice(reader, call, value, dim, start, start + length, 1)


def places_of_axis(reader: Reader, call: TracedCall) -> TracedValue | None:
    """index_select by a buffer, which is the same for a whole batch."""
    given, index = call.argument(0, "input"), call.argument(2, "index")
    if index.is_value or not index.names:
        return None
    value = reader.value(given, call)
    dim = call.argument(1, "dim") % len(value.axes)
    value, place = _whole(reader, call, batched(reader, value, len(value.axes), call), dim)
    wire = reader.wire(batched(reader, reader.value(index, call), 2, call), (1,), call)
    wire = reader.layer(call, "IndexSelect", {"dim": place + 1}, [value.wire, wire], None)
    return _replaced(value, wire, place, dim, index.numel)


def reduction(reader: Reader, call: TracedCall) -> Sequence[TracedValue | None] | None:
    """mean, sum and amax over axes of any place."""
    function = call.function.strip("_")
    value = reader.value(call.argument(0, "input"), call)
    axes = len(value.axes)
    dims = call.argument(1, "dim")
    keep = call.argument(2, "keepdim", False)
    if function == "max" and not isinstance(dims, int):
        return None
    if dims is None or "dtype" in call.kwargs:
        return None
    dims = [dims] if isinstance(dims, int) else list(dims)
    dims = [dim % axes for dim in dims]
    of_batch = any(value.batch in value.axes[dim] for dim in dims)
    if of_batch or not dims or value.is_expanded:
        return None
    type = {"mean": "Mean", "sum": "Sum", "amax": "Amax", "max": "Amax"}[function]
    order = value.order
    if order is None:
        order = value.usual_order
        wire = reader.wire(value, order, call)
        value = TracedValue.plain(wire, order, reader.batch)
    places = sorted(order.index(dim) for dim in dims)
    fields: dict[str, Any] = {"dim": [place + 1 for place in places]}
    if len(places) == 1:
        fields["dim"] = places[0] + 1
    if keep:
        fields["keepdim"] = True
    wire = reader.layer(call, type, fields, [value.wire], None)
    made = value
    for place, dim in sorted(zip(places, sorted(dims), strict=True), reverse=True):
        del place
        made = _replaced(made, wire, order.index(dim), dim, 1) if keep else made
    if not keep:
        of = [axis for place, axis in enumerate(value.of) if place not in places]
        kept = [axis for dim, axis in enumerate(value.axes) if dim not in dims]
        made = TracedValue(wire, of, kept, value.batch)
    return [made] + [None] * (len(list(tensors_in(call.result))) - 1)
