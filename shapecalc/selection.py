"""Which problems a check reports: by codes from outside, and by comments in the spec."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shapecalc.problems import Problem

IGNORABLE = ("SC3", "SC4")
"""What may be ignored: expectations and warnings. A spec that is wrong stays wrong."""


def selected(
    problems: Iterable[Problem], select: Sequence[str], ignore: Sequence[str]
) -> list[Problem]:
    """The problems that are to be reported.

    select, ignore: codes or beginnings of codes, such as "SC402" or "SC4"; no selection selects
    everything. Errors in reading and in shapes are always reported.
    A comment on a problem's line, `# shapecalc: ignore[SC402]`, ignores warnings there.
    """
    found = []
    for problem in problems:
        code = problem.code
        if code.startswith(IGNORABLE):
            if select and not code.startswith(tuple(select)):
                continue
            if ignore and code.startswith(tuple(ignore)):
                continue
            if problem.severity == "warning" and _ignored_there(problem):
                continue
        found.append(problem)
    return found


def _ignored_there(problem: Problem) -> bool:
    """Whether a comment on the problem's line ignores its code."""
    line = problem.place.source.line(problem.line)
    for comment in re.finditer(r"#\s*shapecalc:\s*ignore\[([^\]]*)\]", line):
        if problem.code in [code.strip() for code in comment[1].split(",")]:
            return True
    return False
