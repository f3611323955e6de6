"""Receptive fields against records of PyTorch, the literature, and sets of positions."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import shapecalc
from shapecalc import window
from shapecalc.figures import Figures
from shapecalc.receptive_field import Field, receptive_fields
from shapecalc.summary import InferredLayer, Summary

RECORDS = Path(__file__).parent / "pytorch" / "receptive_fields.json"
"""What back-propagating one output pixel through a network of ones reaches of its input."""


def load_records() -> list[tuple[str, str, list[int], list[int], list[int]]]:
    return [
        (row["model"], row["module"], row["size"], row["stride"], row["start"])
        for row in json.loads(RECORDS.read_text(encoding="utf-8"))
    ]


@cache
def fields_of(name: str) -> tuple[Summary, Figures]:
    summary = shapecalc.load(name).summary()
    return summary, Figures(summary)


def ours(model: str, module: str, summary: Summary) -> InferredLayer:
    """Our layer or block for a module of torchvision's."""
    names = {item.name: item for item in summary.items}
    if model in ("alexnet", "vgg16"):
        return summary.layers[int(module.split(".")[1])]
    if model == "mobilenet_v2":
        units = [node for node, _ in summary.walk() if node.type == "InvertedResidual"]
        blocks = [names["conv_first"], *units, names["conv_last"]]
        return blocks[int(module.split(".")[1])]
    if module in names:
        return names[module]
    return [item for name, item in names.items() if name.startswith(module + ".")][-1]


@pytest.mark.parametrize(("model", "module", "size", "stride", "start"), load_records())
def test_pytorch_reaches_as_far(
    model: str, module: str, size: list[int], stride: list[int], start: list[int]
) -> None:
    summary, figures = fields_of(model)
    node = ours(model, module, summary)
    (axes,) = figures.receptive_fields(node).values()
    assert axes is not None
    assert [axis.size for axis in axes] == size
    assert [axis.stride for axis in axes] == stride
    assert [axis.offset for axis in axes] == start


def test_the_literature() -> None:
    # Araujo, Norris, Sim 2019: the last pool of VGG-16
    summary, figures = fields_of("vgg16")
    pools = [layer for layer in summary.layers if layer.type == "MaxPool2d"]
    (axes,) = figures.receptive_fields(pools[-1]).values()
    assert axes is not None
    assert [(axis.size, axis.stride, -axis.offset) for axis in axes] == [(212, 32, 90)] * 2


def seen_by(reach_sets: list[dict[int, set[int]]], position: int) -> set[int]:
    """The input positions that an output position depends on, layer by layer backwards."""
    seen = {position}
    for layer in reversed(reach_sets):
        seen = set().union(*(layer[each] for each in seen))
    return seen


WIDE = 4000
"""Positions on either side of 0 that stand for an input without ends."""


def sliding(
    kernel: int, stride: int, before: int, dilation: int, around: range
) -> dict[int, set[int]]:
    return {o: {o * stride - before + dilation * tap for tap in range(kernel)} for o in around}


def transposed(
    kernel: int, stride: int, padding: int, dilation: int, around: range
) -> dict[int, set[int]]:
    return {
        o: {
            (o + padding - dilation * tap) // stride
            for tap in range(kernel)
            if (o + padding - dilation * tap) % stride == 0
        }
        for o in around
    }


WINDOWS = st.tuples(st.integers(1, 5), st.integers(1, 3), st.integers(0, 2), st.integers(1, 3))


@given(st.lists(WINDOWS, min_size=1, max_size=4))
def test_windows_reach_what_they_are_counted_to(windows: list[tuple[int, int, int, int]]) -> None:
    around = range(-400, 400)
    sets = [sliding(*each, around) for each in windows]
    field = Field(1, 1, 0)
    for kernel, stride, before, dilation in windows:
        field = field.through(window.reach(kernel, stride, before, dilation))
    first, second = seen_by(sets, 0), seen_by(sets, 1)
    assert field.size == max(first) - min(first) + 1
    assert field.offset == min(first)
    assert field.stride == min(second) - min(first)


@given(
    st.integers(1, 6),
    st.integers(1, 4),
    st.integers(0, 3),
    st.integers(1, 3),
    st.lists(st.tuples(st.integers(1, 3), st.just(1), st.just(0), st.just(1)), max_size=2),
)
def test_a_transposed_window_spans_at_most_what_it_is_counted_to(
    kernel: int,
    stride: int,
    padding: int,
    dilation: int,
    windows: list[tuple[int, int, int, int]],
) -> None:
    around = range(-60, 60)
    sets = [transposed(kernel, stride, padding, dilation, around)]
    sets += [sliding(*each, around) for each in windows]
    field = Field(1, 1, 0).through(window.transposed_reach(kernel, stride, padding, dilation))
    for each in windows:
        field = field.through(window.reach(*each))
    spans = [seen_by(sets, o) for o in range(-20, 20)]
    widest = max(max(span) - min(span) + 1 for span in spans if span)
    assert widest <= field.size
    if dilation == 1:
        assert widest == field.size
    assert field.stride == Fraction(1, stride)


def one_field(text: str, path: str) -> tuple[int, object, object]:
    summary = shapecalc.loads(text).summary()
    found = receptive_fields(summary)
    (node,) = [node for node, _ in summary.walk() if node.path == path]
    (axes,) = found[node].values()
    assert axes is not None
    return axes[0].size, axes[0].stride, axes[0].offset


def test_the_widest_path_wins_whatever_the_wiring() -> None:
    text = """
input: 64x1
layers:
  - {name: a, type: Conv1d, out_channels: 1, kernel_size: 3, padding: 1}
  - name: both
    branches:
      wide: [{type: Conv1d, out_channels: 1, kernel_size: 5, padding: 4, dilation: 2}]
      narrow: []
    join: add
  - {name: late, type: Concat, from: [both, a]}
"""
    assert one_field(text, "both") == (3 + 8, 1, -5)
    assert one_field(text, "late") == (11, 1, -5)


def test_a_global_gate_sees_everything() -> None:
    text = """
input: 16x1
layers:
  - name: gated
    branches:
      body: []
      gate: [{type: AdaptiveAvgPool1d, output_size: 1}, {type: Sigmoid}]
    join: multiply
"""
    assert one_field(text, "gated")[:2] == (16, 1)


def test_a_flatten_sees_everything() -> None:
    text = """
input: 16x1
layers:
  - {type: Conv1d, out_channels: 2, kernel_size: 3}
  - {name: flat, type: Flatten}
  - {name: fc, type: Linear, out_features: 2}
"""
    assert one_field(text, "fc")[0] == 16


def test_paths_of_different_strides_have_no_common_field() -> None:
    text = """
input: 16x1
layers:
  - {name: a, type: Conv1d, out_channels: 1, kernel_size: 1, stride: 2}
  - {name: b, type: Conv1d, out_channels: 1, kernel_size: 9, from: input}
  - {name: sum, type: Add, from: [a, b]}
"""
    summary = shapecalc.loads(text).summary()
    assert receptive_fields(summary)[summary.items[-1]] == {"input": None}
