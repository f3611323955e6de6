"""Runs of the command that are held to what none may break: an exit status, no traceback, and
bounds on processor time and memory that depend on what it reads and runs alone.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from folders import TESTS
from running import NONE, environment, slowness

from fuzz.holding import MEBIBYTES, SECONDS, Held, in_mebibytes
from shapecalc.check.runs import MAXIMUM_LAYERS_CHECKED

LAYERS = 100_000
"""The layers that run for which a run may take SECONDS more."""

NODES = 1_000_000
"""The keys and values that are read for which it may take SECONDS more."""

ATTEMPTS = 2
"""How often a run that takes too long is measured again, and the machine with it, on which others
may be at work."""


class Ran(NamedTuple):
    """What a run came to, its processor time, its most memory and the layers that ran."""

    status: int
    out: str
    err: str
    seconds: float
    mebibytes: int
    layers: int


class Commands(AbstractContextManager["Commands"]):
    """Runs commands, each in a process of its own. held: what was held so far."""

    def __init__(self, held: Held) -> None:
        self.held = held
        self._failed = Path(tempfile.mkdtemp(prefix="shapecalc-fuzz-failed-"))
        self._scratch = tempfile.TemporaryDirectory(prefix="shapecalc-fuzz-runs-")
        paths = {"PYTHONPATH": f"{environment()['PYTHONPATH']}:{TESTS}"}
        self._server = subprocess.Popen(
            [sys.executable, "-m", "fuzz.server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(paths),
            encoding="utf-8",
        )

    def __exit__(self, *_: object) -> None:
        self._server.communicate()
        self._scratch.cleanup()
        if any(self._failed.iterdir()):
            print(f"what fails is in {self._failed}", file=sys.stderr)
        else:
            self._failed.rmdir()

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """A folder for a case, which is counted; that of the last one that fails is kept."""
        self.held.executions += 1
        folder = Path(self._scratch.name) / "case"
        folder.mkdir()
        try:
            yield folder
        except BaseException:
            shutil.rmtree(self._failed)
            folder.rename(self._failed)
            raise
        shutil.rmtree(folder)

    def run(
        self,
        *words: str,
        folder: Path,
        nodes: int = 0,
        specs: int = 1,
        variables: Mapping[str, str] = NONE,
    ) -> Ran:
        """A run in a folder. nodes: the keys and values that it reads, at the most, in how many
        specs, each of which may take as much.

        Raises AssertionError for what none may come to.
        """
        ran = self._run(words, folder, nodes, specs, variables)
        allowed = seconds_allowed(ran.layers, nodes, specs)
        for _ in range(ATTEMPTS):
            if ran.seconds < allowed or ran.status < 0:
                break
            slowness.cache_clear()
            allowed = seconds_allowed(ran.layers, nodes, specs) * slowness()
            again = self._run(words, folder, nodes, specs, variables)
            ran = min(ran, again, key=lambda each: each.seconds)
        said = f"{' '.join(words)}: status {ran.status}, {ran.layers} layers, {nodes} nodes"
        said += f", {ran.seconds:.2f} s, {ran.mebibytes} MiB"
        if ran.seconds > self.held.slowest[0]:
            self.held.slowest = (ran.seconds, said.encode())
        self.held.nearest = max(self.held.nearest, ran.seconds / allowed)
        self.held.most = max(self.held.most, ran.mebibytes)
        self.held.codes |= set(re.findall(r"\bSC\d{3}\b", ran.out + ran.err))
        assert "Traceback" not in ran.out + ran.err, f"{said}: {ran.err[-2000:]}"
        assert "internal error" not in ran.err, f"{said}: {ran.err}"
        assert ran.seconds < allowed, said
        assert ran.mebibytes < MEBIBYTES * specs, said
        assert ran.status in (0, 1, 2), f"{said}: {ran.err[-2000:]}"
        return ran

    def _run(
        self,
        words: tuple[str, ...],
        folder: Path,
        nodes: int,
        specs: int,
        variables: Mapping[str, str],
    ) -> Ran:
        scratch = Path(self._scratch.name)
        out, err = scratch / "out", scratch / "err"
        asked = {
            "words": words,
            "folder": str(folder),
            "variables": environment(variables),
            "out": str(out),
            "err": str(err),
            "layers": str(scratch / "layers"),
            "seconds": 2 * seconds_allowed(MAXIMUM_LAYERS_CHECKED, nodes, specs),
        }
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps(asked) + "\n")
        self._server.stdin.flush()
        answer: dict[str, Any] = json.loads(self._server.stdout.readline())
        return Ran(
            answer["status"],
            out.read_text("utf-8"),
            err.read_text("utf-8"),
            answer["seconds"],
            in_mebibytes(answer["peak"]),
            answer["layers"],
        )


def seconds_allowed(layers: int, nodes: int, specs: int) -> float:
    """The seconds of processor time that a run may take on a machine that is not slow."""
    return SECONDS * (specs + layers / LAYERS + nodes / NODES)
