"""Attention as ONNX Runtime has it, with its projections or without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.onnx.attention import attended, heads_apart, said_of_length
from shapecalc.importers.onnx.inner import inner_node, run
from shapecalc.importers.onnx.model import OnnxAttribute
from shapecalc.importers.onnx.values import GraphTensor, TensorView, Weight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.onnx.conversion import Conversion
    from shapecalc.importers.onnx.model import OnnxNode

    View = GraphTensor | TensorView


def projected_attention(conversion: Conversion, node: OnnxNode) -> None:
    """Attention of a sequence to itself, with the projections into its heads. Raises Refusal."""
    if node.input(4):
        raise conversion.stop(node, "keys and values of before lie in one tensor")
    weight = conversion.weight(node, 1)
    heads = _heads(conversion, node, "num_heads")
    columns = weight.dims[-1] if weight.dims else 0
    sizes = node.integers("qkv_hidden_sizes") or [columns // 3] * 3
    if len(sizes) != 3 or sum(sizes) != columns or min(sizes) < 1:
        raise conversion.refused(node, f"{columns} columns are no queries, keys and values")
    projected = f"{node.outputs[0]} projected"
    run(conversion, inner_node(node, "Linear", node.inputs[:3], projected))
    values = [
        heads_apart(conversion, node, each, heads)
        for each in _split(conversion, node, projected, sizes)
    ]
    _say_hidden(conversion, node, 3)
    _say_turned(conversion, node)
    attended(conversion, node, values, True, mask=5, past=None)


def heads_attention(conversion: Conversion, node: OnnxNode) -> None:
    """Attention of queries to keys and values, to which biases may be added. Raises Refusal."""
    if not node.input(1) or not node.input(2):
        raise conversion.stop(node, "queries, keys and values lie in one tensor")
    heads = _heads(conversion, node, "num_heads")
    given = [conversion.view(node, index) for index in range(3)]
    if node.input(3):
        given = _with_biases(conversion, node, given)
    values = [
        each if place and len(each.dims) == 4 else heads_apart(conversion, node, each, heads)
        for place, each in enumerate(given)
    ]
    _say_hidden(conversion, node, 4)
    attended(conversion, node, values, True, mask=5, past=(6, 7))


def shared_attention(conversion: Conversion, node: OnnxNode) -> None:
    """Attention to what was before, of which heads share keys and values. Raises Refusal."""
    if node.input(11):
        raise conversion.stop(node, "no layer type has a learned number beside the scores")
    heads = _heads(conversion, node, "num_heads")
    groups = _heads(conversion, node, "kv_num_heads")
    if node.input(1) and node.input(2):
        given: Sequence[View] = [conversion.view(node, index) for index in range(3)]
    else:
        columns = conversion.view(node).dims[-1]
        size = columns // (heads + 2 * groups)
        sizes = [heads * size, groups * size, groups * size]
        if sum(sizes) != columns or size < 1:
            raise conversion.refused(node, f"{columns} columns are no queries, keys and values")
        given = _split(conversion, node, node.input(0), sizes)
    values = [
        heads_apart(conversion, node, each, groups if place else heads)
        for place, each in enumerate(given)
    ]
    said_of_length(conversion)
    _say_turned(conversion, node)
    attended(conversion, node, values, True, mask=10, past=(3, 4), is_causal=True)


def _heads(conversion: Conversion, node: OnnxNode, word: str) -> int:
    heads = node.integer(word, 0)
    if heads < 1:
        raise conversion.refused(node, f"its {word} is missing")
    return heads


def _split(conversion: Conversion, node: OnnxNode, name: str, sizes: Sequence[int]) -> list[View]:
    """Parts of the channels of a tensor."""
    outputs = [f"{node.outputs[0]} part {number}" for number in range(len(sizes))]
    split = inner_node(node, "Split", [name], *outputs)
    split.attributes = {}
    for word, value in (("axis", -1), ("split", list(sizes))):
        attribute = split.attributes[word] = OnnxAttribute(word)
        if isinstance(value, int):
            attribute.integer = value
        else:
            attribute.integers = value
    run(conversion, split)
    taker = inner_node(node, "Split", outputs)
    return [conversion.view(taker, index) for index in range(len(outputs))]


def _with_biases(conversion: Conversion, node: OnnxNode, given: Sequence[View]) -> list[View]:
    """Queries, keys and values with the parts of a bias added to them. Raises Refusal."""
    bias = conversion.weight(node, 3)
    sizes = [each.dims[-1] for each in given if len(each.dims) == 3]
    if len(sizes) < 3 or bias.dims != (sum(sizes),):
        raise conversion.refused(node, "its bias is not one for each query, key and value")
    found = []
    for place, size in enumerate(sizes):
        name = f"{node.outputs[0]} bias {place}"
        conversion.values[name] = Weight(f"{bias.name} {place}", (size,), bias.is_learned)
        added = f"{node.outputs[0]} biased {place}"
        run(conversion, inner_node(node, "Add", [node.input(place), name], added))
        found.append(conversion.view(inner_node(node, "Add", [added])))
    return found


def _say_hidden(conversion: Conversion, node: OnnxNode, index: int) -> None:
    if node.input(index):
        said_of_length(conversion)


def _say_turned(conversion: Conversion, node: OnnxNode) -> None:
    if node.integer("do_rotary", 0):
        conversion.network.remark("rotary embeddings that are part of an attention have no figure")
