"""The formats of a check's report, each imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from shapecalc.render import problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.report import Report

MACHINE_FORMATS = {
    "json": "report_json",
    "github": "github",
    "gitlab": "gitlab",
    "sarif": "sarif",
    "junit": "junit",
}
"""The formats that programs read, by the module of shapecalc.render that writes them."""


def lines(report: Report, format_: str, color: bool = False) -> Iterator[str]:
    """The report's lines in a format, without their ends."""
    if format_ == "full":
        yield from problems.lines(report.problems, color)
    elif format_ == "concise":
        yield from map(problems.concise, report.problems)
    else:
        yield from import_module(f"shapecalc.render.{MACHINE_FORMATS[format_]}").lines(report)
