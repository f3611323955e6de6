"""Random recurrent layers and cells, with initial states that are mostly of the right shape."""

from __future__ import annotations

from random import Random
from typing import Any

from draw_tools import CHANNELS, EXTENTS, Draw, among, chance, flag, maybe, off

SEQUENCES = ("RNN", "LSTM", "GRU")
CELLS = ("RNNCell", "LSTMCell", "GRUCell")
TYPES = (*SEQUENCES, *CELLS)


def layer(type: str, random: Random) -> tuple[Draw, list[list[int]]]:
    """A layer of a type, and the shapes that it takes, channels first."""
    return cell(type, random) if type in CELLS else sequence(type, random)


def sequence(type: str, random: Random) -> tuple[Draw, list[list[int]]]:
    """A layer over a sequence of some positions."""
    channels = random.choice(CHANNELS)
    fields = _sizes(type, channels, random)
    fields |= maybe(
        random,
        0.4,
        num_layers=among(random, 1, 2, 2, 3, 4, bad=(0, -1)),
        dropout=lambda: random.choice((0, 0.1, 0.5, 1, 1.0, 1.5)),
        bidirectional=flag(random),
        batch_first=flag(random),
    )
    hidden = fields["hidden_size"]
    if type == "LSTM" and chance(random, 0.4):
        fields["proj_size"] = random.choice((0, 1, hidden // 2, hidden - 1, hidden, hidden + 1))
    count = fields.get("num_layers", 1) * (2 if fields.get("bidirectional") else 1)
    channels_of_h = fields.get("proj_size") or hidden
    states = [[channels_of_h, count], [hidden, count]]
    input = [channels, random.choice(EXTENTS)]
    if chance(random, 0.03):
        input = input[:1] if chance(random, 0.5) else [*input, 2]
    return fields, [input, *_given(type, states, random)]


def cell(type: str, random: Random) -> tuple[Draw, list[list[int]]]:
    """A single step of a layer."""
    channels = random.choice(CHANNELS)
    fields = _sizes(type, channels, random)
    states = [[fields["hidden_size"]]] * 2
    input = [channels, 2] if chance(random, 0.03) else [channels]
    return fields, [input, *_given(type, states, random)]


def _sizes(type: str, channels: int, random: Random) -> Draw:
    """The fields that all types have."""
    fields: Draw = {"hidden_size": among(random, 1, 2, 3, 5, 8, 16, bad=(0, -1))()}
    fields |= maybe(random, 0.6, input_size=lambda: off(random, channels))
    fields |= maybe(random, 0.4, bias=flag(random), recurrent_bias=flag(random))
    if type.startswith("RNN"):
        words = ("tanh", "relu", "relu", "sigmoid")
        fields |= maybe(random, 0.4, nonlinearity=lambda: random.choice(words))
    return fields


def _given(type: str, states: list[list[int]], random: Random) -> list[list[int]]:
    """Initial states: none, all, or seldom another number; now and then of another size."""
    if chance(random, 0.4):
        return []
    count = 2 if type.startswith("LSTM") else 1
    if chance(random, 0.08):
        count = random.choice((1, 2, 3))
    given: Any = [list(state) for state in [*states, states[0]][:count]]
    if chance(random, 0.2):
        state = random.choice(given)
        place = random.randrange(len(state))
        state[place] = max(1, off(random, state[place], 1))
    if chance(random, 0.03):
        given[-1] = [*given[-1], 1] if len(given[-1]) < 2 else given[-1][:1]
    return [[max(1, size) for size in state] for state in given]
