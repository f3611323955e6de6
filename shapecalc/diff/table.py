"""A comparison as a person reads it: totals, budgets, then what was edited and what follows.

Folded and coloured for a terminal; otherwise every change is a line, whatever its length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.diff.changes import ADDED, CHANGED, FOLLOWS, REMOVED
from shapecalc.diff.rows import CONVENTION, MARKS, WORDS, Row, counts, ends, headroom, rows, verdict
from shapecalc.text.display import encodable, fold, inert, pad, visible, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapecalc.diff.comparison import Comparison

_GREEN, _RED, _YELLOW, _BOLD, _PLAIN = "\x1b[32m", "\x1b[31m", "\x1b[33m", "\x1b[1m", "\x1b[0m"

_COLORS = {ADDED: _GREEN, REMOVED: _RED, CHANGED: _YELLOW}

_WIDEST_LABEL = 32
"""The cells that labels take at most; a longer one has a line of its own on a terminal."""

_LEAST = 20
"""The cells in which a change is put beside its label, rather than below it."""


class Style:
    """How a table is printed: in so many cells (None: a change a line), coloured or not.

    What the encoding of the stream cannot say is escaped.
    """

    def __init__(
        self, cells: int | None = None, color: bool = False, encoding: str = "utf-8"
    ) -> None:
        self.cells = cells
        self.color = color
        self.encoding = encoding

    def text(self, text: str) -> str:
        """A text that shows what is there and does nothing."""
        return inert(encodable(visible(text), self.encoding))

    def paint(self, code: str, text: str) -> str:
        """A text in a colour."""
        return f"{code}{text}{_PLAIN}" if self.color and code else text

    def fold(self, text: str, indent: int = 0) -> list[str]:
        """A text that is safe in lines, with room for an indent on the left."""
        if self.cells is None:
            return [text]
        return [inert(line) for line in fold(text, max(self.cells - indent, 1))]


def lines(comparison: Comparison, labels: tuple[str, str], style: Style) -> Iterator[str]:
    """The lines of a comparison. labels: what the old and the new network are called."""
    for line in style.fold(style.text(" -> ".join(labels))):
        yield style.paint(_BOLD, line)
    yield from style.fold(style.text(verdict(comparison)))
    yield ""
    yield from _totals(comparison, style)
    if comparison.budgets:
        yield ""
        yield from _budgets(comparison, style)
    found = rows(comparison)
    for title, part in (
        ("Changes", [row for row in found if row.kind != FOLLOWS]),
        ("What follows", [row for row in found if row.kind == FOLLOWS]),
    ):
        if part:
            yield ""
            yield style.paint(_BOLD, title)
            yield from _changes(part, style)
    yield ""
    yield from style.fold(f"{counts(comparison)}.")
    for sentence in CONVENTION:
        yield from style.fold(sentence)


def _totals(comparison: Comparison, style: Style) -> Iterator[str]:
    table = [["", "old", "new", "change", ""]]
    for name, shapes in (("input", comparison.inputs), ("output", comparison.outputs)):
        table.append([name, *map(style.text, ends(shapes)), "", ""])
    for total in comparison.totals:
        growth = f"{total.growth:+,}" if total.growth else "same"
        percent = f"{total.percent} %" if total.growth and total.percent else ""
        table.append([WORDS[total.key], f"{total.before:,}", f"{total.after:,}", growth, percent])
    yield from _aligned(table, style, rights=(1, 2, 3, 4))


def _budgets(comparison: Comparison, style: Style) -> Iterator[str]:
    table = [["budget", "at most", "", ""]]
    for budget in comparison.budgets:
        state = "holds" if budget.holds else "FAILS"
        table.append([WORDS[budget.key], f"{budget.bound:,}", state, headroom(budget)])
    yield from _aligned(table, style, rights=(1,))


def _aligned(table: list[list[str]], style: Style, rights: tuple[int, ...]) -> Iterator[str]:
    """Rows of safe texts under each other. The first is a heading."""
    widths = [max(map(width, column)) for column in zip(*table, strict=True)]
    if style.cells is not None and sum(widths) + 2 * len(widths) - 2 > style.cells:
        yield from _listed(table, style)
        return
    for number, row in enumerate(table):
        cells = [pad(text, widths[index], index in rights) for index, text in enumerate(row)]
        line = "  ".join(cells).rstrip()
        yield style.paint(_BOLD if not number else _RED if "FAILS" in row else "", line)


def _listed(table: list[list[str]], style: Style) -> Iterator[str]:
    """The rows where there is no room to align them: the cells below the first one."""
    for name, *cells in table:
        if name:
            yield name
        for line in style.fold("  ".join(filter(None, cells)), 2):
            yield f"  {line}"


def _changes(part: list[Row], style: Style) -> Iterator[str]:
    labels = [style.text(row.label) for row in part]
    column = min(max(map(width, labels)), _WIDEST_LABEL)
    if style.cells is not None and style.cells - column - 4 < _LEAST:
        column = 0
    for row, label in zip(part, labels, strict=True):
        mark = style.paint(_COLORS.get(row.kind, ""), MARKS[row.kind])
        costs = [f"{WORDS[key]} {text}" for key, text in row.figures.items()]
        pieces = map(style.text, [*row.phrases, *costs])
        if style.cells is None or width(label) <= column:
            before = pad(label, max(column, width(label)))
            first, *others = _packed(pieces, style, column + 4)
            yield f"{mark} {before}  {first}".rstrip()
            indent = column + 4
        else:
            for line in style.fold(label, 2):
                yield f"{mark} {line}"
                mark = " "
            indent = 4
            others = list(_packed(pieces, style, indent))
        for text in others:
            yield f"{' ' * indent}{text}"


def _packed(texts: Iterable[str], style: Style, indent: int) -> Iterator[str]:
    """Safe texts behind commas, in lines that end between them where that is possible."""
    line = ""
    for text in texts:
        if not line:
            line = text
        elif style.cells is None or width(line) + width(text) + indent + 3 <= style.cells:
            line += f", {text}"
        else:
            yield from style.fold(f"{line},", indent)
            line = text
    yield from style.fold(line, indent)
