"""A report as GitHub's workflow commands, which mark the lines of a pull request.

Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands; the
escapes are those that the runner takes back (actions/runner, ActionCommand.cs).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.display import inert, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.problems import Problem
    from shapecalc.report import Report

_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}


def lines(report: Report) -> Iterator[str]:
    """A command for each problem."""
    for problem in report.problems:
        yield _command(problem)


def _command(problem: Problem) -> str:
    properties = {
        "file": problem.path,
        "line": str(problem.line),
        "col": str(problem.column),
        "title": f"shapecalc {problem.code}",
    }
    listed = ",".join(
        f"{name}={_escaped(_text(value), _PROPERTY)}" for name, value in properties.items()
    )
    texts = [problem.message, *(text for text, _ in problem.related)]
    if problem.hint is not None:
        texts.append(f"help: {problem.hint}")
    message = "\n".join(map(_text, texts))
    return f"::{problem.severity} {listed}::{_escaped(message, _DATA)}"


def _text(text: str) -> str:
    """A visible text in which the runner finds no older command (`##[error]`) either."""
    return inert(visible(text))


def _escaped(text: str, escapes: dict[str, str]) -> str:
    return "".join(escapes.get(char, char) for char in text)
