"""Leading axes in PyTorch: folded into the batch, and unfolded after the layer."""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found, misc, no-any-unimported"
from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch_windows import Fields, RefusedError


class Led(torch.nn.Module):
    """A layer whose inputs have so many leading axes. last: whether its channels are the last."""

    def __init__(self, layer: torch.nn.Module, axes: int, last: bool) -> None:
        super().__init__()
        self.layer, self.axes, self.last = layer, axes, last

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        batches = [each if self.last else in_front(each, self.axes) for each in inputs]
        output = self.layer(*(each.flatten(0, self.axes) for each in batches))
        output = output.unflatten(0, batches[0].shape[: self.axes + 1])
        return output if self.last else output.movedim(self.axes + 1, 1)


def in_front(input: torch.Tensor, axes: int) -> torch.Tensor:
    """A tensor whose leading axes come right behind the batch, before the channels."""
    return input.movedim(1, axes + 1)


def parts(fields: Fields, inputs: Sequence[torch.Tensor]) -> Sequence[torch.Tensor]:
    """The parts of inputs behind their leading axes, as one batch. Raises RefusedError."""
    axes = fields.get("leading", 0)
    if not axes:
        return inputs
    if axes < 0 or any(axes > each.dim() - 2 for each in inputs):
        raise RefusedError("more leading axes than there are")
    found = [in_front(each, axes) for each in inputs]
    if len({each.shape[1 : axes + 1] for each in found}) > 1:
        raise RefusedError("leading axes of other sizes")
    return [each.flatten(0, axes) for each in found]


def without(fields: Fields) -> Fields:
    """The fields of the layer that runs on each part."""
    return {name: value for name, value in fields.items() if name != "leading"}


def led(
    build: Callable[[str, Fields, Sequence[torch.Tensor]], torch.nn.Module],
    type: str,
    fields: Fields,
    inputs: Sequence[torch.Tensor],
    last: bool,
) -> torch.nn.Module:
    """The layer of a type that `build` makes for the parts of inputs, run on whole ones."""
    layer = build(type, without(fields), parts(fields, inputs))
    return Led(layer, fields["leading"], last) if fields["leading"] else layer
