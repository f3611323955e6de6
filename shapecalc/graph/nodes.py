"""A network to so many levels, as nodes in groups and the edges between them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from shapecalc.analysis.repeats import alike

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Literal

    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import InferredLayer, Tensor

    Kind = Literal["input", "layer", "block", "join", "output"]


class Node:
    """What is drawn as one: a layer, a block that is not looked into, the join of one that is, an
    input or an output of the network.

    number: its place among the nodes, from 0, in execution order.
    name: the path of a layer or a block, the name of an input or output.
    run: the layer or block, or all repeats that are alike; nothing for an input or output.
    tensor: what it outputs, of several the first.
    """

    __slots__ = ("kind", "name", "number", "run", "tensor")

    def __init__(
        self, number: int, kind: Kind, name: str, tensor: Tensor, run: Sequence[InferredLayer] = ()
    ) -> None:
        self.number = number
        self.kind = kind
        self.name = name
        self.tensor = tensor
        self.run = run


class Group:
    """A block, sequence or branch with what is in it: nodes, and groups again.

    run: it, or all repeats that are alike, of which the first is shown.
    """

    __slots__ = ("parts", "run")

    def __init__(self, run: Sequence[InferredLayer]) -> None:
        self.run = run
        self.parts: list[Node | Group] = []

    @property
    def is_branch(self) -> bool:
        """Whether it is one of several branches, or what is left of them."""
        return self.run[0].item.kind == "branch"


class Edge:
    """What a node takes of another. output: which of several, as `from:` calls it; else None."""

    __slots__ = ("output", "source", "target")

    def __init__(self, source: Node, target: Node, output: str | None) -> None:
        self.source = source
        self.target = target
        self.output = output


class Graph:
    """The nodes of a network, the groups around them, and every edge.

    parts: the nodes and groups at the top. levels: how many of the network's `all_levels` are
    looked into.
    """

    __slots__ = ("all_levels", "edges", "levels", "nodes", "parts")

    def __init__(self, levels: int, all_levels: int) -> None:
        self.levels = min(levels, all_levels)
        self.all_levels = all_levels
        self.nodes: list[Node] = []
        self.parts: list[Node | Group] = []
        self.edges: list[Edge] = []

    def walk(self) -> Iterator[tuple[Node | Group | None, int]]:
        """Nodes and groups, each with how many groups are around it; None where a group ends."""
        pending: list[tuple[Node | Group | None, int]]
        pending = [(part, 0) for part in reversed(self.parts)]
        while pending:
            part, depth = pending.pop()
            yield part, depth
            if isinstance(part, Group):
                pending.append((None, depth))
                pending.extend((inner, depth + 1) for inner in reversed(part.parts))


def levels_of(summary: Summary) -> int:
    """The levels of a network: 1 if nothing has layers inside."""
    return 1 + max((depth for _, depth in summary.walk()), default=0)


def graph_of(summary: Summary, levels: int, all_levels: int, fold: bool) -> Graph:
    """The graph of a network to so many of its levels.

    What passes on what it takes, such as an empty branch, is no node: an edge leads past it.
    fold: whether repeats that are alike are one, if only the next one takes what is in each.
    """
    return _Builder(summary, Graph(levels, all_levels), fold).graph


class _Builder:
    """The graph of a summary, which is built when this is made.

    shown: the node of all that outputs a tensor. folded: repeats of which the first is looked into.
    uses: the place of what takes something of the layer at each place last; None until it is asked.
    """

    def __init__(self, summary: Summary, graph: Graph, fold: bool) -> None:
        self.summary = summary
        self.graph = graph
        self.fold = fold
        self.shown: dict[InferredLayer | str, Node] = {}
        self.folded: list[Sequence[InferredLayer]] = []
        self.uses: dict[int, int] | None = None
        for name, tensor in summary.input_tensors.items():
            self.shown[name] = self._node(graph.parts, "input", name, tensor)
        self._items()
        for run in reversed(self.folded):  # those inside others first
            for one in run[1:]:
                for (first, _), (other, _) in zip(run[0].walk(), one.walk(), strict=True):
                    if first in self.shown:
                        self.shown[other] = self.shown[first]
        for node in tuple(graph.nodes):
            graph.edges += self._edges_to(node)
        for name, tensor in summary.results.items():
            result = self._node(graph.parts, "output", name, tensor)
            graph.edges.append(self._edge(tensor, result))

    def _node(
        self,
        parts: list[Node | Group],
        kind: Kind,
        name: str,
        tensor: Tensor,
        run: Sequence[InferredLayer] = (),
    ) -> Node:
        node = Node(len(self.graph.nodes), kind, name, tensor, run)
        self.graph.nodes.append(node)
        parts.append(node)
        return node

    def _items(self) -> None:
        """The nodes and groups of everything that is computed, in order."""
        groups: list[Group] = []
        pending = [(run, 0, self.graph.parts, False) for run in self._runs(self.summary.items)]
        while pending:
            run, depth, parts, walked = pending.pop()
            first = run[0]
            kind: Kind
            if first.layer is not None:
                kind, makers = "layer", iter(run)
            elif walked:
                kind, makers = "join", iter((first,))
            elif next(first.operations(), None) is None:
                continue
            elif depth + 1 >= self.graph.levels:
                kind, makers = "block", (each for one in run for each, _ in one.walk())
            else:
                group = Group(run)
                parts.append(group)
                groups.append(group)
                if first.joined:
                    pending.append((run, depth + 1, group.parts, True))
                inner = self._runs(first.children)
                pending += [(each, depth + 1, group.parts, False) for each in inner]
                if len(run) > 1:
                    self.folded.append(run)
                continue
            node = self._node(parts, kind, first.path, first.tensors[0], run)
            self.shown.update(dict.fromkeys(makers, node))
        for group in groups:
            only = group.parts[0]
            if len(group.parts) == 1 and isinstance(only, Group) and only.is_branch:
                group.parts = only.parts  # there is no other branch

    def _runs(self, siblings: Sequence[InferredLayer]) -> list[list[InferredLayer]]:
        """What follows each other, repeats that are one as one, from the last to the first."""
        runs: list[list[InferredLayer]] = []
        for node in siblings:
            if self.fold and runs and alike(runs[-1][0], node) and self._only(node, runs[-1][-1]):
                runs[-1].append(node)
            else:
                runs.append([node])
        return runs[::-1]

    def _only(self, following: InferredLayer, one: InferredLayer) -> bool:
        """Whether nothing but the repeat that follows takes what is in one."""
        if self.uses is None:
            self.uses = self._last_uses()
        start, middle = self.summary.place(one), self.summary.place(following)
        end = 2 * middle - start  # they have as much inside
        return all(self.uses.get(place, 0) < end for place in range(start, middle))

    def _last_uses(self) -> dict[int, int]:
        place = self.summary.place
        uses: dict[int, int] = {}
        for user in self.summary.operations():
            for tensor in user.taken:
                if not isinstance(tensor.producer, str):
                    maker = place(tensor.producer)
                    uses[maker] = max(uses.get(maker, 0), place(user))
        for tensor in self.summary.results.values():
            if not isinstance(tensor.producer, str):
                uses[place(tensor.producer)] = sys.maxsize
        return uses

    def _edges_to(self, node: Node) -> Iterator[Edge]:
        """The edges that lead to a node; to a block, one for each tensor from outside."""
        if not node.run:
            return
        first = node.run[0]
        if node.kind == "block":
            taken = dict.fromkeys(each for inner in first.operations() for each in inner.taken)
            edges = (self._edge(tensor, node) for tensor in taken)
            yield from (edge for edge in edges if edge.source is not node)
        else:
            yield from (self._edge(tensor, node) for tensor in first.taken)

    def _edge(self, tensor: Tensor, target: Node) -> Edge:
        source = self.shown[tensor.producer]
        output = "" if source.kind == "block" else tensor.suffix
        return Edge(source, target, output.removeprefix(".") or None)
