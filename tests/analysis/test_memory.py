"""Peak memory against a simulation that keeps every tensor in a dictionary."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

import shapecalc
from shapecalc.analysis.summary import Summary
from shapecalc.cli.options import DTYPES
from shapecalc.shapes.dtypes import BYTES


@st.composite
def wired_networks(draw: st.DrawFn) -> str:
    """Random vectors through Linear layers, joined and wired at random."""
    lines = ["input: 4", "layers:"]
    sizes = {"input": 4}
    for index in range(draw(st.integers(1, 9))):
        name = f"l{index}"
        kind = draw(st.sampled_from(["linear", "concat", "add", "branches"]))
        names = list(sizes)
        source = draw(st.sampled_from(names))
        if kind == "concat":
            several = draw(st.lists(st.sampled_from(names), min_size=2, max_size=3))
            lines.append(f"- {{name: {name}, type: Concat, from: [{', '.join(several)}]}}")
            sizes[name] = sum(sizes[each] for each in several)
        elif kind == "add":
            lines.append(f"- {{name: {name}, type: Add, from: [{source}, {source}]}}")
            sizes[name] = sizes[source]
        elif kind == "branches":
            width = draw(st.integers(1, 9))
            lines.append(
                f"- {{name: {name}, from: {source}, branches: {{a: [{{type: Linear, "
                f"out_features: {width}}}, {{type: ReLU}}], b: []}}}}"
            )
            sizes[name] = width + sizes[source]
        else:
            sizes[name] = draw(st.integers(1, 9))
            lines.append(
                f"- {{name: {name}, type: Linear, out_features: {sizes[name]}, from: {source}}}"
            )
    if draw(st.booleans()):
        lines.append(f"outputs: [{draw(st.sampled_from(list(sizes)[1:]))}]")
    return "\n".join(lines)


def simulated(summary: Summary) -> int:
    """Run the operations one by one and drop what no later one takes."""
    operations = list(summary.operations())
    alive = dict.fromkeys(summary.input_tensors.values())
    peak = sum(tensor.shape.elements for tensor in alive)
    for index, node in enumerate(operations):
        if index == 0:
            for tensor in list(alive):
                if not needed(summary, operations, 0, tensor):
                    del alive[tensor]
        alive.update(dict.fromkeys(node.tensors))
        peak = max(peak, sum(tensor.shape.elements for tensor in alive))
        for tensor in list(alive):
            if not needed(summary, operations, index + 1, tensor):
                del alive[tensor]
    return peak


def needed(summary: Summary, operations: list, start: int, tensor: object) -> bool:  # type: ignore[type-arg] # of layers
    later = (node.joined or node.sources for node in operations[start:])
    return tensor in summary.results.values() or any(tensor in taken for taken in later)


@given(wired_networks())
def test_the_peak_is_what_a_simulation_finds(text: str) -> None:
    summary = shapecalc.loads(text).summary()
    assert summary.peak_memory // 4 == simulated(summary)


def test_the_command_line_offers_every_dtype() -> None:
    assert tuple(BYTES) == DTYPES


def test_a_chain_by_hand() -> None:
    text = "input: 4\nlayers: [{type: Linear, out_features: 10}, {type: Linear, out_features: 3}]"
    # 4 + 10, then 10 + 3
    assert shapecalc.loads(text).summary(dtype="int8").peak_memory == 14


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
    assert shapecalc.loads(text).summary(dtype="int8").peak_memory == 4 + 20 + 4
