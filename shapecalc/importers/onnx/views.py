"""Axes that are merged, split, added, left out or reordered: a reshape and a transposition, written
as layers where a tensor is needed as they leave it.

Some come to a layer of their own: channels that are split in two axes, which change places and are
merged again, are shuffled.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from shapecalc.importers.onnx.factors import whole_axes
from shapecalc.importers.onnx.values import (
    BATCH,
    GraphTensor,
    Step,
    TensorView,
    natural_axes,
    reordered,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.onnx.emission import Emitter
    from shapecalc.importers.onnx.model import OnnxNode


def viewed(value: GraphTensor | TensorView, node: OnnxNode, dims: Sequence[int]) -> TensorView:
    """A tensor in other sizes, for which nothing is written yet."""
    return _with_step(value, Step(node, tuple(dims)))


def transposed_view(
    value: GraphTensor | TensorView, node: OnnxNode, order: Sequence[int]
) -> TensorView:
    """A tensor with its axes in another order, for which nothing is written yet."""
    return _with_step(value, Step(node, reordered(value.dims, order), tuple(order)))


def _with_step(value: GraphTensor | TensorView, step: Step) -> TensorView:
    if isinstance(value, GraphTensor):
        return TensorView(value, (step,))
    source, steps = value
    last = steps[-1]
    if step.order is None and last.order is None:
        return TensorView(source, (*steps[:-1], step))
    if step.order is not None and last.order is not None:
        order = reordered(last.order, step.order)
        return TensorView(source, (*steps[:-1], Step(step.node, step.dims, order)))
    return TensorView(source, (*steps, step))


def written(emitter: Emitter, view: TensorView) -> GraphTensor:
    """The tensor of a view, with the layers that lead to it. Raises Refusal."""
    tensor = view.source
    steps = _plain(tensor.dims, view.steps)
    while steps:
        found = _shuffle(tensor, steps[:3]) if tensor.is_channels_first else None
        if found is not None:
            type, fields, node = found
            axes = natural_axes(tensor.rank)
            tensor = emitter.add(node, type, fields, [tensor], axes)
            del steps[:3]
            continue
        step = steps.pop(0)
        if step.order is not None:
            tensor = tensor._replace(axes=reordered(tensor.axes, step.order))
        else:
            tensor = reshaped(emitter, tensor, step.node, step.dims)
    return tensor


def _plain(dims: tuple[int, ...], steps: Sequence[Step]) -> list[Step]:
    """Steps that split axes and merge them again, as those that reorder whole axes; others as they
    are."""
    found = whole_axes(dims, steps) if len(steps) > 1 else None
    if found is None:
        return list(steps)
    kept = [axis for axis in found if axis is not None]
    order = (*(axis for axis in range(len(dims)) if axis not in kept), *kept)
    plain = [Step(steps[-1].node, reordered(dims, order), order)]
    return plain if len(found) == len(order) else [*plain, Step(steps[-1].node, steps[-1].dims)]


def _shuffle(
    tensor: GraphTensor, steps: Sequence[Step]
) -> tuple[str, dict[str, Any], OnnxNode] | None:
    """The layer that three steps are together, with its fields and the node that ends them."""
    if len(steps) < 3 or steps[1].order is None or tensor.rank < 1:
        return None
    split, order, joined = steps[0].dims, steps[1].order, steps[2].dims
    batch, channels, *spatial = tensor.dims
    if split[0] != batch or joined[0] != batch:
        return None
    node = steps[2].node
    same = (batch, channels, *spatial)
    if order == (0, 2, 1, *range(3, 3 + len(spatial))) and joined == same:
        groups, rest = split[1:3]
        if split[3:] == tuple(spatial) and groups * rest == channels:
            return "ChannelShuffle", {"groups": groups}, node
    if len(spatial) != 2 or len(split) != 6:
        return None
    height, width = spatial
    factor = split[2]
    larger = (batch, split[1], height * factor, width * factor)
    cut = (batch, split[1], factor, factor, height, width)
    if order == (0, 1, 4, 2, 5, 3) and (split, joined) == (cut, larger):
        return "PixelShuffle", {"upscale_factor": factor}, node
    factor = split[3]
    smaller = (batch, channels * factor * factor, split[2], split[4])
    cut = (batch, channels, split[2], factor, split[4], factor)
    if order == (0, 1, 3, 5, 2, 4) and (split, joined) == (cut, smaller):
        return "PixelUnshuffle", {"downscale_factor": factor}, node
    return None


class _Run(NamedTuple):
    """Axes before a reshape and those after it that have the same numbers, both in a row."""

    before: list[int]
    after: list[int]


def reshaped(
    emitter: Emitter,
    tensor: GraphTensor,
    node: OnnxNode,
    dims: Sequence[int],
    is_last: bool = True,
    has_batch: bool | None = None,
) -> GraphTensor:
    """A tensor in other sizes, written with as few layers as do it. Raises Refusal.

    is_last: whether that is what the node makes; otherwise it is on the way there. has_batch:
    whether its first axis is the batch, None where that follows from the sizes.
    """
    batch = tensor.batch
    place = _place_of_batch(tensor, dims) if has_batch is None else 0
    if place:
        others = tuple(axis for axis in tensor.axes if axis != BATCH)
        sizes = (batch, *dims[:place], *dims[place + 1 :])
        made = reshaped(emitter, tensor._replace(axes=(BATCH, *others)), node, sizes, False)
        return made._replace(axes=(*made.axes[1 : place + 1], BATCH, *made.axes[place + 1 :]))
    if not _keeps_batch(tensor, dims):
        raise emitter.stop(node, "it merges the batch with other axes, or splits it")
    if has_batch is None:
        has_batch = len(dims) > 1 and dims[0] == batch and (batch == 1 or BATCH in tensor.axes)
    after = tuple(dims[1:] if has_batch else dims)
    if not after:
        raise emitter.stop(node, "it leaves no axis but the batch")
    if prod(after) != tensor.wire.shape.elements:
        raise emitter.stop(node, f"{_text(tensor.dims)} is not as many elements as {_text(dims)}")
    inner = tuple(axis for axis in tensor.axes if axis != BATCH)
    sizes = tensor.wire.shape.chw
    before = tuple(sizes[axis - 1] for axis in inner)
    runs = _runs(before, after)
    if not _in_rows(runs, inner, sizes):
        tensor = emitter.permuted(tensor, node, inner)
        inner = tuple(range(1, len(inner) + 1))
        sizes = tensor.wire.shape.chw
    ordered = [
        axis
        for run in sorted(runs, key=lambda run: _place(run, inner, sizes))
        for axis in run.after
    ]
    places = {axis: place for place, axis in enumerate(ordered, 1)}
    axes = tuple(places[axis] for axis in range(len(after)))
    axes = (BATCH, *axes) if has_batch else axes
    chw = [after[axis] for axis in ordered]
    if tuple(chw) == sizes:
        return tensor._replace(axes=axes)
    type, fields = _layer(sizes, chw)
    return emitter.add(node, type, fields, [tensor], axes, is_last=is_last)


def _place_of_batch(tensor: GraphTensor, dims: Sequence[int]) -> int:
    """Where the batch is after a reshape, if it is not the first axis before; 0 for nowhere."""
    before = tensor.axes.index(BATCH) if BATCH in tensor.axes else 0
    count = prod(tensor.dims[:before])
    for place in range(1, len(dims) if before else 0):
        if dims[place] == tensor.batch and prod(dims[:place]) == count and len(dims) > 2:
            return place
    return 0


def _keeps_batch(tensor: GraphTensor, dims: Sequence[int]) -> bool:
    if tensor.batch == 1 or BATCH not in tensor.axes:
        return True
    return tensor.axes[0] == BATCH and bool(dims) and dims[0] == tensor.batch


def _runs(before: Sequence[int], after: Sequence[int]) -> list[_Run]:
    """The shortest rows of axes that have the same numbers before and after."""
    runs: list[_Run] = []
    first = second = 0
    while first < len(before) or second < len(after):
        run = _Run([], [])
        if first < len(before):
            run.before.append(first)
            first += 1
        if second < len(after):
            run.after.append(second)
            second += 1
        while (less := prod(before[i] for i in run.before)) != (
            more := prod(after[i] for i in run.after)
        ):
            if less < more:
                run.before.append(first)
                first += 1
            else:
                run.after.append(second)
                second += 1
        if runs and not (run.before and run.after):  # sizes of 1 at the end
            runs[-1].before.extend(run.before)
            runs[-1].after.extend(run.after)
        else:
            runs.append(run)
    return runs


def _real(run: _Run, inner: Sequence[int], sizes: Sequence[int]) -> list[int]:
    """The axes of the language before, of more than one place: those of one may stand anywhere."""
    return [inner[i] for i in run.before if sizes[inner[i] - 1] > 1]


def _place(run: _Run, inner: Sequence[int], sizes: Sequence[int]) -> int:
    return min(_real(run, inner, sizes) or [inner[i] for i in run.before] or [0])


def _in_rows(runs: list[_Run], inner: Sequence[int], sizes: Sequence[int]) -> bool:
    """Whether the axes of each run are in a row in the language's order, too."""
    all_real = sorted(axis for run in runs for axis in _real(run, inner, sizes))
    for run in runs:
        real = _real(run, inner, sizes)
        if real:
            start = all_real.index(real[0])
            if all_real[start : start + len(real)] != real:
                return False
    return True


def _layer(before: Sequence[int], after: Sequence[int]) -> tuple[str, dict[str, Any]]:
    """The type and the fields of a reshape, both in PyTorch's order."""
    if len(after) == 1:
        return "Flatten", {}
    for start in range(len(before)):
        for end in range(start + 1, len(before)):
            merged = (*before[:start], prod(before[start : end + 1]), *before[end + 1 :])
            if merged == tuple(after):
                fields = {"start_dim": start + 1} if start else {}
                return "Flatten", fields | ({"end_dim": end + 1} if end + 1 < len(before) else {})
    return "Reshape", {"shape": [*after[1:], after[0]]}


def _text(dims: Sequence[int]) -> str:
    return "x".join(map(str, dims))
