"""Quantized files of ONNX, which have the figures of the network that they were quantized from."""

from __future__ import annotations

import gzip
import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from fuzz_onnx import KIND
from onnx_writing import INT64, network, node, tensor
from test_onnx import imported, layers, refusal
from test_onnx_recurrent import told

from shapecalc.cli.import_ import HELP
from shapecalc.importers.converting import Imported, convert
from shapecalc.importers.onnx.reading import NEWEST_OPSET

FOLDER = Path(__file__).resolve().parent / "files" / "onnx"
QUANTIZED: dict[str, Any] = json.loads(gzip.decompress((FOLDER / "quantized.json.gz").read_bytes()))
CASES = [(name, how) for name, case in QUANTIZED.items() for how in case["files"]]

RUNTIME = "com.microsoft"
CONV = [tensor("w", [4, 3, 3, 3]), tensor("b", [4])]
SCALES = [tensor("s", [], [0.5]), tensor("z", [], [0], INT64)]
PLAIN = network([node("Conv", "x w b", "a", "c"), node("Relu", "a", "y")], initializers=CONV)


def macs(found: Imported) -> int:
    """All multiply-accumulates."""
    return sum(
        each.layer.macs(tuple(wire.shape for wire in each.inputs), each.outputs)
        for each in found.network.layers
    )


@pytest.mark.parametrize(("name", "how"), CASES)
def test_figures_are_those_of_the_network_before(name: str, how: str) -> None:
    """As ONNX Runtime quantizes what PyTorch exports and counts."""
    found = convert(KIND, b64decode(QUANTIZED[name]["files"][how]), name)
    params = sum(each.params for each in found.network.layers if not each.shares)
    assert (params, macs(found)) == (QUANTIZED[name]["params"], QUANTIZED[name]["macs"])
    assert any("quantized numbers" in remark for remark in found.network.remarks)


def test_numbers_that_are_quantized_in_between() -> None:
    nodes = [
        node("QuantizeLinear", "x s z", "xq"),
        node("DequantizeLinear", "xq s z", "xd"),
        node("DequantizeLinear", "w s z", "wd"),
        node("DequantizeLinear", "b s z", "bd"),
        node("Conv", "xd wd bd", "a", "c"),
        node("QuantizeLinear", "a s z", "aq"),
        node("DequantizeLinear", "aq s z", "ad"),
        node("Relu", "ad", "r"),
        node("QuantizeLinear", "r s z", "rq"),
        node("DequantizeLinear", "rq s z", "y"),
    ]
    assert layers(network(nodes, initializers=CONV + SCALES)) == layers(PLAIN)


def test_operators_that_take_quantized_numbers() -> None:
    nodes = [
        node("QuantizeLinear", "x s z", "q"),
        node("QLinearConv", "q s z w s z s z b", "a", "/stem/Conv_quant"),
        node("DequantizeLinear", "a s z", "d"),
        node("Relu", "d", "y"),
    ]
    data = network(nodes, initializers=CONV + SCALES)
    assert layers(data) == layers(PLAIN)
    assert imported(data).network.layers[0].name == "stem"


def test_numbers_that_are_quantized_as_it_runs() -> None:
    nodes = [
        node("DynamicQuantizeLinear", "x", "q t u"),
        node("ConvInteger", "q w u z", "i", "c"),
        node("Cast", "i", "f", to=1),
        node("Mul", "t s", "scale"),
        node("Mul", "f scale", "a"),
        node("Relu", "a", "y"),
    ]
    found = told(imported(network(nodes, initializers=CONV[:1] + SCALES)))
    assert found == ["Conv2d 6x6x4 108 3888", "ReLU 6x6x4 0 0"]


@pytest.mark.parametrize(
    "nodes",
    [
        [node("Mul", "x t", "r"), node("Add", "r t", "y")],
        [node("MatMulInteger", "q t u", "y")],
        [node("Relu", "q", "r"), node("Identity", "u", "y")],
        [node("DynamicQuantizeLinear", "q", "r y v")],
    ],
)
def test_scales_are_no_tensors_of_a_network(nodes: list[bytes]) -> None:
    data = network([node("DynamicQuantizeLinear", "x", "q t u"), *nodes])
    assert refusal(data)[:5] in ("SC502", "SC503")


@pytest.mark.parametrize("op", ["DynamicQuantizeLSTM", "QAttention", "MatMulNBits"])
def test_what_else_is_quantized_stops(op: str) -> None:
    data = network([node(op, "x w", "y", "n", RUNTIME)], initializers=CONV[:1])
    assert "it computes with quantized numbers" in refusal(data)


def test_the_opsets_that_are_known_are_said() -> None:
    assert f"opsets up to {NEWEST_OPSET}," in HELP
