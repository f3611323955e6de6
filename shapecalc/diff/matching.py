"""Which layer of one network is which layer of another.

Layers of one path are the same, where their names are written and not made up: a name that is
made up counts what comes before it. The others are matched within the gaps that these leave,
in the order in which they run, by how much they have in common: name and fields, fields, type.
Where a gap has as many of the old ones as of the new ones left, these replace one another, but a
layer no join.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.graph.structure import own_fields
from shapecalc.text.alignment import aligned, gaps, longest_increasing

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.layers.base import Layer
    from shapecalc.text.alignment import Pair


MADE_UP = "\0"
"""What no name holds."""


class Matching:
    """Two networks' layers, and joins of branches, in execution order, and what goes with what.

    after_of: the new index of each old one that has a partner. moved: the old indices of those
    that do not run in the same order. written: the path of each node in which MADE_UP replaces
    each name that is made up.
    """

    __slots__ = ("after", "after_of", "before", "moved", "written")

    def __init__(self, before: Summary, after: Summary) -> None:
        self.before = list(before.operations())
        self.after = list(after.operations())
        known: dict[str, str] = {}
        self.written = {**_written_paths(before, known), **_written_paths(after, known)}
        by_path = self._by_path()
        kept = set(longest_increasing([new for _, new in by_path]))
        self.moved = {old for index, (old, _) in enumerate(by_path) if index not in kept}
        self.after_of = dict(by_path)
        rest = _by_place(
            _others(self.before, self.moved),
            _others(self.after, {self.after_of[old] for old in self.moved}),
            [pair for index, pair in enumerate(by_path) if index in kept],
        )
        self.after_of.update(rest)

    def _by_path(self) -> list[Pair]:
        """The indices of the nodes whose paths are written in both, and the same."""
        paths = map(self.written.__getitem__, self.after)
        places = {path: new for new, path in enumerate(paths) if MADE_UP not in path}
        paths = map(self.written.__getitem__, self.before)
        return [(old, places[path]) for old, path in enumerate(paths) if path in places]


def _written_paths(summary: Summary, known: dict[str, str]) -> dict[InferredLayer, str]:
    """The path of every node as far as it is written. known: paths that are there, to be shared."""
    found: dict[InferredLayer, str] = {}
    around: list[str] = []
    for node, depth in summary.walk():
        name = MADE_UP if node.item.name is None else node.name
        path = f"{around[depth - 1]}.{name}" if depth else name
        path = known.setdefault(path, node.path if path == node.path else path)
        around[depth:] = [path]
        found[node] = path
    return found


_Numbered = tuple[int, "InferredLayer"]


def _others(nodes: list[InferredLayer], but: set[int]) -> list[_Numbered]:
    return [(index, node) for index, node in enumerate(nodes) if index not in but]


def _by_place(old: list[_Numbered], new: list[_Numbered], known: list[Pair]) -> list[Pair]:
    """The pairs of all nodes, those known included, that run in the same order."""
    old_at = {number: index for index, (number, _) in enumerate(old)}
    new_at = {number: index for index, (number, _) in enumerate(new)}
    pairs = [(old_at[before], new_at[after]) for before, after in known]
    signatures = _Signatures()
    for key in (signatures.named, signatures.of, signatures.type):
        found: list[Pair] = []
        for old_gap, new_gap in gaps(pairs, len(old), len(new)):
            if old_gap and new_gap:
                steps = aligned(_keys(old, old_gap, key), _keys(new, new_gap, key))
                found += [(old_gap[x], new_gap[y]) for x, y in steps]
        pairs = sorted(pairs + found)
    for old_gap, new_gap in list(gaps(pairs, len(old), len(new))):
        if len(old_gap) == len(new_gap):
            pairs += [
                (x, y)
                for x, y in zip(old_gap, new_gap, strict=True)
                if (old[x][1].layer is None) == (new[y][1].layer is None)
            ]
    return [(old[x][0], new[y][0]) for x, y in pairs]


def _keys(
    nodes: list[_Numbered], where: range, key: Callable[[InferredLayer], Hashable]
) -> list[Hashable]:
    return [key(nodes[index][1]) for index in where]


class _Signatures:
    """What nodes may have in common, as small numbers: equal ones are quickly compared."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._layers: dict[Layer, int] = {}

    def named(self, node: InferredLayer) -> Hashable:
        """The name, where it is written, and the fields."""
        return node.item.name and node.name, self.of(node)

    def of(self, node: InferredLayer) -> Hashable:
        """The type and the fields."""
        layer = node.layer
        if layer is None:
            return self._number((node.type, node.join))
        number = self._layers.get(layer)
        if number is None:
            fields = own_fields(layer)
            number = self._number((node.type, *map(repr, fields.values())))
            self._layers[layer] = number
        return number

    def type(self, node: InferredLayer) -> Hashable:
        """The type; all joins are of one."""
        return node.type if node.layer is not None else None

    def _number(self, signature: Hashable) -> int:
        return self._numbers.setdefault(signature, len(self._numbers))
