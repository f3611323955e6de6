"""What a run says of the items of a spec: where each of them ran, and what its expressions came to.

Python computes with floats where the language is exact. What it would compute of each expression is
held to what the run came to: where that differs the number is written instead, and where that
differs from use to use the item is refused.
"""

from __future__ import annotations

import ast
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from shapecalc.expressions.expression import evaluate, has_expression, names_in
from shapecalc.language.items import BlockItem, LayerItem, children
from shapecalc.layers.axes_fields import Factors
from shapecalc.layers.cropping import Crop
from shapecalc.layers.fields import Decimal, split_sizes
from shapecalc.render.code.computing import NOT_COMPUTED, computed, nearly
from shapecalc.render.code.trees import Tree, constant, put, tree_of
from shapecalc.render.keras.uses import UnsayableError, calls_of, use_of
from shapecalc.render.refused import LAYER, cannot_say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.language.items import BranchesItem, Item, SequenceItem
    from shapecalc.layers.base import Layer
    from shapecalc.render.refused import CodeRoom
    from shapecalc.shapes.shape import Shapes

KERAS = "Keras"
"""What messages call the format."""

Owner = tuple[object, str]
"""What has an expression, and its key there: an item and a field, a block's argument."""


def refuse_unused(summary: Summary) -> None:
    """Refuse layers with weights that no output depends on. Raises SpecError."""
    used = set(summary.results.values())
    for node in reversed(list(summary.operations())):
        if not used.isdisjoint(node.tensors):
            used.update(node.taken[:1] if isinstance(node.layer, Crop) else node.taken)
        elif node.layer is not None and (node.params or node.buffers):
            why = "no output depends on it, and a model is what its outputs depend on"
            hint = f"name {node.path} in outputs:, or remove it"
            raise cannot_say(node, KERAS, why, hint)


def in_python(value: Any) -> Any:
    """A value of an argument as Python has it: an integer where it is whole, else a float."""
    if isinstance(value, str) and "x" in value:
        return tuple(split_sizes(value) or ()) or value
    if isinstance(value, (tuple, list)):
        return tuple(map(in_python, value))
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return float(value) if isinstance(value, Fraction) else value


def tree_in(value: Any) -> Tree:
    """A value of an item as a tree: plain, an expression, or a list that contains some."""
    if not has_expression(value):
        return constant(in_python(value))
    if isinstance(value, list):
        return ast.Tuple([tree_in(each) for each in value], ast.Load())
    return put(tree_of(value.text), {})


def python_agrees(value: Any, arguments: dict[str, Any], found: Any) -> bool:
    """Whether Python computes of expressions over a network's arguments what the run found."""
    try:
        ours = computed(tree_in(value), {name: in_python(each) for name, each in arguments.items()})
    except NOT_COMPUTED:
        return False
    return repr(ours) == repr(in_python(found))


class ItemRuns:
    """Where an item ran. first: the first of its layers. shapes: inputs and outputs, each once."""

    __slots__ = ("first", "shapes")

    def __init__(self, first: InferredLayer) -> None:
        self.first = first
        self.shapes: dict[tuple[Shapes, Shapes], None] = {}


class _Scope:
    """The arguments at a place of a run. network: whether in_channels is that of each item."""

    __slots__ = ("network", "python", "values")

    def __init__(self, values: dict[str, Any], python: dict[str, Any], network: bool) -> None:
        self.values = values
        self.python = python
        self.network = network

    def with_one(self, name: str, value: Any) -> _Scope:
        """The same with another value of one name."""
        return _Scope({**self.values, name: value}, {**self.python, name: value}, self.network)

    def for_item(self, channels: int | None, index: int | None) -> _Scope:
        """The scope of an item: the channels that come in, and the number of its repeat."""
        found = self
        if self.network and channels is not None:
            found = found.with_one("in_channels", channels)
        return found if index is None else found.with_one("index", index)


class HeldRuns:
    """The runs of all items. Raises SpecError for the first layer that Keras cannot say."""

    def __init__(self, summary: Summary, body: SequenceItem | BranchesItem, room: CodeRoom) -> None:
        self.room = room
        self.of: dict[Item, ItemRuns] = {}
        self.of_types: dict[str, ItemRuns] = {}
        self.fixed: dict[Owner, Tree] = {}
        self._found: dict[Owner, Any] = {}
        self._wrong: dict[Owner, InferredLayer] = {}
        self._done: dict[tuple[Any, ...], Any] = {}
        self._said: set[tuple[Layer, Shapes]] = set()
        python = {name: in_python(value) for name, value in summary.arguments.items()}
        scope = _Scope(summary.arguments, python, network=True)
        refuse_unused(summary)
        self._left_out(body, summary.items, summary.input.channels, scope)
        pending = [(node, scope) for node in reversed(summary.items)]
        while pending:
            node, scope = pending.pop()
            inner = self._visit(node, scope)
            pending.extend((child, inner) for child in reversed(node.children))

    def _left_out(
        self,
        body: Item,
        ran: Sequence[InferredLayer],
        channels: int,
        scope: _Scope,
    ) -> None:
        """Hold the conditions of the items of a body that did not run."""
        items = children(body)
        if not any(has_expression(item.when) or has_expression(item.repeat) for item in items):
            return
        at = 0
        for item in items:
            if at < len(ran) and ran[at].item is item:
                while at < len(ran) and ran[at].item is item:
                    channels = ran[at].tensors[0].shape.channels
                    at += 1
                continue
            key = "repeat" if item.when is None else "when"
            value = getattr(item, key)
            if ran and not (item.sources and "in_channels" in names_in(value)):
                self._hold(ran[0], scope, key, value, key == "repeat", None, item, channels)

    def _visit(self, node: InferredLayer, scope: _Scope) -> _Scope:
        """Look at a node; the scope of those inside."""
        item = node.item
        runs = self.of.get(item)
        if runs is None:
            self.room.take(LAYER)
            runs = self.of[item] = ItemRuns(node)
        if node.shares is not None:
            raise cannot_say(node, KERAS, "it shares the weights of another layer")
        if not node.trainable:
            raise cannot_say(
                node, KERAS, "its weights are frozen, and those that it writes are not"
            )
        index = None
        if item.repeat is not None:
            index = int(node.name.rpartition(".")[2])
            self._hold(node, scope, "repeat", item.repeat, whole=True)
        if item.when is not None:
            self._hold(node, scope, "when", item.when, whole=False)
        if isinstance(item, LayerItem):
            runs.shapes[node.inputs, node.outputs] = None
            self._layer(node, item, scope, index)
            return scope
        runs.shapes[node.inputs, ()] = None
        inner, body = scope, item
        if isinstance(item, BlockItem):
            inner = self._block(node, item, scope, index)
            assert item.block.body is not None
            body = item.block.body
            self.of.setdefault(body, runs)
        elif index is not None:
            inner = scope.for_item(None, index)
        self._left_out(body, node.children, node.inputs[0].channels, inner)
        return inner

    # ---------------------------------------------------------------- layers

    def _layer(
        self, node: InferredLayer, item: LayerItem, scope: _Scope, index: int | None
    ) -> None:
        layer = node.layer
        assert layer is not None
        if isinstance(item.type, str):
            of_type = self.of_types.setdefault(scope.values[item.type], ItemRuns(node))
            of_type.shapes[node.inputs, node.outputs] = None
        if item.layer is not None:
            return  # whose fields are all in the code, where it is said whether they can be
        if (layer, node.inputs) not in self._said:
            self._said.add((layer, node.inputs))
            try:
                calls_of(use_of(layer, node.inputs, node.outputs))
            except UnsayableError as error:
                raise cannot_say(node, KERAS, error.why) from None
        for key, value in (item.values or {}).items():
            if has_expression(value):
                field = layer.type.fields[key]
                whole = not isinstance(field, Decimal | Factors)
                self._hold(node, scope, key, value, whole, index)

    # ---------------------------------------------------------------- blocks

    def _block(
        self, node: InferredLayer, item: BlockItem, scope: _Scope, index: int | None
    ) -> _Scope:
        values = item.values or {}
        used = sorted(frozenset().union(*map(names_in, values.values())))
        channels = node.inputs[0].channels
        outer = scope.for_item(channels, index)
        key = (item, channels, *(_hashable(outer.values.get(name)) for name in used))
        found = self._done.get(key)
        if found is None:
            found = self._done[key] = self._arguments(node, item, outer)
        assert isinstance(found, _Scope)
        return found

    def _arguments(self, node: InferredLayer, item: BlockItem, outer: _Scope) -> _Scope:
        channels = node.inputs[0].channels
        inner = _Scope({"in_channels": channels}, {"in_channels": channels}, network=False)
        for name, argument in item.block.arguments.items():
            given = item.values is not None and name in item.values
            value = item.values[name] if given and item.values else argument.default
            scope = outer if given else inner
            if not has_expression(value):
                inner.values[name], inner.python[name] = value, in_python(value)
                continue
            owner: Owner = (item, name) if given else (argument, name)
            whole = argument.kind != "number"
            exact, ours = self._compared(node, owner, value, scope, whole)
            inner.values[name], inner.python[name] = argument.read(exact), ours
        return inner

    # ---------------------------------------------------------------- expressions

    def _hold(
        self,
        node: InferredLayer,
        scope: _Scope,
        key: str,
        value: Any,
        whole: bool,
        index: int | None = None,
        item: Item | None = None,
        channels: int | None = None,
    ) -> None:
        """Hold what Python computes of a value of an item to what the run computed.

        item, channels: the item and what would come in, where it is not that of the node.
        """
        if not has_expression(value):
            return
        item = item or node.item
        names = sorted(names_in(value))
        if channels is None and node.input is not None:
            channels = node.input.channels
        outer = scope.for_item(channels, index)
        done = (item, key, *(_hashable(outer.values.get(name)) for name in names))
        if done not in self._done:
            self._done[done] = True
            self._compared(node, (item, key), value, outer, whole)

    def _compared(
        self, node: InferredLayer, owner: Owner, value: Any, scope: _Scope, whole: bool
    ) -> tuple[Any, Any]:
        """What an expression came to, and what it is in Python. whole: whether that must be an
        integer where the value is one."""
        self.room.take_expressions(value, scope.values)
        exact = evaluate(value, scope.values)
        wanted = in_python(exact)
        tree = self.fixed.get(owner)
        if tree is None or owner in self._wrong:
            tree = tree_in(value)
        try:
            ours = computed(tree, scope.python)
        except NOT_COMPUTED:
            ours = NOT_COMPUTED
        if self._found.setdefault(owner, wanted) != wanted:
            if owner in self._wrong:
                self._differs(self._wrong[owner], owner)
            self._found[owner] = NOT_COMPUTED  # which nothing is equal to
        if isinstance(ours, bool) is isinstance(wanted, bool) and (
            ours == wanted or (not whole and nearly(ours, wanted))
        ):
            if whole and isinstance(ours, float) and isinstance(wanted, int):
                self.fixed[owner] = ast.Call(ast.Name("int", ast.Load()), [tree_in(value)], [])
                ours = wanted
            return exact, ours
        if self._found[owner] != wanted:
            self._differs(node, owner)
        self._wrong[owner] = node
        self.fixed[owner] = constant(wanted)
        return exact, wanted

    def _differs(self, node: InferredLayer, owner: Owner) -> None:
        why = f"Python's floats come to another {owner[1]} than exact numbers"
        raise cannot_say(node, KERAS, why)


def _hashable(value: Any) -> Any:
    return tuple(map(_hashable, value)) if isinstance(value, list) else value
