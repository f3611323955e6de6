"""`--dtype` and `--fuse`: the bytes that are counted, and what is said of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from running import run

from shapecalc.cli import completion
from shapecalc.cli.options import DTYPES

SPEC = """
input: 8x8x4
layers:
  - {type: Conv2d, out_channels: 6, kernel_size: 3, padding: 1, bias: false}
  - {type: BatchNorm2d}
  - {type: ReLU}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "net.yaml").write_text(SPEC)
    (tmp_path / "pool.yaml").write_text("input: 8\nlayers: [{type: Linear, out_features: 1}]")
    return tmp_path


def totals(folder: Path, *more: str, spec: str = "net.yaml") -> dict[str, str]:
    """What the table says of the network: texts by labels."""
    figures = run("table", spec, *more, folder=folder).out.split("\n\n")[-1]
    return dict(re.split(r"  +", line, maxsplit=1) for line in figures.splitlines())


def test_what_was_fused_is_said_under_the_table(folder: Path) -> None:
    assert "Fused" not in totals(folder)
    assert totals(folder, "--fuse")["Fused"] == "1 BatchNorm2d, 1 ReLU"
    assert totals(folder, "--fuse", "--lang", "zh")["融合"] == "1 BatchNorm2d,1 ReLU"
    assert totals(folder, "--fuse", spec="pool.yaml")["Fused"] == "nothing"


def test_each_total_has_the_type_of_its_numbers(folder: Path) -> None:
    words = ["--dtype", "weights=int4,activations=float16"]
    found = totals(folder, *words)
    assert found["Weights"] == "121 bytes (int4)"
    assert found["Activations"] == "2304 bytes (float16)"
    assert found["Peak memory"].startswith("1536 bytes at ")
    fused = totals(folder, *words, "--fuse")
    assert fused["Weights"] == "111 bytes (int4)"
    assert fused["Activations"] == "768 bytes (float16)"
    assert fused["Peak memory"].startswith("1280 bytes at ")


@pytest.mark.parametrize("to", ["json", "csv", "markdown"])
def test_every_format_has_the_bytes_of_what_is_fused(folder: Path, to: str) -> None:
    more = () if to == "json" else ("--columns", "name,activation_bytes")
    words = ["export", "net.yaml", "--to", to, *more, "--dtype", "int8", "--fuse"]
    fused = run(*words, folder=folder).out
    plain = run(*words[:-1], folder=folder).out
    row = '"activation_bytes": 384' if to == "json" else "384"
    assert plain.count(row) > fused.count(row) > 0
    if to == "json":
        content = json.loads(fused)
        assert (content["dtype"], content["fuse"]) == ("int8", True)
        assert [layer["activation_bytes"] for layer in content["layers"]] == [384, 0, 0]
        assert content["totals"]["peak_memory"] == 256 + 384


@pytest.mark.parametrize(
    ("dtype", "said"),
    [
        ("half", "unknown dtype 'half'; write float16"),
        ("int9", "unknown dtype 'int9'; did you mean 'int4'?"),
        ("weights=int8,weights=int8", "the dtype of weights is given twice"),
    ],
)
def test_another_word_is_an_error_of_usage(folder: Path, dtype: str, said: str) -> None:
    result = run("table", "net.yaml", "--dtype", dtype, folder=folder)
    assert (result.status, result.out) == (2, "")
    assert said in result.err
    assert "None" not in result.err


def test_the_help_lists_every_type(folder: Path) -> None:
    words = run("table", "--help", folder=folder).out.split()
    assert {dtype for dtype in DTYPES if f"{dtype}," in words or f"{dtype}." in words} == {*DTYPES}


@pytest.mark.parametrize(
    ("begun", "values"),
    [
        ("uin", ["uint8"]),
        ("weights=int", [f"weights=int{bits}" for bits in (64, 32, 16, 8, 4)]),
        ("w", ["weights="]),
        ("weights=int8,act", ["weights=int8,activations="]),
        ("weights=int8,activations=u", ["weights=int8,activations=uint8"]),
    ],
)
def test_types_are_completed(begun: str, values: list[str]) -> None:
    assert completion.dtypes(None, None, begun) == values  # type: ignore[arg-type] # not used
