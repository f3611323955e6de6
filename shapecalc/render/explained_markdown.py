"""An explanation as markdown: a table for each layer, a row for each figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.render.markdown import block_text, heading_text, row_text
from shapecalc.tables.explained import conventions, explained
from shapecalc.text.words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.analysis.explanation import Explanation
    from shapecalc.analysis.reductions import Savings
    from shapecalc.tables.document import Options
    from shapecalc.tables.explained import ExplainedFigure


def lines(told: Explanation | Savings, options: Options) -> Iterator[str]:
    """The lines of an explanation."""
    words = words_of(options.language)
    yield "# " + heading_text(told.summary.title)
    for each in explained(told, options):
        yield from ("", "## " + heading_text(each.name), "")
        if each.kind:
            yield from (block_text(f"{each.kind}, {each.shapes}, {each.place}"), "")
        yield row_text(words.arithmetic)
        yield "|---|---|---|"
        for figure in each.figures:
            yield row_text([figure.label, *_cells(figure)])
    yield ""
    for label, text in conventions(told.summary, words):
        yield "- " + block_text(label + words.colon + text)


def _cells(figure: ExplainedFigure) -> list[str]:
    """The formula, and the numbers put in."""
    formula, numbers = figure.steps[0], figure.steps[1:]
    if not numbers:
        formula, numbers = "", figure.steps
    told = " = ".join(numbers)
    return [formula, f"{told} ({figure.remark})" if figure.remark else told]
