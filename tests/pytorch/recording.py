"""What scripts that record random layers share: which cases they keep, and how they write them."""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import gzip
import json
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import torch

FOLDER = Path(__file__).resolve().parent

Case = dict[str, Any]


def agreed(
    drawn: Callable[[str, Random], Case],
    verdicts: Callable[[Case], Sequence[Case]],
    name: str,
    count: int,
) -> list[str]:
    """Different recorded cases of a type, a JSON object each: those on which both runs agree."""
    random = Random(name)
    lines: dict[str, None] = {}
    while len(lines) < count:
        case = drawn(name, random)
        first, second = verdicts(case)
        if first == second or (not first["accepted"] and not second["accepted"]):
            lines[json.dumps({**case, **first})] = None
    return list(lines)


def write(file: Path, lines: Iterable[str]) -> None:
    """Write a JSON object a line: the same lines are the same file, byte for byte."""
    text = "".join(f"{line}\n" for line in lines)
    file.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))  # and no file name


def record_types(
    file: Path, counts: Mapping[str, int], cases_of: Callable[[str, int], list[str]]
) -> None:
    """Record so many cases of each type, and write the file."""
    warnings.simplefilter("ignore")  # PyTorch warns of what it still accepts
    torch.set_num_threads(1)
    lines = []
    for name, count in counts.items():
        found = cases_of(name, count)
        accepted = sum('"accepted": true' in line for line in found)
        print(f"{name}: {len(found)} cases, {accepted} accepted", flush=True)
        lines += found
    write(file, lines)
    print(f"{len(lines)} cases")
