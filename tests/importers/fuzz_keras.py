"""Fuzzes the reader of Keras: good files of each generation, with something wrong anywhere.

    python tests/importers/fuzz_keras.py 600

changes bytes, tokens and values for so many seconds. Anything but a SpecError, 2 seconds of
computing for a file or 300 MB for all is a failure, of which the file is kept.
"""

from __future__ import annotations

import faulthandler
import io
import json
import re
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any

from keras_figures import FILES, imported, recorded
from keras_texts import archive, hdf5, in_keras_3, text, tfjs
from peak_memory import peak
from test_keras_files import KERAS_1, MANIFEST, RESIDUAL, WEIGHTS
from test_keras_functions import FUNCTIONS
from test_keras_recurrent import STATES, attending, in_time, with_masks
from test_keras_shared import outer

from shapecalc.problems.problem import SpecError

SECONDS = 2.0
MEGABYTES = 300

VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2, 3, 7, 2**31, 10**9, 2**63, -(2**70), 0.5, 1e308, 3.0),
    *("", "same", "valid", "relu", "conv1", "channels_first", "\x00", "\ud800", "{x}", "a" * 5000),
    *([], {}, [[]], [None], [None, None, None, 3], [1, 2], [[1, 2], [3, 4]], ["conv1", 0, 0]),
    *([None, 8, 8, 3], ["image", 0, 0, {}], {"class_name": "Add", "config": {}}),
    *({"class_name": "__keras_tensor__", "config": {}}, {"class_name": "ReLU", "config": []}),
)
"""What a value is changed to."""

TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*"|[-+.\w]+|[{}\[\],:]|\s+')


def good() -> list[bytes]:
    """Files that are read without a complaint, small ones first."""
    models = [RESIDUAL, KERAS_1, in_keras_3(RESIDUAL), tfjs(RESIDUAL, **MANIFEST), *FUNCTIONS]
    models += [STATES, with_masks(), in_time(), attending(value=["other", 0, 0]), outer()]
    large = [json.dumps(recorded(name)).encode() for name in ("VGG16", "ConvNeXtTiny")]
    layers = [each["model"].encode() for each in recorded("layers")]
    stored = [hdf5(RESIDUAL, WEIGHTS)] if find_spec("h5py") else []
    return [*map(text, models), *map(archive, models[:3]), *stored * 10, *layers, *large]


class Mutation:
    """Files with something wrong, drawn from good ones."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.files = good()

    def __iter__(self) -> Iterator[bytes]:
        kinds = [self.change_bytes, self.change_tokens, *[self.change_values] * 6]
        while True:
            data = self.random.choice(self.files)
            for _ in range(self.random.choice([1, 1, 1, 2, 4])):
                data = self.random.choice(kinds)(data)
            yield data

    def change_bytes(self, data: bytes) -> bytes:
        """A file with bytes changed, left out or repeated."""
        random = self.random
        start = random.randrange(len(data) + 1)
        end = min(len(data), start + random.choice([0, 1, 2, 8, 100]))
        middle = random.choice(
            [b"", random.randbytes(random.choice([1, 2, 4])), data[start:end] * 2]
        )
        return data[:start] + middle + data[end:]

    def change_tokens(self, data: bytes) -> bytes:
        """A text with tokens left out, repeated or in each other's place."""
        if data[:2] == b"PK" or data[:4] == b"\x89HDF":
            return self.change_bytes(data)
        found = TOKENS.findall(data[:200_000]) or [b"{"]
        one, other = (self.random.randrange(len(found)) for _ in range(2))
        kind = self.random.randrange(4)
        if kind == 0:
            del found[one]
        elif kind == 1:
            found[one] = found[other]
        elif kind == 2:
            found[one], found[other] = found[other], found[one]
        else:
            found[one] = found[one] * self.random.choice([2, 50])
        return b"".join(found)

    def change_values(self, data: bytes) -> bytes:
        """A model with a value of its tree changed; in an archive, that in it."""
        is_archive = data[:2] == b"PK"
        try:
            if is_archive:
                with zipfile.ZipFile(io.BytesIO(data)) as file:
                    data = file.read("config.json")
            model = json.loads(data)
        except Exception:
            return self.change_bytes(data)
        for _ in range(self.random.choice([1, 1, 3])):
            self._change(model)
        changed = text(model)
        return archive(changed) if is_archive else changed

    def _change(self, model: Any) -> None:
        random = self.random
        for _ in range(40):
            if not isinstance(model, dict | list) or not model:
                return
            key = random.choice(list(model) if isinstance(model, dict) else range(len(model)))
            if isinstance(model[key], dict | list) and model[key] and random.random() < 0.85:
                model = model[key]
                continue
            kind = random.randrange(5)
            if kind == 0:
                del model[key]
            elif kind == 1 and isinstance(model, list):
                model.append(deepcopy(model[key]))
            elif kind == 2 and type(model[key]) is int:
                model[key] = random.choice([0, model[key] + 1, -model[key], 10**6, 10**12])
            else:
                model[key] = deepcopy(random.choice(VALUES))
            return


def hold(data: bytes) -> str:
    """Read a file as all do, with any input; the code of its problem, "" where it has none.

    Raises what is no SpecError, and AssertionError where it takes too long.
    """
    start = time.process_time()
    found = ""
    for given in (None, "8x8x3"):
        try:
            imported(data, given, custom=given is not None)
        except SpecError as error:
            found = error.problems[0].code
            assert error.problems[0].message and str(error)
    spent = time.process_time() - start
    assert spent < 2 * SECONDS, f"{spent:.1f} s"
    return found


def run(seed: int, seconds: float) -> dict[str, int]:
    """Hold files until the time is over; how often each code was met. Raises what fails."""
    met: dict[str, int] = {}
    before = peak()
    end = time.monotonic() + seconds
    for data in Mutation(seed):
        faulthandler.dump_traceback_later(60, exit=True)  # of what never ends
        try:
            code = hold(data)
            grown = peak() - before
            assert grown < MEGABYTES, f"{grown:.0f} MB"
        except BaseException:
            path = Path(tempfile.gettempdir()) / "fuzz_keras.failed"
            path.write_bytes(data)
            print(f"the file is {path}", file=sys.stderr)
            raise
        met[code] = met.get(code, 0) + 1
        if time.monotonic() > end:
            break
    faulthandler.cancel_dump_traceback_later()
    return met


if __name__ == "__main__":
    assert FILES.is_dir()
    length = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    seed = int(time.time())
    print(f"seed {seed}", flush=True)
    for code, count in sorted(run(seed, length).items()):
        print(f"{code or 'read':6} {count}")
