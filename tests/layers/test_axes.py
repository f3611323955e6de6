"""Layers along axes: which axis is meant, what comes out, what a position sees, what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from layer_cases import make, outputs, refused

import shapecalc
from shapecalc.shapes.shape import Shape, parse_shape
from shapecalc.shapes.window import SAME_POSITION


@pytest.mark.parametrize(
    ("type", "fields", "input", "output"),
    [
        ("Select", {"dim": 2, "index": 3}, "5x7x2", ["7x2"]),
        ("Select", {"dim": "channels", "index": -2}, "5x7x2", ["7x5"]),
        ("Select", {"dim": -1, "index": 0}, "9x2", ["2"]),
        ("Slice", {"dim": "width", "start": 1, "end": -1, "step": 2}, "5x7x2", ["5x3x2"]),
        ("Slice", {"dim": 1, "end": 99}, "5x7x2", ["5x7x2"]),
        ("Slice", {"dim": "length", "start": -3}, "9x2", ["3x2"]),
        ("Slice", {"dim": "depth", "start": -99, "end": 2}, "4x5x7x2", ["2x5x7x2"]),
        ("Permute", {"dims": [0, 2, 3, 1]}, "5x7x2", ["7x2x5"]),
        ("Permute", {"dims": ["height", "width", "channels"]}, "5x7x2", ["7x2x5"]),
        ("Permute", {"dims": [-3, "length", 1]}, "9x2", ["2x9"]),
        ("Permute", {"dims": "channels"}, "9", ["9"]),
        ("Transpose", {"dim0": 1, "dim1": "length"}, "9x2", ["2x9"]),
        ("Transpose", {"dim0": -1, "dim1": -2}, "5x7x2", ["7x5x2"]),
        ("Roll", {"shifts": [1, -9], "dims": ["height", 1]}, "5x7x2", ["5x7x2"]),
        ("Mean", {"dim": [2, "width"]}, "5x7x2", ["2"]),
        ("Mean", {"dim": [-1, -2], "keepdim": True}, "5x7x2", ["1x1x2"]),
        ("Sum", {"dim": 1}, "5x7x2", ["7x5"]),
        ("Amax", {"dim": [1, 2, 3], "keepdim": True}, "5x7x2", ["1x1x1"]),
        ("Chunk", {"chunks": 3, "dim": "height"}, "5x7x2", ["2x7x2", "2x7x2", "1x7x2"]),
        ("Chunk", {"chunks": 2}, "5x7x6", ["5x7x3", "5x7x3"]),
        ("Split", {"split_size": [1, 4], "dim": 2}, "5x7x2", ["1x7x2", "4x7x2"]),
        ("Split", {"split_size": 4, "dim": -1}, "5x7x2", ["5x4x2", "5x3x2"]),
        ("Softmax", {"dim": "width"}, "5x7x2", ["5x7x2"]),
        ("GLU", {"dim": "channels"}, "5x7x2", ["5x7x1"]),
        ("Flatten", {"start_dim": "height", "end_dim": "width"}, "5x7x2", ["35x2"]),
        ("Unflatten", {"dim": "length", "unflattened_size": [3, -1]}, "9x2", ["3x3x2"]),
    ],
)
def test_an_axis_has_pytorchs_number_or_its_name(
    type: str, fields: dict[str, Any], input: str, output: list[str]
) -> None:
    assert outputs(type, input, **fields) == output


@pytest.mark.parametrize(
    ("type", "fields", "inputs", "output"),
    [
        ("Concat", {"dim": "height"}, ["5x7x2", "3x7x2"], "8x7x2"),
        ("Concat", {"dim": -1}, ["5x7x2", "5x1x2", "5x2x2"], "5x10x2"),
        ("Stack", {"dim": 1}, ["5x7", "5x7", "5x7"], "7x5x3"),
        ("Stack", {"dim": "length"}, ["7", "7"], "2x7"),
        ("Stack", {"dim": "depth"}, ["5x7x2", "5x7x2"], "2x5x7x2"),
        ("Stack", {"dim": -1}, ["5x7", "5x7"], "5x2x7"),
        ("Add", {}, ["5x7x2", "1x7x1", "5x1x1"], "5x7x2"),
        ("Subtract", {}, ["1x1x2", "5x7x1"], "5x7x2"),
        ("Divide", {}, ["5x7x2", "1x1x2"], "5x7x2"),
        ("Maximum", {}, ["5x7x2", "5x7x2", "1x1x1"], "5x7x2"),
    ],
)
def test_several_inputs(type: str, fields: dict[str, Any], inputs: list[str], output: str) -> None:
    assert outputs(type, *inputs, **fields) == [output]


@pytest.mark.parametrize(
    ("type", "fields", "code", "field", "message"),
    [
        ("Slice", {"dim": "length"}, "SC210", "dim", "dim length is no axis of 5x7x2"),
        ("Mean", {"dim": [2, 0]}, "SC210", "dim", "dim 0 is the batch, which is no axis of 5x7x2"),
        ("Mean", {"dim": [2, "height"]}, "SC210", "dim", "dim has an axis of 5x7x2 twice: "),
        ("Mean", {"dim": [1, 2, 3]}, "SC210", "dim", "nothing of the shape is left, but the batch"),
        ("Sum", {"dim": []}, "SC104", "dim", "dim must be an integer, channels, "),
        ("Amax", {"dim": 2.0}, "SC104", "dim", "dim must be an integer, channels, "),
        ("Select", {"dim": 3, "index": 7}, "SC210", "index", "index 7 is not there: the width of "),
        (
            "Select",
            {"dim": 1, "index": -3},
            "SC210",
            "index",
            "index -3 is not there: the channels",
        ),
        ("Slice", {"dim": 2, "start": 5}, "SC203", "start", "nothing is left from 5 to the end: "),
        ("Slice", {"dim": 2, "step": 0}, "SC104", "step", "step must be an integer of at least 1"),
        ("Permute", {"dims": [1, 2, 3]}, "SC210", "dims", "dims [1, 2, 3] does not begin with 0, "),
        ("Permute", {"dims": [0, 2, 1]}, "SC210", "dims", "dims [0, 2, 1] has 2 axes besides the "),
        ("Permute", {"dims": [0, 2, 2, 1]}, "SC210", "dims", "dims has an axis of 5x7x2 twice: "),
        ("Permute", {"dims": [0, 2, 0, 1]}, "SC210", "dims", "dims 0 is the batch, which is no "),
        ("Transpose", {"dim0": 1, "dim1": 0}, "SC210", "dim1", "dim1 0 is the batch, which is "),
        (
            "Roll",
            {"shifts": [1, 2], "dims": 2},
            "SC210",
            "shifts",
            "shifts [1, 2] and dims [2] are",
        ),
        ("Roll", {"shifts": 1.5, "dims": 2}, "SC104", "shifts", "shifts must be an integer"),
        ("Split", {"split_size": [2, 2], "dim": 2}, "SC205", "split_size", "the sizes [2, 2] add "),
        ("Chunk", {"chunks": 2, "dim": 9}, "SC210", "dim", "dim 9 is no axis of 5x7x2"),
    ],
)
def test_what_is_refused_along_axes(
    type: str, fields: dict[str, Any], code: str, field: str, message: str
) -> None:
    refusal = refused(type, "5x7x2", **fields)
    assert (refusal.code, refusal.field) == (code, field)
    assert refusal.message.startswith(message)


def test_a_shape_of_other_axes_names_others() -> None:
    assert refused("Mean", "9", dim="length").hint == "9 has channels (1)"
    assert refused("Mean", "9x2", dim=3).hint == "9x2 has channels (1) and length (2)"
    assert refused("Mean", "2x3x4x5x6", dim="depth").hint == (
        "2x3x4x5x6 has channels (1) and axes 2 to 5"
    )
    assert outputs("Mean", "2x3x4x5x6", dim="channels") == ["3x4x5x2"]


def test_a_stack_has_no_more_axes_than_a_shape() -> None:
    whole = "x".join("1" * 9)
    assert refused("Stack", whole, whole, dim=2).message == "the output would have 9 spatial axes"


def seen(type: str, input: str, position: int, **fields: object) -> list[list[range] | None]:
    """What a position sees of the input along each axis, for each output."""
    layer = make(type, **fields)
    inputs = (parse_shape(input),)
    outputs = layer.infer(inputs)
    return [
        None if axes is None else [axis.seen(position) for axis in axes]
        for (axes,) in layer.footprints(inputs, outputs)
    ]


def test_what_positions_see() -> None:
    here, whole = range(1, 2), range(5)
    assert seen("Slice", "5x7x2", 1, dim="width", start=-6, step=2) == [[here, range(3, 4)]]
    assert seen("Slice", "5x7x2", 1, dim="channels", end=1) == [[here, here]]
    assert seen("Mean", "5x7x2", 1, dim="height", keepdim=True) == [[whole, here]]
    assert seen("Mean", "5x7x2", 0, dim=[2, 3]) == [[whole, range(7)]]
    assert seen("Mean", "5x7x2", 0, dim=2) == [None]
    assert seen("Softmax", "5x7x2", 1, dim="height") == [[whole, here]]
    assert seen("Softmax", "5x7x2", 1) == [[here, here]]
    assert seen("GLU", "4x7x2", 1, dim="height") == [[range(1, 4, 2), here]]
    assert seen("Split", "5x7x2", 0, dim="height", split_size=[2, 3]) == [
        [range(1), range(1)],
        [range(2, 3), range(1)],
    ]
    assert seen("Select", "5x2", 0, dim="length", index=-1) == [[range(4, 5)]]
    assert seen("Select", "5x2", 0, dim="channels", index=-1) == [[whole]]
    assert seen("Roll", "5x7x2", 1, dims=[1, 2], shifts=[1, 10]) == [[here, here]]


def test_what_is_a_position_elsewhere_is_unknown_though_sizes_agree() -> None:
    for type, fields in (
        ("Transpose", {"dim0": 2, "dim1": 3}),
        ("Transpose", {"dim0": 1, "dim1": 2}),
        ("Permute", {"dims": [0, 3, 1, 2]}),
        ("Roll", {"shifts": 1, "dims": 2}),
    ):
        assert outputs(type, "6x6x6", **fields) == ["6x6x6"]
        assert seen(type, "6x6x6", 0, **fields) == [None]
    assert make("Transpose", dim0=2, dim1=2).footprint(Shape((6, 6)), Shape((6, 6))) == (
        SAME_POSITION,
    )


def test_a_spec_may_count_axes_by_expressions_and_names_win_over_arguments() -> None:
    text = """
input: 8x6x4
arguments: {width: 2, last: -1}
layers:
  - {name: a, type: Slice, dim: width, end: width}
  - {name: b, type: Mean, dim: [height, last], keepdim: "width == 2"}
  - {name: c, type: Roll, shifts: [width], dims: [width - 1]}
"""
    summary = shapecalc.loads(text).summary()
    assert [str(node.output) for node in summary.layers] == ["8x2x4", "1x1x4", "1x1x4"]
