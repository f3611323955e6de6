"""Checks many files, in one or several processes, with the same result."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from shapecalc.check import lock as locks
from shapecalc.check.check import Checked, check
from shapecalc.check.lock import LockText
from shapecalc.check.lock_difference import LockComparison
from shapecalc.check.other_yaml import source_to_check
from shapecalc.check.report import CheckedFile, Outcome
from shapecalc.problems.problem import Problem, Problems, SpecError, reason
from shapecalc.rules.selection import selected
from shapecalc.text.display import visible
from shapecalc.text.files import is_inside
from shapecalc.text.source import Isolated, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shapecalc.check.spec_files import Found

MAXIMUM_PROCESSES = 61
"""The maximum number of processes: Windows cannot wait for more."""


COMPARED, REQUIRED, WRITTEN, SHOWN = LOCKING = ("compared", "required", "written", "shown")
"""What becomes of the locks: those that are there are compared, all are, all are written, or it is
shown what would be written."""


class Asked:
    """What is asked of every file.

    select, ignore: see `selected`. lock: what becomes of its lock, one of `LOCKING`.
    input, arguments: as in `check`.
    """

    __slots__ = ("arguments", "ignore", "input", "lock", "select")

    def __init__(
        self,
        select: Sequence[str] = (),
        ignore: Sequence[str] = (),
        lock: str = COMPARED,
        input: object = None,
        arguments: dict[str, Any] | None = None,
    ) -> None:
        self.select = select
        self.ignore = ignore
        self.lock = lock
        self.input = input
        self.arguments = arguments

    def selected(self, problems: Iterable[Problem]) -> list[Problem]:
        """The problems to report."""
        return Problems(selected(problems, self.select, self.ignore)).listed()


class Task:
    """One file to check.

    name: as in messages. walked: as in `check`. importing: whether it is checked only as it imports
    a file that is named: it gets no lock then that it has not.
    """

    __slots__ = ("asked", "file", "importing", "name", "walked")

    def __init__(
        self, file: str, name: str, asked: Asked, walked: bool = False, importing: bool = False
    ) -> None:
        self.file = file
        self.name = name
        self.asked = asked
        self.walked = walked
        self.importing = importing

    def run(self) -> Outcome:
        """Check the file, and compare or write its lock."""
        asked = self.asked
        try:
            source = source_to_check(self.file, self.name, self.walked, asked.input)
        except OSError as error:
            return Outcome(self.name, failure=_reason(error, self.name))
        except SpecError as error:
            return Outcome(self.name, CheckedFile(self.name, error.problems))
        if source is None:
            return Outcome(self.name)
        outside = not is_inside(os.path.dirname(self.name), os.curdir)
        if self.file == "-" and source.may_import and outside:
            source = Isolated(source.path, source.text)
        outcome = Outcome(self.name)
        lock: LockText | LockComparison | Problem | None = None
        try:
            lock = self._lock(source)
        except OSError as error:
            outcome.failure = _reason(error, locks.path_of(self.file))
        checked = check(
            source,
            input=asked.input,
            arguments=asked.arguments,
            walked=self.walked,
            each=None if lock is None or isinstance(lock, Problem) else lock.add,
        )
        if checked.skipped:
            return Outcome(self.name)
        problems = checked.problems
        if isinstance(lock, LockText):
            checked.problems = asked.selected(problems)  # an error that is ignored is none
            try:
                self._write(lock, checked, outcome)
            except OSError as error:
                outcome.failure = _reason(error, locks.path_of(self.file))
        elif checked.succeeded and checked.ran:
            found = lock.problem() if isinstance(lock, LockComparison) else lock
            problems = problems + ([] if found is None else [found])
        outcome.file = CheckedFile(self.name, asked.selected(problems), checked.budgets)
        return outcome

    def _lock(self, source: Source) -> LockText | LockComparison | Problem | None:
        """What is done with the lock of a spec; None where nothing is. Raises OSError."""
        asked = self.asked
        if self.file == "-" or asked.input is not None or asked.arguments:
            return None
        path = locks.path_of(self.file)
        if asked.lock in (WRITTEN, SHOWN) and not (self.importing and not os.path.lexists(path)):
            return LockText(source.path)
        if os.path.lexists(path):
            return locks.compared(locks.read(path), source)
        return locks.missing(source) if asked.lock == REQUIRED else None

    def _write(self, lock: LockText, checked: Checked, outcome: Outcome) -> None:
        """Write the lock of a spec, or say what would be written. Raises OSError."""
        if checked.spec is None:
            return
        path = locks.path_of(self.file)
        if checked.failed or not checked.succeeded:
            outcome.lock = f"left {visible(path)}: the spec has errors"
        elif self.asked.lock == SHOWN:
            outcome.change = locks.change(path, lock)
        else:
            outcome.lock = f"{locks.save(path, lock)} {visible(path)}"


def _reason(error: OSError, name: str) -> str:
    return f"{error.filename or name}: {reason(error)}"


def check_all(found: Found, asked: Asked, jobs: int) -> list[Outcome]:
    """What becomes of the files, in order. jobs: the number of processes."""
    tasks = [
        Task(file, name, asked, file in found.walked, file in found.importing)
        for file, name in found.files
    ]
    if jobs < 2 or len(tasks) < 2:
        return [task.run() for task in tasks]
    from shapecalc.check.workers import in_processes

    # only this process has the standard input
    outcomes = [task.run() for task in tasks if task.file == "-"]
    others = [task for task in tasks if task.file != "-"]
    outcomes.extend(in_processes(others, min(jobs, len(others), MAXIMUM_PROCESSES)))
    return sorted(outcomes, key=lambda outcome: outcome.name)
