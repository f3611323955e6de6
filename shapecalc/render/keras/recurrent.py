"""How the recurrent types are written in Keras' words, where it computes the same.

A GRU of Keras (`reset_after`, its default) has two biases for each gate, as PyTorch's; its LSTM and
SimpleRNN have one, which is `recurrent_bias: false`. Its GRU with one (`reset_after=False`) is
another: its reset gate acts before the product. States are its vectors, one for each layer and
direction: they are not written.
"""

from __future__ import annotations

from collections.abc import Iterator

from shapecalc.render.code.layout import Bracket, Part
from shapecalc.render.keras.uses import Call, LayerUse, UnsayableError, writes

_CLASSES = {"RNN": "layers.SimpleRNN", "LSTM": "layers.LSTM", "GRU": "layers.GRU"}


@writes("RNN LSTM GRU")
def _recurrent(use: LayerUse) -> Iterator[Call]:
    type = use.type.name
    if any(len(inputs) > 1 for inputs, _ in use.runs):
        raise UnsayableError("Keras has initial states as vectors, one for each layer")
    single = not use.value("recurrent_bias")
    if type != "GRU" and use.value("bias") and not single:
        raise UnsayableError(
            "Keras has one bias for each gate, PyTorch two: write recurrent_bias: false"
        )
    if type == "GRU" and use.value("bias") and single:
        raise UnsayableError(
            "Keras' GRU with one bias for each gate is another: reset_after=False resets the state "
            "before the product"
        )
    if type == "LSTM" and use.value("proj_size"):
        raise UnsayableError("Keras has no projection of the hidden state")
    items: list[Part] = [use.text("hidden_size")]
    if type == "RNN" and use.value("nonlinearity") != "tanh":
        items.append(f'activation="{use.value("nonlinearity")}"')
    items += ["return_sequences=True", *use.keyword("use_bias", "bias", True)]
    count = use.value("num_layers")
    for number in range(count):
        last = number == count - 1
        suffix = "" if last else f"layer{number}"
        if use.value("bidirectional"):
            own = Bracket(f"{_CLASSES[type]}(", list(items))
            yield Call("layers.Bidirectional", own, suffix=suffix)
        else:
            yield Call(_CLASSES[type], *items, suffix=suffix)
        if use.value("dropout") and not last:
            yield Call("layers.Dropout", use.text("dropout"), suffix=f"dropout{number}")
