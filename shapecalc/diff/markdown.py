"""A comparison as markdown for a comment on a pull request.

The verdict comes first, then the budgets and the totals, then the changes: what was edited by size,
and what changed downstream. What is long is folded away, and cut where it would be more than a
comment holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.analysis.budget import WORDS, headroom
from shapecalc.diff.changes import DOWNSTREAM
from shapecalc.diff.rows import (
    CONVENTION,
    KIND_WORDS,
    Row,
    counts,
    ends_text,
    growth,
    rows,
    verdict,
)
from shapecalc.render.markdown import inline
from shapecalc.text.display import truncate, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapecalc.diff import Room
    from shapecalc.diff.comparison import Comparison

MOST_SHOWN = 20
"""The changes that are shown without being unfolded."""

MOST_CHARACTERS = 20_000
"""The characters of each folded part: GitHub allows 65,536 in a comment."""

_LONGEST = 200
"""The cells of a text in a table: the longer ones are hostile, not informative."""


def lines(comparison: Comparison, labels: tuple[str, str], room: Room) -> Iterator[str]:
    """The lines of the comment. labels: what the old and the new network are called."""
    yield f"### {cell(verdict(comparison))}"
    yield ""
    yield f"From {cell(labels[0])} to {cell(labels[1])}: {counts(comparison)}."
    yield from comparison_markdown(comparison, MOST_CHARACTERS)
    if comparison.unchanged:
        yield from _unchanged([node.path for node in comparison.unchanged])
    yield ""
    yield " ".join(CONVENTION)


def comparison_markdown(comparison: Comparison, most: int) -> Iterator[str]:
    """The budgets, the totals and the changes. most: the characters of each table of changes."""
    if comparison.budgets:
        yield ""
        yield from _budgets(comparison)
    yield ""
    yield from _totals(comparison)
    found = sorted(rows(comparison), key=_order)
    if found:
        yield ""
        yield from _table(found[:MOST_SHOWN], most)
    if found[MOST_SHOWN:]:
        yield ""
        yield f"<details><summary>{len(found) - MOST_SHOWN} more changes</summary>"
        yield ""
        yield from _table(found[MOST_SHOWN:], most)
        yield ""
        yield "</details>"


def _order(row: Row) -> tuple[bool, int, int]:
    """What was edited first, then what changed downstream, each by size."""
    return row.kind == DOWNSTREAM, -abs(row.macs), -abs(row.params)


def cell(text: str) -> str:
    """A text of the user's in a table, a heading or a sentence, no longer than one can read."""
    return inline(truncate(visible(text[: 2 * _LONGEST]), _LONGEST))


def _budgets(comparison: Comparison) -> Iterator[str]:
    yield "| Budget | At most | New | Headroom |"
    yield "|---|--:|--:|---|"
    for budget in comparison.budgets:
        left = headroom(budget)
        left = left if budget.holds else f"**{left}**"
        yield f"| {WORDS[budget.key]} | {budget.bound:,} | {budget.amount:,} | {left} |"


def _totals(comparison: Comparison) -> Iterator[str]:
    yield "| | Old | New | Change |"
    yield "|---|--:|--:|--:|"
    for name, shapes in (("input", comparison.inputs), ("output", comparison.outputs)):
        old, new = map(cell, ends_text(shapes))
        yield f"| {name} | {old} | {new} | {'same' if old == new else ''} |"
    for total in comparison.totals:
        cells = (WORDS[total.key], f"{total.before:,}", f"{total.after:,}", growth(total))
        yield f"| {' | '.join(cells)} |"


def _table(part: Iterable[Row], most: int) -> Iterator[str]:
    yield "| | Layer | Change | Params | MACs |"
    yield "|---|---|---|--:|--:|"
    left = most
    for row in part:
        line = _row(row)
        left -= len(line)
        if left < 0:
            yield "| | ... | `shapecalc diff` shows the rest | | |"
            return
        yield line


def _row(row: Row) -> str:
    costs = [row.figures.get(key, "") for key in ("params", "macs")]
    text = ", ".join(row.phrases)
    cells = [KIND_WORDS[row.kind], cell(row.label), cell(text), *costs]
    return f"| {' | '.join(cells)} |"


def _unchanged(paths: list[str]) -> Iterator[str]:
    yield ""
    yield f"<details><summary>{len(paths)} unchanged</summary>"
    yield ""
    shown: list[str] = []
    left = MOST_CHARACTERS
    for path in paths:
        text = cell(path)
        left -= len(text) + 2
        if left < 0:
            shown.append(f"and {len(paths) - len(shown)} more")
            break
        shown.append(text)
    yield f"As they were: {', '.join(shown)}."
    yield ""
    yield "</details>"
