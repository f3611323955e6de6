"""Functions on tensors in models of Keras, of each generation, imported."""

from __future__ import annotations

from typing import Any

from keras_figures import imported
from keras_texts import Layer, functional, image, in_keras_3, layer, text


def _lambda(called: str, function: str, takes: str, **more: Any) -> Layer:
    """A function of TensorFlow as Keras 2.4 and later have it."""
    made = layer("TFOpLambda", called, function=function)
    return made | {"inbound_nodes": [[takes, 0, 0, more]]}


def _node(name: str, op: str, takes: Any, **more: Any) -> Layer:
    """A function as the first Keras of TensorFlow 2 has it: a node of a graph."""
    node = {"name": name, "op": op, "input": ["x"], "attr": {"T": {"type": "DT_FLOAT"}}}
    return layer("TensorFlowOpLayer", name, takes, node_def=node, **more)


def _operation(kind: str, name: str, args: list[Any], **config: Any) -> Layer:
    """A function of Keras 3. args: names are tensors."""
    tensors = [
        {"class_name": "__keras_tensor__", "config": {"keras_history": [each, 0, 0]}}
        if isinstance(each, str)
        else each
        for each in args
    ]
    return {
        "module": "keras.src.ops.numpy",
        "class_name": kind,
        "config": {"name": name, **config},
        "name": name,
        "inbound_nodes": [{"args": tensors, "kwargs": {}}],
    }


LAMBDAS = functional(
    image(),
    _lambda("tf.math.truediv", "math.truediv", "image", y=127.5, name=None),
    _lambda("tf.math.subtract", "math.subtract", "tf.math.truediv", y=1.0),
    layer("Conv2D", "conv", "tf.math.subtract", filters=4, kernel_size=1),
    _lambda("tf.nn.relu6", "nn.relu6", "conv"),
    _lambda("tf.__operators__.add", "__operators__.add", "tf.nn.relu6", y=["conv", 0, 0]),
    _lambda("tf.math.reduce_mean", "math.reduce_mean", "tf.__operators__.add", axis=[1, 2]),
    _lambda("tf.nn.softmax", "nn.softmax", "tf.math.reduce_mean", axis=-1),
    outputs="tf.nn.softmax",
)

NODES = functional(
    image(),
    _node("tf_op_layer_AddV2", "AddV2", "image", constants={"1": 3.0}),
    _node("tf_op_layer_Relu6", "Relu6", "tf_op_layer_AddV2", constants={}),
    _node("tf_op_layer_Mul", "Mul", ["tf_op_layer_Relu6", "image"], constants={}),
    outputs="tf_op_layer_Mul",
)

OPERATIONS = in_keras_3(functional(image(), outputs="turned"))
OPERATIONS["config"]["layers"] += [
    _operation("Add", "shifted", ["image", 3.0]),
    _operation("Relu6", "relu6", ["shifted"]),
    _operation("Multiply", "product", ["image", "relu6"]),
    _operation("Max", "rows", ["product"], axis=[1], keepdims=True),
    _operation("Mean", "means", ["product"], axis=3, keepdims=False),
    _operation("Reshape", "flat", ["product"], newshape=[-1, 64, 3]),
    _operation("Transpose", "turned", ["flat"], axes=[0, 2, 1]),
]

PRODUCTS = functional(
    image(shape=(5, 4)),
    image("keys", (7, 4)),
    _lambda("scores", "linalg.matmul", "image", b=["keys", 0, 0], transpose_b=True),
    _lambda("shares", "nn.softmax", "scores", axis=-1),
    _lambda("product", "linalg.matmul", "shares", b=["keys", 0, 0], transpose_a=False),
    layer("Dot", "dot", ["product", "image"], axes=[2, 2]),
    inputs=["image", "keys"],
    outputs="dot",
)

TURNED = functional(
    image(shape=(5, 5)),
    _node("product", "BatchMatMulV2", ["image", "image"], constants={}),
    outputs="product",
)
TURNED["config"]["layers"][1]["config"]["node_def"]["attr"]["adj_y"] = {"b": True}

FUNCTIONS = [LAMBDAS, NODES, OPERATIONS, PRODUCTS]
"""A model of each kind."""


def rows(model: Any) -> list[tuple[str, str, str, str | None]]:
    """The layers of a model: name, type, output, note."""
    network = imported(text(model)).network
    return [
        (layer.name, layer.layer.type.name, str(layer.outputs[0]), layer.note)
        for layer in network.layers
    ]


def test_functions_of_tensorflow() -> None:
    assert rows(LAMBDAS) == [
        ("truediv", "Identity", "8x8x3", "truediv 127.5"),
        ("subtract", "Identity", "8x8x3", "subtract 1.0"),
        ("conv", "Conv2d", "8x8x4", None),
        ("relu6", "ReLU6", "8x8x4", None),
        ("add", "Add", "8x8x4", None),
        ("reduce_mean", "Mean", "4", None),
        ("softmax", "Softmax", "4", None),
    ]


def test_nodes_of_a_graph() -> None:
    assert rows(NODES) == [
        ("tf_op_layer_AddV2", "Identity", "8x8x3", "add_v2 3.0"),
        ("tf_op_layer_Relu6", "ReLU6", "8x8x3", None),
        ("tf_op_layer_Mul", "Multiply", "8x8x3", None),
    ]


def test_products_of_two_tensors() -> None:
    assert rows(PRODUCTS) == [
        ("scores_b", "Transpose", "4x7", None),
        ("scores", "MatMul", "5x7", None),
        ("shares", "Softmax", "5x7", None),
        ("product", "MatMul", "5x4", None),
        ("dot_second", "Transpose", "4x5", None),
        ("dot", "MatMul", "5x5", None),
    ]


def test_a_node_says_what_is_turned_in_a_product() -> None:
    assert [row[1] for row in rows(TURNED)] == ["Transpose", "MatMul"]


def test_operations_of_keras_3() -> None:
    assert rows(OPERATIONS) == [
        ("shifted", "Identity", "8x8x3", "add 3.0"),
        ("relu6", "ReLU6", "8x8x3", None),
        ("product", "Multiply", "8x8x3", None),
        ("rows", "Amax", "1x8x3", None),
        ("means", "Mean", "8x8x1", None),
        ("means_squeezed", "Reshape", "8x8", None),
        ("flat", "Reshape", "64x3", None),
        ("turned", "Permute", "3x64", None),
    ]
