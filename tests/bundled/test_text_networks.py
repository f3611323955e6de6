"""The bundled networks of text and sound against what PyTorch ran of them, layer for layer.

BERT, GPT-2 and the Transformer are those of transformers, CRNN and Deep Speech 2 as their code has
them, each at several lengths, and in a batch.
"""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from click.testing import CliRunner
from folders import RECORDS

import shapecalc
from shapecalc.cli import cli
from shapecalc.problems.problem import SpecError
from shapecalc.shapes.shape import Shape

RUNS: list[dict[str, Any]] = [
    json.loads(line)
    for line in gzip.decompress((RECORDS / "text.jsonl.gz").read_bytes()).splitlines()
]

NO_BUFFERS = ("transformer",)
"""The networks whose record has other buffers: MarianMT has a bias of zeros, and its sines as
weights."""


def label(run: dict[str, Any]) -> str:
    """A run in a word."""
    sizes = ",".join("x".join(map(str, shape)) for shape in run["inputs"].values())
    return f"{run['network']}@{sizes}" + (f"*{run['batch']}" if run["batch"] > 1 else "")


def of_pytorch(shape: list[int]) -> Shape:
    """A shape of the record: an image has its channels first, a sequence last."""
    return Shape.from_chw(tuple(shape)) if len(shape) == 3 else Shape(tuple(shape))


def test_every_family_has_several_lengths_and_a_batch() -> None:
    names = {run["network"] for run in RUNS}
    assert len(names) == 10
    for name in names:
        runs = [run for run in RUNS if run["network"] == name]
        assert len({label(run) for run in runs if run["batch"] == 1}) >= 3
        assert any(run["batch"] > 1 for run in runs)
    assert [label(run) for run in RUNS if not run["accepted"]] == [
        "bert_base@513",
        "bert_large@513",
        "crnn@1x48x100",
    ]


@pytest.mark.parametrize("run", RUNS, ids=label)
def test_layers_and_totals_equal_pytorchs(run: dict[str, Any]) -> None:
    spec = shapecalc.load(run["network"])
    given = {name: of_pytorch(shape) for name, shape in run["inputs"].items()}
    if not run["accepted"]:
        with pytest.raises(SpecError):
            spec.summary(given)
        return
    summary = spec.summary(given, batch=run["batch"])
    ours = [[each.params, each.macs] for each in summary.layers if each.params or each.macs]
    assert ours == [figures for _, *figures in run["layers"]]
    assert (summary.params, summary.macs) == (run["params"], run["macs"])
    if not run["network"].startswith(NO_BUFFERS):
        assert summary.buffers == run["buffers"]
    outputs = [of_pytorch(shape) for shape in run["outputs"]]
    assert list(summary.outputs.values()) == outputs
    assert not summary.remarks


@pytest.mark.parametrize(
    ("name", "longest"), [("bert_base", 512), ("gpt2", 1024), ("gpt2_xl", 1024)]
)
def test_a_text_is_no_longer_than_the_positions_that_are_learned(name: str, longest: int) -> None:
    spec = shapecalc.load(name)
    assert spec.summary(longest).params == spec.summary(1).params
    with pytest.raises(SpecError) as caught:
        spec.summary(longest + 1)
    (problem,) = caught.value.problems
    assert problem.code == "SC209"
    assert spec.summary(longest + 1, {"positions": longest + 1}).params > spec.summary().params


def test_a_length_is_no_number_of_channels() -> None:
    """No warning says that a text has other channels than that of the spec."""
    result = CliRunner().invoke(cli, ["table", "bert_base", "--input", "384"])
    assert result.exit_code == 0
    assert "384x768" in result.output
    assert "warning" not in result.output
