"""A large file of ONNX is a table at once: its weights are not read."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
from pathlib import Path

import pytest
from running import environment

FEATURES = 4096, 6400
"""Of the one layer: 100 MiB of weights."""


def varint(number: int) -> bytes:
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])


def field(number: int, content: bytes | int) -> bytes:
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    return varint(number << 3 | 2) + varint(len(content)) + content


def value(name: str, *dims: int) -> bytes:
    shape = b"".join(field(1, field(1, dim)) for dim in dims)
    tensor = field(1, 1) + field(2, shape)
    return field(1, name.encode()) + field(2, field(1, tensor))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of one MatMul whose weights are a hole in the file."""
    rows, columns = FEATURES
    size = rows * columns * 4
    node = field(1, b"x") + field(1, b"w") + field(2, b"y") + field(3, b"fc") + field(4, b"MatMul")
    before = field(1, node) + field(2, b"net")
    after = field(11, value("x", 1, rows)) + field(12, value("y", 1, columns))
    weight = field(1, rows) + field(1, columns) + field(2, 1) + field(8, b"w")
    weight += varint(9 << 3 | 2) + varint(size)
    graph_size = len(before) + len(after)
    weight_field = varint(5 << 3 | 2) + varint(len(weight) + size) + weight
    graph_size += len(weight_field) + size
    start = field(1, 8) + field(8, field(2, 17)) + varint(7 << 3 | 2) + varint(graph_size)
    path = tmp_path_factory.mktemp("large") / "large.onnx"
    with path.open("wb") as stream:
        stream.write(start + before + weight_field)
        stream.seek(size, 1)
        stream.write(after)
    return path


PROGRAM = """
import sys
import shapecalc
summary = shapecalc.load(sys.argv[1]).summary()
print(summary.params, summary.macs)
for line in open("/proc/self/status"):
    if line.startswith("VmHWM"):
        print(int(line.split()[1]) // 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="tells no peak of memory")
def test_weights_are_not_read(large: Path) -> None:
    assert large.stat().st_size > 100 * 1024 * 1024
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, large],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    figures, mebibytes = done.stdout.splitlines()
    rows, columns = FEATURES
    assert figures == f"{rows * columns} {rows * columns}"
    assert int(mebibytes) < 60


def test_the_table_comes_at_once(large: Path) -> None:
    seconds = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [sys.executable, "-m", "shapecalc", "table", large],
            env=environment(),
            capture_output=True,
            check=True,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert statistics.median(seconds) < 1
