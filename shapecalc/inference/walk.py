"""The walk over a spec: expands its items, infers every shape and cost.

What is unknown (a layer that is wrong, or whose input is unknown) is None, and whatever
depends on it is passed over in silence: one cause, one problem.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.inference.blame import MAXIMUM_SEARCHES, Blame
from shapecalc.inference.clauses import Clauses
from shapecalc.inference.deferred_layers import make
from shapecalc.inference.inferred import Basis, InferredLayer, Tensor, paths_taken_twice
from shapecalc.inference.scope import Entry, Scope
from shapecalc.language.item_size import measure, measure_once, oversized, too_many_layers
from shapecalc.language.items import (
    BlockItem,
    BranchesItem,
    InvalidItem,
    Item,
    LayerItem,
    SequenceItem,
    duplicate_name,
)
from shapecalc.limits import MAXIMUM_LAYERS, MAXIMUM_PATH
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Problems, Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.inference.work import Work
    from shapecalc.layers.base import Layer
    from shapecalc.shapes.shape import Shapes

LayerOutcome = tuple["Shapes", int, int]
"""The outputs of a layer, its params and its macs."""


class Inference:
    """One walk. `problems` gathers what is wrong, `basis` is what costs count for.

    help: whether sizes that do not fit are explained.
    memo: what layers that may run more than once come to, by their input shapes.
    repeated: how many times the item at hand runs, by the repeats around it.
    layers: those of the network, where repeats are by an expression those that are known so far.
    dotted: whether a name has a dot in it, as paths have.
    parts: the layer before, where it output several parts of which one must be named.
    """

    def __init__(self, problems: Problems, basis: Basis, work: Work, help: bool = True) -> None:
        self.basis = basis
        self.blame = Blame(problems, MAXIMUM_SEARCHES if help else 0)
        self.work = work
        self.clauses = Clauses(self.blame, work)
        self.memo: dict[tuple[Layer, Shapes], LayerOutcome] = {}
        self.repeated = 1
        self.layers = 0
        self.body: Item | None = None
        self.dotted = False
        self.parts: InferredLayer | None = None

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
        self.body = body
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
        if self.parts is not None:
            if not named:
                self.clauses.several_parts(self.parts.item, self.parts, scope)
            self.parts = None
        return done, flow

    def _unknown(self, item: Item, scope: Scope) -> None:
        """Enter an item whose output is unknown; its `from:` is checked all the same."""
        scope.several_inputs = False
        if item.sources is not None:
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
        repeated: bool = False,
    ) -> Tensor | None:
        """Run one item, once, and enter it under its name.

        repeated: whether it has run before, so that its input is its own output, whatever its
        `from:` says of the first run.
        """
        names = scope.names
        if name in names:
            self._taken(item, name, names[name].item)
        sources: tuple[Tensor, ...] | None
        if item.sources is not None and not repeated:
            sources = self.clauses.sources(item, scope)
        elif scope.several_inputs:
            sources = None
            if not item.unread:
                self.clauses.says_no_input(item, scope)
        elif flow is None:
            sources = None
            if self.parts is not None:
                self.clauses.several_parts(item, self.parts)
        else:
            sources = (flow,)
        scope.several_inputs = False
        self.parts = None
        node = None if sources is None else self._node(item, name, sources, scope)
        if node is None:
            scope.enter(name, Entry(item, None, None))
            scope.failed.add(scope.path + name)
            return None
        done.append(node)
        tensor: Tensor | None = node.tensors[0]
        if len(node.tensors) > 1:
            tensor = None
            self.parts = node
        scope.enter(name, Entry(item, node, tensor))
        if item.note is not None:
            node.note = self.clauses.note(item, node.path, scope)
        if item.shares is not None:
            self.clauses.share(item, node, scope)
        if item.expect is not None:
            node.expected = self.clauses.expected(item, node, scope)
        return tensor

    def _taken(self, item: Item, name: str, first: Item | None) -> None:
        if first is None:
            self.blame.item(
                item, "SC107", f"duplicate name {shown(name)}: it is the name of an input", "name"
            )
        else:
            self.blame.add(duplicate_name(item, name, first))

    def _charged(self, item: Item, path: str, scope: Scope) -> bool:
        """Whether there is room for a path, which is charged."""
        try:
            self.work.write(path)
        except Refusal as refusal:
            self.blame.refused(item, refusal, path, (), scope)
            return False
        if isinstance(item, LayerItem | InvalidItem) or len(path) <= MAXIMUM_PATH:
            return True
        text = f"the path of this {item.kind} has {len(path)} characters, more than {MAXIMUM_PATH}"
        self.blame.item(item, "SC113", text, None, "shorten its name, or that of a block around it")
        return False

    def _node(
        self, item: Item, name: str, sources: tuple[Tensor, ...], scope: Scope
    ) -> InferredLayer | None:
        if scope.network:
            scope.comes_in(sources[0] if len(sources) == 1 else None)
        path = scope.path + name
        if not self._charged(item, path, scope):
            return None
        if isinstance(item, LayerItem):
            return self._layer(item, name, path, sources, scope)
        if isinstance(item, InvalidItem):
            return None
        if len(sources) != 1:
            self.blame.item(
                item,
                "SC111",
                f"{name}: a {item.kind} expects one input, got {len(sources)}",
                "from",
                "join them first, with Concat or Add",
            )
            return None
        node = InferredLayer(name, path, item, None, sources, self.basis)
        inner = scope.inside(path)
        if isinstance(item, BlockItem):
            return self._block(item, node, sources[0], scope)
        if isinstance(item, BranchesItem):
            return self._branches(item, node, sources[0], inner)
        assert isinstance(item, SequenceItem)
        node.children, flow = self.sequence(item.items, sources[0], inner)
        return self._finished(node, flow)

    # ---------------------------------------------------------------- containers

    def _finished(self, node: InferredLayer, flow: Tensor | None) -> InferredLayer | None:
        """A container with its totals; None where its output is unknown."""
        for child in node.children:
            node.params += child.params
            node.macs += child.macs
        if flow is None:
            return None
        node.tensors = (flow,)
        if node.item.cells:
            self.clauses.check_cells(node)
        return node

    def _block(
        self, item: BlockItem, node: InferredLayer, source: Tensor, scope: Scope
    ) -> InferredLayer | None:
        block = item.block
        if item.values is None or block.body is None:
            return None
        arguments = self.clauses.arguments(item, node, source, scope)
        if arguments is None:
            return None
        inner = scope.block(node.path, item, arguments)
        inner.names["input"] = Entry(None, None, source)
        body = block.body
        if isinstance(body, BranchesItem):
            return self._branches(body, node, source, inner)
        node.children, flow = self.sequence(body.items, source, inner)
        return self._finished(node, flow)

    def _branches(
        self, item: BranchesItem, node: InferredLayer, source: Tensor, scope: Scope
    ) -> InferredLayer | None:
        ends: list[Tensor | None] = []
        children: list[InferredLayer] = []
        node.children = children
        for branch in item.branches:
            assert branch.name is not None
            self.dotted |= "." in branch.name
            if branch.when is not None and self.clauses.runs(branch, source, scope) is False:
                continue
            path = f"{node.path}.{branch.name}"
            if not self._charged(branch, path, scope):
                return None
            child = InferredLayer(branch.name, path, branch, None, (source,), self.basis)
            child.children, flow = self.sequence(branch.items, source, scope.inside(path))
            if branch.note is not None:
                child.note = self.clauses.note(branch, path, scope)
            finished = self._finished(child, flow)
            children.append(child)
            ends.append(flow if finished is not None else None)
        known = [end for end in ends if end is not None]
        if len(known) < len(ends):
            return self._finished(node, None)
        if not known:
            text = f"{node.path}: every branch is skipped: its `when` is false"
            self.blame.item(item, "SC111", text, None, "an empty branch passes its input on")
            return None
        if len(known) == 1:
            return self._finished(node, known[0])
        if item.join == "none":
            apart = self._finished(node, known[0])
            node.tensors = tuple(known)
            return apart
        from shapecalc.layers.joining import JOINS

        try:
            shape = JOINS[item.join](tuple(end.shape for end in known))
        except Refusal as refusal:
            refusal.field = "join"
            self.blame.refused(item, refusal, node.path, tuple(known), scope)
            return None
        joined = self._finished(node, Tensor(shape, node))
        node.joined = tuple(known)
        return joined

    # ---------------------------------------------------------------- layers

    def _layer(
        self, item: LayerItem, name: str, path: str, sources: tuple[Tensor, ...], scope: Scope
    ) -> InferredLayer | None:
        layer = item.layer
        shapes = (sources[0].shape,) if len(sources) == 1 else tuple(t.shape for t in sources)
        try:
            if layer is None:
                layer = make(item, scope.arguments, self.work, scope.reused)
                if layer is None:
                    return None
            outcome = self.memo.get((layer, shapes)) if scope.reused else None
            if outcome is None:
                outputs = layer.infer(shapes)
                macs = layer.macs(shapes, outputs) * self.basis.batch
                outcome = (outputs, layer.params(shapes), macs)
                if scope.reused:
                    self.memo[(layer, shapes)] = outcome
            if len(sources) + len(outcome[0]) > 2:
                self.work.connect(sources, len(outcome[0]))
        except Refusal as refusal:
            self.blame.refused(item, refusal, path, sources, scope)
            return None
        node = InferredLayer(name, path, item, layer, sources, self.basis)
        outputs, node.params, node.macs = outcome
        node.tensors = (
            (Tensor(outputs[0], node),)
            if len(outputs) == 1
            else tuple(Tensor(output, node) for output in outputs)
        )
        return node

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
        times = self.clauses.evaluated(item, "repeat", item.repeat, flow, scope)
        if type(times) is not int or times < 0:
            if times is not None:
                text = f"repeat must be an integer of at least 0, not {shown(times)}"
                self.blame.item(item, "SC104", text, "repeat")
            self._unknown(item, scope)
            return None
        if base in scope.names:
            self._taken(item, base, scope.names[base].item)
        layers_once = measure_once(item)
        if type(item.repeat) is not int:  # else the network has been held to the limit as a whole
            assert self.body is not None
            self.layers = self.layers or measure(self.body)[0] - 1
            self.layers += max(times - 1, 0) * layers_once
        most = self.work.layers
        excess = too_many_layers(base, self.repeated * times, layers_once, most, self.layers)
        if excess is not None:
            self.blame.item(item, "SC113", excess, "repeat")
            self._unknown(item, scope)
            return None
        if not times:
            scope.skip(item, "`repeat` is 0")
            return flow
        if times > 1 and item.sources is not None and len(item.sources) > 1:
            self.clauses.cannot_repeat(item, base)
            self._unknown(item, scope)
            return None
        self.repeated *= times
        indexed = scope.indexed()
        for index in range(times):
            indexed.arguments["index"] = index
            flow = self._one(item, f"{base}.{index}", flow, indexed, done, index > 0)
            if index < times - 1 and item.expect is not None and done:
                done[-1].expected = None  # it speaks of what all repeats together output
            last = scope.names[f"{base}.{index}"]
            if last.node is None or self.work.spent:
                break  # what is wrong with one is wrong with all
        self.repeated //= times
        scope.several_inputs = indexed.several_inputs
        scope.enter(base, last)
        return flow
