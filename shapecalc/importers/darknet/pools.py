"""The pools, whose padding Darknet has in its own way.

A pool of a size pads `padding` in all, size - 1 where nothing is said, the smaller half of it
before. Nothing of it is ever the largest, nor part of a mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.importers.darknet.numbers import quotient
from shapecalc.importers.darknet.reading import CfgReading, SectionOutput
from shapecalc.importers.darknet.weighted import antialiased

if TYPE_CHECKING:
    from shapecalc.shapes.shape import Shape


def _window(reading: CfgReading, shape: Shape, blur: bool) -> tuple[dict[str, Any], list[int]]:
    """The fields of a pool, and the strides that are written.

    blur: whether the stride is that of a blur after it.
    """
    section = reading.section
    keys = [key if section.has(key) else "stride" for key in ("stride_y", "stride_x")]
    written = [section.positive(key, 1) for key in keys]
    size = section.positive("size", section.integer("stride", 1))
    whole = section.integer("padding", size - 1)
    strides = [1, 1] if blur else written
    fields: dict[str, Any] = {"kernel_size": size, "stride": strides}
    before = quotient(whole, 2)
    same = 0 <= 2 * before <= size and all(
        quotient(extent + whole - size, step) == (extent + 2 * before - size) // step
        for extent, step in zip(shape.spatial, strides, strict=True)
    )
    fields["padding"] = before if same else [[before, whole - before]] * 2
    return fields, written


def _maxpool(reading: CfgReading) -> SectionOutput:
    section = reading.section
    wire = reading.map()
    if section.integer("maxpool_depth", 0):
        return _over_channels(reading)
    blur = section.integer("antialiasing", 0)
    fields, strides = _window(reading, wire.shape, blur != 0)
    wire = reading.add("maxpool", "MaxPool2d", fields, wire)
    return antialiased(reading, wire, strides, blur) if blur else SectionOutput(wire)


def _over_channels(reading: CfgReading) -> SectionOutput:
    """The largest of every so many channels."""
    section = reading.section
    wire = reading.map()
    kept = section.positive("out_channels", 1)
    parts, rest = divmod(wire.shape.channels, kept)
    if rest or not parts:
        shape = (*wire.shape.spatial, kept)
        why = f"its {wire.shape.channels} channels are not a multiple of out_channels, {kept}"
        return SectionOutput(reading.unknown(why, key="out_channels", output=shape))
    if parts == 1:
        return SectionOutput(reading.add("maxpool", "Identity", {}, wire))
    if kept == 1:
        fields = {"dim": "channels", "keepdim": True}
        return SectionOutput(reading.add("maxpool", "Amax", fields, wire))
    pieces = reading.add("parts", "Chunk", {"chunks": parts}, wire)
    wires = [pieces._replace(output=number) for number in range(parts)]
    return SectionOutput(reading.add("maxpool", "Maximum", {}, *wires))


def _local_avgpool(reading: CfgReading) -> SectionOutput:
    wire = reading.map()
    fields, _ = _window(reading, wire.shape, False)
    fields["count_include_pad"] = not any(_sides(fields["padding"]))
    return SectionOutput(reading.add("avgpool", "AvgPool2d", fields, wire))


def _sides(padding: int | list[list[int]]) -> list[int]:
    return padding[0] if isinstance(padding, list) else [padding]


def _avgpool(reading: CfgReading) -> SectionOutput:
    fields = {"output_size": 1}
    return SectionOutput(reading.add("avgpool", "AdaptiveAvgPool2d", fields, reading.map()))


POOL_SECTIONS = {
    "max": _maxpool,
    "maxpool": _maxpool,
    "local_avg": _local_avgpool,
    "local_avgpool": _local_avgpool,
    "avg": _avgpool,
    "avgpool": _avgpool,
}
"""What each section becomes."""
