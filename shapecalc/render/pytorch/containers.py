"""What is written one by one of branches, repeats and blocks that are no module of their own."""

from __future__ import annotations

from collections import ChainMap
from typing import TYPE_CHECKING, cast

from shapecalc.language.items import BlockItem, BranchesItem, BranchItem, Item, children
from shapecalc.render.code.layout import Bracket
from shapecalc.render.code.trees import Tree, added, conditional, constant
from shapecalc.render.pytorch.blocks import WrittenUse
from shapecalc.render.pytorch.body import INDEX
from shapecalc.render.pytorch.chains import once
from shapecalc.render.pytorch.functions import join_call, joined_channels, laid_alike
from shapecalc.render.pytorch.loops import counts_of
from shapecalc.render.pytorch.optional import OptionalWriter
from shapecalc.render.pytorch.runs import Runs, gathered
from shapecalc.render.pytorch.statements import Statement
from shapecalc.render.pytorch.values import CannotSay, ItemNames, NamedValue, TensorValue
from shapecalc.render.pytorch.writer import Path, Track

if TYPE_CHECKING:
    End = tuple[Tree | None, TensorValue]


def descendants(item: Item) -> list[Item]:
    """All items inside an item, but for those of blocks."""
    found: list[Item] = []
    pending = list(children(item))
    while pending:
        each = pending.pop()
        found.append(each)
        pending += children(each)
    return found


class ContainerWriter(OptionalWriter):
    """Writes all items of a class."""

    # ------------------------------------------------------------ branches

    def branches(
        self, item: BranchesItem, flow: TensorValue, line: Track, path: Path
    ) -> NamedValue:
        """Write branches, and what joins them."""
        body = self.body
        names = ItemNames(line.names)
        ends: list[End] = []
        for branch in item.branches:
            test = body.test_of(branch, flow)
            if test is False:
                continue
            if isinstance(test, bool):
                entry = self._branch(branch, flow, names, path)
                ends.append((None, entry.value))
            else:
                with body.under(test):
                    entry = self._branch(branch, flow, names, path)
                ends.append((test, entry.value))
            names.own[str(branch.name)] = entry
        if not ends or any(value.parts is not None for _, value in ends):
            raise CannotSay
        if len(ends) == 1 and ends[0][0] is None:
            value = self._named(ends[0][1], line, path)
        elif item.join == "none":
            value = self._apart(item, ends, names)
        elif all(test is None for test, _ in ends):
            values = laid_alike([value for _, value in ends])
            part = join_call(item.join, values)
            value = self.assigned(part, self._joined(item.join, values), line, path)
        elif item.join == "concat":
            value = self._listed(ends, line, path)
        else:
            value = self._joined_later(item.join, ends, flow, line, path)
        return NamedValue(value, names)

    def _branch(
        self, branch: BranchItem, flow: TensorValue, names: ItemNames, path: Path
    ) -> NamedValue:
        body = self.body
        path = (*path, str(branch.name))
        variable = body.local(path)
        line = Track(variable, ItemNames(names), path)
        try:
            if body.tying:
                raise CannotSay
            with body.tried():
                found = once(body, branch, flow, variable)
                if found.part is None:
                    return NamedValue(self._passed_on(flow, variable, path))
                return self.module(branch, [flow], line, path, found, variable)
        except CannotSay:
            pass
        with body.within(body.runs.get(branch, [])):
            self.comment(branch)
            return NamedValue(self.sequence(branch.items, flow, line), line.names)

    def _passed_on(self, flow: TensorValue, variable: str, path: Path) -> TensorValue:
        """The input of an empty branch, under a name that nothing overwrites if it is taken."""
        if not self.is_taken(path) or not self.is_overwritten(flow):
            return flow
        self.body.forward.append(Statement(flow.text, variable, call=False))
        return flow.called(variable)

    def _named(self, value: TensorValue, line: Track, path: Path) -> TensorValue:
        """The only branch, under a name that nothing overwrites if something takes it."""
        if self.is_taken(path) and self.is_overwritten(value):
            return self.assigned(value.text, value, line, path, call=False)
        return value

    def _apart(self, item: BranchesItem, ends: list[End], names: ItemNames) -> TensorValue:
        """Branches that are not joined: several outputs, by their names."""
        if any(test is not None for test, _ in ends):
            raise CannotSay
        parts = {}
        for each, (_, value) in zip(names.own, ends, strict=True):
            if self.is_overwritten(value) and not names.own[each].module:
                kept = self.body.local((each,))
                self.body.forward.append(Statement(value.text, kept, call=False))
                value = value.called(kept)
            parts[each] = value
        first = ends[0][1]
        return TensorValue("", None, first.rank, first.last, parts)

    def _joined(self, how: str, values: list[TensorValue]) -> TensorValue:
        """What branches are joined to, without a text."""
        runs = self.body.around
        channels = joined_channels(
            self.body, how, values, runs, lambda run: run.node.output.channels
        )
        return TensorValue("", channels, values[0].rank, values[0].last)

    def _joined_later(
        self, how: str, ends: list[End], flow: TensorValue, line: Track, path: Path
    ) -> TensorValue:
        """Branches of which some are joined to the others on conditions."""
        body = self.body
        values = laid_alike([value for _, value in ends])
        sure = [value for (test, _), value in zip(ends, values, strict=True) if test is None]
        if not sure:
            raise CannotSay
        out = self._joined(how, sure)
        first = sure[0]
        if len(sure) > 1 or not first.text.isidentifier() or first.text == flow.text:
            value = self.assigned(join_call(how, sure), out, line, path)
        else:
            value = out.called(first.text)
        for (test, _), other in zip(ends, values, strict=True):
            if test is not None:
                with body.under(test):
                    body.forward.append(Statement(join_call(how, [value, other]), value.text))
        return value

    def _listed(self, ends: list[End], line: Track, path: Path) -> TensorValue:
        """Branches of which some are concatenated on conditions: those that a list has."""
        body = self.body
        values = laid_alike([value for _, value in ends])
        listed = body.local((*path, "outputs"))
        sure = 0
        while ends[sure][0] is None:
            sure += 1
        first = Bracket("[", [each.text for each in values[:sure]], "]")
        body.forward.append(Statement(first, listed))
        total: Tree | None = constant(0)
        for (test, _), value in list(zip(ends, values, strict=True)):
            own = value.channels
            if test is not None and own is not None:
                own = conditional(test, own, constant(0))
            total = None if total is None or own is None else added(total, own)
        for (test, _), value in list(zip(ends, values, strict=True))[sure:]:
            statement = Statement(Bracket(f"{listed}.append(", [value.text]))
            if test is None:
                body.forward.append(statement)
            else:
                with body.under(test):
                    body.forward.append(statement)
        out = TensorValue("", total, values[0].rank, values[0].last)
        dim = -1 if out.last else 1
        return self.assigned(Bracket("torch.cat(", [listed, f"dim={dim}"]), out, line, path)

    # ------------------------------------------------------------ repeats, blocks

    def unrolled(
        self, item: Item, sources: list[TensorValue], line: Track, word: str
    ) -> NamedValue:
        """Write each repeat of an item."""
        body = self.body
        counts = set(counts_of(body, item))
        if len(counts) != 1 or not all(counts):
            raise CannotSay
        body.needs(item.repeat)
        runs = body.runs
        outer = body.arguments
        by_index: dict[int | None, list[int]] = {}
        own = runs.get(item, [])
        for place, run in enumerate(own):
            by_index.setdefault(run.index, []).append(place)
        entry: NamedValue | None = None
        flow = sources
        within = descendants(item)
        try:
            for index in range(counts.pop()):
                inside: Runs = {each: [] for each in within}
                inside[item] = [own[place] for place in by_index[index]]
                for run in inside[item]:
                    if not isinstance(item, BlockItem):
                        for each, found in gathered(run.node.children, run.frame, run).items():
                            inside.setdefault(each, []).extend(found)
                body.runs = ChainMap(inside, cast("Runs", runs))
                body.arguments = {**outer, INDEX: constant(index)}
                each_word = f"{word}.{index}"
                opened = word in body.mentions.entered or each_word in body.mentions.entered
                entry = self.once(item, flow, line, each_word, opened)
                line.names.own[each_word] = entry
                flow = [entry.value]
        finally:
            body.runs, body.arguments = runs, outer
        assert entry is not None
        value = self._named(entry.value, line, (*line.path, word))
        return NamedValue(value, entry.inside, entry.module, entry.call)

    def inlined(self, item: BlockItem, flow: TensorValue, line: Track, path: Path) -> NamedValue:
        """Write the layers of a block, whose names are taken from outside of it."""
        body = self.body
        use = WrittenUse(body, item, flow)
        block = item.block
        assert block.body is not None
        body.note(children(block.body))
        inside: Runs = {}
        for run in use.runs:
            for each, found in gathered(run.node.children, use.frame(run), run).items():
                inside.setdefault(each, []).extend(found)
        outer = body.arguments, body.runs, body.network
        body.arguments, body.runs, body.network = use.trees, inside, False
        try:
            with body.within(use.runs):
                self.comment(item)
                names = ItemNames()
                variable = self.variable(line, path)
                if variable == flow.text and "input" in body.mentions.whole:
                    variable = body.local((*path, "output"))
                inner = Track(variable, names, path)
                names.own["input"] = NamedValue(flow)
                if isinstance(block.body, BranchesItem):
                    entry = self.branches(block.body, flow, inner, path)
                    return NamedValue(entry.value, entry.inside)
                value = self.sequence(block.body.items, flow, inner)
                return NamedValue(self.protected(value, line, inner, path), names)
        finally:
            body.arguments, body.runs, body.network = outer
