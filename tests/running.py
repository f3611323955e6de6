"""Runs the command as a user does, and holds every run to what none may break: no traceback,
no fault, no hang, no memory that grows with what is read.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import IO, NamedTuple

from folders import TOP

import shapecalc

SECONDS = 2.0
"""The processor time that a run of a test may take, where `slowness` is 1."""

REFERENCE = 0.12
"""The seconds of processor time in which a machine counts to a million in a dictionary."""

MEBIBYTES = 500
"""The address space that it may have."""

NONE: Mapping[str, str] = {}

IMPORTED_FROM = Path(shapecalc.__file__).resolve().parent.parent
"""Where runs find the shapecalc that the tests have imported."""

END_OF_TERMINAL = b"\x00\xffthe end"
"""What is written to a terminal behind a run, which is then read whole: where the last process that
has it open ends, a terminal may lose what it was not read of."""

EXECUTE = 'exec "$@"'
"""What the shell does with the words of a run; a test may redirect or limit them here."""


@cache
def slowness() -> float:
    """How much longer than REFERENCE this machine takes, at least 1: a bound in seconds is for a
    machine, and one that is slow or shared takes twice as long for the same work."""
    began = time.process_time()
    counts: dict[int, int] = {}
    for number in range(1_000_000):
        counts[number % 1000] = counts.get(number % 1000, 0) + number
    return max(1.0, (time.process_time() - began) / REFERENCE)


class Run(NamedTuple):
    """What a run came to."""

    status: int
    out: str
    err: str


def environment(variables: Mapping[str, str] = NONE) -> dict[str, str]:
    """The variables of a run: none that colours, widens or means a CI server, but those given."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "PYTHONPATH": str(IMPORTED_FROM), "LC_ALL": "C.UTF-8", **variables}


def command(*arguments: str, shell: str = EXECUTE) -> list[str]:
    """The words of a run with limited memory."""
    limited = f"ulimit -v {MEBIBYTES * 1024} 2>/dev/null; {shell}"
    return ["/bin/sh", "-c", limited, "sh", sys.executable, "-m", "shapecalc", *arguments]


def run(
    *arguments: str,
    folder: Path,
    given: bytes = b"",
    source: IO[bytes] | None = None,
    output: int = subprocess.PIPE,
    shell: str = EXECUTE,
    prepare: Callable[[], None] | None = None,
    seconds: float = SECONDS,
    variables: Mapping[str, str] = NONE,
) -> Run:
    """A run in a folder, with something on standard input, or that read from `source`, and
    other variables. `prepare` runs in the child of the fork, before the shell.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        command(*arguments, shell=shell),
        cwd=folder,
        env=environment(variables),
        input=given if source is None else None,
        stdin=source,
        stdout=output,
        stderr=subprocess.PIPE,
        preexec_fn=prepare,
        timeout=60,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    out = (done.stdout or b"").decode("utf-8")
    err = done.stderr.decode("utf-8")
    assert "Traceback" not in out + err
    assert "internal error" not in err
    assert done.returncode in (0, 1, 2)
    took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert took < seconds or took < seconds * slowness(), f"{took:.2f} s of processor time"
    return Run(done.returncode, out, err)


def program(code: str, folder: Path = TOP) -> Run:
    """A run of a program in Python that imports shapecalc."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Run(done.returncode, done.stdout, done.stderr)


class Said(NamedTuple):
    """A problem as a check says it."""

    place: str
    severity: str
    code: str
    message: str


SAID = re.compile(r"(?P<path>.*?):(\d+:\d+): (error|warning)\[(SC\d+)\] (.*)")


def check(text: str | bytes, folder: Path, *options: str) -> tuple[int, list[Said]]:
    """The exit status of a check of a spec, and what it says."""
    (folder / "a.yaml").write_bytes(text.encode() if isinstance(text, str) else text)
    status, out, err = run("check", "a.yaml", "--format", "concise", *options, folder=folder)
    found = []
    for line in out.splitlines():
        said = SAID.fullmatch(line)
        assert said is not None, line
        assert said["path"] == "a.yaml"
        found.append(Said(*said.groups()[1:]))
    assert status == (1 if any(said.severity == "error" for said in found) else 0), err
    return status, found


def in_terminal(
    *arguments: str,
    folder: Path,
    width: int,
    color: bool = True,
    variables: Mapping[str, str] = NONE,
) -> Run:
    """A run whose output goes to a terminal of so many columns; 0 where it does not say."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    kind = {"TERM": "xterm-256color" if color else "dumb"}
    written = bytearray()

    def read() -> None:
        while not written.endswith(END_OF_TERMINAL):
            written.extend(os.read(ours, 65536))

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    done = subprocess.run(
        command(*arguments),
        cwd=folder,
        env=environment({**kind, **variables}),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.write(theirs, END_OF_TERMINAL)
    reader.join(60)
    os.close(theirs)
    os.close(ours)
    err = done.stderr.decode("utf-8")
    assert "Traceback" not in err
    assert "internal error" not in err
    out = written.removesuffix(END_OF_TERMINAL).decode("utf-8")
    return Run(done.returncode, out.replace("\r\n", "\n"), err)
