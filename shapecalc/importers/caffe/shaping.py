"""Caffe's layers that put numbers elsewhere: in another shape or order, joined or cut.

Source: the layers of https://github.com/BVLC/caffe, and of its forks: Permute of weiliu89/caffe,
Interp of hszhao/PSPNet, ShuffleChannel of farmingyard/ShuffleNet, Reorg of eric612/MobileNet-YOLO.
"""

from __future__ import annotations

from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING

from shapecalc.importers.caffe.blob import shape_of
from shapecalc.importers.caffe.step import NotSaid

if TYPE_CHECKING:
    from shapecalc.importers.caffe.blob import Blob
    from shapecalc.importers.caffe.message import ProtoMessage
    from shapecalc.importers.caffe.step import CaffeStep, Converter

_BATCH = "it is along the batch"


def _split(step: CaffeStep) -> list[Blob]:
    """Split: the same blob, as often as it is taken."""
    step.takes(1)
    return [step.same()] * len(step.layer.tops)


def _flatten(step: CaffeStep) -> list[Blob]:
    """Flatten, from an axis to another."""
    step.takes(1)
    parameters = step.parameters("flatten_param")
    start = step.axis(parameters)
    end = step.axis(parameters, "end_axis", -1)
    if start == 0:
        raise NotSaid(_BATCH)
    if end < start:
        raise step.layer.refuse(f"end_axis {end} is before axis {start}")
    return [step.blob(step.add("Flatten", {"start_dim": start, "end_dim": end}))]


def _reshape(step: CaffeStep) -> list[Blob]:
    """Reshape, where the batch stays what it is."""
    step.takes(1)
    parameters = step.parameters("reshape_param")
    dims = step.dims()
    made = _reshaped(step, dims, parameters)
    if made[0] != dims[0] or len(made) < 2:
        raise NotSaid("it puts numbers of the batch elsewhere")
    shape = shape_of(made, step.layer.place)
    return [step.blob(step.add("Reshape", {"shape": list(shape)}))]


def _reshaped(step: CaffeStep, dims: tuple[int, ...], parameters: ProtoMessage) -> list[int]:
    """The sizes that a Reshape makes of others, batch first. Raises Refusal SC501."""
    rank = len(dims)
    axis = parameters.integer("axis", 0, least=-rank - 1)
    start = axis if axis >= 0 else rank + axis + 1
    count = parameters.integer("num_axes", -1, least=-1)
    end = rank if count < 0 else start + count
    if not start <= end <= rank:
        raise step.layer.refuse(f"its axes {start} to {end} are not in a blob of {rank}")
    new = parameters.message("shape").integers("dim", -1)
    sizes = [*dims[:start], *new, *dims[end:]]
    for number, size in enumerate(new):
        if size == 0:
            if start + number >= rank:
                raise step.layer.refuse(f"dim {number} is 0, but the blob has no such axis")
            sizes[start + number] = dims[start + number]
    if new.count(-1) > 1:
        raise step.layer.refuse("its shape has several sizes of -1")
    total = prod(dims)
    if -1 in new:
        place = start + new.index(-1)
        rest = prod(sizes[:place]) * prod(sizes[place + 1 :])
        sizes[place] = total // rest
    if prod(sizes) != total:
        before, after = "x".join(map(str, dims)), "x".join(map(str, sizes))
        raise step.layer.refuse(f"the numbers of {before} do not fit into {after}")
    return sizes


def _permute(step: CaffeStep) -> list[Blob]:
    """Permute of SSD, which has the axes that are not named at the end."""
    step.takes(1)
    order = step.parameters("permute_param").integers("order")
    rank = len(step.dims())
    if len(set(order)) < len(order) or any(axis >= rank for axis in order):
        raise step.layer.refuse(f"its order {order} is not one of the {rank} axes of the blob")
    order += [axis for axis in range(rank) if axis not in order]
    if order[0]:
        raise NotSaid(_BATCH)
    return [step.blob(step.add("Permute", {"dims": order}))]


def _concat(step: CaffeStep) -> list[Blob]:
    """Concat along an axis."""
    parameters = step.parameters("concat_param")
    axis = _old_axis(step, parameters, "concat_dim")
    every = [step.dims(which) for which in range(len(step.bottoms))]
    rests = [(*dims[:axis], *dims[axis + 1 :]) for dims in every]
    if len(set(rests)) > 1 or len({len(dims) for dims in every}) > 1:
        shapes = " and ".join(dict.fromkeys("x".join(map(str, dims)) for dims in every))
        raise step.layer.refuse(f"blobs of {shapes} are not joined along axis {axis}")
    if axis == 0:
        raise NotSaid(_BATCH)
    if len(step.bottoms) == 1:
        return [step.blob(step.add("Identity"))]
    wires = [step.wire(which) for which in range(len(step.bottoms))]
    return [step.blob(step.add("Concat", {"dim": axis}, wires))]


def _old_axis(step: CaffeStep, parameters: ProtoMessage, old: str) -> int:
    """The axis of a layer that had another name for it once. Raises Refusal SC501 for both."""
    if not parameters.has(old):
        return step.axis(parameters)
    if parameters.has("axis"):
        raise step.layer.refuse(f"it has both axis and {old}, of which Caffe takes either")
    parameters.integer(old, 1)
    return step.axis(parameters, old)


def _slice(step: CaffeStep) -> list[Blob]:
    """Slice, at points or in equal parts."""
    step.takes(1)
    parameters = step.parameters("slice_param")
    axis = _old_axis(step, parameters, "slice_dim")
    points = parameters.integers("slice_point", 1)
    count = len(step.layer.tops)
    size = step.dims()[axis]
    if points:
        if len(points) != count - 1:
            raise step.layer.refuse(f"{len(points)} points make no {count} parts")
        ends = [0, *points, size]
        parts = [end - start for start, end in pairwise(ends)]
        if min(parts) < 1:
            raise step.layer.refuse(f"its points {points} are not in order within {size}")
    else:
        if not count or size % count:
            raise step.layer.refuse(f"{count} equal parts are not made of {size}")
        parts = [size // count] * count
    if axis == 0:
        raise NotSaid(_BATCH)
    if count == 1:
        return [step.blob(step.add("Identity"))]
    whole = step.add("Split", {"split_size": parts, "dim": axis})
    return [step.blob(whole._replace(output=number)) for number in range(count)]


def _crop(step: CaffeStep) -> list[Blob]:
    """Crop to the sizes of a second blob, from a corner."""
    step.takes(2)
    parameters = step.parameters("crop_param")
    dims, like = step.dims(), step.dims(1)
    axis = step.axis(parameters, default=2)
    offsets = parameters.integers("offset")
    if len(like) != len(dims):
        raise step.layer.refuse("it takes blobs of different numbers of axes")
    if len(offsets) > 1 and len(offsets) != len(dims) - axis:
        raise step.layer.refuse(f"{len(offsets)} offsets are not one for each axis from {axis}")
    cut = len(dims) - axis
    starts = [0] * axis + (offsets if len(offsets) == cut else (offsets or [0]) * cut)
    made = (*dims[:axis], *like[axis:])
    if any(start + size > whole for start, size, whole in zip(starts, made, dims, strict=True)):
        raise step.layer.refuse("what it is cropped to reaches out of the blob")
    if made[0] != dims[0]:
        raise NotSaid(_BATCH)
    if made[1] != dims[1] or made[2:] != like[2:] or len(set(starts[2:])) > 1:
        raise NotSaid("a Crop has the positions of its second input, and one offset", made)
    fields = {"anchor": "corner", "offset": starts[-1]}
    return [step.blob(step.add("Crop", fields, [step.wire(), step.wire(1)]))]


def _crop_somewhere(step: CaffeStep) -> list[Blob]:
    """CROP of the second format, in a fork that worked out the offset by itself."""
    step.takes(2)
    raise NotSaid("it is cropped to where its place says", (*step.dims()[:2], *step.dims(1)[2:]))


def _tile(step: CaffeStep) -> list[Blob]:
    """Tile, which no layer type is."""
    step.takes(1)
    parameters = step.parameters("tile_param")
    axis = step.axis(parameters)
    made = list(step.dims())
    made[axis] *= parameters.integer("tiles", 1, 1)
    raise NotSaid("no layer type repeats what it takes", made if axis else None)


def _reduction(step: CaffeStep) -> list[Blob]:
    """Reduction of all axes from one on, to their sum or mean."""
    step.takes(1)
    parameters = step.parameters("reduction_param")
    words = {"SUM": 1, "ASUM": 2, "SUMSQ": 3, "MEAN": 4}
    operation = parameters.word("operation", words, "SUM")
    axis, dims = step.axis(parameters, default=0), step.dims()
    if axis < 2:
        raise NotSaid("a number for each input, or for all, is no shape here")
    type = {"SUM": "Sum", "MEAN": "Mean"}.get(operation)
    if type is None or parameters.number("coeff", 1.0) != 1:
        raise NotSaid("no layer type is this of some axes", dims[:axis])
    return [step.blob(step.add(type, {"dim": list(range(axis, len(dims)))}))]


def _shuffle_channels(step: CaffeStep) -> list[Blob]:
    """ShuffleChannel, of the forks for ShuffleNet."""
    step.takes(1)
    groups = step.parameters("shuffle_channel_param").integer("group", 1, 1)
    return [step.blob(step.add("ChannelShuffle", {"groups": groups}))]


def _interp(step: CaffeStep) -> list[Blob]:
    """Interp: bilinear, its corners aligned."""
    if len(step.bottoms) != 1:
        raise NotSaid("it takes more than one blob, which only forks have")
    parameters = step.parameters("interp_param")
    batch, channels, *spatial = step.image()
    factors = {
        name: parameters.integer(name, 1, 1) if parameters.has(name) else None
        for name in ("shrink_factor", "zoom_factor")
    }
    shrink, zoom = factors.values()
    pads = sum(parameters.integer(name, 0, -(2**31)) for name in ("pad_beg", "pad_end"))
    stated = [parameters.integer(name, 0) for name in ("height", "width")]
    sizes = [size + pads for size in spatial]
    if (shrink is None) == (zoom is None) and all(map(parameters.has, ("height", "width"))):
        sizes = stated
    elif shrink is None and zoom is None:
        raise step.layer.refuse("it has no size, zoom_factor or shrink_factor")
    else:
        sizes = [(size - 1) // (shrink or 1) + 1 for size in sizes]
        sizes = [size + (size - 1) * ((zoom or 1) - 1) for size in sizes]
    if min(sizes) < 1:
        raise step.layer.refuse(f"it makes sizes of {sizes}")
    if any(parameters.integer(name, 0, -(2**31)) for name in ("pad_beg", "pad_end")):
        raise NotSaid("no Upsample crops what it takes", (batch, channels, *sizes))
    fields = {"size": sizes, "mode": "bilinear", "align_corners": True}
    return [step.blob(step.add("Upsample", fields))]


def _reorg(step: CaffeStep) -> list[Blob]:
    """Reorg of YOLO, whose order of the channels no layer type has."""
    step.takes(1)
    parameters = step.parameters("reorg_param")
    stride = parameters.integer("stride", 1, 1)
    batch, channels, height, width = step.image()
    if parameters.flag("reverse", False):
        made = (batch, channels // stride**2, height * stride, width * stride)
    else:
        made = (batch, channels * stride**2, height // stride, width // stride)
    raise NotSaid("no layer type puts positions in this order among the channels", made)


CAFFE_SHAPING: dict[str, Converter] = {
    "CROP": _crop_somewhere,
    "Concat": _concat,
    "Crop": _crop,
    "Flatten": _flatten,
    "Interp": _interp,
    "Permute": _permute,
    "Reduction": _reduction,
    "Reorg": _reorg,
    "Reshape": _reshape,
    "ShuffleChannel": _shuffle_channels,
    "Slice": _slice,
    "Split": _split,
    "Tile": _tile,
}
"""The types of these layers, each with what converts it."""
