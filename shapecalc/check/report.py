"""The result of a check: the checked specs in order, with the problems of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.problems.problem import Problems

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapecalc.problems.problem import Problem


class CheckedFile:
    """A checked spec: its path as the user wrote it, and its problems in order.

    A problem may be in another file, such as an imported one; then its `path` is another.
    """

    __slots__ = ("path", "problems")

    def __init__(self, path: str, problems: Iterable[Problem]) -> None:
        self.path = path
        self.problems = Problems(problems).listed(None)


class Report:
    """The specs of one run in the order of their paths."""

    __slots__ = ("files",)

    def __init__(self, files: Iterable[CheckedFile]) -> None:
        self.files = sorted(files, key=lambda file: file.path)

    @property
    def problems(self) -> list[Problem]:
        """All problems by file and position, without duplicates."""
        return Problems(each for file in self.files for each in file.problems).listed(None)

    def count(self, severity: str) -> int:
        """The number of problems of a severity, "error" or "warning"."""
        return sum(problem.severity == severity for problem in self.problems)
