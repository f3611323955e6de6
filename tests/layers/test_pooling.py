"""Pools, beyond what the recorded cases show: how fields are read and what a refusal says."""

from __future__ import annotations

import pytest
from layer_cases import make, outputs, refused

from shapecalc.text.words import words_of

POOLS = ["MaxPool2d", "AvgPool2d", "LPPool2d"]


def needed(type: str) -> dict[str, object]:
    return {"norm_type": 2} if type.startswith("LP") else {}


@pytest.mark.parametrize("type", POOLS)
def test_the_stride_is_the_kernel_unless_it_is_written(type: str) -> None:
    assert outputs(type, "12x12x8", kernel_size="3x4", **needed(type)) == ["4x3x8"]
    assert outputs(type, "12x12x8", kernel_size=[3, 4], stride=None, **needed(type)) == ["4x3x8"]
    assert outputs(type, "12x12x8", kernel_size=3, stride=1, **needed(type)) == ["10x10x8"]


@pytest.mark.parametrize("type", POOLS)
def test_in_ceil_mode_a_window_may_hang_over_the_end(type: str) -> None:
    fields = {"kernel_size": 3, "stride": 2, **needed(type)}
    assert outputs(type, "112x112x64", **fields) == ["55x55x64"]
    assert outputs(type, "112x112x64", ceil_mode=True, **fields) == ["56x56x64"]
    assert outputs(type, "2x2x64", ceil_mode=True, **fields) == ["1x1x64"]


@pytest.mark.parametrize(
    ("type", "input", "fields", "code", "message", "field"),
    [
        (
            "MaxPool2d",
            "8x8x3",
            {"kernel_size": 3, "padding": 2, "dilation": 2},
            "SC206",
            "padding 2 is over half of kernel_size 3",
            "padding",
        ),
        (
            "MaxPool2d",
            "2x5x3",
            {"kernel_size": 3, "dilation": 2, "padding": 1},
            "SC202",
            "kernel_size 3 with dilation 2 covers 2*(3 - 1) + 1 = 5, which is larger than the "
            "padded height of 2x5x3: 2 + 1 + 1 = 4",
            "kernel_size",
        ),
        (
            "AvgPool3d",
            "2x5x5x3",
            {"kernel_size": 3, "padding": 1},
            "SC202",
            "kernel_size 3x3x3 is larger than the input 2x5x5, which AvgPool3d measures without "
            "its padding",
            "kernel_size",
        ),
        (
            "AvgPool2d",
            "8x8x3",
            {"kernel_size": 2, "divisor_override": 0},
            "SC104",
            "divisor_override must not be 0: sums are divided by it",
            "divisor_override",
        ),
        (
            "LPPool3d",
            "8x8x8x3",
            {"kernel_size": 2, "norm_type": 0},
            "SC104",
            "norm_type must not be 0: 1 / norm_type is the exponent of the sum",
            "norm_type",
        ),
    ],
)
def test_a_refusal_says_the_arithmetic(
    type: str, input: str, fields: dict[str, object], code: str, message: str, field: str
) -> None:
    refusal = refused(type, input, **fields)
    assert (refusal.code, refusal.message, refusal.field) == (code, message, field)


def test_the_kernel_of_lppool1d_is_no_list() -> None:
    assert outputs("LPPool1d", "9x4", norm_type=2, kernel_size=3) == ["3x4"]
    refusal = refused("LPPool1d", "9x4", norm_type=2, kernel_size=[3])
    assert (refusal.code, refusal.hint) == ("SC104", "write 3")


@pytest.mark.parametrize("type", ["AdaptiveAvgPool2d", "AdaptiveMaxPool2d"])
def test_null_among_several_sizes_keeps_the_extent(type: str) -> None:
    assert outputs(type, "5x9x4", output_size=[None, 7]) == ["5x7x4"]
    assert outputs(type, "5x9x4", output_size=[None, None]) == ["5x9x4"]
    assert outputs(type, "5x9x4", output_size="1x12") == ["1x12x4"]
    assert refused(type, "5x9x4", output_size=None).field == "output_size"
    assert refused(type, "5x9x4", output_size=[None, 0]).field == "output_size"


def test_null_as_the_only_size_is_refused() -> None:
    assert refused("AdaptiveAvgPool1d", "9x4", output_size=[None]).code == "SC104"


@pytest.mark.parametrize("type", ["MaxPool2d", "AdaptiveMaxPool2d"])
def test_indices_have_no_place(type: str) -> None:
    size = {"output_size": 2} if type.startswith("Adaptive") else {"kernel_size": 2}
    assert outputs(type, "4x4x3", return_indices=False, **size) == ["2x2x3"]
    refusal = refused(type, "4x4x3", return_indices=True, **size)
    assert (refusal.code, refusal.field) == ("SC104", "return_indices")
    assert refusal.hint == "leave return_indices out"


def test_avgpool1d_has_no_divisor_as_in_pytorch() -> None:
    assert "divisor_override" not in make("AvgPool1d", kernel_size=2).fields
    assert "divisor_override" in make("AvgPool3d", kernel_size=2).fields


@pytest.mark.parametrize(
    ("type", "label"),
    [
        ("MaxPool2d", "MaxPooling2d"),
        ("AvgPool1d", "AvgPooling1d"),
        ("AvgPool3d", "AvgPooling3d"),
        ("LPPool1d", "LPPooling1d"),
        ("AdaptiveAvgPool2d", "AdaptiveAvgPooling2d"),
        ("AdaptiveMaxPool3d", "AdaptiveMaxPooling3d"),
    ],
)
def test_a_chinese_table_calls_it_pooling(type: str, label: str) -> None:
    assert words_of("zh").types[type] == label
    assert type not in words_of("en").types
