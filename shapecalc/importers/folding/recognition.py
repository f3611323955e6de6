"""Convolutions with their normalization and activation, which are a block that ships."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc import layers
from shapecalc.importers.folding.blocks import common_modules
from shapecalc.importers.folding.parts import Part, Slot, Taken
from shapecalc.layers.base import Elementwise

if TYPE_CHECKING:
    from collections.abc import Sequence

BLOCK = "ConvNormActivation"

_SLOTS = {
    "out_channels": Slot("count", None, True),
    "kernel_size": Slot("axes", 3, False),
    "stride": Slot("axes", 1, False),
    "dilation": Slot("axes", 1, False),
    "groups": Slot("count", 1, True),
}
_CONVOLUTIONS = ("Conv1d", "Conv2d", "Conv3d")


def with_convolutions(parts: list[Part], uses: dict[Part, int]) -> list[Part]:
    """The parts, with a use of the block for each convolution, its norm and its activation.

    uses: how often the output of each part is taken.
    """
    found: list[Part] = []
    instead: dict[Part, Part] = {}
    place = 0
    while place < len(parts):
        part = _block_at(parts, place, uses)
        length = 1 if part is None else len(part.leaves)
        if part is not None:
            instead[parts[place + length - 1]] = part
        else:
            part = parts[place]
        part.inputs = [each.renewed(instead) for each in part.inputs]
        found.append(part)
        place += length
    return found


def _block_at(parts: Sequence[Part], place: int, uses: dict[Part, int]) -> Part | None:
    """The use of the block that begins at a part; None where none does."""
    conv = parts[place]
    if _is_activated(conv):
        return None
    inside = [conv]
    for part, is_meant in zip(
        parts[place + 1 : place + 3], (_is_norm, _is_activation), strict=False
    ):
        before = inside[-1]
        if uses[before] != 1 or part.inputs != [Taken(before, 0)] or not is_meant(part):
            break
        inside.append(part)
    if conv.type not in _CONVOLUTIONS or conv.constants or conv.pinned or len(inside) < 2:
        return None
    written = {key: value for key, value in conv.values.items() if key in _SLOTS}
    others = conv.values.keys() - _SLOTS - {"bias", "padding"}
    if others or "padding" not in conv.slots:
        return None
    leaves = [part.leaves[0] for part in inside]
    found = Part(BLOCK, _name(inside), leaves, conv.inputs)
    found.slots = _SLOTS
    found.values = {key: value for key, value in written.items() if value != _SLOTS[key].default}
    if conv.value("kernel_size") != 3:
        found.values["kernel_size"] = conv.value("kernel_size")
    said = {
        "padding": (conv.value("padding"), _usual_padding(conv)),
        "conv": (conv.type, "Conv2d"),
        "norm": (inside[1].type, "BatchNorm2d"),
        "activation": (inside[2].type if len(inside) == 3 else None, "ReLU"),
        "bias": (conv.value("bias"), False),
    }
    found.constants = {key: value for key, (value, usual) in said.items() if value != usual}
    return found


def _name(inside: Sequence[Part]) -> str:
    """What the block is called: as the convolution, or as their module where that has a number."""
    stem = common_modules([part.name for part in inside])
    inner = inside[0].name.removeprefix(stem).lstrip("/._-")
    return stem if stem and (not inner or inner.isdigit()) else inside[0].name


def _is_activated(conv: Part) -> bool:
    """Whether a norm and an activation stand before a convolution, as in DenseNet: the norm after
    it is the next one's."""
    before = conv.inputs[0].of
    if not isinstance(before, Part) or not before.inputs or not _is_activation(before):
        return False
    norm = before.inputs[0].of
    return isinstance(norm, Part) and _is_norm(norm)


def _usual_padding(conv: Part) -> int | None:
    """The padding of the block where none is written; None where one has to be."""
    kernel, dilation = conv.value("kernel_size"), conv.value("dilation")
    if isinstance(kernel, list) or isinstance(dilation, list):
        return None
    found: int = (kernel - 1) // 2 * dilation
    return found


def _is_norm(part: Part) -> bool:
    return part.type.startswith("BatchNorm") and not (part.values or part.constants or part.pinned)


def _is_activation(part: Part) -> bool:
    found = layers.find_type(part.type)
    if found is None or part.values or part.constants or part.pinned:
        return False
    return issubclass(found.layer, Elementwise) and "activation" in found.layer.__module__
