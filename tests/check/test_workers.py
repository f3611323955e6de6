"""The processes of a check: none outlives the check, and one that is killed costs its own file."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import running

from shapecalc.check.report import CheckedFile, Outcome
from shapecalc.check.workers import in_processes
from shapecalc.cli import check

pytestmark = pytest.mark.skipif(not os.path.exists("/proc/self/task"), reason="asks /proc")

SLOW = "input: 8x8x3\nlayers:\n" + "".join(
    f"  - {{name: conv{index}, type: Conv2d, out_channels: {1 + index % 50}, kernel_size: 1}}\n"
    for index in range(10_000)
)
"""A spec that keeps a worker busy for a while."""

RIGHT = "input: 8x8x3\nlayers: [{type: ReLU}]\n"
WRONG = "input: 8x8x3\nlayers: [{type: RelU}]\n"


class Fake:
    """A task that answers, or that kills its worker, or raises."""

    def __init__(self, name: str, act: str = "") -> None:
        self.name = name
        self.act = act

    def run(self) -> Outcome:
        """What the name says."""
        if self.act == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.act == "left":
            os._exit(3)
        if self.act == "raises":
            raise ZeroDivisionError(self.name)
        return Outcome(self.name, CheckedFile(self.name, []))


def run(tasks: list[Fake], workers: int) -> list[Outcome]:
    """What tasks come to, by their names."""
    return sorted(in_processes(tasks, workers), key=lambda outcome: outcome.name)


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("count", [1, 2, 3, 40])
@pytest.mark.parametrize(
    "killed", [lambda i: False, lambda i: i == 0, lambda i: i % 7 == 1, lambda i: i % 20 > 16]
)
def test_a_worker_that_is_killed_costs_the_file_it_was_at(
    workers: int, count: int, killed: Callable[[int], bool]
) -> None:
    acts = ["killed" if killed(index) else "" for index in range(count)]
    tasks = [Fake(f"{index:02}", act) for index, act in enumerate(acts)]
    outcomes = run(tasks, workers)
    assert len(outcomes) == count
    for index, outcome in enumerate(outcomes):
        assert outcome.name == f"{index:02}"
        said = f"{outcome.name}: the process that checked it was ended by signal 9"
        assert outcome.failure == (said if acts[index] else None)
        assert (outcome.file is None) == bool(acts[index])
    assert multiprocessing.active_children() == []


def test_one_that_leaves_is_told_from_one_that_is_killed() -> None:
    tasks = [Fake("a"), Fake("b", "left"), Fake("c")]
    failures = [outcome.failure for outcome in run(tasks, 2)]
    assert failures == [None, "b: the process that checked it was ended with status 3", None]


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_workers_need_not_be_forked(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    process = multiprocessing.get_context(method).Process  # type: ignore[attr-defined] # one of each
    monkeypatch.setattr(multiprocessing, "Process", process)
    tasks = [Fake(f"{index}", "killed" if index == 3 else "") for index in range(9)]
    failures = [outcome.failure for outcome in run(tasks, 2)]
    assert [failure is not None for failure in failures] == [index == 3 for index in range(9)]


def test_what_a_task_raises_is_raised_and_no_worker_is_left() -> None:
    tasks = [Fake(f"{index}", "raises" if index == 5 else "") for index in range(9)]
    with pytest.raises(ZeroDivisionError, match="5"):
        in_processes(tasks, 3)
    assert multiprocessing.active_children() == []


def children(process: int) -> list[int]:
    """The processes that a process has started and not waited for."""
    with open(f"/proc/{process}/task/{process}/children", encoding="ascii") as stream:
        return [int(child) for child in stream.read().split()]


def alive(process: int) -> bool:
    """Whether a process runs: one that is over and not waited for does not."""
    try:
        with open(f"/proc/{process}/stat", encoding="ascii") as stream:
            return stream.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(holds: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether something comes to hold in time."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


METHOD = """
import multiprocessing, signal, sys
from shapecalc.__main__ import entry

if __name__ == "__main__":
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # nohup has it ignored
    multiprocessing.set_start_method(sys.argv.pop(1))
    entry()
"""


def started(folder: Path, *options: str, method: str = "fork") -> subprocess.Popen[bytes]:
    """A check in three processes, in a session of its own, whose workers have all begun."""
    (folder / "run.py").write_text(METHOD, "utf-8")
    process = subprocess.Popen(
        [sys.executable, "run.py", method, "check", ".", "--jobs", "3", *options],
        cwd=folder,
        env=running.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    helpers = 0 if method == "fork" else 1  # a process that cleans up
    assert until(lambda: len(children(process.pid)) == 3 + helpers or process.poll() is not None)
    assert process.poll() is None, process.communicate()
    return process


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT, signal.SIGHUP])
def test_a_check_that_is_ended_leaves_no_worker(
    tmp_path: Path, how: signal.Signals, method: str
) -> None:
    for index in range(12):
        (tmp_path / f"{index:02}.yaml").write_text(SLOW, "utf-8")
    process = started(tmp_path, method=method)
    workers = children(process.pid)
    process.send_signal(how)
    out, err = process.communicate(timeout=20)  # nobody else holds the pipes any more
    assert until(lambda: not any(map(alive, workers)), 5)
    assert process.returncode == (130 if how is signal.SIGINT else -how)
    assert out == b""
    if method == "fork":  # else Python may say of a worker that it could not begin
        assert err.strip() == b""


def test_an_interrupt_from_the_keyboard_says_nothing(tmp_path: Path) -> None:
    for index in range(12):
        (tmp_path / f"{index:02}.yaml").write_text(SLOW, "utf-8")
    process = started(tmp_path)
    workers = children(process.pid)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal sends it: to the workers as well
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err.strip()) == (130, b"", b"")
    assert until(lambda: not any(map(alive, workers)), 5)


def test_a_check_whose_worker_is_killed_says_the_rest(tmp_path: Path) -> None:
    for index in range(9):
        (tmp_path / f"{index:02}.yaml").write_text(SLOW if index < 6 else WRONG, "utf-8")
    process = started(tmp_path, "--format", "json")
    os.kill(children(process.pid)[0], signal.SIGKILL)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    lines = err.decode().splitlines()
    (failure,) = [line for line in lines if line.startswith("error: ")]
    assert failure.endswith(": the process that checked it was ended by signal 9")
    lost = failure.removeprefix("error: ").partition(":")[0]
    report = json.loads(out)
    assert len(report["files"]) == 8
    assert {*report["files"], lost} == {f"./{index:02}.yaml" for index in range(9)}
    wrong = {problem["path"] for problem in report["problems"]}
    assert wrong == {f"./{index:02}.yaml" for index in (6, 7, 8)} - {lost}


@pytest.mark.parametrize(
    ("kilobytes", "cores", "ours", "jobs"),
    [
        ([10] * 60, 8, 8, 1),
        ([10] * 300, 8, 8, 3),
        ([4000, 4000], 8, 8, 8),
        ([4000, 4000], 8, 2, 2),
        ([4000, 4000], 1, 1, 1),
    ],
)
def test_processes_are_for_much_work_and_the_cores_it_may_have(
    kilobytes: list[int],
    cores: int,
    ours: int,
    jobs: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = ["-", str(tmp_path / "none")]
    for index, size in enumerate(kilobytes):
        path = tmp_path / f"{index}"
        path.touch()
        os.truncate(path, size * 1024)
        files.append(str(path))
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(ours)))
    assert check._jobs_that_pay(files) == jobs


SCRIPT = """
import multiprocessing, sys
if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv.pop(1))
    from shapecalc.__main__ import entry
    entry()
"""


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_workers_import_nothing_from_the_working_directory(method: str, tmp_path: Path) -> None:
    """Python begins those that are not forked as if their code had been typed there."""
    script = tmp_path / "script" / "shapecalc"
    nets = tmp_path / "nets"
    for path in (script.parent, nets):
        path.mkdir()
    script.write_text(SCRIPT, encoding="utf-8")
    for name in ("pickle.py", "multiprocessing.py", "signal.py"):
        (nets / name).write_text("open('pwned', 'w')", encoding="utf-8")
    for name in ("a.yaml", "b.yaml"):
        (nets / name).write_text(RIGHT, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script), method, "check", "--jobs", "2", "."],
        cwd=nets,
        env=running.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == b"2 specs checked, no problems found\n"
    assert not (nets / "pwned").exists()
