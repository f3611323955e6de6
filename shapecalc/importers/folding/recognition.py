"""Convolutions with their normalization and activation, which are a block that ships."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc import layers
from shapecalc.importers.folding.pieces import Piece, Taken, Varied
from shapecalc.layers.base import Elementwise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.folding.modules import Modules

BLOCK = "ConvNormActivation"

_VARIED = {
    "out_channels": Varied("count", None, True),
    "kernel_size": Varied("axes", 3, False),
    "stride": Varied("axes", 1, False),
    "dilation": Varied("axes", 1, False),
    "groups": Varied("count", 1, True),
}
_CONVOLUTIONS = ("Conv1d", "Conv2d", "Conv3d")


def with_convolutions(pieces: list[Piece], uses: dict[Piece, int], modules: Modules) -> list[Piece]:
    """The pieces, with a use of the block for each convolution, its norm and its activation.

    A convolution without a norm counts only where a module of the file has it and its activation.
    uses: how often the output of each piece is taken.
    """
    found: list[Piece] = []
    instead: dict[Piece, Piece] = {}
    place = 0
    while place < len(pieces):
        piece = pieces[place]
        piece.inputs = [each.renewed(instead) for each in piece.inputs]
        chain = _chain(pieces, place, uses)
        module = modules.with_all([each.name for each in chain])
        if len(chain) > 1 and (module or _is_norm(chain[1])) and not _goes_on(pieces, place, chain):
            found.append(_block(chain, module or piece.name))
            place += len(chain) - 1
            instead[pieces[place]] = found[-1]
        else:
            found.append(piece)
        place += 1
    return found


def _chain(pieces: Sequence[Piece], place: int, uses: dict[Piece, int]) -> list[Piece]:
    """A convolution with the norm and the activation after it; any other piece alone."""
    conv = pieces[place]
    found = [conv]
    if conv.type not in _CONVOLUTIONS or conv.constants or conv.pinned or is_activated(conv):
        return found
    if conv.values.keys() - _VARIED - {"bias", "padding"} or "padding" not in conv.varied:
        return found
    wanted = [_is_norm, _is_activation]
    for piece in pieces[place + 1 : place + 3]:
        meant = next((each for each in wanted if each(piece)), None)
        if meant is None or uses[found[-1]] != 1 or piece.inputs != [Taken(found[-1], 0)]:
            break
        found.append(piece)
        wanted = [] if meant is _is_activation else [_is_activation]
    return found


def _goes_on(pieces: Sequence[Piece], place: int, chain: Sequence[Piece]) -> bool:
    """Whether an activation with values of its own follows, which the block cannot have."""
    after = pieces[place + len(chain) : place + len(chain) + 1]
    return not _is_activation(chain[-1]) and any(
        each.inputs == [Taken(chain[-1], 0)] and bool(each.values) and _is_elementwise(each)
        for each in after
    )


def _block(chain: Sequence[Piece], name: str) -> Piece:
    """The use of the block of a convolution with what follows."""
    conv = chain[0]
    norm = next(filter(_is_norm, chain), None)
    activation = next(filter(_is_activation, chain), None)
    found = Piece(BLOCK, name, [piece.leaves[0] for piece in chain], conv.inputs)
    found.varied = _VARIED
    found.values = {
        key: conv.value(key) for key, varied in _VARIED.items() if conv.value(key) != varied.default
    }
    said = {
        "padding": (conv.value("padding"), _usual_padding(conv)),
        "conv": (conv.type, "Conv2d"),
        "norm": (norm and norm.type, "BatchNorm2d"),
        "activation": (activation and activation.type, "ReLU"),
        "bias": (conv.value("bias"), norm is None),
    }
    found.constants = {key: value for key, (value, usual) in said.items() if value != usual}
    return found


def is_activated(conv: Piece) -> bool:
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
    return _is_elementwise(piece) and not (piece.values or piece.constants or piece.pinned)


def _is_elementwise(piece: Piece) -> bool:
    found = layers.find_type(piece.type)
    if found is None or not issubclass(found.layer, Elementwise):
        return False
    return "activation" in found.layer.__module__
