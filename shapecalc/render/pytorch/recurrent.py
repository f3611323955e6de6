"""Recurrent layers, whose modules take and give states beside a sequence.

PyTorch has the channels of a sequence last, and a state as layers and directions, batch, channels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.render.code.layout import Bracket, Part, flat
from shapecalc.render.code.trees import Tree, constant, times
from shapecalc.render.pytorch.values import CannotSay, Made, TensorValue

if TYPE_CHECKING:
    from shapecalc.render.pytorch.body import ClassBody
    from shapecalc.render.pytorch.runs import ItemRun

OF_SEQUENCES = ("RNN", "LSTM", "GRU")
"""The types over a sequence; the others are single steps, on vectors."""

_SWAPPED = ".transpose(0, 1)"


class MadeRecurrent(Made):
    """A module with states: a sequence and its states, or the states of a single step.

    outputs: what `from:` calls its outputs, each without its text. pair: whether there are two
    states, which it takes and gives as one tuple.
    """

    __slots__ = ("outputs", "pair")

    def __init__(self, made: Made, names: tuple[str, ...], channels: list[Tree | None]) -> None:
        """channels: those of the outputs after the first."""
        super().__init__(made.part, made.out, made.last)
        rank = made.out.rank
        states = [TensorValue("", each, rank, last=rank > 0) for each in channels]
        self.outputs = dict(zip(names, [made.out, *states], strict=True))
        self.pair = "c" in names

    def arguments(self, sources: list[TensorValue]) -> list[Part]:
        """The sequence, and the states that are given."""
        first, *states = sources
        texts: list[Part] = [first.laid(self.last).text]
        given = [_as_state(each) for each in states]
        if given:
            texts.append(f"({', '.join(given)})" if self.pair else given[0])
        return texts

    def assigned_to(self, names: list[str]) -> str:
        """The target of an assignment of all that a call gives."""
        if self.pair and len(names) > 2:
            return f"{names[0]}, ({', '.join(names[1:])})"
        return ", ".join(names)

    def named(self, names: list[str]) -> dict[str, TensorValue]:
        """The outputs after that assignment, as the layers of a spec take them."""
        return {
            each: value.called(name + _SWAPPED if number and value.rank else name)
            for number, ((each, value), name) in enumerate(
                zip(self.outputs.items(), names, strict=True)
            )
        }


def first_of(call: Part) -> Part:
    """The first of the outputs of a call."""
    if isinstance(call, Bracket):
        return Bracket(call.open, call.items, f"{call.close}[0]")
    return f"{flat(call)}[0]"


def hidden_channels(
    body: ClassBody, fields: dict[str, Tree], runs: list[ItemRun], number: int
) -> Tree | None:
    """The channels of an output of a recurrent layer: of a state, or of both directions of it."""
    hidden = fields["hidden_size"]
    if not runs:
        if "proj_size" in fields or "bidirectional" in fields:
            raise CannotSay
        return hidden
    own = [each for each in (fields.get("proj_size"), hidden) if each is not None]

    def wanted(run: ItemRun) -> int:
        return run.node.tensors[number].shape.channels

    return body.first_said([*own, *(times(constant(2), each) for each in own)], runs, wanted)


def _as_state(value: TensorValue) -> str:
    """A state as PyTorch lays it out; a vector as it is."""
    text = value.laid(True).text
    if not value.rank:
        return text
    return text.removesuffix(_SWAPPED) if text.endswith(_SWAPPED) else text + _SWAPPED
