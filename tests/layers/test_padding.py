"""Layers that pad and crop."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_cases import outputs, refused

from shapecalc.problems.problem import Refusal


def source(kind: str, position: int, extent: int) -> int | None:
    """Which number of an axis stands at a position of the padded one; None for a filler."""
    if 0 <= position < extent:
        return position
    if kind == "Reflection":
        return -position if position < 0 else 2 * (extent - 1) - position
    if kind == "Replication":
        return 0 if position < 0 else extent - 1
    if kind == "Circular":
        return position + extent if position < 0 else position - extent
    return None


def sources(kind: str, before: int, extent: int, after: int) -> Iterator[int | None]:
    return (source(kind, position, extent) for position in range(-before, extent + after))


@given(
    st.sampled_from(["Zero", "Constant", "Reflection", "Replication", "Circular"]),
    st.integers(1, 6),
    st.integers(-8, 8),
    st.integers(-8, 8),
)
def test_padding_is_accepted_where_each_number_has_a_source(
    kind: str, extent: int, before: int, after: int
) -> None:
    found = list(sources(kind, before, extent, after))
    possible = bool(found) and all(index is None or 0 <= index < extent for index in found)
    if kind in ("Zero", "Constant", "Circular"):  # PyTorch crops these before it pads them
        possible = possible and min(before, after) >= -extent
    fields: dict[str, object] = {"padding": [before, after]}
    if kind == "Constant":
        fields["value"] = 1.5
    try:
        (output,) = outputs(f"{kind}Pad1d", f"{extent}x2", **fields)
    except Refusal as refusal:
        assert not possible
        assert refusal.code in ("SC203", "SC206")
    else:
        assert possible
        assert output == f"{len(found)}x2"


@pytest.mark.parametrize(
    ("type", "padding", "input", "output"),
    [
        ("ZeroPad1d", 2, "9x4", "13x4"),
        ("ZeroPad2d", [1, 2, 3, 4], "10x20x4", "17x23x4"),  # left, right, top, bottom
        ("ZeroPad3d", [0, 1, 0, 2, 0, 3], "10x20x30x4", "13x22x31x4"),
        ("ZeroPad2d", [-1, 0, 0, -2], "10x20x4", "8x19x4"),
        ("ZeroPad2d", [1, 2], "10x20x4", "10x23x4"),  # the last axis only
        ("ZeroPad2d", [0, 0, 0, 0, 1, 2], "10x20x4", "10x20x7"),  # the channels
        ("ReflectionPad2d", [0, 0, 0, 1, 2, 1], "10x8x3", "11x8x6"),
        ("CircularPad3d", 1, "1x2x3x4", "3x4x5x4"),
    ],
)
def test_a_list_has_the_last_axis_first(
    type: str, padding: object, input: str, output: str
) -> None:
    assert outputs(type, input, padding=padding) == [output]


@pytest.mark.parametrize(
    ("type", "padding"),
    [
        ("ZeroPad2d", []),
        ("ZeroPad2d", [1]),
        ("ZeroPad2d", [1, 1, 1]),
        ("ZeroPad2d", [1] * 8),
        ("ZeroPad2d", [1, 1, 1, "a"]),
        ("ZeroPad2d", 1.0),
        ("ReplicationPad2d", [1, 1]),
        ("ReplicationPad3d", [1] * 8),
    ],
)
def test_lists_of_another_length_are_refused(type: str, padding: object) -> None:
    refusal = refused(type, "8x8x8x8" if "3d" in type else "8x8x8", padding=padding)
    assert (refusal.code, refusal.field) == ("SC104", "padding")


@pytest.mark.parametrize(
    ("type", "padding", "code", "message"),
    [
        ("ZeroPad1d", -3, "SC203", "padding would produce a size of 5 - 3 - 3 = -1"),
        ("ZeroPad1d", [-6, 6], "SC206", "padding -6 crops more than the input size of 5"),
        (
            "ReflectionPad1d",
            5,
            "SC206",
            "padding 5 is too large to reflect an input of size 5",
        ),
        (
            "CircularPad1d",
            [0, 6],
            "SC206",
            "padding 6 wraps around an input of size 5 more than once",
        ),
    ],
)
def test_a_refusal_says_the_arithmetic(type: str, padding: object, code: str, message: str) -> None:
    refusal = refused(type, "5x2", padding=padding)
    assert (refusal.code, refusal.message, refusal.field) == (code, message, "padding")


def test_another_number_of_axes_is_refused() -> None:
    refusal = refused("ZeroPad2d", "5x2", padding=1)
    assert (refusal.code, refusal.hint) == ("SC201", "use ZeroPad1d")
