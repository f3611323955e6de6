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

from functools import partial
from random import Random
from typing import Any

import draw_recurrent
import torch
import torch_layers
from recording import FOLDER, agreed, record_types

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


def verdicts(case: dict[str, Any]) -> list[dict[str, Any]]:
    """What it comes to at two batch sizes."""
    return [verdict(case, 2), verdict(case, 3)]


def drawn(name: str, random: Random) -> dict[str, Any]:
    """A random layer of a type."""
    fields, inputs = draw_recurrent.layer(name, random)
    return {"type": name, "arguments": fields, "inputs": inputs}


def main() -> None:
    """Record all types and write the file."""
    counts = dict.fromkeys(draw_recurrent.TYPES, COUNT)
    cases_of = partial(agreed, drawn, verdicts)
    record_types(FOLDER / "operators-recurrent.jsonl.gz", counts, cases_of)


if __name__ == "__main__":
    main()
