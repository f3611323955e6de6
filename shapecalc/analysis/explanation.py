"""An explanation of a run: how every figure of its layers and blocks comes about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.analysis.derivation import (
    Derived,
    layer_figures,
    made_names,
    named_sources,
    output_sizes,
    taken_names,
)
from shapecalc.analysis.field_derivation import field_figures
from shapecalc.layers.joining import JOINS
from shapecalc.shapes.size import Size, in_formula

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import InferredLayer

SUMS = {
    "params": "params",
    "buffers": "buffers",
    "macs": "macs",
    "weight_bytes": "weights",
    "activation_bytes": "memory",
}
"""The figures of a block that are sums over what is inside, with their attributes, by the keys of
their columns."""

JOINED = "join"
"""What the bytes of a join itself are called in a sum."""


class Explanation:
    """The derivations of a summary's figures, which layers that are alike share.

    nodes: the layers and blocks that are explained. whole: whether the totals are, too.
    """

    def __init__(self, summary: Summary, nodes: Sequence[InferredLayer], whole: bool) -> None:
        self.summary = summary
        self.nodes = nodes
        self.whole = whole
        self._found: dict[object, list[Derived]] = {}

    @property
    def size(self) -> int:
        """How many layers are explained: one counts as often as it has inputs, outputs, or layers
        directly inside."""
        return sum(
            max(1, *map(len, (each.taken, each.tensors, each.children))) for each in self.nodes
        )

    def figures(self, node: InferredLayer) -> list[Derived]:
        """The figures of a layer or a block, in the order of the table; one list for all that are
        alike."""
        key = self._alike(node)
        if key not in self._found:
            own = layer_figures(node) if node.layer is not None else _block_figures(node)
            self._found[key] = [*own, *field_figures(self.summary, node)]
        return self._found[key]

    def _alike(self, node: InferredLayer) -> object:
        """What nodes with the same derivations have in common."""
        single = len(node.sources) == len(node.tensors) == 1
        if not single or node.layer is None or node.shares or node.basis.fuse:
            return node
        fields = (self.summary.fields_of(tensor) for tensor in (*node.sources, *node.tensors))
        return node.layer, node.inputs, *map(id, fields)

    def totals(self) -> list[Derived]:
        """The totals of the network."""
        summary = self.summary
        found = [
            Derived(key, _sum(summary.items, attribute, getattr(summary, attribute)))
            for key, attribute in SUMS.items()
        ]
        peak = summary.peak_layer
        remark = None if peak is None else ("at", in_formula(peak.path))
        return [*found, Derived("peak_memory", summary.peak_memory, remark=remark)]


def _block_figures(node: InferredLayer) -> Iterator[Derived]:
    if node.joined:
        assert node.join is not None
        inputs = named_sources(node.joined, taken_names(node))
        yield from output_sizes(inputs, [JOINS[node.join](inputs)], [None])
    else:
        names = node.output_names if len(node.tensors) > 1 else [None]
        yield from output_sizes((), named_sources(node.tensors, made_names(node)), names)
    for key, attribute in SUMS.items():
        yield Derived(key, _sum(node.children, attribute, getattr(node, attribute)))


def _sum(children: Sequence[InferredLayer], attribute: str, whole: int) -> int:
    """The sum of a figure over what is inside. Repeats that are alike are multiplied; what a join
    has of its own is a part, too."""
    total: int = 0
    last: tuple[object, int] | None = None
    part: int = 0
    for child in children:
        value: int = getattr(child, attribute)
        if not value:
            continue
        if last != (child.item, value):
            part = Size(value, _part(child.name))
            last = child.item, value
        total = total + part
    rest = whole - total
    return total + Size(rest, JOINED) if rest else total


def _part(name: str) -> str:
    """What a sum calls what is inside."""
    return f'"{name}"' if name == JOINED else in_formula(name)
