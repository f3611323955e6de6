"""Layers of Keras that pad, crop, resize and reshape."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from shapecalc.importers.keras.config import as_integer, untupled
from shapecalc.importers.keras.windows import window_axes

if TYPE_CHECKING:
    from shapecalc.importers.keras.calls import LayerCall
    from shapecalc.importers.network import Wire

_ORDER = (
    "Flatten and Reshape keep the order of Keras' numbers, channels last; the spec's order is "
    "PyTorch's, channels first. Shapes and costs are the same."
)
"""What is remarked where a reshape would give other numbers."""

MODES = {"nearest": "nearest", "bilinear": "bilinear", "bicubic": "bicubic", "area": "area"}
"""The interpolations that have a mode, by Keras' names."""


def _ends(call: LayerCall, key: str, axes: int) -> list[list[int]]:
    """What is padded or cropped before and after each axis."""
    found = untupled(call.config.value(key, 1))
    values = found if isinstance(found, list) else [found] * axes
    if axes == 1 and len(values) == 2:
        values = [values]
    pairs = []
    for value in map(untupled, values):
        pair = value if isinstance(value, list) else [value, value]
        numbers = [number for number in map(as_integer, pair) if number is not None]
        if len(numbers) != 2 or len(pair) != 2 or min(numbers) < 0:
            raise call.config.refused(f"{key} is not a number, or a pair of them, for each axis")
        pairs.append(numbers)
    if len(pairs) != axes:
        raise call.config.refused(f"{key} has {len(pairs)} values for {axes} axes")
    return pairs


def _padded(call: LayerCall, key: str, sign: int) -> Wire:
    axes = window_axes(call)
    pairs = _ends(call, key, axes)
    sides = [sign * number for pair in reversed(pairs) for number in pair]
    same = sides[0] if sides.count(sides[0]) == len(sides) else sides
    return call.add(f"ZeroPad{axes}d", {"padding": same, **call.leading}, call.input)


def zero_padding(call: LayerCall) -> Wire:
    """ZeroPadding1D, ZeroPadding2D, ZeroPadding3D."""
    return _padded(call, "padding", 1)


def cropping(call: LayerCall) -> Wire:
    """Cropping1D, Cropping2D, Cropping3D: a negative padding."""
    return _padded(call, "cropping", -1)


def up_sampling(call: LayerCall) -> Wire:
    """UpSampling1D, UpSampling2D, UpSampling3D."""
    axes = window_axes(call)
    mode = call.config.word("interpolation", "nearest")
    size = call.config.along("size", axes, 2)
    if mode not in MODES:
        return call.unknown(f"no layer type interpolates in the mode {mode[:20]!r} as here")
    fields = {"scale_factor": size, "mode": MODES[mode], **call.leading}
    return call.add("Upsample", fields, call.input)


def resizing(call: LayerCall) -> Wire:
    """Resizing, of a whole image."""
    config = call.config
    mode = config.word("interpolation", "bilinear")
    if mode not in MODES or call.rank != 2 or config.flag("crop_to_aspect_ratio", False):
        return call.unknown("no layer type resizes in this mode")
    size = [config.integer("height"), config.integer("width")]
    return call.add("Upsample", {"size": size, "mode": MODES[mode], **call.leading}, call.input)


def center_crop(call: LayerCall) -> Wire:
    """CenterCrop, where it does not resize."""
    size = [call.config.integer("height"), call.config.integer("width")]
    spatial = call.input.shape.spatial
    if call.lead or len(spatial) != 2 or any(n < m for n, m in zip(spatial, size, strict=True)):
        return call.unknown("it resizes where the image is smaller than what it crops")
    return call.add("Crop", {"size": size}, call.input)


def _remark_order(call: LayerCall) -> None:
    if call.input.shape.positions > 1 and call.input.shape.channels > 1 and not call.axes.first:
        call.network.remark(_ORDER)


def flatten(call: LayerCall) -> Wire:
    """Flatten."""
    _remark_order(call)
    if not call.lead:
        return call.add("Flatten", {}, call.input)
    sizes = call.axes.sizes(call.input.shape)
    kept = [*sizes[: call.lead], prod(sizes[call.lead :])]
    return call.add("Reshape", {"shape": str(call.axes.shape(kept))}, call.input)


def reshape(call: LayerCall) -> Wire:
    """Reshape, of which one size may be -1."""
    return in_shape(call, call.config.integers("target_shape"))


def in_shape(call: LayerCall, target: list[int], name: str = "target_shape") -> Wire:
    """Another shape, in the file's order, without the batch."""
    shape = call.input.shape
    sizes = list(call.axes.sizes(shape)[: call.lead])
    rest = shape.elements // prod(sizes)
    known = prod(size for size in target if size != -1)
    if target.count(-1) == 1 and known > 0 and rest % known == 0:
        target = [rest // known if size == -1 else size for size in target]
    if not target or min(target) < 1 or prod(target) != rest:
        text = f"{name} {target[:9]} does not have the {rest} elements of {shape}"
        raise call.config.refused(text)
    made = call.axes.shape([*sizes, *target])
    if made.positions > 1 and made.channels > 1:
        _remark_order(call)
    return call.add("Reshape", {"shape": str(made)}, call.input)


def permute(call: LayerCall) -> Wire:
    """Permute, whose axes count from 1, without the batch."""
    dims = call.config.integers("dims")
    if call.lead:
        return call.unknown("a permutation at every step of time")
    return permuted(call, dims, "dims")


def permuted(call: LayerCall, dims: list[int], name: str) -> Wire:
    """The axes in another order, of which the batch is none."""
    shape = call.input.shape
    if sorted(dims) != list(range(1, len(shape) + 1)):
        raise call.config.refused(f"{name} {dims[:9]} are not the axes of {shape}, from 1")
    order = [call.dim(dims[call.axes.axis(dim, shape) - 1]) for dim in range(1, len(shape) + 1)]
    return call.add("Permute", {"dims": [0, *order]}, call.input)


def repeat_vector(call: LayerCall) -> Wire:
    """RepeatVector: a sequence of one position, made longer."""
    number = call.config.integer("n")
    shape = call.input.shape
    if shape.spatial or call.axes.first or number < 1:
        return call.unknown("only a vector is repeated, channels last")
    one: dict[str, Any] = {"shape": f"1x{shape.channels}"}
    wire = call.add("Reshape", one, call.input, part="sequence", inner=True)
    return call.add("Upsample", {"size": number}, wire)


SHAPING = {
    **{f"ZeroPadding{axes}D": zero_padding for axes in (1, 2, 3)},
    **{f"Cropping{axes}D": cropping for axes in (1, 2, 3)},
    **{f"UpSampling{axes}D": up_sampling for axes in (1, 2, 3)},
    "Resizing": resizing,
    "CenterCrop": center_crop,
    "Flatten": flatten,
    "Reshape": reshape,
    "Permute": permute,
    "RepeatVector": repeat_vector,
}
"""The classes of this family, and what adds each."""
