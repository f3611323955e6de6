"""The result of a check: the checked specs in order, with the problems of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.problems.problem import Problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shapecalc.analysis.budget import Budget
    from shapecalc.problems.problem import Problem


class CheckedFile:
    """A checked spec: its path as the user wrote it, and its problems in order.

    A problem may be in another file, such as an imported one; then its `path` is another.
    budgets: those of its runs, each with the variant.
    """

    __slots__ = ("budgets", "path", "problems")

    def __init__(
        self,
        path: str,
        problems: Iterable[Problem],
        budgets: Sequence[tuple[str | None, Budget]] = (),
    ) -> None:
        self.path = path
        self.problems = Problems(problems).listed(None)
        self.budgets = budgets


class Rewritten:
    """A file that is written anew. before, after: its texts."""

    __slots__ = ("after", "before", "path")

    def __init__(self, path: str, before: str, after: str) -> None:
        self.path = path
        self.before = before
        self.after = after


class Outcome:
    """What became of a file that was to be checked.

    file: None where it could not be read, or was skipped. failure: why it, or its lock, could not
    be read or written. lock: what became of its lock, where it was to be written. change: what
    would, where that was to be shown.
    """

    __slots__ = ("change", "failure", "file", "lock", "name")

    def __init__(
        self,
        name: str,
        file: CheckedFile | None = None,
        failure: str | None = None,
    ) -> None:
        self.name = name
        self.file = file
        self.failure = failure
        self.lock: str | None = None
        self.change: Rewritten | None = None

    @property
    def skipped(self) -> bool:
        """Whether it is none of ours."""
        return self.file is None and self.failure is None


class Report:
    """The specs of one run, and locks without one, in the order of their paths.

    specs: the number of specs. unread: a line for each file that could not be read or written.
    """

    __slots__ = ("files", "specs", "unread")

    def __init__(
        self,
        specs: Sequence[CheckedFile],
        locks: Sequence[CheckedFile] = (),
        unread: Sequence[str] = (),
    ) -> None:
        self.unread = unread
        self.files = sorted([*specs, *locks], key=lambda file: file.path)
        self.specs = len(specs)

    @property
    def problems(self) -> list[Problem]:
        """All problems by file and position, without duplicates."""
        return Problems(each for file in self.files for each in file.problems).listed(None)

    @property
    def budgets(self) -> list[tuple[str, Budget]]:
        """The budgets of all runs, each with the name of the network, those with the least left
        first."""
        found = [
            (file.path if variant is None else f"{file.path}@{variant}", budget)
            for file in self.files
            for variant, budget in file.budgets
        ]
        return sorted(found, key=lambda each: each[1].tightness)

    def counted(self, fixes: str = "") -> str:
        """How many specs there are, and how many problems: `2 specs checked, 1 error`.

        fixes: what was fixed, or could be.
        """
        counts = [
            f"{count} {word}{'' if count == 1 else 's'}"
            for word in ("error", "warning")
            if (count := self.count(word))
        ]
        specs = f"{self.specs} spec{'' if self.specs == 1 else 's'}"
        counts += [f"{len(self.unread)} failed to be read or written"] if self.unread else []
        found = counts or ["no problems found"]
        return f"{specs} checked, {', '.join([*found, *([fixes] if fixes else [])])}"

    def count(self, severity: str) -> int:
        """The number of problems of a severity, "error" or "warning"."""
        return sum(problem.severity == severity for problem in self.problems)
