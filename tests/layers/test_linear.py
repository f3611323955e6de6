"""Layers with weights from feature to feature, and tables of features."""

from __future__ import annotations

import pytest
from layer_cases import make, outputs, refused

from shapecalc.shapes.shape import Shape


@pytest.mark.parametrize(
    ("fields", "input", "output", "params", "macs"),
    [
        ({"out_features": 10}, (512,), (10,), 512 * 10 + 10, 512 * 10),
        ({"out_features": 10, "bias": False}, (512,), (10,), 512 * 10, 512 * 10),
        ({"out_features": 10, "per_position": True}, (512,), (10,), 512 * 10 + 10, 512 * 10),
        (
            {"in_features": 96, "out_features": 384, "per_position": True},
            (56, 28, 96),
            (56, 28, 384),
            96 * 384 + 384,
            96 * 384 * 56 * 28,
        ),
    ],
)
def test_a_linear_layer(
    fields: dict[str, object],
    input: tuple[int, ...],
    output: tuple[int, ...],
    params: int,
    macs: int,
) -> None:
    layer = make("Linear", **fields)
    shape = Shape(input)
    assert layer.infer((shape,)) == (output,)
    assert layer.params((shape,)) == params
    assert layer.macs((shape,), (Shape(output),)) == macs


def test_a_linear_layer_on_a_feature_map_says_what_to_do() -> None:
    refusal = refused("Linear", "7x7x512", out_features=10)
    assert refusal.code == "SC201"
    assert (
        refusal.message == "Linear expects channels only (a vector), but 7x7x512 has 7x7 positions"
    )
    assert refusal.hint == (
        "put a Flatten before it (25088 features), or an AdaptiveAvgPool2d of output_size 1 and a "
        "Flatten (512 features), or state per_position: true"
    )


def test_written_features_must_match() -> None:
    refusal = refused("Linear", "512", in_features=256, out_features=10)
    assert (refusal.code, refusal.field) == ("SC205", "in_features")
    assert refusal.message == "in_features is 256, but the input has 512 features"
    assert refusal.hint == (
        "after a Flatten, the network's input is probably not of the size that this layer was made "
        "for; otherwise remove in_features: it is inferred"
    )


def test_written_features_must_match_at_every_position() -> None:
    fields = {"in_features": 3, "out_features": 10, "per_position": True}
    refusal = refused("Linear", "7x7x1", **fields)
    assert refusal.message == "in_features is 3, but the input 7x7x1 has 1 feature"


def test_a_bilinear_layer() -> None:
    fields = {"in1_features": 3, "in2_features": 4, "out_features": 5}
    assert outputs("Bilinear", "3", "4", **fields) == ["5"]
    assert make("Bilinear", **fields).params((Shape((3,)), Shape((4,)))) == 3 * 4 * 5 + 5
    assert make("Bilinear", bias=False, **fields).params((Shape((3,)), Shape((4,)))) == 3 * 4 * 5


@pytest.mark.parametrize(
    ("inputs", "code", "field"),
    [
        (["3"], "SC111", "from"),
        (["3", "4", "5"], "SC111", "from"),
        (["4", "3"], "SC205", "in1_features"),
        (["3", "3"], "SC205", "in2_features"),
        (["3", "7x4"], "SC201", None),
    ],
)
def test_what_a_bilinear_layer_refuses(inputs: list[str], code: str, field: str | None) -> None:
    refusal = refused("Bilinear", *inputs, in1_features=3, in2_features=4, out_features=5)
    assert (refusal.code, refusal.field) == (code, field)


def test_an_embedding_makes_a_sequence_of_a_vector() -> None:
    assert outputs("Embedding", "128", num_embeddings=1000, embedding_dim=64) == ["128x64"]
    layer = make("Embedding", num_embeddings=1000, embedding_dim=64)
    assert layer.params((Shape((128,)),)) == 1000 * 64


@pytest.mark.parametrize("padding_idx", [-10, 9])
def test_an_embedding_may_have_padding_at_either_end(padding_idx: int) -> None:
    fields = {"num_embeddings": 10, "embedding_dim": 4, "padding_idx": padding_idx}
    assert outputs("Embedding", "3", **fields) == ["3x4"]


@pytest.mark.parametrize(
    ("input", "padding_idx", "code"),
    [("128x1", 0, "SC201"), ("128", 10, "SC210"), ("128", -11, "SC210")],
)
def test_what_an_embedding_refuses(input: str, padding_idx: int, code: str) -> None:
    fields = {"num_embeddings": 10, "embedding_dim": 4, "padding_idx": padding_idx}
    assert refused("Embedding", input, **fields).code == code
