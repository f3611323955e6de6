"""A summary as a document: the layer table, the tables of its blocks, totals, explanations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.language.notes import in_language
from shapecalc.tables.cells import View, kind
from shapecalc.tables.columns import BY_KEY, COLUMNS, DOCUMENT, named_columns
from shapecalc.tables.rows import TableRow, table_cells, table_rows
from shapecalc.tables.table import SHARE, Column, Document, Table
from shapecalc.tables.totals import totals
from shapecalc.text.words import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.tables.table import Cell
    from shapecalc.text.words import Words


class Options:
    """What of a summary is shown, and how.

    columns: their keys, or words for several; None for the spec's own, or for the default ones
    that are not empty.
    details: the paths of the blocks that get a table of their own. depth: the levels of an
    unfolded tree, or None for the rows at the top alone. fold: whether repeats that are alike are
    one row. explain: whether the columns are explained. encoding: of the stream, for formats with
    escapes of their own for what it cannot say.
    top: the figure of which the heaviest layers are shown alone; None to show all. rows: how many
    of them. totals: whether a table for programs ends with a row of totals. source: where the spec
    is, if that is told. remarks: what a format could not show so, in sentences that it adds.
    """

    __slots__ = (
        "columns",
        "depth",
        "details",
        "encoding",
        "explain",
        "fold",
        "language",
        "layout",
        "remarks",
        "rows",
        "source",
        "top",
        "totals",
    )

    def __init__(
        self,
        language: str = "en",
        layout: str = "hwc",
        columns: Sequence[str] | None = None,
        details: Sequence[str] = (),
        depth: int | None = None,
        fold: bool = True,
        explain: bool = False,
        encoding: str = "utf-8",
        top: str | None = None,
        rows: int = 10,
        totals: bool = False,
        source: str | None = None,
    ) -> None:
        self.language = language
        self.layout = layout
        self.columns = columns
        self.details = details
        self.depth = depth
        self.fold = fold
        self.explain = explain
        self.encoding = encoding
        self.top = top
        self.rows = rows
        self.totals = totals
        self.source = source
        self.remarks: list[str] = []


def document(summary: Summary, options: Options) -> Document:
    """The document of a summary."""
    if options.top is not None:
        return top_document(summary, options, options.top, options.rows)
    words = words_of(options.language)
    view = View(summary, words, document=DOCUMENT in (summary.columns or ()))
    title = words.title.format(name=summary.title)
    tables = [_table(title, summary.items, view, options, options.depth or 1)]
    wanted = set(options.details)
    if wanted:
        tables += [
            _detail_table(node, view, options) for node, _ in summary.walk() if node.path in wanted
        ]
    return _document(summary.title, tables, view, options)


def exported_document(summary: Summary, options: Options) -> Document:
    """The document of a summary for a page, with a table for each kind of block.

    With the details that are asked for instead, or those that are printed.
    """
    printed = is_printed(summary, options)
    if printed:
        options.details = options.details or blocks_with_branches(summary)
        options.explain = True
    elif not options.details and options.depth is None:
        options.details = blocks_of_each_kind(summary)
    return document(summary, options)


def top_document(summary: Summary, options: Options, key: str, count: int) -> Document:
    """The document of the layers that weigh most by a figure, each with its share: under their
    paths, with the columns that were asked for."""
    words = words_of(options.language)
    view = View(summary, words)
    column = BY_KEY[key]
    figures = {node: _number(column.value(node, view)) for node in summary.layers}
    total = sum(figures.values())
    heaviest = sorted(figures, key=lambda node: -figures[node])[:count]
    share = Column("share", lambda node, view: _part(figures[node], total), unit=SHARE)
    asked = named_columns(options.columns or ("type", "input", "output"))
    others = [BY_KEY[each] for each in asked if each not in ("path", key)]
    columns = [BY_KEY["path"], *others, column, share]
    heading = words.heading(key)
    figure = heading if heading[1:2].isupper() else heading.lower()  # MACs stay MACs
    title = words.top.format(name=summary.title, figure=figure)
    cells = [tuple(shown.value(node, view) for shown in columns) for node in heaviest]
    headings = [*(words.heading(shown.key) for shown in columns[:-1]), words.share]
    table = Table(title, columns, headings, cells, options.language, options.layout)
    table.chosen = options.columns is not None
    return _document(title, [table], view, options)


def _number(cell: Cell) -> int:
    return cell if isinstance(cell, int) else 0


def _part(figure: int, total: int) -> Cell:
    from fractions import Fraction

    return Fraction(figure, total or 1)


def _document(title: str, tables: Sequence[Table], view: View, options: Options) -> Document:
    """Tables with the explanation of the first one's columns, and the totals."""
    summary, words = view.summary, view.words
    explanations = [
        (words.heading(column.key), _explanation(column.key, view, options))
        for column in tables[0].columns
        if options.explain
    ]
    return Document(
        title,
        tables,
        words.explanations,
        explanations,
        lambda exact: totals(summary, words, options.layout, exact),
        _lead(summary, words, options),
        is_printed(summary, options),
    )


def _lead(summary: Summary, words: Words, options: Options) -> list[str]:
    """What a network is, and where its spec is."""
    about = in_language(summary.about, options.language)
    return [text for text in (about, options.source) if text is not None]


def is_printed(summary: Summary, options: Options) -> bool:
    """Whether a document is the one that the tables are after, as it was printed."""
    return DOCUMENT in (summary.columns or ()) and options.columns is None and options.top is None


def _explanation(key: str, view: View, options: Options) -> str:
    text = view.words.explanation(key, options.layout, view.summary.name)
    if view.document and key in ("in_channels", "out_channels"):
        return view.words.first_of_branch.format(text)
    return text


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


def blocks_of_each_kind(summary: Summary) -> list[str]:
    """The path of the first block of each kind, and of what has layers inside at the top."""
    found: dict[object, str] = {}
    for node, depth in summary.walk():
        block = getattr(node.item, "block", None)
        if node.children and (block is not None or depth == 0):
            found.setdefault(block or node.item, node.path)
    return list(found.values())


def _detail_table(node: InferredLayer, view: View, options: Options) -> Table:
    words = view.words
    if view.document:
        title = words.detail.format(block=words.module.format(node.type), name=node.path)
    else:
        title = f"{kind(node, words)} ({node.path})"
    branches = bool(node.children) and node.children[0].item.kind == "branch"
    inner = View(view.summary, words, branch=branches, document=view.document)
    table = _table(title, node.children, inner, options, 1, words.branch if branches else None)
    block = getattr(node.item, "block", None)
    if block is not None and not view.document:
        table.about = in_language(block.about, words.language)
    return table


def _table(
    title: str,
    nodes: Sequence[InferredLayer],
    view: View,
    options: Options,
    levels: int,
    first_heading: str | None = None,
) -> Table:
    asked = options.columns or view.summary.columns
    if asked is not None:
        columns = [BY_KEY[key] for key in named_columns(asked)]
    else:
        columns = [column for column in COLUMNS if column.default or column.unusual is not None]
    shown = list(table_rows(nodes, columns, view, levels, options.fold))
    if asked is None:
        columns = [
            column
            for column in columns
            if column.unusual is None or any(column.unusual(row.nodes[0]) for row in shown)
        ]
    cells = [table_cells(column, shown, view) for column in columns]
    if options.columns is None and shown:
        kept = [index for index, column in enumerate(cells) if _any(column)]
        columns = [columns[index] for index in kept]
        cells = [cells[index] for index in kept]
    headings = [view.words.heading(column.key) for column in columns]
    if first_heading is not None and columns and columns[0].key == "name":
        headings[0] = first_heading
    return Table(
        title,
        columns,
        headings,
        list(zip(*cells, strict=True)),
        options.language,
        options.layout,
        [row.depth for row in shown] if levels > 1 else (),
        [bool(row.nodes[0].children) for row in shown],
        _spare(columns, shown, view) if options.columns is None else (),
        [row.brief_kind(view.words) for row in shown] if options.columns is None else (),
        chosen=asked is not None,
    )


def _layers(shown: Sequence[TableRow]) -> list[InferredLayer]:
    """The layers that have a row, without what has layers inside."""
    return [row.nodes[0] for row in shown if row.nodes[0].layer is not None]


def _spare(columns: Sequence[Column], shown: Sequence[TableRow], view: View) -> list[list[int]]:
    """The columns that their own rows say, and those that other rows say, as `Table` has them."""
    if view.document and view.branch:
        return []  # the document shows of a branch the channels of its first layer
    keys = {column.key for column in columns}
    if not _any([row.cell(BY_KEY["from"], view) for row in shown]):
        keys.add("from")
    groups: list[list[int]] = [[], []]
    for index, column in enumerate(columns):
        if column.said_by and keys.issuperset(column.said_by):
            groups["from" in column.said_by].append(index)
    return [group for group in groups if group]


def _any(column: Sequence[Cell]) -> bool:
    return any(cell is not None for cell in column)
