"""Bundled networks with decoders at sizes that they were not written for, against PyTorch's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from folders import RECORDS

import shapecalc
from shapecalc.problems.problem import SpecError

RUNS = [
    json.loads(line) for line in (RECORDS / "sizes.jsonl").read_text(encoding="utf-8").splitlines()
]


def test_each_network_has_twenty_sizes_and_some_are_refused() -> None:
    names = [run["network"] for run in RUNS]
    assert {name: names.count(name) for name in names} == dict.fromkeys(names, 20)
    assert len(set(names)) == 4
    assert not all(run["accepted"] for run in RUNS)


@pytest.mark.parametrize(
    "run", RUNS, ids=lambda run: "{network}@{input[1]}x{input[2]}".format(**run)
)
def test_what_pytorch_runs_is_run_to_the_same_sizes_and_what_it_refuses_is_refused(
    run: dict[str, Any],
) -> None:
    channels, height, width = run["input"]
    spec = shapecalc.load(run["network"])
    if not run["accepted"]:
        with pytest.raises(SpecError):
            spec.summary([height, width, channels])
        return
    summary = spec.summary([height, width, channels])
    outputs = [list(shape.chw) for shape in summary.outputs.values()]
    assert sorted(outputs) == sorted(run["outputs"])  # a pyramid's are in another order there
    assert summary.macs == run["macs"]
