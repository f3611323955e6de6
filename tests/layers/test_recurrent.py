"""Recurrent layers: what they cost, the states that they take and give, and their names."""

from __future__ import annotations

import pytest
from layer_cases import make, outputs, refused

import shapecalc
from shapecalc.shapes.shape import parse_shape


def costs(type: str, input: str, **fields: object) -> tuple[int, int]:
    """The params and macs of a layer."""
    layer, inputs = make(type, **fields), (parse_shape(input),)
    return layer.params(inputs), layer.macs(inputs, layer.infer(inputs))


@pytest.mark.parametrize(
    ("type", "fields", "found", "params", "macs"),
    [
        ("RNN", {}, ["7x8", "1x8"], 8 * (5 + 8 + 2), 7 * 8 * (5 + 8)),
        ("GRU", {"bias": False}, ["7x8", "1x8"], 24 * (5 + 8), 7 * 24 * (5 + 8)),
        ("RNN", {"recurrent_bias": False}, ["7x8", "1x8"], 8 * (5 + 8 + 1), 7 * 8 * (5 + 8)),
        (
            "GRU",
            {"num_layers": 2, "recurrent_bias": False},
            ["7x8", "2x8"],
            24 * (5 + 8 + 1) + 24 * (8 + 8 + 1),
            7 * (24 * (5 + 8) + 24 * (8 + 8)),
        ),
        ("LSTM", {}, ["7x8", "1x8", "1x8"], 32 * (5 + 8 + 2), 7 * 32 * (5 + 8)),
        (
            "LSTM",
            {"proj_size": 3},
            ["7x3", "1x3", "1x8"],
            32 * (5 + 3 + 2) + 8 * 3,
            7 * (32 * (5 + 3) + 8 * 3),
        ),
        (
            "GRU",
            {"num_layers": 3, "bidirectional": True},
            ["7x16", "6x8"],
            2 * (24 * (5 + 8 + 2) + 2 * 24 * (16 + 8 + 2)),
            7 * 2 * (24 * (5 + 8) + 2 * 24 * (16 + 8)),
        ),
    ],
)
def test_each_layer_and_direction_has_the_weights_of_its_gates(
    type: str, fields: dict[str, object], found: list[str], params: int, macs: int
) -> None:
    assert outputs(type, "7x5", hidden_size=8, **fields) == found
    assert costs(type, "7x5", hidden_size=8, **fields) == (params, macs)


@pytest.mark.parametrize(("type", "gates"), [("RNNCell", 1), ("GRUCell", 3), ("LSTMCell", 4)])
def test_a_step_costs_what_a_layer_does_on_one_position(type: str, gates: int) -> None:
    assert costs(type, "5", hidden_size=8) == (gates * 8 * (5 + 8 + 2), gates * 8 * (5 + 8))
    of_a_layer = costs(type.removesuffix("Cell"), "1x5", hidden_size=8)
    assert costs(type, "5", hidden_size=8) == of_a_layer


@pytest.mark.parametrize(
    ("type", "inputs", "code", "message"),
    [
        ("LSTM", ["7x7x5"], "SC201", "LSTM expects length x channels, but 7x7x5 is height"),
        ("LSTM", ["7x5", "1x8"], "SC111", "LSTM needs h_0 and c_0, or neither, got 2 inputs"),
        ("LSTM", ["7x5", "1x8", "2x8"], "SC209", "c_0 must be 1x8 (layers and directions x chann"),
        ("GRU", ["7x5", "8"], "SC209", "h_0 must be 1x8 (layers and directions x channels), but"),
        ("GRUCell", ["7x5"], "SC201", "GRUCell expects channels alone (a vector), but 7x5 is"),
        ("GRUCell", ["5", "9"], "SC209", "h_0 must be 8, but it is 9"),
        ("LSTMCell", ["5", "8"], "SC111", "LSTMCell needs h_0 and c_0, or neither, got 2 inputs"),
    ],
)
def test_what_a_layer_does_not_take(type: str, inputs: list[str], code: str, message: str) -> None:
    refusal = refused(type, *inputs, hidden_size=8)
    assert (refusal.code, refusal.message[: len(message)]) == (code, message)


def test_one_bias_is_no_other_than_none_of_two() -> None:
    one, none = (
        costs("LSTMCell", "5", hidden_size=8, recurrent_bias=False, bias=bias)
        for bias in (True, False)
    )
    assert (one[0] - none[0], one[1]) == (32, none[1])


def test_a_step_on_a_sequence_is_told_of_the_layer() -> None:
    hint = "use GRU, or take one position with a Select"
    assert refused("GRUCell", "7x5", hidden_size=8).hint == hint


def test_a_projection_leads_to_fewer_channels() -> None:
    assert refused("LSTM", "7x5", hidden_size=8, proj_size=8).field == "proj_size"
    assert outputs("LSTM", "7x5", hidden_size=8, proj_size=7) == ["7x7", "1x7", "1x8"]


def summary(layers: str, more: str = "") -> shapecalc.Summary:
    return shapecalc.loads(f"input: 7x5\n{more}layers:\n{layers}").summary()


ENCODER = "  - {name: encoder, type: LSTM, hidden_size: 8}\n"


def problems(layers: str) -> list[tuple[str, str | None]]:
    with pytest.raises(shapecalc.SpecError) as caught:
        summary(layers)
    return [(each.message, each.hint) for each in caught.value.problems]


def test_the_sequence_flows_on_and_the_states_are_taken_by_name() -> None:
    run = summary(
        ENCODER
        + "  - {name: next, type: Linear, out_features: 5, per_position: true}\n"
        + "  - {name: decoder, type: LSTM, hidden_size: 8, from: [next, encoder.h, encoder.c]}\n",
        "outputs: [decoder, decoder.output, encoder.h]\n",
    )
    assert [str(shape) for shape in run.outputs.values()] == ["7x8", "7x8", "1x8"]
    decoder = run.items[-1]
    assert [tensor.path for tensor in decoder.sources] == ["next", "encoder.h", "encoder.c"]
    assert [tensor.path for tensor in decoder.tensors] == ["decoder", "decoder.h", "decoder.c"]


def test_an_output_that_there_is_not_is_refused_by_the_names_of_those_that_are() -> None:
    for name in ("state", "0", "1"):
        found = problems(ENCODER + f"  - {{name: x, type: Flatten, from: encoder.{name}}}\n")
        assert found == [(f"x: encoder has no output {name}", "allowed: output, h, c")]


def test_its_sizes_are_those_of_the_first_output_and_of_a_state_by_its_name() -> None:
    run = summary(
        ENCODER + "  - {name: last, type: Linear, per_position: true, "
        "out_features: encoder.length + 10 * encoder.h.length}\n"
    )
    assert str(run.items[-1].output) == "7x17"


def test_expect_states_the_first_output() -> None:
    text = ENCODER.replace("8}", "8, expect: 7x8}")
    assert str(summary(text).items[0].expected) == "7x8"


def test_repeats_run_on_the_sequence() -> None:
    run = summary(
        "  - {name: stack, type: GRU, hidden_size: 8, repeat: 3}\n", "outputs: stack.*.h\n"
    )
    assert [str(item.output) for item in run.items] == ["7x8"] * 3
    assert list(run.outputs) == ["stack.0.h", "stack.1.h", "stack.2.h"]
    chained = ENCODER + (
        "  - {name: more, type: LSTM, hidden_size: 8, repeat: 2, "
        "from: [encoder, encoder.h, encoder.c]}\n"
    )
    ((message, _),) = problems(chained)
    assert message.startswith("more: repeats run in a row")


def test_a_block_may_end_in_one_and_hand_out_its_states() -> None:
    block = (
        "blocks:\n  Encoder:\n    outputs: [rnn, rnn.h]\n    layers:\n"
        "      - {name: rnn, type: GRU, hidden_size: 8}\n"
    )
    run = summary(
        "  - {name: e, type: Encoder}\n  - {name: f, type: GRU, hidden_size: 8, "
        "from: [e.rnn, e.rnn.h]}\n",
        block,
    )
    assert [str(shape) for shape in run.items[0].outputs] == ["7x8", "1x8"]
    assert str(run.output) == "7x8"


def test_a_state_that_nothing_takes_is_no_warning() -> None:
    assert shapecalc.loads(f"input: 7x5\nlayers:\n{ENCODER}").summary().warnings == []


def fields_of(layer: str) -> list[list[tuple[object, object]] | None]:
    """What the outputs of a layer after a convolution see of the input, along its length."""
    run = summary(
        "  - {type: Conv1d, out_channels: 5, kernel_size: 3, padding: 1}\n"
        f"  - {{name: x, type: {layer}}}\n",
        "outputs: [x, x.h]\n",
    )
    found: list[list[tuple[object, object]] | None] = []
    for tensor in run.items[-1].tensors:
        (axes,) = run.fields_of(tensor).values()
        found.append(None if axes is None else [(axis.size, axis.stride) for axis in axes])
    return found


def test_a_position_sees_all_of_them_from_both_ends_and_a_state_does_from_one() -> None:
    assert fields_of("GRU, hidden_size: 8, bidirectional: true") == [[(9, 0)], [(9, 0)]]
    assert fields_of("GRU, hidden_size: 8") == [None, [(9, 0)]]


def test_weights_are_shared_by_layers_that_are_alike() -> None:
    shared = ENCODER + "  - {name: x, type: Conv1d, out_channels: 5, kernel_size: 1}\n"
    run = summary(shared + "  - {name: again, type: LSTM, hidden_size: 8, shares: encoder}\n")
    assert run.items[-1].params == 0
    other = "  - {name: again, type: LSTM, hidden_size: 8, bias: false, shares: encoder}\n"
    assert len(problems(shared + other)) == 1
