"""`--dtype` and `--fuse`: the bytes that are counted, and what is said of them."""

from __future__ import annotations

import json
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


def total(folder: Path, *more: str) -> str:
    return run("table", "net.yaml", *more, folder=folder).out.splitlines()[-1]


def test_what_was_fused_is_said_under_the_table(folder: Path) -> None:
    assert "fused" not in total(folder)
    assert total(folder, "--fuse").endswith("; fused: 1 BatchNorm2d, 1 ReLU")
    assert total(folder, "--fuse", "--lang", "zh").endswith(";融合:1 BatchNorm2d,1 ReLU")
    assert run("table", "pool.yaml", "--fuse", folder=folder).out.endswith("; fused: nothing\n")


def test_each_total_has_the_type_of_its_numbers(folder: Path) -> None:
    words = ["--columns", "name,weights,memory", "--dtype", "weights=int4,activations=float16"]
    assert total(folder, *words).endswith(
        "121 bytes of weights (int4), 2,304 bytes of outputs (float16), at most 1,536 alive at once"
    )
    assert total(folder, *words, "--fuse").endswith(
        "111 bytes of weights (int4), 768 bytes of outputs (float16), at most 1,280 alive at once; "
        "fused: 1 BatchNorm2d, 1 ReLU"
    )


@pytest.mark.parametrize("to", ["json", "csv", "markdown"])
def test_every_format_has_the_bytes_of_what_is_fused(folder: Path, to: str) -> None:
    more = () if to == "json" else ("--columns", "name,memory")
    words = ["export", "net.yaml", "--to", to, *more, "--dtype", "int8", "--fuse"]
    fused = run(*words, folder=folder).out
    plain = run(*words[:-1], folder=folder).out
    assert plain.count("384") > fused.count("384") > 0
    if to == "json":
        content = json.loads(fused)
        assert (content["dtype"], content["fuse"]) == ("int8", True)
        assert [layer["memory"] for layer in content["layers"]] == [384, 0, 0]
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
