"""A review as a person reads it: what fails, a row for each network, then what changed in each.

Folded for a terminal; otherwise every row and every change is a line, whatever its length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.analysis.budget import WORDS
from shapecalc.diff import changes
from shapecalc.diff.rows import CONVENTION, MARKS
from shapecalc.diff.table import comparison_lines, folded_lines, marked, marked_label
from shapecalc.review.groups import ROW_TOTALS, rows_and_details
from shapecalc.review.networks import DELETED, NEW
from shapecalc.review.words import (
    alike_text,
    budgets_text,
    cut_text,
    details_label,
    failure_texts,
    importers_text,
    label,
    title,
    total_text,
    verdict_of,
)
from shapecalc.text.display import fold, pad, printable, width
from shapecalc.text.styles import FAILED, HEADING, TEXT, TITLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapecalc.diff import Room
    from shapecalc.diff.table import Entry
    from shapecalc.review.groups import NetworkRow
    from shapecalc.review.review import Review
    from shapecalc.text.styles import Line

_MOST_CHARACTERS = 4_000_000
"""The characters of all details: they are kept until the rows are written."""

_EDITED, _ADDED, _REMOVED = (
    (MARKS[kind], kind) for kind in (changes.CHANGED, changes.ADDED, changes.REMOVED)
)
_RENAMED, _FAILS = (MARKS[changes.RENAMED], TEXT), ("!", FAILED)
"""Marks with their roles, those of the changes of layers."""

_WIDEST_LABEL = 40
"""The cells that labels have at most; a longer one has a line of its own on a terminal."""

_LEAST = 8
"""The cells that labels need beside columns of figures; with less, figures are put in words."""


def lines(review: Review, room: Room) -> Iterator[Line]:
    """The lines of a review."""
    rows, details = rows_and_details(
        review, lambda found: comparison_lines(found, room), _MOST_CHARACTERS
    )
    yield from folded_lines(title(review), room, TITLE)
    yield from folded_lines(verdict_of(review, rows), room)
    parts: list[tuple[str, list[Entry]]] = [
        ("Failures", [(_FAILS, text, []) for text in failure_texts(review)]),
        (
            "Imports",
            [(_EDITED, path, [importers_text(used)]) for path, used in review.imports.items()],
        ),
    ]
    for heading, entries in parts:
        if entries:
            yield from _heading(heading, room)
            yield from marked(entries, room)
    if rows:
        yield from _heading("Networks", room)
        yield from _networks(rows, room)
    if review.renamed:
        yield from _heading("Renamed", room)
        yield from marked(
            [(_RENAMED, f"{was} -> {path}", []) for was, path in review.renamed], room
        )
    for each in details:
        if each.lines is not None:
            yield from _heading(details_label(each), room)
            if each.variants[1:]:
                yield from folded_lines(alike_text(each), room)
            yield from each.lines
    if rows:
        yield ""
        cut = sum(each.lines is None for each in details)
        for sentence in ([cut_text(cut)] if cut else []) + list(CONVENTION):
            yield from folded_lines(sentence, room)


def _heading(text: str, room: Room) -> Iterator[Line]:
    yield ""
    yield from folded_lines(text, room, TITLE)


def _networks(rows: Sequence[NetworkRow], room: Room) -> Iterator[Line]:
    """The rows in columns; where there is no room for these, budgets or all of it in words."""
    labels = [printable(label(row), room.encoding) for row in rows]
    budgets = [printable(budgets_text(row), room.encoding) for row in rows]
    table = [["network", *(text for key in ROW_TOTALS for text in (WORDS[key], ""))]]
    for text, row in zip(labels, rows, strict=True):
        table.append([text, *(each for key in ROW_TOTALS for each in total_text(row, key))])
    widths = [max(map(width, column)) for column in zip(*table, strict=True)]
    longest = widths[0]
    widths[0] = min(longest, _WIDEST_LABEL)
    if room.cells is not None:
        widths[0] = min(widths[0], room.cells - sum(each + 2 for each in widths[1:] if each) - 2)
    if widths[0] < min(_LEAST, longest):
        yield from marked([(_mark(row), label(row), _in_words(row)) for row in rows], room)
        return
    needed = sum(widths) + 2 * len(widths) + max(map(width, budgets)) + 4
    are_beside = room.cells is None or needed <= room.cells
    heading = "  budget left" if are_beside and any(budgets) else ""
    yield [(f"  {_in_columns(table[0], widths)}{heading}".rstrip(), HEADING)]
    for row, cells, text in zip(rows, table[1:], budgets, strict=True):
        mark, role = _mark(row), FAILED if row.is_over_budget else TEXT
        if room.cells is not None and width(cells[0]) > widths[0]:
            yield from marked_label(mark, cells[0], room)
            mark, cells[0] = (" ", TEXT), ""
        beside = f"  {text}" if are_beside else ""
        yield [mark, (f" {_in_columns(cells, widths)}{beside}".rstrip(), role)]
        if room.cells is not None and text and not are_beside:
            for line in fold(f"budget: {text}", room.cells - 4):
                yield [(f"    {line}", role)]


def _in_columns(cells: list[str], widths: list[int]) -> str:
    """A label, and figures each with its change, under each other; no column that is empty."""
    padded = [
        pad(text, max(cells_wide, width(text)), right=bool(index % 2))
        for index, (text, cells_wide) in enumerate(zip(cells, widths, strict=True))
        if cells_wide
    ]
    return "  ".join(padded)


def _in_words(row: NetworkRow) -> list[str]:
    """What the cells of a row say, without headings above them."""
    found = []
    for key in ROW_TOTALS:
        figure, change = total_text(row, key)
        found.append(f"{WORDS[key]} {figure}" + (f" ({change})" if change else ""))
    budgets = budgets_text(row)
    return [*found, f"budget: {budgets}"] if budgets else found


def _mark(row: NetworkRow) -> tuple[str, str]:
    """The mark of a row with its role."""
    return {NEW: _ADDED, DELETED: _REMOVED}.get(row.kind, _EDITED)
