"""Padding that PyTorch lacks: a pair for each axis, and ONNX's words for it."""

from __future__ import annotations

import pytest
from layer_cases import make, outputs, refused

from shapecalc.layers.base import Windowed
from shapecalc.shapes.shape import Shape
from shapecalc.tables.cells import padding_text

NEEDED: dict[str, dict[str, object]] = {
    "Conv2d": {"out_channels": 3, "kernel_size": 3},
    "LocallyConnected2d": {"out_channels": 3, "kernel_size": 3},
    "MaxPool2d": {"kernel_size": 3},
    "AvgPool2d": {"kernel_size": 3},
    "LPPool2d": {"kernel_size": 3, "norm_type": 2},
}


@pytest.mark.parametrize("type", NEEDED)
def test_a_side_is_padded_by_itself(type: str) -> None:
    fields = {**NEEDED[type], "stride": 1}
    assert outputs(type, "8x9x3", padding=[[0, 1], [2, 1]], **fields) == ["7x10x3"]
    assert outputs(type, "8x9x3", padding=[[1, 1], [1, 1]], **fields) == ["8x9x3"]


@pytest.mark.parametrize("type", NEEDED)
@pytest.mark.parametrize("stride", [1, 2, 3, 5])
def test_windows_fit_ceil_of_n_by_stride_times(type: str, stride: int) -> None:
    fields = {**NEEDED[type], "stride": stride}
    for word in ("same_upper", "same_lower"):
        found = outputs(type, "8x9x3", padding=word, **fields)
        assert found == [f"{-(-8 // stride)}x{-(-9 // stride)}x3"]


def test_an_odd_padding_has_one_more_after_the_input_or_before_it() -> None:
    image = Shape((8, 9, 3))
    for word, sides in (("same_upper", [(0, 1), (1, 1)]), ("same_lower", [(1, 0), (1, 1)])):
        layer = make("MaxPool2d", kernel_size=3, stride=2, padding=word)
        assert isinstance(layer, Windowed)
        assert list(layer.ends(image)) == sides
        assert layer.dropped(image) == (0, 0)


@pytest.mark.parametrize("type", ["MaxPool2d", "AvgPool2d", "LPPool2d"])
def test_a_side_of_a_pool_is_less_than_its_kernel(type: str) -> None:
    assert outputs(type, "8x8x3", padding=[[2, 0], [0, 2]], **NEEDED[type]) == ["3x3x3"]
    refusal = refused(type, "8x8x3", padding=[[0, 0], [0, 3]], **NEEDED[type])
    assert (refusal.code, refusal.field) == ("SC206", "padding")
    assert refusal.message == "padding 3 is not less than kernel_size 3"


@pytest.mark.parametrize("type", ["MaxPool1d", "AvgPool1d", "LPPool1d"])
def test_in_ceil_mode_the_last_window_starts_in_the_input_or_before_it(type: str) -> None:
    needed = {"norm_type": 1} if type.startswith("LP") else {}
    fields = {"kernel_size": 3, "stride": 2, "ceil_mode": True, **needed}
    # windows at -1, 1, 3, 5 of places 0 to 5; one at 7 would start in what is padded after
    assert outputs(type, "6x1", padding=[[1, 2]], **fields) == ["4x1"]
    assert outputs(type, "6x1", padding=[[0, 2]], **fields) == ["3x1"]
    assert outputs(type, "6x1", padding=[[1, 0]], **fields) == ["3x1"]


def test_a_small_volume_is_padded_before_it_is_measured() -> None:
    assert refused("AvgPool3d", "2x5x5x3", kernel_size=3, padding=1).code == "SC202"
    found = outputs("AvgPool3d", "2x5x5x3", kernel_size=3, padding=[[1, 1], [0, 0], [0, 0]])
    assert found == ["1x1x1x3"]
    assert outputs("AvgPool3d", "2x5x5x3", kernel_size=3, padding="same_upper") == ["1x2x2x3"]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([[0, 1]], "padding [[0, 1]] is not a pair for each of 2 axes"),
        ([[0, 1], 1], "padding [[0, 1], 1] is not a pair for each of 2 axes"),
        ([[0, 1], [0, 1, 2]], "padding [[0, 1], [0, 1, 2]] is not a pair for each of 2 axes"),
    ],
)
def test_a_pair_for_each_axis_is_needed(value: object, message: str) -> None:
    refusal = refused("Conv2d", "8x8x3", out_channels=1, kernel_size=3, padding=value)
    assert (refusal.code, refusal.message) == ("SC104", message)


def test_zeros_do_not_crop_on_either_side() -> None:
    fields: dict[str, object] = {"out_channels": 1, "kernel_size": 1, "padding": [[0, 0], [0, -1]]}
    refusal = refused("Conv2d", "8x8x3", **fields)
    assert refusal.message == "padding -1 is negative"
    assert outputs("Conv2d", "8x8x3", padding_mode="replicate", **fields) == ["8x7x1"]


@pytest.mark.parametrize(
    ("padding", "text"),
    [
        ([[0, 1], [0, 1]], "0_1"),
        ([[0, 1], [2, 1]], "0_1x2_1"),
        ([[1, 1], [1, 1]], "1_1"),
        ([1, 2], "1x2"),
        ("same_upper", "same_upper"),
    ],
)
def test_how_a_table_prints_it(padding: object, text: str) -> None:
    layer = make("Conv2d", out_channels=1, kernel_size=3, padding=padding)
    assert isinstance(layer, Windowed)
    assert padding_text(layer) == text
