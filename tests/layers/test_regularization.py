"""Layers that leave the shape alone."""

from __future__ import annotations

import pytest
from layer_cases import make, outputs, refused

from shapecalc.shapes.shape import Shape

ANY = ["64", "9x64", "9x9x64", "9x9x9x64", "9x9x9x9x64"]


@pytest.mark.parametrize("input", ANY)
@pytest.mark.parametrize(
    ("type", "fields"),
    [
        ("Identity", {}),
        ("Dropout", {"p": 0.2, "inplace": True}),
        ("Dropout2d", {}),
        ("Dropout3d", {"p": 1}),
        ("AlphaDropout", {}),
        ("FeatureAlphaDropout", {"p": 1}),
        ("StochasticDepth", {"p": 0, "mode": "row"}),
        ("LayerScale", {"layer_scale": 1e-5}),
    ],
)
def test_any_shape_is_put_out_as_it_came(type: str, fields: dict[str, object], input: str) -> None:
    assert outputs(type, input, **fields) == [input]


def test_dropout_of_one_axis_takes_at_most_one() -> None:
    assert [outputs("Dropout1d", input) for input in ANY[:2]] == [ANY[:1], ANY[1:2]]
    refusals = [refused("Dropout1d", input) for input in ANY[2:]]
    assert [refusal.code for refusal in refusals] == ["SC201"] * len(ANY[2:])
    assert [refusal.hint for refusal in refusals] == ["use Dropout2d", "use Dropout3d", None]


@pytest.mark.parametrize("p", [-0.1, 1.1, True, "half"])
def test_a_probability_is_from_0_to_1(p: object) -> None:
    assert refused("Dropout", "64", p=p).code == "SC104"


def test_a_layer_scale_has_a_weight_for_each_channel() -> None:
    assert make("LayerScale").params((Shape((56, 56, 96)),)) == 96
    assert refused("LayerScale", "56x56x96", dim=64).code == "SC205"


def test_stochastic_depth_has_no_defaults_as_in_torchvision() -> None:
    assert refused("StochasticDepth", "64", p=0.1).message == "StochasticDepth needs mode"
