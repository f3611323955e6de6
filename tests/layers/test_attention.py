"""Attention, with one query, key and value apart and in heads with projections; and the norm of
ConvNeXt V2."""

from __future__ import annotations

from typing import Any

import pytest
from layer_cases import make, outputs, refused

from shapecalc.shapes.shape import Shape, parse_shape

DOT, MULTI = "ScaledDotProductAttention", "MultiheadAttention"


def figures(type: str, *inputs: str, **fields: Any) -> tuple[str, int, int]:
    """The output, params and macs of a layer."""
    layer = make(type, **fields)
    shapes = tuple(map(parse_shape, inputs))
    made = layer.infer(shapes)
    return str(made[0]), layer.params(shapes), layer.macs(shapes, made)


def seen(type: str, *inputs: str, position: int = 2, **fields: Any) -> list[list[range]]:
    """What the output at a position of each axis sees of each input."""
    layer = make(type, **fields)
    shapes = tuple(map(parse_shape, inputs))
    (found,) = layer.footprints(shapes, layer.infer(shapes))
    return [[each.seen(position) for each in axes or ()] for axes in found]


@pytest.mark.parametrize(
    ("inputs", "fields", "expected"),
    [
        (("5x8", "7x8", "7x4"), {}, ("5x4", 0, 5 * 7 * (8 + 4))),
        (("3x5x8", "3x7x8", "3x7x4"), {}, ("3x5x4", 0, 3 * 5 * 7 * (8 + 4))),
        (("3x5x8", "1x7x8", "1x7x4"), {}, ("3x5x4", 0, 3 * 5 * 7 * (8 + 4))),
        # the scores of one head on its keys, which three heads of values share
        (("1x5x8", "1x7x8", "3x7x4"), {}, ("3x5x4", 0, 5 * 7 * (8 + 3 * 4))),
        (("5x8", "7x8", "7x4", "5x7"), {}, ("5x4", 0, 5 * 7 * (8 + 4))),
        (("5x8", "7x8", "7x4"), {"is_causal": True}, ("5x4", 0, 5 * 7 * (8 + 4))),
        (("5x8", "7x8", "7x12"), {"num_heads": 4}, ("5x12", 0, 5 * 7 * (8 + 12))),
        (("5x8", "7x8", "7x12", "4x5x7"), {"num_heads": 4}, ("5x12", 0, 5 * 7 * (8 + 12))),
        (("5x8", "7x8", "7x12", "1x1x7"), {"num_heads": 4}, ("5x12", 0, 5 * 7 * (8 + 12))),
        # six heads of 8 and 4 channels share two
        (("6x5x8", "2x7x8", "2x7x4"), {"enable_gqa": True}, ("6x5x4", 0, 6 * 5 * 7 * (8 + 4))),
        (
            ("5x48", "7x16", "7x8"),
            {"num_heads": 6, "enable_gqa": True},
            ("5x24", 0, 6 * 5 * 7 * (8 + 4)),
        ),
    ],
)
def test_dot_products(
    inputs: tuple[str, ...], fields: dict[str, Any], expected: tuple[str, int, int]
) -> None:
    assert figures(DOT, *inputs, **fields) == expected


@pytest.mark.parametrize(
    ("inputs", "fields", "code", "message"),
    [
        (
            ("8", "8", "8"),
            {},
            "SC201",
            f"{DOT} expects length x channels, but 8 is channels alone (a vector)",
        ),
        (
            ("5x8", "7x6", "7x4"),
            {},
            "SC209",
            "attention needs queries and keys of as many channels, but they are 5x8 and 7x6",
        ),
        (
            ("5x8", "7x8", "6x4"),
            {},
            "SC209",
            "attention needs keys and values of the same length, but they are 7x8 and 6x4",
        ),
        (
            ("2x5x8", "7x8", "7x4"),
            {},
            "SC209",
            "attention needs queries, keys and values with the same number of axes, but they are "
            "2x5x8, 7x8 and 7x4",
        ),
        (
            ("2x5x8", "3x7x8", "3x7x4"),
            {},
            "SC209",
            "attention needs axes that are equal or 1, but they are 2x5x8, 3x7x8 and 3x7x4",
        ),
        (
            ("5x8", "7x8", "7x4", "5x6"),
            {},
            "SC209",
            "attention needs axes that are equal or 1, but they are 5x7 and 5x6",
        ),
        (
            ("5x8", "7x8", "7x8", "5x7"),
            {"num_heads": 2},
            "SC209",
            "attention needs a mask with the axes of the scores, but they are 2x5x7 and 5x7",
        ),
        (
            ("5x8", "7x8", "7x4", "5x7"),
            {"is_causal": True},
            "SC210",
            "is_causal is a mask already, and there is another input that is one",
        ),
        (
            ("5x8", "7x8", "7x4"),
            {"num_heads": 3},
            "SC204",
            "3 heads do not divide the 8 channels of the queries",
        ),
        (
            ("5x8", "7x6", "7x6"),
            {"num_heads": 4, "enable_gqa": True},
            "SC204",
            "the 3 heads of keys or values do not divide the 4 of the queries",
        ),
        (
            ("4x5x8", "3x7x8", "3x7x8"),
            {"enable_gqa": True},
            "SC204",
            "the 3 heads of keys or values do not divide the 4 of the queries",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(
    inputs: tuple[str, ...], fields: dict[str, Any], code: str, message: str
) -> None:
    refusal = refused(DOT, *inputs, **fields)
    assert (refusal.code, refusal.message) == (code, message)
    assert refusal.hint


def test_the_heads_that_would_divide_are_named() -> None:
    refusal = refused(MULTI, "5x12", num_heads=5)
    assert (refusal.code, refusal.field) == ("SC204", "num_heads")
    assert refusal.hint == "their number must divide 12: 1, 2, 3, 4, 6 or 12"


@pytest.mark.parametrize(
    ("inputs", "fields", "expected"),
    [
        (("10x16",), {}, ("10x16", 4 * 16 * 16 + 4 * 16, 4 * 10 * 256 + 2 * 100 * 16)),
        (("10x16",), {"bias": False}, ("10x16", 4 * 256, 4 * 10 * 256 + 2 * 100 * 16)),
        (("3x10x16",), {}, ("3x10x16", 4 * 272, 3 * (4 * 10 * 256 + 2 * 100 * 16))),
        (
            ("10x16", "20x16"),
            {},
            ("10x16", 4 * 272, 2 * 10 * 256 + 2 * 20 * 256 + 2 * 10 * 20 * 16),
        ),
        (
            ("10x16", "20x12", "20x8"),
            {"kdim": 12, "vdim": 8},
            (
                "10x16",
                2 * 256 + 16 * 12 + 16 * 8 + 64,
                2 * 10 * 256 + 20 * 12 * 16 + 20 * 8 * 16 + 2 * 10 * 20 * 16,
            ),
        ),
        (
            ("10x16",),
            {"add_bias_kv": True, "add_zero_attn": True},
            ("10x16", 4 * 272 + 2 * 16, 4 * 10 * 256 + 2 * 10 * 12 * 16),
        ),
    ],
)
def test_heads_with_projections(
    inputs: tuple[str, ...], fields: dict[str, Any], expected: tuple[str, int, int]
) -> None:
    assert figures(MULTI, *inputs, num_heads=4, **fields) == expected


@pytest.mark.parametrize(
    ("inputs", "code", "message"),
    [
        (
            ("10x16", "20x12"),
            "SC205",
            "kdim is 16, but the input 20x12 has 12 channels",
        ),
        (
            ("10x16", "20x16", "20x1"),
            "SC205",
            "vdim is 16, but the input 20x1 has 1 channel",
        ),
        (
            ("10x16", "20x16", "21x16"),
            "SC209",
            "attention needs keys and values with the same positions, but they are 20x16 and 21x16",
        ),
        (
            ("3x10x16", "1x20x16"),
            "SC209",
            "attention needs equal axes before the length, but they are 3x10x16 and 1x20x16",
        ),
    ],
)
def test_inputs_that_heads_cannot_have(inputs: tuple[str, ...], code: str, message: str) -> None:
    refusal = refused(MULTI, *inputs, num_heads=4)
    assert (refusal.code, refusal.message) == (code, message)


def test_a_query_sees_every_key_and_value_of_its_own_head() -> None:
    own, all_keys = range(2, 3), range(7)
    assert seen(DOT, "5x8", "7x8", "7x4") == [[own], [all_keys], [all_keys]]
    grouped = seen(DOT, "6x5x8", "2x7x8", "1x7x4", enable_gqa=True, position=4)
    assert grouped == [[range(4, 5)] * 2, [range(1, 2), all_keys], [range(1), all_keys]]
    masked = seen(DOT, "3x5x8", "3x7x8", "3x7x8", "1x4x5x7", num_heads=4)
    assert masked[3] == [range(1), range(4), own]
    assert seen(MULTI, "3x5x8", num_heads=2) == [[own, range(5)]]
    assert seen(MULTI, "3x5x8", "3x7x8", num_heads=2) == [[own, own], [own, all_keys]]


def test_a_response_norm_looks_at_every_position() -> None:
    norm = make("GlobalResponseNorm")
    shape = Shape((5, 7, 8))
    assert outputs("GlobalResponseNorm", "5x7x8") == ["5x7x8"]
    assert norm.params((shape,)) == 16
    assert [axis.seen(3) for axis in norm.footprint(shape, shape) or ()] == [range(5), range(7)]
    assert refused("GlobalResponseNorm", "8").code == "SC201"
    assert refused("GlobalResponseNorm", "5x7x8", dim=4).code == "SC205"


@pytest.mark.parametrize(("type", "field"), [(DOT, "dropout_p"), (MULTI, "dropout")])
def test_a_dropout_that_is_no_probability_is_refused_by_its_own_name(type: str, field: str) -> None:
    refusal = refused(type, **{field: 1.5})
    assert (refusal.code, refusal.field) == ("SC104", field)
    assert refusal.message == f"{field} must be a number from 0 to 1, not 1.5"
