"""Networks read from cfg texts, as their reader has them before anything is made of them."""

from __future__ import annotations

import re
from typing import NamedTuple

from shapecalc.importers import darknet
from shapecalc.importers.network import ImportedLayer, ImportedNetwork
from shapecalc.importers.sizes import GivenSizes
from shapecalc.shapes.shape import Shape

_SECTION = re.compile(r"(\d+)(\.|$)")


class SectionRead(NamedTuple):
    """What became of a section: its layers, in order."""

    layers: list[ImportedLayer]

    @property
    def output(self) -> Shape:
        """The output of its last layer."""
        return self.layers[-1].outputs[0]

    @property
    def types(self) -> list[str]:
        """The types of its layers."""
        return [layer.layer.type.name for layer in self.layers]

    @property
    def stored(self) -> int:
        """How many numbers Darknet stores of it: what is learned, and of a batch norm the rolling
        mean and variance."""
        count = 0
        for layer in self.layers:
            if layer.shares is None:
                count += layer.fields.get("buffers", 0)
                norm = layer.layer.type.name.startswith("BatchNorm")
                count += layer.params + (layer.params if norm else 0)
        return count

    @property
    def macs(self) -> int:
        """The multiply-accumulates of what is learned: a blur has none of Darknet's."""
        return sum(
            layer.layer.macs(tuple(wire.shape for wire in layer.inputs), layer.outputs)
            for layer in self.layers
            if layer.fields.get("learned", True)
        )


def network_of(data: str | bytes, given: object = None, custom: bool = False) -> ImportedNetwork:
    """The network of a cfg. Raises Refusal."""
    network = ImportedNetwork("", custom)
    data = data.encode() if isinstance(data, str) else data
    darknet.read(data, "a.cfg", GivenSizes(given), network)
    return network


def sections_of(network: ImportedNetwork) -> list[SectionRead]:
    """The sections of a network, of which each has layers, by their names."""
    found: dict[int, SectionRead] = {}
    for layer in network.layers:
        number = _SECTION.search(layer.name)
        assert number is not None, layer.name
        found.setdefault(int(number[1]), SectionRead([])).layers.append(layer)
    assert list(found) == list(range(len(found)))
    return list(found.values())
