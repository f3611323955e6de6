"""A comparison as a person reads it: totals, budgets, what was edited, what changed downstream.

Folded for a terminal; otherwise every change is a line, whatever its length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.analysis.budget import WORDS, headroom
from shapecalc.diff.changes import ADDED, CHANGED, DOWNSTREAM, REMOVED
from shapecalc.diff.rows import (
    CONVENTION,
    MARKS,
    Row,
    counts,
    ends_text,
    rows,
    verdict,
)
from shapecalc.text.display import fold, pad, printable, width
from shapecalc.text.styles import FAILED, HEADING, TEXT, TITLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapecalc.diff import Room
    from shapecalc.diff.comparison import Comparison
    from shapecalc.text.styles import Line

    Entry = tuple[tuple[str, str], str, list[str]]
    """A mark with its role, a label, and what is said of it."""

COLORED = (ADDED, REMOVED, CHANGED)
"""The kinds of changes of which the mark has a role, which is called as they are."""

_WIDEST_LABEL = 32
"""The cells that labels have at most; a longer one has a line of its own on a terminal."""

_LEAST = 20
"""The cells in which a change is put beside its label, rather than below it."""


def lines(comparison: Comparison, labels: tuple[str, str], room: Room) -> Iterator[Line]:
    """The lines of a comparison. labels: what the old and the new network are called."""
    yield from folded_lines(" -> ".join(labels), room, TITLE)
    yield from comparison_lines(comparison, room)
    for sentence in CONVENTION:
        yield from folded_lines(sentence, room)


def comparison_lines(comparison: Comparison, room: Room) -> Iterator[Line]:
    """The lines of a comparison, without what the networks are called and what figures count."""
    yield from folded_lines(verdict(comparison), room)
    yield ""
    yield from _totals(comparison, room)
    if comparison.budgets:
        yield ""
        yield from _budgets(comparison, room)
    found = rows(comparison)
    for title, part in (
        ("Changes", [row for row in found if row.kind != DOWNSTREAM]),
        ("Downstream", [row for row in found if row.kind == DOWNSTREAM]),
    ):
        if part:
            yield ""
            yield [(title, TITLE)]
            yield from _changes(part, room)
    yield ""
    yield from folded_lines(f"{counts(comparison)}.", room)


def folded_lines(text: str, room: Room, role: str = TEXT) -> Iterator[Line]:
    """A text in lines, of a role."""
    for line in _fold(printable(text, room.encoding), room):
        yield line if role == TEXT else [(line, role)]


def _fold(text: str, room: Room, indent: int = 0) -> list[str]:
    """A text that is safe in lines, with room for an indent on the left."""
    return [text] if room.cells is None else fold(text, max(room.cells - indent, 1))


def _totals(comparison: Comparison, room: Room) -> Iterator[Line]:
    table = [["", "old", "new", "change", ""]]
    for name, shapes in (("input", comparison.inputs), ("output", comparison.outputs)):
        table.append(
            [name, *(printable(text, room.encoding) for text in ends_text(shapes)), "", ""]
        )
    for total in comparison.totals:
        growth = f"{total.growth:+,}" if total.growth else "same"
        percent = f"{total.percent}%" if total.growth and total.percent else ""
        table.append([WORDS[total.key], f"{total.before:,}", f"{total.after:,}", growth, percent])
    yield from _aligned(table, room, rights=(1, 2, 3, 4))


def _budgets(comparison: Comparison, room: Room) -> Iterator[Line]:
    table = [["budget", "at most", "", ""]]
    for budget in comparison.budgets:
        state = "ok" if budget.holds else "EXCEEDED"
        table.append([WORDS[budget.key], f"{budget.bound:,}", state, headroom(budget)])
    yield from _aligned(table, room, rights=(1,))


def _aligned(table: list[list[str]], room: Room, rights: tuple[int, ...]) -> Iterator[Line]:
    """Rows of safe texts under each other. The first is a heading."""
    widths = [max(map(width, column)) for column in zip(*table, strict=True)]
    if room.cells is not None and sum(widths) + 2 * len(widths) - 2 > room.cells:
        yield from _listed(table, room)
        return
    for number, row in enumerate(table):
        cells = [pad(text, widths[index], index in rights) for index, text in enumerate(row)]
        line = "  ".join(cells).rstrip()
        yield [(line, HEADING if not number else FAILED if "EXCEEDED" in row else TEXT)]


def _listed(table: list[list[str]], room: Room) -> Iterator[Line]:
    """The rows where there is no room to align them: the cells below the first one."""
    for name, *cells in table:
        if name:
            yield name
        for line in _fold("  ".join(filter(None, cells)), room, 2):
            yield f"  {line}"


def _changes(part: list[Row], room: Room) -> Iterator[Line]:
    entries: list[Entry] = []
    for row in part:
        mark = (MARKS[row.kind], row.kind if row.kind in COLORED else TEXT)
        costs = [f"{WORDS[key]} {text}" for key, text in row.figures.items()]
        entries.append((mark, row.label, [*row.phrases, *costs]))
    yield from marked(entries, room)


def marked(entries: list[Entry], room: Room) -> Iterator[Line]:
    """The lines of entries: what is said of each beside its label, or below it."""
    labels = [printable(label, room.encoding) for _, label, _ in entries]
    column = min(max(map(width, labels)), _WIDEST_LABEL)
    if room.cells is not None and room.cells - column - 4 < _LEAST:
        column = 0
    for (mark, _, texts), label in zip(entries, labels, strict=True):
        pieces = [printable(text, room.encoding) for text in texts]
        if room.cells is None or width(label) <= column:
            before = pad(label, max(column, width(label)))
            first, *others = _packed(pieces, room, column + 4)
            yield [mark, (f" {before}  {first}".rstrip(), TEXT)]
            indent = column + 4
        else:
            yield from marked_label(mark, label, room)
            indent = 4
            others = list(_packed(pieces, room, indent)) if pieces else []
        for text in others:
            yield f"{' ' * indent}{text}"


def marked_label(mark: tuple[str, str], label: str, room: Room) -> Iterator[Line]:
    """A safe label on lines of its own, after its mark."""
    for line in _fold(label, room, 2):
        yield [mark, (f" {line}", TEXT)]
        mark = (" ", TEXT)


def _packed(texts: Iterable[str], room: Room, indent: int) -> Iterator[str]:
    """Safe texts after commas, in lines that end between them where that is possible."""
    line = ""
    for text in texts:
        if not line:
            line = text
        elif room.cells is None or width(line) + width(text) + indent + 3 <= room.cells:
            line += f", {text}"
        else:
            yield from _fold(f"{line},", room, indent)
            line = text
    yield from _fold(line, room, indent)
