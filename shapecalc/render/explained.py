"""An explanation as text: a paragraph for each layer, a line for each figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.tables.explained import conventions, explained
from shapecalc.text.display import fold, pad, printable, width
from shapecalc.text.styles import BLOCK_NAME, HEADING, NOTHING, TEXT, Line
from shapecalc.text.words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapecalc.analysis.explanation import Explanation
    from shapecalc.analysis.reductions import Savings
    from shapecalc.tables.document import Options
    from shapecalc.tables.explained import Explained, ExplainedFigure

GAP = "  "


def lines(
    told: Explanation | Savings, options: Options, cells: int | None = None
) -> Iterator[Line]:
    """The lines of an explanation. cells: those of a terminal's line, where long ones are parted
    between the steps; None for a pipe, where each figure is a line.
    """
    encoding = options.encoding
    for each in explained(told, options):
        yield from _title(each, cells, encoding)
        widest = max(width(figure.label) for figure in each.figures)
        for figure in each.figures:
            yield from _figure(figure, widest, cells, encoding)
        yield ""
    for label, text in conventions(told.summary, words_of(options.language)):
        parts = _folded(text, None if cells is None else cells - width(label) - len(GAP))
        yield [(label + GAP, HEADING), (parts[0], TEXT)]
        yield from (" " * (width(label) + len(GAP)) + part for part in parts[1:])


def _title(each: Explained, cells: int | None, encoding: str) -> Iterator[Line]:
    """The line over the figures: name, type, shapes and place, as far as there is room."""
    name = printable(each.name, encoding)
    others = [printable(text, encoding) for text in (each.kind, each.shapes, each.place) if text]
    for keep in range(len(others), -1, -1):
        text = "".join(GAP + other for other in others[:keep])
        if cells is None or width(name + text) <= cells or not keep:
            yield [(name, BLOCK_NAME), (text, NOTHING)]
            return


def _figure(
    figure: ExplainedFigure, widest: int, cells: int | None, encoding: str
) -> Iterator[Line]:
    """The lines of a figure: all steps in one where they fit, otherwise a line for each."""
    label = GAP + pad(figure.label, widest) + GAP
    steps = [printable(step, encoding) for step in figure.steps]
    remark = f" ({printable(figure.remark, encoding)})" if figure.remark else ""
    room = None if cells is None else max(1, cells - width(label))
    whole = " = ".join(steps)
    if room is None or width(whole + remark) <= room:
        yield [(label, HEADING), (whole, TEXT), (remark, NOTHING)]
        return
    texts = [part for step in _joined(steps, room) for part in step]
    if remark:
        texts += fold(remark[1:], room)
    for index, text in enumerate(texts):
        yield [(label if not index else " " * width(label), HEADING), (text, TEXT)]


def _joined(steps: Sequence[str], room: int) -> Iterator[list[str]]:
    """The steps, each in lines of its own; from the second on behind an equals sign."""
    for index, step in enumerate(steps):
        lead = "= " if index else ""
        parts = fold(step.replace("*", "* "), max(1, room - len(lead)))  # also between factors
        whole = [part.replace("* ", "*") for part in parts]
        leads = [lead, *[" " * len(lead)] * (len(whole) - 1)]
        yield list(map(str.__add__, leads, whole))


def _folded(text: str, room: int | None) -> list[str]:
    return [text] if room is None else fold(text, max(1, room))
