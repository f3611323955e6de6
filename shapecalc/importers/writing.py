"""An imported network as the text of a spec."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.names import LegalNames
from shapecalc.importers.network import ImportedInput, ImportedLayer, Wire
from shapecalc.language.spec_text import item_text, telling, yaml_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from shapecalc.importers.network import ImportedNetwork
    from shapecalc.language.spec_text import Entries
    from shapecalc.shapes.shape import Shape


class SpecText:
    """What a spec is written of.

    comments: lines at its top. inputs: shapes by name. blocks: by name, each with its entries.
    layers: the entries of each item. outputs: the names of what leaves it, where that is not the
    output of the last layer. expect: the figures that it is held to.
    """

    def __init__(self, name: str, inputs: Mapping[str, str | int], layers: list[Entries]) -> None:
        self.name = name
        self.comments: list[str] = []
        self.inputs = inputs
        self.blocks: dict[str, Entries] = {}
        self.layers = layers
        self.outputs: list[str] = []
        self.expect: Entries = {}

    def text(self) -> str:
        """The text of the spec."""
        return "".join(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        yield from (f"# {line if line.isprintable() else ascii(line)}" for line in self.comments)
        yield f"name: {yaml_text(self.name)}"
        if len(self.inputs) == 1 and "input" in self.inputs:
            yield f"input: {self.inputs['input']}"
        else:
            yield f"input: {item_text(self.inputs)}"
        if self.blocks:
            yield "blocks:"
        for name, block in self.blocks.items():
            yield f"  {yaml_text(name)}:"
            for key, value in block.items():
                if key == "layers":
                    yield from _items(value, "    ")
                elif key == "arguments":
                    yield "    arguments:"
                    yield from (f"      {each}: {item_text(value[each])}" for each in value)
                else:
                    yield f"    {key}: {yaml_text(value)}"
        yield from _items(self.layers, "")
        if self.outputs:
            yield f"outputs: {yaml_text(self.outputs)}"
        if self.expect:
            yield f"expect: {item_text(self.expect)}"


def _items(items: Iterable[Entries], indent: str) -> Iterator[str]:
    lines = [f"{indent}  - {item_text(item)}" for item in items]
    yield f"{indent}layers:" + ("" if lines else " []")
    yield from lines


class Naming:
    """What the inputs and the layers of a network are called in its spec."""

    def __init__(self, network: ImportedNetwork) -> None:
        self._names: dict[ImportedInput | ImportedLayer, str] = {}
        names = LegalNames()
        for input in network.inputs:
            one = len(network.inputs) == 1
            self._names[input] = names.new("input" if one else input.name, "input")
        for layer in network.layers:
            name = names.new(layer.name, layer.layer.type.name.lower())
            self._names[layer] = name

    def of(self, origin: ImportedInput | ImportedLayer) -> str:
        """The name of an input or a layer."""
        return self._names[origin]

    def path(self, wire: Wire) -> str:
        """The path by which a tensor is taken."""
        return path_of_output(self._names[wire.of], wire.of, wire.output)


def path_of_output(name: str, of: ImportedInput | ImportedLayer, output: int) -> str:
    """The path of an output of an input or a layer of a name."""
    if len(of.outputs) == 1:
        return name
    names = of.layer.output_names if isinstance(of, ImportedLayer) else ()
    if names and not output:
        return name
    return f"{name}.{names[output] if names else output}"


def flat_spec(network: ImportedNetwork) -> SpecText:
    """A network as its file has it, a layer a line."""
    naming = Naming(network)
    inputs = {naming.of(each): shape_entry(each.outputs[0]) for each in network.inputs}
    items = []
    before = Wire(network.inputs[0]) if len(network.inputs) == 1 else None
    for layer in network.layers:
        items.append(entries(layer, naming, before))
        before = Wire(layer) if flows_on(layer) else None
    written = SpecText(network.name or "network", inputs, items)
    written.outputs = output_names(network, naming)
    written.expect = expected_totals(network)
    return written


def flows_on(layer: ImportedLayer) -> bool:
    """Whether the next layer may take the first output of a layer without naming it."""
    return len(layer.outputs) == 1 or bool(layer.layer.output_names)


def output_names(network: ImportedNetwork, naming: Naming) -> list[str]:
    """The names of what leaves a network; none where that is the output of the last layer."""
    last = last_wires(network)
    if network.outputs in ([], last) and len(last) == 1:
        return []
    return [naming.path(wire) for wire in network.outputs or last]


def last_wires(network: ImportedNetwork) -> list[Wire]:
    """What the last layer of a network puts out."""
    end = network.layers[-1] if network.layers else network.inputs[0]
    if isinstance(end, ImportedLayer) and flows_on(end):
        return [Wire(end)]
    return [Wire(end, number) for number in range(len(end.outputs))]


def entries(layer: ImportedLayer, naming: Naming, before: Wire | None) -> Entries:
    """The entries of a layer after another, whose output it takes where nothing else is said."""
    found: Entries = {"name": naming.of(layer), "type": layer.layer.type.name}
    told = telling(found | layer.fields)
    if layer.inputs and layer.inputs != [before]:
        sources = [naming.path(wire) for wire in layer.inputs]
        found["from"] = sources[0] if len(sources) == 1 else sources
    found |= told
    if layer.shares is not None:
        found["shares"] = naming.of(layer.shares)
    if layer.note is not None:
        found["note"] = plain_note(layer.note)
    return found | expected([layer])


def plain_note(note: str) -> str:
    """A note whose braces are text, not expressions."""
    return note.replace("{", "{{").replace("}", "}}")


def expected(leaves: Sequence[ImportedLayer]) -> Entries:
    """What an item of these layers is held to: the output that the file says of the last."""
    last = leaves[-1]
    return {"expect": shape_entry(last.outputs[0])} if _has_stated_output(last) else {}


def expected_totals(network: ImportedNetwork) -> Entries:
    """What a network is held to: its output and its params, where the file says all of them."""
    found: Entries = {}
    outputs = network.outputs or [Wire(network.layers[-1])]
    of = outputs[0].of
    if len(outputs) == 1 and isinstance(of, ImportedLayer) and _has_stated_output(of):
        found["output"] = shape_entry(of.outputs[0])
    weighted = [layer for layer in network.layers if layer.own_params]
    if weighted and all("params" in layer.stated for layer in weighted):
        found["params"] = sum(layer.own_params for layer in weighted)
    return found


def shape_entry(shape: Shape) -> str | int:
    """A shape as a spec writes it."""
    return str(shape) if shape.spatial else shape.channels


def _has_stated_output(layer: ImportedLayer) -> bool:
    return "output" in layer.stated and len(layer.outputs) == 1
