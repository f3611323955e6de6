"""The sections that lay a map out anew: larger, smaller, or with its pixels as channels."""

from __future__ import annotations

from shapecalc.importers.darknet.reading import CfgReading, SectionOutput
from shapecalc.importers.network import Wire

_CROPPED = "A [crop] also brings values of 0 to 1 to -1 to 1, which no layer here says."


def _upsample(reading: CfgReading) -> SectionOutput:
    """Each number in a square; with a negative stride, the sums of squares."""
    section = reading.section
    wire = reading.map()
    stride = section.integer("stride", 2)
    scale = section.decimal("scale", 1)
    height, width = wire.shape.spatial
    if stride >= 0:
        if scale != 1:
            why = f"no layer type is an upsampling with the factor {scale:g}"
            size = (height * stride, width * stride, wire.shape.channels)
            return SectionOutput(reading.unknown(why, key="scale", output=size))
        return SectionOutput(reading.add("", "Upsample", {"scale_factor": stride}, wire))
    step = -stride
    divisor = 1 / scale if scale else 0.0
    if height % step or width % step or not divisor.is_integer():
        why = f"no layer type sums squares of {step} of {height}x{width} with the factor {scale:g}"
        return SectionOutput(reading.unknown(why, key="stride"))
    fields = {"kernel_size": step, "divisor_override": int(divisor)}
    if int(divisor) == step * step:
        del fields["divisor_override"]
    return SectionOutput(reading.add("", "AvgPool2d", fields, wire))


def _reorg(reading: CfgReading) -> SectionOutput:
    """Pixels as channels, of a map with fewer channels and more pixels that has the same numbers.

    This is how pjreddie's Darknet has it, and AlexeyAB's for the weights of it.
    """
    section = reading.section
    wire = reading.map()
    extra = section.integer("extra", 0)
    if extra:
        size = (wire.shape.elements + extra,)
        why = "no layer type is a reorg with extra, which are zeros after all other numbers"
        return SectionOutput(reading.unknown(why, key="extra", output=size), False)
    if section.integer("flatten", 0):
        reading.unknown("no layer type is a reorg with flatten", key="flatten")
    step, reverse = section.positive("stride", 1), section.integer("reverse", 0)
    _fitting(reading, wire, step, (1 if reverse else step, step * step))
    if step == 1:
        return SectionOutput(reading.add("", "Identity", {}, wire))
    if reverse:
        return SectionOutput(_to_pixels(reading, wire, step))
    height, width, channels = wire.shape
    larger = [height * step, width * step, channels // step**2]
    wire = reading.add("larger", "Reshape", {"shape": larger}, wire)
    wire = _to_channels(reading, wire, step)
    smaller = [height // step, width // step, channels * step**2]
    return SectionOutput(reading.add("smaller", "Reshape", {"shape": smaller}, wire))


def _reorg3d(reading: CfgReading) -> SectionOutput:
    """Pixels as channels; reversed, channels as pixels of a map with more pixels yet."""
    section = reading.section
    wire = reading.map()
    step, reverse = section.positive("stride", 1), section.integer("reverse", 0)
    _fitting(reading, wire, step, (1, step**4) if reverse else (step, 1))
    if step == 1:
        return SectionOutput(reading.add("", "Identity", {}, wire))
    if not reverse:
        return SectionOutput(_to_channels(reading, wire, step))
    height, width, channels = wire.shape
    larger = [height * step, width * step, channels // step**2]
    wire = reading.add("larger", "Reshape", {"shape": larger}, wire)
    wire = _to_pixels(reading, wire, step)
    return SectionOutput(reading.add("smaller", "Reshape", {"shape": larger}, wire))


def _fitting(reading: CfgReading, wire: Wire, step: int, divisors: tuple[int, int]) -> None:
    """Refuse a map that a reorg leaves numbers of. divisors: of the sizes, and of the channels."""
    height, width, channels = wire.shape
    if height % divisors[0] or width % divisors[0] or channels % divisors[1]:
        why = f"its stride, {step}, does not divide {wire.shape}"
        reading.unknown(why, key="stride")


def _to_channels(reading: CfgReading, wire: Wire, step: int) -> Wire:
    """Pixels as channels, in the order of Darknet: those of a place in the square together."""
    channels = wire.shape.channels
    wire = reading.add("unshuffle", "PixelUnshuffle", {"downscale_factor": step}, wire)
    return _reordered(reading, wire, channels)


def _to_pixels(reading: CfgReading, wire: Wire, step: int) -> Wire:
    """Channels as pixels, from the order of Darknet."""
    wire = _reordered(reading, wire, step * step)
    return reading.add("shuffle", "PixelShuffle", {"upscale_factor": step}, wire)


def _reordered(reading: CfgReading, wire: Wire, groups: int) -> Wire:
    """The channels dealt out anew, where that does anything."""
    if groups in (1, wire.shape.channels):
        return wire
    return reading.add("order", "ChannelShuffle", {"groups": groups}, wire)


def _crop(reading: CfgReading) -> SectionOutput:
    section = reading.section
    size = [section.integer("crop_height", 1), section.integer("crop_width", 1)]
    if not section.integer("noadjust", 0):
        reading.network.remark(_CROPPED)
    return SectionOutput(reading.add("", "Crop", {"size": size}, reading.map()))


LAYOUT_SECTIONS = {
    "upsample": _upsample,
    "reorg": _reorg,
    "reorg3d": _reorg3d,
    "crop": _crop,
}
"""What each section becomes."""
