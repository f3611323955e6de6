"""Caffe's networks are imported as Caffe itself has them: every shape, every parameter."""

from __future__ import annotations

from math import prod
from typing import Any

import pytest
from caffe_networks import (
    FILES,
    SIZES,
    imported,
    pools,
    pools_text,
    recorded,
    recorded_pools,
)

import shapecalc
from shapecalc.importers.network import ImportedLayer
from shapecalc.problems.problem import SpecError

NETWORKS = sorted(path.stem for path in FILES.glob("*.prototxt"))
MEASURES = {"Accuracy", "SoftmaxWithLoss", "ContrastiveLoss", "EuclideanLoss", "Silence"}
MEASURES |= {"SigmoidCrossEntropyLoss"}
STATISTICS = {"BatchNorm", "BN", "Deconvolution"}
"""The types of which some parameters are buffers here."""


def read(network: str) -> Any:
    data = (FILES / f"{network}.prototxt").read_bytes()
    return imported(data, SIZES.get(network), custom=network == "custom")


def numbers(layer: ImportedLayer) -> int:
    return layer.params + layer.layer.buffers(tuple(wire.shape for wire in layer.inputs))


@pytest.mark.parametrize("network", NETWORKS)
def test_every_layer_is_as_in_caffe(network: str) -> None:
    layers = {layer.name: layer for layer in read(network).network.layers}
    compared = 0
    for line in recorded(network):
        layer = layers.get(line["name"])
        if layer is None:
            continue
        made = [[*output.chw] for output in layer.outputs]
        assert made == [dims[1:] for dims in line["makes"][: len(made)]], line
        params = sum(map(prod, line["params"]))
        # a BN that keeps statistics has a count of batches besides, here
        counts = line["type"] == "BN" and numbers(layer) > layer.params
        assert params == (
            numbers(layer) - counts if line["type"] in STATISTICS else layer.params
        ), line
        compared += 1
    assert compared > 3


@pytest.mark.parametrize("network", NETWORKS)
def test_no_layer_of_caffe_is_missing(network: str) -> None:
    names = {layer.name for layer in read(network).network.layers}
    for line in recorded(network):
        if line["type"] in {"Split", "Input", *MEASURES} or line["makes"] == [[]]:
            continue
        if (network, line["name"]) != ("autoencoder", "flat"):  # a target, made of the data
            assert line["name"] in names, line


@pytest.mark.parametrize("network", NETWORKS)
def test_multiply_accumulates_are_those_of_caffes_shapes(network: str) -> None:
    wanted = 0
    for line in recorded(network):
        weights = prod(line["params"][0]) if line["params"] else 0
        if line["type"] in ("Convolution", "DepthwiseConvolution"):
            wanted += sum(weights * prod(dims[2:]) for dims in line["makes"])
        elif line["type"] == "Deconvolution":
            wanted += weights * prod(line["takes"][0][2:])
        elif line["type"] == "InnerProduct":
            wanted += weights * prod(line["makes"][0][1:-1])
    assert shapecalc.loads(read(network).text).summary().macs == wanted > 0


def test_pools_are_as_large_as_caffes() -> None:
    # all of them but those whose last window begins after the input, which none here has
    found = recorded_pools()
    names = [f"{n}_{k}_{s}_{p}_{'ceil' if c else 'floor'}" for n, k, s, p, c in pools()]
    assert list(found) == names
    whole = pools_text().splitlines()
    inputs, layers = whole[:12], whole[12:]
    outside = 0
    for name, text in zip(names, layers, strict=True):
        size, _, stride, pad, _ = name.split("_")
        made = found[name]
        net = "\n".join((inputs[int(size) - 1], text))
        if pad == "0" and (made[0] - 1) * int(stride) >= int(size):
            outside += 1
            with pytest.raises(SpecError, match="its last window is outside of what it takes"):
                imported(net)
        else:
            assert [*imported(net).network.layers[0].outputs[0].spatial] == made, name
    assert 0 < outside < len(names) / 10


def test_a_known_network_has_the_known_figures() -> None:
    # CaffeNet: 60,965,224 parameters, as its authors and many others count them
    text = """
    name: "CaffeNet" input: "data" input_dim: [10, 3, 227, 227]
    layer { name: "conv1" type: "Convolution" bottom: "data" top: "x1"
            convolution_param { num_output: 96 kernel_size: 11 stride: 4 } }
    layer { name: "pool1" type: "Pooling" bottom: "x1" top: "x2"
            pooling_param { kernel_size: 3 stride: 2 } }
    layer { name: "conv2" type: "Convolution" bottom: "x2" top: "x3"
            convolution_param { num_output: 256 kernel_size: 5 pad: 2 group: 2 } }
    layer { name: "pool2" type: "Pooling" bottom: "x3" top: "x4"
            pooling_param { kernel_size: 3 stride: 2 } }
    layer { name: "conv3" type: "Convolution" bottom: "x4" top: "x5"
            convolution_param { num_output: 384 kernel_size: 3 pad: 1 } }
    layer { name: "conv4" type: "Convolution" bottom: "x5" top: "x6"
            convolution_param { num_output: 384 kernel_size: 3 pad: 1 group: 2 } }
    layer { name: "conv5" type: "Convolution" bottom: "x6" top: "x7"
            convolution_param { num_output: 256 kernel_size: 3 pad: 1 group: 2 } }
    layer { name: "pool5" type: "Pooling" bottom: "x7" top: "x8"
            pooling_param { kernel_size: 3 stride: 2 } }
    layer { name: "fc6" type: "InnerProduct" bottom: "x8" top: "x9"
            inner_product_param { num_output: 4096 } }
    layer { name: "fc7" type: "InnerProduct" bottom: "x9" top: "x10"
            inner_product_param { num_output: 4096 } }
    layer { name: "fc8" type: "InnerProduct" bottom: "x10" top: "x11"
            inner_product_param { num_output: 1000 } }
    """
    assert shapecalc.loads(imported(text).text).summary().params == 60_965_224


def test_a_spec_reads_as_the_file_does() -> None:
    text = imported((FILES / "first_format.prototxt").read_bytes(), is_flat=True).text
    assert text == (
        "# From Caffe.\n"
        "name: first\n"
        "input: 60x60x3\n"
        "layers:\n"
        "  - {name: conv1, type: Conv2d, out_channels: 8, kernel_size: 7, stride: 2, padding: 3}\n"
        "  - {name: relu1, type: ReLU}\n"
        "  - {name: pool1, type: MaxPool2d, kernel_size: 3, stride: 2, ceil_mode: true}\n"
        "  - {name: norm1, type: LocalResponseNorm, size: 5}\n"
        "  - {name: conv2a, type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1, "
        "groups: 2}\n"
        "  - {name: conv2b, type: Conv2d, from: norm1, out_channels: 6, kernel_size: 1, "
        "bias: false}\n"
        "  - {name: concat2, type: Concat, from: [conv2a, conv2b]}\n"
        "  - {name: pool2, type: AvgPool2d, kernel_size: 5, stride: 3, ceil_mode: true}\n"
        "  - {name: fc3_flatten, type: Flatten}\n"
        "  - {name: fc3, type: Linear, out_features: 10}\n"
        "  - {name: drop3, type: Dropout}\n"
        "  - {name: prob, type: Softmax, dim: 1}\n"
    )


def test_a_fixed_deconvolution_has_buffers() -> None:
    found = {layer.name: layer for layer in read("second_format").network.layers}
    deconvolution = found["deconv3"]
    assert deconvolution.fields["learned"] is False
    assert (deconvolution.params, numbers(deconvolution)) == (0, 16 * 4 * 4)


def test_a_batch_normalization_and_its_scale_are_two_layers_of_the_file_and_one_of_the_spec() -> (
    None
):
    data = (FILES / "residual.prototxt").read_bytes()
    flat = list(shapecalc.loads(imported(data, is_flat=True).text).summary().layers)
    assert [layer.type for layer in flat[1:4]] == ["BatchNorm2d", "Affine", "ReLU"]
    assert [layer.params for layer in flat[1:3]] == [0, 32]
    text = imported(data).text
    assert (
        "# A BatchNorm and the factors after it are one layer, which --flat leaves two.\n" in text
    )
    whole = list(shapecalc.loads(text).summary().layers)
    assert [layer.type for layer in whole[1:3]] == ["BatchNorm2d", "ReLU"]
    assert (whole[1].params, whole[1].buffers, flat[1].buffers) == (32, 33, 33)
