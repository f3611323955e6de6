"""Cold start, scale and checks, each as a ratio to a baseline that is measured beside it.

    python tests/benchmarks/run.py [--runs 41] [--layers 1000,10000,100000]
                                   [--only start|scale|check]

Cold start: whole processes, run by turns with their baselines, medians of many. The baselines
import what the command cannot do without; that of `table` prints a rich table of constant text
with as many rows and columns. Scale: a generated spec of distinct layers, to markdown, against
PyYAML's own `yaml.load` of the same file with the C loader. Checks: a folder of a thousand specs
of 50 layers, against `yaml.load` of all of them. Machines are noisy: only a ratio of
one run means something.
"""

from __future__ import annotations

import argparse
import os
import pty
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterable

PYTHON = sys.executable
SHAPECALC = [PYTHON, "-m", "shapecalc"]

IMPORT_CLICK = "import click"
IMPORT_CLICK_AND_YAML = "import click, yaml"
PRINT_RICH_TABLE = """
import click, yaml
from rich.console import Console
from rich.table import Table
table = Table(title="GoogLeNet")
for heading in {headings}:
    table.add_column(heading)
for row in range({rows}):
    table.add_row({cells})
Console(width=160).print(table)
"""
COLUMNS = (
    *("Layer", "Type", "Input", "Output", "Kernel", "Stride", "Padding", "In", "Out"),
    *("Params", "MACs"),
)
CELLS = (
    *("inception3a", "Inception Module", "28x28x192", "28x28x256", "3x3", "1", "1", "64", "64"),
    *("163,696", "128,049,152"),
)


def rich_baseline() -> str:
    """A script that prints as many rows and columns of constant text as googlenet-paper has."""
    import shapecalc
    from shapecalc.tables.document import Options, document

    table = document(shapecalc.load("googlenet-paper").summary(), Options()).tables[0]
    count = len(table.columns)
    assert count == len(COLUMNS), count
    return PRINT_RICH_TABLE.format(
        headings=COLUMNS, rows=len(table.rows), cells=", ".join(map(repr, CELLS))
    )


class Run:
    """A process that was waited for: its wall time in seconds and peak memory in MiB."""

    def __init__(self, command: list[str], terminal: bool = False) -> None:
        environment = {**os.environ, "COLUMNS": "160", "TERM": "xterm-256color"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        sink = os.open(os.devnull, os.O_RDWR)
        leader, output = pty.openpty() if terminal else (sink, os.dup(sink))
        drain = threading.Thread(target=_drain, args=(leader,)) if terminal else None
        if drain is not None:
            drain.start()
        start = time.perf_counter()
        child = os.posix_spawn(
            command[0],
            command,
            environment,
            file_actions=[(os.POSIX_SPAWN_DUP2, output, 1), (os.POSIX_SPAWN_DUP2, output, 2)],
        )
        _, status, usage = os.wait4(child, 0)
        self.seconds = time.perf_counter() - start
        self.mebibytes = usage.ru_maxrss / 1024
        os.close(output)
        if drain is not None:
            drain.join()
            os.close(leader)
        if leader != sink:
            os.close(sink)
        if os.waitstatus_to_exitcode(status):
            raise SystemExit(f"failed: {' '.join(command)}")


def _drain(leader: int) -> None:
    """Read what a terminal is written until its other end is closed."""
    try:
        while os.read(leader, 65536):
            pass
    except OSError:
        return


def medians(commands: Iterable[tuple[list[str], bool]], runs: int) -> list[float]:
    """The median seconds of each command, run by turns."""
    commands = list(commands)
    times: list[list[float]] = [[] for _ in commands]
    for index in range(runs + 2):
        for found, (command, terminal) in zip(times, commands, strict=True):
            seconds = Run(command, terminal).seconds
            if index >= 2:  # the first two warm the caches
                found.append(seconds)
    return [statistics.median(found) for found in times]


def cold_start(runs: int) -> None:
    """Print each command against its baseline."""
    rows = [
        ("table googlenet-paper (terminal)", "rich table of constant text", rich_baseline(), True),
        (
            "export googlenet-paper --to markdown",
            "import click, yaml",
            IMPORT_CLICK_AND_YAML,
            False,
        ),
        ("export googlenet-paper --to json", "import click, yaml", IMPORT_CLICK_AND_YAML, False),
        ("table googlenet-paper", "import click, yaml", IMPORT_CLICK_AND_YAML, False),
        ("table resnet152", "import click, yaml", IMPORT_CLICK_AND_YAML, False),
        ("--help", "import click", IMPORT_CLICK, False),
        ("--version", "import click", IMPORT_CLICK, False),
    ]
    print(f"{'command':38} {'ms':>7} {'baseline':>7}  ratio  against")
    for command, name, script, terminal in rows:
        words = command.removesuffix(" (terminal)").split()
        ours, base = medians(
            [([*SHAPECALC, *words], terminal), ([PYTHON, "-c", script], terminal)], runs
        )
        print(f"{command:38} {ours * 1e3:7.1f} {base * 1e3:8.1f}  {ours / base:5.2f}  {name}")


def generate(path: str, layers: int) -> None:
    """Write a spec of so many layers, of which no two are the same."""
    numbers = random.Random(layers)
    with open(path, "w", encoding="utf-8") as file:
        file.write("name: generated\ninput: 64x64x8\nlayers:\n")
        for index in range(layers):
            half = numbers.randrange(4)
            file.write(
                f"  - {{name: conv{index}, type: Conv2d, out_channels: {16 + index}, "
                f"kernel_size: {2 * half + 1}, padding: {half}, "
                f"bias: {'true' if index % 3 else 'false'}}}\n"
            )


def scale(sizes: list[int]) -> None:
    """Print the time and memory of generated specs against PyYAML's."""
    print(f"{'layers':>8} {'ours s':>8} {'MiB':>6} {'yaml.load s':>12} {'MiB':>6}  ratio  growth")
    before = None
    with tempfile.TemporaryDirectory() as folder:
        for layers in sizes:
            path = os.path.join(folder, f"{layers}.yaml")
            generate(path, layers)
            load = f"import yaml; yaml.load(open({path!r}), Loader=yaml.CSafeLoader)"
            command = [*SHAPECALC, "export", path, "--to", "markdown", "-o", path + ".md"]
            pairs = [(Run(command), Run([PYTHON, "-c", load])) for _ in range(3)]
            ours, theirs = (statistics.median(p[i].seconds for p in pairs) for i in (0, 1))
            memory, their_memory = (max(p[i].mebibytes for p in pairs) for i in (0, 1))
            growth = "" if before is None else f"{ours / before:5.2f}x"
            before = ours
            print(
                f"{layers:8} {ours:8.2f} {memory:6.0f} {theirs:12.2f} {their_memory:6.0f}  "
                f"{ours / theirs:5.2f}  {growth}"
            )


SPECS, LAYERS_EACH = 1000, 50


def checks() -> None:
    """Print the time of checking a folder of specs against PyYAML's of loading them."""
    with tempfile.TemporaryDirectory() as folder:
        for index in range(SPECS):
            generate(os.path.join(folder, f"{index:04}.yaml"), LAYERS_EACH)
        load = (
            "import glob, yaml\n"
            f"for path in sorted(glob.glob({folder!r} + '/*.yaml')):\n"
            "    yaml.load(open(path), Loader=yaml.CSafeLoader)"
        )
        commands = {
            "check, one process": [*SHAPECALC, "check", folder, "--jobs", "1"],
            "check, as many as pay": [*SHAPECALC, "check", folder],
        }
        print(f"{SPECS} specs of {LAYERS_EACH} layers")
        for name, command in commands.items():
            pairs = [(Run(command), Run([PYTHON, "-c", load])) for _ in range(5)]
            ours, theirs = (statistics.median(p[i].seconds for p in pairs) for i in (0, 1))
            print(f"{name:24} {ours:6.2f} s  yaml.load {theirs:6.2f} s  ratio {ours / theirs:5.2f}")


def main() -> None:
    """Read the options and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=41)
    parser.add_argument("--layers", default="1000,10000,100000")
    parser.add_argument("--only", choices=["start", "scale", "check"])
    options = parser.parse_args()
    if options.only in (None, "start"):
        cold_start(options.runs)
    if options.only in (None, "scale"):
        scale([int(size) for size in options.layers.split(",")])
    if options.only in (None, "check"):
        checks()


if __name__ == "__main__":
    main()
