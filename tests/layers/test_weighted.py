"""Weights that are fixed or reparametrized, layers without PyTorch's: by hand."""

from __future__ import annotations

import pytest
from layer_cases import make, outputs, refused

from shapecalc.layers.base import Layer
from shapecalc.shapes.shape import Shapes, parse_shape


def costs(layer: Layer, *inputs: str) -> tuple[int, int, int]:
    """Params, buffers and macs."""
    shapes: Shapes = tuple(map(parse_shape, inputs))
    found = layer.infer(shapes)
    return layer.params(shapes), layer.buffers(shapes), layer.macs(shapes, found)


@pytest.mark.parametrize(
    ("fields", "params", "buffers"),
    [
        ({}, 6 * 2 * 9 + 6, 0),
        ({"learned": False}, 0, 6 * 2 * 9 + 6),
        ({"learned": False, "bias": False}, 0, 6 * 2 * 9),
        ({"weight_norm": True}, 6 * 2 * 9 + 6 + 6, 0),
        ({"spectral_norm": True}, 6 * 2 * 9 + 6, 6 + 2 * 9),
        ({"weight_norm": True, "spectral_norm": True}, 6 * 2 * 9 + 6 + 6, 6 + 2 * 9),
    ],
)
def test_what_weights_are(fields: dict[str, object], params: int, buffers: int) -> None:
    layer = make("Conv2d", out_channels=6, kernel_size=3, groups=2, **fields)
    assert costs(layer, "8x8x4") == (params, buffers, 6 * 6 * 6 * 2 * 9)


def test_the_norms_of_a_transposed_convolution_are_those_of_pytorchs_layout() -> None:
    layer = make("ConvTranspose1d", out_channels=6, kernel_size=3, bias=False, weight_norm=True)
    assert costs(layer, "8x4")[:2] == (4 * 6 * 3 + 4, 0)  # its first axis are the input channels
    layer = make("ConvTranspose1d", out_channels=6, kernel_size=3, bias=False, spectral_norm=True)
    assert costs(layer, "8x4")[:2] == (4 * 6 * 3, 6 + 4 * 3)


@pytest.mark.parametrize("type", ["Conv2d", "ConvTranspose2d", "Linear"])
@pytest.mark.parametrize("norm", ["weight_norm", "spectral_norm"])
def test_a_weight_that_is_not_learned_has_no_norm(type: str, norm: str) -> None:
    fields: dict[str, object] = {"out_features": 2, "per_position": True}
    if type != "Linear":
        fields = {"out_channels": 2, "kernel_size": 1}
    refusal = refused(type, "8x8x4", learned=False, **{norm: True}, **fields)
    assert (refusal.code, refusal.field) == ("SC210", norm)
    assert refusal.message == f"{norm} is for weights that are learned, but learned is false"
    assert refusal.hint == f"remove {norm}, or learned: false"


def test_an_affine_has_a_weight_or_a_bias_for_each_channel() -> None:
    assert costs(make("Affine"), "5x4x3") == (6, 0, 0)
    assert costs(make("Affine", bias=False), "7") == (7, 0, 0)
    assert costs(make("Affine", weight=False, num_features=2), "2x2x2x2") == (2, 0, 0)
    assert outputs("Affine", "5x4x3") == ["5x4x3"]
    refusal = refused("Affine", "5x4x3", weight=False, bias=False)
    assert (refusal.code, refusal.field) == ("SC210", "weight")
    assert refused("Affine", "5x4x3", num_features=4).code == "SC205"


def test_a_locally_connected_layer_has_a_kernel_for_each_position() -> None:
    # the example of Keras' page: LocallyConnected2D(64, (3, 3), input_shape=(32, 32, 3))
    layer = make("LocallyConnected2d", out_channels=64, kernel_size=3)
    weights = 30 * 30 * (3 * 3 * 3 * 64)
    assert costs(layer, "32x32x3") == (weights + 30 * 30 * 64, 0, weights)
    assert outputs("LocallyConnected1d", "9x2", out_channels=3, kernel_size=2, stride=2) == ["4x3"]
    same = {"out_channels": 3, "kernel_size": 2, "stride": 2, "padding": "same_upper"}
    assert outputs("LocallyConnected1d", "9x2", **same) == ["5x3"]
    assert refused("LocallyConnected1d", "3x2", out_channels=1, kernel_size=4).code == "SC202"


@pytest.mark.parametrize(
    ("inputs", "fields", "found"),
    [
        (["4x4x8"], {"kernel_size": 2}, "8x8x8"),
        (["4x4x8", "4x4x8"], {"kernel_size": 3, "stride": 2, "padding": 1}, "7x7x8"),
        (["4x4x8"], {"kernel_size": 2, "output_size": 9}, "9x9x8"),
        (["4x4x8"], {"kernel_size": 2, "output_size": [7, 9]}, "7x9x8"),
    ],
)
def test_an_unpooling_is_as_large_as_the_input_of_its_pool(
    inputs: list[str], fields: dict[str, object], found: str
) -> None:
    assert outputs("MaxUnpool2d", *inputs, **fields) == [found]


@pytest.mark.parametrize("size", [6, 10])
def test_an_output_size_is_less_than_a_stride_away(size: int) -> None:
    refusal = refused("MaxUnpool2d", "4x4x8", kernel_size=2, output_size=size)
    assert (refusal.code, refusal.field) == ("SC210", "output_size")
    assert refusal.hint == "output_size is from 7 to 9 here"


def test_the_pool_of_an_unpooling_has_the_shape_of_what_is_put_back() -> None:
    refusal = refused("MaxUnpool2d", "4x4x8", "4x4x4", kernel_size=2)
    assert (refusal.code, refusal.field) == ("SC210", "from")
    assert refusal.message == "the max pool outputs 4x4x4, but there is 4x4x8 to put back"
    refusal = refused("MaxUnpool1d", "1x8", kernel_size=2, padding=1)
    assert (refusal.code, refusal.axes) == ("SC203", (0,))
