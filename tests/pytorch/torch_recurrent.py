"""Recurrent layers of a spec run in PyTorch. They are counted on the meta device: of an LSTM,
PyTorch's counter counts nothing on the CPU.

A tensor of a spec is batch, channels, positions; one of PyTorch batch, positions, channels, and a
state layers and directions, batch, channels.
"""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found, misc, no-any-unimported"
from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode
from torch_windows import Fields, RefusedError

SEQUENCES = ("RNN", "LSTM", "GRU")
TYPES = (*SEQUENCES, "RNNCell", "LSTMCell", "GRUCell")

OUTPUTS = {
    "RNN": ("output", "h"),
    "GRU": ("output", "h"),
    "LSTM": ("output", "h", "c"),
    "LSTMCell": ("h", "c"),
}
"""What a spec calls the outputs of a type that has several: the first is what goes on."""


class Recurrent(torch.nn.Module):
    """A layer that takes and gives tensors as a spec lays them out."""

    def __init__(self, type: str, fields: Fields, channels: int) -> None:
        super().__init__()
        arguments = dict(fields)
        if arguments.get("input_size") is None:
            arguments["input_size"] = channels
        self.of_a_sequence = type in SEQUENCES
        if self.of_a_sequence:
            arguments["batch_first"] = True
        self.several = type.startswith("LSTM")
        self.single = not arguments.pop("recurrent_bias", True)
        self.layer = getattr(torch.nn, type)(**arguments)
        if self.single:
            without_second_biases(self.layer)

    def forward(self, input: torch.Tensor, *states: torch.Tensor) -> list[torch.Tensor]:
        given: Any = None
        if states:
            laid = [self.state(each, (2, 0, 1)) for each in states]
            given = tuple(laid) if self.several else laid[0]
        if not self.of_a_sequence:
            output = self.layer(input, given)
            return list(output) if self.several else [output]
        output, after = self.layer(input.movedim(1, -1), given)
        after = after if self.several else [after]
        return [output.movedim(-1, 1), *(self.state(each, (1, 2, 0)) for each in after)]

    def state(self, tensor: torch.Tensor, order: tuple[int, ...]) -> torch.Tensor:
        """A state with its axes in another order."""
        if not self.of_a_sequence:
            return tensor
        return tensor.permute(order).contiguous()


def without_second_biases(layer: torch.nn.Module) -> None:
    """Take away the biases of the hidden state, which PyTorch always has: zeros in their place,
    which are neither parameters nor buffers, on the device of the weights."""
    for name in [name for name in layer.__dict__ | layer._parameters if name[:7] == "bias_hh"]:
        zeros = torch.zeros_like(getattr(layer, name.replace("bias", "weight"))[:, 0].detach())
        layer._parameters.pop(name, None)
        setattr(layer, name, zeros)


def build(type: str, fields: Fields, inputs: Sequence[torch.Tensor]) -> Recurrent:
    """The layer for the inputs. Raises RefusedError, or what PyTorch does."""
    if len(inputs) not in ((1, 3) if type.startswith("LSTM") else (1, 2)):
        raise RefusedError("another number of states")
    if inputs[0].dim() != (3 if type in SEQUENCES else 2):
        raise RefusedError("another number of axes, such as none for the batch")
    layer = Recurrent(type, fields, inputs[0].shape[1])
    layer.eval()
    return layer


def flops(layer: Recurrent, inputs: Sequence[torch.Tensor]) -> int:
    """What PyTorch's counter counts of a layer on the meta device."""
    moved = copy.deepcopy(layer).to("meta")
    if moved.single:
        without_second_biases(moved.layer)
    with FlopCounterMode(display=False) as counter:
        moved(*[input.to("meta") for input in inputs])
    found: int = counter.get_total_flops()
    return found
