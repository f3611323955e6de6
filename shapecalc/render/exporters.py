"""The indexes of exporters, from which the choices and the help of the command line follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.text.formats import Format, by_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.analysis.summary import Summary
    from shapecalc.tables.document import Options

DOCUMENT, TABLE, SUMMARY = "document", "table", "summary"
DRAWING, CODE = "drawing", "code"
ROWS = "rows"

_ALWAYS = {
    DOCUMENT: ("totals", ("totals",)),
    TABLE: ("one table", ("details", "all_details", "explain")),
    SUMMARY: (
        "every figure",
        ("columns", "details", "all_details", "depth", "top", "rows", "explain", "totals"),
    ),
    DRAWING: (
        "the whole network",
        ("details", "all_details", "top", "rows", "explain", "totals"),
    ),
    CODE: (
        "the network alone, for any batch",
        (
            *("columns", "details", "all_details", "depth", "top", "rows", "explain", "totals"),
            *("unfold", "batch", "dtype", "fuse"),
        ),
    ),
}


class Exporter(Format):
    """A format of `shapecalc export`: a module of its name, with `lines(source, options)`.

    source: what is written: the whole DOCUMENT with the tables of blocks and the
    explanation of the columns, the TABLE of the layers alone, the SUMMARY, which has every
    figure and no columns, a DRAWING of the layers, of which the columns are what labels say, or the
    CODE of another program, which has the network and no figures.
    ending: how the names of its files end.
    text: whether it is text; otherwise its lines are bytes, written as they are.
    few: whether it has at most MAXIMUM_DRAWN rows.
    always: what it always has. without: the options of the command that it has no use for.
    """

    __slots__ = ("always", "ending", "few", "source", "text", "without")

    def __init__(
        self,
        name: str,
        source: str,
        ending: str,
        about: str,
        text: bool = True,
        few: bool = False,
    ) -> None:
        module = name.replace("-", "_")
        super().__init__(name, f"shapecalc.render.{module}", f"{about} ({ending})")
        self.source = source
        self.ending = ending
        self.text = text
        self.few = few
        self.always, self.without = _ALWAYS[source]

    def export(self, summary: Summary, options: Options) -> Iterator[Any]:
        """The lines of a summary in this format, or its bytes, as the options say."""
        if self.source in (SUMMARY, DRAWING, CODE):
            return self.lines(summary, options)
        if self.source == TABLE:
            from shapecalc.tables.leaves import leaf_table

            return self.lines(leaf_table(summary, options), options)
        from shapecalc.tables.document import exported_document

        document = exported_document(summary, options)
        if self.few:
            from shapecalc.render.refused import hold_to_drawn

            rows = [row for table in document.tables for row in table.rows]
            characters = sum(len(cell) for row in rows for cell in row if isinstance(cell, str))
            hold_to_drawn(summary, len(rows) + characters // 1000, self.name)
        return self.lines(document, options)


EXPORTERS = by_name(
    Exporter("markdown", DOCUMENT, ".md", "layer table, totals, a table for each kind of block"),
    Exporter("json", SUMMARY, ".json", "every block and layer with all figures"),
    Exporter("csv", TABLE, ".csv", "a row for each layer, its sizes in columns of their own"),
    Exporter(
        "latex", DOCUMENT, ".tex", "the tables of markdown, to compile or to \\input", few=True
    ),
    Exporter("mermaid", DRAWING, ".mmd", "a drawing, which GitHub shows in a page"),
    Exporter("dot", DRAWING, ".dot", "a drawing for Graphviz"),
    Exporter("pytorch", CODE, ".py", "a class for each block and one for the network"),
    Exporter("keras", CODE, ".py", "a function for each block and one for the network"),
    Exporter("scale-sim", CODE, ".csv", "a row for each convolution and matrix product"),
)
"""The formats, in the order of the help."""


class OverviewFormat(Format):
    """A format of `shapecalc summary`.

    source: what its module is given: the DOCUMENT, its TABLE alone, or the ROWS, of which it writes
    every figure.
    """

    __slots__ = ("source",)

    def __init__(self, name: str, module: str, source: str, about: str) -> None:
        super().__init__(name, f"shapecalc.render.{module}", about)
        self.source = source


OVERVIEW_FORMATS = by_name(
    OverviewFormat("table", "plain", DOCUMENT, "a table to read, fitted to a terminal"),
    OverviewFormat("markdown", "markdown", DOCUMENT, "a table for a page"),
    OverviewFormat("json", "overview_json", ROWS, "every figure, with all budgets"),
    OverviewFormat("csv", "csv", TABLE, "the table for spreadsheets and programs"),
)
"""The formats of an overview, the default one first."""

EXPLANATION_FORMATS = by_name(
    Format("text", "shapecalc.render.explained", "to read, a line for each figure"),
    Format("markdown", "shapecalc.render.explained_markdown", "a page, with a table a layer"),
    Format("json", "shapecalc.render.explained_json", "every figure, formula and number"),
)
"""The formats of an explanation, the default one first."""
