"""Fuzzes the reader of Caffe's networks: those of the tests, mutated in every way.

    python tests/importers/fuzz_caffe.py SECONDS [SEED]

Each mutant is read, written as a spec and proven, in this process: anything but a network or
SpecError fails, and so does one that takes more than 2 seconds of processor time, or memory of more
than 300 MB in all. What fails is written to a file. The figures come at the end.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import time
from pathlib import Path

from peak_memory import peak

FOLDER = Path(__file__).parent / "files" / "caffe"

MOST_SECONDS = 2.0
"""The processor time that a mutant may take."""

MOST_MEGABYTES = 300
"""The memory that the process may take."""

NUMBERS = (
    *("0", "1", "2", "3", "4", "7", "8", "16", "1000", "-1", "-2", "-100", "0.5", "1e9", "nan"),
    *("-inf", "1e400", "2147483647", "2147483648", "4294967295", "9223372036854775807", "0x7f"),
    *("017", "09", "9" * 30, "9" * 5000, "1000000000", "131072", "2000000000", "- 3", ".5f", "1e"),
)
TYPES = (
    *("Convolution", "Deconvolution", "InnerProduct", "Pooling", "LRN", "BatchNorm", "Scale", "BN"),
    *("Bias", "ReLU", "PReLU", "ELU", "Clip", "Swish", "Power", "Dropout", "Softmax", "Split"),
    *("Flatten", "Reshape", "Permute", "Concat", "Slice", "Crop", "Tile", "Reduction", "Interp"),
    *("Eltwise", "Axpy", "ArgMax", "PriorBox", "Im2col", "SPP", "Embed", "Upsample", "Reorg"),
    *("Normalize", "MVN", "LSTM", "Python", "Input", "Data", "DummyData", "MemoryData", "Silence"),
    *("SoftmaxWithLoss", "Accuracy", "ConvolutionDepthwise", "ShuffleChannel", "HDF5Data", "", "?"),
)
PIECES = (
    *("{", "}", "<", ">", "[", "]", ":", ",", ";", "#", '"', "'", "\\", "\n", "\0", "\x85", "é"),
    *("layer {", "layers {", "layer: [", "input: 'x'", "input_dim: 3", "dim: 0", "dim: -1"),
    *("axis: 0", "axis: -5", "pad: 5", "stride: 9", "num_output: 3", "group: 2", "kernel_size: 3"),
    *("kernel_h: 2", "slice_point: 1", "coeff: 2", "order: 0", "scale: 3", "bias_term: false"),
    *("param { name: 'w' }", "include { phase: TRAIN }", "state { level: 1 }", "top: 'again'"),
    *("global_pooling: true", "pool: STOCHASTIC", "offset: 3", "shape { dim: 1 dim: 3 }"),
)
GIVEN = (None, "8x8x4", "100", "1x1x1x1", "2000000000x2000000000x3", {"data": "9x9x3"})

_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
_TYPE = re.compile(rb'(?<=type: )(?:"\w*"|\w+)')
_NAME = re.compile(rb'(?<=(?:ttom|.top): )"\w+"')
_FIELD = re.compile(rb"\b\w+(?=\s*:)")
_LAYER = re.compile(rb"(?m)^(?=layers? )")


class CaffeMutation:
    """Mutants of files. mutants: how many there were; codes: what their errors were."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.files = [path.read_bytes() for path in sorted(FOLDER.glob("*.prototxt"))]
        self.codes: dict[str, int] = {}
        self.mutants = 0
        self.slowest = 0.0

    def mutant(self) -> bytes:
        """A file, mutated once or several times."""
        data = self.random.choice(self.files)
        for _ in range(self.random.choice((1, 1, 2, 3, 8))):
            data = self.random.choice(
                (self._bytes, self._number, self._number, self._type, self._name, self._field,
                 self._piece, self._layers, self._layers, self._block, self._repeat)
            )(data)  # fmt: skip
        return data

    def _bytes(self, data: bytes) -> bytes:
        at = self.random.randrange(len(data) + 1)
        end = at + self.random.choice((0, 1, 1, 5, 50))
        new = self.random.randbytes(self.random.choice((0, 1, 1, 3)))
        return data[:at] + new + data[end:]

    def _replaced(self, pattern: re.Pattern[bytes], new: bytes, data: bytes) -> bytes:
        found = list(pattern.finditer(data))
        if not found:
            return data
        match = self.random.choice(found)
        return data[: match.start()] + new + data[match.end() :]

    def _number(self, data: bytes) -> bytes:
        return self._replaced(_NUMBER, self.random.choice(NUMBERS).encode(), data)

    def _type(self, data: bytes) -> bytes:
        return self._replaced(_TYPE, f'"{self.random.choice(TYPES)}"'.encode(), data)

    def _name(self, data: bytes) -> bytes:
        names = _NAME.findall(data) or [b'"data"']
        return self._replaced(_NAME, self.random.choice(names), data)

    def _field(self, data: bytes) -> bytes:
        return self._replaced(_FIELD, self.random.choice(_FIELD.findall(data) or [b"x"]), data)

    def _piece(self, data: bytes) -> bytes:
        at = self.random.choice([match.start() for match in _FIELD.finditer(data)] or [0])
        return data[:at] + f"{self.random.choice(PIECES)} ".encode() + data[at:]

    def _layers(self, data: bytes) -> bytes:
        layers = _LAYER.split(data)
        others = _LAYER.split(self.random.choice(self.files))
        at = self.random.randrange(len(layers))
        what = self.random.randrange(4)
        if what == 0:
            del layers[at]
        elif what == 1:
            layers.insert(at, self.random.choice(layers))
        elif what == 2:
            layers.insert(at, self.random.choice(others))
        else:
            self.random.shuffle(layers)
        return b"".join(layers)

    def _block(self, data: bytes) -> bytes:
        opens = [at for at, byte in enumerate(data) if byte in b"{}"]
        if not opens:
            return data
        first, last = sorted(self.random.choices(opens, k=2))
        return (
            data[:first] + data[last:] if self.random.random() < 0.5 else data[:last] + data[first:]
        )

    def _repeat(self, data: bytes) -> bytes:
        piece = self.random.choice(PIECES).encode() + b" "
        at = self.random.randrange(len(data) + 1)
        return data[:at] + piece * self.random.choice((2, 120, 3000)) + data[at:]

    def hold(self, data: bytes) -> None:
        """Read a mutant. Raises AssertionError where it takes too long, and whatever escapes."""
        from shapecalc.importers.converting import convert
        from shapecalc.importers.kinds import FILE_KINDS
        from shapecalc.problems.problem import SpecError

        kind = next(each for each in FILE_KINDS if each.module == "caffe")
        given, custom = self.random.choice(GIVEN), self.random.random() < 0.5
        partial = self.random.random() < 0.3
        start = time.process_time()
        try:
            convert(kind, data, "net.prototxt", given, partial=partial, custom=custom)
            code = "a network"
        except SpecError as error:
            code = error.problems[0].code
            assert error.problems[0].message, code
        seconds = time.process_time() - start
        self.codes[code] = self.codes.get(code, 0) + 1
        self.mutants += 1
        self.slowest = max(self.slowest, seconds)
        assert seconds < MOST_SECONDS, seconds


def fuzz(seconds: float, seed: int) -> CaffeMutation:
    """Hold mutants until the time is over. What fails is written to a file, and raised."""
    mutation = CaffeMutation(seed)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        data = mutation.mutant()
        try:
            mutation.hold(data)
        except BaseException:
            path = Path(tempfile.mkdtemp(prefix="shapecalc-fuzz-")) / "failed.prototxt"
            path.write_bytes(data)
            print(f"what fails is in {path}", file=sys.stderr)
            raise
    return mutation


if __name__ == "__main__":
    held = fuzz(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    assert peak() < MOST_MEGABYTES, peak()
    print(f"{held.mutants:,} mutants, the slowest {held.slowest:.2f} s, {peak():.0f} MiB")
    for code, count in sorted(held.codes.items()):
        print(f"{count:>8,} {code}")
