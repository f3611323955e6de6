"""Write layers as programs do and record what PyTorch makes of them.

    pip install torch
    python tests/pytorch/record_calls.py

Writes `calls.jsonl.gz` beside this file (the README there says what is in it). The draws are
seeded: the same release of PyTorch gives the same file.
"""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import gzip
import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from random import Random

import draw_calls
import operator_draws

FILE = Path(__file__).resolve().parent / "calls.jsonl.gz"

DRAWS = 2
"""The draws of a type, of which each is written in several forms."""

TRIES = 100
"""The draws of which as many are looked for that PyTorch accepts."""

NETWORKS = 40


def texts(seed: str, draws: int, networks: int) -> Iterator[draw_calls.Written]:
    """Layers in every form: so many draws of each type, the examples of the documentation, and
    random networks."""
    for name in operator_draws.COUNTS["operators-more"]:
        yield from draw_calls.documented(name)
        random = Random(name + seed)
        found = filter(None, (list(draw_calls.drawn(name, random)) for _ in range(TRIES)))
        for _, forms in zip(range(draws), found, strict=False):
            yield from forms
    for index in range(networks):
        yield from draw_calls.networks(Random(f"{seed}{index}"))


def main() -> None:
    """Record what is made of each text."""
    warnings.simplefilter("ignore")
    lines: dict[str, None] = {}
    for written in texts("", DRAWS, NETWORKS):
        try:
            output, params, _ = draw_calls.made(written)
        except (TypeError, RuntimeError):  # an example that is not of one input
            continue
        told = {"form": written.form, "text": written.text, "input": written.input}
        lines[json.dumps({**told, "output": output, "params": params})] = None
    with gzip.GzipFile(FILE, "wb", mtime=0) as file:
        file.writelines(f"{line}\n".encode() for line in lines)


if __name__ == "__main__":
    main()
