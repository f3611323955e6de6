"""Graphviz's language: a network from top to bottom, what is inside a block in a box."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.graph.nodes import Graph, Group
from shapecalc.render.drawing import MOST_EDGES, drawn, labelled, legible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.analysis.summary import Summary
    from shapecalc.tables.document import Options

_FONT = 'fontname="Helvetica,Arial,sans-serif"'

_DEFAULTS = (
    f"graph [{_FONT}, fontsize=11, "
    'labeljust=l, color="#8b949e", style=rounded, nodesep=0.3, ranksep=0.35];',
    f"node [{_FONT}, fontsize=11, "
    'shape=box, style="rounded,filled", color="#57606a", fillcolor=white, margin="0.12,0.06"];',
    f'edge [{_FONT}, fontsize=9, color="#57606a", arrowsize=0.7];',
)

_STYLES = {
    "input": ', shape=oval, fillcolor="#dafbe1"',
    "output": ', shape=oval, fillcolor="#dafbe1"',
    "join": ', fillcolor="#fff8c5"',
    "block": ', fillcolor="#ddf4ff"',
    "layer": "",
}


def lines(summary: Summary, options: Options) -> Iterator[str]:
    """The lines of a graph."""
    graph = drawn(summary, options, lambda each: len(each.edges) <= MOST_EDGES)
    yield f"digraph {_quoted(legible(summary.title, options))} {{"
    yield from ("  " + line for line in _DEFAULTS)
    names = _names(graph, options)
    for index, (part, depth, label) in enumerate(labelled(graph, summary, options)):
        indent = "  " * (depth + 1)
        if part is None:
            yield indent + "}"
        elif isinstance(part, Group):
            yield f"{indent}subgraph cluster_{index} {{"
            yield f"{indent}  label={_text(label)};"
        else:
            yield f"{indent}{names[part.number]} [label={_text(label)}{_STYLES[part.kind]}];"
    for edge in graph.edges:
        output = "" if edge.output is None else f" [label={_text([edge.output])}]"
        yield f"  {names[edge.source.number]} -> {names[edge.target.number]}{output};"
    yield "}"


def _names(graph: Graph, options: Options) -> list[str]:
    """What the nodes are called: what they are called in the spec, quoted; none twice."""
    found: dict[str, None] = {}
    for node in graph.nodes:
        name = legible(node.name, options)
        while name in found:
            name += "'"
        found[name] = None
    return list(map(_quoted, found))


def _text(label: list[str]) -> str:
    """A label, which has the entities of HTML and escapes."""
    return _quoted("\n".join(label).replace("&", "&amp;")).replace("\n", "\\n")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
