"""Checks many files, in one or several processes, with the same result."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from shapecalc.check import lock as locks
from shapecalc.check.check import Checked, check
from shapecalc.check.other_yaml import is_other_data
from shapecalc.check.report import CheckedFile
from shapecalc.problems.problem import Problem, Problems, reason
from shapecalc.rules.selection import selected
from shapecalc.text.files import is_inside, load_bytes, read_standard_input
from shapecalc.text.source import Isolated, Source
from shapecalc.yaml.decode import decode

if TYPE_CHECKING:
    from shapecalc.check.spec_files import Found
    from shapecalc.check.workers import TaskOutcome

MAXIMUM_PROCESSES = 61
"""The maximum number of processes: Windows cannot wait for more."""


class Task:
    """One file to check.

    name: as in messages. select, ignore: see `selected`. lock: whether to write its lock.
    input, arguments, walked: as in `check`.
    """

    __slots__ = ("arguments", "file", "ignore", "input", "lock", "name", "select", "walked")

    def __init__(
        self,
        file: str,
        name: str,
        select: list[str],
        ignore: list[str],
        lock: bool,
        input: object = None,
        arguments: dict[str, Any] | None = None,
        walked: bool = False,
    ) -> None:
        self.file = file
        self.name = name
        self.select = select
        self.ignore = ignore
        self.lock = lock
        self.input = input
        self.arguments = arguments
        self.walked = walked

    def run(self) -> TaskOutcome:
        """Check the file, and compare or write its lock."""
        try:
            data = read_standard_input() if self.file == "-" else load_bytes(self.file)
        except OSError as error:
            return self.name, None, _reason(error, self.name)
        source = decode(data, self.name)
        if isinstance(source, Problem):
            if self.walked and is_other_data(data):
                return self.name, None, None
            return self.name, [source], None
        if self.file == "-" and not is_inside(os.path.dirname(self.name), os.curdir):
            source = Isolated(source.path, source.text)
        given = self.input is not None or bool(self.arguments)
        lock = None if self.file == "-" or given else locks.path_of(self.file)
        keep = lock is not None and (self.lock or os.path.lexists(lock))
        checked = check(
            source, keep=keep, input=self.input, arguments=self.arguments, walked=self.walked
        )
        if checked.skipped:
            return self.name, None, None
        problems = checked.problems
        failure = None
        if lock is not None and checked.runs and checked.ran:
            try:
                problems = problems + self._locked(checked, source, lock)
            except OSError as error:
                failure = _reason(error, lock)
        return self.name, Problems(selected(problems, self.select, self.ignore)).listed(), failure

    def _locked(self, checked: Checked, source: Source, path: str) -> list[Problem]:
        """The differences from the lock; none if it is written. Raises OSError."""
        if self.lock:
            if not checked.failed:
                locks.save(path, checked, source.path)
            return []
        return list(locks.differences(checked, locks.read(path), source))


def _reason(error: OSError, name: str) -> str:
    return f"{error.filename or name}: {reason(error)}"


def check_all(
    found: Found,
    select: list[str],
    ignore: list[str],
    lock: bool,
    jobs: int,
    input: object = None,
    arguments: dict[str, Any] | None = None,
) -> tuple[list[CheckedFile], list[str], int]:
    """The files with their problems, in order, a line for each file that could not be read or
    written, and the number of those that were skipped. jobs: the number of processes."""
    tasks = [
        Task(file, name, select, ignore, lock, input, arguments, file in found.walked)
        for file, name in found.files
    ]
    if jobs > 1 and len(tasks) > 1:
        from shapecalc.check.workers import in_processes

        # only this process has the standard input
        outcomes = [task.run() for task in tasks if task.file == "-"]
        others = [task for task in tasks if task.file != "-"]
        outcomes.extend(in_processes(others, min(jobs, len(others), MAXIMUM_PROCESSES)))
        outcomes.sort(key=lambda outcome: outcome[0])
    else:
        outcomes = [task.run() for task in tasks]
    files = [CheckedFile(name, problems) for name, problems, _ in outcomes if problems is not None]
    skipped = sum(problems is None and failure is None for _, problems, failure in outcomes)
    return files, [failure for _, _, failure in outcomes if failure], skipped
