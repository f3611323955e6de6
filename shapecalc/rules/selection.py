"""Selects the problems to report, by code and by comments in the spec."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shapecalc.problems.problem import Problem
    from shapecalc.text.source import Source

IGNORABLE = ("SC3", "SC4")
"""The codes that can be ignored: expectations and warnings, but no errors in the spec."""


def selected(
    problems: Iterable[Problem], select: Sequence[str], ignore: Sequence[str]
) -> list[Problem]:
    """The problems to report.

    select, ignore: codes or prefixes of codes, such as "SC402" or "SC4"; an empty `select` selects
    all. Errors in reading and in shapes are always reported.
    A comment on a problem's line, `# shapecalc: ignore[SC402]`, ignores warnings there.
    """
    found = []
    comments = _Comments()
    for problem in problems:
        code = problem.code
        if code.startswith(IGNORABLE):
            if select and not code.startswith(tuple(select)):
                continue
            if ignore and code.startswith(tuple(ignore)):
                continue
            if problem.severity == "warning" and comments.ignore(problem):
                continue
        found.append(problem)
    return found


class _Comments:
    """The codes that comments ignore, cached by line: a long line can have many problems."""

    def __init__(self) -> None:
        self._codes: dict[tuple[Source, int], set[str]] = {}

    def ignore(self, problem: Problem) -> bool:
        """Whether a comment on the problem's line ignores its code."""
        source, line = problem.place.source, problem.line
        codes = self._codes.get((source, line))
        if codes is None:
            comments = re.findall(r"#\s*shapecalc:\s*ignore\[([^\]]*)\]", source.line(line))
            codes = {code.strip() for comment in comments for code in comment.split(",")}
            self._codes[source, line] = codes
        return problem.code in codes
