"""The use of a block as a module: the call of its class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.language.items import BranchesItem, SequenceItem
from shapecalc.render.code.computing import nearly
from shapecalc.render.code.layout import Bracket
from shapecalc.render.code.trees import Tree, put
from shapecalc.render.pytorch.conditions import assuming
from shapecalc.render.pytorch.fields import tree_of_value
from shapecalc.render.pytorch.rates import is_rate
from shapecalc.render.pytorch.runs import Frame, ItemRun, use_key
from shapecalc.render.pytorch.values import CannotSay, Made, TensorValue

if TYPE_CHECKING:
    from shapecalc.language.items import BlockItem, Item
    from shapecalc.render.pytorch.body import ClassBody
    from shapecalc.render.pytorch.signature import WrittenClass


class WrittenUse:
    """The arguments of a block in one of its uses, as trees. Raises CannotSay."""

    def __init__(self, body: ClassBody, item: BlockItem, flow: TensorValue) -> None:
        self.body = body
        self.item = item
        self.runs = body.runs.get(item, [])
        self.frames = {id(run): run.block_frame() for run in self.runs}
        self.trees: dict[str, Tree] = {}
        self.explicit: set[str] = set()
        channels = body.said(flow.channels, self.runs, lambda run: run.channels)
        self.trees["in_channels"] = channels
        for name in item.block.arguments:
            self.trees[name] = self._argument(name, flow)

    def _argument(self, name: str, flow: TensorValue) -> Tree:
        body, item = self.body, self.item
        assert item.values is not None

        def wanted(run: ItemRun) -> Any:
            return self.frames[id(run)].python[name]

        if name in item.values:
            self.explicit.add(name)
            tree = body.tree(item.values[name], flow)
            if is_rate(item.block, name):
                found = body.agreed(tree, self.runs, lambda value, run: nearly(value, wanted(run)))
                if found is not None:
                    return found
            return body.said(tree, self.runs, wanted)
        default = tree_of_value(item.block.arguments[name].default, self.trees)
        tree = assuming(default, body.facts)
        found = body.said(tree, self.runs, wanted)
        if found is not tree:
            self.explicit.add(name)
        return found

    def frame(self, run: ItemRun) -> Frame:
        """The arguments in a run."""
        return self.frames[id(run)]

    def key(self, run: ItemRun) -> object:
        """What a run has in common with others that are the same network."""
        return use_key(run, self.frame(run))


def made_block(body: ClassBody, item: BlockItem, flow: TensorValue) -> Made:
    """The use of a block as a module. Raises CannotSay."""
    use = WrittenUse(body, item, flow)
    written: WrittenClass = body.classes.of(item.block, use)
    arguments: list[str] = []
    if written.reads_channels:
        arguments.append(body.text(use.trees["in_channels"]))
    for parameter in written.parameters:
        if parameter.name in use.explicit:
            text = body.text(use.trees[parameter.name])
            arguments.append(text if parameter.positional else f"{parameter.python}={text}")
        elif parameter.required:
            raise CannotSay
    ranks = {len(run.node.output.spatial) for run in use.runs} or {flow.rank}
    if len(ranks) > 1:
        raise CannotSay
    rank = ranks.pop()

    def after(out: TensorValue, number: int) -> TensorValue:
        channels = out.channels and assuming(put(out.channels, use.trees), body.facts)
        if use.runs:
            channels = body.first_said(
                [channels], use.runs, lambda run: run.node.tensors[number].shape.channels
            )
        return TensorValue("", channels, rank, out.last and rank == 1)

    out = after(written.out, 0)
    if written.out.parts is not None:
        parts = written.out.parts.items()
        out.parts = {name: after(part, number) for number, (name, part) in enumerate(parts)}
    last = (written.in_last and flow.rank == 1) if flow.rank else None
    return Made(Bracket(f"{written.name}(", list(arguments)), out, last)


def made_part(body: ClassBody, item: Item, flow: TensorValue, called: str) -> Made:
    """A sequence or branches as a module of a class of its own. Raises CannotSay."""
    if not isinstance(item, (SequenceItem, BranchesItem)):
        raise CannotSay
    runs = body.runs.get(item, [])
    channels = body.said(flow.channels, runs, lambda run: run.channels)
    found, passed = body.classes.of_item(item, body, flow)
    written: WrittenClass = found
    arguments = [body.text(channels)] if written.reads_channels else []
    for parameter in written.parameters:
        text = body.text(body.arguments[parameter.name])
        arguments.append(f"{parameter.python}={text}")
    if written.out.parts is not None:
        raise CannotSay
    trees = {each: body.arguments[each] for each in passed} | {"in_channels": channels}
    after = written.out.channels and assuming(put(written.out.channels, trees), body.facts)
    after = body.first_said([after], runs, lambda run: run.node.output.channels)
    out = TensorValue("", after, written.out.rank, written.out.last)
    return Made(Bracket(f"{written.name}(", list(arguments)), out, flow.last)
