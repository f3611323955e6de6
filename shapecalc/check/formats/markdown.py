"""A report as markdown, for the summary of a CI step: what failed, the problems, what is left of
budgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.analysis.budget import WORDS, headroom
from shapecalc.check.formats.locations import file_name
from shapecalc.render.markdown import inline
from shapecalc.text.display import truncate, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.check.report import Report

MOST_ROWS = 100
"""The rows of each table; of more it is said how many: a summary may have 1 MiB."""

_LONGEST = 300
"""The cells of a text in a table."""


def lines(report: Report) -> Iterator[str]:
    """The lines of the page."""
    yield f"### shapecalc: {report.counted()}"
    if report.unread:
        yield ""
    yield from (f"- {_safe(message)}" for message in report.unread[:MOST_ROWS])
    yield from _more(len(report.unread), "failed")
    problems = report.problems
    if problems:
        yield from ("", "| | Where | Code | Problem |", "|---|---|---|---|")
    for problem in problems[:MOST_ROWS]:
        where = f"{file_name(problem.path)}:{problem.line}"
        text = problem.message if problem.hint is None else f"{problem.message} ({problem.hint})"
        yield f"| {problem.severity} | {_safe(where)} | {problem.code} | {_safe(text)} |"
    yield from _more(len(problems), "problems")
    budgets = report.budgets
    if budgets:
        yield from ("", "| Network | Budget | At most | Now | Headroom |", "|---|---|--:|--:|---|")
    for name, budget in budgets[:MOST_ROWS]:
        left = headroom(budget)
        cells = (f"{budget.bound:,}", f"{budget.amount:,}", left if budget.holds else f"**{left}**")
        yield f"| {_safe(file_name(name))} | {WORDS[budget.key]} | {' | '.join(cells)} |"
    yield from _more(len(budgets), "budgets, which have more left")


def _more(count: int, what: str) -> Iterator[str]:
    if count > MOST_ROWS:
        yield from ("", f"And {count - MOST_ROWS:,} more {what}.")


def _safe(text: str) -> str:
    return inline(truncate(visible(text[: 2 * _LONGEST]), _LONGEST))
