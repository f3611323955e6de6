"""The bundled networks with attention of their own against what PyTorch called of torchvision's.

Each call that took weights must be found among our layers, in the same order, with the same
params, multiply-accumulates and sizes of its output, which may be laid out otherwise; so must each
learned tensor that is no layer's, and the products of two tensors, in any order.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from math import prod
from typing import Any, NamedTuple

import pytest
from folders import RECORDS

import shapecalc
from shapecalc.inference.inferred import InferredLayer

CALLS = RECORDS / "function_calls"

TYPES = {
    "linear": "Linear",
    "conv2d": "Conv2d",
    "conv3d": "Conv3d",
    "layer_norm": "LayerNorm",
    "batch_norm": "BatchNorm2d",
}
"""The layers that functions with weights are; any other function takes a learned tensor."""

LEARNED_TENSORS = {"Parameter", "Embedding"}
"""The layers that a learned tensor is: where an index picks rows of it, an Embedding."""

PRODUCTS = {"matmul", "einsum"}

NAMES = sorted(path.name.removesuffix(".json.gz") for path in CALLS.glob("*.json.gz"))

AT_ONCE = {"swin3d_t@5x64x100", "maxvit_t", "mvit_v1_b", "raft_small"}
"""The records that a plain run compares."""

every_record = pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in AT_ONCE else pytest.mark.slow) for name in NAMES],
)


class Row(NamedTuple):
    """What is compared of a layer: its sizes are in order, those of 1 left out."""

    type: str
    params: int
    macs: int
    sizes: list[int]


def record(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(gzip.decompress((CALLS / f"{name}.json.gz").read_bytes()))
    return content


def sizes(shape: list[int]) -> list[int]:
    return sorted(size for size in shape if size > 1)


def recorded_rows(calls: list[dict[str, Any]]) -> list[Row]:
    """The calls of layers; one that runs again has its params the first time."""
    return [
        Row(
            TYPES[call["function"]],
            sum(map(prod, call["weights"].values())),
            call["macs"],
            sizes(call["out"][0]),
        )
        for call in calls
        if call["function"] in TYPES
    ]


def our_rows(layers: list[InferredLayer]) -> list[Row]:
    return [
        Row(node.type, node.params, node.macs, sizes(list(node.outputs[0].chw)))
        for node in layers
        if node.type in TYPES.values()
    ]


def recorded_products(calls: list[dict[str, Any]]) -> Counter[int]:
    return Counter(call["macs"] for call in calls if call["function"] in PRODUCTS)


def our_products(layers: list[InferredLayer]) -> Counter[int]:
    """The MACs of each product: attention has two, of as many where values are as wide as keys."""
    found: Counter[int] = Counter()
    for node in layers:
        if node.type == "ScaledDotProductAttention":
            found[node.macs // 2] += 2
        elif node.type == "MatMul":
            found[node.macs] += 1
    return found


@every_record
def test_layers_products_and_totals_equal_pytorchs(name: str) -> None:
    content = record(name)
    calls = content["calls"]
    spec = shapecalc.load(name.partition("@")[0])
    summary = spec.summary()
    if "@" in name:
        shapes = [[*spatial, channels] for channels, *spatial in content["input"]]
        summary = spec.summary(dict(zip(summary.inputs, shapes, strict=True)))
    assert [list(shape.chw) for shape in summary.inputs.values()] == content["input"]
    assert our_rows(summary.layers) == recorded_rows(calls)
    assert our_products(summary.layers) == recorded_products(calls)
    loose = [
        weight
        for call in calls
        if call["function"] not in TYPES
        for weight in call["weights"].values()
    ]
    tensors = [node.params for node in summary.layers if node.type in LEARNED_TENSORS]
    assert tensors == list(map(prod, loose))
    totals = (summary.params, summary.buffers, summary.macs)
    assert totals == tuple(content[key] for key in ("params", "buffers", "macs"))
    outputs = [list(shape.chw) for shape in summary.outputs.values()]
    assert outputs == content["outputs"]


def test_every_record_has_all_its_figures_in_its_calls() -> None:
    for name in NAMES:
        content = record(name)
        calls = content["calls"]
        assert sum(call["macs"] for call in calls) == content["macs"]
        weights = [weight for call in calls for weight in call["weights"].values()]
        assert sum(map(prod, weights)) == content["params"]
        assert {call["function"] for call in calls if call["macs"]} <= {*TYPES, *PRODUCTS}
