"""A folded network as a spec."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc import bundled
from shapecalc.importers.folding.folding import Folded
from shapecalc.importers.folding.pieces import Piece, Taken
from shapecalc.importers.names import LegalNames
from shapecalc.importers.network import ImportedInput
from shapecalc.importers.writing import (
    SpecText,
    expected,
    expected_totals,
    flows_on,
    path_of_output,
    shape_entry,
)
from shapecalc.layers import type_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecalc.importers.network import ImportedNetwork
    from shapecalc.language.spec_text import Entries


def folded_spec(network: ImportedNetwork) -> SpecText:
    """A network with equal structure as blocks and repeats."""
    known = (*type_names(), *bundled.block_names(), *bundled.network_names())
    folded = Folded(network, LegalNames(known))
    names = LegalNames()
    called: dict[Piece | ImportedInput, str] = {}
    one = len(network.inputs) == 1
    for input in network.inputs:
        called[input] = names.new("input" if one else input.name, "input")
    by_leaf = {}
    for piece in folded.pieces:
        called[piece] = names.new(piece.name, piece.type.lower())
        if piece.type not in folded.blocks:
            by_leaf[piece.leaves[0]] = called[piece]

    def path(taken: Taken) -> str:
        of = taken.of.leaves[-1] if isinstance(taken.of, Piece) else taken.of
        return path_of_output(called[taken.of], of, taken.output)

    items: list[Entries] = []
    before = Taken(network.inputs[0], 0) if one else None
    for piece in folded.pieces:
        item: Entries = {"name": called[piece], "type": piece.type}
        if piece.inputs and piece.inputs != [before]:
            sources = [path(each) for each in piece.inputs]
            item["from"] = sources[0] if len(sources) == 1 else sources
        item |= piece.values | piece.constants
        shares = piece.leaves[0].shares
        if shares is not None:
            item["shares"] = by_leaf[shares]
        if _is_even(piece):
            item |= expected(piece.leaves)
        items.append(item)
        before = Taken(piece, 0) if flows_on(piece.leaves[-1]) else None
    spec = SpecText(
        network.name or "network",
        {called[each]: shape_entry(each.outputs[0]) for each in network.inputs},
        items,
    )
    spec.blocks = {name: block.entries for name, block in folded.blocks.items()}
    spec.outputs = _outputs(folded, path)
    spec.expect = expected_totals(network)
    return spec


def _outputs(folded: Folded, path: Callable[[Taken], str]) -> list[str]:
    """The names of what leaves a network; none where that is the output of the last piece."""
    last = folded.pieces[-1]
    if folded.outputs in ([], [Taken(last, 0)]) and flows_on(last.leaves[-1]):
        return []
    count = len(last.leaves[-1].outputs)
    return [path(each) for each in folded.outputs or [Taken(last, n) for n in range(count)]]


def _is_even(piece: Piece) -> bool:
    """Whether all repeats of a piece have one output, which its item can be held to."""
    length = len(piece.leaves) // piece.values.get("repeat", 1)
    ends = piece.leaves[length - 1 :: length]
    return all(leaf.outputs == ends[0].outputs for leaf in ends)
