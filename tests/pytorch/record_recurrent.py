"""Draw random recurrent layers and cells, and record what PyTorch says of them.

    pip install torch
    python tests/pytorch/record_recurrent.py

Writes `operators-recurrent.jsonl.gz` beside this file (the README there says what is in it);
`torch_recurrent.py` runs them. The draws are seeded: the same release of PyTorch gives the same
file.
"""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import gzip
import json
import warnings
from pathlib import Path
from random import Random
from typing import Any

import draw_recurrent
import torch
import torch_layers

FOLDER = Path(__file__).resolve().parent

COUNT = 400
"""The cases of each type."""


def verdict(case: dict[str, Any], batch: int) -> dict[str, Any]:
    """What PyTorch comes to: `accepted` and the figures, or a `reason`."""
    inputs = [torch.zeros(batch, *shape) for shape in case["inputs"]]
    try:
        ran = torch_layers.run(case["type"], case["arguments"], inputs)
    except Exception as error:  # constructors and layers raise many kinds
        return {"accepted": False, "reason": str(error).split("\n")[0][:160]}
    costs = {"params": ran.params, "buffers": ran.buffers, "macs": ran.macs}
    outputs = [list(output.shape[1:]) for output in ran.outputs]
    return {"accepted": True, "outputs": outputs, **costs}


def cases_of(name: str) -> list[str]:
    """Different recorded cases of a type, a JSON object each."""
    random = Random(name)
    lines: dict[str, None] = {}
    while len(lines) < COUNT:
        fields, inputs = draw_recurrent.layer(name, random)
        case = {"type": name, "arguments": fields, "inputs": inputs}
        first, second = verdict(case, 2), verdict(case, 3)
        if first == second or (not first["accepted"] and not second["accepted"]):
            lines[json.dumps({**case, **first})] = None
    return list(lines)


def main() -> None:
    """Record all types and write the file."""
    warnings.simplefilter("ignore")  # PyTorch warns of what it still accepts
    torch.set_num_threads(1)
    lines = []
    for name in draw_recurrent.TYPES:
        found = cases_of(name)
        accepted = sum('"accepted": true' in line for line in found)
        print(f"{name}: {len(found)} cases, {accepted} accepted", flush=True)
        lines += found
    text = "".join(f"{line}\n" for line in lines)
    # mtime 0 and no file name: the same cases are the same file, byte for byte
    file = FOLDER / "operators-recurrent.jsonl.gz"
    file.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    print(f"{len(lines)} cases")


if __name__ == "__main__":
    main()
