"""The order in which a network is folded: from the inside out.

First convolutions with their norm, then what branches and joins, the innermost first, as often as
something of it stands several times; then uses of one block in a row; then what else is repeated.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shapecalc import layers
from shapecalc.importers.folding.blocks import MAXIMUM_MEANT, BlockMade
from shapecalc.importers.folding.modules import BETWEEN_WORDS, Modules, common_modules
from shapecalc.importers.folding.pieces import Piece, Taken, Varied, piece_input, piece_of
from shapecalc.importers.folding.recognition import is_activated, with_convolutions
from shapecalc.importers.folding.regions import Form, Regions
from shapecalc.importers.names import LegalNames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shapecalc.importers.network import ImportedNetwork

MAXIMUM_FOLDED = 5_000
"""The most layers of a network that is folded; a larger one is written as it is."""

MOST_BLOCKS = 20
"""The most blocks that a network is folded into."""

MOST_FORMS = 50
"""The most forms of which blocks are made, until one of them is such as somebody would write."""

LEAST_REPEATED = 4
"""The fewest layers of one kind in a row that are written as one that is repeated."""

LEAST_SAVED = 2
"""The fewest lines that a block has to save."""

_UNARY = ("activation", "normalization", "regularization", "shuffling")
"""The families of what only computes on the output of a block, and belongs to it."""


def _saving(form: Form) -> tuple[int, int]:
    return -form.saved_at_most, form.starts[0]


def _shortest(form: Form) -> tuple[int, int]:
    return form.length, form.starts[0]


_CONTAINERS = {"Sequential", "ModuleList", "ModuleDict"}
"""The classes of modules that only hold others."""


class Folded:
    """A network as pieces, of which some are uses of blocks that were made of it.

    pieces: in order. blocks: those that were made, by name. outputs: what leaves the network; empty
    for the output of the last piece.
    """

    def __init__(self, network: ImportedNetwork, names: LegalNames) -> None:
        made: dict[object, Piece] = {}
        for layer in network.layers:
            made[layer] = piece_of(layer, made)
            if layer.shares is not None:
                made[layer].pinned = made[layer.shares].pinned = True
        self.pieces = list(made.values())
        self.outputs = [piece_input(wire, made) for wire in network.outputs]
        self.blocks: dict[str, BlockMade] = {}
        self._names = names
        self._classes = network.modules
        if len(self.pieces) <= MAXIMUM_FOLDED:
            self._modules = Modules(layer.name for layer in network.layers)
            self._stems = self._modules
            self._fold()

    def _fold(self) -> None:
        uses = dict.fromkeys(self.pieces, 0)
        for piece in self.pieces:
            for each in piece.inputs:
                if isinstance(each.of, Piece):
                    uses[each.of] += 1
        for piece in self._ends():
            uses[piece] += 1
        before = self.pieces
        self.pieces = with_convolutions(before, uses, self._modules)
        last = {piece.leaves[-1]: piece for piece in self.pieces}
        self.outputs = [
            Taken(last[each.of.leaves[-1]], each.output) if isinstance(each.of, Piece) else each
            for each in self.outputs
        ]
        self._fold_all(lambda regions: _conv_chains(regions, 3))
        self._fold_all(lambda regions: _conv_chains(regions, 2))
        self._repeat()
        while self._fold_best(self._of_classes, order=_shortest):
            self._repeat()
        for wanted, of_modules in ((_branching, False), (_any_other, True)):
            while self._fold_best(wanted, of_modules):
                self._repeat()

    def _ends(self) -> list[Piece]:
        ends = [each.of for each in self.outputs if isinstance(each.of, Piece)]
        return ends or self.pieces[-1:]

    def _fold_all(self, wanted: Callable[[Regions], Iterable[Form]]) -> None:
        """Fold forms as long as there are any, the best of each time."""
        while self._fold_best(wanted):
            pass

    def _fold_best(
        self,
        wanted: Callable[[Regions], Iterable[Form]],
        of_modules: bool = False,
        order: Callable[[Form], tuple[int, int]] = _saving,
    ) -> bool:
        """Fold the form of which a block saves the most lines; whether there is one.

        of_modules: whether its regions may not be of several modules, where there are any.
        order: what is smaller of a form that is better.
        """
        if len(self.blocks) == MOST_BLOCKS:
            return False
        regions = Regions(self.pieces, self._ends())
        self._stems = Modules(piece.name for piece in self.pieces)
        forms = [form for form in wanted(regions) if len(form.starts) > 1 and form.saved > 0]
        forms.sort(key=order)
        return any(self._make(regions, form, of_modules) for form in forms[:MOST_FORMS])

    def _make(self, regions: Regions, form: Form, of_modules: bool) -> bool:
        """Make a block of a form; whether somebody would have written it."""
        starts = form.apart()
        found = [self.pieces[start : start + form.length] for start in starts]
        entries = [regions.entry(start, form.length) for start in starts]
        block = BlockMade(self._name(found), found, entries)
        if len(block.varied) > MAXIMUM_MEANT or (of_modules and any(map(self._is_mixed, found))):
            return False
        if len(starts) * (form.length - 1) - block.lines < LEAST_SAVED:
            return False
        block.name = self._names.new(block.name, "Block")
        self.blocks[block.name] = block
        self._replace(
            {
                start: (form.length, block.use(region, number, self._name_of(region), entry))
                for number, (start, region, entry) in enumerate(
                    zip(starts, found, entries, strict=True)
                )
            }
        )
        return True

    def _name(self, regions: list[list[Piece]]) -> str:
        """What a block of regions is called: as its module's class, or by a word that the names of
        its modules have in common, or after what it does."""
        stems = [common_modules([piece.name for piece in region]) for region in regions]
        classes = {self._classes.get(stem, "") for stem in stems}
        words = {_last_word(stem) for stem in stems}
        for found in (classes, words):
            if len(found) == 1 and "" not in found:
                name = found.pop().strip("_")
                free = self._names.is_free(name) or name.endswith("Block")
                return name if free else f"{name}Block"
        types = [piece.type for piece in regions[0]]
        if _is_conv_chain(types):
            return "ConvNorm" + types[2] if len(types) == 3 else "ConvNorm"
        if "Multiply" in types and any("Pool" in type or type == "Mean" for type in types):
            return "SqueezeExcite"
        kinds = {"Add": "Residual", "Concat": "Joined", "Multiply": "Gated"}
        return next((kinds[type] for type in kinds if type in types), f"{types[-1]}Block")

    def _replace(self, instead: dict[int, tuple[int, Piece]]) -> None:
        """Replace stretches of pieces. instead: by where each begins, its length and what stands
        there then, which has the output of its last piece."""
        pieces: list[Piece] = []
        new: dict[Piece, Piece] = {}
        place = 0
        while place < len(self.pieces):
            length, piece = instead.get(place, (1, self.pieces[place]))
            if place in instead:
                new[self.pieces[place + length - 1]] = piece
            piece.inputs = [each.renewed(new) for each in piece.inputs]
            pieces.append(piece)
            place += length
        self.pieces = pieces
        self.outputs = [each.renewed(new) for each in self.outputs]

    def _repeat(self) -> None:
        """Bring pieces in a row that say the same into one that is repeated."""
        taken_by: dict[Piece, int] = {}
        for piece in self.pieces:
            for each in piece.inputs:
                if isinstance(each.of, Piece):
                    taken_by[each.of] = taken_by.get(each.of, 0) + 1
        ends = set(self._ends())
        instead: dict[int, tuple[int, Piece]] = {}
        place = 0
        while place < len(self.pieces):
            first = self.pieces[place]
            end = place + 1
            while end < len(self.pieces):
                before, piece = self.pieces[end - 1], self.pieces[end]
                alone = taken_by.get(before) == 1 and before not in ends
                if not (alone and piece.inputs == [Taken(before, 0)] and _alike(first, piece)):
                    break
                end += 1
            if end - place >= (2 if first.type in self.blocks else LEAST_REPEATED):
                leaves = [leaf for piece in self.pieces[place:end] for leaf in piece.leaves]
                name = self._name_of_run(place, end)
                repeated = Piece(first.type, name, leaves, first.inputs)
                repeated.varied = {"repeat": Varied("count", None, False), **first.varied}
                repeated.values = {"repeat": end - place, **first.values}
                repeated.constants = first.constants
                repeated.pinned = first.pinned
                instead[place] = (end - place, repeated)
            place = end
        if instead:
            self._replace(instead)

    def _module(self, region: list[Piece]) -> str:
        """The module that is this region; "" where none is."""
        return self._modules.with_all([leaf.name for piece in region for leaf in piece.leaves])

    def _name_of(self, region: list[Piece]) -> str:
        """What a region is called: as the module that it is, or as its pieces begin and no others
        do, else as its end."""
        stem = self._stems.with_all([piece.name for piece in region])
        return self._module(region) or stem or region[-1].name

    def _of_classes(self, regions: Regions) -> list[Form]:
        """The forms of what branches and joins and is a module of one class."""
        return [form for form in regions.forms if form.forks > 1 and self._class_of(form)]

    def _class_of(self, form: Form) -> str:
        """The class of the modules that all regions of a form are; "" where they are none."""
        starts = form.apart()
        found = {
            self._classes.get(self._module(self.pieces[start : start + form.length]), "")
            for start in starts
        }
        return "" if len(found) > 1 else (found - _CONTAINERS or {""}).pop()

    def _is_mixed(self, region: list[Piece]) -> bool:
        """Whether a region is no module, in a file that names modules."""
        words = (
            mark in leaf.name for piece in region for leaf in piece.leaves for mark in BETWEEN_WORDS
        )
        return any(words) and not self._module(region)

    def _name_of_run(self, start: int, end: int) -> str:
        """What pieces in a row are called: as the module that they are, else by what only their
        names have before a number."""
        module = self._module(self.pieces[start:end])
        if module:
            return module
        name = self.pieces[start].name
        stem = _NUMBER.sub("", name)
        others = (*self.pieces[:start], *self.pieces[end:])
        alone = not any(_begins_with(each.name, stem) for each in others)
        return stem if stem and alone else name


def _begins_with(name: str, stem: str) -> bool:
    """Whether a name is in the module of a stem, or is that with a number."""
    rest = name[len(stem) : len(stem) + 1]
    return name.startswith(stem) and (rest in ("", *BETWEEN_WORDS) or rest.isdigit())


_NUMBER = re.compile(r"[/._-]?\d+$")


def _last_word(stem: str) -> str:
    """The last word of a module's name, without a number, as the name of a block; "" for a short
    one."""
    words = re.findall(r"[A-Za-z]{3,}", re.split(r"[/.]", stem)[-1])
    return words[0].capitalize() if words else ""


def _alike(one: Piece, other: Piece) -> bool:
    return one.signature == other.signature and one.values == other.values


def _is_of(type: str, families: tuple[str, ...]) -> bool:
    found = layers.find_type(type)
    return found is not None and found.layer.__module__.rsplit(".", 1)[1] in families


def _conv_chains(regions: Regions, length: int) -> list[Form]:
    """The forms of a convolution with its norm and its activation, or with its norm alone, that do
    not ship."""
    found = []
    for form in regions.forms:
        if form.length != length or form.forks != 1 or len(form.starts) < 3:
            continue
        pieces = regions.pieces[form.starts[0] :][:length]
        if _is_conv_chain([piece.type for piece in pieces]) and not is_activated(pieces[0]):
            found.append(form)
    return found


def _is_conv_chain(types: list[str]) -> bool:
    """Whether types are a convolution, a norm, and perhaps an activation."""
    families = ("convolution",), ("normalization",), ("activation",)
    return len(types) in (2, 3) and all(map(_is_of, types, families))


def _branching(regions: Regions) -> list[Form]:
    """The forms of what branches and joins, without another such inside; each with the activation
    and the norm after it, where all have them."""
    shortest: dict[int, Form] = {}
    for form in regions.forms:
        if form.forks > 1:
            for start in form.starts:
                if start not in shortest or form.length < shortest[start].length:
                    shortest[start] = form
    prime = {id(form): form for form in shortest.values() if len(form.starts) > 1}
    begin = {start for start, form in shortest.items() if id(form) in prime}
    found = []
    for form in prime.values():
        start = form.starts[0]
        inner = (
            each
            for each in range(start + 1, start + form.length)
            if each in begin and each + shortest[each].length <= start + form.length
        )
        if next(inner, None) is None:
            found.append(_with_tail(form))
    return found


def _with_tail(form: Form) -> Form:
    """A form with what follows in each of its regions and only computes on its output."""
    while True:
        count = len(form.apart())
        longer = [
            each
            for each in form.following.values()
            if each.forks == form.forks and _is_of(each.tail, _UNARY) and len(each.apart()) == count
        ]
        if not longer:
            return form
        form = longer[0]


def _any_other(regions: Regions) -> list[Form]:
    return [form for form in regions.forms if form.length > 1]
