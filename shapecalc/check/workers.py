"""Runs the tasks of a check in several processes, none of which outlives this one."""

from __future__ import annotations

import multiprocessing
import os
import signal
from contextlib import contextmanager, suppress
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from shapecalc.check.report import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from multiprocessing.connection import Connection
    from typing import Protocol

    Answers = Connection["list[Task]", "Outcome | Exception"]

    class Task(Protocol):
        """One file to check, named as in messages."""

        name: str

        def run(self) -> Outcome:
            """Check it."""


CHUNKS = 8
"""The chunks that a worker gets one after the other, so that all end at about the same time."""


def in_processes(tasks: Sequence[Task], workers: int) -> list[Outcome]:
    """What tasks come to, in any order. workers: the number of processes.

    A task whose worker is killed while it runs is one that could not be read; the worker's others
    are given to another one. Raises what a task raises.
    """
    size = max(1, len(tasks) // (CHUNKS * workers))
    waiting = [list(tasks[start : start + size]) for start in range(0, len(tasks), size)]
    waiting.reverse()
    outcomes: list[Outcome] = []
    running: dict[Answers, _Worker] = {}
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                worker = _Worker(waiting.pop())
                running[worker.answers] = worker
            for answers in wait(list(running)):
                worker = running[answers]  # type: ignore[index] # wait has more kinds than these
                outcomes.append(worker.outcome())
                if worker.left:
                    continue
                if waiting and not worker.ended:
                    worker.give(waiting.pop())
                    continue
                del running[worker.answers]
                worker.end()
                if worker.unbegun:
                    waiting.append(worker.unbegun)
    finally:
        for worker in running.values():
            worker.end()
    return outcomes


class _Worker:
    """A process, and the tasks that it has yet to answer. ended: whether it was killed."""

    def __init__(self, tasks: list[Task]) -> None:
        self.answers, theirs = multiprocessing.Pipe()
        self._process = multiprocessing.Process(target=_work, args=(theirs,), daemon=True)
        _start(self._process)
        theirs.close()  # so that its end is that of the answers
        self.ended = False
        self.unbegun: list[Task] = []
        self.give(tasks)

    def give(self, tasks: list[Task]) -> None:
        """Let it run tasks."""
        self.left = tasks
        with suppress(OSError):  # it was killed, as its answer will say
            self.answers.send(tasks)

    def outcome(self) -> Outcome:
        """What its next task comes to. Raises what the task raises."""
        try:
            answer: Outcome | Exception = self.answers.recv()
        except (EOFError, OSError):
            self.ended = True
            self._process.join()
            task, *self.unbegun = self.left
            self.left = []
            failure = f"{task.name}: {_death(self._process.exitcode)}"
            return Outcome(task.name, failure=failure)
        self.left = self.left[1:]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def end(self) -> None:
        """End it, whatever it does."""
        self._process.terminate()
        self._process.join()
        self.answers.close()


def _start(process: multiprocessing.Process) -> None:
    """Start a process that is not interrupted from the keyboard: only the one that starts it is.

    Where it is not forked, Python would let it import from the working directory: it must not.
    """
    with _variable("PYTHONSAFEPATH", "1"), _uninterrupted():
        process.start()


@contextmanager
def _variable(name: str, value: str) -> Iterator[None]:
    """Set an environment variable that processes inherit."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Block interrupts from the keyboard, which processes inherit; Windows has no such thing."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _death(status: int | None) -> str:
    how = f"by signal {-status}" if status is not None and status < 0 else f"with status {status}"
    return f"the process that checked it was ended {how}"


def _work(answers: Connection[Outcome | Exception, list[Task]]) -> None:
    """Run in a worker: answer task by task, until the process that started it ends it."""
    from threading import Thread

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    while True:
        for task in answers.recv():
            try:
                outcome: Outcome | Exception = task.run()
            except Exception as error:
                outcome = error
            answers.send(outcome)


def _end_with_parent() -> None:
    """Wait for the end of the process that started this one, however it ends, and end as well."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
