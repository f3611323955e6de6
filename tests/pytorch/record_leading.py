"""Draw random layers with leading axes, and record what PyTorch comes to on each part.

    pip install torch
    python tests/pytorch/record_leading.py

Writes `operators-leading.jsonl.gz` beside this file (the README there says what is in it). The
leading axes are folded into the batch before the layer, and unfolded after it: `torch_leading.py`.
The draws are seeded: the same release of PyTorch gives the same file.
"""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import gzip
import json
import warnings
from random import Random
from typing import Any

import draw_specs
import torch
from draw_norms import group_norm, last_axes_norm, statistics_norm
from draw_resizing import padding, upsample
from draw_windows import adaptive_pooling, convolution, pooling
from operator_draws import MODULES
from record_weights import FOLDER, RUNS, verdict

DRAWN = (
    *(convolution, pooling, adaptive_pooling, padding, upsample),
    *(statistics_norm, group_norm, last_axes_norm),
)

TYPES = [name for draw in DRAWN for name in MODULES[draw][1].split()]
TYPES += [
    *("LocallyConnected1d", "LocallyConnected2d", "MaxUnpool1d", "MaxUnpool2d", "MaxUnpool3d"),
    "GlobalResponseNorm",
]

COUNT = 80
"""The cases of each type."""


def drawn(name: str, random: Random) -> dict[str, Any]:
    """A layer of a type, which has leading axes at times, or none."""
    case = draw_specs.led(draw_specs.drawn(name, random), random)
    fields = dict(case.fields)
    if name in ("LayerNorm", "RMSNorm"):  # a number is the last size of a tensor in the records
        written = fields.get("normalized_shape")
        fields["normalized_shape"] = written if isinstance(written, list) else None
    inputs = case.inputs
    shapes = {"input": inputs[0]} if len(inputs) == 1 else {"inputs": inputs}
    return {"type": name, "arguments": fields, **shapes}


def cases_of(name: str) -> list[str]:
    """Different recorded cases of a type, a JSON object each."""
    random = Random(name)
    lines: dict[str, None] = {}
    while len(lines) < COUNT:
        case = drawn(name, random)
        first, second = (verdict(case, *run) for run in RUNS)
        if first == second or (not first["accepted"] and not second["accepted"]):
            lines[json.dumps({**case, **first})] = None
    return list(lines)


def main() -> None:
    """Record all types and write the file."""
    warnings.simplefilter("ignore")  # PyTorch warns of what it still accepts
    torch.set_num_threads(1)
    lines = []
    for name in TYPES:
        found = cases_of(name)
        accepted = sum('"accepted": true' in line for line in found)
        print(f"{name}: {len(found)} cases, {accepted} accepted", flush=True)
        lines += found
    text = "".join(f"{line}\n" for line in lines)
    # mtime 0 and no file name: the same cases are the same file, byte for byte
    file = FOLDER / "operators-leading.jsonl.gz"
    file.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    print(f"{len(lines)} cases")


if __name__ == "__main__":
    main()
