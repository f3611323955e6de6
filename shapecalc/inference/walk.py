"""The walk over a spec: expands its items, infers every shape and cost.

What is unknown (a layer that is wrong, or whose input is unknown) is None, and whatever
depends on it is passed over in silence: one cause, one problem.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.inference.blame import MAXIMUM_SEARCHES, Blame
from shapecalc.inference.clauses import Clauses
from shapecalc.inference.inferred import InferredLayer, Tensor
from shapecalc.inference.layer_count import LayerCount
from shapecalc.inference.layer_runs import LayerRuns
from shapecalc.inference.references import only
from shapecalc.inference.scope import NOT_REPEATED, Entry, Scope, paths_taken_twice
from shapecalc.language.item_size import oversized
from shapecalc.language.items import (
    BlockItem,
    BranchesItem,
    InvalidItem,
    Item,
    LayerItem,
    SequenceItem,
    duplicate_name,
)
from shapecalc.limits import MAXIMUM_LAYERS
from shapecalc.problems.problem import Problems, Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.inference.basis import Basis
    from shapecalc.inference.work import Work


class Inference:
    """One walk. `problems` gathers what is wrong, `basis` is what costs count for.

    help: whether sizes that do not fit are explained.
    count: the layers of the network, as far as they are known.
    dotted: whether a name has a dot in it, as paths have.
    parts: the layer before, where it output several parts of which one must be named.
    target: the path of the item after which a network that is used as a block stops.
    reached: what that item outputs, once it has run: nothing else runs in the network.
    """

    def __init__(self, problems: Problems, basis: Basis, work: Work, help: bool = True) -> None:
        self.basis = basis
        self.blame = Blame(problems, MAXIMUM_SEARCHES if help else 0)
        self.work = work
        self.clauses = Clauses(self.blame, work)
        self.layer_runs = LayerRuns(self.clauses, basis)
        self.count = LayerCount(work.layers)
        self.dotted = False
        self.parts: InferredLayer | None = None
        self.target: str | None = None
        self.reached: tuple[Tensor, ...] | None = None

    def network(
        self, body: Item, flow: Tensor, scope: Scope, named: bool = False
    ) -> tuple[list[InferredLayer], Tensor | None]:
        """The whole network: its items, and the output of the last one.

        named: whether its outputs are named, so that the last item may have several.
        """
        done: list[InferredLayer] = []
        if self.work.layers < MAXIMUM_LAYERS:  # else it was held to that as it was read
            problem = oversized(body, self.work.layers, whole=True)
            if problem is not None:
                self.blame.add(problem)
                return done, None
        self.count.body = body
        if isinstance(body, SequenceItem):
            done, last = self.sequence(body.items, flow, scope, named)
        else:
            last = self._one(body, body.default_name, flow, scope, done)
        for first, node in paths_taken_twice(done) if self.dotted else ():
            self.blame.add(duplicate_name(node.item, node.path, first.item))
        return done, last

    # ---------------------------------------------------------------- sequences

    def sequence(
        self, items: Sequence[Item], flow: Tensor | None, scope: Scope, named: bool = False
    ) -> tuple[list[InferredLayer], Tensor | None]:
        """The layers of a list in order, and the output of the last one (None: unknown).

        named: whether nothing takes that.
        """
        done: list[InferredLayer] = []
        scope.items = items
        for item in items:
            if self.work.spent:  # which was said: nothing after it is known
                return done, None
            if item.when is not None:
                runs = self.clauses.runs(item, flow, scope)
                if runs is False:
                    scope.skip(item, "`when` is false")
                    continue
                if runs is None:
                    self._unknown(item, scope)
                    flow = None
                    continue
            name = item.name
            if name is None:
                name = scope.free_name(item.default_name)
                scope.nameless |= item.unread
            elif "." in name:
                self.dotted = True
            if item.repeat is not None:
                flow = self._repeat(item, name, flow, scope, done)
            else:
                flow = self._one(item, name, flow, scope, done)
            if self.reached is not None:
                return done, flow
        if self.parts is not None and not named:
            self.clauses.several_parts(self.parts.item, self.parts, scope)
        self.parts = None
        return done, flow

    def _unknown(self, item: Item, scope: Scope) -> None:
        """Enter an item whose output is unknown; its `from:` is checked all the same."""
        scope.several_inputs = False
        if item.sources is not None and not item.differs_by_repeat:
            self.clauses.sources(item, scope)
        if item.name is not None:
            scope.enter(item.name, Entry(item, None, None))

    def _one(
        self,
        item: Item,
        name: str,
        flow: Tensor | None,
        scope: Scope,
        done: list[InferredLayer],
        before: tuple[Tensor, ...] = (),
    ) -> Tensor | None:
        """Run one item, once, and enter it under its name.

        before: what the repeat before it outputs, which it has in place of what its `from:` gives
        to the first.
        """
        names = scope.names
        if name in names:
            self.clauses.taken(item, name, names[name].item)
        sources: tuple[Tensor, ...] | None = None
        if item.sources is not None:
            sources = self.clauses.sources(item, scope, before)
        elif item.takes_nothing:
            sources = ()
        elif scope.several_inputs:
            if not item.unread:
                self.clauses.says_no_input(item, scope)
        else:
            sources = only(flow)
            if self.parts is not None:
                self.clauses.several_parts(item, self.parts)
        scope.several_inputs = False
        self.parts = None
        node = None if sources is None else self._node(item, name, sources, scope)
        if node is None:
            scope.enter(name, Entry(item, None, None))
            scope.failed.add(scope.path + name)
            return None
        done.append(node)
        tensor: Tensor | None = node.tensors[0]
        if len(node.tensors) > 1 and len(node.passed_on) > 1:
            tensor = None
            self.parts = node
        scope.enter(name, Entry(item, node, tensor))
        if item.note is not None:
            node.note = self.clauses.note(item, node.path, scope)
        if item.shares is not None:
            self.clauses.share(item, node, scope)
        if item.trainable is not None:
            self.clauses.freeze(item, node, scope)
        if item.expect is not None:
            node.expected = self.clauses.expected(item, node, scope)
        if self.target is not None:
            self._reach(node, node.path)
        return tensor

    def _reach(self, node: InferredLayer, path: str) -> None:
        """Stop after an item if it is the one after which the network around it is to."""
        if path == self.target and self.reached is None:
            self.reached = node.passed_on
            self.parts = None

    def _node(
        self, item: Item, name: str, sources: tuple[Tensor, ...], scope: Scope
    ) -> InferredLayer | None:
        if scope.network:
            scope.comes_in(sources)
        path = scope.path + name
        if not self.clauses.charged(item, path, scope):
            return None
        if type(item) is LayerItem:
            if type(item.type) is str:
                from shapecalc.inference.given_blocks import given_block

                use = given_block(item, scope, self.blame, path, sources)
                if not isinstance(use, LayerItem):
                    return self._given(use, name, sources, scope)
            return self.layer_runs.run(item, name, path, sources, scope)
        if isinstance(item, InvalidItem):
            return None
        wanted = len(item.block.inputs) if isinstance(item, BlockItem) else 1
        if len(sources) != wanted:
            self.clauses.wrong_number_of_inputs(item, name, len(sources))
            return None
        node = InferredLayer(name, path, item, None, sources, self.basis)
        if isinstance(item, BlockItem):
            return self._block(item, node, sources, scope)
        inner = scope.inside(path)
        if isinstance(item, BranchesItem):
            return self._branches(item, node, sources[0], inner)
        assert isinstance(item, SequenceItem)
        node.children, flow = self.sequence(item.items, sources[0], inner)
        return self._finished(node, only(flow))

    def _given(
        self, use: BlockItem | None, name: str, sources: tuple[Tensor, ...], scope: Scope
    ) -> InferredLayer | None:
        """The use of a block that is the value of an argument: how many layers it has, and how
        deep they nest, is not known before."""
        if use is None:
            return None
        before = self.count.nesting
        excess = self.count.block(scope.path + name, use.block)
        if excess is not None:
            self.blame.item(use, excess.code, excess.message, None, excess.hint)
        found = None if excess is not None else self._node(use, name, sources, scope)
        self.count.nesting = before
        return found

    # ---------------------------------------------------------------- containers

    def _finished(
        self, node: InferredLayer, outputs: tuple[Tensor, ...] | None
    ) -> InferredLayer | None:
        """A container with its totals; None where its outputs are unknown."""
        for child in node.children:
            node.params += child.params
            node.macs += child.macs
        outputs = self.reached or outputs  # what is around the item that was reached ends there
        if outputs is None:
            return None
        node.tensors = outputs
        if node.item.cells:
            self.clauses.check_cells(node)
        return node

    def _block(
        self, item: BlockItem, node: InferredLayer, sources: tuple[Tensor, ...], scope: Scope
    ) -> InferredLayer | None:
        block = item.block
        if item.values is None or block.body is None:
            return None
        inner = self.clauses.arguments(item, node, sources, scope)
        if inner is None:
            return None
        if item.until is not None:
            return self._part_of_network(item, node, sources, inner)
        return self._body(item, node, sources, inner)

    def _part_of_network(
        self, item: BlockItem, node: InferredLayer, sources: tuple[Tensor, ...], inner: Scope
    ) -> InferredLayer | None:
        """A network that stops after the item that `until:` names."""
        around = self.target
        self.target = f"{node.path}.{item.until}"
        found = self._body(item, node, sources, inner)
        reached, self.target, self.reached = self.reached, around, None
        if reached is None and found is not None:
            self.clauses.not_reached(item, node)
            return None
        return found

    def _body(
        self, item: BlockItem, node: InferredLayer, sources: tuple[Tensor, ...], inner: Scope
    ) -> InferredLayer | None:
        block = item.block
        assert block.body is not None
        flow = sources[0] if len(sources) == 1 else None
        if isinstance(block.body, BranchesItem):
            return self._branches(block.body, node, flow, inner)
        items = block.body.items
        node.children, flow = self.sequence(items, flow, inner, bool(block.outputs))
        if block.outputs and self.reached is None:
            return self._finished(node, self.clauses.outputs(item, node, inner))
        return self._finished(node, only(flow))

    def _branches(
        self, item: BranchesItem, node: InferredLayer, source: Tensor | None, scope: Scope
    ) -> InferredLayer | None:
        """source: what all branches take; None where each says which of several inputs it does."""
        ends: list[Tensor | None] = []
        children: list[InferredLayer] = []
        node.children = children
        for branch in item.branches:
            assert branch.name is not None
            self.dotted |= "." in branch.name
            if branch.when is not None and self.clauses.runs(branch, source, scope) is False:
                continue
            path = f"{node.path}.{branch.name}"
            if not self.clauses.charged(branch, path, scope):
                return None
            child = InferredLayer(branch.name, path, branch, None, node.sources, self.basis)
            inner = scope.inside(path)
            inner.several_inputs = source is None
            if source is None and not branch.items:
                self.clauses.says_no_input(branch, scope)
            child.children, flow = self.sequence(branch.items, source, inner)
            if branch.note is not None:
                child.note = self.clauses.note(branch, path, scope)
            finished = self._finished(child, only(flow))
            self.clauses.freeze(branch, child, scope)
            children.append(child)
            ends.append(flow if finished is not None else None)
            if self.target is not None and finished is not None:
                self._reach(finished, path)
            if self.reached is not None:
                return self._finished(node, self.reached)
        known = [end for end in ends if end is not None]
        if len(known) < len(ends):
            return self._finished(node, None)
        if not known:
            text = f"{node.path}: every branch is skipped: its `when` is false"
            self.blame.item(item, "SC111", text, None, "an empty branch passes its input on")
            return None
        if len(known) == 1 or item.join == "none":
            return self._finished(node, tuple(known))
        from shapecalc.layers.joining import JOINS

        try:
            shape = JOINS[item.join](tuple(end.shape for end in known))
        except Refusal as refusal:
            refusal.field = "join"
            self.blame.refused(item, refusal, node.path, tuple(known), scope)
            return None
        node.constant = all(end.constant for end in known)
        joined = self._finished(node, (Tensor(shape, node),))
        node.joined = tuple(known)
        return joined

    # ---------------------------------------------------------------- repeats

    def _repeat(
        self,
        item: Item,
        base: str,
        flow: Tensor | None,
        scope: Scope,
        done: list[InferredLayer],
    ) -> Tensor | None:
        """Run an item several times in a row, as `base.0`, `base.1`, ..."""
        times = self.clauses.times(item, flow, scope)
        if times is None:
            self._unknown(item, scope)
            return None
        if base in scope.names:
            self.clauses.taken(item, base, scope.names[base].item)
        excess = self.count.repeats(item, base, times)
        if excess is not None:
            self.blame.item(item, "SC113", excess, "repeat")
            self._unknown(item, scope)
            return None
        if not times:
            scope.skip(item, NOT_REPEATED)
            return flow
        self.count.repeated *= times
        indexed = scope.indexed()
        before: tuple[Tensor, ...] = ()
        chained = 0
        for index in range(times):
            indexed.arguments["index"] = index
            flow = self._one(item, f"{base}.{index}", flow, indexed, done, before)
            last = scope.names[f"{base}.{index}"]
            if last.node is None or self.work.spent or self.reached is not None:
                break  # what is wrong with one is wrong with all
            if index < times - 1:
                if item.expect is not None:
                    done[-1].expected = None  # it speaks of what all repeats together output
                if item.sources is not None:
                    before = last.node.passed_on
                    chained = chained or self.clauses.chained(item, scope, len(before))
                    if chained and chained != len(before):
                        self.parts = None
                        self.clauses.cannot_repeat(item, base, last.node, chained)
                        last = Entry(item, None, None)
                        flow = None
                        break
        self.count.repeated //= times
        scope.several_inputs = indexed.several_inputs
        scope.enter(base, last)
        if self.target is not None and last.node is not None:
            self._reach(last.node, scope.path + base)
        return flow
