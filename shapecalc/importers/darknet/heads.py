"""The sections without weights that leave the sizes as they are: heads, losses, regularization.

A head is an Identity, and an output of the network: what it makes of the numbers before it, boxes
and their classes, takes no weights. So is a loss, which is nothing but where a network is trained.
"""

from __future__ import annotations

from collections.abc import Callable

from shapecalc.importers.darknet.activations import section_activated
from shapecalc.importers.darknet.reading import CfgReading, SectionOutput
from shapecalc.shapes.shape import Shape

_HEADS = "A head of Darknet ({}) is no layer here: to read boxes from its input takes no weights."


def _head(reading: CfgReading, note: str, output: Shape | None = None) -> SectionOutput:
    """A head. output: what Darknet says of it, as far as it does."""
    reading.network.remark(_HEADS.format(reading.section.title))
    wire = reading.last.wire if output is None else reading.map()
    wire = reading.add("", "Identity", {}, wire, output=output, note=note)
    reading.heads.append(wire)
    return SectionOutput(wire, output is not None)


def _yolo(reading: CfgReading) -> SectionOutput:
    """Boxes at each position: as many as the mask has anchors, or else as `num` says."""
    section = reading.section
    classes = section.integer("classes", 20)
    anchors = section.integer("num", 1)
    if section.has("mask"):
        anchors = section.text("mask", "").partition("#")[0].count(",") + 1
    others = 9 if section.type == "Gaussian_yolo" else 5
    return _anchored(reading, anchors, classes, others)


def _region(reading: CfgReading) -> SectionOutput:
    section = reading.section
    classes = section.integer("classes", 20)
    others = section.integer("coords", 4) + 1
    return _anchored(reading, section.integer("num", 1), classes, others)


def _anchored(reading: CfgReading, anchors: int, classes: int, others: int) -> SectionOutput:
    note = f"{anchors} boxes at each position, each with {classes} classes and {others} numbers"
    positions = reading.last.shape.spatial if reading.last.is_map else (0, 0)
    return _head(reading, note, Shape((*positions, anchors * (classes + others))))


def _iseg(reading: CfgReading) -> SectionOutput:
    section = reading.section
    classes, numbers = section.integer("classes", 20), section.integer("ids", 32)
    note = f"{classes} classes and {numbers} numbers of instances at each position"
    positions = reading.last.shape.spatial if reading.last.is_map else (0, 0)
    return _head(reading, note, Shape((*positions, classes + numbers)))


def _detection(reading: CfgReading) -> SectionOutput:
    """A grid of cells, of which each has classes and boxes."""
    section = reading.section
    side = section.integer("side", 7)
    classes, boxes = section.integer("classes", 1), section.integer("num", 1)
    each = section.integer("coords", 1) + 1
    count, found = side * side * (each * boxes + classes), reading.last.wire.shape.elements
    if count != found:
        text = f"it has {count} numbers to read, its input {reading.last.wire.shape} has {found}"
        raise section.refusal(text)
    note = f"{side}x{side} cells, each of {classes} classes and {boxes} boxes of {each} numbers"
    return _head(reading, note)


def _loss(reading: CfgReading) -> SectionOutput:
    note = f"{reading.section.title}, which does nothing but in training"
    return SectionOutput(reading.add("", "Identity", {}, reading.last.wire, note=note), False)


def _softmax(reading: CfgReading) -> SectionOutput:
    """A softmax of all numbers, of each group of them, or of the channels at each position."""
    section = reading.section
    groups = section.positive("groups", 1)
    if section.decimal("spatial", 0):
        return SectionOutput(reading.add("softmax", "Softmax2d", {}, reading.map()), False)
    wire = reading.vector()
    for key, why in (("tree", "in the groups of a tree"), ("temperature", "with a temperature")):
        if section.has(key) and not (key == "temperature" and section.decimal(key, 1) == 1):
            text = f"no layer type is a softmax {why}"
            return SectionOutput(reading.unknown(text, wire, key=key, output=wire.shape), False)
    count = wire.shape.channels
    if count % groups:
        raise section.refusal(f"groups is {groups}, which does not divide {count}", "groups")
    if groups == 1:
        return SectionOutput(reading.add("softmax", "Softmax", {"dim": "channels"}, wire), False)
    sizes = [count // groups, groups]
    wire = reading.add("groups", "Reshape", {"shape": sizes}, wire)
    wire = reading.add("softmax", "Softmax", {"dim": "length"}, wire)
    return SectionOutput(reading.add("flatten", "Flatten", {}, wire), False)


def _normalization(reading: CfgReading) -> SectionOutput:
    """A local response norm, whose alpha is that of the sum, not of the mean."""
    section = reading.section
    size = section.positive("size", 5)
    reading.network.remark(
        "The alpha of a local response norm is size times that of Darknet, which does not divide "
        "by it."
    )
    fields = {
        "size": size,
        "alpha": float(f"{section.decimal('alpha', 0.0001) * size:.12g}"),
        "beta": section.decimal("beta", 0.75),
        "k": section.decimal("kappa", 1.0),
    }
    return SectionOutput(reading.add("norm", "LocalResponseNorm", fields, reading.map()))


def _dropout(reading: CfgReading) -> SectionOutput:
    section = reading.section
    note = None
    if section.integer("dropblock", 0):
        note = "of squares of positions (dropblock)"
    fields = {"p": section.decimal("probability", 0.5)}
    wire = reading.add("", "Dropout", fields, reading.last.wire, note=note)
    return reading.last._replace(wire=wire, is_whole=True)


def _activation(reading: CfgReading) -> SectionOutput:
    wire = section_activated(reading, reading.last.wire, "linear")
    if wire == reading.last.wire:
        return _unchanged(reading)
    return reading.last._replace(wire=wire, is_whole=True)


def _logistic(reading: CfgReading) -> SectionOutput:
    wire = reading.add("", "Sigmoid", {}, reading.last.wire)
    return reading.last._replace(wire=wire, is_whole=True)


def _unchanged(reading: CfgReading) -> SectionOutput:
    wire = reading.add("", "Identity", {}, reading.last.wire)
    return reading.last._replace(wire=wire, is_whole=True)


def _l2norm(reading: CfgReading) -> SectionOutput:
    wire = reading.last.wire
    why = "no layer type divides the channels by their Euclidean norm"
    return SectionOutput(reading.unknown(why, output=wire.shape), reading.last.is_map)


def _implicit(reading: CfgReading) -> SectionOutput:
    section = reading.section
    size = (section.integer("atoms", 1), 1, section.integer("filters", 128))
    why = "no layer type is learned numbers without an input"
    return SectionOutput(reading.unknown(why, output=size, params=size[0] * size[2]))


UNWEIGHTED_SECTIONS: dict[str, Callable[[CfgReading], SectionOutput]] = {
    "yolo": _yolo,
    "Gaussian_yolo": _yolo,
    "region": _region,
    "iseg": _iseg,
    "detection": _detection,
    "cost": _loss,
    "contrastive": _loss,
    "soft": _softmax,
    "softmax": _softmax,
    "lrn": _normalization,
    "normalization": _normalization,
    "dropout": _dropout,
    "activation": _activation,
    "logistic": _logistic,
    "empty": _unchanged,
    "silence": _unchanged,
    "l2norm": _l2norm,
    "implicit": _implicit,
}
"""What each section becomes."""
