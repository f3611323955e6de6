"""The classes of blocks: each written once for all of its uses, or once for each of them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from shapecalc.expressions.expression import names_in
from shapecalc.language.items import BlockItem, BranchesItem, Item, SequenceItem, children
from shapecalc.language.notes import in_language
from shapecalc.render.code.names import class_name
from shapecalc.render.code.trees import Tree, name
from shapecalc.render.pytorch.body import INDEX, ClassBody
from shapecalc.render.pytorch.containers import ContainerWriter, descendants
from shapecalc.render.pytorch.fields import tree_of_value
from shapecalc.render.pytorch.runs import Runs
from shapecalc.render.pytorch.signature import SignatureParameter, WrittenClass, class_text
from shapecalc.render.pytorch.spoken import prefers_last
from shapecalc.render.pytorch.values import (
    CannotSay,
    ItemNames,
    NamedValue,
    NeedsValues,
    TensorValue,
)
from shapecalc.render.pytorch.writer import Track

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapecalc.language.items import Block
    from shapecalc.render.code.names import Names
    from shapecalc.render.pytorch.blocks import WrittenUse
    from shapecalc.render.pytorch.runs import ItemRun, Use, Uses
    from shapecalc.render.refused import CodeRoom


MOST_TRIES = 4
"""How often a class is begun anew without one more argument."""


class Classes:
    """The classes of the blocks that items use, and of those that these use.

    names: those of all classes and helpers. language: that of comments and docstrings. room: what
    is left of the size of their code.
    """

    def __init__(
        self, items: Iterable[Item], uses: Uses, names: Names, language: str, room: CodeRoom
    ) -> None:
        self.uses = uses
        self.room = room
        self.names = names
        self.language = language
        self.written: list[WrittenClass] = []
        self._parts: dict[tuple[object, ...], tuple[WrittenClass, set[str]]] = {}
        self._of: dict[Block, WrittenClass | dict[object, WrittenClass]] = {}
        blocks = _in_order(items)
        self._called = {block: _class_name(block, names) for block in blocks}
        for block in blocks:
            self._write(block)

    def of(self, block: Block, use: WrittenUse) -> WrittenClass:
        """The class for the runs of a use. Raises CannotSay where there is none, or several."""
        found = self._of.get(block)
        if isinstance(found, dict):
            classes = {id(found[key]): found[key] for key in map(use.key, use.runs)}
            if len(classes) != 1:
                raise CannotSay
            return next(iter(classes.values()))
        if found is None:
            raise CannotSay
        return found

    def of_item(
        self, item: Item, body: ClassBody, flow: TensorValue
    ) -> tuple[WrittenClass, set[str]]:
        """A class for a sequence or branches without a name elsewhere, and the arguments of the
        class around it that it has, too. Raises CannotSay."""
        runs = body.runs.get(item, [])
        key = item, body, flow.last, flow.rank, id(runs)
        if key not in self._parts:
            self._parts[key] = self._part(item, body, flow, runs)
        return self._parts[key]

    def _part(
        self, item: Item, body: ClassBody, flow: TensorValue, runs: list[ItemRun]
    ) -> tuple[WrittenClass, set[str]]:
        inside = descendants(item)
        read = set().union(*(_names_read(each) for each in inside))
        if not runs or INDEX in read or ("in_channels" in read and not body.network):
            raise CannotSay
        arguments = {each: body.arguments[each] for each in read if each in body.arguments}
        passed = {each for each, tree in arguments.items() if isinstance(tree, ast.Name)}
        arguments["in_channels"] = name("in_channels")
        inner_runs: Runs = {each: body.runs.get(each, []) for each in inside}
        inner = ClassBody(
            children(item),
            arguments,
            inner_runs,
            runs,
            body.network,
            body.resolved,
            self.names.taken,
            self,
        )
        inner.loops = [*body.loops, ("in_channels", item)]
        x = TensorValue(inner.local(("x",)), arguments["in_channels"], flow.rank, flow.last)
        line = Track(x.text, ItemNames(), ())
        inner.overwritten.add(x.text)
        writer = ContainerWriter(inner)
        if isinstance(item, BranchesItem):
            out = writer.branches(item, x, line, ()).value
        else:
            assert isinstance(item, SequenceItem)
            out = writer.sequence(item.items, x, line)
        out = inner.outside(out.laid(flow.last))
        frame = runs[0].frame.python
        parameters = [
            SignatureParameter.passed_on(each, inner, [frame[each]])
            for each in frame
            if each in passed
        ]
        wanted = class_name(item.name or item.kind, "Part")
        called = self.names.free(wanted, f"{wanted}Part")
        written = class_text(called, None, inner, parameters, [x], out)
        self.written.append(written)
        return written, passed

    def _write(self, block: Block) -> None:
        uses = self.uses.of.get(block, {})
        for resolved in (False, True) if uses else (False,):
            try:
                written = self._shared_class(block, list(uses.values()), resolved)
            except CannotSay:
                continue
            self._of[block] = written
            self.written.append(written)
            return
        each: dict[object, WrittenClass] = {}
        for key, use in uses.items():
            called = self._called[block] if not each else self.names.free(self._called[block])
            fixed = _values(block, [use], {"in_channels", *block.arguments})
            each[key] = self._class(block, [use], called, True, fixed)
            self.written.append(each[key])
        if each:
            self._of[block] = each

    def _shared_class(self, block: Block, uses: list[Use], resolved: bool) -> WrittenClass:
        """A class for all uses of a block. Raises CannotSay."""
        fixed = _deciding(block, uses)
        for _ in range(MOST_TRIES):
            try:
                return self._class(block, uses, self._called[block], resolved, fixed)
            except NeedsValues as needed:
                more = _values(block, uses, needed.names)
                if not needed.names <= more.keys():
                    raise CannotSay from None
                fixed |= more
        raise CannotSay

    def _class(
        self,
        block: Block,
        uses: list[Use],
        called: str,
        resolved: bool,
        fixed: dict[str, Tree],
    ) -> WrittenClass:
        """A class for some uses of a block. fixed: the arguments that it does not have."""
        assert block.body is not None
        arguments: dict[str, Tree] = {
            each: fixed[each] if each in fixed else name(each)
            for each in ("in_channels", *block.arguments)
        }
        runs: Runs = {}
        for use in uses:
            for item, found in use.runs.items():
                runs.setdefault(item, []).extend(found)
        around = [use.run for use in uses]
        inside = children(block.body)
        body = ClassBody(inside, arguments, runs, around, False, resolved, self.names.taken, self)
        ranks = {len(use.node.sources[0].shape.spatial) for use in uses}
        rank = ranks.pop() if len(ranks) == 1 else 2
        last = rank == 1 and prefers_last(uses[0].node.sources[0], uses[0].node)
        flow = TensorValue(body.local(("x",)), arguments["in_channels"], rank, last)
        line = Track(flow.text, ItemNames(), ())
        if "input" in body.mentions.whole:
            line.variable = body.local(("out",))
        else:
            body.overwritten.add(flow.text)
        line.names.own["input"] = NamedValue(flow)
        writer = ContainerWriter(body)
        if isinstance(block.body, BranchesItem):
            out = writer.branches(block.body, flow, line, ()).value
        else:
            out = writer.sequence(block.body.items, flow, line)
        if out.rank != 1:
            out = out.laid(False)
        out = body.outside(out)
        if out.channels is not None and _has_conditions(out.channels):
            out = out.counting(_argument_that_is_it(block, uses) or out.channels)
        parameters = [
            SignatureParameter(
                argument, body, arguments, fixed, [use.frame.python[each] for use in uses]
            )
            for each, argument in block.arguments.items()
        ]
        about = in_language(block.about, self.language)
        return class_text(called, about, body, parameters, [flow], out)


def _names_read(item: Item) -> set[str]:
    """The names that the expressions of an item read."""
    values = getattr(item, "values", None) or {}
    read = set().union(names_in(item.when), names_in(item.repeat), *map(names_in, values.values()))
    type_ = getattr(item, "type", None)
    return read | {type_} if isinstance(type_, str) else read


def _has_conditions(tree: Tree) -> bool:
    return any(isinstance(node, ast.IfExp) for node in ast.walk(tree))


def _argument_that_is_it(block: Block, uses: list[Use]) -> Tree | None:
    """The argument that is the number of output channels in all uses, if these differ in it."""
    found = [use.node.output.channels for use in uses]
    if len(set(found)) > 1:
        for each, argument in block.arguments.items():
            if argument.kind == "count" and [use.frame.python[each] for use in uses] == found:
                return name(each)
    return None


def _in_order(items: Iterable[Item]) -> list[Block]:
    """The blocks that items use, each after those that it uses."""
    found: dict[Block, None] = {}
    pending: list[Item | Block] = list(reversed(list(items)))
    begun: set[Block] = set()
    while pending:
        each = pending.pop()
        if isinstance(each, BlockItem):
            if each.block not in begun:
                pending.append(each.block)
        elif isinstance(each, Item):
            pending += reversed(children(each))
        elif each in begun:
            found.setdefault(each, None)
        else:
            begun.add(each)
            assert each.body is not None
            pending += [each, *reversed(children(each.body))]
    return list(found)


def _class_name(block: Block, names: Names) -> str:
    wanted = class_name(block.name, "Block")
    return names.free(wanted, f"{wanted}Block")


def _values(block: Block, uses: list[Use], names: set[str]) -> dict[str, Tree]:
    """What those of some arguments are, as trees, that are alike in all uses."""
    found: dict[str, Tree] = {}
    for each in names:
        values = {repr(use.frame.python[each]): use.frame.python[each] for use in uses}
        if len(values) == 1:
            found[each] = tree_of_value(next(iter(values.values())), {})
    return found


def _deciding(block: Block, uses: list[Use]) -> dict[str, Tree]:
    """The arguments that decide what is there, and are alike in all uses: flags, types, null."""
    found = _values(block, uses, _asked(block) & block.arguments.keys())
    return {
        each: tree
        for each, tree in found.items()
        if block.arguments[each].kind in ("flag", "type")
        or (isinstance(tree, ast.Constant) and tree.value is None)
    }


def _asked(block: Block) -> set[str]:
    """The arguments on which it depends what is there."""
    found: set[str] = set()
    pending: list[Item] = [] if block.body is None else [block.body]
    while pending:
        item = pending.pop()
        found |= names_in(item.when)
        pending += children(item)
    for argument in reversed(block.arguments.values()):
        if argument.name in found:
            found |= names_in(argument.default)
    return found
