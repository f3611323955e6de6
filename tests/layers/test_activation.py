"""Activation functions: what they take, and GLU, the only one that changes a shape."""

from __future__ import annotations

import pytest
from layer_cases import make, outputs, refused

from shapecalc import layers
from shapecalc.shapes.shape import parse_shape

ALL = layers.FAMILIES["activation"].split()
NEEDED: dict[str, dict[str, object]] = {"Threshold": {"threshold": 0.1, "value": 20}}


@pytest.mark.parametrize("type", [type for type in ALL if type not in ("GLU", "Softmax2d")])
@pytest.mark.parametrize("input", ["64", "9x64", "9x9x64", "9x9x9x64", "2x9x9x9x64"])
def test_any_shape_is_put_out_as_it_came(type: str, input: str) -> None:
    layer = make(type, **NEEDED.get(type, {}))
    assert layer.infer((parse_shape(input),)) == (parse_shape(input),)
    assert layer.params((parse_shape(input),)) == (1 if type == "PReLU" else 0)


def test_every_type_has_a_sentence_of_its_own() -> None:
    found = [layers.find_type(type) for type in ALL]
    sentences = [each.about for each in found if each is not None]
    assert len(set(sentences)) == len(ALL)
    assert all(sentence.endswith(".") for sentence in sentences)


def test_softmax2d_takes_images_alone() -> None:
    assert outputs("Softmax2d", "9x9x64") == ["9x9x64"]
    assert refused("Softmax2d", "64").code == "SC201"


def test_prelu_has_one_slope_or_one_for_each_channel() -> None:
    assert make("PReLU", num_parameters=64).params((parse_shape("9x9x64"),)) == 64
    assert outputs("PReLU", "9x9x64", num_parameters=64, init=0.1) == ["9x9x64"]
    refusal = refused("PReLU", "9x9x64", num_parameters=9)
    assert (refusal.code, refusal.hint) == ("SC205", "write 1 or 64")


@pytest.mark.parametrize(
    ("input", "fields", "output"),
    [
        ("64", {}, "32"),
        ("6x64", {}, "3x64"),
        ("6x8x64", {}, "6x4x64"),
        ("6x8x64", {"dim": 1}, "6x8x32"),
        ("6x8x64", {"dim": -3}, "6x8x32"),
        ("6x8x64", {"dim": 2}, "3x8x64"),
        ("6x8x64", {"dim": 3}, "6x4x64"),
    ],
)
def test_glu_halves_an_axis_in_pytorchs_order(
    input: str, fields: dict[str, object], output: str
) -> None:
    assert outputs("GLU", input, **fields) == [output]


AXES = "5x8x64 has channels (1), height (2) and width (3)"


@pytest.mark.parametrize(
    ("dim", "code", "message", "hint"),
    [
        (0, "SC210", "dim 0 is the batch, which is no axis of 5x8x64", AXES),
        (-4, "SC210", "dim -4 is the batch, which is no axis of 5x8x64", AXES),
        (4, "SC210", "dim 4 is no axis of 5x8x64", AXES),
        ("length", "SC210", "dim length is no axis of 5x8x64", AXES),
        (
            2,
            "SC204",
            "dim 2 has the odd size 5, which has no half: 5x8x64 is [batch, 64, 5, 8] in "
            "PyTorch's order",
            "dim: 1 is the channels",
        ),
    ],
)
def test_glu_refuses_what_has_no_half(dim: object, code: str, message: str, hint: str) -> None:
    refusal = refused("GLU", "5x8x64", dim=dim)
    assert (refusal.code, refusal.message, refusal.field) == (code, message, "dim")
    assert refusal.hint == hint


@pytest.mark.parametrize("type", ["Softmax", "Softmin", "LogSoftmax"])
def test_a_softmax_needs_an_axis_that_is_there(type: str) -> None:
    for dim in (None, -2, -1, 0, 1):
        assert outputs(type, "1000", dim=dim) == ["1000"]
    for wrong in (-3, 2, 1.0, True):
        assert refused(type, "1000", dim=wrong).field == "dim"


@pytest.mark.parametrize(
    ("type", "fields", "field"),
    [
        ("CELU", {"alpha": 0}, "alpha"),
        ("RReLU", {"lower": 0.5, "upper": 0.25}, "lower"),
        ("Hardtanh", {"min_val": 1}, "min_val"),
        ("Softshrink", {"lambd": -0.5}, "lambd"),
        ("GELU", {"approximate": "sigmoid"}, "approximate"),
        ("ReLU", {"inplace": 1}, "inplace"),
    ],
)
def test_arguments_that_pytorch_refuses(type: str, fields: dict[str, object], field: str) -> None:
    refusal = refused(type, "64", **fields)
    assert (refusal.code, refusal.field) == ("SC104", field)


@pytest.mark.parametrize(
    ("type", "fields"),
    [
        ("ELU", {"alpha": 0}),
        ("CELU", {"alpha": -1}),
        ("Hardshrink", {"lambd": -1}),
        ("RReLU", {"lower": 0.25, "upper": 0.25}),
        ("LeakyReLU", {"negative_slope": -1, "inplace": True}),
        ("Softplus", {"beta": 0, "threshold": -1}),
    ],
)
def test_arguments_that_pytorch_takes(type: str, fields: dict[str, object]) -> None:
    assert outputs(type, "64", **fields) == ["64"]
