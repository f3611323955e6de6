"""A report as JSON: the files that were checked, the counts, every problem with its places."""

from __future__ import annotations

from json import dumps
from typing import TYPE_CHECKING, Any

import shapecalc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.problems import Place, Problem
    from shapecalc.report import Report


def lines(report: Report) -> Iterator[str]:
    """The document, a line for each problem. It is plain ASCII: escapes say the rest."""
    yield "{"
    yield f'  "shapecalc": {dumps(shapecalc.__version__)},'
    yield f'  "files": {safe([file.path for file in report.files])},'
    yield f'  "errors": {report.count("error")},'
    yield f'  "warnings": {report.count("warning")},'
    yield '  "problems": ['
    found = [safe(_problem(problem)) for problem in report.problems]
    yield from (f"    {text}," for text in found[:-1])
    yield from (f"    {text}" for text in found[-1:])
    yield "  ]"
    yield "}"


def safe(value: object) -> str:
    """A value as JSON in which nothing is invisible or a command to a CI runner."""
    return dumps(value).replace("##", "\\u0023#")


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message,
        "hint": problem.hint,
        **_place(problem.place),
        "related": [
            {"message": text, **({} if place is None else _place(place))}
            for text, place in problem.related
        ],
    }


def _place(place: Place) -> dict[str, Any]:
    return {"path": place.source.path, "line": place.line, "column": place.column}
