"""Regions of one form written as a block, with an argument for each value that differs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from shapecalc.importers.folding.modules import common_modules
from shapecalc.importers.folding.pieces import Piece, Taken, Varied
from shapecalc.importers.names import LONGEST, LegalNames
from shapecalc.importers.writing import flows_on, path_of_output
from shapecalc.language.keys import RESERVED_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.language.spec_text import Entries

MAXIMUM_MEANT = 8
"""The most arguments of a block that somebody would have written."""

_SHORT = {"out_channels": "channels", "out_features": "features", "kernel_size": "kernel"}
"""What a field is called after the name of its layer."""


class Expressed(NamedTuple):
    """What stands for a value that differs: an argument, or an expression of one.

    argument: its number; None for `in_channels`. form: the expression, with {} for its name.
    """

    argument: int | None
    form: str = "{}"

    def text(self, names: Sequence[str]) -> str:
        """The expression. names: those of the arguments."""
        return self.form.format("in_channels" if self.argument is None else names[self.argument])


class BlockMade:
    """A block of regions of one form.

    name: its own. inside: the pieces of its first region. names: what they are called inside.
    varied: its arguments.
    """

    def __init__(
        self, name: str, regions: Sequence[Sequence[Piece]], entries: Sequence[Taken]
    ) -> None:
        self.name = name
        self.inside = regions[0]
        self.names = _inner_names(regions)
        self._entry = entries[0]
        self._columns: list[list[Any]] = []
        self._kinds: list[tuple[str, str, Varied]] = []
        self._channels = [entry.shape.channels for entry in entries]
        says: list[Entries] = [{} for _ in self.inside]
        for place, piece in enumerate(self.inside):
            for key, varied in piece.varied.items():
                column = [region[place].value(key) for region in regions]
                said = self._said(column, varied, key, self.names[place])
                if any(region[place].says_else(key) for region in regions):
                    says[place][key] = said
        called = self._called()
        self.says = [
            {
                key: said.text(called) if isinstance(said, Expressed) else said
                for key, said in each.items()
            }
            for each in says
        ]
        self.varied = {
            name: varied if varied.default in column else varied._replace(default=None)
            for name, column, (_, _, varied) in zip(called, self._columns, self._kinds, strict=True)
        }

    def _said(self, column: list[Any], varied: Varied, key: str, owner: str) -> Any:
        """What stands for a value that is this in each region."""
        if all(repr(each) == repr(column[0]) for each in column):
            return column[0]
        for number, known in enumerate(self._columns):
            if list(map(repr, known)) == list(map(repr, column)):  # 1 is not true
                return Expressed(number)
        if varied.channels:
            for argument, known in (None, self._channels), *enumerate(self._columns):
                if argument is not None and not self._kinds[argument][2].channels:
                    continue
                form = _multiple(known, column)
                if form is not None:
                    return Expressed(argument, form)
        if key == "padding":  # as most odd kernels are padded
            for number, known in enumerate(self._columns):
                of, name, _ = self._kinds[number]
                if (of, name) == (owner, "kernel_size") and _halves(known) == column:
                    return Expressed(number, "{} // 2")
        self._columns.append(column)
        self._kinds.append((owner, key, varied))
        return Expressed(len(self._columns) - 1)

    def _called(self) -> list[str]:
        """The names of the arguments: those of the fields, where no two are of one."""
        short = [_SHORT.get(key, key) for _, key, _ in self._kinds]
        taken = LegalNames(RESERVED_WORDS)
        found = []
        for name, (owner, _, _) in zip(short, self._kinds, strict=True):
            wanted = name if short.count(name) == 1 else f"{owner}_{name}"
            wanted = re.sub(r"\W", "_", wanted).lstrip("0123456789_")
            found.append(taken.new(wanted, name))
        return found

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return 2 + len(self.inside) + (1 + len(self.varied) if self.varied else 0)

    def use(self, region: Sequence[Piece], number: int, name: str, entry: Taken) -> Piece:
        """A region as a use of it. number: which of the regions that it is made of."""
        leaves = [leaf for piece in region for leaf in piece.leaves]
        piece = Piece(self.name, name, leaves, [entry])
        piece.varied = self.varied
        piece.values = {
            key: column[number]
            for key, column in zip(self.varied, self._columns, strict=True)
            if column[number] != self.varied[key].default
        }
        return piece

    @property
    def entries(self) -> Entries:
        """It as a spec has it."""
        arguments: Entries = {}
        for name, varied in self.varied.items():
            arguments[name] = {"kind": varied.kind}
            if varied.default is not None:
                arguments[name]["default"] = varied.default
        items = []
        before: object = self._entry
        for piece, name, says in zip(self.inside, self.names, self.says, strict=True):
            items.append(self._item(piece, name, says, before))
            before = Taken(piece, 0) if flows_on(piece.leaves[-1]) else None
        return {**({"arguments": arguments} if arguments else {}), "layers": items}

    def _item(self, piece: Piece, name: str, says: Entries, before: object) -> Entries:
        found: Entries = {"name": name, "type": piece.type}
        if piece.inputs and piece.inputs != [before]:
            sources = [self._path(each) for each in piece.inputs]
            found["from"] = sources[0] if len(sources) == 1 else sources
        return found | says | piece.constants

    def _path(self, taken: Taken) -> str:
        if taken == self._entry:
            return "input"
        assert isinstance(taken.of, Piece)
        name = self.names[list(self.inside).index(taken.of)]
        return path_of_output(name, taken.of.leaves[-1], taken.output)


def _multiple(known: list[Any], column: list[Any]) -> str | None:
    """The expression of a column as another, a multiple or a part of it; None where it is none."""
    if known == column:
        return "{}"
    if len(set(known)) < 2:
        return None
    pairs = list(zip(known, column, strict=True))
    for one, other, form in ((0, 1, "{0} * {{}}"), (1, 0, "{{}} // {0}")):
        factor = pairs[0][other] // pairs[0][one]
        if factor > 1 and all(pair[one] * factor == pair[other] for pair in pairs):
            return form.format(factor)
    return None


def _halves(column: list[Any]) -> list[int] | None:
    """The values halved, where all are integers."""
    return None if any(type(each) is not int for each in column) else [each // 2 for each in column]


def _inner_names(regions: Sequence[Sequence[Piece]]) -> list[str]:
    """What the pieces of a block are called: as in each of its regions, with their modules or
    without, or by a last word that no other has; else after their types."""
    given = LegalNames(("input",))
    stems = [common_modules([piece.name for piece in region]) for region in regions]
    wanted = []
    for place in range(len(regions[0])):
        names = [
            region[place].name.removeprefix(stem).lstrip("/._-")
            for region, stem in zip(regions, stems, strict=True)
        ]
        lasts = ([re.split(mark, each[-LONGEST:])[-1] for each in names] for mark in _MARKS)
        shared = (each[0] for each in (names, *lasts) if len(set(each)) == 1)
        wanted.append(next((each for each in shared if not each.isdigit()), ""))
    return [
        given.new(name if wanted.count(name) == 1 else "", piece.type.lower())
        for name, piece in zip(wanted, regions[0], strict=True)
    ]


_MARKS = (r"[/.]", r"[/._-]")
"""What stands before the last word of a name: between modules, or between words."""
