"""The recorded cases of single layers: what was asked of PyTorch, and what it said."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

Case = dict[str, Any]


def cases(file: Path, step: int = 1) -> Iterator[Case]:
    """The recorded cases of a file, or one in so many."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in islice(lines, 0, None, step):
            yield json.loads(line)


def fields(case: Case) -> dict[str, Any]:
    """PyTorch's arguments as a spec writes them."""
    arguments: dict[str, Any] = case["arguments"]
    if case["type"] == "Linear":
        return {**arguments, "per_position": True}
    if case["type"] in ("LayerNorm", "RMSNorm") and isinstance(arguments["normalized_shape"], int):
        return {**arguments, "normalized_shape": [arguments["normalized_shape"]]}
    return arguments


def inputs_of(case: Case) -> list[list[int]]:
    """The shapes that a case's layer takes: one, but for what joins, and what has no input."""
    return case["inputs"] if "inputs" in case else [case["input"]]


def outputs_of(case: Case) -> list[list[int]]:
    """The shapes that an accepted case's layer puts out: one, but for what parts."""
    return case.get("outputs") or [case["output"]]
