"""Draw random layers as a spec has them, and record what PyTorch comes to.

    pip install torch
    python tests/pytorch/record_weights.py operators-weights
    python tests/pytorch/record_weights.py operators-attention

Writes a record beside this file (the README there says what is in each). Fixed weights are
buffers, reparametrized ones those of torch.nn.utils.parametrizations; what is padded a side is
padded before the layer. `torch_layers.py` runs them. The draws are seeded: the same release of
PyTorch gives the same file.
"""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import argparse
from functools import partial
from random import Random
from typing import Any

import draw_specs
import draw_weights
import torch
import torch_layers
from recording import FOLDER, agreed, record_types

TYPES = {
    "operators-weights": {
        **dict.fromkeys((*draw_weights.WEIGHTED, *draw_weights.PADDED, *draw_weights.OWN), 160),
        "MatMul": 2000,
        "GridSample": 1000,
        "SlidingWindow": 1000,
        "IndexSelect": 1000,
    },
    "operators-attention": {
        "ScaledDotProductAttention": 1500,
        "MultiheadAttention": 1500,
        "GlobalResponseNorm": 200,
    },
}
"""The records, and how many cases of each type they have."""

RUNS = ((2, False), (3, True))
"""Batch size, whether gradients are wanted: every run must agree."""


def drawn(name: str, random: Random) -> dict[str, Any]:
    """A layer of a type that has more than torch.nn's fields, or is none of its classes."""
    case = draw_specs.drawn(name, random)
    fields = case.fields
    if name not in draw_specs.OWN:
        fields = draw_weights.with_extras(name, fields, random)
    if name == "Linear":
        fields.pop("per_position", None)
    inputs = case.inputs
    return {
        "type": name,
        "arguments": fields,
        **({"input": inputs[0]} if len(inputs) == 1 else {"inputs": inputs}),
    }


def verdict(case: dict[str, Any], batch: int, gradients: bool) -> dict[str, Any]:
    """What PyTorch comes to: `accepted` and the figures, or a `reason`."""
    shapes = case["inputs"] if "inputs" in case else [case["input"]]
    fields = dict(case["arguments"])
    if case["type"] == "Linear":
        fields["per_position"] = True
    try:
        with torch.set_grad_enabled(gradients):
            inputs = [torch.zeros(batch, *shape) for shape in shapes]
            ran = torch_layers.run(case["type"], fields, inputs)
    except Exception as error:  # constructors and layers raise many kinds
        return {"accepted": False, "reason": str(error).split("\n")[0][:160]}
    (output,) = ran.outputs
    costs = {"params": ran.params, "buffers": ran.buffers, "macs": ran.macs}
    return {"accepted": True, "output": list(output.shape[1:]), **costs}


def verdicts(case: dict[str, Any]) -> list[dict[str, Any]]:
    """What it comes to in every run."""
    return [verdict(case, *run) for run in RUNS]


def main() -> None:
    """Record all types and write the file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("record", choices=TYPES, help="which record")
    record: str = parser.parse_args().record
    cases_of = partial(agreed, drawn, verdicts)
    record_types(FOLDER / f"{record}.jsonl.gz", TYPES[record], cases_of)


if __name__ == "__main__":
    main()
