"""What a layer is in whatever words: layers that do the same come to the same type and fields.

Left out is what changes no number in training or in inference: whether a result overwrites its
input, an inferred channel count, where a layer stands for what does nothing. What acts in training
alone, as a dropout, is compared as any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.graph.structure import own_fields
from shapecalc.layers.base import Elementwise, Windowed
from shapecalc.layers.dims import axis_of
from shapecalc.layers.resampling import ALIGNING

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecalc.layers.base import Layer
    from shapecalc.shapes.shape import Shape, Shapes

    Fields = dict[str, Any]
    Said = list[tuple[str, Fields, Shape | None]]
    """Types with their fields, one after the other; the output of each but the last."""

NOT_COMPARED = frozenset(
    [
        *("inplace", "per_position", "layer_scale", "recompute_scale_factor", "return_indices"),
        "batch_first",
    ]
)
"""The fields that change no number, and the initial value of a scale, which is gone once a module
is trained."""

FOLLOWING_SHAPES = ("shape", "size")
"""The fields that follow from the input's shape, in the plainest words."""

FOLLOWING_PARTS = ("start", "end")
"""Those that do where the layer is a Chunk."""

COMMUTING = ("Add", "Multiply", "Maximum")
"""The types whose inputs may come in any order."""


def said_plainly(layer: Layer, inputs: Shapes, outputs: Shapes) -> Said:
    """A layer as the plainest that do the same; nothing where it does nothing."""
    type = layer.type.name
    fields = {name: value for name, value in own_fields(layer).items() if name not in NOT_COMPARED}
    if fields.get("affine") is False or fields.get("elementwise_affine") is False:
        fields.pop("bias", None)
    if isinstance(layer, Windowed):
        _plain_padding(layer, inputs[0], fields)
    rewrite = _REWRITES.get(type)
    if rewrite is not None:
        return rewrite(layer, type, fields, inputs, outputs)
    return [(type, fields, None)]


def _plain_padding(layer: Windowed, input: Shape, fields: Fields) -> None:
    """The padding as what it comes to before and after each axis."""
    if layer.transposed:
        return
    ends = tuple(layer.ends(input))
    fields["padding"] = ends
    if not any(before or after for before, after in ends):
        fields.pop("padding_mode", None)
        fields.pop("count_include_pad", None)


def _nothing(*_: Any) -> Said:
    return []


def _dropping(layer: Layer, type: str, fields: Fields, *_: Any) -> Said:
    return [(type, fields, None)] if fields["p"] else []


def _reshaping(layer: Layer, type: str, fields: Fields, inputs: Shapes, outputs: Shapes) -> Said:
    return _reshaped(inputs[0], outputs[0])


def _reshaped(input: Shape, output: Shape) -> Said:
    shape = squeezed(output)
    return [] if squeezed(input) == shape else [("Reshape", {"shape": shape}, shape)]


def minds_no_shape(layer: Layer, fields: Fields, one: Shape, other: Shape) -> bool:
    """Whether a layer does the same to a tensor in both shapes."""
    type = layer.type.name
    if type in ("LayerNorm", "RMSNorm"):
        return fields["normalized_shape"] is None and one.channels == other.channels
    return isinstance(layer, Elementwise) or type in ("Dropout", "StochasticDepth")


def _stored(layer: Any, type: str, fields: Fields, inputs: Shapes, outputs: Shapes) -> Said:
    return [(type, {"shape": squeezed(outputs[0])}, None)]


def squeezed(shape: Shape) -> Shape:
    """A shape without its sizes of 1, of which a Reshape may make more or fewer."""
    return type(shape)([size for size in shape if size > 1] or [1])


def _mean(axes: tuple[int, ...], kept: Shape, output: Shape, type: str = "Mean") -> Said:
    found: Said = [(type, {"dim": axes}, kept)]
    if kept != output:
        found += _reshaped(kept, output)
    return found


def _reducing(layer: Any, type: str, fields: Fields, inputs: Shapes, outputs: Shapes) -> Said:
    axes = tuple(sorted(layer.reduced(inputs[0])))
    sizes = (1 if axis in axes else size for axis, size in enumerate(inputs[0].chw))
    return _mean(axes, type_shape(sizes), outputs[0], type)


def type_shape(sizes: Any) -> Shape:
    """The shape of sizes, channels first."""
    from shapecalc.shapes.shape import Shape

    return Shape.from_chw(sizes)


def _adaptive(layer: Any, type: str, fields: Fields, inputs: Shapes, outputs: Shapes) -> Said:
    sizes = outputs[0].spatial
    if set(sizes) == {1} and set(layer.output_size) == {1}:
        axes = tuple(range(1, len(sizes) + 1))
        return _mean(axes, outputs[0], outputs[0], "Mean" if "Avg" in type else "Amax")
    return [(type, {"output_size": sizes}, None)]


def _along(layer: Any, type: str, fields: Fields, inputs: Shapes, outputs: Shapes) -> Said:
    dim = fields["dim"]
    of = outputs[0] if type == "Stack" else inputs[0]
    if dim is None:
        dim = 1
    fields["dim"] = axis_of("dim", dim, of, batch=True)
    return [(type, fields, None)]


def _softmax_of_image(*_: Any) -> Said:
    return [("Softmax", {"dim": 0}, None)]


def slices_of(layer: Any, inputs: Shapes, outputs: Shapes) -> list[Fields]:
    """The parts of a Chunk or a Split, each as the fields of a Slice; nothing for other layers."""
    if layer.type.name not in ("Chunk", "Split"):
        return []
    axis = layer.axis(inputs[0])
    found: list[Fields] = []
    start = 0
    for part in outputs:
        end = start + part.chw[axis]
        found.append({"dim": axis, "start": start, "end": end, "step": 1})
        start = end
    return found


def _slice(layer: Any, type: str, fields: Fields, inputs: Shapes, outputs: Shapes) -> Said:
    axis = layer.axis(inputs[0])
    extent = inputs[0].chw[axis]
    start, end = layer.bounds(extent)
    if (start, end, layer.step) == (0, extent, 1):
        return []
    return [(type, {"dim": axis, "start": start, "end": end, "step": layer.step}, None)]


def _crop(layer: Any, type: str, fields: Fields, inputs: Shapes, outputs: Shapes) -> Said:
    """A slice of each axis of which something is left out."""
    found: Said = []
    sizes = list(inputs[0].chw)
    for axis, (start, size) in enumerate(
        zip(layer.starts(inputs), outputs[0].spatial, strict=True), 1
    ):
        if size != sizes[axis]:
            sizes[axis] = size
            cut = {"dim": axis, "start": start, "end": start + size, "step": 1}
            found.append(("Slice", cut, type_shape(sizes)))
    return found


def _select(layer: Any, type: str, fields: Fields, inputs: Shapes, outputs: Shapes) -> Said:
    axis = layer.axis(inputs[0])
    return [(type, {"dim": axis, "index": layer.index % inputs[0].chw[axis]}, None)]


def _reordered(layer: Any, type: str, fields: Fields, inputs: Shapes, outputs: Shapes) -> Said:
    """Which of the axes in the order of a shape each is, of those that are wider than 1."""
    count = len(inputs[0])
    printed = [(axis - 1) % count for axis in layer.order(inputs[0])]  # the channels come last
    order = [*printed[1:], printed[0]]
    wide = [axis for axis in range(count) if inputs[0][axis] > 1]
    dims = tuple(wide.index(axis) for axis in order if axis in wide)
    if dims == tuple(range(len(dims))):
        return _reshaped(inputs[0], outputs[0])
    return [("Permute", {"dims": dims}, squeezed(outputs[0]))]


def _rolled(layer: Any, type: str, fields: Fields, inputs: Shapes, outputs: Shapes) -> Said:
    moved = tuple(sorted(layer.moved(inputs[0]).items()))
    return [(type, {"shifts": moved}, None)] if moved else []


def _upsample(layer: Any, type: str, fields: Fields, inputs: Shapes, outputs: Shapes) -> Said:
    mode = getattr(layer, "mode", "nearest")
    aligned = bool(getattr(layer, "align_corners", False))
    if type == "UpsamplingBilinear2d":
        mode, aligned = "bilinear", True
    plain: Fields = {"size": outputs[0].spatial, "mode": mode}
    if mode in ALIGNING:
        plain["align_corners"] = aligned
    return [("Upsample", plain, None)]


def _hardtanh(layer: Any, type: str, fields: Fields, *_: Any) -> Said:
    return (
        [("ReLU6", {}, None)]
        if (layer.min_val, layer.max_val) == (0, 6)
        else [(type, fields, None)]
    )


def _layer_norm(layer: Any, type: str, fields: Fields, inputs: Shapes, outputs: Shapes) -> Said:
    sizes = fields["normalized_shape"]
    channels_last = type == "LayerNorm2d" or not inputs[0].spatial
    if isinstance(sizes, int) or (channels_last and sizes is not None and len(sizes) == 1):
        fields["normalized_shape"] = None
    return [("LayerNorm" if type == "LayerNorm2d" else type, fields, None)]


def _padded(layer: Any, type: str, fields: Fields, *_: Any) -> Said:
    """Without the sides of axes that are not padded, of which a list may have none."""
    sides = fields["padding"]
    while len(sides) > 1 and sides[0] == (0, 0):
        sides = sides[1:]
    if sides == ((0, 0),):
        return []
    fields["padding"] = sides
    return [(type, fields, None)]


def _affine(layer: Any, type: str, fields: Fields, inputs: Shapes, outputs: Shapes) -> Said:
    """A factor and a summand, one after the other."""
    factor: Said = [("LayerScale", {}, outputs[0])] if layer.weight else []
    return [*factor, (type, {"weight": False}, None)] if layer.bias else factor


def _constant(layer: Any, type: str, fields: Fields, *_: Any) -> Said:
    if fields["value"] == 0:
        del fields["value"]
        type = type.replace("Constant", "Zero")
    return _padded(layer, type, fields)


_DROPPING = """
Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout StochasticDepth
"""

_REWRITES: dict[str, Callable[..., Said]] = {
    "Identity": _nothing,
    **dict.fromkeys(
        _DROPPING.split(),
        _dropping,
    ),
    **dict.fromkeys(("Flatten", "Unflatten", "Reshape"), _reshaping),
    **dict.fromkeys(("Mean", "Sum", "Amax"), _reducing),
    **{f"Adaptive{kind}Pool{axes}d": _adaptive for kind in ("Avg", "Max") for axes in (1, 2, 3)},
    **dict.fromkeys(
        ("Softmax", "Softmin", "LogSoftmax", "GLU", "Concat", "Stack", "IndexSelect"), _along
    ),
    "Softmax2d": _softmax_of_image,
    **dict.fromkeys(("Parameter", "Buffer"), _stored),
    "Slice": _slice,
    "Crop": _crop,
    "Select": _select,
    **dict.fromkeys(("Permute", "Transpose"), _reordered),
    "Roll": _rolled,
    **dict.fromkeys(("Upsample", "UpsamplingNearest2d", "UpsamplingBilinear2d"), _upsample),
    "Hardtanh": _hardtanh,
    "Affine": _affine,
    **dict.fromkeys(("LayerNorm", "LayerNorm2d", "RMSNorm"), _layer_norm),
    **{f"ConstantPad{axes}d": _constant for axes in (1, 2, 3)},
    **{
        f"{kind}Pad{axes}d": _padded
        for kind in ("Zero", "Reflection", "Replication", "Circular")
        for axes in (1, 2, 3)
    },
}
"""What is more than its own fields, by type."""
