"""Mermaid's flowcharts, which GitHub draws where a page has one between ```mermaid and ```.

Names are nowhere but in labels, where a character that may be more than a text, to Mermaid or to
the markdown and the HTML of its labels, is an entity.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shapecalc.graph.nodes import Graph, Group
from shapecalc.render.drawing import MOST_EDGES, drawn, labelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.analysis.summary import Summary
    from shapecalc.tables.document import Options

MOST_TEXT = 50_000
"""The characters of the largest drawing that GitHub shows (Mermaid's `maxTextSize`)."""

_NODES = {
    "input": '(["{}"]):::outer',
    "output": '(["{}"]):::outer',
    "join": '("{}"):::join',
    "block": '["{}"]:::block',
    "layer": '["{}"]',
}

_CLASSES = (
    "classDef outer fill:#dafbe1,stroke:#57606a,color:#1f2328",
    "classDef join fill:#fff8c5,stroke:#57606a,color:#1f2328",
    "classDef block fill:#ddf4ff,stroke:#57606a,color:#1f2328",
)

_entities = re.compile(
    r"""(?x)
    [!-'*;-@\[-^`{-~] | :(?!\s)
  | (?<!\w)_ | _(?!\w)  # emphasis
  | ^[-+] | (?<=\d)[.)](?=\s)  # items of a list
  | (?<=www)\.
  | (?<=direction)\s  # a statement, even within a label
  | \u200b
"""
).sub

_part = re.compile(r"\\(?=n)|:(?=\w)|\$(?=\$)|ﬂ(?=°)|¶(?=ß)").sub
"""For what acts with what follows it even as an entity: line ends, icons, formulas, and how Mermaid
writes entities to itself. A space without width parts the two."""

_harmless = re.compile(r"[A-Za-z0-9]*").fullmatch


def lines(summary: Summary, options: Options) -> Iterator[str]:
    """The lines of a flowchart, to the depth that GitHub draws."""

    def too_much(graph: Graph) -> str | None:
        if len(graph.edges) > MOST_EDGES:
            return f"{len(graph.edges):,} edges, more than {MOST_EDGES}"
        size = sum(len(line) + 1 for line in _lines(graph, summary, options))
        return f"{size:,} characters, more than {MOST_TEXT:,}" if size > MOST_TEXT else None

    graph = drawn(summary, options, lambda each: too_much(each) is None)
    found = too_much(graph)
    if found is not None:
        less = "" if graph.levels == 1 else "; it is to fewer levels without --depth"
        options.remarks.append(f"GitHub does not show this drawing: it has {found}{less}")
    return _lines(graph, summary, options)


def _lines(graph: Graph, summary: Summary, options: Options) -> Iterator[str]:
    yield "flowchart TB"
    for index, (part, depth, label) in enumerate(labelled(graph, summary, options)):
        indent = "  " * (depth + 1)
        if part is None:
            yield indent + "end"
            continue
        text = "<br/>".join(map(_text, label))
        if isinstance(part, Group):
            yield f'{indent}subgraph g{index}["{text}"]'
        else:
            yield f"{indent}n{part.number}{_NODES[part.kind].format(text)}"
    for edge in graph.edges:
        arrow = "-->" if edge.output is None else f'-->|"{_text(edge.output)}"|'
        yield f"  n{edge.source.number} {arrow} n{edge.target.number}"
    yield from ("  " + line for line in _CLASSES)


def _text(line: str) -> str:
    return line if _harmless(line) else _entities(_entity, _part("\\g<0>\u200b", line))


def _entity(found: re.Match[str]) -> str:
    return f"#{ord(found[0])};"
