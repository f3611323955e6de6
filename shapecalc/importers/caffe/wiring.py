"""Which layer makes what a layer takes, and which layers are no part of the network.

A blob has the name that the file gives it until a layer makes another of that name, as one does
that works in place. Left out are losses, measures, and what is only for them: labels, and what is
made of them by layers without weights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.caffe.definition import CaffeLayer


class Top(NamedTuple):
    """An output of a layer: the layer's place in a list, and which of its tops it is."""

    layer: int
    number: int


class CaffeWiring:
    """The layers of a network, and what each takes.

    sources: of each layer, the tops that are its bottoms. left_out: the layers that are no part of
    the network. used: the tops that layers take which are part of it.
    """

    def __init__(self, layers: Sequence[CaffeLayer]) -> None:
        self.layers = layers
        self.sources = _sources(layers)
        self._takers: dict[Top, list[int]] = {}
        for taker, tops in enumerate(self.sources):
            for top in tops:
                self._takers.setdefault(top, []).append(taker)
        self.left_out = self._measures()
        self._leave_out_targets()
        self.used = {
            top
            for taker, tops in enumerate(self.sources)
            if taker not in self.left_out
            for top in tops
        }

    def _measures(self) -> set[int]:
        """Losses and other measures, and what is made of their results."""
        found: set[int] = set()
        for number, layer in enumerate(self.layers):
            if _measures(layer.type) or any(top.layer in found for top in self.sources[number]):
                found.add(number)
        return found

    def _leave_out_targets(self) -> None:
        """Leave out what is made of the data alone, without weights, and only for measures."""
        of_data: set[int] = set()
        for number, layer in enumerate(self.layers):
            made = {top.layer for top in self.sources[number]}
            if not made or (layer.type in _WITHOUT_WEIGHTS and made <= of_data):
                of_data.add(number)
        for number in sorted(of_data, reverse=True):
            if not self.sources[number]:
                continue  # data, of which no more is an input than is used
            takers = [
                taker
                for top in range(len(self.layers[number].tops))
                for taker in self._takers.get(Top(number, top), ())
            ]
            if takers and self.left_out.issuperset(takers):
                self.left_out.add(number)


_WITHOUT_WEIGHTS = frozenset(
    ("Split", "Slice", "Flatten", "Reshape", "Concat", "Eltwise", "Power", "Permute", "Crop")
)


def _measures(type: str) -> bool:
    """Whether a type is a loss or another measure, or takes what nothing is made of."""
    lower = type.lower()
    return "loss" in lower or lower.endswith("accuracy") or type in _ENDS


_ENDS = ("Silence", "HDF5Output", "DetectionEvaluate", "EvalDetection")


def _sources(layers: Sequence[CaffeLayer]) -> list[list[Top]]:
    """The tops that each layer takes. Raises Refusal SC501 for one that none before it makes."""
    made: dict[str, Top] = {}
    found = []
    for number, layer in enumerate(layers):
        tops = []
        for name in layer.bottoms:
            if name not in made:
                text = f"layer {shown(layer.name)} takes {shown(name)}, which no layer before makes"
                hint = "layers are read in their order, those of the phase TEST alone"
                raise Refusal("SC501", text, hint, offset=layer.place)
            tops.append(made[name])
        for which, name in enumerate(layer.tops):
            if name in made and name not in layer.bottoms:
                text = f"layer {shown(layer.name)} makes {shown(name)}, as another before does"
                raise Refusal("SC501", text, offset=layer.place)
            made[name] = Top(number, which)
        found.append(tops)
    return found
