"""Positions that are added around a tensor, between them, or laid out as channels."""

from __future__ import annotations

from math import floor, inf
from typing import TYPE_CHECKING, Any

from shapecalc.importers.onnx.tensors import plain_float
from shapecalc.importers.onnx.values import GraphTensor
from shapecalc.importers.onnx.windows import along

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.onnx.conversion import Conversion, Operator
    from shapecalc.importers.onnx.model import OnnxNode

_PADS = {
    "constant": "ConstantPad",
    "reflect": "ReflectionPad",
    "edge": "ReplicationPad",
    "wrap": "CircularPad",
}
_LOWEST = -3.4028235e38
"""The lowest number of 32 bits but minus infinity, which no field can be."""

_LINEAR = {1: "linear", 2: "bilinear", 3: "trilinear"}


def _pad(conversion: Conversion, node: OnnxNode) -> None:
    tensor = conversion.tensor(node)
    name = "paddings" if node.has("paddings") else "pads"
    pads = conversion.integers(node, name, 1)
    rank = len(tensor.axes)
    axes = conversion.integers(node, "axes", 3) if node.input(3) else None
    axes = list(range(rank)) if axes is None else [conversion.axis(node, a, rank) for a in axes]
    if pads is None or len(pads) != 2 * len(axes):
        raise conversion.refused(node, f"its pads are not two for each of {len(axes)} axes")
    ends = {tensor.axes[axis]: (pads[i], pads[i + len(axes)]) for i, axis in enumerate(axes)}
    ends = {axis: pair for axis, pair in ends.items() if pair != (0, 0)}
    if not ends:
        conversion.set(node, tensor)
        return
    mode = node.text("mode", "constant") or "constant"
    if (
        0 in ends
        or mode not in _PADS
        or not 1 <= tensor.rank <= 3
        or (1 in ends and mode != "constant")
    ):
        raise conversion.stop(node, "no layer type pads so")
    fields, type = _padded(conversion, node, tensor, ends, _PADS[mode])
    note = None
    if fields.get("value") == -inf:  # as before a max pool, of which it is no maximum
        fields["value"] = _LOWEST
        note = "of minus infinity"
    conversion.set(node, conversion.add(node, type, fields, [tensor], tensor.axes, note=note))


def _padded(
    conversion: Conversion,
    node: OnnxNode,
    tensor: GraphTensor,
    ends: dict[int, tuple[int, int]],
    type: str,
) -> tuple[dict[str, Any], str]:
    sides = [side for axis in range(tensor.rank + 1, 1, -1) for side in ends.get(axis, (0, 0))]
    sides += ends.get(1, ())
    fields: dict[str, Any] = {"padding": along(sides)}
    if len(sides) > 2 * tensor.rank:
        fields["padding"] = sides
    if type == "ConstantPad":
        value: float = node.float("value", 0.0)
        if node.input(2):
            numbers = conversion.numbers(node, 2).values
            value = plain_float(float(numbers[0])) if numbers else 0.0
        if value == 0 and len(sides) == 2 * tensor.rank:
            type = "ZeroPad"
        else:
            fields["value"] = value
    return fields, f"{type}{tensor.rank}d"


def _resize(conversion: Conversion, node: OnnxNode) -> None:
    tensor = conversion.channels_first(node)
    rank = tensor.rank
    if not 1 <= rank <= 3:
        raise conversion.stop(node, f"no layer type resizes {rank} spatial axes")
    dims = tensor.dims
    sizes, scales = _wanted(conversion, node, dims)
    if sizes[:2] != list(dims[:2]):
        raise conversion.stop(node, "no layer type resizes the channels or the batch")
    fields: dict[str, Any] = {}
    whole = [
        new // old if new % old == 0 else 0 for new, old in zip(sizes[2:], dims[2:], strict=True)
    ]
    if scales is not None and min(whole) > 0:
        fields["scale_factor"] = along(whole)
    else:
        fields["size"] = along(sizes[2:])
    fields |= _mode(conversion, node, rank)
    note = _note(node)
    result = conversion.add(node, "Upsample", fields, [tensor], tensor.axes, note=note)
    conversion.set(node, result)


def _wanted(
    conversion: Conversion, node: OnnxNode, dims: Sequence[int]
) -> tuple[list[int], list[float] | None]:
    """The sizes that a resize leads to, and the factors, where it is told by those."""
    is_upsample = node.op == "Upsample"
    index = 1 if is_upsample or conversion.opset < 11 else 2
    given = conversion.constant(node, 3) if index == 2 else None
    axes = node.integers("axes") or list(range(len(dims)))
    axes = [conversion.axis(node, axis, len(dims)) for axis in axes]
    if given is not None or (index == 2 and node.input(3)):
        new = conversion.whole(node, 3)
        scales = None
        policy = node.text("keep_aspect_ratio_policy", "stretch") or "stretch"
        if policy != "stretch":
            raise conversion.stop(node, "no layer type keeps a ratio of sizes")
    else:
        attribute = node.attributes.get("scales")
        if attribute is not None:
            scales = attribute.floats
        else:
            scales = [float(scale) for scale in conversion.numbers(node, index).values]
        if any(not 0 < scale < 2**31 for scale in scales):
            raise conversion.refused(node, "a scale is not a number above 0")
        new = [floor(dims[axis] * scale) for axis, scale in zip(axes, scales, strict=False)]
    if len(new) != len(axes) or any(size < 1 for size in new):
        raise conversion.refused(node, f"its {len(new)} sizes do not fit {len(axes)} axes")
    sizes = list(dims)
    for axis, size in zip(axes, new, strict=True):
        sizes[axis] = size
    return sizes, scales


def _mode(conversion: Conversion, node: OnnxNode, rank: int) -> dict[str, Any]:
    mode = node.text("mode", "nearest") or "nearest"
    place = _places(conversion, node)
    if place == "tf_crop_and_resize":
        raise conversion.stop(node, "no layer type crops and resizes at once")
    if mode == "nearest":
        exact = place == "half_pixel" and node.text("nearest_mode", "") == "round_prefer_ceil"
        return {"mode": "nearest-exact"} if exact else {}
    if mode == "linear":
        fields: dict[str, Any] = {"mode": _LINEAR[rank]}
    elif mode == "cubic" and rank == 2:
        fields = {"mode": "bicubic"}
    else:
        raise conversion.stop(
            node, f"no layer type resizes {rank} spatial axes in the mode {mode[:40]!r}"
        )
    return fields | ({"align_corners": True} if place == "align_corners" else {})


def _places(conversion: Conversion, node: OnnxNode) -> str:
    """Where the positions of the output are in the input."""
    usual = "half_pixel" if conversion.opset >= 11 and node.op == "Resize" else "asymmetric"
    return node.text("coordinate_transformation_mode", usual) or usual


def _note(node: OnnxNode) -> str | None:
    if node.integer("antialias", 0):
        return "with antialias"
    return None


def _depth_to_space(conversion: Conversion, node: OnnxNode) -> None:
    tensor = conversion.channels_first(node)
    factor = node.integer("blocksize", 1)
    if node.text("mode", "DCR") == "CRD":
        note = None
    else:
        note = "the channels of a pixel are in an order that PixelShuffle has otherwise"
        conversion.network.remark("DepthToSpace of the mode DCR is a PixelShuffle with a note")
    fields = {"upscale_factor": factor}
    result = conversion.add(node, "PixelShuffle", fields, [tensor], tensor.axes, note=note)
    conversion.set(node, result)


def _space_to_depth(conversion: Conversion, node: OnnxNode) -> None:
    tensor = conversion.channels_first(node)
    note = "the channels of a pixel are in an order that PixelUnshuffle has otherwise"
    conversion.network.remark("SpaceToDepth is a PixelUnshuffle with a note")
    fields = {"downscale_factor": node.integer("blocksize", 1)}
    result = conversion.add(node, "PixelUnshuffle", fields, [tensor], tensor.axes, note=note)
    conversion.set(node, result)


RESAMPLING_OPERATORS: dict[str, Operator] = {
    "Pad": _pad,
    "Resize": _resize,
    "Upsample": _resize,
    "DepthToSpace": _depth_to_space,
    "SpaceToDepth": _space_to_depth,
}
