"""Attention that exporters of ONNX write out, and products that are none."""

from __future__ import annotations

from typing import Any

import pytest
from onnx_writing import graph, integers, model, node, tensor, value
from test_onnx import imported
from test_onnx_attention import HEADS, LENGTH, MACS, SEEN, SIZE, WIDE, attentions
from test_onnx_recurrent import told

FLOAT = 1
APART = [
    value("q", (1, HEADS, LENGTH, SIZE)),
    value("k", (1, HEADS, SIZE, SEEN)),
    value("v", (1, HEADS, SEEN, WIDE)),
]
ROOT = SIZE**-0.5


def number(name: str, one: float) -> bytes:
    """A constant that is one number."""
    return tensor(name, [], [one], FLOAT)


SCORES = {
    "factors of both": (["Mul q a qa", "Mul k b kb", "MatMul qa kb s"], ROOT**0.5, ROOT**0.5),
    "a factor before": (["Mul a q qa", "MatMul qa k s"], ROOT, 1),
    "a divisor before": (["Div q a qa", "MatMul qa k s"], 1 / ROOT, 1),
    "a factor after": (["MatMul q k r", "Mul r a s"], ROOT, 1),
    "a divisor after": (["MatMul q k r", "Div r a s"], 1 / ROOT, 1),
}
MASKS = {"none": [], "added": ["Add s m t"], "added to": ["Add m s t"]}


def written_out(lines: list[str], inputs: list[bytes], *constants: bytes, opset: int = 17) -> bytes:
    """A file of nodes: each an operator, its inputs, and its output."""
    nodes = []
    for line in lines:
        op, *names, output = line.split()
        axis: dict[str, Any] = {"axis": int(names.pop())} if op == "Softmax" else {}
        nodes.append(node(op, names, output, **axis))
    return model(graph(nodes, inputs, [value("y", None)], constants), opset)


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("scores", SCORES)
def test_products_with_a_softmax_between(scores: str, mask: str) -> None:
    lines, first, second = SCORES[scores]
    last = "t" if MASKS[mask] else "s"
    lines = [*lines, *MASKS[mask], f"Softmax {last} -1 p", "MatMul p v y"]
    mask_input = [value("m", (1, HEADS, LENGTH, SEEN))] if MASKS[mask] else []
    data = written_out(lines, [*APART, *mask_input], number("a", first), number("b", second))
    found = imported(data)
    assert attentions(found) == [f"ScaledDotProductAttention {HEADS}x{LENGTH}x{WIDE} 0 {MACS}"]
    (layer,) = [each for each in found.network.layers if each.layer.type.name.startswith("Scaled")]
    assert "scale" not in layer.fields
    assert len(layer.inputs) == (4 if MASKS[mask] else 3)


def test_another_factor_is_said() -> None:
    found = imported(written_out(["MatMul q k s", "Softmax s -1 p", "MatMul p v y"], APART))
    assert found.network.layers[-1].fields == {"scale": 1.0}


@pytest.mark.parametrize(("opset", "axis", "is_one"), [(17, 3, True), (17, 2, False)])
def test_the_softmax_is_over_the_keys(opset: int, axis: int, is_one: bool) -> None:
    lines = ["MatMul q k s", f"Softmax s {axis} p", "MatMul p v y"]
    found = imported(written_out(lines, APART, opset=opset))
    assert bool(attentions(found)) == is_one
    assert sum(layer.layer.type.name == "MatMul" for layer in found.network.layers) == (
        0 if is_one else 2
    )


@pytest.mark.parametrize("turned", [True, False])
def test_heads_side_by_side_stay_so(turned: bool) -> None:
    sizes = {"q": (LENGTH, SIZE), "k": (SEEN, SIZE), "v": (SEEN, WIDE)}
    nodes, constants = [], []
    for name, (length, size) in sizes.items():
        perm = [0, 2, 3, 1] if name == "k" and turned else [0, 2, 1, 3]
        constants.append(integers(f"{name} apart", [1, length, HEADS, size]))
        nodes.append(node("Reshape", [name, f"{name} apart"], f"{name}r"))
        nodes.append(node("Transpose", [f"{name}r"], f"{name}t", perm=perm))
    if not turned:
        nodes.append(node("Transpose", ["kt"], "kk", perm=[0, 1, 3, 2]))
    constants += [number("a", ROOT), integers("together", [1, LENGTH, HEADS * WIDE])]
    nodes += [
        node("MatMul", ["qt", "kt" if turned else "kk"], "s"),
        node("Mul", ["s", "a"], "sa"),
        node("Softmax", ["sa"], "p", axis=-1),
        node("MatMul", ["p", "vt"], "o"),
        node("Transpose", ["o"], "ot", perm=[0, 2, 1, 3]),
        node("Reshape", ["ot", "together"], "y"),
    ]
    inputs = [value(name, (1, length, HEADS * size)) for name, (length, size) in sizes.items()]
    found = imported(model(graph(nodes, inputs, [value("y", None)], constants), 17))
    own = [each for each in told(found) if not each.startswith("Permute")]  # of the inputs
    assert own == [f"ScaledDotProductAttention {LENGTH}x{HEADS * WIDE} 0 {MACS}"]
    assert found.network.layers[-1].fields == {"num_heads": HEADS}


def test_a_learned_bias_of_the_scores_is_kept() -> None:
    lines = ["MatMul q k s", "Add s bias t", "Softmax t -1 p", "MatMul p v y"]
    bias = tensor("bias", [1, HEADS, LENGTH, SEEN])
    found = imported(written_out(lines, APART, bias))
    assert sum(layer.params for layer in found.network.layers) == HEADS * LENGTH * SEEN
    (layer,) = [each for each in found.network.layers if each.layer.type.name.startswith("Scaled")]
    assert len(layer.inputs) == 4


@pytest.mark.parametrize(
    "lines",
    [
        ["MatMul q k s", "Softmax s -1 p", "MatMul p w y"],  # with a weight
        ["MatMul q k r", "Mul r f s", "Softmax s -1 p", "MatMul p v y"],  # a factor that is learned
        ["MatMul q k s", "Softmax s -1 p", "MatMul p v o", "Add o p2 y", "MatMul p one p2"],
    ],
)
def test_other_products_stay(lines: list[str]) -> None:
    data = written_out(
        lines,
        APART,
        tensor("w", [SEEN, WIDE]),
        tensor("f", [HEADS, 1, 1]),
        tensor("one", [SEEN, WIDE]),
    )
    found = imported(data)
    assert attentions(found) == []
    assert "MatMul" in {layer.layer.type.name for layer in found.network.layers}
