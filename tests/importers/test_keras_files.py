"""Models of Keras, in every file that it writes, imported."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import pytest
import yaml
from keras_figures import imported
from keras_texts import (
    Layer,
    again,
    archive,
    functional,
    hdf5,
    image,
    in_keras_3,
    layer,
    sequential,
    text,
    tfjs,
)

from shapecalc.importers.kinds import PEEKED, kind_of
from shapecalc.problems.problem import Problem, SpecError


def written(model: Any, given: object = None) -> list[Any]:
    """The layers of the spec of a model, and the names of its outputs, where it has any."""
    data = model if isinstance(model, bytes) else text(model)
    found = yaml.safe_load(imported(data, given).text)
    return [*found["layers"], *found.get("outputs", [])]


def items(text: str) -> list[Any]:
    """A list in YAML: layers as a spec has them, and names."""
    found: list[Any] = yaml.safe_load(text)
    return found


def refused(model: Any, given: object = None, path: str = "model.json") -> Problem:
    """The only problem of a model."""
    with pytest.raises(SpecError) as caught:
        imported(model if isinstance(model, bytes) else text(model), given, path)
    (problem,) = caught.value.problems
    return problem


CONV: Layer = {"filters": 4, "kernel_size": [3, 3], "padding": "same", "activation": "relu"}

RESIDUAL = functional(
    image(),
    layer("Conv2D", "conv1", "image", **CONV),
    layer("Conv2D", "conv2", "conv1", **CONV | {"activation": "linear"}),
    layer("BatchNormalization", "bn", "conv2", axis=[3], epsilon=0.001, momentum=0.99),
    layer("Add", "add", ["bn", "conv1"]),
    layer("GlobalAveragePooling2D", "gap", "add"),
    layer("Dense", "fc", "gap", units=10, activation="softmax"),
    outputs="fc",
)

RESIDUAL_LAYERS = items(
    """
- {name: conv1, type: Conv2d, out_channels: 4, kernel_size: 3, padding: 1}
- {name: conv1_relu, type: ReLU}
- {name: conv2, type: Conv2d, out_channels: 4, kernel_size: 3, padding: 1}
- {name: bn, type: BatchNorm2d, eps: 0.001, momentum: 0.01}
- {name: add, type: Add, from: [bn, conv1_relu]}
- {name: gap, type: AdaptiveAvgPool2d, output_size: 1}
- {name: gap_flatten, type: Flatten}
- {name: fc, type: Linear, out_features: 10}
- {name: fc_softmax, type: Softmax, dim: 1}
"""
)

WEIGHTS = {
    "conv1/kernel": (3, 3, 3, 4),
    "conv1/bias": (4,),
    "conv2/kernel": (3, 3, 4, 4),
    "conv2/bias": (4,),
    "bn/gamma": (4,),
    "bn/beta": (4,),
    "bn/moving_mean": (4,),
    "bn/moving_variance": (4,),
    "fc/kernel": (4, 10),
    "fc/bias": (10,),
}
"""The weights of it, as Keras names and shapes them."""

MANIFEST = {name.replace("/", "__"): list(shape) for name, shape in WEIGHTS.items()}

KERAS_1 = {
    "class_name": "Model",
    "keras_version": "1.2.2",
    "config": {
        "name": "net",
        "layers": [
            image(),
            layer(
                "Convolution2D",
                "conv1",
                "image",
                nb_filter=4,
                nb_row=3,
                nb_col=3,
                border_mode="same",
                subsample=[1, 1],
                dim_ordering="tf",
                activation="relu",
                bias=True,
            ),
            layer(
                "Convolution2D",
                "conv2",
                "conv1",
                nb_filter=4,
                nb_row=3,
                nb_col=3,
                border_mode="same",
                dim_ordering="tf",
                activation="linear",
            ),
            layer("BatchNormalization", "bn", "conv2", axis=-1, mode=0, epsilon=0.001),
            layer("Merge", "add", ["bn", "conv1"], mode="sum", concat_axis=-1),
            layer("GlobalAveragePooling2D", "gap", "add", dim_ordering="tf"),
            layer("Dense", "fc", "gap", output_dim=10, input_dim=4, activation="softmax"),
        ],
        "input_layers": [["image", 0, 0]],
        "output_layers": [["fc", 0, 0]],
    },
}


@pytest.mark.parametrize(
    "data",
    [
        text(RESIDUAL),
        text(KERAS_1),
        text(in_keras_3(RESIDUAL)),
        text(tfjs(RESIDUAL, **MANIFEST)),
        archive(in_keras_3(RESIDUAL)),
        archive(in_keras_3(RESIDUAL), 8),
    ],
    ids=["2", "1", "3", "tfjs", "stored", "deflated"],
)
def test_every_generation_is_the_same_network(data: bytes) -> None:
    kind = kind_of(data[:PEEKED], "model")
    assert kind is not None and kind.module == "keras"
    assert written(data) == RESIDUAL_LAYERS


@pytest.mark.skipif(find_spec("h5py") is None, reason="h5py is not installed")
def test_hdf5_is_the_same_network_whose_weights_are_held() -> None:
    found = imported(hdf5(RESIDUAL, WEIGHTS))
    assert yaml.safe_load(found.text)["layers"] == RESIDUAL_LAYERS
    held = [layer.name for layer in found.network.layers if layer.agrees]
    assert held == ["conv1", "conv2", "bn", "fc"]
    wrong = hdf5(RESIDUAL, WEIGHTS | {"fc/kernel": (5, 10)})
    assert "the file says 60" in refused(wrong).message


@pytest.mark.skipif(find_spec("h5py") is not None, reason="h5py is installed")
def test_hdf5_without_h5py_says_what_to_install() -> None:
    problem = refused(b"\x89HDF\r\n\x1a\n" + bytes(100))
    assert problem.code == "SC503" and problem.hint == "pip install 'shapecalc[keras]'"


def test_the_weights_of_tfjs_are_held() -> None:
    found = imported(text(tfjs(RESIDUAL, **MANIFEST))).network
    held = {layer.name: layer.params for layer in found.layers if layer.agrees}
    assert held == {"conv1": 112, "conv2": 148, "bn": 8, "fc": 50}
    wrong = tfjs(RESIDUAL, **MANIFEST | {"conv2__kernel": [5, 5, 4, 4]})
    problem = refused(wrong)
    assert problem.code == "SC505"
    assert "layer 2 of 6 'conv2' (Conv2d): the file says 404 params" in problem.message
    source = problem.place.source
    assert source.text[problem.place.offset :].startswith(
        '{"class_name": "Conv2D", "name": "conv2"'
    )


def test_the_weights_of_keras_1_have_other_names() -> None:
    model = sequential(image(), layer("BatchNormalization", "bn"))
    names = ["bn__bn_gamma", "bn__bn_beta", "bn__bn_running_mean", "bn__bn_running_std"]
    network = imported(text(tfjs(model, **{name: [3] for name in names}))).network
    assert network.layers[0].agrees


def test_weights_of_a_name_that_two_layers_have_are_not_held() -> None:
    body = sequential(image(shape=(3,)), layer("Dense", "fc", units=2))
    model = sequential(image(shape=(3,)), body | {"name": "body"}, layer("Dense", "fc", units=9))
    network = imported(text(tfjs(model, fc__kernel=[2, 9], fc__bias=[9]))).network
    assert [each.agrees for each in network.layers] == [False, True]


@pytest.mark.parametrize("place", ["build_config", "keras_tensor"])
def test_the_shapes_of_keras_3_are_held(place: str) -> None:
    def model(size: int) -> Layer:
        made = in_keras_3(RESIDUAL)
        last = made["config"]["layers"][-1]
        sizes = [None, size]
        if place == "build_config":
            last["build_config"] = {"input_shape": sizes}
        else:
            last["inbound_nodes"][0]["args"][0]["config"]["shape"] = sizes
        return made

    network = imported(text(model(4))).network
    assert [layer.name for layer in network.layers if layer.agrees] == ["gap_flatten"]
    problem = refused(model(5))
    assert (
        problem.code == "SC505"
        and "'gap_flatten' (Flatten): the file says an output of 5" in problem.message
    )


def test_a_sequential_model_with_and_without_an_input() -> None:
    layers = [
        layer("Conv2D", "conv", filters=4, kernel_size=3, strides=2, use_bias=False),
        layer("Flatten", "flatten"),
        layer("Dense", "fc", units=2),
    ]
    expected = items(
        """
- {name: conv, type: Conv2d, out_channels: 4, kernel_size: 3, stride: 2, bias: false}
- {name: flatten, type: Flatten}
- {name: fc, type: Linear, out_features: 2}
"""
    )
    assert written(sequential(image(), *layers)) == expected
    first = {**layers[0], "config": layers[0]["config"] | {"batch_input_shape": [None, 8, 8, 3]}}
    assert written(sequential(first, *layers[1:])) == expected
    in_a_list = sequential(first, *layers[1:])
    in_a_list["config"] = in_a_list["config"]["layers"]  # as Keras 1 has it
    assert written(in_a_list) == expected
    assert written(sequential(*layers), "8x8x3") == expected
    assert refused(sequential(*layers)).code == "SC504"


def test_a_model_at_the_start_of_a_sequential_one() -> None:
    body = functional(
        image(), layer("Conv2D", "conv", "image", filters=4, kernel_size=3), outputs="conv"
    )
    body["config"]["name"] = "body"
    nested = sequential(body, layer("GlobalMaxPooling2D", "pool"), layer("Dense", "fc", units=2))
    network = imported(text(nested)).network
    assert [layer.name for layer in network.layers] == ["body.conv", "pool", "pool_flatten", "fc"]
    assert str(network.inputs[0].outputs[0]) == "8x8x3"


@pytest.mark.parametrize("first", [0, 1])
def test_a_model_used_twice_shares_its_weights(first: int) -> None:
    body = functional(
        image("in", (8,)),
        layer("Dense", "fc", "in", units=4, activation="relu"),
        inputs=["in"],
        outputs="fc",
    )
    tower = body | {"name": "tower", "inbound_nodes": [[["a", 0, 0, {}]], [["b", 0, 0, {}]]]}
    model = functional(
        image("a", (8,)),
        image("b", (8,)),
        tower,
        layer("Subtract", "difference", [f"tower {first} 0", f"tower {first + 1} 0"]),
        inputs=["a", "b"],
        outputs="difference",
    )
    assert written(model) == items(
        """
- {name: tower_fc, type: Linear, from: a, out_features: 4}
- {name: tower_fc_relu, type: ReLU}
- {name: tower_2_fc, type: Linear, from: b, out_features: 4, shares: tower_fc}
- {name: tower_2_fc_relu, type: ReLU}
- {name: difference, type: Subtract, from: [tower_fc_relu, tower_2_fc_relu]}
"""
    )


def test_a_layer_used_twice_shares_its_weights() -> None:
    shared = again(layer("SeparableConv2D", "c", "image", filters=3, kernel_size=3), "image 0 0")
    model = functional(image(), shared, outputs=["c 0 0", "c 1 0"])
    assert written(model) == items(
        """
- {name: c_depthwise, type: Conv2d, out_channels: 3, kernel_size: 3, groups: 3, bias: false}
- {name: c_pointwise, type: Conv2d, out_channels: 3, kernel_size: 1}
- {name: c_depthwise_2, type: Conv2d, from: input, out_channels: 3, kernel_size: 3, groups: 3,
   bias: false, shares: c_depthwise}
- {name: c_pointwise_2, type: Conv2d, out_channels: 3, kernel_size: 1, shares: c_pointwise}
- c_pointwise
- c_pointwise_2
"""
    )


def test_channels_first_counts_the_axes_of_the_file() -> None:
    first = {"data_format": "channels_first"}
    model = functional(
        image(shape=(3, 8, 10)),
        layer("Conv2D", "a", "image", filters=4, kernel_size=[1, 3], **first),
        layer("Conv2D", "b", "image", filters=5, kernel_size=[1, 3], **first),
        layer("Concatenate", "joined", ["a", "b"], axis=1),
        layer("BatchNormalization", "bn", "joined", axis=1),
        layer("Softmax", "shares", "bn", axis=-1),
        layer("Permute", "turned", "shares", dims=[3, 1, 2]),
        outputs="turned",
    )
    network = imported(text(model)).network
    shapes = [str(layer.outputs[0]) for layer in network.layers]
    # of 9x8x8 in the file's order, of which the last comes first then: 8x9x8
    assert shapes == ["8x8x4", "8x8x5", "8x8x9", "8x8x9", "8x8x9", "9x8x8"]
    assert network.layers[4].fields == {"dim": 3}


def test_open_sizes_are_given_and_held() -> None:
    model = functional(
        image(shape=(None, None, 3)),
        layer("Conv2D", "conv", "image", filters=2, kernel_size=3),
        outputs="conv",
    )
    assert refused(model).code == "SC504"
    assert imported(text(model), "9x7x3").network.layers[0].outputs[0] == (7, 5, 2)
    assert "9x7x4 does not fit" in refused(model, "9x7x4").message
    assert "9x7 does not fit" in refused(model, "9x7").message


def test_a_locally_connected_layer_has_the_params_of_its_windows() -> None:
    config = {"filters": 4, "kernel_size": [3, 2], "strides": [2, 1], "implementation": 1}
    model = sequential(image(shape=(9, 8, 3)), layer("LocallyConnected2D", "local", **config))
    (local,) = imported(text(model)).network.layers
    assert local.outputs[0] == (4, 7, 4)
    assert local.params == 4 * 7 * (3 * 2 * 3 * 4 + 4)


def test_layers_that_join() -> None:
    names = ["Add", "Multiply", "Maximum", "Average", "Minimum", "Subtract"]
    joined = [layer(name, name.lower(), ["image", "image"]) for name in names]
    model = functional(image(), *joined, outputs=[name.lower() for name in names])
    network = imported(text(model)).network
    types = [each.layer.type.name for each in network.layers]
    assert types == ["Add", "Multiply", "Maximum", "Add", "Maximum", "Subtract"]
    assert [each.note is not None for each in network.layers] == [False] * 3 + [True] * 2 + [False]


def test_an_activation_may_be_a_layer() -> None:
    slope = {"class_name": "LeakyReLU", "config": {"name": "leaky", "alpha": 0.1}}
    function = {"class_name": "function", "config": "relu6", "module": "builtins"}
    model = sequential(
        image(shape=(3,)),
        layer("Dense", "a", units=2, activation=slope),
        layer("Dense", "b", units=2, activation=function),
    )
    assert written(model) == items(
        """
- {name: a, type: Linear, out_features: 2}
- {name: a_leakyrelu, type: LeakyReLU, negative_slope: 0.1}
- {name: b, type: Linear, out_features: 2}
- {name: b_relu6, type: ReLU6}
"""
    )
