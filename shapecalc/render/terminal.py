"""A document on a terminal, in colour: the one place that knows rich.

`fitting` says what stands where, so that what a table measures is the same for every version
of rich and its own layout, which costs a millisecond for two rows, is not needed. Rich knows
the terminals: which colours they have and how Windows wants them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.segment import Segment
from rich.style import Style

from shapecalc.render import fitting
from shapecalc.text.display import encodable, fold, inert, visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from rich.console import ConsoleOptions, RenderResult

    from shapecalc.render.fitting import Line
    from shapecalc.tables.table import Document

_STYLES = {
    fitting.TITLE: Style(bold=True),
    fitting.HEADING: Style(bold=True),
    fitting.RULE: Style(dim=True),
    fitting.NAME: Style(color="cyan"),
    fitting.NOTHING: Style(dim=True),
    fitting.TEXT: None,
}


def print_document(document: Document, stream: TextIO, width: int, color: bool) -> None:
    """Writes a document's tables, each under its title, and the totals, in so many cells.

    Texts are shown as they are: none is markup. What the stream's encoding cannot say is
    escaped, lines are then made of hyphens.
    """
    width = max(width, 1)
    console = Console(
        file=stream,
        width=width,
        color_system="standard" if color else None,
        force_terminal=color,
        no_color=False,
    )
    lines = _lines(document, width, stream.encoding or "utf-8")
    console.print(_Lines(lines), crop=False, soft_wrap=True)


class _Lines:
    # What rich prints as it is.

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self._lines:
            for text, role in line:
                yield Segment(text, _STYLES[role])
            yield Segment("\n")


def _lines(document: Document, width: int, encoding: str) -> Iterator[Line]:
    rule = "─" if encodable("─", encoding) == "─" else "-"
    for index, table in enumerate(document.tables):
        if index:
            yield []
        yield from fitting.fitted(table, table.title or document.title, width, encoding, rule)
    if document.totals:
        yield []
        for line in fold(encodable(visible(document.totals), encoding), width):
            yield [(inert(line), fitting.TEXT)]
