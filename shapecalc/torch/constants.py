"""Tensors of a run that come from no input: what is taken of them, and where they meet others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.shapes.shape import Shape
from shapecalc.torch.values import TracedValue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.network import Wire
    from shapecalc.torch.calls import Traced, TracedCall
    from shapecalc.torch.reading import Reader
    from shapecalc.torch.values import Axis


def rows_at(reader: Reader, call: TracedCall, table: Traced, index: Traced) -> TracedValue | None:
    """Rows of a learned table at places that a buffer holds, as the Embedding that it is."""
    if table.is_value or len(table.shape) != 2 or index.is_value or not index.names:
        return None
    places = reader.value(index, call).viewed((index.numel,))
    if places is None:
        return None
    wire = reader.wire(batched(reader, places, 2, call), (1,), call)
    if not table.is_parameter:
        value = batched(reader, reader.value(table, call), 3, call)
        rows = reader.wire(value, (2, 1), call)
        wire = reader.layer(call, "IndexSelect", {"dim": 2}, [rows, wire], None)
        return _rows(reader, wire, (*index.shape, table.shape[1]))
    fields = dict(zip(("num_embeddings", "embedding_dim"), table.shape, strict=True))
    output = Shape((index.numel, table.shape[1]))
    wire = reader.layer(call, "Embedding", fields, [wire], output, table.names)
    return _rows(reader, wire, (*index.shape, table.shape[1]))


def _rows(reader: Reader, wire: Wire, shape: Sequence[int]) -> TracedValue | None:
    return TracedValue.constant(wire, reader.batch).viewed(shape)


def batched(reader: Reader, value: TracedValue, axes: int, call: TracedCall) -> TracedValue:
    """A tensor with a batch as the first of so many axes, though it may be a constant.

    Raises Stopped for a constant that has a size of its own there.
    """
    if any(value.batch in axis for axis in value.axes):
        return value
    missing = axes - len(value.axes)
    if missing > 0:
        inner: tuple[Axis, ...] = (*((),) * (missing - 1), *value.axes)
        shape = (1, *(1,) * (missing - 1), *value.shape)
    elif value.axes and not value.axes[0]:
        inner, shape = value.axes[1:], value.shape
    else:
        raise reader.stop(call, "a tensor that comes from no input has a size where the batch is")
    own = ((value.batch,), *inner)
    return TracedValue(value.wire, value.of, own, value.batch, (value.batch.size, *shape[1:]))
