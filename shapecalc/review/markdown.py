"""A review as markdown for a comment on a pull request, no longer than one may be.

What fails comes first, then a row for each network, then what changed in each, folded away: as
many of these as there is room for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.analysis.budget import WORDS
from shapecalc.diff.markdown import cell, comparison_markdown
from shapecalc.diff.rows import CONVENTION, counts, verdict
from shapecalc.review.groups import ROW_TOTALS, rows_and_details
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
from shapecalc.text.styles import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapecalc.diff import Room
    from shapecalc.diff.comparison import Comparison
    from shapecalc.review.groups import NetworkRow
    from shapecalc.review.review import Review

LONGEST_COMMENT = 65_536
"""The characters of a comment on GitHub."""

_MOST_OF_A_LIST = 3_000
_MOST_OF_THE_TABLE = 25_000
_MOST_OF_CHANGES = 9_000
"""The characters of what fails, is imported or renamed, each; of the rows of the networks; of each
table of changes, of which the details of a network have two."""

_MOST_VARIANTS = 20
"""The variants of a row that are named."""


def lines(review: Review, room: Room) -> Iterator[str]:
    """The lines of the comment."""
    rows, details = rows_and_details(review, _details, LONGEST_COMMENT)
    head = [f"### {cell(verdict_of(review, rows))}", "", f"{cell(title(review))}"]
    failures = [f"- {cell(text)}" for text in failure_texts(review)]
    head += _list("Failures:", failures)
    imports = [f"- {cell(path)}, {cell(importers_text(u))}" for path, u in review.imports.items()]
    head += _list("Changed imports:", imports)
    if rows:
        head += ["", *_networks(rows)]
    renamed = [f"- {cell(was)} to {cell(path)}" for was, path in review.renamed]
    head += _list("Renamed, otherwise the same:", renamed)
    yield from head
    tail = ["", *CONVENTION] if rows else []
    left = LONGEST_COMMENT - _length([*head, *tail, "", cut_text(len(details))])
    cut = 0
    for each in details:
        part = ["", f"#### {cell(details_label(each))}", ""]
        if each.variants[1:]:
            part += [cell(alike_text(each, _MOST_VARIANTS)), ""]
        part += map(text_of, each.lines or ())
        if each.lines is None or _length(part) > left:
            cut += 1
        else:
            left -= _length(part)
            yield from part
    if cut:
        yield ""
        yield cut_text(cut)
    yield from tail


def _length(part: Iterable[str]) -> int:
    return sum(len(line) + 1 for line in part)


def _list(heading: str, items: list[str]) -> Iterator[str]:
    """Items under a heading, as many as there is room for; nothing without any."""
    if not items:
        return
    yield from ("", heading, "")
    left = _MOST_OF_A_LIST
    for number, item in enumerate(items):
        left -= len(item) + 1
        if left < 0:
            yield f"- and {len(items) - number} more"
            return
        yield item


def _networks(rows: list[NetworkRow]) -> Iterator[str]:
    """The rows, as many as there is room for."""
    bounded = any(budgets_text(row) for row in rows)
    headings = ["Network", *(WORDS[key] for key in ROW_TOTALS), *(["Budget left"] * bounded)]
    yield f"| {' | '.join(heading[:1].upper() + heading[1:] for heading in headings)} |"
    yield f"|---{'|--:' * len(ROW_TOTALS)}{'|---' * bounded}|"
    left = _MOST_OF_THE_TABLE
    for number, row in enumerate(rows):
        cells = [_label(row), *(_figure(row, key) for key in ROW_TOTALS)]
        if bounded:
            cells.append(_budgets(row))
        line = f"| {' | '.join(cells)} |"
        left -= len(line) + 1
        if left < 0:
            more = f"and {len(rows) - number} more rows"
            yield f"| {more} |{' |' * (len(headings) - 1)}"
            return
        yield line


def _label(row: NetworkRow) -> str:
    return cell(label(row, _MOST_VARIANTS))


def _figure(row: NetworkRow, key: str) -> str:
    figure, change = total_text(row, key)
    return f"{figure} ({change})" if change else figure


def _budgets(row: NetworkRow) -> str:
    text = cell(budgets_text(row))
    return f"**{text}**" if row.is_over_budget else text


def _details(comparison: Comparison) -> Iterator[str]:
    """What changed in a network, folded away."""
    yield f"<details><summary>{verdict(comparison)} ({counts(comparison)})</summary>"
    yield from comparison_markdown(comparison, _MOST_OF_CHANGES)
    yield ""
    yield "</details>"
