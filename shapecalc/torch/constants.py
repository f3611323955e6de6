"""Tensors of a run that come from no input: what is taken of them, and where they meet others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.shapes.shape import Shape
from shapecalc.torch.calls import BATCH
from shapecalc.torch.values import TracedValue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.network import Wire
    from shapecalc.torch.calls import Traced, TracedCall
    from shapecalc.torch.reading import Reader
    from shapecalc.torch.values import Axis


def rows_at(reader: Reader, call: TracedCall, table: Traced, index: Traced) -> TracedValue | None:
    """Rows of a learned table at places that a buffer holds, as the Embedding that it is."""
    wire = _places(reader, call, index)
    if table.is_value or len(table.shape) != 2 or wire is None:
        return None
    if not table.is_parameter:
        value = batched(reader, reader.value(table, call), 3, call)
        rows = reader.wire(value, (2, 1), call)
        wire = reader.layer(call, "IndexSelect", {"dim": 2}, [rows, wire], None)
        return _rows(reader, wire, (*index.shape, table.shape[1]))
    fields = dict(zip(("num_embeddings", "embedding_dim"), table.shape, strict=True))
    output = Shape((index.numel, table.shape[1]))
    wire = reader.layer(call, "Embedding", fields, [wire], output, table.names)
    return _rows(reader, wire, (*index.shape, table.shape[1]))


def rows_of_code(
    reader: Reader,
    call: TracedCall,
    index: Traced,
    names: Sequence[str],
    fields: dict[str, Any],
) -> TracedValue | None:
    """Rows of a learned table at places that the code makes, such as 0 to the length: as many of
    its first rows, which have the same figures."""
    rows, channels = fields["num_embeddings"], fields["embedding_dim"]
    shape = index.shape[1:] if index.shape[:1] in ((1,), (BATCH,)) else index.shape
    if index.names or len(shape) != 1 or shape[0] > rows or not names:
        return None
    if names[0] in reader.owners:
        return None
    table = Shape((rows, channels))
    wire = reader.layer(call, "Parameter", {"shape": list(table)}, [], table, names)
    if shape[0] < rows:
        cut, output = {"dim": 2, "end": shape[0]}, Shape((shape[0], channels))
        wire = reader.layer(call, "Slice", cut, [wire], output)
    reader.network.remark(f"{call.name} has the first rows of its table: the code makes the places")
    value = TracedValue.constant(wire, reader.batch)
    if len(index.shape) == 1:
        return value
    axes = ((reader.batch,) if index.shape[0] == BATCH else (), *value.axes)
    return TracedValue(wire, value.of, axes, reader.batch)


def gathered_places(reader: Reader, call: TracedCall) -> TracedValue | None:
    """gather of a vector at places, neither of which comes from an input."""
    given, index = call.argument(0, "input"), call.argument(2, "index")
    wires = [_places(reader, call, each) for each in (given, index)]
    if given.is_value or given.numel != max(given.shape) or None in wires:
        return None
    there = [wire for wire in wires if wire is not None]
    wire = reader.layer(call, "IndexSelect", {"dim": 1}, there, None)
    return TracedValue.constant(wire, reader.batch).viewed(index.shape)


def columns_at(
    reader: Reader, call: TracedCall, table: Traced, index: Traced
) -> TracedValue | None:
    """The same along the last axis, which is no Embedding: of a bias of each head, for example."""
    wire = _places(reader, call, index)
    if table.is_value or len(table.shape) != 2 or wire is None:
        return None
    reader.whole.add(table)
    rows = reader.wire(batched(reader, reader.value(table, call), 3, call), (2, 1), call)
    wire = reader.layer(call, "IndexSelect", {"dim": 1}, [rows, wire], None)
    return _rows(reader, wire, (table.shape[0], *index.shape))


def _places(reader: Reader, call: TracedCall, index: Traced) -> Wire | None:
    """The places that a buffer holds, as a vector; None where it is no buffer."""
    if index.is_value or not index.names:
        return None
    name = index.names[0]
    if index.is_buffer and index not in reader.values:
        if name not in reader.vectors:
            fields, output = {"shape": [index.numel]}, Shape((index.numel,))
            reader.vectors[name] = reader.layer(call, "Buffer", fields, [], output, (), name)
        return reader.vectors[name]
    places = reader.value(index, call).viewed((index.numel,))
    return None if places is None else reader.wire(batched(reader, places, 2, call), (1,), call)


def joined_constants(
    reader: Reader, call: TracedCall, values: Sequence[TracedValue], dim: int
) -> TracedValue | None:
    """Tensors one after the other, none of which comes from an input."""
    axes = len(values[0].axes)
    for value in values:
        if value.is_expanded or value.of != (value.axes[-1], *value.axes[:-1]):
            return None
    place = 1 if dim == axes - 1 else dim + 2
    wire = reader.layer(call, "Concat", {"dim": place}, [each.wire for each in values], None)
    return TracedValue.constant(wire, reader.batch)


def _rows(reader: Reader, wire: Wire, shape: Sequence[int]) -> TracedValue | None:
    return TracedValue.constant(wire, reader.batch).viewed(shape)


def batched(
    reader: Reader, value: TracedValue, axes: int, call: TracedCall, place: int = 0
) -> TracedValue:
    """A tensor with a batch at a place of so many axes, though it may be a constant.

    Raises Stopped for a constant that has a size of its own there.
    """
    if any(value.batch in axis for axis in value.axes):
        return value
    missing = axes - len(value.axes)
    inner: list[Axis] = [*((),) * missing, *value.axes]
    shape = [*(1,) * missing, *value.shape]
    if inner[place]:
        raise reader.stop(call, "a tensor that comes from no input has a size where the batch is")
    inner[place], shape[place] = (value.batch,), value.batch.size
    return TracedValue(value.wire, value.of, inner, value.batch, shape)


def all_batched(
    reader: Reader, values: Sequence[TracedValue], call: TracedCall
) -> list[TracedValue]:
    """Tensors that meet, each with the batch where those have it that are no constants."""
    axes = max(len(value.axes) for value in values)
    wide = [value for value in values if len(value.axes) == axes]
    place = next((each for value in wide if (each := value.batch_place) is not None), 0)
    return [batched(reader, value, axes, call, place) for value in values]
