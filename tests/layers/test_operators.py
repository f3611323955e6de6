"""Single layers against what PyTorch said of them: verdict, output shapes and costs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from folders import RECORDS
from layer_cases import make
from operator_cases import Case, cases, fields, inputs_of, outputs_of

from shapecalc.problems.problem import Refusal
from shapecalc.shapes import shape

FILES = sorted(RECORDS.glob("operators*.jsonl.gz"))


COSTS = ("params", "buffers", "macs")
"""The figures of a case; a record may have but the first."""

Verdict = tuple[Any, ...]


def verdict(case: Case) -> Verdict:
    """What we say of a case: the shapes put out and the figures, or the reason we refuse."""
    try:
        inputs = tuple(shape.parse_shape(input[1:] + input[:1]) for input in inputs_of(case))
        layer = make(case["type"], **fields(case))
        outputs = layer.infer(inputs)
    except Refusal as refusal:
        return ("refused", str(refusal))
    found = (layer.params(inputs), layer.buffers(inputs), layer.macs(inputs, outputs))
    costs = [cost for name, cost in zip(COSTS, found, strict=True) if name in case]
    return ("accepted", [list(output.chw) for output in outputs], *costs)


def recorded(case: Case) -> Verdict:
    """What PyTorch said of a case."""
    if case["accepted"]:
        return ("accepted", outputs_of(case), *(case[name] for name in COSTS if name in case))
    return ("refused", case["reason"])


def wants_a_batch(case: Case) -> bool:
    """Whether PyTorch refused an image only because it had no batch in front.

    ReflectionPad2d takes six numbers, of which the last two pad the channels, for a batch of
    images alone. One case was recorded without a batch; the same with one is accepted.
    """
    reason: str = case.get("reason", "")
    return case["type"] == "ReflectionPad2d" and "for 3D input tensor" in reason


def agree(ours: Verdict, theirs: Verdict) -> bool:
    """Whether two verdicts are the same. The words of a refusal are each one's own."""
    return ours == theirs or ours[0] == theirs[0] == "refused"


@pytest.mark.parametrize("step", [19, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_recorded_case_is_as_pytorch_has_it(file: Path, step: int) -> None:
    differing = [
        f"{case['type']} {case['arguments']} on {inputs_of(case)}: "
        f"ours {verdict(case)}, PyTorch's {recorded(case)}"
        for case in cases(file, step)
        if not agree(verdict(case), recorded(case)) and not wants_a_batch(case)
    ]
    assert not differing, "\n".join([f"{len(differing)} cases differ:", *differing[:20]])


@pytest.mark.slow
def test_the_records_are_whole() -> None:
    found = list(cases(RECORDS / "operators.jsonl.gz"))
    assert len(found) == 18_186
    assert sum(map(wants_a_batch, found)) == 1
