"""Peak memory, fused and not, against a simulation that runs the layers by the rules alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import shapecalc
from shapecalc.analysis.summary import Summary
from shapecalc.bundled import network_names
from shapecalc.inference.inferred import InferredLayer, Tensor

BYTES = {"float32": 4, "float16": 2, "int8": 1}

ELEMENTWISE = (
    "BatchNorm1d BatchNorm2d BatchNorm3d ELU GELU Hardsigmoid Hardswish Hardtanh LayerScale "
    "LeakyReLU PReLU ReLU ReLU6 SiLU Sigmoid Tanh"
)
JOINS = "Add Subtract Multiply Divide Maximum add multiply"
VIEWS = "Flatten Unflatten Dropout Identity StochasticDepth Reshape Dropout2d"
"""What the networks of these tests have of both kinds, written anew."""


@st.composite
def wired_networks(draw: st.DrawFn) -> str:
    """Random vectors through layers of every kind, joined and wired at random."""
    lines = ["inputs_here", "layers:"]
    sizes = {"input": 4}
    if draw(st.booleans()):
        sizes = {"left": 4, "right": draw(st.sampled_from([4, 40]))}
    inputs = ", ".join(f"{name}: {size}" for name, size in sizes.items())
    lines[0] = f"input: {{{inputs}}}" if len(sizes) > 1 else "input: 4"
    kinds = ["linear", "concat", "add", "branches", "residual", "split", *["same"] * 4]
    for index in range(draw(st.integers(1, 12))):
        name = f"l{index}"
        kind = draw(st.sampled_from(kinds))
        names = list(sizes)
        source = draw(st.sampled_from(names[-3:]))
        size = sizes[source]
        if kind == "concat":
            several = draw(st.lists(st.sampled_from(names), min_size=2, max_size=3))
            lines.append(f"- {{name: {name}, type: Concat, from: [{', '.join(several)}]}}")
            sizes[name] = sum(sizes[each] for each in several)
        elif kind == "add":
            type = draw(st.sampled_from(["Add", "Multiply"]))
            other = draw(st.sampled_from([each for each in names if sizes[each] == size]))
            lines.append(f"- {{name: {name}, type: {type}, from: [{source}, {other}]}}")
            sizes[name] = size
        elif kind == "same":
            types = ["ReLU", "BatchNorm1d", "Dropout", "Identity", "LayerScale", "Flatten"]
            type = draw(st.sampled_from([*types, "LayerNorm", "Softmax"]))
            lines.append(f"- {{name: {name}, type: {type}, from: {source}}}")
            sizes[name] = size
        elif kind == "split":
            lines.append(f"- {{name: {name}, type: Chunk, chunks: 1, from: {source}}}")
            sizes[name] = size
        elif kind in ("branches", "residual"):
            join = draw(st.sampled_from(["add", "multiply"])) if kind == "residual" else "concat"
            width = size if kind == "residual" else draw(st.integers(1, 9))
            lines.append(
                f"- {{name: {name}, from: {source}, join: {join}, branches: {{a: [{{type: Linear, "
                f"out_features: {width}}}, {{type: ReLU}}], b: []}}}}"
            )
            sizes[name] = size if kind == "residual" else width + size
        else:
            sizes[name] = draw(st.integers(1, 9))
            lines.append(
                f"- {{name: {name}, type: Linear, out_features: {sizes[name]}, from: {source}}}"
            )
    made = [name for name in sizes if name.startswith("l") and name != "left"]
    if draw(st.booleans()):
        outputs = draw(st.lists(st.sampled_from(made), min_size=1, max_size=3, unique=True))
        lines.append(f"outputs: [{', '.join(outputs)}]")
    return "\n".join(lines)


class Buffer:
    """Bytes that tensors are written to."""

    def __init__(self, size: int) -> None:
        self.size = size


def simulated(summary: Summary) -> tuple[int, InferredLayer | None, list[int]]:
    """The peak, where it stands, and what is alive at each operation.

    Every operation is run in order on a memory of buffers. What a later operation, or the outside,
    will still ask for is found by looking at all of them again each time.
    """
    operations = list(summary.operations())

    def size(tensor: Tensor) -> int:
        """The bytes of a tensor: none of weights, and those of one where it has no batch."""
        count = 0 if tensor.stored else 1 if tensor.constant else summary.batch
        return tensor.shape.elements * count * BYTES[summary.dtype]

    memory: dict[Tensor, Buffer] = {
        tensor: Buffer(size(tensor)) for tensor in summary.input_tensors.values()
    }
    outside = [*summary.input_tensors.values(), *summary.results.values()]

    def same_numbers(tensor: Tensor) -> Iterator[Tensor]:
        """The tensors that show what a tensor shows: it, and views of it, and views of those."""
        yield tensor
        for node in operations:
            if summary.fuse and node.type in VIEWS.split() and node.sources[0] is tensor:
                yield from same_numbers(node.tensors[0])

    def first(tensor: Tensor) -> Tensor:
        """The tensor of which it is a view."""
        producer = tensor.producer
        if not summary.fuse or isinstance(producer, str) or producer.type not in VIEWS.split():
            return tensor
        return first(producer.sources[0])

    def uses(tensor: Tensor) -> int:
        """How many take the numbers of a tensor, the outside among them."""
        count = 0
        shown = set(same_numbers(first(tensor)))
        for node in operations:
            if node.type not in VIEWS.split():
                count += bool(shown & set(node.joined or node.sources))
        return count + sum(tensor in shown for tensor in outside)

    def buffer(node: InferredLayer, tensor: Tensor) -> Buffer:
        """Where an output is written to."""
        words = node.type if node.layer is not None else joined(node)
        if summary.fuse and words in VIEWS.split():
            return memory[node.sources[0]]
        if summary.fuse and words in [*ELEMENTWISE.split(), *JOINS.split()]:
            for taken in node.joined or node.sources:
                if taken.shape == tensor.shape and uses(taken) == 1 and not taken.constant:
                    return memory[taken]
        return Buffer(size(tensor))

    def alive() -> int:
        return sum(each.size for each in set(memory.values()))

    peak, layer, found = alive(), None, []
    for index, node in enumerate(operations):
        for tensor in list(memory):
            if not needed(summary, operations[index:], tensor):
                del memory[tensor]
        memory.update({tensor: buffer(node, tensor) for tensor in node.tensors})
        found.append(alive())
        if found[-1] > peak or (found[-1] == peak and layer is None):
            peak, layer = found[-1], node
    return peak, layer, found


def joined(node: InferredLayer) -> str:
    """The join as the spec writes it."""
    item: Any = node.item
    body = item.block.body if hasattr(item, "block") else item
    return str(body.join)


def needed(summary: Summary, operations: list[InferredLayer], tensor: Tensor) -> bool:
    later = (node.joined or node.sources for node in operations)
    return tensor in summary.results.values() or any(tensor in taken for taken in later)


def held(summary: Summary) -> None:
    """Hold a summary's figures to the simulation."""
    peak, layer, found = simulated(summary)
    assert summary.peak_memory == peak
    assert summary.peak_layer is layer
    at = dict(zip(summary.operations(), found, strict=True))
    for node, _ in summary.walk():
        inside = [at[each] for each, _ in node.walk() if each in at]
        assert summary.alive(node) == max(inside, default=None)


@given(wired_networks(), st.sampled_from(list(BYTES)), st.integers(1, 3))
def test_the_peak_is_what_a_simulation_finds(text: str, dtype: str, batch: int) -> None:
    spec = shapecalc.loads(text)
    plain, fused = (spec.summary(batch=batch, dtype=dtype, fuse=fuse) for fuse in (False, True))
    held(plain)
    held(fused)
    assert fused.peak_memory <= plain.peak_memory
    assert fused.memory <= plain.memory
    assert fused.bytes_moved <= plain.bytes_moved
    assert (fused.params, fused.macs) == (plain.params, plain.macs)


@pytest.mark.parametrize("fuse", [False, True])
@pytest.mark.parametrize("name", network_names())
def test_the_peak_of_bundled_networks(name: str, fuse: bool) -> None:
    spec = shapecalc.load(name)
    if any(argument.required for argument in spec.arguments.values()) and not spec.default_variant:
        return
    held(spec.summary(fuse=fuse))


def test_a_chain_by_hand() -> None:
    text = "input: 4\nlayers: [{type: Linear, out_features: 10}, {type: Linear, out_features: 3}]"
    # 4 + 10, then 10 + 3
    summary = shapecalc.loads(text).summary(dtype="int8")
    assert summary.peak_memory == 14
    assert summary.peak_layer is summary.layers[0]
    assert [summary.alive(layer) for layer in summary.layers] == [14, 13]


def test_a_skip_keeps_its_tensor_alive() -> None:
    text = """
input: 4
layers:
  - {name: a, type: Linear, out_features: 4}
  - {type: Linear, out_features: 20}
  - {name: b, type: Linear, out_features: 4}
  - {type: Add, from: [a, b]}
"""
    # a, the 20 and b are alive at once
    summary = shapecalc.loads(text).summary(dtype="int8")
    assert summary.peak_memory == 4 + 20 + 4
    assert summary.peak_layer is summary.layers[2]


def test_an_input_that_nothing_takes_is_alive_before_the_first_layer() -> None:
    text = """
input: {small: 4, large: 100}
layers: [{type: Linear, out_features: 10, from: small}]
"""
    summary = shapecalc.loads(text).summary(dtype="int8")
    assert (summary.peak_memory, summary.peak_layer) == (104, None)


def test_a_network_that_computes_nothing() -> None:
    summary = shapecalc.loads("input: 8x8x3\nlayers: [{name: a, layers: []}]").summary()
    assert (summary.peak_memory, summary.peak_layer) == (8 * 8 * 3 * 4, None)
    assert [summary.alive(item) for item in summary.items] == [None]
