"""Transposed convolutions of Keras, whose output is trimmed where PyTorch's has a padding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.keras.activations import activated
from shapecalc.importers.keras.windows import window_axes
from shapecalc.shapes.window import effective_size

if TYPE_CHECKING:
    from shapecalc.importers.keras.calls import LayerCall
    from shapecalc.importers.network import Wire

ODD = (
    "An odd number that a transposed convolution trims is one more at the start, as in PyTorch; "
    "Keras trims it at the end."
)
"""What is remarked of it."""


def _transposed(call: LayerCall) -> Wire:
    """Conv1DTranspose, Conv2DTranspose, Conv3DTranspose.

    Without an output_padding the output is stride times the input, with `valid` at least as large
    as what the kernel covers.
    """
    axes = window_axes(call)
    config = call.config
    kernel = config.along("kernel_size", axes)
    stride = config.along("strides", axes, 1)
    dilation = config.along("dilation_rate", axes, 1)
    if min(*kernel, *stride, *dilation) < 1:
        raise config.refused("a kernel, a stride and a dilation are at least 1")
    word = config.word("padding", "valid").lower()
    if word not in ("valid", "same"):
        raise config.refused(f"padding is {word[:20]!r}, not valid or same")
    more: list[int | None] = [None] * axes
    if config.value("output_padding", None) is not None:
        more = [*config.along("output_padding", axes)]
    sides = [
        _sides(effective_size(size, step), by, step, each, word == "same")
        for size, by, step, each in zip(kernel, stride, dilation, more, strict=True)
    ]
    cropped = [crop for _, _, crop in sides]
    if any(padding and extra for padding, extra, _ in sides):
        call.network.remark(ODD)
    fields = {
        "out_channels": config.integer("filters"),
        "kernel_size": kernel,
        "stride": stride,
        "padding": [padding for padding, _, _ in sides],
        "output_padding": [extra for _, extra, _ in sides],
        "dilation": dilation,
        "groups": config.integer("groups", 1),
        "bias": config.flag("use_bias", True),
        **call.leading,
    }
    wire = call.add(f"ConvTranspose{axes}d", fields, call.input, inner=any(cropped))
    if any(cropped):
        ends = [number for crop in reversed(cropped) for number in (0, -crop)]
        fields = {"padding": ends, **call.leading}
        wire = call.add(f"ZeroPad{axes}d", fields, wire, part="crop", weights=None)
    return activated(call, wire)


def _sides(
    size: int, stride: int, dilation: int, more: int | None, same: bool
) -> tuple[int, int, int]:
    """The padding and the output padding along an axis, and what is cropped from its end.

    size: what the kernel covers. more: the output padding that the file states.
    """
    if more is not None:
        return (size // 2 if same else 0), more, 0
    if size <= stride:
        return 0, stride - size, 0
    trimmed = size - stride if same else 0
    if trimmed % 2 == 0:
        return trimmed // 2, 0, 0
    if max(stride, dilation) > 1:
        return trimmed // 2 + 1, 1, 0
    return trimmed // 2, 0, 1


TRANSPOSED = {f"Conv{axes}DTranspose": _transposed for axes in (1, 2, 3)}
"""The classes of this family, and what adds each."""
