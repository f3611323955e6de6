"""The indexes of exporters, from which the choices and the help of the command line follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.text.formats import Format, by_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.analysis.summary import Summary
    from shapecalc.tables.document import Options

DOCUMENT, TABLE, SUMMARY = "document", "table", "summary"
ROWS = "rows"


class Exporter(Format):
    """A format of `shapecalc export`: a module of its name, with `lines(source, options)`.

    source: what is written: the whole DOCUMENT with the tables of blocks and the
    explanation of the columns, the layer TABLE alone, or the SUMMARY, which has every figure
    and no columns.
    ending: how the names of its files end.
    text: whether it is text; otherwise its lines are bytes, written as they are.
    """

    __slots__ = ("ending", "source", "text")

    def __init__(self, name: str, source: str, ending: str, about: str, text: bool = True) -> None:
        super().__init__(name, f"shapecalc.render.{name}", f"{about} ({ending})")
        self.source = source
        self.ending = ending
        self.text = text

    def export(self, summary: Summary, options: Options) -> Iterator[Any]:
        """The lines of a summary in this format, or its bytes, as the options say."""
        if self.source == SUMMARY:
            return self.lines(summary, options)
        from shapecalc.tables.document import blocks_with_branches, document

        if self.source == TABLE:
            return self.lines(document(summary, options).tables[0], options)
        options.details = blocks_with_branches(summary)
        options.explain = True
        return self.lines(document(summary, options), options)


EXPORTERS = by_name(
    Exporter("markdown", DOCUMENT, ".md", "layer table, tables of blocks, columns, totals"),
    Exporter("json", SUMMARY, ".json", "every block and layer with all figures"),
    Exporter("csv", TABLE, ".csv", "the layer table"),
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
