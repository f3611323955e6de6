"""Draw random encoders and decoders of torch.nn, and record what PyTorch says of them.

    pip install torch
    python tests/pytorch/record_transformers.py

Writes `transformers.jsonl.gz` beside this file (the README there says what is in it). The draws are
seeded: the same release of PyTorch gives the same file.
"""

from __future__ import annotations

import json
import warnings
from random import Random

import draw_transformers
import torch_transformers
from recording import FOLDER, write

COUNT = 600


def main() -> None:
    """Record all cases."""
    warnings.simplefilter("ignore")  # of nested tensors, which are for other inputs
    random = Random("transformers")
    cases = [draw_transformers.case(random) for _ in range(COUNT)]
    found = [{**case, **torch_transformers.verdict(case)} for case in cases]
    write(FOLDER / "transformers.jsonl.gz", map(json.dumps, found))
    print(f"{COUNT} cases, {sum(each['accepted'] for each in found)} accepted")


if __name__ == "__main__":
    main()
