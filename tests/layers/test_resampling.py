"""Layers that interpolate to other extents."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from layer_cases import outputs, refused

from shapecalc.layers.resampling import rounded, scaled


@example(13255666035340349, 1.5)  # more digits than a double has
@given(st.integers(1, 2**62), st.floats(2.0**-60, 2.0**60))
def test_a_scaled_extent_is_the_floor_of_a_product_of_doubles(extent: int, factor: float) -> None:
    assert scaled(extent, factor) == int(extent * factor)


@given(st.integers(0, 2**200))
def test_rounding_is_that_of_a_double(number: int) -> None:
    assert rounded(number) == int(float(number))


@pytest.mark.parametrize(
    ("fields", "input", "output"),
    [
        ({"scale_factor": 2}, "7x5x3", "14x10x3"),
        ({"scale_factor": [2, 0.5]}, "7x5x3", "14x2x3"),
        ({"scale_factor": 2.3}, "100x3", "229x3"),
        ({"scale_factor": 1.15}, "100x3", "114x3"),
        ({"scale_factor": 0.7}, "10x3", "7x3"),  # 0.7 is below 7/10, the rounded product is not
        ({"scale_factor": Fraction(1, 3)}, "3x3", "1x3"),
        ({"scale_factor": 2, "mode": "trilinear", "align_corners": True}, "1x2x3x4", "2x4x6x4"),
        ({"scale_factor": 2, "recompute_scale_factor": True}, "7x3", "14x3"),
        ({"size": 9}, "7x5x3", "9x9x3"),
        ({"size": [9, 4], "scale_factor": None}, "7x5x3", "9x4x3"),
        ({"size": "9x4", "mode": "bicubic", "align_corners": False}, "7x5x3", "9x4x3"),
    ],
)
def test_upsample(fields: dict[str, object], input: str, output: str) -> None:
    assert outputs("Upsample", input, **fields) == [output]


@pytest.mark.parametrize(
    ("fields", "input", "code", "field"),
    [
        ({}, "7x5x3", "SC210", None),
        ({"size": 9, "scale_factor": 2}, "7x5x3", "SC210", "scale_factor"),
        ({"size": [9]}, "7x5x3", "SC210", "size"),
        ({"scale_factor": [2, 2, 2]}, "7x5x3", "SC210", "scale_factor"),
        ({"size": 9, "recompute_scale_factor": True}, "7x5x3", "SC210", "recompute_scale_factor"),
        ({"size": 9, "align_corners": False}, "7x5x3", "SC210", "align_corners"),
        ({"size": 9, "mode": "area", "align_corners": True}, "7x5x3", "SC210", "align_corners"),
        ({"size": 9, "mode": "linear"}, "7x5x3", "SC201", "mode"),
        ({"size": 9, "mode": "bilinear"}, "7x3", "SC201", "mode"),
        ({"size": 9}, "3", "SC201", None),
        ({"size": 9}, "1x2x3x4x5", "SC201", None),
        ({"scale_factor": 0.1}, "7x5x3", "SC203", "scale_factor"),
        ({"scale_factor": 0}, "7x5x3", "SC104", "scale_factor"),
        ({"scale_factor": True}, "7x5x3", "SC104", "scale_factor"),
        ({"scale_factor": float("inf")}, "7x5x3", "SC104", "scale_factor"),
        ({"scale_factor": 2.0**60}, "7x5x3", "SC208", None),
        ({"size": 0}, "7x5x3", "SC104", "size"),
        ({"size": []}, "7x5x3", "SC104", "size"),
        ({"size": 2.0}, "7x5x3", "SC104", "size"),
        ({"size": 9, "mode": "lanczos"}, "7x5x3", "SC104", "mode"),
    ],
)
def test_what_upsample_refuses(
    fields: dict[str, object], input: str, code: str, field: str | None
) -> None:
    refusal = refused("Upsample", input, **fields)
    assert (refusal.code, refusal.field) == (code, field)


def test_a_mode_for_other_axes_names_those_that_fit() -> None:
    refusal = refused("Upsample", "7x5x3", scale_factor=2, mode="linear")
    assert refusal.message == (
        "mode linear expects length x channels, but 7x5x3 is height x width x channels"
    )
    assert refusal.hint == (
        "modes for 7x5x3 are nearest, bilinear, bicubic, area, nearest-exact, or leading: 1, if 7 "
        "runs like a batch"
    )


@pytest.mark.parametrize("type", ["UpsamplingNearest2d", "UpsamplingBilinear2d"])
def test_the_older_names(type: str) -> None:
    assert outputs(type, "7x5x3", scale_factor=2) == ["14x10x3"]
    assert outputs(type, "7x5x3", size=[3, 4]) == ["3x4x3"]
    assert refused(type, "7x3", scale_factor=2).code == "SC201"
    assert refused(type, "7x5x3").code == "SC210"
