"""A report with a problem on each line: `path:line:column: error[SC204] message`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.text.display import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.check.report import Report
    from shapecalc.problems.problem import Problem


def lines(report: Report) -> Iterator[str]:
    """The line of each problem."""
    return map(line, report.problems)


def line(problem: Problem) -> str:
    """A problem on one line."""
    where = f"{printable(problem.path)}:{problem.line}:{problem.column}"
    message = printable(problem.message, inside=True)
    return f"{where}: {problem.severity}[{problem.code}] {message}"
