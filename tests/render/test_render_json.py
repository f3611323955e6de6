"""The summary as JSON: everything is in it, in order, and nothing in it acts or hides."""

from __future__ import annotations

import json
from typing import Any

import pytest

import shapecalc
from shapecalc.render.json import lines
from shapecalc.tables.document import Options

HEAD = ["shapecalc", "name", "variant", "layout", "batch", "dtype", "fuse", "input", "output"]


def read(text: str, batch: int = 1, dtype: str = "float32", **options: Any) -> dict[str, Any]:
    summary = shapecalc.loads(text).summary(batch=batch, dtype=dtype)
    content: dict[str, Any] = json.loads("\n".join(lines(summary, Options(**options))))
    return content


SPEC = """
name: Small
input: 8x8x3
layers:
  - {name: conv, type: Conv2d, out_channels: 4, kernel_size: 1x3, padding: same, note: a note}
  - name: both
    branches: {a: [{name: relu, type: ReLU}], b: []}
"""


def test_the_whole_summary() -> None:
    content = read(SPEC)
    assert list(content) == [*HEAD, "layers", "totals", "convention"]
    assert [layer["path"] for layer in content["layers"]] == [
        "conv",
        "both",
        "both.a",
        "both.a.relu",
        "both.b",
    ]
    assert [layer["depth"] for layer in content["layers"]] == [0, 0, 1, 2, 1]
    conv = content["layers"][0]
    assert conv["inputs"] == [[8, 8, 3]]
    assert conv["output"] == [8, 8, 4]
    assert (conv["kernel_size"], conv["stride"], conv["padding"]) == ([1, 3], [1, 1], "same")
    assert (conv["params"], conv["macs"], conv["flops"]) == (40, 2304, 4608)
    assert conv["receptive_field"] == {"size": [1, 3], "stride": [1, 1], "offset": [0, -1]}
    assert conv["note"] == "a note"
    assert content["output"] == [8, 8, 8]
    assert content["totals"]["params"] == 40
    assert content["totals"]["peak_memory"] == 4 * (8 * 8 * (4 + 4 + 8))


def test_layout_batch_and_dtype() -> None:
    content = read(SPEC, layout="chw", batch=2, dtype="int8")
    assert content["input"] == [3, 8, 8]
    assert content["layers"][0]["inputs"] == [[3, 8, 8]]
    assert content["layers"][0]["macs"] == 2 * 2304
    assert content["layers"][0]["weight_bytes"] == 40
    assert content["layers"][0]["activation_bytes"] == 2 * 256


def test_several_inputs_and_outputs_are_named() -> None:
    content = read(
        "input: {left: 4, right: 6}\n"
        "layers: [{name: l, type: Linear, out_features: 2, from: left},"
        " {name: r, type: Linear, out_features: 3, from: right}]\n"
        "outputs: [l, r]"
    )
    assert content["input"] == {"left": [4], "right": [6]}
    assert content["output"] == {"l": [2], "r": [3]}


def test_a_fraction_is_text_and_a_large_integer_is_exact() -> None:
    content = read(
        "input: 3000000000x3000000000x1\n"
        "layers: [{type: Conv2d, out_channels: 1, kernel_size: 1},"
        " {type: AdaptiveAvgPool2d, output_size: 4},"
        " {type: ConvTranspose2d, out_channels: 1, kernel_size: 2, stride: 2}]"
    )
    assert content["layers"][0]["macs"] == 9 * 10**18
    small = read(
        "input: 4x1\nlayers: [{type: ConvTranspose1d, out_channels: 1, kernel_size: 2, stride: 2}]"
    )
    assert small["layers"][0]["receptive_field"]["stride"] == ["1/2"]


@pytest.mark.parametrize("name", ["\x1b[31m", "\u202e", "\x9b", "a\nb", "##[error]x", "::error::"])
def test_names_hide_nothing_and_come_back_whole(name: str) -> None:
    text = f"input: 4\nlayers: [{{name: {json.dumps(name)}, type: ReLU}}]"
    written = "\n".join(lines(shapecalc.loads(text).summary(), Options()))
    assert json.loads(written)["layers"][0]["name"] == name
    assert "##[" not in written
    assert all(char.isprintable() for line in written.splitlines() for char in line)
