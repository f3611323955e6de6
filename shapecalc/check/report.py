"""What a check found: the specs that it read, in order, and the problems of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.problems.problem import Problems

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapecalc.problems.problem import Problem


class CheckedFile:
    """A spec that was checked: its path as the user would name it, and its problems in order.

    A problem may stand in another file, such as an imported one: its own `path` says so.
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
        """Every problem, by file and position, each once."""
        return Problems(each for file in self.files for each in file.problems).listed(None)

    def count(self, severity: str) -> int:
        """How many problems are of a severity: "error" or "warning"."""
        return sum(problem.severity == severity for problem in self.problems)
