"""Runs the command again and again, each time in a fork of this process, and measures it.

A fork of a process that has imported little and read nothing starts as small as a command does, so
that the most memory that the system counts for it is its own. `commands` starts this program, and
writes a line of JSON for each run.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

import shapecalc.__main__
from shapecalc.inference.walk import Inference

MEBIBYTES = 1024
"""The address space that a run may add: more ends it before it takes the machine's."""

CRASHED = 70
"""The status of a run that ends with an exception, which it prints."""


def count_layers(path: str) -> None:
    """Have the layers of all networks that run counted in a file, a line each."""
    network = Inference.network

    def counted(self: Inference, *given: Any) -> Any:
        layers, last = network(self, *given)
        with open(path, "a", encoding="ascii") as counts:
            counts.write(f"{sum(1 for layer in layers for _ in layer.walk())}\n")
        return layers, last

    setattr(Inference, "network", counted)  # noqa: B010 - a method is not assigned to elsewhere


def limit(seconds: float) -> None:
    """End the process when it takes far more than it may."""
    with open("/proc/self/statm", encoding="ascii") as pages:
        taken = int(pages.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + MEBIBYTES * 2**20,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 2))


def run(asked: dict[str, Any]) -> None:
    """Run the command as `shapecalc.__main__.entry` does."""
    status: Any = CRASHED
    try:
        os.chdir(asked["folder"])
        os.environ.clear()
        os.environ.update(asked["variables"])
        for descriptor, name in ((1, "out"), (2, "err")):
            written = os.open(asked[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(written, descriptor)
            os.close(written)
        count_layers(asked["layers"])
        limit(asked["seconds"])
        sys.argv = ["shapecalc", *asked["words"]]
        status = shapecalc.__main__.main()
    except SystemExit as end:  # of a completion
        status = end.code
    except BaseException:
        traceback.print_exc()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(status if isinstance(status, int) else 0)


def serve() -> None:
    """Runs what is asked for in each line, and says in a line what it came to."""
    gc.disable()
    gc.freeze()
    asking = os.fdopen(os.dup(0), encoding="utf-8")
    saying = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    for line in asking:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            run(asked)
        _, ended, usage = os.wait4(child, 0)
        counts = Path(asked["layers"])
        answer = {
            "status": os.waitstatus_to_exitcode(ended),
            "seconds": usage.ru_utime + usage.ru_stime,
            "peak": usage.ru_maxrss,
            "layers": sum(map(int, counts.read_text("ascii").split())) if counts.exists() else 0,
        }
        counts.unlink(missing_ok=True)
        saying.write(json.dumps(answer) + "\n")
        saying.flush()


if __name__ == "__main__":
    serve()
