"""Draw random single layers and record what PyTorch says of them on the CPU.

    pip install torch
    python tests/pytorch/record_operators.py operators-more
    python tests/pytorch/record_operators.py operators-axes
    python tests/pytorch/record_operators.py --like operators.jsonl.gz -o like.jsonl.gz

Writes a record beside this file (the README there says what is in each), or with --like one of the
types of another, as often. The draws are seeded: the same release of PyTorch gives the same file.

A case is left out where the verdict or the shape depends on the size of the batch, on the back-end
(oneDNN or PyTorch's own kernels) or on whether gradients are wanted; where the batch is not the
first axis of the output any more; where a tensor is empty; and where PyTorch lets a layer pass on
more axes than its name says, as Dropout2d on a volume; and where what is made of one of a batch
depends on the others.
"""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import argparse
import gzip
import inspect
import json
from collections import Counter
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import operator_draws
import torch
import torch_layers
from recording import FOLDER, record_types
from torch.utils.flop_counter import FlopCounterMode

# batch size, whether oneDNN may be used, whether gradients are wanted: every run must agree
RUNS = ((2, False, False), (1, True, False), (3, True, True))

FEATURES_LAST = ("Linear",)
"""Types whose tensors have the features as last axis, but whose recorded shapes have them first."""


class NotRecordableError(Exception):
    """The case depends on what the record does not hold."""


def function_verdict(case: dict[str, Any], batch: int, gradients: bool) -> dict[str, Any]:
    """As `verdict`, of a type that is a function of tensors: `outputs`, `params` and `macs`."""
    torch.manual_seed(0)
    inputs = [torch.rand(batch, *shape) for shape in case.get("inputs") or [case["input"]]]
    try:
        with torch.set_grad_enabled(gradients), FlopCounterMode(display=False) as counter:
            module = torch_layers.build(case["type"], case["arguments"], inputs)
            outputs = in_parts(module(*inputs))
    except Exception as error:  # they raise many kinds
        return {"accepted": False, "reason": str(error).split("\n")[0][:160]}
    firsts = in_parts(module(*[input[:1] for input in inputs]))
    for output, first in zip(outputs, firsts, strict=True):
        if output.dim() < 2 or not output.numel() or len(output) != batch:
            raise NotRecordableError
        if not torch.equal(output[:1], first):
            raise NotRecordableError
    return {
        "accepted": True,
        "outputs": [list(output.shape[1:]) for output in outputs],
        "params": sum(parameter.numel() for parameter in module.parameters()),
        "macs": counter.get_total_flops() // (2 * batch),
    }


def in_parts(output: Any) -> list[torch.Tensor]:
    """What a layer puts out, as a list."""
    return list(output) if isinstance(output, tuple | list) else [output]


def verdict(case: dict[str, Any], batch: int, onednn: bool, gradients: bool) -> dict[str, Any]:
    """What PyTorch says of a case in one run: `accepted`, and `output` and `params` or `reason`."""
    if case["type"] in torch_layers.FUNCTIONS:
        return function_verdict(case, batch, gradients)
    cls = getattr(torch.nn, case["type"])
    arguments = {
        name: tuple(value) if isinstance(value, list) else value  # as a program writes them
        for name, value in case["arguments"].items()
    }
    inspect.signature(cls).bind(**arguments)  # a misspelt argument is not PyTorch's refusal
    features_last = case["type"] in FEATURES_LAST
    inputs = []
    for shape in case.get("inputs") or [case["input"]]:
        if case["type"] == "Embedding":
            inputs.append(torch.zeros(batch, *shape, dtype=torch.long))
            continue
        order = (*shape[1:], shape[0]) if features_last else shape
        inputs.append(torch.zeros(batch, *order))
    try:
        layer = cls(**arguments).eval()
        with torch.set_grad_enabled(gradients), torch.backends.mkldnn.flags(enabled=onednn):
            output = layer(*inputs)
    except Exception as error:  # constructors and layers raise many kinds
        return {"accepted": False, "reason": str(error).split("\n")[0][:160]}
    extents = list(output.shape)
    if extents[0] != batch or 0 in extents:
        raise NotRecordableError
    extents = extents[1:]
    if features_last or case["type"] == "Embedding":
        extents = [extents[-1], *extents[:-1]]
    params = sum(parameter.numel() for parameter in layer.parameters())
    return {"accepted": True, "output": extents, "params": params}


def another_number_of_features(case: dict[str, Any]) -> str | None:
    """What is wrong where a norm without weights and statistics does not look at its features."""
    features = case["arguments"].get("num_features")
    channels = case["input"][0] if "input" in case else None
    if features is None or features == channels:
        return None
    return f"num_features is {features}, but the input has {channels}"


def more_axes_than_named(case: dict[str, Any]) -> bool:
    """Whether the input has more spatial axes than the type's name says: 2 for Conv2d."""
    name = case["type"]
    return name[-2:-1].isdigit() and len(case["input"]) - 1 > int(name[-2])


def record(case: dict[str, Any]) -> dict[str, Any]:
    """The case with its verdict. Raises NotRecordableError."""
    runs = [verdict(case, *run) for run in RUNS]
    first = runs[0]
    keys = ("accepted", "output", "outputs", "params", "macs")
    for run in runs[1:]:
        if [run.get(key) for key in keys] != [first.get(key) for key in keys]:
            raise NotRecordableError
    if first["accepted"] and more_axes_than_named(case):
        raise NotRecordableError
    mismatch = another_number_of_features(case)
    if first["accepted"] and mismatch:
        return {**case, "accepted": False, "reason": mismatch}
    return {**case, **first}


def counts_of(file: Path) -> dict[str, int]:
    """How many cases of each type a record has."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return dict(Counter(json.loads(line)["type"] for line in lines))


def cases_of(name: str, count: int, seed: str = "") -> list[str]:
    """`count` different recorded cases of a layer type, a JSON object each, or fewer if rare."""
    random = Random(name + seed)
    lines: dict[str, None] = {}
    for _ in range(10 * count):
        if len(lines) == count:
            break
        case = {"type": name, **operator_draws.draw(name, random)}
        try:
            lines[json.dumps(record(case))] = None
        except NotRecordableError:
            continue
    return list(lines)


def main() -> None:
    """Record all types and write the file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("record", nargs="?", choices=operator_draws.COUNTS, help="which record")
    parser.add_argument("-o", "--output", type=Path, help="another file for it")
    parser.add_argument("--like", type=Path, help="as many cases of each type as this record has")
    parser.add_argument("--most", type=int, help="no more cases of a type than so many")
    parser.add_argument("--seed", default="", help="other cases")
    options = parser.parse_args()
    if options.like is None and options.record is None:
        parser.error("say which record")
    counts = counts_of(options.like) if options.like else operator_draws.COUNTS[options.record]
    record_types(
        options.output or FOLDER / f"{options.record}.jsonl.gz",
        {name: min(count, options.most or count) for name, count in counts.items()},
        partial(cases_of, seed=options.seed),
    )


if __name__ == "__main__":
    main()
