"""What a list of items is made of while it is folded: single layers, and uses of blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shapecalc.importers.network import ImportedInput, Wire
from shapecalc.language.spec_text import telling

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from shapecalc.importers.network import ImportedLayer
    from shapecalc.language.spec_text import Entries
    from shapecalc.shapes.shape import Shape

ARGUMENT_KINDS = {
    "count": "count",
    "integer": "integer",
    "axes": "axes",
    "axes or pairs": "axes",
    "axes or null": "axes",
    "flag": "flag",
    "number": "number",
}
"""The kind of the argument that a field can have as its value, by the kind of the field."""

CHANNELS = frozenset(("out_channels", "out_features", "groups", "num_groups"))
"""The fields that count channels, which blocks write as parts of each other."""


class Slot(NamedTuple):
    """A value of a part that may be another one in each occurrence of a block.

    kind: that of an argument. default: where nothing is written; None where something has to be.
    channels: whether it counts them.
    """

    kind: str
    default: Any
    channels: bool


class Taken(NamedTuple):
    """An input of a part: an output of an earlier part, or an input of the network."""

    of: Part | ImportedInput
    output: int

    @property
    def shape(self) -> Shape:
        """Its shape."""
        if isinstance(self.of, ImportedInput):
            return self.of.outputs[0]
        return self.of.leaves[-1].outputs[self.output]

    def renewed(self, new: Mapping[Part, Part]) -> Taken:
        """It, of the part that stands for the one that it is of."""
        if isinstance(self.of, Part) and self.of in new:
            return Taken(new[self.of], self.output)
        return self


class Part:
    """A layer, or a use of a block with all of its layers.

    type: the layer's type, or the block's name. name: what it is called, with its modules.
    values: what is written, by slot. slots: what may be written. constants: what is written, and
    is the same in each occurrence of a block. inputs: what it takes. leaves: its layers, in order.
    pinned: whether it can be no part of a block.
    """

    __slots__ = (
        "constants",
        "inputs",
        "leaves",
        "name",
        "pinned",
        "slots",
        "type",
        "values",
    )

    def __init__(
        self, type: str, name: str, leaves: Sequence[ImportedLayer], inputs: Sequence[Taken]
    ) -> None:
        self.type = type
        self.name = name
        self.leaves = list(leaves)
        self.inputs = list(inputs)
        self.slots: dict[str, Slot] = {}
        self.values: dict[str, Any] = {}
        self.constants: Entries = {}
        self.pinned = False

    @property
    def signature(self) -> Hashable:
        """What two parts have in common that may be the same part of a block."""
        if self.pinned:
            return id(self)
        return self.type, repr(self.constants), len(self.leaves[-1].outputs)

    def value(self, slot: str) -> Any:
        """What it says in a slot, or the default of it."""
        return self.values.get(slot, self.slots[slot].default)

    @property
    def output(self) -> Shape:
        """The shape of its first output."""
        return self.leaves[-1].outputs[0]


def part_of(layer: ImportedLayer, made: dict[object, Part]) -> Part:
    """A layer as a part. made: the parts of the layers before it."""
    inputs = [taken(wire, made) for wire in layer.inputs]
    type = layer.layer.type
    part = Part(type.name, layer.name, [layer], inputs)
    written = telling({"name": "", "type": type.name} | layer.fields)
    for key, field in type.fields.items():
        value = written.get(key)
        if key not in type.inferred and _varies(field.kind, value, layer.layer.field_value(key)):
            default = None if field.required else _default(layer, key)
            part.slots[key] = Slot(ARGUMENT_KINDS[field.kind], default, key in CHANNELS)
            if value is not None:
                part.values[key] = value
        elif key in written:
            part.constants[key] = value
    if layer.note is not None:
        part.constants["note"] = layer.note
    return part


def taken(wire: Wire, made: dict[object, Part]) -> Taken:
    """An input of a layer as one of a part."""
    if isinstance(wire.of, ImportedInput):
        return Taken(wire.of, 0)
    return Taken(made[wire.of], wire.output)


def _varies(kind: str, written: object, read: object) -> bool:
    """Whether a value of a field can be that of an argument."""
    if kind not in ARGUMENT_KINDS or isinstance(read, str) or read is None:
        return False
    values = read if isinstance(read, tuple) else (read,)
    return not any(isinstance(each, tuple) or each is None for each in values)


def _default(layer: ImportedLayer, key: str) -> Any:
    """What a field is where it is not written, as a spec would write it."""
    type = layer.layer.type
    field = type.fields[key]
    if field.like is not None:
        return _plain(layer.layer.field_value(field.like))
    return _plain(field.read_default(type.rank))


def _plain(value: Any) -> Any:
    if not isinstance(value, tuple):
        return value
    return value[0] if value and value.count(value[0]) == len(value) else list(value)
