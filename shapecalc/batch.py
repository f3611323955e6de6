"""Checks of many files, in one process or in several, with the same result."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from shapecalc import lock as locks
from shapecalc.checking import Checked, check
from shapecalc.problems import Problem
from shapecalc.report import CheckedFile
from shapecalc.selection import selected
from shapecalc.text import Source, decode, load_bytes, read_stream

if TYPE_CHECKING:
    from shapecalc.finding import Found

Outcome = tuple[str, "list[Problem]", "str | None"]
"""A file's name, its problems, and why it could not be read or its lock not be written."""


class Task:
    """One file to check, and how."""

    __slots__ = ("file", "ignore", "lock", "name", "select")

    def __init__(
        self, file: str, name: str, select: list[str], ignore: list[str], lock: bool
    ) -> None:
        self.file = file
        self.name = name
        self.select = select
        self.ignore = ignore
        self.lock = lock

    def run(self) -> Outcome:
        """Check the file."""
        try:
            data = read_stream(sys.stdin.buffer) if self.file == "-" else load_bytes(self.file)
            source = decode(data, self.name)
            if isinstance(source, Problem):
                return self.name, [source], None
            checked = check(source)
            problems = checked.problems
            if self.file != "-":
                problems = problems + self._locked(checked, source)
        except OSError as error:
            return self.name, [], f"{error.filename or self.name}: {error.strerror or error}"
        return self.name, selected(problems, self.select, self.ignore), None

    def _locked(self, checked: Checked, source: Source) -> list[Problem]:
        """What differs from the lock; nothing where it is written anew. Raises OSError."""
        path = locks.path_of(self.file)
        if checked.failed or not checked.runs:
            return []
        if self.lock:
            from shapecalc.cli.output import write_atomically

            write_atomically(path, (line + "\n" for line in locks.lines(checked)))
            return []
        try:
            data = load_bytes(path)
        except FileNotFoundError:
            return []
        return list(locks.differences(checked, data.decode("utf-8", "replace"), source))


def check_all(
    found: Found, select: list[str], ignore: list[str], lock: bool, jobs: int
) -> tuple[list[CheckedFile], list[str]]:
    """The files with their problems, in order, and a line for each that failed."""
    tasks = [Task(file, name, select, ignore, lock) for file, name in found.files]
    if jobs > 1 and len(tasks) > 1:
        from concurrent.futures import ProcessPoolExecutor

        with ProcessPoolExecutor(jobs) as pool:
            outcomes = list(pool.map(Task.run, tasks, chunksize=max(1, len(tasks) // (8 * jobs))))
    else:
        outcomes = [task.run() for task in tasks]
    files = [CheckedFile(name, problems) for name, problems, failure in outcomes if not failure]
    return files, [failure for _, _, failure in outcomes if failure]
