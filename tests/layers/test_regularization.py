"""Layers that leave the shape alone."""

from __future__ import annotations

import pytest
from layer_cases import make, outputs, refused

from shapecalc.shapes.shape import Shape

ANY = ["64", "9x64", "9x9x64", "9x9x9x64"]


@pytest.mark.parametrize("input", ANY)
@pytest.mark.parametrize(
    ("type", "fields"),
    [
        ("Identity", {}),
        ("Dropout", {"p": 0.2, "inplace": True}),
        ("AlphaDropout", {}),
        ("FeatureAlphaDropout", {"p": 1}),
        ("StochasticDepth", {"p": 0, "mode": "row"}),
        ("LayerScale", {"layer_scale": 1e-5}),
    ],
)
def test_any_shape_is_put_out_as_it_came(type: str, fields: dict[str, object], input: str) -> None:
    assert outputs(type, input, **fields) == [input]


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_channel_dropout_takes_as_many_axes_as_its_name_says(axes: int) -> None:
    type = f"Dropout{axes}d"
    assert outputs(type, ANY[axes]) == [ANY[axes]]
    assert [refused(type, other).code for other in ANY if other != ANY[axes]] == ["SC201"] * 3


@pytest.mark.parametrize("p", [-0.1, 1.1, True, "half"])
def test_a_probability_is_from_0_to_1(p: object) -> None:
    assert refused("Dropout", "64", p=p).code == "SC104"


def test_a_layer_scale_has_a_weight_for_each_channel() -> None:
    assert make("LayerScale").params((Shape((56, 56, 96)),)) == 96
    assert refused("LayerScale", "56x56x96", dim=64).code == "SC205"


def test_stochastic_depth_has_no_defaults_as_in_torchvision() -> None:
    assert refused("StochasticDepth", "64", p=0.1).message == "StochasticDepth needs mode"
