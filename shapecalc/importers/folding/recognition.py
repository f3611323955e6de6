"""Convolutions with their normalization and activation, which are a block that ships."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc import layers
from shapecalc.importers.folding.blocks import common_modules
from shapecalc.importers.folding.pieces import Piece, Taken, Varied
from shapecalc.layers.base import Elementwise

if TYPE_CHECKING:
    from collections.abc import Sequence

BLOCK = "ConvNormActivation"

_SLOTS = {
    "out_channels": Varied("count", None, True),
    "kernel_size": Varied("axes", 3, False),
    "stride": Varied("axes", 1, False),
    "dilation": Varied("axes", 1, False),
    "groups": Varied("count", 1, True),
}
_CONVOLUTIONS = ("Conv1d", "Conv2d", "Conv3d")


def with_convolutions(pieces: list[Piece], uses: dict[Piece, int]) -> list[Piece]:
    """The pieces, with a use of the block for each convolution, its norm and its activation.

    uses: how often the output of each piece is taken.
    """
    found: list[Piece] = []
    instead: dict[Piece, Piece] = {}
    place = 0
    while place < len(pieces):
        piece = pieces[place]
        piece.inputs = [each.renewed(instead) for each in piece.inputs]
        block = _block_at(pieces, place, uses)
        if block is not None:
            place += len(block.leaves) - 1
            instead[pieces[place]] = block
        found.append(block or piece)
        place += 1
    return found


def _block_at(pieces: Sequence[Piece], place: int, uses: dict[Piece, int]) -> Piece | None:
    """The use of the block that begins at a piece; None where none does."""
    conv = pieces[place]
    if _is_activated(conv):
        return None
    inside = [conv]
    for piece, is_meant in zip(
        pieces[place + 1 : place + 3], (_is_norm, _is_activation), strict=False
    ):
        before = inside[-1]
        if uses[before] != 1 or piece.inputs != [Taken(before, 0)] or not is_meant(piece):
            break
        inside.append(piece)
    if conv.type not in _CONVOLUTIONS or conv.constants or conv.pinned or len(inside) < 2:
        return None
    written = {key: value for key, value in conv.values.items() if key in _SLOTS}
    others = conv.values.keys() - _SLOTS - {"bias", "padding"}
    if others or "padding" not in conv.varied:
        return None
    leaves = [piece.leaves[0] for piece in inside]
    found = Piece(BLOCK, _name(inside), leaves, conv.inputs)
    found.varied = _SLOTS
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


def _name(inside: Sequence[Piece]) -> str:
    """What the block is called: as the convolution, or as their module where that has a number."""
    stem = common_modules([piece.name for piece in inside])
    inner = inside[0].name.removeprefix(stem).lstrip("/._-")
    return stem if stem and (not inner or inner.isdigit()) else inside[0].name


def _is_activated(conv: Piece) -> bool:
    """Whether a norm and an activation stand before a convolution, as in DenseNet: the norm after
    it is the next one's."""
    before = conv.inputs[0].of
    if not isinstance(before, Piece) or not before.inputs or not _is_activation(before):
        return False
    norm = before.inputs[0].of
    return isinstance(norm, Piece) and _is_norm(norm)


def _usual_padding(conv: Piece) -> int | None:
    """The padding of the block where none is written; None where one has to be."""
    kernel, dilation = conv.value("kernel_size"), conv.value("dilation")
    if isinstance(kernel, list) or isinstance(dilation, list):
        return None
    found: int = (kernel - 1) // 2 * dilation
    return found


def _is_norm(piece: Piece) -> bool:
    return piece.type.startswith("BatchNorm") and not (
        piece.values or piece.constants or piece.pinned
    )


def _is_activation(piece: Piece) -> bool:
    found = layers.find_type(piece.type)
    if found is None or piece.values or piece.constants or piece.pinned:
        return False
    return issubclass(found.layer, Elementwise) and "activation" in found.layer.__module__
