"""A network as a file has it, on its way into a spec: layers, and the tensors between them.

A reader of files makes an `ImportedNetwork` and adds to it, in an order in which the network can
run, layers of shapecalc's types with their fields and inputs. What each makes of its inputs is
worked out as it is added, so that a reader knows the shape of every tensor, and so that what does
not fit is said at its place in the file; so is what the file itself says about it, if it is not
the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shapecalc import layers
from shapecalc.layers.sharing import can_share, unshared
from shapecalc.limits import (
    MAXIMUM_CONNECTIONS,
    MAXIMUM_IMPORTED,
    MAXIMUM_INPUTS,
    MAXIMUM_INTEGER,
    MAXIMUM_NAME,
)
from shapecalc.problems.formatting import named, shown
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import axes_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.layers.base import Layer
    from shapecalc.shapes.shape import Shape, Shapes


_WAY_ON = "`shapecalc import --partial` writes what is before it, --custom what the file says of it"
"""How a file can be imported that has a layer that the language does not have."""


class ImportedInput:
    """An input of a network. name: the file's. outputs: its shape, alone."""

    __slots__ = ("name", "outputs")

    def __init__(self, name: str, shape: Shape) -> None:
        self.name = name[:MAXIMUM_NAME]
        self.outputs: Shapes = (shape,)


class ImportedLayer:
    """A layer of a file, as a layer of the language.

    name: the file's own, as long as that of a spec may be, "" where it has none; parts of it that
    are joined by `/` or `.` are the modules that it is in. layer: its type with its fields.
    fields: those that are written. inputs: the tensors that it takes. outputs, params: what was
    worked out.
    place: the offset of it in the file's text, 0 in a file that is none.
    shares: the earlier layer whose weights it reuses. note: what there is to say of it.
    stated: which of "output" and "params" the file says, and they are the same.
    """

    __slots__ = (
        "fields",
        "inputs",
        "layer",
        "name",
        "note",
        "outputs",
        "params",
        "place",
        "shares",
        "stated",
    )

    def __init__(
        self, name: str, layer: Layer, fields: dict[str, Any], inputs: list[Wire], place: int
    ) -> None:
        self.name = name[:MAXIMUM_NAME]
        self.layer = layer
        self.fields = fields
        self.inputs = inputs
        self.place = place
        self.shares: ImportedLayer | None = None
        self.note: str | None = None
        self.stated: set[str] = set()
        shapes = tuple(wire.shape for wire in inputs)
        self.outputs: Shapes = layer.infer(shapes)
        self.params = layer.params(shapes)

    @property
    def own_params(self) -> int:
        """Those that it does not have of another layer."""
        if self.shares is None:
            return self.params
        return unshared(self.layer, self.outputs[0], self.shares.layer)

    @property
    def agrees(self) -> bool:
        """Whether the file says figures of it, which were all found to be so."""
        return bool(self.stated)


class Wire(NamedTuple):
    """An output of a layer, or an input of the network. output: which of several."""

    of: ImportedInput | ImportedLayer
    output: int = 0

    @property
    def shape(self) -> Shape:
        """Its shape, channels last."""
        return self.of.outputs[self.output]


class Stopped(Refusal):
    """Raised by a reader at a layer that cannot be said in the language."""

    def __init__(self, message: str, hint: str | None = None, offset: int | None = None) -> None:
        super().__init__("SC502", message, hint, offset=offset)


class ImportedNetwork:
    """A network as it is read from a file.

    name: the file's own name for it, else that of the file.
    custom: whether a layer that is not in the language becomes a Custom one.
    outputs: the tensors that leave it; empty for the output of the last layer.
    modules: the class of each module that layers are in, by its name, where that is known.
    remarks: sentences on what differs from the file by convention, each once.
    total: how many layers the file has, for messages; None where that is not known. number: which
    of these is read; None where each of them is one layer here.
    """

    def __init__(self, name: str, custom: bool = False) -> None:
        self.name = name
        self.custom = custom
        self.inputs: list[ImportedInput] = []
        self.layers: list[ImportedLayer] = []
        self.outputs: list[Wire] = []
        self.modules: dict[str, str] = {}
        self.remarks: dict[str, None] = {}
        self.total: int | None = None
        self.number: int | None = None
        self._connections = 0

    def input(self, name: str, shape: Shape) -> Wire:
        """An input, added to the network. Raises Refusal SC501 for too many."""
        if len(self.inputs) == MAXIMUM_INPUTS:
            raise Refusal("SC501", f"more than {MAXIMUM_INPUTS} inputs, the maximum of a network")
        self.inputs.append(ImportedInput(name, shape))
        return Wire(self.inputs[-1])

    def add(
        self,
        name: str,
        type: str,
        fields: dict[str, Any],
        inputs: Sequence[Wire],
        place: int = 0,
        *,
        output: Shape | Sequence[int] | None = None,
        params: int | None = None,
        shares: ImportedLayer | None = None,
        note: str | None = None,
    ) -> Wire:
        """The first output of a layer, added to the network.

        type: one of shapecalc's layer types. fields: as a spec writes them, without expressions.
        output, params: what the file says of them, None where it says nothing.

        Raises Refusal, with the place as its offset: SC505 where the file says something else than
        what is worked out, SC501 for too many layers, and whatever refuses the fields or the input.
        """
        if len(self.layers) == MAXIMUM_IMPORTED:
            text = f"more than {MAXIMUM_IMPORTED} layers, the maximum of a network"
            raise Refusal("SC501", text, offset=place)
        self._connections += len(inputs)
        if self._connections > MAXIMUM_CONNECTIONS:
            text = f"layers with more than {MAXIMUM_CONNECTIONS} inputs in all, the maximum"
            raise Refusal("SC501", text, offset=place)
        where = f"{self._nth()}{_named(name)} ({type})"
        try:
            layer = ImportedLayer(name, make_layer(type, fields), fields, list(inputs), place)
        except Refusal as refusal:
            raise Refusal(
                refusal.code, f"{where}: {refusal.message}", refusal.hint, offset=place
            ) from None
        layer.note = note
        if shares is not None:
            self._share(layer, where, shares)
        self._hold(layer, where, output, params)
        self.layers.append(layer)
        return Wire(layer)

    def _share(self, layer: ImportedLayer, where: str, owner: ImportedLayer) -> None:
        """Let a layer reuse the weights of another. Raises Refusal SC501 where they do not fit."""
        shapes, others = (tuple(wire.shape for wire in each.inputs) for each in (layer, owner))
        if not can_share(layer.layer, shapes, owner.layer, others):
            text = f"{where}: its weights, which it has of {_named(owner.name)}, do not fit its "
            raise Refusal("SC501", f"{text}input {shapes[0]}", offset=layer.place)
        layer.shares = owner

    def _hold(
        self,
        layer: ImportedLayer,
        where: str,
        output: Shape | Sequence[int] | None,
        params: int | None,
    ) -> None:
        """Hold a layer to what the file says of it. Raises Refusal SC505."""
        if output is not None:
            if tuple(output) != tuple(layer.outputs[0]):
                said, found = axes_text(output), layer.outputs[0]
                text = f"{where}: the file says an output of {said}, worked out is {found}"
                raise Refusal("SC505", text, offset=layer.place)
            layer.stated.add("output")
        if params is not None:
            if params != layer.params:
                text = f"{where}: the file says {params:,} params, worked out are {layer.params:,}"
                raise Refusal("SC505", text, offset=layer.place)
            layer.stated.add("params")

    def unknown(
        self,
        name: str,
        type: str,
        why: str,
        inputs: Sequence[Wire],
        place: int = 0,
        *,
        output: Shape | Sequence[int] | None = None,
        params: int | None = None,
        buffers: int | None = None,
        macs: int | None = None,
        hint: str | None = None,
    ) -> Wire:
        """The output of a layer that the language does not have, where `custom` lets it be stated.

        type: the file's word for it. why: what of it is not in the language, a clause such as "no
        layer type is a deformable convolution". output, params, macs: what the file says of them.
        hint: what may mend it, which is said before the way on.
        Raises Stopped otherwise, and where the file does not say its output; Refusal SC501 for a
        figure that no spec may have.
        """
        where = f"{self._nth()}{_named(name)} ({named(type)})"
        for figure in (params, buffers, macs):
            if figure is not None and figure > MAXIMUM_INTEGER:
                raise Refusal("SC501", f"{where}: integer too large: {figure}", offset=place)
        if self.custom and output is not None:
            fields: dict[str, Any] = {"output": list(output)}
            fields |= {"params": params} if params else {}
            fields |= {"buffers": buffers} if buffers else {}
            fields |= {"macs": macs} if macs else {}
            return self.add(name, "Custom", fields, inputs, place, note=f"{named(type)}: {why}")
        if self.custom:
            hint = "the file does not say its output, without which a Custom layer cannot stand"
        else:
            between = "" if hint is None else " " if hint.endswith("?") else "; "
            hint = f"{hint or ''}{between}{_WAY_ON}"
        raise Stopped(f"{where}: {why}", hint, place)

    def remark(self, sentence: str) -> None:
        """Say, once, what differs from the file by convention."""
        self.remarks[f"{sentence[:1].upper()}{sentence[1:].removesuffix('.')}."] = None

    def _nth(self) -> str:
        count = self.number or len(self.layers) + 1
        return f"layer {count} of {self.total} " if self.total else f"layer {count} "


def _named(name: str) -> str:
    return shown(name) if name else "without a name"


def make_layer(type: str, fields: dict[str, Any]) -> Layer:
    """A layer of a type with fields as a spec writes them. Raises Refusal SC103 or SC104."""
    found = layers.find_type(type)
    assert found is not None, type
    return found.make({key: found.fields[key].read(fields[key], found.rank) for key in fields})
