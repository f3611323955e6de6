"""Recurrent layers of Keras, as each generation writes them: their states, masks and biases."""

from __future__ import annotations

from typing import Any

import pytest
from keras_figures import imported
from keras_texts import Layer, functional, image, in_keras_3, layer, sequential, text, tfjs

from shapecalc.problems.problem import SpecError

Row = tuple[str, str, str, int]


def rows(model: Any) -> list[Row]:
    """The layers of a model: name, type, outputs, params."""
    return [
        (each.name, each.layer.type.name, ", ".join(map(str, each.outputs)), each.params)
        for each in imported(text(model)).network.layers
    ]


def spec(model: Any) -> str:
    """The spec of a model."""
    return imported(text(model)).text


def words(name: str, length: int) -> Layer:
    """An input of so many words."""
    return image(name, (length,))


def params(gates: int, channels: int, units: int, biases: int) -> int:
    """The weights of a recurrent layer, as Keras' own documentation counts them."""
    return gates * (units * (channels + units) + biases * units)


STATES = functional(
    words("question", 7),
    words("answer", 5),
    layer("Embedding", "embedding", "question", input_dim=20, output_dim=6, mask_zero=True),
    layer("Embedding", "decoded", "answer", input_dim=30, output_dim=6),
    layer("LSTM", "encoder", "embedding", units=4, return_state=True),
    layer(
        "LSTM",
        "decoder",
        ["decoded", ["encoder", 0, 1], ["encoder", 0, 2]],
        units=4,
        return_sequences=True,
        return_state=True,
    ),
    layer("Dense", "word", "decoder", units=30),
    inputs=["question", "answer"],
    outputs="word",
)
"""One LSTM whose states are the first of another."""


def test_states_go_from_layer_to_layer_without_more() -> None:
    assert rows(STATES) == [
        ("embedding", "Embedding", "7x6", 120),
        ("decoded", "Embedding", "5x6", 180),
        ("encoder", "LSTM", "7x4, 1x4, 1x4", params(4, 6, 4, 1)),
        ("decoder", "LSTM", "5x4, 1x4, 1x4", params(4, 6, 4, 1)),
        ("word", "Linear", "5x30", 150),
    ]
    assert "from: [decoded, encoder.h, encoder.c], hidden_size: 4" in spec(STATES).replace('"', "")


def test_states_that_come_from_elsewhere_are_laid_out() -> None:
    model = functional(
        image(shape=(7, 3)),
        image("h", (4,)),
        image("c", (4,)),
        layer("LSTM", "step", ["image", "h", "c"], units=4, return_state=True),
        inputs=["image", "h", "c"],
        outputs=["step", ["step", 0, 1], ["step", 0, 2]],
    )
    assert [row[:3] for row in rows(model)] == [
        ("step_h_0", "Reshape", "1x4"),
        ("step_c_0", "Reshape", "1x4"),
        ("step", "LSTM", "7x4, 1x4, 1x4"),
        ("step_last", "Flatten", "4"),
        ("step_h", "Flatten", "4"),
        ("step_c", "Flatten", "4"),
    ]


def test_a_mask_and_what_only_makes_it_are_left_out() -> None:
    model = in_keras_3(STATES)
    mask = {"class_name": "__keras_tensor__", "config": {"keras_history": ["not_equal", 0, 0]}}
    tensor = {"class_name": "__keras_tensor__", "config": {"keras_history": ["question", 0, 0]}}
    layers = model["config"]["layers"]
    encoder = next(each for each in layers if each["name"] == "encoder")
    encoder["inbound_nodes"][0]["kwargs"] = {"mask": mask, "training": False}
    layers.insert(
        4,
        {
            "module": "keras.src.ops.numpy",
            "class_name": "NotEqual",
            "name": "not_equal",
            "config": {"name": "not_equal"},
            "inbound_nodes": [{"args": [tensor, 0], "kwargs": {}}],
        },
    )
    decoder = next(each for each in layers if each["name"] == "decoder")
    (decoder["inbound_nodes"][0]["args"],) = [decoder["inbound_nodes"][0]["args"][0]]
    assert "not_equal" not in spec(model)
    assert "Masks are left out" in spec(model)


@pytest.mark.parametrize(
    ("kind", "config", "found"),
    [
        ("SimpleRNN", {}, params(1, 3, 4, 1)),
        ("LSTM", {}, params(4, 3, 4, 1)),
        ("LSTM", {"use_bias": False}, params(4, 3, 4, 0)),
        ("CuDNNLSTM", {}, params(4, 3, 4, 2)),
        ("GRU", {}, params(3, 3, 4, 1)),
        ("GRU", {"reset_after": False}, params(3, 3, 4, 1)),
        ("GRU", {"reset_after": True}, params(3, 3, 4, 2)),
        ("CuDNNGRU", {}, params(3, 3, 4, 2)),
    ],
)
def test_how_many_biases_a_class_has(kind: str, config: dict[str, Any], found: int) -> None:
    (row, last) = rows(sequential(image(shape=(7, 3)), layer(kind, "own", units=4, **config)))
    assert (row[3], last) == (found, ("own_last", "Flatten", "4", 0))


def test_the_words_of_keras_1() -> None:
    found = layer(
        "GRU",
        "own",
        output_dim=4,
        inner_activation="hard_sigmoid",
        activation="tanh",
        dropout_W=0.5,
        return_sequences=True,
        consume_less="cpu",
    )
    (only,) = imported(text(sequential(image(shape=(7, 3)), found))).network.layers
    assert (only.params, only.note) == (
        params(3, 3, 4, 1),
        "resets before the product, dropout 0.5",
    )
    assert "hard_sigmoid" in spec(sequential(image(shape=(7, 3)), found))


@pytest.mark.parametrize("sequences", [True, False])
@pytest.mark.parametrize("mode", ["concat", "sum", "mul", "ave"])
def test_both_directions(mode: str, sequences: bool) -> None:
    inner = layer("LSTM", "inner", units=4, return_sequences=sequences)
    own = layer("Bidirectional", "own", layer=inner, merge_mode=mode)
    found = rows(sequential(image(shape=(7, 3)), own))
    channels = 8 if mode == "concat" else 4
    assert sum(row[3] for row in found) == 2 * params(4, 3, 4, 1)
    assert found[-1][2].startswith(f"7x{channels}" if sequences else f"{channels}")


def test_both_directions_apart() -> None:
    inner = layer("GRU", "inner", units=4, return_sequences=True)
    own = layer("Bidirectional", "own", "image", layer=inner, merge_mode=None)
    model = functional(
        image(shape=(7, 3)),
        own,
        layer("Subtract", "less", [["own", 0, 0], ["own", 0, 1]]),
        outputs="less",
    )
    assert [row[:3] for row in rows(model)] == [
        ("own", "GRU", "7x8, 2x4"),
        ("own_directions", "Chunk", "7x4, 7x4"),
        ("less", "Subtract", "7x4"),
    ]


def test_states_of_both_directions() -> None:
    inner = layer("GRU", "inner", units=4, return_sequences=True, return_state=True)
    both = layer("Bidirectional", "both", "image", layer=inner)
    again = layer(
        "Bidirectional",
        "again",
        [["both", 0, 0], ["both", 0, 1], ["both", 0, 2]],
        layer=layer("GRU", "inner", units=4),
    )
    found = rows(functional(image(shape=(7, 3)), both, again, outputs="again"))
    assert [row[:3] for row in found] == [
        ("both", "GRU", "7x8, 2x4"),
        ("again", "GRU", "7x8, 2x4"),
        ("again_last", "Flatten", "8"),
    ]


def test_cells_one_after_another() -> None:
    cells = [layer("LSTMCell", "a", units=4), layer("GRUCell", "b", units=5, reset_after=True)]
    cell = {"class_name": "StackedRNNCells", "config": {"cells": cells}}
    own = layer("RNN", "own", cell=cell, return_sequences=True)
    assert rows(sequential(image(shape=(7, 3)), own)) == [
        ("own_cell0", "LSTM", "7x4, 1x4, 1x4", params(4, 3, 4, 1)),
        ("own_cell1", "GRU", "7x5, 1x5", params(3, 4, 5, 2)),
    ]


def test_a_layer_that_is_used_twice_is_counted_once() -> None:
    shared = layer("LSTM", "shared", "image", units=4)
    shared["inbound_nodes"].append([["other", 0, 0, {}]])
    model = functional(
        image(shape=(7, 3)),
        image("other", (5, 3)),
        shared,
        layer("Subtract", "less", [["shared", 0, 0], ["shared", 1, 0]]),
        inputs=["image", "other"],
        outputs="less",
    )
    assert f"params: {params(4, 3, 4, 1)}" not in spec(model)  # the file says none
    network = imported(text(model)).network
    assert [each.shares is not None for each in network.layers if each.params] == [False, True]


WEIGHTS = {
    "own__gru_cell__kernel": [3, 12],
    "own__gru_cell__recurrent_kernel": [4, 12],
    "own__gru_cell__bias": [2, 12],
}


def test_the_weights_of_a_cell_are_those_of_its_layer() -> None:
    own = layer("GRU", "own", units=4, return_sequences=True, reset_after=True)
    model = tfjs(sequential(image(shape=(7, 3)), own), **WEIGHTS)
    assert f"expect: {{params: {params(3, 3, 4, 2)}}}" in imported(text(model)).text
    own["config"]["reset_after"] = False
    with pytest.raises(SpecError) as caught:
        imported(text(tfjs(sequential(image(shape=(7, 3)), own), **WEIGHTS)))
    assert caught.value.problems[0].message.endswith("108 params, worked out are 96")


def test_a_model_at_every_step_of_time() -> None:
    inner = functional(
        image(),
        layer("Conv2D", "conv", "image", filters=4, kernel_size=3),
        layer("GlobalAveragePooling2D", "pool", "conv"),
        outputs="pool",
    )
    inner["config"]["name"] = "net"
    own = layer("TimeDistributed", "steps", layer=inner)
    model = sequential(image(shape=(6, 8, 8, 3)), own, layer("LSTM", "lstm", units=5))
    assert [row[:3] for row in rows(model)] == [
        ("steps.conv", "Conv2d", "6x6x6x4"),
        ("steps.pool", "Mean", "6x4"),
        ("lstm", "LSTM", "6x5, 1x5, 1x5"),
        ("lstm_last", "Flatten", "5"),
    ]
    assert "leading: 1" in spec(model)


def test_channels_first_is_turned() -> None:
    model = sequential(
        image(shape=(3, 9)),
        layer("Conv1D", "conv", filters=5, kernel_size=2, data_format="channels_first"),
        layer("LSTM", "lstm", units=4, return_sequences=True),
    )
    found = rows(model)
    assert [row[1] for row in found] == ["Conv1d", "Transpose", "LSTM", "Transpose"]
    assert found[2][2:] == ("5x4, 1x4, 1x4", params(4, 8, 4, 1))


# ---------------------------------------------------------------- attention


def attended(*takes: str, **call: Any) -> list[str]:
    """The types that an attention of 16 channels in 4 heads becomes, by what it is called with."""
    own = layer("MultiHeadAttention", "own", takes[0], num_heads=4, key_dim=4)
    own["inbound_nodes"][0][0][3] = call
    model = functional(
        image(shape=(7, 16)), image("other", (5, 8)), own, inputs=["image", "other"], outputs="own"
    )
    network = imported(text(model)).network
    return [f"{each.layer.type.name} {len(each.inputs)} {each.params}" for each in network.layers]


def test_attention_of_keras_2_has_its_values_by_name() -> None:
    own, other = 16 * 16 + 16, 8 * 16 + 16
    assert attended("image", value=["image", 0, 0]) == [f"MultiheadAttention 1 {4 * own}"]
    found = attended("image", value=["other", 0, 0], use_causal_mask=False)
    assert found == [f"MultiheadAttention 2 {2 * own + 2 * other}"]
    found = attended("image", value=["image", 0, 0], key=["image", 0, 0])
    assert found == [f"MultiheadAttention 1 {4 * own}"]
