"""The sections with weights: convolutions and what is like them, connected layers, batch norms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.importers.darknet.activations import section_activated
from shapecalc.importers.darknet.numbers import quotient
from shapecalc.importers.darknet.reading import CfgReading, SectionOutput, SectionWeights
from shapecalc.importers.network import ImportedLayer

if TYPE_CHECKING:
    from shapecalc.importers.network import Wire

_BUFFERS = (
    "Darknet stores the rolling mean and variance of a batch norm with its weights; here they are "
    "buffers, not params."
)
_BINARY = "Binary convolutions (binary, xnor) are counted as any other: a weight is a parameter."
_UNLIKE = ("sway", "rotate", "stretch", "stretch_sway", "coordconv", "reverse")
"""The options of a convolution with which it is none that the language has."""

_NOT_SHARED = -1_000_000_000
"""The share_index that is none."""


def _layer(wire: Wire) -> ImportedLayer:
    assert isinstance(wire.of, ImportedLayer)
    return wire.of


def _normalized(reading: CfgReading, wire: Wire, shares: ImportedLayer | None = None) -> Wire:
    """A tensor after a batch norm of its own, or one that shares the weights of another."""
    reading.network.remark(_BUFFERS)
    type = "BatchNorm2d" if wire.shape.spatial else "BatchNorm1d"
    return reading.add("norm", type, {}, wire, shares=shares)


def _convolutional(reading: CfgReading) -> SectionOutput:
    section = reading.section
    for key in _UNLIKE:
        if section.decimal(key, 0):
            reading.unknown(f"no layer type is a convolution with {key}", key=key)
    wire = reading.map()
    filters = section.integer("filters", 1)
    size = section.positive("size", 1)
    strides = [section.integer(key, -1) for key in ("stride_y", "stride_x")]
    if min(strides) < 1:
        stride = section.positive("stride", 1)
        strides = [each if each > 0 else stride for each in strides]
    blur = section.integer("antialiasing", 0)
    norm = bool(section.integer("batch_normalize", 0) or section.integer("cbn", 0))
    grouped = not section.integer("xnor", 0)
    if not grouped or section.integer("binary", 0):
        reading.network.remark(_BINARY)
    fields = {
        "out_channels": filters,
        "kernel_size": size,
        "stride": [1, 1] if blur else strides,
        "groups": max(section.integer("groups", 1), 1) if grouped else 1,
        "bias": not norm,
        **_padding(reading, wire, size, [1, 1] if blur else strides),
    }
    shared = _shared(reading, fields, wire.shape.channels)
    inputs = wire.shape.channels
    wire = reading.add("conv", "Conv2d", fields, wire, shares=shared and shared.layer)
    layer = _layer(wire)
    if norm:
        wire = _normalized(reading, wire, shared and shared.norm)
    own = SectionWeights(layer, _layer(wire) if norm else None, size, inputs)
    reading.convolutions[len(reading.tensors)] = shared or own
    wire = section_activated(reading, wire, "logistic")
    return antialiased(reading, wire, strides, blur) if blur else SectionOutput(wire)


def _padding(reading: CfgReading, wire: Wire, size: int, strides: list[int]) -> dict[str, Any]:
    """The padding and dilation of a convolution, both as PyTorch has them.

    Darknet dilates the padding with the kernel, and works out its output as if it did neither;
    raises Refusal where that is not the same.
    """
    section = reading.section
    dilation = 1 if size == 1 else section.integer("dilation", 1)
    padding = size // 2 if section.integer("pad", 0) else section.integer("padding", 0)
    beyond = [2 * padding - size, 2 * padding * dilation - dilation * (size - 1) - 1]
    for extent, stride in zip(wire.shape.spatial, strides, strict=True):
        plain, dilated = (quotient(extent + each, stride) + 1 for each in beyond)
        if plain != dilated:
            why = (
                f"the padding {padding} of a kernel of {size}, dilated by {dilation}, makes it "
                f"{dilated} positions, of which Darknet keeps {plain}"
            )
            reading.unknown(why, key="dilation")
    return {"padding": padding * dilation, "dilation": dilation}


def _shared(reading: CfgReading, fields: dict[str, Any], inputs: int) -> SectionWeights | None:
    """The weights that the section shares, if any. Raises Refusal where they do not fit."""
    section = reading.section
    index = section.integer("share_index", _NOT_SHARED)
    if index == _NOT_SHARED:
        return None
    index = index if index >= 0 else len(reading.tensors) + index
    found = reading.convolutions.get(index)
    if found is None:
        text = f"share_index names section {index}, which is no convolution before this one"
        raise section.refusal(text, "share_index")
    theirs = (*map(found.layer.fields.get, ("out_channels", "groups")), found.size, found.inputs)
    if theirs != (fields["out_channels"], fields["groups"], fields["kernel_size"], inputs):
        text = f"share_index names section {index}, whose weights are of another shape"
        raise section.refusal(text, "share_index")
    if (found.norm is None) != fields["bias"]:
        why = f"section {index} has weights to share with a batch norm or without, unlike this one"
        reading.unknown(why, key="share_index")
    return found


def antialiased(reading: CfgReading, wire: Wire, strides: list[int], kind: int) -> SectionOutput:
    """A tensor after the blur that has the stride of what is before it.

    kind: 2 for a kernel of 2, another for one of 3. Other sections see the size without it.
    """
    fields = {
        "out_channels": wire.shape.channels,
        "kernel_size": 2 if kind == 2 else 3,
        "stride": strides,
        "padding": 0 if kind == 2 else 1,
        "groups": wire.shape.channels,
        "bias": False,
        "learned": False,
    }
    blurred = reading.add("blur", "Conv2d", fields, wire)
    return SectionOutput(blurred, is_whole=blurred.shape == wire.shape)


def _deconvolutional(reading: CfgReading) -> SectionOutput:
    section = reading.section
    size = section.positive("size", 1)
    norm = bool(section.integer("batch_normalize", 0))
    padding = size // 2 if section.integer("pad", 0) else section.integer("padding", 0)
    fields = {
        "out_channels": section.integer("filters", 1),
        "kernel_size": size,
        "stride": section.integer("stride", 1),
        "padding": padding,
        "bias": not norm,
    }
    wire = reading.add("deconv", "ConvTranspose2d", fields, reading.map())
    wire = _normalized(reading, wire) if norm else wire
    return SectionOutput(section_activated(reading, wire, "logistic"))


def _local(reading: CfgReading) -> SectionOutput:
    section = reading.section
    wire = reading.map()
    size = section.positive("size", 1)
    stride = section.positive("stride", 1)
    padding = section.integer("pad", 0)
    for extent in wire.shape.spatial:
        kept = quotient(extent - (1 if padding else size), stride) + 1
        made = quotient(extent + 2 * padding - size, stride) + 1
        if kept != made:
            why = f"the padding {padding} makes it {made} positions, of which Darknet keeps {kept}"
            reading.unknown(why, key="pad")
    fields = {
        "out_channels": section.integer("filters", 1),
        "kernel_size": size,
        "stride": stride,
        "padding": padding,
    }
    wire = reading.add("local", "LocallyConnected2d", fields, wire)
    return SectionOutput(section_activated(reading, wire, "logistic"))


def _connected(reading: CfgReading) -> SectionOutput:
    section = reading.section
    norm = bool(section.integer("batch_normalize", 0))
    fields = {"out_features": section.integer("output", 1), "bias": not norm}
    wire = reading.add("connected", "Linear", fields, reading.vector())
    wire = _normalized(reading, wire) if norm else wire
    return SectionOutput(section_activated(reading, wire, "logistic"))


def _batchnorm(reading: CfgReading) -> SectionOutput:
    wire = reading.last.wire if reading.last.is_map else reading.map()
    return SectionOutput(_normalized(reading, wire))


WEIGHTED_SECTIONS = {
    "conv": _convolutional,
    "convolutional": _convolutional,
    "deconv": _deconvolutional,
    "deconvolutional": _deconvolutional,
    "local": _local,
    "conn": _connected,
    "connected": _connected,
    "batchnorm": _batchnorm,
}
"""What each section becomes."""
