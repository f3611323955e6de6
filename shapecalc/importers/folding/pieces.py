"""What a list of items is made of while it is folded: single layers, and uses of blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shapecalc.importers.network import ImportedInput, Wire
from shapecalc.importers.writing import plain_note
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
"""The fields that count channels, which blocks write as pieces of each other."""


class Varied(NamedTuple):
    """A field or an argument that may have another value in each region of a form.

    kind: that of an argument. default: where nothing is written; None where something has to be.
    channels: whether it counts them.
    """

    kind: str
    default: Any
    channels: bool


class Taken(NamedTuple):
    """An input of a piece: an output of an earlier piece, or an input of the network."""

    of: Piece | ImportedInput
    output: int

    @property
    def shape(self) -> Shape:
        """Its shape."""
        if isinstance(self.of, ImportedInput):
            return self.of.outputs[0]
        return self.of.leaves[-1].outputs[self.output]

    def renewed(self, new: Mapping[Piece, Piece]) -> Taken:
        """It, of the piece that stands for the one that it is of."""
        if isinstance(self.of, Piece) and self.of in new:
            return Taken(new[self.of], self.output)
        return self


class Piece:
    """A layer, or a use of a block with all of its layers.

    type: the layer's type, or the block's name. name: what it is called, with its modules.
    values: what is written, by field or argument. varied: those that may differ from one region of
    a form to another. constants: what is written of those that may not. inputs: what it takes.
    leaves: its layers, in order. pinned: whether it can be no piece of a block.
    """

    __slots__ = (
        "constants",
        "inputs",
        "leaves",
        "name",
        "pinned",
        "type",
        "values",
        "varied",
    )

    def __init__(
        self, type: str, name: str, leaves: Sequence[ImportedLayer], inputs: Sequence[Taken]
    ) -> None:
        self.type = type
        self.name = name
        self.leaves = list(leaves)
        self.inputs = list(inputs)
        self.varied: dict[str, Varied] = {}
        self.values: dict[str, Any] = {}
        self.constants: Entries = {}
        self.pinned = False

    @property
    def signature(self) -> Hashable:
        """What two pieces have in common that may be the same piece of a block."""
        if self.pinned:
            return id(self)
        return self.type, repr(self.constants), len(self.leaves[-1].outputs)

    def value(self, key: str) -> Any:
        """What it says under a key, or the default."""
        return self.values.get(key, self.varied[key].default)

    def says_else(self, key: str) -> bool:
        """Whether that is not its default, which may be another for each piece: the stride of a
        pool is its kernel."""
        return bool(self.value(key) != self.varied[key].default)

    @property
    def output(self) -> Shape:
        """The shape of its first output."""
        return self.leaves[-1].outputs[0]


def piece_of(layer: ImportedLayer, made: dict[object, Piece]) -> Piece:
    """A layer as a piece. made: the pieces of the layers before it."""
    inputs = [piece_input(wire, made) for wire in layer.inputs]
    type = layer.layer.type
    piece = Piece(type.name, layer.name, [layer], inputs)
    written = telling({"name": "", "type": type.name} | layer.fields)
    for key, field in type.fields.items():
        value = written.get(key)
        if key not in type.inferred and _varies(field.kind, value, layer.layer.field_value(key)):
            default = None if field.required else _default(layer, key)
            piece.varied[key] = Varied(ARGUMENT_KINDS[field.kind], default, key in CHANNELS)
            if value is not None:
                piece.values[key] = value
        elif key in written:
            piece.constants[key] = value
    if layer.note is not None:
        piece.constants["note"] = plain_note(layer.note)
    return piece


def piece_input(wire: Wire, made: dict[object, Piece]) -> Taken:
    """An input of a layer as one of a piece."""
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
