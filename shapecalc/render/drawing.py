"""What the formats of drawings have in common: how deep they look, and what labels say."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from shapecalc.graph.nodes import Graph, Group, Node, graph_of, levels_of
from shapecalc.render.refused import hold_to_drawn
from shapecalc.tables.cells import View
from shapecalc.tables.columns import BY_KEY, named_columns
from shapecalc.tables.rows import TableRow
from shapecalc.tables.table import Table
from shapecalc.text.display import fold, printable
from shapecalc.text.words import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.tables.document import Options

MOST_EDGES = 500
"""The edges of the largest drawing that GitHub shows (Mermaid's `maxEdges`)."""

SHOWN = ("name", "type", "output")
"""The columns that labels have unless others are asked for. They need no headings."""

_CELLS = 30
"""The width of a line of a label."""


def drawn(summary: Summary, options: Options, fits: Callable[[Graph], bool]) -> Graph:
    """The graph of a summary to the depth that is asked for, or else to the greatest that fits.

    What it leaves out is in the remarks of the options.
    """
    all_levels = levels_of(summary)
    asked = named_columns(options.columns or ())
    alike = options.fold and not any(BY_KEY[key].varies for key in asked)  # in what is shown, too

    def graph(levels: int) -> Graph:
        return graph_of(summary, levels, all_levels, alike)

    if options.depth is not None:
        return _held(summary, graph(options.depth))
    deeper = range(2, all_levels + 1)
    levels = 1 + bisect_left(deeper, True, key=lambda each: not fits(graph(each)))
    if levels < all_levels:
        options.remarks.append(
            f"{levels} of {all_levels} levels are drawn, as many as GitHub shows: "
            f"with --depth {all_levels}, all are"
        )
    return _held(summary, graph(levels))


def _held(summary: Summary, graph: Graph) -> Graph:
    """A graph, if it is not larger than a drawing may be. Raises SpecError."""
    hold_to_drawn(summary, len(graph.nodes), "a drawing")
    return graph


def labelled(
    graph: Graph, summary: Summary, options: Options
) -> Iterator[tuple[Node | Group | None, int, list[str]]]:
    """Nodes and groups as `Graph.walk` has them, each with the lines of its label, which hold
    anything that is visible; a group has one."""
    labels = _Labels(summary, options)
    for part, depth in graph.walk():
        if part is None:
            yield part, depth, []
        elif isinstance(part, Group):
            yield part, depth, [legible(labels.title(part), options)]
        else:
            texts = [legible(text, options) for text in labels.texts(part)]
            yield part, depth, [line for text in texts for line in fold(text, _CELLS)]


def legible(text: str, options: Options) -> str:
    """A text that shows what is there, and does nothing, in the encoding of what is written."""
    return printable(text, options.encoding, inside=True)


class _Labels:
    """What labels say: columns that are asked for."""

    def __init__(self, summary: Summary, options: Options) -> None:
        self.summary = summary
        self.words = words = words_of(options.language)
        self.view = View(summary, words)
        self.columns = [BY_KEY[key] for key in named_columns(options.columns or SHOWN)]
        bare = (*SHOWN, "path", "note")
        self.prefixes = [
            "" if column.key in bare else words.heading(column.key) + " " for column in self.columns
        ]
        self.table = Table("", self.columns, (), (), options.language, options.layout)

    def title(self, group: Group) -> str:
        """The title of a group: of a sequence without its kind, which lists what is in it."""
        found = self._cells(group.run)
        if getattr(group.run[0].item, "block", None) is None:
            found.pop("type", None)
        found.pop("output", None)
        name = found.pop("name", group.run[0].name)
        return self.words.colon.join(filter(None, (name, self.words.comma.join(found.values()))))

    def texts(self, node: Node) -> Iterable[str]:
        """What the label of a node says."""
        if node.kind in ("layer", "block"):
            return self._cells(node.run).values() or [node.run[0].name]
        if node.kind == "join":
            word = node.run[0].join or ""
        else:
            word = self.words.heading(node.kind)
            alike = self.summary.input_tensors if node.kind == "input" else self.summary.results
            if len(alike) > 1:
                word += " " + node.name
        return word, node.tensor.shape.text(self.table.layout)

    def _cells(self, run: Sequence[InferredLayer]) -> dict[str, str]:
        """The texts of the columns that are not empty, by their keys."""
        row = TableRow([*run], 0, False)
        cells = tuple(row.cell(column, self.view) for column in self.columns)
        self.table.rows = [cells]
        texts = next(self.table.texts(False))
        filled = zip(self.columns, self.prefixes, texts, cells, strict=True)
        return {
            column.key: prefix + text for column, prefix, text, cell in filled if cell is not None
        }
