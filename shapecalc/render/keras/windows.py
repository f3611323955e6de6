"""How convolutions, pools, paddings and crops are written: each padding is a layer of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shapecalc.layers.base import Windowed
from shapecalc.layers.cropping import Crop
from shapecalc.render.code.layout import Bracket, Part, flat
from shapecalc.render.code.trees import constant
from shapecalc.render.code.writing import source
from shapecalc.render.keras.uses import (
    Call,
    LayerUse,
    UnsayableError,
    helped,
    hold_to_plain_weights,
    one_for_all,
    writes,
)
from shapecalc.shapes.window import FITTING

MINUS_INFINITY = 'float("-inf")'

CROPS = "it crops, by a negative padding"


def _is_zero(use: LayerUse, name: str) -> bool:
    return use.is_known(name) and not any(_each(use.value(name)))


def _each(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _is_beyond_pytorch(use: LayerUse) -> bool:
    """Whether a padding is a pair for each axis, or one of ONNX's words."""
    padding = use.value("padding") if use.is_known("padding") else None
    return padding in FITTING or (
        isinstance(padding, tuple) and any(isinstance(each, tuple) for each in padding)
    )


def _own_sides(use: LayerUse) -> tuple[tuple[int, int], ...]:
    """The padding before and after each axis, where PyTorch has no such padding."""
    values = {name: use.value(name) for name in use.fields}
    fields = use.type.fields
    layer = use.type.make(
        {
            name: fields[name].read(value, use.type.rank)
            for name, value in values.items()
            if value is not None
        }
    )
    assert isinstance(layer, Windowed)
    found = {tuple(layer.ends(inputs[0])) for inputs, _ in use.runs}
    if len(found) != 1:
        raise UnsayableError("its padding is not known, or differs from use to use")
    return found.pop()


def _pairs(use: LayerUse) -> str:
    """The padding before and after each axis, in code."""
    if _is_beyond_pytorch(use):
        return source(constant(_own_sides(use)))
    if use.is_known("padding"):
        numbers = _each(use.value("padding"))
        numbers = numbers if len(numbers) == use.type.rank else numbers * use.type.rank
        return source(constant([(number, number) for number in numbers]))
    return f"both_ends({use.text('padding')}, {use.type.rank})"


def _padded_with(helper: str, pairs: Part, what: str) -> Call:
    """The padding of another layer by a helper, whose pairs may be those of a function."""
    needs = tuple(each for each in ("both_ends", "pool_padding") if flat(pairs).startswith(each))
    return helped(helper, pairs, what, suffix="padding", needs=needs)


def _zero_padding(use: LayerUse) -> Call:
    made = f"layers.ZeroPadding{use.type.rank}D"
    if _is_beyond_pytorch(use):
        return Call(made, _sides_in_code(list(_own_sides(use))), suffix="padding")
    condition = None if use.is_known("padding") else use.text("padding")
    return Call(made, source(use.axes("padding")), suffix="padding", condition=condition)


def _no_dilated_stride(use: LayerUse) -> None:
    """Refuse both at once, where they are known."""
    names = ("stride", "dilation")
    if all(use.is_known(name) and max(_each(use.value(name))) > 1 for name in names):
        raise UnsayableError("Keras has no dilation together with a stride")


@writes("Conv1d Conv2d Conv3d")
def _convolution(use: LayerUse) -> Iterator[Call]:
    rank = use.type.rank
    _no_dilated_stride(use)
    hold_to_plain_weights(use)
    items: list[Part] = [use.text("out_channels"), source(use.axes("kernel_size"))]
    items += use.keyword("strides", "stride", 1)
    padding = use.value("padding") if use.is_known("padding") else None
    mode = use.value("padding_mode")
    if padding in ("same", "same_upper") and mode == "zeros":
        items.append('padding="same"')
    elif padding == "same":
        raise UnsayableError(f"padding same pads with zeros in Keras, not by {mode}")
    elif padding != "valid" and not _is_zero(use, "padding"):
        if mode == "zeros":
            yield _zero_padding(use)
        else:
            if not _is_beyond_pytorch(use):
                crops = min(_each(use.value("padding"))) < 0
            else:
                crops = min(map(min, _own_sides(use))) < 0
            if crops:
                raise UnsayableError(CROPS)
            yield _padded_with("InputPadding", _pairs(use), source(constant(mode)))
    items += use.keyword("dilation_rate", "dilation", 1)
    items += use.keyword("groups", "groups", 1)
    items += use.keyword("use_bias", "bias", True)
    yield Call(f"layers.Conv{rank}D", *items)


@writes("ConvTranspose1d ConvTranspose2d ConvTranspose3d")
def _transposed_convolution(use: LayerUse) -> Iterator[Call]:
    rank = use.type.rank
    _no_dilated_stride(use)
    hold_to_plain_weights(use)
    if use.value("groups") > 1:
        raise UnsayableError("Keras has no groups of a transposed convolution")
    if use.is_known("stride") and use.is_known("output_padding"):
        strides, added = _each(use.value("stride")), _each(use.value("output_padding"))
        if not all(map(int.__lt__, added, strides)):
            raise UnsayableError("Keras needs an output_padding below the stride")
    items: list[Part] = [use.text("out_channels"), source(use.axes("kernel_size"))]
    items += use.keyword("strides", "stride", 1)
    fits = use.is_known("kernel_size") and use.is_known("stride")
    fits = fits and min(_each(use.value("kernel_size"))) >= max(_each(use.value("stride")))
    items += use.keyword("output_padding", "output_padding", 0 if fits else None)
    items += use.keyword("dilation_rate", "dilation", 1)
    items += use.keyword("use_bias", "bias", True)
    yield Call(f"layers.Conv{rank}DTranspose", *items)
    if not _is_zero(use, "padding"):
        yield Call(f"layers.Cropping{rank}D", source(use.axes("padding")), suffix="cropping")


def _is_upper(use: LayerUse) -> bool:
    """Whether its padding is what `same` is in Keras."""
    return use.is_known("padding") and use.value("padding") == "same_upper"


def _window(use: LayerUse) -> list[Part]:
    """Kernel and stride of a pool, in the words of Keras."""
    size = source(use.axes("kernel_size"))
    stride = source(use.axes("stride"))
    return [size] if stride == size else [size, f"strides={stride}"]


def _padded_as_a_pool(use: LayerUse) -> list[Part]:
    """What helpers are told of the window of a pool."""
    names = ("kernel_size", "stride", "padding")
    found: list[Part] = [source(use.axes(name)) for name in names]
    return [*found, *use.keyword("ceil_mode", "ceil_mode", False)]


@writes("MaxPool1d MaxPool2d MaxPool3d")
def _max_pool(use: LayerUse) -> Iterator[Call]:
    rank = use.type.rank
    if any(each != 1 for each in _each(use.value("dilation"))):
        raise UnsayableError("the pools of Keras have no dilation")
    ceils = use.keyword("ceil_mode", "ceil_mode", False)
    if ceils and use.is_known("stride") and max(_each(use.value("stride"))) == 1:
        ceils = []  # no window hangs over
    if ceils and _is_beyond_pytorch(use):
        raise UnsayableError(
            "Keras has no ceil_mode, which is said for a padding of both ends alone"
        )
    if _is_upper(use):
        yield Call(f"layers.MaxPooling{rank}D", *_window(use), 'padding="same"')
        return
    if ceils:
        padded = Bracket("pool_padding(", [use.x, *_padded_as_a_pool(use)])
        yield _padded_with("ConstantPadding", padded, MINUS_INFINITY)
    elif not _is_zero(use, "padding"):
        yield _padded_with("ConstantPadding", _pairs(use), MINUS_INFINITY)
    yield Call(f"layers.MaxPooling{rank}D", *_window(use))


@writes("AvgPool1d AvgPool2d AvgPool3d")
def _average_pool(use: LayerUse) -> Iterator[Call]:
    rank = use.type.rank
    override = use.fields.get("divisor_override", constant(None))
    plain = source(override) == "None" and use.value("ceil_mode") is False
    unpadded = _is_zero(use, "padding")
    if _is_beyond_pytorch(use):
        if plain and _is_upper(use) and not use.value("count_include_pad"):
            yield Call(f"layers.AveragePooling{rank}D", *_window(use), 'padding="same"')
            return
        if not plain or not use.value("count_include_pad"):
            raise UnsayableError("what a mean counts is said for a padding of both ends alone")
    if plain and (unpadded or use.value("count_include_pad")):
        if not unpadded:
            yield _zero_padding(use)
        yield Call(f"layers.AveragePooling{rank}D", *_window(use))
        return
    items = _padded_as_a_pool(use)
    items += use.keyword("count_include_pad", "count_include_pad", True)
    if source(override) != "None":
        items.append(f"divisor_override={source(override)}")
    yield helped("AveragePool", *items)


def _adaptive(use: LayerUse, kind: str) -> Iterator[Call]:
    rank = use.type.rank
    sizes = use.axes("output_size")
    if source(sizes) == "1":
        yield Call(f"layers.Global{kind}Pooling{rank}D", "keepdims=True")
        return
    written = source(sizes)
    if use.is_known("output_size") and None in _each(use.value("output_size")):
        kept = [
            f"{use.x}.shape[{axis}]" if size is None else str(size)
            for axis, size in enumerate(_each(use.value("output_size")), 1)
        ]
        written = kept[0] if rank == 1 else f"({', '.join(kept)})"
    yield Call(f"layers.Adaptive{kind}Pooling{rank}D", written)


@writes("AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d")
def _adaptive_average_pool(use: LayerUse) -> Iterator[Call]:
    return _adaptive(use, "Average")


@writes("AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d")
def _adaptive_max_pool(use: LayerUse) -> Iterator[Call]:
    return _adaptive(use, "Max")


def _sides(use: LayerUse) -> list[tuple[int, int]]:
    """What is padded before and after each spatial axis of the input."""
    sides = list(use.value("padding"))
    axes = use.needed_spatial()
    if len(sides) > axes:
        raise UnsayableError("it pads the channels")
    return [(0, 0)] * (axes - len(sides)) + sides


@writes("ZeroPad1d ZeroPad2d ZeroPad3d")
def _zero_pad(use: LayerUse) -> Iterator[Call]:
    sides = _sides(use)
    crops = [(max(-before, 0), max(-after, 0)) for before, after in sides]
    pads = [(max(before, 0), max(after, 0)) for before, after in sides]
    rank = len(sides)
    if rank > 3:
        raise UnsayableError(f"Keras pads at most 3 axes, not {rank}")
    cropped = any(map(any, crops))
    if any(map(any, pads)) or not cropped:  # before it is cropped, perhaps by all that came in
        suffix = "padding" if cropped else ""
        yield Call(f"layers.ZeroPadding{rank}D", _sides_in_code(pads), suffix=suffix)
    if cropped:
        yield Call(f"layers.Cropping{rank}D", _sides_in_code(crops))


def _sides_in_code(sides: list[tuple[int, int]]) -> str:
    if all(before == after for before, after in sides):
        return source(one_for_all(constant([before for before, _ in sides])))
    return source(constant(sides[0] if len(sides) == 1 else sides))


@writes("Crop")
def _crop(use: LayerUse) -> Iterator[Call]:
    values: dict[str, Any] = {name: use.value(name) for name in use.type.fields}
    layer = use.type.make(values)
    assert isinstance(layer, Crop)
    found = set()
    for inputs, (output,) in use.runs:
        places = zip(layer.starts(inputs), inputs[0].spatial, output.spatial, strict=True)
        found.add(tuple((start, extent - size - start) for start, extent, size in places))
    if len(found) != 1:
        raise UnsayableError("it takes another part of some inputs than of others")
    sides = list(found.pop())
    if len(sides) > 3:
        raise UnsayableError(f"Keras crops at most 3 axes, not {len(sides)}")
    yield Call(f"layers.Cropping{len(sides)}D", _sides_in_code(sides))


@writes("ConstantPad1d ConstantPad2d ConstantPad3d")
def _constant_pad(use: LayerUse) -> Iterator[Call]:
    yield helped("ConstantPadding", _padding_sides(use), use.text("value"))


def _padding_sides(use: LayerUse) -> str:
    """The sides in code. Raises UnsayableError where one crops."""
    sides = _sides(use)
    if any(min(side) < 0 for side in sides):
        raise UnsayableError(CROPS)
    return source(constant(sides))


def _input_pad(use: LayerUse, mode: str) -> Iterator[Call]:
    yield helped("InputPadding", _padding_sides(use), source(constant(mode)))


@writes("ReflectionPad1d ReflectionPad2d ReflectionPad3d")
def _reflection_pad(use: LayerUse) -> Iterator[Call]:
    return _input_pad(use, "reflect")


@writes("ReplicationPad1d ReplicationPad2d ReplicationPad3d")
def _replication_pad(use: LayerUse) -> Iterator[Call]:
    return _input_pad(use, "replicate")


@writes("CircularPad1d CircularPad2d CircularPad3d")
def _circular_pad(use: LayerUse) -> Iterator[Call]:
    return _input_pad(use, "circular")
