"""Receptive fields: which part of a network's input a position of a layer's output depends on.

Size, stride and offset are in positions of the input, along each of its axes. Branches and
wiring are followed; where paths meet, the field spans them all, so that the widest path wins.
Normalization is taken at its word in inference: it looks at no neighbour.

Source: Araujo, Norris, Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks"
(https://distill.pub/2019/computing-receptive-fields/).
"""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapecalc.summary import InferredLayer, Summary, Tensor
    from shapecalc.window import Reach

Number = Fraction | int


class Field:
    """The receptive field along one axis.

    size: the positions that an output position spans, where it spans most; behind dilated
    transposed layers, which span unevenly, at most.
    stride: how far apart the spans of neighbouring outputs are; a fraction behind upsampling.
    offset: where the span of output 0 begins; negative by what is padded before the input.
    """

    __slots__ = ("centre", "stride", "width")

    def __init__(self, width: Number, stride: Number, centre: Number) -> None:
        self.width = width
        self.stride = stride
        self.centre = centre

    @property
    def size(self) -> int:
        """The positions that an output position spans at most."""
        return floor(self.width)

    @property
    def offset(self) -> Number:
        """Where the span of output 0 begins."""
        return self.centre - Fraction(self.width - 1) / 2

    def through(self, reach: Reach) -> Field:
        """The field behind a layer with this reach."""
        return Field(
            self.width + Fraction(self.stride * reach.extra, reach.scale),
            Fraction(self.stride * reach.step, reach.scale),
            self.centre + self.stride * Fraction(reach.shift, 2 * reach.scale),
        )

    def spanning(self, other: Field) -> Field | None:
        """The field that spans both; None where their strides differ, so that none does."""
        if self.stride != other.stride:
            return None
        start = min(self.offset, other.offset)
        end = max(self.offset + self.width, other.offset + other.width)
        return Field(end - start, self.stride, start + Fraction(end - start - 1) / 2)


Fields = dict[str, "tuple[Field, ...] | None"]
"""The fields on each input of the network: one for each axis, or None where it is not known."""


def receptive_fields(summary: Summary) -> dict[InferredLayer, Fields]:
    """The fields of every layer and block, by the inputs that it depends on."""
    found: dict[Tensor, Fields] = {}
    for name, tensor in summary.input_tensors.items():
        found[tensor] = {name: (Field(1, 1, 0),) * len(tensor.shape.spatial)}
    layers: dict[InferredLayer, Fields] = {}
    for node in summary.operations():
        sources = node.joined or node.sources
        fields = _met([(tensor, found[tensor]) for tensor in sources])
        layer = node.layer
        if layer is not None:
            inputs, outputs = node.inputs, node.outputs
            widest = max(inputs, key=lambda shape: shape.positions)
            fields = _through(fields, layer.reach(widest, outputs[0]))
        layers[node] = fields
        for tensor in node.tensors:
            found[tensor] = fields
    for node, _ in summary.walk():
        if node not in layers:
            layers[node] = found[node.tensors[0]]
    return layers


def _through(fields: Fields, reaches: tuple[Reach, ...] | None) -> Fields:
    """The fields behind a layer."""
    if reaches == ():
        return fields  # no axis is left: a vector has seen what it has seen
    return {
        name: None
        if axes is None or reaches is None or len(axes) != len(reaches)
        else tuple(axis.through(reach) for axis, reach in zip(axes, reaches, strict=True))
        for name, axes in fields.items()
    }


def _met(paths: list[tuple[Tensor, Fields]]) -> Fields:
    """The fields where several paths meet."""
    if len(paths) == 1:
        return paths[0][1]
    most = max(tensor.shape.positions for tensor, _ in paths)
    met: Fields = {}
    for name in dict.fromkeys(name for _, fields in paths for name in fields):
        ways = [
            (tensor.shape.positions == most, fields[name])
            for tensor, fields in paths
            if name in fields
        ]
        known = [(full, axes) for full, axes in ways if axes is not None]
        met[name] = _span(known) if len(known) == len(ways) else None
    return met


def _span(ways: Iterable[tuple[bool, tuple[Field, ...]]]) -> tuple[Field, ...] | None:
    """The field that spans all ways. One that was broadcast widens those that were not."""
    ways = sorted(ways, key=lambda way: not way[0])
    axes = list(ways[0][1])
    for full, others in ways[1:]:
        if len(others) != len(axes):
            return None
        for index, other in enumerate(others):
            if full or not ways[0][0]:
                spanned = axes[index].spanning(other)
                if spanned is None:
                    return None
                axes[index] = spanned
            elif other.width > axes[index].width:
                axes[index] = Field(other.width, axes[index].stride, other.centre)
    return tuple(axes)
