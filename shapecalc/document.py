"""A summary as a document: the layer table, the tables of its blocks, totals, explanations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.columns import BY_KEY, COLUMNS, View
from shapecalc.summary import CONVENTIONS
from shapecalc.table import Document, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.summary import InferredLayer, Summary
    from shapecalc.table import Cell, Column

WORDS = {
    "en": {
        "title": "{name}: layers",
        "detail": "{block} module ({name}) in detail",
        "branch": "Branch",
        "explanations": "What the columns say",
        "totals": "Total: {params:,} params, {macs:,} MACs ({convention})",
        "hwc": "height x width x channels",
        "chw": "channels x height x width",
    },
    "zh": {
        "title": "{name} 卷积层参数表",
        "detail": "{block} 模块 ({name}) 详细参数",
        "branch": "分支",
        "explanations": "表格解释",
        "totals": "总计:参数量 {params:,},乘加次数 (MACs) {macs:,}({convention})",
        "hwc": "高度x宽度x通道数",
        "chw": "通道数x高度x宽度",
    },
}


class Options:
    """What of a summary is shown, and how.

    columns: their keys, or None for the default ones that are not empty.
    details: the paths of the blocks that get a table of their own. depth: the levels of an
    unfolded tree, or None for the rows at the top alone. explain: whether the columns are
    explained.
    """

    __slots__ = ("columns", "depth", "details", "explain", "language", "layout")

    def __init__(
        self,
        language: str = "en",
        layout: str = "hwc",
        columns: Sequence[str] | None = None,
        details: Sequence[str] = (),
        depth: int | None = None,
        explain: bool = False,
    ) -> None:
        self.language = language
        self.layout = layout
        self.columns = columns
        self.details = details
        self.depth = depth
        self.explain = explain


def document(summary: Summary, options: Options) -> Document:
    """The document of a summary."""
    words = WORDS[options.language]
    tables = [_layer_table(summary, options, words["title"].format(name=summary.name))]
    wanted = set(options.details)
    if wanted:
        tables += [
            _detail_table(node, options, words) for node, _ in summary.walk() if node.path in wanted
        ]
    layout = words[options.layout]
    explanations = [
        (column.headings[options.language], column.abouts[options.language].format(layout=layout))
        for column in tables[0].columns
        if options.explain
    ]
    totals = words["totals"].format(
        params=summary.params, macs=summary.macs, convention=CONVENTIONS[options.language]
    )
    return Document(summary.name, tables, words["explanations"], explanations, totals)


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


def _layer_table(summary: Summary, options: Options, title: str) -> Table:
    view = View(options.language)
    if options.depth is None:
        return _table(title, summary.items, view, options)
    rows = [(node, depth) for node, depth in summary.walk() if depth < options.depth]
    return _table(title, [n for n, _ in rows], view, options, [depth for _, depth in rows])


def _detail_table(node: InferredLayer, options: Options, words: dict[str, str]) -> Table:
    title = words["detail"].format(block=node.type, name=node.path)
    branches = bool(node.children) and node.children[0].item.kind == "branch"
    view = View(options.language, branch=branches)
    first = words["branch"] if branches else None
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
    if options.columns is None:
        kept = [index for index, column in enumerate(cells) if _any_cell(column)]
        columns = [columns[index] for index in kept]
        cells = [cells[index] for index in kept]
    rows: list[tuple[Cell, ...]] = list(zip(*cells, strict=True))
    headings = _headings(columns, options.language, first_heading)
    return Table(title, columns, headings, rows, options.language, options.layout, depths)


def _any_cell(column: list[Cell]) -> bool:
    return any(cell is not None for cell in column)


def _headings(columns: list[Column], language: str, first: str | None) -> list[str]:
    headings = [column.headings[language] for column in columns]
    if first is not None and columns and columns[0].key == "name":
        headings[0] = first
    return headings
