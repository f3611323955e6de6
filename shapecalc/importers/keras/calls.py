"""A use of a layer of Keras, as the layers of the language that it becomes are added."""

from __future__ import annotations

import re
from copy import copy
from typing import TYPE_CHECKING, Any

from shapecalc.importers.network import ImportedLayer, Wire
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.keras.axes import FileAxes
    from shapecalc.importers.keras.config import Config
    from shapecalc.importers.keras.inbound import Arguments
    from shapecalc.importers.keras.weights import Weights
    from shapecalc.importers.network import ImportedNetwork
    from shapecalc.shapes.shape import Shape

Owners = dict[tuple[object, str, str], ImportedLayer]
"""The layers that have weights of their own, by the layer of the file, and the part of it."""


class LayerCall:
    """A use of a layer.

    name: what the layers that it becomes are called, after the models that it is in.
    class_name, config: the layer's. arguments: what it is called with, tensors as Wires. inputs:
    those, in order. said: the shape of its output that the file says, None where it does not.
    lead: axes of its inputs, before all others, along which it is repeated, as in time.
    version: the generation of Keras. weights: what the file says of them, by `weight_names`, those
    of the layer, alone and after the models that it is in. owners, identity: what it shares.
    more: its outputs after the first. optional: the outputs of layers that are left out where
    nothing takes them.
    """

    lead = 0

    def __init__(
        self,
        network: ImportedNetwork,
        axes: FileAxes,
        name: str,
        class_name: str,
        config: Config,
        arguments: Arguments,
        said: Shape | None,
        weights: Weights,
    ) -> None:
        self.network = network
        self.axes = axes
        self.name = name
        self.class_name = class_name
        self.config = config
        self.arguments = arguments
        self.inputs = list(arguments.of(Wire))
        self.said = said
        self.version = 3
        self.module: object = None
        self.is_custom = False
        self.weights = weights
        self.weight_names: tuple[str, ...] = ()
        self.owners: Owners = {}
        self.identity: object = None
        self.more: list[Wire] = []
        self.optional: list[Wire] = []

    @property
    def input(self) -> Wire:
        """Its only input. Raises Refusal SC501 where it has another number of them."""
        if len(self.inputs) != 1:
            raise self.config.refused(f"it takes one input, not {len(self.inputs)}")
        return self.inputs[0]

    @property
    def rank(self) -> int:
        """The spatial axes of its input, without those along which it is repeated."""
        return len(self.input.shape.spatial) - self.lead

    @property
    def leading(self) -> dict[str, int]:
        """The field of a window that it slides behind the axes along which a layer is repeated."""
        return {"leading": self.lead} if self.lead else {}

    def dim(self, axis: int, shape: Shape | None = None) -> int:
        """The dim of an axis of its input. Raises Refusal SC501."""
        axis += self.lead if axis > 0 else 0
        try:
            return self.axes.dim(axis, self.inputs[0].shape if shape is None else shape)
        except (Refusal, IndexError):
            raise self.config.refused(f"axis {axis} is not one of its input") from None

    def add(
        self,
        type: str,
        fields: dict[str, Any],
        inputs: Sequence[Wire] | Wire | None = None,
        *,
        part: str = "",
        weights: tuple[str, ...] | None = (),
        scope: str = "",
        inner: bool = False,
        note: str | None = None,
    ) -> Wire:
        """A layer of the language that it becomes, or a part of it does.

        part: what is added to the name. weights: the names of those that it has, () for all of the
        layer's, None for none. scope: the part of the layer that has them in the file. inner:
        whether its output is not the layer's. Raises Refusal.
        """
        sources = [inputs] if isinstance(inputs, Wire) else inputs
        key = (self.identity, part, type)
        owner = self.owners.get(key)
        wire = self.network.add(
            f"{self.name}_{part}" if part else self.name,
            type,
            fields,
            self.inputs if sources is None else sources,
            self.config.place,
            output=None if inner else self.said,
            params=None if weights is None else self._number(weights, scope),
            shares=owner,
            note=note,
        )
        if owner is None and isinstance(wire.of, ImportedLayer) and wire.of.params:
            self.owners[key] = wire.of
        return wire

    def _number(self, weights: tuple[str, ...], scope: str = "") -> int | None:
        for name in self.weight_names:
            found = self.weights.number(f"{name}/{scope}" if scope else name, weights)
            if found is not None:
                return found
        return None

    def part_as(self, class_name: str, config: Config, wire: Wire) -> LayerCall:
        """A part of it that is a layer of another class itself, as an activation may be."""
        made = copy(self)
        made.class_name = class_name
        made.config = config
        made.name = f"{self.name}_{class_name.lower()}"
        made.inputs = [wire]
        made.weight_names = ()
        made.identity = (self.identity, class_name)
        return made

    def same(self, why: str) -> Wire:
        """An Identity for what changes neither the shape nor what it costs. why: what it does."""
        self.network.remark(
            "Identity stands for what has the shape of its input, no weights and no layer type."
        )
        return self.add("Identity", {}, [self.inputs[0]], note=as_note(why))

    def unknown(
        self,
        why: str,
        output: Shape | None = None,
        params: int | None = None,
        inputs: Sequence[Wire] | None = None,
        part: str = "",
    ) -> Wire:
        """What is not in the language. output, params: where what the file says leads to them.
        inputs, part: of a part of the layer.

        Raises Stopped, unless a Custom layer is to stand for it.
        """
        learned = self._number(()) if params is None else params
        return self.network.unknown(
            f"{self.name}_{part}" if part else self.name,
            as_note(self.class_name),
            why,
            self.inputs if inputs is None else inputs,
            self.config.place,
            output=self.said if output is None else output,
            params=learned,
        )


_ILLEGIBLE = re.compile(r"[^\w .,:;<>()*/+=-]+", re.ASCII)


def as_note(text: str, longest: int = 100) -> str:
    """A text of the file as a note may have it: one line, without braces, of some length."""
    return _ILLEGIBLE.sub("_", text[:longest])
