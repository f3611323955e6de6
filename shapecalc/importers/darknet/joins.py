"""The sections that take the outputs of earlier ones, by their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.darknet.activations import section_activated
from shapecalc.importers.darknet.reading import CfgReading, SectionOutput
from shapecalc.problems.formatting import shown

if TYPE_CHECKING:
    from shapecalc.importers.network import Wire
    from shapecalc.shapes.shape import Shape


def _route(reading: CfgReading) -> SectionOutput:
    """Outputs one after the other along the channels, or a group of the channels of each.

    Those of maps of different sizes, and of what is no map, become a row of numbers.
    """
    section = reading.section
    tensors = [reading.earlier("layers", number) for number in section.integers("layers")]
    are_maps = all(tensor.is_map for tensor in tensors)
    is_map = are_maps and len({tensor.shape.spatial for tensor in tensors}) == 1
    if not is_map:
        wires = [reading.vector(tensor) for tensor in tensors]
    elif len({len(tensor.wire.shape) for tensor in tensors}) == 1:
        wires = [tensor.wire for tensor in tensors]
    else:
        wires = [reading.map(tensor) for tensor in tensors]
    groups = section.positive("groups", 1)
    if groups > 1:
        wires = [_group(reading, wire, groups) for wire in wires]
    elif len(wires) == 1:
        return SectionOutput(reading.add("", "Identity", {}, *wires), is_map)
    if len(wires) > 1:
        return SectionOutput(reading.add("concat", "Concat", {}, *wires), is_map)
    return SectionOutput(wires[0], is_map)


def _group(reading: CfgReading, wire: Wire, groups: int) -> Wire:
    """A group of the channels of a tensor."""
    section = reading.section
    number = section.integer("group_id", 0)
    if not 0 <= number < groups:
        raise section.refusal(f"group_id is {number}, not one of {groups} groups", "group_id")
    channels = wire.shape.channels
    if channels % groups:
        raise section.refusal(f"groups is {groups}, which does not divide {channels}", "groups")
    size = channels // groups
    fields = {"dim": "channels", "start": number * size, "end": (number + 1) * size}
    return reading.add("group", "Slice", fields, wire)


def _shortcut(reading: CfgReading) -> SectionOutput:
    """The sum of its input and of the outputs that it names, of which each is added as far as it
    reaches."""
    section = reading.section
    tensors = [reading.earlier("from", number) for number in section.integers("from")]
    into = reading.last
    if not all(tensor.is_map for tensor in (into, *tensors)):
        raise section.refusal("its inputs have no height and width")
    unlike = _unlike_a_sum(reading, [into, *tensors])
    if unlike is not None:
        return SectionOutput(section_activated(reading, unlike, "linear"))
    same = [tensor.wire for tensor in tensors if tensor.wire.shape == into.wire.shape]
    wire = reading.add("add", "Add", {}, into.wire, *same) if same else reading.map()
    for tensor in tensors:
        if tensor.wire.shape != into.wire.shape:
            wire = _added(reading, wire, reading.map(tensor), len(tensors) == 1)
    return SectionOutput(section_activated(reading, wire, "linear"))


def _unlike_a_sum(reading: CfgReading, tensors: list[SectionOutput]) -> Wire | None:
    """What stands for a sum with factors, which no layer type is; None for a plain one."""
    section = reading.section
    weights = section.text("weights_type", "none")
    counts = {"per_feature": 1, "per_layer": 1, "per_channel": tensors[0].shape.channels}
    why = key = ""
    if weights in counts:
        key, why = "weights_type", f"learned weights ({weights})"
    elif weights != "none":
        raise section.refusal(f"unknown weights_type {shown(weights)}", "weights_type")
    for factor in ("alpha", "beta"):
        if section.decimal(factor, 1) != 1:
            key, why = factor, f"the factor {factor}"
    if not key:
        return None
    return reading.unknown(
        f"no layer type is a sum with {why}",
        *map(reading.map, tensors),
        key=key,
        output=tensors[0].shape,
        params=counts.get(weights, 0) * len(tensors),
    )


def _added(reading: CfgReading, wire: Wire, other: Wire, is_only: bool) -> Wire:
    """A map, and added to it another of a different shape: its first channels, and where it is
    finer every so many-th position.

    is_only: whether the shortcut names one section, as it must for that.
    """
    section = reading.section
    into, of = wire.shape, other.shape
    if into.spatial != of.spatial:
        steps = [_steps(ours, theirs) for ours, theirs in zip(into, of, strict=True)][:-1]
        if not is_only or steps[0] != steps[1]:
            text = f"from names an output of {of}, which does not fit {into}"
            raise section.refusal(text, "from")
        if any(ours > theirs for ours, theirs in zip(into.spatial, of.spatial, strict=True)):
            why = f"no layer type adds {of} to some positions of {into}"
            return reading.unknown(why, wire, other, key="from", output=into)
        other = _every(reading, other, into, steps[0][0])
    if of.channels > into.channels:
        fields = {"dim": "channels", "end": into.channels}
        other = reading.add("first", "Slice", fields, other)
    if of.channels >= into.channels:
        return reading.add("add", "Add", {}, wire, other)
    first = {"dim": "channels", "end": of.channels}
    rest = {"dim": "channels", "start": of.channels}
    sums = reading.add("add", "Add", {}, reading.add("first", "Slice", first, wire), other)
    return reading.add("concat", "Concat", {}, sums, reading.add("rest", "Slice", rest, wire))


def _steps(ours: int, theirs: int) -> tuple[int, int]:
    """Along an axis, how far the positions of the other lie apart that are added, and of ours."""
    return max(theirs // ours, 1), max(ours // theirs, 1)


def _every(reading: CfgReading, wire: Wire, into: Shape, step: int) -> Wire:
    """Every so many-th position of a map, as many as another has."""
    for axis, size in zip(("height", "width"), into.spatial, strict=True):
        fields = {"dim": axis, "end": (size - 1) * step + 1, "step": step}
        wire = reading.add(axis, "Slice", fields, wire)
    return wire


def _sam(reading: CfgReading) -> SectionOutput:
    """The product with an earlier output of the same shape."""
    other = reading.earlier("from", reading.section.integers("from")[0])
    if other.shape != reading.last.shape:
        text = f"from names an output of {other.shape}, its input is {reading.last.shape}"
        raise reading.section.refusal(text, "from")
    wire = reading.add("multiply", "Multiply", {}, reading.map(), reading.map(other))
    return SectionOutput(section_activated(reading, wire, "linear"))


def _scale_channels(reading: CfgReading) -> SectionOutput:
    """An earlier output, and its input as a factor of each channel or of each position."""
    section = reading.section
    other = reading.earlier("from", section.integers("from")[0])
    gate, shape = reading.last.shape, other.shape
    per_position = bool(section.integer("scale_wh", 0))
    fits = (*shape.spatial, 1) if per_position else (1, 1, shape.channels)
    if gate != fits:
        text = f"from names an output of {shape}, which its input, {gate}, does not scale"
        raise section.refusal(text, "from")
    wire = reading.add("multiply", "Multiply", {}, reading.map(other), reading.map())
    return SectionOutput(section_activated(reading, wire, "linear"))


JOIN_SECTIONS = {
    "route": _route,
    "shortcut": _shortcut,
    "sam": _sam,
    "scale_channels": _scale_channels,
}
"""What each section becomes."""
