"""The nodes of a graph in an order in which they can run, whatever their order in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapecalc.importers.onnx.model import OnnxNode


def node_text(node: OnnxNode) -> str:
    """A node in a message: by its name, or its first output, with its operator."""
    name = node.name or next((each for each in node.outputs if each), "")
    return f"the node {shown(name)} ({shown(node.op)[1:-1]})"


def running_order(nodes: list[OnnxNode], given: Iterable[str]) -> list[OnnxNode]:
    """The nodes, each after those whose outputs it takes; in the file's order, where that is one.

    given: the names that need no node. Raises Refusal SC501 for a name that nothing makes or that
    two nodes make, and for nodes that take what depends on themselves.
    """
    known = set(given)
    makers: dict[str, OnnxNode] = {}
    for node in nodes:
        for name in filter(None, node.outputs):
            if name in makers or name in known:
                raise Refusal(
                    "SC501", f"{node_text(node)} makes {shown(name)}, which is made already"
                )
            makers[name] = node
    waiting: dict[int, int] = {}
    takers: dict[str, list[OnnxNode]] = {}
    for node in nodes:
        needed = {name for name in node.inputs if name and name not in known}
        for name in needed:
            if name not in makers:
                text = f"{node_text(node)} takes {shown(name)}, which nothing makes"
                raise Refusal("SC501", text)
        needed |= makers.keys() & node.captured()
        for name in needed:
            takers.setdefault(name, []).append(node)
        waiting[id(node)] = len(needed)
    return _run(nodes, waiting, takers)


def _run(
    nodes: list[OnnxNode], waiting: dict[int, int], takers: dict[str, list[OnnxNode]]
) -> list[OnnxNode]:
    from heapq import heapify, heappop, heappush

    places = {id(node): place for place, node in enumerate(nodes)}
    ready = [places[id(node)] for node in nodes if not waiting[id(node)]]
    heapify(ready)
    ordered = []
    while ready:
        node = nodes[heappop(ready)]
        ordered.append(node)
        for name in set(node.outputs):
            for taker in takers.get(name, ()):
                waiting[id(taker)] -= 1
                if not waiting[id(taker)]:
                    heappush(ready, places[id(taker)])
    if len(ordered) < len(nodes):
        stuck = next(node for node in nodes if waiting[id(node)])
        text = f"{node_text(stuck)} is in a cycle, or takes what comes out of one"
        raise Refusal("SC501", text)
    return ordered


def needed_nodes(nodes: list[OnnxNode], outputs: Iterable[str]) -> list[OnnxNode]:
    """Those of nodes in running order that some output depends on."""
    needed = set(outputs)
    found = []
    for node in reversed(nodes):
        if not needed.isdisjoint(node.outputs):
            found.append(node)
            needed.update(node.inputs, node.captured())
    needed.discard("")
    return found[::-1]
