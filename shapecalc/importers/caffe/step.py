"""A layer of a file on its way into the network: what it takes, and how it is added."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from shapecalc.importers.caffe.blob import Blob, shape_of
from shapecalc.importers.caffe.known_fields import KNOWN_FIELDS
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeAlias

    from shapecalc.importers.caffe.definition import CaffeLayer
    from shapecalc.importers.caffe.message import ProtoMessage
    from shapecalc.importers.network import ImportedLayer, ImportedNetwork, Wire


class NotSaid(Exception):  # noqa: N818 - a verdict, not an error in the program
    """Raised for a layer that the language does not have.

    why: a clause. dims: the sizes that it makes, batch first, params: how many it learns, and
    macs: its multiply-accumulates for one input, where Caffe says so.
    """

    def __init__(
        self, why: str, dims: Sequence[int] | None = None, params: int = 0, macs: int = 0
    ) -> None:
        super().__init__(why)
        self.why = why
        self.dims = dims
        self.params = params
        self.macs = macs


class CaffeStep:
    """A layer that is being added to a network.

    layer: as the file has it. bottoms: the blobs that it takes. owners: the layers whose
    parameters have names, each with the parameter's number.
    """

    def __init__(
        self,
        layer: CaffeLayer,
        bottoms: list[Blob],
        network: ImportedNetwork,
        owners: dict[str, tuple[ImportedLayer, int]],
    ) -> None:
        self.layer = layer
        self.bottoms = bottoms
        self.network = network
        self.owners = owners
        self._count = len(network.layers)

    def parameters(self, name: str) -> ProtoMessage:
        """The message with the parameters of its type. Raises NotSaid for a field of a fork."""
        parameters = self.layer.parameters(name)
        other = parameters.unknown_field(KNOWN_FIELDS.get(name, parameters.fields))
        if other is not None:
            raise NotSaid(f"{name} has a field {shown(other)}, which Caffe's own does not have")
        return parameters

    def takes(self, least: int, most: int | None = None) -> None:
        """Hold the number of bottoms. Raises Refusal SC501 for another than Caffe's."""
        count, most = len(self.bottoms), most or least
        if not least <= count <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            raise self.layer.refuse(f"{self.layer.type} takes {wanted} blobs, found {count}")

    def wire(self, which: int = 0) -> Wire:
        """A tensor that it takes. Raises NotSaid for what is none here."""
        blob = self.bottoms[which]
        if blob.wire is None:
            raise NotSaid(f"it takes {shown(self.layer.bottoms[which])}, a number for each input")
        if blob.is_mask:
            raise NotSaid(f"it takes {shown(self.layer.bottoms[which])}, the mask of a max pool")
        return blob.wire

    def dims(self, which: int = 0) -> tuple[int, ...]:
        """The sizes of a tensor that it takes, batch first. Raises NotSaid for what is none."""
        self.wire(which)
        return self.bottoms[which].dims

    def image(self, which: int = 0) -> tuple[int, ...]:
        """The sizes of an image that it takes: batch, channels, height, width.

        Raises Refusal SC501 for anything else.
        """
        dims = self.dims(which)
        if len(dims) != 4:
            sizes = "x".join(map(str, dims))
            raise self.layer.refuse(f"{self.layer.type} takes a blob of 4 axes, found {sizes}")
        return dims

    def axis(self, parameters: ProtoMessage, name: str = "axis", default: int = 1) -> int:
        """An axis of the first tensor, counted from the batch as 0. Raises Refusal SC501."""
        rank = len(self.dims())
        axis = parameters.integer(name, default, least=-rank)
        if axis >= rank:
            raise self.layer.refuse(f"{name} is {axis}, but the blob has {rank} axes")
        return axis + rank if axis < 0 else axis

    def same(self) -> Blob:
        """What it makes where it changes nothing: its first bottom."""
        return Blob(self.wire(), self.bottoms[0].batch)

    def blob(self, wire: Wire) -> Blob:
        """A tensor that it makes, with the batch of its first bottom."""
        return Blob(wire, self.bottoms[0].batch)

    def add(
        self,
        type: str,
        fields: dict[str, Any] | None = None,
        inputs: Sequence[Wire] | None = None,
        *,
        suffix: str = "",
        weights: int = 0,
        note: str | None = None,
    ) -> Wire:
        """The output of a layer that is added to the network.

        inputs: its first bottom, where they are not given. suffix: of one of several layers that
        the file's one is; it is part of the name. weights: how many parameters Caffe's layer has.
        """
        values = (fields or {}).values()
        if not all(isfinite(value) for value in values if isinstance(value, float)):
            dims = None if weights else self.bottoms[0].dims
            raise NotSaid("no layer type has an infinite number", dims)
        name = f"{self.layer.name}_{suffix}" if suffix else self.layer.name
        owner = self._owner(weights)
        wire = self.network.add(
            name,
            type,
            fields or {},
            [self.wire()] if inputs is None else inputs,
            self.layer.place,
            shares=owner,
            note=note,
        )
        layer: Any = wire.of
        for number, weight in enumerate(self.layer.weights[:weights]):
            if weight:
                self.owners.setdefault(weight, (layer, number))
        return wire

    def computed(self, note: str, inputs: Sequence[Wire] | None = None, suffix: str = "") -> Wire:
        """What it makes of constants of the file, which are not learned and cost nothing that is
        counted. note: what it does with them."""
        self.network.remark("A sum or product with a constant is an Identity with a note")
        return self.add("Identity", {}, inputs, suffix=suffix, note=note)

    def _owner(self, weights: int) -> ImportedLayer | None:
        """The earlier layer whose parameters it has by their names; None for its own.

        Raises NotSaid where it has some of another's, and some of its own.
        """
        names = self.layer.weights[:weights]
        found = [self.owners.get(name) for name in names if name]
        owner = next((each[0] for each in found if each is not None), None)
        if owner is None:
            return None
        wanted = [(owner, number) for number in range(weights)]
        if found != wanted:
            raise NotSaid(f"it has some of the parameters of {shown(owner.name)}, and others")
        return owner

    def leave_to_custom(self, said: NotSaid) -> list[Blob]:
        """What it makes where the language has no such layer: Custom, or Stopped is raised."""
        for added in self.network.layers[self._count :]:
            for weight in [name for name, owner in self.owners.items() if owner[0] is added]:
                del self.owners[weight]
        del self.network.layers[self._count :]
        shares = said.params and any(self.layer.weights)  # which a Custom layer cannot say
        dims = said.dims if len(self.layer.tops) == 1 and not shares else None
        try:
            output = None if dims is None else shape_of(dims, self.layer.place)
        except Refusal:
            output = None
        wires = [blob.wire for blob in self.bottoms if blob.wire is not None]
        wire = self.network.unknown(
            self.layer.name,
            self.layer.type,
            said.why,
            wires,
            self.layer.place,
            output=output,
            params=said.params,
            macs=said.macs,
        )
        return [Blob(wire, dims[0] if dims else 1)]


Converter: TypeAlias = "Callable[[CaffeStep], list[Blob]]"
"""What adds a layer of a file to the network: the blobs that it makes. Raises NotSaid, Refusal."""
