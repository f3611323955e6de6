"""Receptive fields against records of PyTorch, the literature, and sets of positions."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import cache
from math import prod

import pytest
from folders import RECORDS
from hypothesis import given
from hypothesis import strategies as st

import shapecalc
from shapecalc.analysis.receptive_field import AxisFields
from shapecalc.analysis.summary import Summary
from shapecalc.inference.inferred import InferredLayer
from shapecalc.shapes import window

"""What back-propagating one output pixel through a network of ones reaches of its input."""


def load_records() -> list[tuple[str, str, list[int], list[int], list[int]]]:
    return [
        (row["model"], row["module"], row["size"], row["stride"], row["start"])
        for row in json.loads((RECORDS / "receptive_fields.json").read_text(encoding="utf-8"))
    ]


@cache
def summary_of(name: str) -> Summary:
    return shapecalc.load(name).summary()


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
    summary = summary_of(model)
    node = ours(model, module, summary)
    (axes,) = summary.receptive_fields(node).values()
    assert axes is not None
    assert [axis.size for axis in axes] == size
    assert [axis.stride for axis in axes] == stride
    assert [axis.offset for axis in axes] == start


def test_the_literature() -> None:
    # Araujo, Norris, Sim 2019: the last pool of VGG-16
    summary = summary_of("vgg16")
    pools = [layer for layer in summary.layers if layer.type == "MaxPool2d"]
    (axes,) = summary.receptive_fields(pools[-1]).values()
    assert axes is not None
    assert [(axis.size, axis.stride, -axis.offset) for axis in axes] == [(212, 32, 90)] * 2


Window = tuple[bool, int, int, int, int]
"""Whether it is transposed; kernel, stride, padding, dilation."""


def taps(each: Window, position: int) -> set[int]:
    """The input positions that an output position of a window sees, tried one by one."""
    transposed, kernel, stride, padding, dilation = each
    if not transposed:
        return {position * stride - padding + dilation * tap for tap in range(kernel)}
    covered = [position + padding - dilation * tap for tap in range(kernel)]
    return {place // stride for place in covered if place % stride == 0}


def seen_by(windows: list[Window], position: int) -> set[int]:
    """The input positions that an output position of the last window depends on."""
    seen = {position}
    for each in reversed(windows):
        seen = set().union(*(taps(each, output) for output in seen))
    return seen


WINDOWS = st.tuples(
    st.booleans(), st.integers(1, 5), st.integers(1, 3), st.integers(0, 2), st.integers(1, 3)
)


@given(st.lists(WINDOWS, min_size=1, max_size=4))
def test_windows_see_what_they_are_counted_to(windows: list[Window]) -> None:
    fields = AxisFields(1, [(0, 0)])
    for transposed, *numbers in windows:
        footprint = (window.transposed_footprint if transposed else window.footprint)(*numbers)
        after = fields.through(footprint)
        assert after is not None
        fields = after
    period = len(fields.intervals)
    for position in range(-period, 2 * period):
        seen = seen_by(windows, position)
        assert fields.at(position) == ((min(seen), max(seen)) if seen else None)
    whole = [seen_by(windows, position) for position in range(period)]
    sizes = [max(seen) - min(seen) + 1 for seen in whole if seen]
    assert fields.field.size == max(sizes, default=0)
    assert fields.field.stride == prod(
        Fraction(1, stride) if transposed else stride for transposed, _, stride, _, _ in windows
    )


def test_a_field_of_too_many_kinds_of_positions_is_not_known() -> None:
    text = """
input: 1024x1
layers:
  - {name: a, type: Upsample, size: 1025}
  - {name: b, type: Upsample, size: 1026}
"""
    summary = shapecalc.loads(text).summary()
    assert [summary.receptive_fields(item)["input"] for item in summary.items] == [None, None]


def one_field(text: str, path: str) -> tuple[int, object, object]:
    summary = shapecalc.loads(text).summary()
    (node,) = [node for node, _ in summary.walk() if node.path == path]
    (axes,) = summary.receptive_fields(node).values()
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


def test_what_is_halved_and_doubled_again_sees_no_more() -> None:
    text = """
input: 64x1
layers:
  - {name: half, type: MaxPool1d, kernel_size: 2}
  - {name: whole, type: ConvTranspose1d, out_channels: 1, kernel_size: 2, stride: 2}
  - {name: conv, type: Conv1d, out_channels: 1, kernel_size: 3, padding: 1}
"""
    assert one_field(text, "whole") == (2, 1, 0)
    assert one_field(text, "conv") == (4, 1, -2)


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


def test_gates_along_either_axis_see_along_both() -> None:
    text = """
input: 8x8x1
layers:
  - {name: rows, type: AdaptiveAvgPool2d, output_size: [null, 1]}
  - {name: columns, type: AdaptiveAvgPool2d, output_size: [1, null], from: input}
  - {name: gates, type: Multiply, from: [rows, columns]}
  - {name: gated, type: Multiply, from: [input, gates]}
"""
    summary = shapecalc.loads(text).summary()
    for node in summary.items[2:]:
        (axes,) = summary.receptive_fields(node).values()
        assert axes is not None
        assert [(axis.size, axis.stride, axis.offset) for axis in axes] == [(8, 1, 0), (8, 1, 0)]


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
    assert summary.receptive_fields(summary.items[-1]) == {"input": None}
