"""Items that are there on a condition: as a module or an identity, or under an `if`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.render.code.layout import Bracket, Part
from shapecalc.render.code.names import identifier
from shapecalc.render.pytorch.chains import module_of
from shapecalc.render.pytorch.conditions import one_of_two
from shapecalc.render.pytorch.statements import Statement
from shapecalc.render.pytorch.values import CannotSay, NamedValue, TensorValue
from shapecalc.render.pytorch.writer import ItemWriter, Track

if TYPE_CHECKING:
    from shapecalc.language.items import Item
    from shapecalc.render.code.trees import Tree


class OptionalWriter(ItemWriter):
    """Writes items with and without conditions."""

    def conditional(
        self,
        item: Item,
        test: Tree,
        sources: list[TensorValue],
        flow: TensorValue,
        line: Track,
        word: str,
    ) -> TensorValue:
        """Write an item that is there on a condition; what comes after it."""
        body = self.body
        if item.sources is None and item.shares is None:
            try:
                with body.tried():
                    return self._optional(item, test, flow, line, word)
            except CannotSay:
                pass
        if flow.parts is not None:
            raise CannotSay
        if any(len(run.node.passed_on) > 1 for run in body.runs.get(item, [])):
            with body.under(test):
                line.names.own[word] = self.written(item, sources, line, word)
            return flow
        if flow.text != line.variable:
            body.forward.append(Statement(flow.text, line.variable, call=False))
            body.overwritten.add(line.variable)
        before = flow.called(line.variable)
        with body.under(test):
            entry = self.written(item, sources, line, word)
            line.names.own[word] = entry
            after = entry.value
            if after.parts is not None or after.rank != before.rank:
                raise CannotSay
            after = after.laid(before.last)
            if after.text != line.variable:
                body.forward.append(Statement(after.text, line.variable, call=False))
        return before.counting(self._either(test, after, before))

    def _either(self, test: Tree, one: TensorValue, other: TensorValue) -> Tree | None:
        """The channels of one of two values."""
        if one.channels is None or other.channels is None:
            return None
        return one_of_two(test, one.channels, other.channels, self.body.facts)

    def _optional(
        self, item: Item, test: Tree, flow: TensorValue, line: Track, word: str
    ) -> TensorValue:
        """Write an item, or else an identity, as one module."""
        body = self.body
        path = (*line.path, word)
        place = len(body.init)
        with body.knowing(test):
            found = module_of(body, item, flow, identifier(word, "layer"))
        laid = flow.laid(found.last)
        same = (found.out.last, found.out.rank) == (laid.last, laid.rank)
        if len(body.init) > place or found.part is None or not same or found.out.parts:
            raise CannotSay
        self.comment(item)
        choice: list[Part] = [found.part, f"if {body.text(test)}", "else nn.Identity()"]
        attribute = body.attribute(path)
        body.init.append(
            Statement(Bracket("(", choice, separated=False, optional=True), f"self.{attribute}")
        )
        out = laid.counting(self._either(test, found.out, flow))
        part = self.call(f"self.{attribute}", item, [flow], found)
        value = self.assigned(part, out, line, path)
        line.names.own[word] = NamedValue(value)
        return value
