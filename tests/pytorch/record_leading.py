"""Draw random layers with leading axes, and record what PyTorch comes to on each part.

    pip install torch
    python tests/pytorch/record_leading.py

Writes `operators-leading.jsonl.gz` beside this file (the README there says what is in it). The
leading axes are folded into the batch before the layer, and unfolded after it: `torch_leading.py`.
The draws are seeded: the same release of PyTorch gives the same file.
"""

from __future__ import annotations

from functools import partial
from random import Random
from typing import Any

import draw_specs
from draw_norms import group_norm, last_axes_norm, statistics_norm
from draw_resizing import padding, upsample
from draw_windows import adaptive_pooling, convolution, pooling
from operator_draws import MODULES
from record_weights import verdicts
from recording import FOLDER, agreed, record_types

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


def main() -> None:
    """Record all types and write the file."""
    cases_of = partial(agreed, drawn, verdicts)
    record_types(FOLDER / "operators-leading.jsonl.gz", dict.fromkeys(TYPES, COUNT), cases_of)


if __name__ == "__main__":
    main()
