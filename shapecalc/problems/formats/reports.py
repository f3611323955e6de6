"""The formats of a check's report, each imported when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.problems.report import Report


def lines(report: Report, format_: str, color: bool = False) -> Iterator[str]:
    """The report's lines in one of its FORMATS, without their ends. Only `full` has colour."""
    if format_ in ("full", "concise"):
        from shapecalc.problems.formats import full as problems

        if format_ == "full":
            yield from problems.lines(report.problems, color)
        else:
            yield from map(problems.concise, report.problems)
        return
    from importlib import import_module

    yield from import_module(f"shapecalc.problems.formats.{format_}").lines(report)
