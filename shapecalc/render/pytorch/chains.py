"""Layers in a row as one module: `nn.Sequential`, with statements where some are conditional."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.language.items import BlockItem, BranchItem, Item, LayerItem, SequenceItem
from shapecalc.render.code.comments import note_text
from shapecalc.render.code.layout import Bracket, Part, flat
from shapecalc.render.code.names import identifier
from shapecalc.render.pytorch.blocks import made_block
from shapecalc.render.pytorch.conditions import one_of_two
from shapecalc.render.pytorch.layers import WrittenLayer
from shapecalc.render.pytorch.loops import loop_module
from shapecalc.render.pytorch.recurrent import MadeRecurrent
from shapecalc.render.pytorch.statements import Statement
from shapecalc.render.pytorch.values import CannotSay, Made, OtherLayout, TensorValue

if TYPE_CHECKING:
    from shapecalc.render.pytorch.body import ClassBody


def module_of(body: ClassBody, item: Item, flow: TensorValue, called: str) -> Made:
    """An item as one module, without its condition. Raises CannotSay where it is none.

    called: a name for what it takes to make it.
    """
    if item.repeat is not None:
        return loop_module(body, item, flow, called, once)
    return once(body, item, flow, called)


def once(body: ClassBody, item: Item, flow: TensorValue, called: str) -> Made:
    """An item as one module: a layer, a use of a block, or a sequence that is a plain row."""
    if isinstance(item, LayerItem):
        found = WrittenLayer(body, item, [flow]).made()
        if isinstance(found, MadeRecurrent):
            raise CannotSay  # what it gives is more than the next module takes
        return found
    if isinstance(item, BlockItem):
        return made_block(body, item, flow)
    if not isinstance(item, SequenceItem):
        raise CannotSay
    with body.within(body.runs.get(item, [])):
        try:
            with body.tried():
                return _Chain(body, flow, called).made(item)
        except OtherLayout as other:
            found = _Chain(body, flow.laid(other.last), called).made(item)
            return Made(found.part, found.out, other.last)


class _Chain:
    """A row of modules that is being made.

    last: the layout of its input, once some module wants one. variable: the list that statements
    put them in, once one has a condition.
    """

    def __init__(self, body: ClassBody, flow: TensorValue, called: str) -> None:
        self.body = body
        self.flow = flow
        self.called = called
        self.last: bool | None = None
        self.parts: list[Part] = []
        self.notes: dict[int, str] = {}
        self.variable: str | None = None

    def made(self, item: SequenceItem) -> Made:
        """The module of a sequence."""
        for inner in item.items:
            self._add(inner)
        out = self.flow
        if self.variable is not None:
            self._flush()
            return Made(f"nn.Sequential(*{self.variable})", out, self.last)
        if not self.parts:
            return Made(None, out, self.last)
        if len(self.parts) == 1 and isinstance(item, BranchItem) and not self.notes:
            part = self.parts[0]
            if not flat(part).startswith("*"):
                return Made(part, out, self.last)
        return Made(self._listed("nn.Sequential(", ")"), out, self.last)

    def _listed(self, opening: str, close: str) -> Bracket:
        bracket = Bracket(opening, self.parts, close, long=len(self.parts) > 1)
        bracket.notes = self.notes
        return bracket

    def _add(self, item: Item) -> None:
        body = self.body
        wanted = item.name or item.default_name
        if item.sources is not None or item.shares is not None or wanted in body.mentions.whole:
            raise CannotSay
        test = body.test_of(item, self.flow)
        if test is False:
            return
        if test is True:
            part = self._part(item)
            if part is not None:
                text = note_text(item.note, body.language)
                if text:
                    self.notes[len(self.parts)] = text
                self.parts.append(part)
            return
        assert not isinstance(test, bool)
        self._flush()
        before = self.flow
        with body.under(test, both=False):
            part = self._part(item)
            if part is not None:
                body.init.append(Statement(Bracket(f"{self.variable}.append(", [part])))
        after = self.flow
        if after.rank != before.rank or after.last != before.last:
            raise CannotSay
        channels = None
        if before.channels is not None and after.channels is not None:
            channels = one_of_two(test, after.channels, before.channels, body.facts)
        self.flow = after.counting(channels)

    def _flush(self) -> None:
        """Put what was made so far into the list, by a statement."""
        body = self.body
        if self.variable is None:
            self.variable = body.init_names.free(self.called)
            listed = self._listed("[", "]")
            body.init.append(Statement(listed, f"{self.variable}: list[nn.Module]"))
        elif len(self.parts) == 1 and not self.notes:
            body.init.append(Statement(Bracket(f"{self.variable}.append(", self.parts)))
        elif self.parts:
            body.init.append(Statement(self._listed(f"{self.variable} += [", "]")))
        self.parts, self.notes = [], {}

    def _part(self, item: Item) -> Part | None:
        """The module of one item; the flow is what it outputs then."""
        called = identifier(item.name or item.default_name, self.called)
        found = module_of(self.body, item, self.flow, called)
        if found.last is not None and self.flow.rank:
            if found.last != self.flow.last:
                raise CannotSay if self.last is not None else OtherLayout(found.last)
            self.last = found.last if self.last is None else self.last
        self.flow = found.out
        part = found.part
        if item.repeat is not None and part is not None:
            return _unwrapped(part)
        return part


def _unwrapped(part: Part) -> Part:
    """The modules of a loop within those of a row."""
    if isinstance(part, Bracket) and part.open == "nn.Sequential(" and len(part.items) == 1:
        return part.items[0]
    return part
