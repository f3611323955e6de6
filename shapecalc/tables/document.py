"""A summary as a document: the layer table, the tables of its blocks, totals, explanations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.tables.columns import BY_KEY, COLUMNS, View, total_text
from shapecalc.tables.table import Column, Document, Table
from shapecalc.text.display import percent
from shapecalc.text.words import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.tables.table import Cell
    from shapecalc.text.words import Words


class Options:
    """What of a summary is shown, and how.

    columns: their keys, or None for the default ones that are not empty.
    details: the paths of the blocks that get a table of their own. depth: the levels of an
    unfolded tree, or None for the rows at the top alone. explain: whether the columns are
    explained. encoding: of the stream, for formats with escapes of
    their own for what it cannot say.
    """

    __slots__ = (
        "columns",
        "depth",
        "details",
        "encoding",
        "explain",
        "language",
        "layout",
    )

    def __init__(
        self,
        language: str = "en",
        layout: str = "hwc",
        columns: Sequence[str] | None = None,
        details: Sequence[str] = (),
        depth: int | None = None,
        explain: bool = False,
        encoding: str = "utf-8",
    ) -> None:
        self.language = language
        self.layout = layout
        self.columns = columns
        self.details = details
        self.depth = depth
        self.explain = explain
        self.encoding = encoding


def document(summary: Summary, options: Options) -> Document:
    """The document of a summary."""
    words = words_of(options.language)
    view = View(summary, words)
    tables = [_layer_table(summary, view, options, words.title.format(name=summary.title))]
    wanted = set(options.details)
    if wanted:
        tables += [
            _detail_table(node, summary, options, words)
            for node, _ in summary.walk()
            if node.path in wanted
        ]
    return _document(summary, tables, view, options)


def top_document(summary: Summary, options: Options, key: str, rows: int) -> Document:
    """The document of the layers that weigh most by a figure, each with its share."""
    words = words_of(options.language)
    view = View(summary, words)
    column = BY_KEY[key]
    weights = {node: column.value(node, view) for node in summary.layers}
    total = sum(weight for weight in weights.values() if isinstance(weight, int))
    heaviest = sorted(weights, key=lambda node: -_integer(weights[node]))[:rows]
    share = Column(
        "share",
        lambda node, view: f"{percent(_integer(weights[node]), total or 1)}%",
        numeric=True,
    )
    columns = [BY_KEY["path"], BY_KEY["type"], BY_KEY["input"], BY_KEY["output"], column, share]
    heading = words.heading(key)
    figure = heading if heading[1:2].isupper() else heading.lower()  # MACs stay MACs
    title = words.top.format(name=summary.title, figure=figure)
    cells = [tuple(shown.value(node, view) for shown in columns) for node in heaviest]
    headings = [*(words.heading(shown.key) for shown in columns[:-1]), words.share]
    table = Table(title, columns, headings, cells, options.language, options.layout)
    return _document(summary, [table], view, options)


def _integer(cell: Cell) -> int:
    return cell if isinstance(cell, int) else 0


def _document(summary: Summary, tables: Sequence[Table], view: View, options: Options) -> Document:
    """Tables with the explanation of the first one's columns, and the totals."""
    words = words_of(options.language)
    columns = tables[0].columns
    explanations = [
        (
            words.heading(column.key),
            words.explanation(column.key, options.layout, summary.name),
        )
        for column in columns
        if options.explain
    ]
    shown = {column.key for column in columns} | {"params", "macs"}
    totals = words.comma.join(
        total_text(column, summary, words)
        for column in COLUMNS
        if column.totals is not None and column.key in shown
    )
    batch = words.batch.format(batch=summary.batch) if summary.batch > 1 else ""
    totals = words.total + totals + batch + (_fused(summary, words) if summary.fuse else "")
    return Document(summary.title, tables, words.explanations, explanations, totals)


def _fused(summary: Summary, words: Words) -> str:
    """What is said of the layers that are fused: how many of each type."""
    types = (f"{count:,} {words.types.get(name, name)}" for name, count in summary.fused.items())
    return words.fused.format(layers=words.comma.join(types) or words.nothing)


def blocks(summary: Summary) -> list[str]:
    """The paths of everything at the top that has layers inside."""
    return [node.path for node in summary.items if node.children]


def blocks_with_branches(summary: Summary) -> list[str]:
    """The paths of everything at the top that runs branches side by side."""
    return [
        node.path
        for node in summary.items
        if node.children and node.children[0].item.kind == "branch"
    ]


def _layer_table(summary: Summary, view: View, options: Options, title: str) -> Table:
    if options.depth is None:
        return _table(title, summary.items, view, options)
    rows = [(node, depth) for node, depth in summary.walk() if depth < options.depth]
    return _table(title, [n for n, _ in rows], view, options, [depth for _, depth in rows])


def _detail_table(node: InferredLayer, summary: Summary, options: Options, words: Words) -> Table:
    title = words.detail.format(block=node.type, name=node.path)
    branches = bool(node.children) and node.children[0].item.kind == "branch"
    view = View(summary, words, branch=branches)
    first = words.branch if branches else None
    return _table(title, node.children, view, options, (), first)


def _table(
    title: str,
    nodes: Sequence[InferredLayer],
    view: View,
    options: Options,
    depths: Sequence[int] = (),
    first_heading: str | None = None,
) -> Table:
    if options.columns is not None:
        columns = [BY_KEY[key] for key in options.columns]
    else:
        columns = [column for column in COLUMNS if column.default]
    cells = [[column.value(node, view) for node in nodes] for column in columns]
    if options.columns is None and nodes:
        kept = [index for index, column in enumerate(cells) if _any_cell(column)]
        columns = [columns[index] for index in kept]
        cells = [cells[index] for index in kept]
    rows: list[tuple[Cell, ...]] = list(zip(*cells, strict=True))
    headings = [view.words.heading(column.key) for column in columns]
    if first_heading is not None and columns and columns[0].key == "name":
        headings[0] = first_heading
    return Table(title, columns, headings, rows, options.language, options.layout, depths)


def _any_cell(column: list[Cell]) -> bool:
    return any(cell is not None for cell in column)
