"""A report as GitHub's workflow commands, which mark the lines of a pull request.

Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands; the
escapes are those that the runner decodes (actions/runner, ActionCommand.cs).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from shapecalc.check.codes import CODES
from shapecalc.check.formats.locations import end_column, file_name
from shapecalc.text.display import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.check.report import Report
    from shapecalc.problems.problem import Place, Problem

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = {**_DATA, ord(":"): "%3A", ord(","): "%2C"}


def lines(report: Report) -> Iterator[str]:
    """A command for each problem: its message, then what is related and what helps.

    GitHub shows the first ten errors and the first ten warnings: those come first that are the
    first of their files.
    """
    turns: Counter[tuple[str, str]] = Counter()
    ordered = []
    for problem in report.problems:
        turns[problem.path, problem.severity] += 1
        ordered.append((turns[problem.path, problem.severity], problem))
    for _, problem in sorted(ordered, key=lambda each: each[0]):
        yield _command(problem)


def _command(problem: Problem) -> str:
    properties = {
        "file": file_name(problem.path),
        "line": str(problem.line),
        "col": str(problem.column),
        "endColumn": str(end_column(problem.place)),
        "title": f"shapecalc {problem.code}: {CODES[problem.code].title}",
    }
    listed = ",".join(
        f"{name}={printable(value).translate(_PROPERTY)}" for name, value in properties.items()
    )
    texts = [problem.message, *(_note(text, place) for text, place in problem.related)]
    if problem.hint is not None:
        texts.append(f"help: {problem.hint}")
    message = "\n".join(map(printable, texts))
    return f"::{problem.severity} {listed}::{message.translate(_DATA)}"


def _note(text: str, place: Place | None) -> str:
    if place is None:
        return f"note: {text}"
    return f"note: {text} ({file_name(place.source.path)}:{place.line}:{place.column})"
