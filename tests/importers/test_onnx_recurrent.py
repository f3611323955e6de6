"""Recurrent operators of ONNX: their directions, layouts, states and outputs, file by file.

What is expected follows from the operators' definition: the params are all numbers of W, R and B,
and the multiply-accumulates those of W and R at each position of the sequence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from onnx_writing import INT64, graph, integers, message, model, network, node, tensor, value
from test_onnx import imported, refusal

from shapecalc.importers.converting import Imported

GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}
LENGTH, CHANNELS, HIDDEN = 5, 6, 4


def weights(op: str, directions: int = 1, biased: bool = True) -> list[bytes]:
    """W, R and B of a layer."""
    rows = GATES[op] * HIDDEN
    found = [
        tensor("W", [directions, rows, CHANNELS]),
        tensor("R", [directions, rows, HIDDEN]),
        tensor("B", [directions, 2 * rows]),
    ]
    return found if biased else found[:2]


def layer(op: str, inputs: str = "x W R B", outputs: str = "y", **attributes: Any) -> bytes:
    """The node of a layer."""
    names = ["" if each == "-" else each for each in inputs.split()]
    return node(op, names, outputs, "rnn", hidden_size=HIDDEN, **attributes)


def told(found: Imported) -> list[str]:
    """The layers: type, output, params and macs."""
    layers = found.network.layers
    return [
        f"{each.layer.type.name} {each.outputs[0]} {each.params} "
        f"{each.layer.macs(tuple(wire.shape for wire in each.inputs), each.outputs)}"
        for each in layers
    ]


def expected(op: str, directions: int = 1, biased: bool = True) -> str:
    """What a layer is to be told as."""
    rows = GATES[op] * HIDDEN
    products = directions * rows * (CHANNELS + HIDDEN)
    params = products + (directions * 2 * rows if biased else 0)
    return f"{op} {LENGTH}x{directions * HIDDEN} {params} {LENGTH * products}"


@pytest.mark.parametrize("op", GATES)
@pytest.mark.parametrize("direction", ["forward", "reverse", "bidirectional"])
@pytest.mark.parametrize("biased", [True, False])
@pytest.mark.parametrize("layout", [0, 1])
def test_each_direction_and_layout(op: str, direction: str, biased: bool, layout: int) -> None:
    directions = 2 if direction == "bidirectional" else 1
    inputs = "x W R B" if biased else "x W R"
    dims = [1, LENGTH, CHANNELS] if layout else [LENGTH, 1, CHANNELS]
    # Y has the directions as an axis of its own, which are brought side by side
    steps = [layer(op, inputs, direction=direction, layout=layout, outputs="a")]
    if layout:
        steps.append(node("Reshape", "a shape", "y"))
        shape = [1, LENGTH, -1]
    else:
        steps += [node("Transpose", "a", "b", perm=[0, 2, 1, 3]), node("Reshape", "b shape", "y")]
        shape = [LENGTH, 1, -1]
    constants = [*weights(op, directions, biased), integers("shape", shape)]
    found = imported(network(steps, dims, constants))
    assert told(found) == [expected(op, directions, biased)]
    assert str(found.network.inputs[0].outputs[0]) == f"{LENGTH}x{CHANNELS}"
    (only,) = found.network.layers
    assert only.note == ("reads the sequence from its end" if direction == "reverse" else None)
    assert ("from its end is written as" in found.text) == (direction == "reverse")


@pytest.mark.parametrize("batch", [1, 3, "N"])
def test_one_direction_is_squeezed(batch: int | str) -> None:
    steps = [layer("LSTM", outputs="a"), node("Squeeze", "a one", "b"), node("Relu", "b", "y")]
    constants = [*weights("LSTM"), integers("one", [1])]
    found = imported(network(steps, [LENGTH, batch, CHANNELS], constants))
    assert told(found) == [expected("LSTM"), f"ReLU {LENGTH}x{HIDDEN} 0 0"]
    assert ("The file has a batch of 3" in found.text) == (batch == 3)


def test_the_batch_may_be_the_first_axis_of_the_file() -> None:
    steps = [node("Transpose", "x", "t", perm=[1, 0, 2]), layer("GRU", "t W R B", outputs="a")]
    steps += [node("Squeeze", "a one", "b"), node("Transpose", "b", "y", perm=[1, 0, 2])]
    data = network(steps, [7, LENGTH, CHANNELS], [*weights("GRU"), integers("one", [1])])
    assert told(imported(data)) == [expected("GRU")]


def test_a_sequence_without_a_batch() -> None:
    steps = [node("Unsqueeze", "x one", "u"), layer("GRU", "u W R B", outputs="a")]
    steps += [node("Reshape", "a shape", "y")]
    constants = [*weights("GRU"), integers("one", [1]), integers("shape", [LENGTH, HIDDEN])]
    assert told(imported(network(steps, [LENGTH, CHANNELS], constants))) == [expected("GRU")]


def test_what_comes_before_a_layer_has_the_length_first() -> None:
    steps = [node("MatMul", "x M", "m"), node("Tanh", "m", "t"), layer("RNN", "t W R B")]
    constants = [*weights("RNN"), tensor("M", [9, CHANNELS])]
    found = told(imported(network(steps, [LENGTH, 2, 9], constants)))
    assert found[0] == f"Linear {LENGTH}x{CHANNELS} {9 * CHANNELS} {LENGTH * 9 * CHANNELS}"
    assert found[1:] == [f"Tanh {LENGTH}x{CHANNELS} 0 0", expected("RNN")]


def test_words_that_come_to_a_layer_have_the_length_first() -> None:
    steps = [node("Gather", "T x", "e"), layer("LSTM", "e W R B")]
    constants = [*weights("LSTM"), tensor("T", [30, CHANNELS])]
    found = told(imported(network(steps, [LENGTH, 2], constants)))
    assert found == [f"Embedding {LENGTH}x{CHANNELS} {30 * CHANNELS} 0", expected("LSTM")]


def test_images_become_sequences() -> None:
    """The columns of an image that a network reads, with channels and rows as their numbers."""
    steps = [
        node("Transpose", "x", "t", perm=[3, 0, 1, 2]),
        node("Reshape", "t shape", "s"),
        layer("LSTM", "s W R B", direction="bidirectional"),
    ]
    constants = [*weights("LSTM", 2), integers("shape", [LENGTH, 2, CHANNELS])]
    found = told(imported(network(steps, [2, 3, CHANNELS // 3, LENGTH], constants)))
    assert found[-1] == expected("LSTM", 2)
    assert [each.split()[0] for each in found[:-1]] in (["Flatten", "Permute"], ["Flatten"])


def after_states(outputs: str, *more: bytes, layout: int = 0) -> Imported:
    """An LSTM in both directions whose outputs other nodes take."""
    first = layer("LSTM", outputs=outputs, direction="bidirectional", layout=layout)
    dims = [1, LENGTH, CHANNELS] if layout else [LENGTH, 1, CHANNELS]
    constants = [*weights("LSTM", 2), integers("zero", [0]), tensor("last", [], [1], INT64)]
    return imported(network([first, *more], dims, constants))


@pytest.mark.parametrize(("outputs", "of"), [("- h", "h"), ("- - c", "c")])
@pytest.mark.parametrize("layout", [0, 1])
def test_states_are_outputs_of_a_layer(outputs: str, of: str, layout: int) -> None:
    names = outputs.replace("-", "unused", 1).replace("-", "other")
    pick = node("Gather", [of, "last"], "y", axis=layout)
    found = after_states(names, pick, layout=layout)
    assert told(found) == [expected("LSTM", 2), f"Select {HIDDEN} 0 0"]
    assert f"from: rnn.{of}" in found.text


def test_states_of_one_layer_start_another() -> None:
    second = layer("LSTM", "y1 W2 R2 B2 - h c", direction="bidirectional")
    join = [
        node("Transpose", "a", "t", perm=[0, 2, 1, 3]),
        node("Reshape", "t shape", "y1"),
    ]
    constants = [
        *weights("LSTM", 2),
        tensor("W2", [2, 4 * HIDDEN, 2 * HIDDEN]),
        tensor("R2", [2, 4 * HIDDEN, HIDDEN]),
        tensor("B2", [2, 8 * HIDDEN]),
        integers("shape", [0, 0, -1]),
    ]
    first = layer("LSTM", outputs="a h c", direction="bidirectional")
    found = imported(network([first, *join, second], [LENGTH, 1, CHANNELS], constants))
    assert "from: [rnn, rnn.h, rnn.c]" in found.text
    rows = 2 * 4 * HIDDEN
    assert found.network.layers[1].params == rows * (2 * HIDDEN + HIDDEN + 2)


def with_states(constants: Sequence[bytes], inputs: str = "x W R B - h c") -> Imported:
    """An LSTM with initial states."""
    data = network([layer("LSTM", inputs)], [LENGTH, 1, CHANNELS], [*weights("LSTM"), *constants])
    return imported(data)


def test_initial_states_of_zeros_are_none() -> None:
    zeros = [tensor(name, [1, 1, HIDDEN], [0.0] * HIDDEN) for name in "hc"]
    assert told(with_states(zeros)) == [expected("LSTM")]
    assert told(with_states(zeros[:1], "x W R B - h")) == [expected("LSTM")]


def test_learned_initial_states_are_parameters() -> None:
    found = with_states([tensor(name, [1, 1, HIDDEN]) for name in "hc"])
    assert told(found) == [f"Parameter 1x{HIDDEN} {HIDDEN} 0"] * 2 + [expected("LSTM")]


def test_initial_states_that_are_inputs() -> None:
    states = [value(name, [1, 2, HIDDEN]) for name in "hc"]
    inputs = [value("x", [LENGTH, 2, CHANNELS]), *states]
    content = graph([layer("LSTM", "x W R B - h c")], inputs, [value("y", None)], weights("LSTM"))
    found = imported(model(content))
    assert told(found) == [expected("LSTM")]
    shapes = [str(each.outputs[0]) for each in found.network.inputs]
    assert shapes == [f"{LENGTH}x{CHANNELS}", f"1x{HIDDEN}", f"1x{HIDDEN}"]
    one = graph([layer("LSTM", "x W R B - h")], inputs[:2], [value("y", None)], weights("LSTM"))
    assert "no layer type has one initial state without the other" in refusal(model(one))


def test_lengths_of_sequences_are_said_and_left_out() -> None:
    nodes = [node("Cast", "n", "m", to=6), layer("GRU", "x W R B m")]
    inputs = [value("x", [LENGTH, "N", CHANNELS]), value("n", ["N"])]
    content = graph(nodes, inputs, [value("y", None)], weights("GRU"))
    found = imported(model(content))
    assert told(found) == [expected("GRU")]
    assert len(found.network.inputs) == 1
    assert "counted for the whole length" in found.text


def test_weights_that_an_exporter_puts_together() -> None:
    """PyTorch's gates are in another order, which a file may have as slices."""
    rows = 4 * HIDDEN
    nodes = []
    constants = [integers("zero", [0]), *weights("LSTM")[2:]]
    for name, columns in (("W", CHANNELS), ("R", HIDDEN)):
        constants.append(tensor(f"{name}0", [rows, columns]))
        for gate in range(4):
            start, end = f"{name}s{gate}", f"{name}e{gate}"
            constants += [
                integers(start, [gate * HIDDEN]),
                integers(end, [gate * HIDDEN + HIDDEN]),
            ]
            nodes.append(node("Slice", f"{name}0 {start} {end} zero", f"{name}{gate}g"))
        nodes.append(
            node("Concat", " ".join(f"{name}{g}g" for g in (0, 3, 1, 2)), f"{name}c", axis=0)
        )
        nodes.append(node("Unsqueeze", f"{name}c zero", f"{name}u"))
    nodes.append(layer("LSTM", "x Wu Ru B"))
    data = network(nodes, [LENGTH, 1, CHANNELS], constants)
    assert told(imported(data)) == [expected("LSTM")]
    nodes.insert(-1, node("MatMul", "Wc square", "Wd"))
    constants.append(tensor("square", [CHANNELS, CHANNELS]))
    nodes.insert(-1, node("Unsqueeze", "Wd zero", "We"))
    nodes[-1] = layer("LSTM", "x We Ru B")
    found = refusal(network(nodes, [LENGTH, 1, CHANNELS], constants))
    assert "its weight 'We' is not a constant" in found


def texts(name: str, *values: str) -> bytes:
    """An attribute that is a list of texts."""
    content = message(1, name) + b"".join(message(9, each) for each in values)
    return message(5, content)


def test_an_rnn_of_relu_is_one() -> None:
    (field,) = imported(
        network(
            [layer("RNN") + texts("activations", "Relu")], [LENGTH, 1, CHANNELS], weights("RNN")
        )
    ).network.layers
    assert field.fields == {"hidden_size": HIDDEN, "nonlinearity": "relu"}


@pytest.mark.parametrize(
    ("op", "changed", "said"),
    [
        ("GRU", {"linear_before_reset": 0}, "linear_before_reset: 0"),
        ("GRU", {"clip": 3.0, "linear_before_reset": 1}, "within a bound (clip)"),
        ("LSTM", {"activations": ["HardSigmoid", "Tanh", "Tanh"]}, "are written as these"),
    ],
)
def test_what_has_no_figure_is_said(op: str, changed: dict[str, Any], said: str) -> None:
    activations = changed.pop("activations", [])
    found = layer(op, **changed) + (texts("activations", *activations) if activations else b"")
    result = imported(network([found], [LENGTH, 1, CHANNELS], weights(op)))
    assert told(result) == [expected(op)]
    assert said in " ".join(result.text.replace("#", "").split())


def test_a_gru_like_pytorchs_needs_no_remark() -> None:
    data = network([layer("GRU", linear_before_reset=1)], [LENGTH, 1, CHANNELS], weights("GRU"))
    assert not imported(data).network.remarks


@pytest.mark.parametrize(
    ("found", "constants", "said"),
    [
        (
            layer("LSTM", "x W R B - - - P"),
            [tensor("P", [1, 3 * HIDDEN])],
            "no layer type is an LSTM with peepholes",
        ),
        (layer("LSTM", input_forget=1), [], "input and forget gates are one"),
        (layer("LSTM", direction="sideways"), [], "its direction is none of ONNX's"),
        (node("LSTM", "x V R B", "y"), [tensor("V", [1, 3, 3])], "is 1x3x3, not 1x16x6"),
        (node("LSTM", "x W V B", "y"), [tensor("V", [1, 3, 3])], "is 1x16x6, not 1x12x6"),
        (node("LSTM", "x W", "y"), [], "its hidden_size is missing"),
        (layer("LSTM", "x x R B"), [], "is not a constant"),
    ],
)
def test_what_is_no_layer_of_the_language_stops(
    found: bytes, constants: list[bytes], said: str
) -> None:
    data = network([found], [LENGTH, 1, CHANNELS], [*weights("LSTM"), *constants])
    assert said in refusal(data)


def test_a_sequence_along_the_batch_stops() -> None:
    nodes = [node("Conv", "x c", "a"), layer("LSTM", "a W R B")]
    constants = [*weights("LSTM"), tensor("c", [3, 3, 1])]
    found = refusal(network(nodes, [4, 3, CHANNELS], constants))
    assert found.startswith("SC502")
    assert "it runs along the batch" in found
