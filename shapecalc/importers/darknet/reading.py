"""What is known of a network as the sections of its cfg are gone through, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shapecalc.importers.network import ImportedLayer, Wire
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape, parse_shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.darknet.cfg import Section
    from shapecalc.importers.network import ImportedNetwork
    from shapecalc.importers.sizes import GivenSizes


class SectionOutput(NamedTuple):
    """What a section outputs.

    is_map: whether Darknet knows its height, width and channels, all 1 but the channels where the
    wire is a vector; otherwise it is numbers in a row. is_whole: whether later sections may take
    it, as they may not where Darknet has other sizes of it in mind than it has.
    """

    wire: Wire
    is_map: bool = True
    is_whole: bool = True

    @property
    def shape(self) -> Shape:
        """The shape of the map."""
        found = self.wire.shape
        return found if found.spatial else Shape((1, 1, *found))


class SectionWeights(NamedTuple):
    """The weights of a section, which others may share. size, inputs: kernel and channels."""

    layer: ImportedLayer
    norm: ImportedLayer | None
    size: int
    inputs: int


def input_tensor(net: Section, sizes: GivenSizes, network: ImportedNetwork) -> SectionOutput:
    """The input that the first section states. Raises Refusal."""
    stated = [net.integer(key, 0) for key in ("height", "width", "channels")]
    for key, size in zip(("height", "width", "channels"), stated, strict=True):
        if size < 0:
            raise net.refusal(f"{key} is {size}", key)
    count = stated[0] * stated[1] * stated[2]
    inputs = net.integer("inputs", count)
    if not inputs and not count:
        said = "x".join(str(size or "?") for size in stated) if any(stated) else None
        shape = sizes.shape("input", said, net.place)
        return SectionOutput(network.input("input", shape), len(shape) == 3)
    if count and inputs != count:
        text = f"inputs is {inputs}, height x width x channels is {count}"
        raise net.refusal(text, "inputs")
    try:
        shape = parse_shape(list(stated) if count else inputs)
    except Refusal as refusal:
        raise Refusal(refusal.code, refusal.message, refusal.hint, offset=net.place) from None
    return SectionOutput(network.input("input", shape), bool(count))


_SHORT = {"convolutional": "conv", "deconvolutional": "deconv"}
"""What sections are called in names, where that is not their type."""


class CfgReading:
    """The sections that were read, and the one at hand.

    tensors: what each outputs, in the order in which others refer to it; the last one is what the
    section takes. heads: those that the network is run for. convolutions: the weights of the
    sections that have some, by the section's number.
    """

    section: Section

    def __init__(self, network: ImportedNetwork, start: SectionOutput) -> None:
        self.network = network
        self.tensors: list[SectionOutput] = []
        self.convolutions: dict[int, SectionWeights] = {}
        self.heads: list[Wire] = []
        self.last = start
        self._first = 0

    @property
    def name(self) -> str:
        """The name of the section: its type and number."""
        return f"{_SHORT.get(self.section.type, self.section.type)}{len(self.tensors)}"

    def enter(self, section: Section) -> None:
        """Go on to a section."""
        self.section = section
        self.network.number = len(self.tensors) + 1
        self._first = len(self.network.layers)

    def leave(self, tensor: SectionOutput) -> None:
        """Keep what the section outputs. A layer that is alone is named as the section is."""
        added = self.network.layers[self._first :]
        if len(added) == 1:
            added[0].name = self.name
        self.tensors.append(tensor)
        self.last = tensor

    def end(self) -> None:
        """Tell the network what leaves it: the heads, and the output of the last section."""
        if self.heads:
            wires = [*self.heads, self.last.wire]
            self.network.outputs = list(dict.fromkeys(wires))

    def add(self, part: str, type: str, fields: dict[str, Any], *inputs: Wire, **more: Any) -> Wire:
        """The output of a layer of the section.

        part: which of several it is, "" where it is always alone. more: what else
        `ImportedNetwork.add` is told. Raises Refusal.
        """
        name = self._name(part)
        return self.network.add(name, type, fields, inputs, self.section.place, **more)

    def _name(self, part: str) -> str:
        return f"{self.name}.{part}" if part else self.name

    def unknown(
        self,
        why: str,
        *inputs: Wire,
        part: str = "",
        key: str = "",
        output: Sequence[int] | None = None,
        **more: Any,
    ) -> Wire:
        """The output of a layer that the language does not have. Raises Refusal.

        part: which of several of the section. key: the option that asks for it. output: what
        Darknet makes of it. more: what else `ImportedNetwork.unknown` is told.
        """
        return self.network.unknown(
            self._name(part),
            self.section.title,
            why,
            inputs or (self.last.wire,),
            self.section.place_of(key),
            output=output,
            **more,
        )

    def map(self, tensor: SectionOutput | None = None) -> Wire:
        """A tensor as a map, the one that the section takes where no other is said.

        A vector is a map of a single position. Raises Refusal SC501 for numbers in a row.
        """
        tensor = tensor or self.last
        if not tensor.is_map:
            raise self.section.refusal("its input has no height and width")
        if tensor.wire.shape.spatial:
            return tensor.wire
        return self.add("map", "Reshape", {"shape": list(tensor.shape)}, tensor.wire)

    def vector(self, tensor: SectionOutput | None = None) -> Wire:
        """A tensor as a vector, the one that the section takes where no other is said."""
        wire = (tensor or self.last).wire
        return self.add("flatten", "Flatten", {}, wire) if wire.shape.spatial else wire

    def earlier(self, key: str, number: int) -> SectionOutput:
        """The output of an earlier section, which an option names by its number.

        A negative one counts backwards from the section. Raises Refusal SC501 for one that is not
        there.
        """
        here = len(self.tensors)
        index = here + number if number < 0 else number
        if not 0 <= index < here:
            text = f"{key} names section {index}, which is not before this one, {here}"
            raise self.section.refusal(text, key)
        found = self.tensors[index]
        if not found.is_whole:
            text = f"{key} names section {index}, which antialiasing makes smaller than it says"
            raise self.section.refusal(text, key)
        return found
