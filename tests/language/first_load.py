"""Loads networks for the first time in a process, many times over, each in a process of its own
that is forked from this one, and prints what went wrong with which: nothing, if all is well.

    python tests/first_load.py threads|pool|interrupted|overtaken TIMES

threads: in eight threads at once. pool: everything bundled, in a pool of 32 threads, nothing of the
package being imported before. interrupted: once with a KeyboardInterrupt at some line of the
package, of PyYAML or of Python's own modules, then again. overtaken: with another thread's load of
the same at some line of the package. The lines lie evenly over the first load; for the last one,
the package's modules are imported before.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

import shapecalc

PACKAGE = os.path.dirname(shapecalc.__file__) + os.sep
EVERYWHERE = ""

FIGURES = {
    "densenet121": (7978856, 2834161664, "1000"),
    "mobilenet_v2": (3504872, 300774272, "1000"),
}
"""Networks with blocks inside blocks: params, MACs and output."""

SINGLE = "mobilenet_v2"
"""The one that is loaded line by line."""

NO_BLOCKS = """
input: 8x8x3
arguments: {width: 4}
layers:
  - {type: Conv2d, out_channels: 2 * width, kernel_size: 3}
  - {type: BatchNorm2d}
  - {type: ReLU}
  - {type: MaxPool2d, kernel_size: 2}
  - {branches: {a: [], b: []}}
  - {type: Sigmoid, when: width > 2}
  - {type: Flatten}
  - {type: Linear, out_features: 2}
  - {type: Dropout}
"""


def wrong(names: list[str]) -> str:
    """What is wrong with the figures of networks; nothing where they are right."""
    for name in names:
        try:
            summary = shapecalc.load(name).summary()
        except Exception as error:
            return repr(error)[:200]
        if (summary.params, summary.macs, str(summary.output)) != FIGURES[name]:
            return f"{name} has {summary.params} params and {summary.macs} macs"
    return ""


def in_threads() -> str:
    """What goes wrong in eight threads that load the networks at once, each in its own order."""
    sys.setswitchinterval(1e-6)
    together = threading.Barrier(8)
    names = list(FIGURES)
    found: list[str] = []

    def run(first: int) -> None:
        together.wait()
        found.append(wrong(names[first:] + names[:first]))

    threads = [threading.Thread(target=run, args=(index % len(names),)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return "; ".join(filter(None, found)) if len(found) == 8 else "a thread failed"


def told(name: str) -> object:
    """What a bundled spec comes to, or what is wrong with it."""
    try:
        spec = shapecalc.load(name)
        summary = spec.summary(variant=next(iter(spec.variants), None))
        layers = [(repr(layer), layer.params, layer.macs) for layer in summary.layers]
        return layers, summary.peak_memory, list(map(repr, summary.warnings))
    except Exception as error:
        return repr(error)[:200]


def in_a_pool() -> str:
    """What goes wrong in a pool of 32 threads that loads and summarizes everything bundled."""
    from concurrent.futures import ThreadPoolExecutor

    from shapecalc.bundled import spec_names

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    names = spec_names()
    together = threading.Barrier(32)
    with ThreadPoolExecutor(32, initializer=together.wait) as pool:
        found = list(pool.map(told, names * 2))
    sys.setswitchinterval(interval)
    alone = list(map(told, names)) * 2
    failures = [result for result in found if isinstance(result, str)]
    pairs = zip(names * 2, found, alone, strict=True)
    differing = [name for name, one, other in pairs if one != other]
    return "; ".join(differing + failures)


def traced(moment: int, act: Callable[[], None], below: str = PACKAGE) -> tuple[str, int]:
    """What goes wrong in a load, with an act at a line, and how many lines ran.

    below: where the files are whose lines count.
    """
    lines = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal lines
        file = frame.f_code.co_filename
        if not file.startswith(below) or file == __file__:
            return None
        lines += 1
        if lines == moment:
            act()
        return trace

    sys.settrace(trace)
    try:
        return wrong([SINGLE]), lines
    finally:
        sys.settrace(None)


def interrupted(moment: int) -> str:
    """What goes wrong in a load after one that was interrupted."""

    def interrupt() -> None:
        raise KeyboardInterrupt

    swallowed: list[object] = []  # Python goes on where a generator is interrupted as it is closed
    sys.unraisablehook = swallowed.append
    try:
        traced(moment, interrupt, EVERYWHERE)
    except KeyboardInterrupt:
        return wrong([SINGLE])
    return "" if swallowed else "it was not interrupted"


def overtaken(moment: int) -> str:
    """What goes wrong in a load, and in another thread's, which runs while it stands still."""
    found: list[str] = []

    def overtake() -> None:
        thread = threading.Thread(target=lambda: found.append(wrong([SINGLE])))
        thread.start()
        thread.join()

    found.append(traced(moment, overtake)[0])
    return "; ".join(filter(None, found)) if len(found) == 2 else "it was not overtaken"


def forked(action: Callable[[], str]) -> str:
    """What an action says in a process of its own."""
    reading, writing = os.pipe()
    process = os.fork()
    if not process:
        said = "the process failed"
        try:
            said = action()
        finally:
            os.write(writing, said.encode())
            os._exit(0)
    os.close(writing)
    with open(reading, encoding="utf-8") as stream:
        said = stream.read()
    os.waitpid(process, 0)
    return said


def main(mode: str, times: int) -> None:
    """Print what goes wrong, a line for each process in which something does."""
    if mode in ("threads", "overtaken"):
        shapecalc.loads(NO_BLOCKS).summary()
    if mode in ("threads", "pool"):
        for _ in range(times):
            print(forked(in_threads if mode == "threads" else in_a_pool), end="")
        return
    act, below = (interrupted, EVERYWHERE) if mode == "interrupted" else (overtaken, PACKAGE)
    lines = int(forked(lambda: str(traced(0, lambda: None, below)[1])))
    for index in range(times):
        moment = 1 + index * lines // times
        said = forked(lambda moment=moment: act(moment))  # type: ignore[misc] # cannot infer it
        if said:
            print(f"at line {moment} of {lines}: {said}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
