"""Tensors joined along an axis, and parts of one."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from shapecalc.importers.network import Wire
from shapecalc.importers.onnx.aligning import as_wide, like
from shapecalc.importers.onnx.stored import stored
from shapecalc.importers.onnx.unsaid import why_unsaid
from shapecalc.importers.onnx.values import BATCH, GraphTensor, Mask, TensorView, Weight
from shapecalc.importers.onnx.views import reshaped, viewed, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.onnx.conversion import Conversion, Operator
    from shapecalc.importers.onnx.model import OnnxNode
    from shapecalc.importers.onnx.values import Constant


def _concat(conversion: Conversion, node: OnnxNode) -> None:
    if not node.inputs:
        raise conversion.refused(node, "it has no inputs")
    constants = [conversion.constant(node, index) for index in range(len(node.inputs))]
    beside = conversion.tensor(node, constants.index(None)) if None in constants else None
    tensors = [
        conversion.tensor(node, index)
        if constant is None or beside is None
        else stored(conversion, node, constant, constant.dims, beside)
        for index, constant in enumerate(constants)
    ]
    if len(tensors) == 1:
        conversion.set(node, tensors[0])
        return
    if len({len(tensor.axes) for tensor in tensors}) > 1:
        raise conversion.refused(node, "its inputs differ in how many axes they have")
    tensors = as_wide(conversion, node, tensors)
    first = tensors[0]
    axis = conversion.axis(node, node.integer("axis", 1), len(first.axes))
    tensors = [like(conversion, node, tensor, first) for tensor in tensors]
    if first.axes[axis] == BATCH and all(tensor.batch == 1 for tensor in tensors):
        tensors = [
            reshaped(conversion, tensor, node, tensor.dims, False, False) for tensor in tensors
        ]
        first = tensors[0]
    if first.axes[axis] == BATCH:
        raise conversion.stop(node, "it works along the batch")
    dim = first.axes[axis]
    fields = {"dim": dim} if dim != 1 else {}
    conversion.set(node, conversion.add(node, "Concat", fields, tensors, first.axes))


def _split(conversion: Conversion, node: OnnxNode) -> None:
    tensor = conversion.tensor(node)
    axis = conversion.axis(node, node.integer("axis", 0), len(tensor.axes))
    size = tensor.dims[axis]
    sizes = conversion.integers(node, "split", 1)
    if sizes is None:
        count = node.integer("num_outputs", len(node.outputs))
        if not 1 <= count <= size:
            raise conversion.refused(node, f"{size} cannot be split into {count} parts")
        part = -(-size // count)
        sizes = [part] * (count - 1) + [size - part * (count - 1)]
    if tensor.axes[axis] == BATCH:
        raise conversion.stop(node, "it works along the batch")
    if 0 in sizes:
        raise conversion.stop(node, "no layer type has an output of size 0")
    if sum(sizes) != size or any(each < 1 for each in sizes):
        raise conversion.refused(node, f"parts of {sizes[:8]} are not {size}")
    if len(sizes) == 1:
        conversion.set(node, tensor)
        return
    even = len(set(sizes)) == 1
    fields: dict[str, Any] = {"split_size": sizes[0] if even else sizes}
    if tensor.axes[axis] != 1:
        fields["dim"] = tensor.axes[axis]
    made = conversion.add(node, "Split", fields, [tensor], tensor.axes)
    for output in range(min(len(node.outputs), len(sizes))):
        conversion.set(node, made._replace(wire=Wire(made.wire.of, output)), output)


def _slice(conversion: Conversion, node: OnnxNode) -> None:
    starts = conversion.integers(node, "starts", 1)
    ends = conversion.integers(node, "ends", 2)
    if starts is None or ends is None or len(starts) != len(ends):
        raise conversion.refused(node, "its starts and ends do not fit")
    axes = conversion.integers(node, "axes", 3) or list(range(len(starts)))
    steps = (conversion.integers(node, "steps", 4) if conversion.opset >= 10 else None) or []
    steps = steps or [1] * len(starts)
    if not len(starts) == len(axes) == len(steps):
        raise conversion.refused(node, "its starts, axes and steps do not fit")
    tensor = conversion.tensor(node)
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        axis = conversion.axis(node, axis, len(tensor.axes))
        is_last = len(starts) == 1
        tensor = _cut(conversion, node, tensor, axis, start, end, step, is_last)
    conversion.set(node, tensor)


def _cut(
    conversion: Conversion,
    node: OnnxNode,
    tensor: GraphTensor,
    axis: int,
    start: int,
    end: int,
    step: int,
    is_last: bool,
) -> GraphTensor:
    """Some places of an axis; the tensor itself, where that is all of them.

    is_last: whether that is what the node makes; otherwise it is on the way there.
    """
    size = tensor.dims[axis]
    if step < 1:
        raise conversion.stop(node, "no layer type takes the places of an axis backwards")
    first, last, _ = slice(start, end, step).indices(size)
    if (first, step) == (0, 1) and last >= size:
        return tensor
    if tensor.axes[axis] == BATCH:
        raise conversion.stop(node, "it works along the batch")
    fields: dict[str, Any] = {"dim": tensor.axes[axis]}
    fields |= {"start": first} if first else {}
    fields |= {"end": last} if last < size else {}
    fields |= {"step": step} if step != 1 else {}
    return conversion.add(node, "Slice", fields, [tensor], tensor.axes, is_last=is_last)


def _gather(conversion: Conversion, node: OnnxNode) -> None:
    axis = node.integer("axis", 0)
    table, indices = (conversion.constant(node, index) for index in (0, 1))
    is_matrix = table is not None and len(table.dims) == 2 and axis in (0, -2)
    if table is not None and (indices is None or (is_matrix and table.is_learned)):
        _embedding(conversion, node, table.dims, axis)
        return
    whole = conversion.view(node)
    axis = conversion.axis(node, axis, len(whole.dims))
    size = whole.dims[axis]
    if isinstance(indices, Weight) and indices.dims:
        _listed(conversion, node, axis, indices)
        return
    indices = conversion.numbers(node, 1)
    places = conversion.whole(node, 1)
    if any(not -size <= place < size for place in places):
        raise conversion.refused(node, f"a place is not one of {size}")
    places = [place % size for place in places]
    if len(indices.dims) > 1 and places == list(range(size)):
        dims = (*whole.dims[:axis], *indices.dims, *whole.dims[axis + 1 :])
        conversion.set(node, viewed(whole, node, dims))
        return
    if not places:
        raise conversion.stop(node, "it takes no place at all")
    if not indices.dims:
        tensor = conversion.tensor(node)
        conversion.set(node, _selected(conversion, node, tensor, axis, places[0]))
        return
    step = places[1] - places[0] if len(places) > 1 else 1
    in_a_row = step > 0 and places == list(range(places[0], places[-1] + 1, step))
    if len(indices.dims) > 1 or not in_a_row:
        _listed(conversion, node, axis, indices)
        return
    tensor = conversion.tensor(node)
    result = _cut(conversion, node, tensor, axis, places[0], places[-1] + 1, step, True)
    conversion.set(node, result)


def _listed(conversion: Conversion, node: OnnxNode, axis: int, places: Constant) -> None:
    """Places of an axis in any order, which may be laid out in axes of their own."""
    tensor = conversion.tensor(node)
    if tensor.axes[axis] == BATCH:
        raise conversion.stop(node, "it works along the batch")
    index = GraphTensor(_index(conversion, node, places), (1,), 1)
    fields = {"dim": tensor.axes[axis]}
    is_last = len(places.dims) == 1
    made = conversion.add(
        node, "IndexSelect", fields, [tensor, index], tensor.axes, is_last=is_last
    )
    if is_last:
        conversion.set(node, made)
        return
    dims = (*tensor.dims[:axis], *places.dims, *tensor.dims[axis + 1 :])
    conversion.set(node, viewed(made, node, dims))


def _index(conversion: Conversion, node: OnnxNode, places: Constant) -> Wire:
    """Places that are listed, as a vector of a layer of its own."""
    name = places.name or f"{conversion.names.of(node)}.index"
    key = (name, (prod(places.dims),))
    wire = conversion.stored.get(key)
    if wire is None:
        fields = {"shape": [prod(places.dims)]}
        wire = conversion.stored[key] = conversion.network.add(name, "Buffer", fields, [])
    return wire


def _gather_nd(conversion: Conversion, node: OnnxNode) -> None:
    """Places that are listed, of the first axis alone."""
    indices = conversion.constant(node, 1)
    if node.integer("batch_dims", 0) or indices is None or indices.dims[-1:] != (1,):
        raise conversion.stop(node, *why_unsaid(node))
    places = Weight(indices.name, indices.dims[:-1], False)
    if not places.dims:
        raise conversion.stop(node, *why_unsaid(node))
    _listed(conversion, node, 0, places)


def _selected(
    conversion: Conversion, node: OnnxNode, tensor: GraphTensor, axis: int, place: int
) -> GraphTensor:
    """A place of an axis, which is gone then."""
    gone = tensor.axes[axis]
    if gone == BATCH and tensor.batch > 1:
        raise conversion.stop(node, "it works along the batch")
    axes = tensor.axes[:axis] + tensor.axes[axis + 1 :]
    if gone == BATCH:
        return tensor._replace(axes=axes)
    if not tensor.rank:
        raise conversion.stop(node, "no axis but the batch is left")
    axes = tuple(each - (each > gone) for each in axes)
    return conversion.add(node, "Select", {"dim": gone, "index": place}, [tensor], axes)


def _looked_up(conversion: Conversion, node: OnnxNode, table: Constant, places: Constant) -> None:
    """Rows of a table at constant places: a tensor that comes from no input."""
    index = _index(conversion, node, places)
    fields = {"num_embeddings": table.dims[0], "embedding_dim": table.dims[1]}
    tensor = GraphTensor(index, (1,), 1)
    made = conversion.add_weighted(node, "Embedding", fields, tensor, (table,), (2, 1), False)
    conversion.set(node, viewed(made, node, (*places.dims, table.dims[1])))


def _indices(conversion: Conversion, node: OnnxNode) -> GraphTensor:
    """What picks vectors of a table: a tensor, or what is computed of one in its place."""
    value = conversion.values.get(node.input(1))
    if not isinstance(value, Mask) or value.dims != value.source.dims:
        return conversion.tensor(node, 1)
    conversion.network.remark(
        "places that are computed of an input by counting or comparing are taken as that input"
    )
    source = value.source
    return written(conversion, source) if isinstance(source, TensorView) else source


def _embedding(conversion: Conversion, node: OnnxNode, dims: Sequence[int], axis: int) -> None:
    table, places = (conversion.constant(node, index) for index in (0, 1))
    if (
        places is not None
        and table is not None
        and table.is_learned
        and len(dims) == 2
        and not axis
    ):
        _looked_up(conversion, node, table, places)
        return
    tensor = _indices(conversion, node)
    if len(dims) != 2 or axis not in (0, -2) or tensor.rank:
        raise conversion.stop(node, "it takes places of a constant that is no table of vectors")
    table = conversion.weight(node, 0)
    fields = {"num_embeddings": dims[0], "embedding_dim": dims[1]}
    axes = (*(2 if each else BATCH for each in tensor.axes), 1)
    conversion.add_weighted(node, "Embedding", fields, tensor, (table,), axes)


PART_OPERATORS: dict[str, Operator] = {
    "Concat": _concat,
    "Split": _split,
    "Slice": _slice,
    "Gather": _gather,
    "GatherND": _gather_nd,
}
