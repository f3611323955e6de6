"""Fuzzes the reader of Darknet's cfg files: those of the tests, mutated in every way.

    python tests/importers/fuzz_darknet.py SECONDS [SEED]

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

FILES = Path(__file__).parent / "files" / "darknet"

SECONDS = 2.0
"""The processor time that a mutant may take."""

MEBIBYTES = 300
"""The memory that a process may take that reads mutants."""

NUMBERS = (
    *("0", "1", "2", "3", "4", "7", "8", "16", "64", "1000", "-1", "-2", "-3", "-100", "0.5", "+1"),
    *("", "x", "1,2", "-1,-2", ",", "-1,", "2147483647", "-2147483648", "4294967296", "1e9", "nan"),
    *("1e400", "-inf", "9" * 30, "9" * 5000, "0x10", "1#", "-1000000000", "131072", "2000000000"),
)
WORDS = (
    *("[net]", "[network]", "[convolutional]", "[deconvolutional]", "[local]", "[connected]"),
    *("[batchnorm]", "[maxpool]", "[local_avgpool]", "[avgpool]", "[route]", "[shortcut]", "[sam]"),
    *("[scale_channels]", "[upsample]", "[reorg]", "[reorg3d]", "[crop]", "[yolo]", "[iseg]"),
    *("[Gaussian_yolo]", "[region]", "[detection]", "[cost]", "[softmax]", "[normalization]"),
    *("[dropout]", "[activation]", "[logistic]", "[empty]", "[l2norm]", "[implicit]", "[rnn]"),
)
OPTIONS = (
    *("height", "width", "channels", "inputs", "filters", "size", "stride", "stride_x", "stride_y"),
    *("pad", "padding", "groups", "group_id", "dilation", "antialiasing", "batch_normalize", "cbn"),
    *("share_index", "xnor", "maxpool_depth", "out_channels", "layers", "from", "weights_type"),
    *("alpha", "scale", "scale_wh", "reverse", "crop_height", "crop_width", "classes", "num"),
    *(
        "mask",
        "coords",
        "side",
        "output",
        "spatial",
        "temperature",
        "probability",
        "atoms",
        "kappa",
    ),
)
ACTIVATIONS = ("leaky", "linear", "mish", "ramp", "none", "normalize_channels", "relu6")
GIVEN = (None, "8x8x4", "100", "1x1x1x1", "2000000000x2000000000x3")
HEADER = re.compile(rb"(?m)^(?=\s*\[)")


class Darknets:
    """Mutants of the files. seed: of all that is drawn."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.files = [path.read_bytes() for path in sorted(FILES.glob("*.cfg"))]
        self.sections = [part for file in self.files for part in HEADER.split(file) if part]

    def mutant(self) -> bytes:
        """A file, changed once or several times."""
        data = self.draw.choice(self.files)
        for _ in range(self.draw.choice((1, 1, 2, 3, 5, 20))):
            way = self.draw.choice((self.by_bytes, self.by_value, self.by_value, self.by_section))
            data = way(data)
        return data

    def by_bytes(self, data: bytes) -> bytes:
        """Some bytes changed, left out or put in."""
        start = self.draw.randrange(len(data) + 1)
        end = min(start + self.draw.choice((0, 0, 1, 1, 2, 10)), len(data))
        middle = bytes(self.draw.choices(b"[]=,-+0123456789.#; \r\n\t\0\xff\xe9abx", k=end - start))
        return data[:start] + middle + data[self.draw.choice((start, end)) :]

    def by_value(self, data: bytes) -> bytes:
        """An option of another value, or another option."""
        lines = data.split(b"\n")
        at = self.draw.randrange(len(lines))
        value = self.draw.choice(NUMBERS)
        key = lines[at].partition(b"=")[0].decode("latin-1")
        if not key or key.lstrip()[:1] in "[#;" or self.draw.random() < 0.3:
            key = self.draw.choice(OPTIONS)
            at += 1
            lines.insert(at, b"")
        elif key.strip() == "activation":
            value = self.draw.choice(ACTIVATIONS)
        lines[at] = f"{key}={value}".encode("latin-1")
        return b"\n".join(lines)

    def by_section(self, data: bytes) -> bytes:
        """A section left out, put in, repeated, moved, or of another type."""
        parts = [part for part in HEADER.split(data) if part] or [b""]
        at = self.draw.randrange(len(parts))
        way = self.draw.randrange(5)
        if way == 0:
            del parts[at]
        elif way == 1:
            parts.insert(at, self.draw.choice(self.sections))
        elif way == 2:
            parts[at] *= self.draw.choice((2, 2, 3, 50, 1000))
        elif way == 3:
            parts.insert(self.draw.randrange(len(parts)), parts.pop(at))
        else:
            _, _, rest = parts[at].partition(b"\n")
            parts[at] = self.draw.choice(WORDS).encode() + b"\n" + rest
        return b"".join(parts)[:200_000]


def hold(data: bytes, draw: random.Random) -> str:
    """The code of what is said of a file, "" for a network. Raises what fails."""
    from shapecalc.importers.converting import convert
    from shapecalc.importers.kinds import FILE_KINDS
    from shapecalc.problems.problem import SpecError

    kind = next(kind for kind in FILE_KINDS if kind.module == "darknet")
    began = time.process_time()
    code = ""
    ways = {way: draw.random() < 0.3 for way in ("is_flat", "partial", "custom")}
    try:
        convert(kind, data, "a.cfg", draw.choice(GIVEN), **ways)
    except SpecError as error:
        code = error.problems[0].code
        place = error.problems[0]
        assert place.line >= 1
        assert "\0" not in place.message
    took = time.process_time() - began
    assert took < SECONDS, f"{took:.2f} s of processor time"
    used = peak()
    assert used < MEBIBYTES, f"{used:.0f} MiB"
    return code


def fuzz(seconds: float, seed: int, most: int = sys.maxsize) -> dict[str, int]:
    """How many mutants came to what, in so many seconds. Raises what fails."""
    mutants = Darknets(seed)
    counts: dict[str, int] = {}
    end = time.monotonic() + seconds
    while time.monotonic() < end and sum(counts.values()) < most:
        data = mutants.mutant()
        try:
            code = hold(data, mutants.draw)
        except BaseException:
            path = Path(tempfile.mkdtemp(prefix="shapecalc-fuzz-")) / "failed.cfg"
            path.write_bytes(data)
            print(f"what fails is in {path}", file=sys.stderr)
            raise
        counts[code] = counts.get(code, 0) + 1
    return counts


if __name__ == "__main__":
    found = fuzz(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    print(f"{sum(found.values())} mutants, {peak():.0f} MiB: {dict(sorted(found.items()))}")
