"""A network in the plainest words of the language: each layer with its fields, one after the other.

Formats that write code follow the items of a spec. For what they do not know (blocks with several
inputs, patterns in `from:`, sizes in expressions, networks as blocks, blocks as values) the run is
written out first: its layers in a row, each with the values that its fields came to and the names
of what it takes. Blocks that have nothing of that kind are used as they are.
"""

from __future__ import annotations

from struct import pack
from typing import TYPE_CHECKING, Any

from shapecalc.expressions.expression import evaluate, sizes_in
from shapecalc.language.block_values import BlockValue
from shapecalc.language.items import (
    Block,
    BlockItem,
    Item,
    LayerItem,
    Pattern,
    SequenceItem,
    children,
)
from shapecalc.layers import FAMILIES, find_type
from shapecalc.layers.fields import REQUIRED
from shapecalc.problems.problem import Refusal
from shapecalc.render.refused import LAYER, CodeRoom
from shapecalc.spec import Spec
from shapecalc.yaml.nodes import MappingNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import InferredLayer, Tensor
    from shapecalc.language.arguments import Argument
    from shapecalc.language.notes import Note
    from shapecalc.layers.base import Layer
    from shapecalc.yaml.nodes import NodeValue

_PASSED_ON = frozenset(f"{FAMILIES['normalization']} {FAMILIES['activation']}".split())
"""The types that formats can pass on with fields."""

JOIN_TYPES = {"concat": "Concat", "add": "Add", "multiply": "Multiply"}
"""The layer type that joins as branches do, by the word of the join."""


def in_plain_words(summary: Summary, format: str) -> Summary:
    """The same network, written out where it is not in plain words. format: that of the code.

    Raises SpecError where there are more layers than are written as code.
    """
    plain = PlainWords()
    written = summary.written
    assert written.body is not None
    if plain.has(written.body) and not any(
        argument.kind == "block" for argument in written.arguments.values()
    ):
        return summary
    return _WrittenOut(summary, plain, CodeRoom(summary, format)).run()


class PlainWords:
    """Which blocks have nothing but plain words, each looked at once."""

    def __init__(self) -> None:
        self._blocks: dict[Block, bool] = {}

    def has(self, body: Item) -> bool:
        """Whether an item has nothing else, with all that is in it."""
        items = list(items_inside(body))
        return all(map(_is_plain, items)) and all(
            self.has_block(item.block) for item in items if isinstance(item, BlockItem)
        )

    def has_block(self, block: Block) -> bool:
        """Whether a block has nothing else, with all blocks that it uses."""
        pending = [block]
        while pending:
            each = pending[-1]
            if each in self._blocks:
                pending.pop()
                continue
            assert each.body is not None
            items = list(items_inside(each.body))
            used = {item.block for item in items if isinstance(item, BlockItem)}
            unknown = used - self._blocks.keys()
            if unknown:
                pending += unknown
                continue
            self._blocks[each] = (
                _has_plain_head(each)
                and all(map(_is_plain, items))
                and all(self._blocks[other] for other in used)
            )
        return self._blocks[block]


def items_inside(body: Item) -> Iterator[Item]:
    """An item and all that are in it, but for those in blocks."""
    pending = [body]
    while pending:
        item = pending.pop()
        yield item
        pending += children(item)


def _has_plain_head(block: Block) -> bool:
    arguments = block.arguments.values()
    return (
        len(block.inputs) == 1
        and block.inputs == ("input",)
        and not block.outputs
        and not block.network
        and all(each.kind != "block" and _is_plain_value(each.default) for each in arguments)
    )


def _is_plain(item: Item) -> bool:
    values = list((getattr(item, "values", None) or {}).values())
    return (
        not any(isinstance(each, Pattern) for each in item.sources or ())
        and getattr(item, "until", None) is None
        and not any(map(sizes_in, (item.when, item.repeat)))
        and all(map(_is_plain_value, values))
    )


def _is_plain_value(value: Any) -> bool:
    """Whether a value is in plain words: of a type with fields, a norm or an activation that has
    the same ones wherever it is used."""
    if not isinstance(value, BlockValue):
        return not sizes_in(value)
    return str(value) in _PASSED_ON and not value.deferred


class _WrittenOut:
    """The items that a run comes to.

    names: what each tensor is called by those that take it. opened: the paths of blocks that are
    not used as they are: a network stops inside of them, or something outside takes what is inside.
    """

    def __init__(self, summary: Summary, plain: PlainWords, room: CodeRoom) -> None:
        self.summary = summary
        self.room = room
        self.plain = plain
        self.items: list[Item] = []
        self.names: dict[Tensor, str] = {
            tensor: name for name, tensor in summary.input_tensors.items()
        }
        self.opened = _entered(summary)
        inputs = list(summary.input_tensors.values())
        self._flow: Tensor | None = inputs[0] if len(inputs) == 1 else None

    def run(self) -> Summary:
        """The run of the items."""
        summary = self.summary
        spec = summary.written
        assert isinstance(spec, Spec)
        self._write_all()
        names = self._output_names()
        body = SequenceItem(spec.node)
        body.items = self.items
        found = spec.replaced(
            body=body,
            inputs=summary.inputs,
            output_names=names,
            arguments={},
            variants={},
            default_variant=None,
        ).summary()
        found.variant = summary.variant
        return found

    def _write_all(self) -> None:
        pending: list[tuple[InferredLayer, bool]]
        pending = [(node, False) for node in reversed(self.summary.items)]
        while pending:
            node, done = pending.pop()
            if node.layer is not None:
                self._layer(node, node.layer, node.sources)
            elif done:
                assert node.join is not None
                layer_type = find_type(JOIN_TYPES[node.join])
                assert layer_type is not None
                self._layer(node, layer_type.make({}), node.joined)
            elif self._is_kept(node):
                self._block(node)
            else:
                self._note_end(node)
                if node.joined:
                    pending.append((node, True))
                pending += [(child, False) for child in reversed(node.children)]

    def _note_end(self, node: InferredLayer) -> None:
        until: str | None = getattr(node.item, "until", None)
        path = "" if until is None else f"{node.path}.{until}"
        while path:
            path = path.rpartition(".")[0]
            self.opened.add(path)

    def _is_kept(self, node: InferredLayer) -> bool:
        """Whether a use of a block stays one: a plain one, whose weights are its own."""
        item = node.item
        if not isinstance(item, BlockItem) or not self.plain.has_block(item.block):
            return False
        if node.path in self.opened or node.arguments is None:
            return False
        if len(node.tensors) > 1 or any(each.shares for each, _ in node.walk()):
            return False
        return node.tensors[0] not in self.names  # it is not just what comes in

    def _layer(self, node: InferredLayer, layer: Layer, sources: tuple[Tensor, ...]) -> None:
        fields = layer.type.fields
        written: dict[str, NodeValue] = {"type": layer.type.name}
        for name in dict.fromkeys((*node.item.node.values, *fields)):
            field = fields.get(name)
            if field is None:
                continue
            value = layer.field_value(name)
            if field.like is None:
                is_default = not field.required and value == field.read_default(layer.rank)
            else:
                is_default = value == layer.field_value(field.like)
            if not is_default:
                written[name] = None
        item = LayerItem(_node_at(node.item, written), layer.type)
        item.layer = layer
        if node.shares is not None and (node.used_params or node.owner.buffers):
            item.shares = node.shares.path
        self._add(item, node, sources)

    def _block(self, node: InferredLayer) -> None:
        assert isinstance(node.item, BlockItem)
        block = node.item.block
        item = BlockItem(_node_at(node.item, {"type": block.name}), block)
        item.values = {}
        arguments = dict(node.arguments or {})
        for name, argument in block.arguments.items():
            if arguments[name] != _default(argument, arguments):
                item.values[name] = arguments[name]
        self._add(item, node, node.sources)

    def _add(self, item: Item, node: InferredLayer, sources: tuple[Tensor, ...]) -> None:
        self.room.take(LAYER)
        item.name = node.path
        item.note = _escaped(node.note)
        if node.frozen:
            item.trainable = False
        if sources and sources != (self._flow,):
            item.sources = [self._name(tensor) for tensor in sources]
        self.items.append(item)
        self._flow = node.passed_on[0] if len(node.passed_on) == 1 else None
        for tensor, name in zip(node.tensors, node.output_names, strict=True):
            called = node.path if tensor is self._flow else f"{node.path}.{name}"
            self.names.setdefault(tensor, called)

    def _name(self, tensor: Tensor) -> str:
        return self.names.get(tensor, tensor.path)

    def _output_names(self) -> tuple[str, ...]:
        """What the outputs are called, each by a name of its own; none for what comes last."""
        results = list(self.summary.results.values())
        if results == [self._flow] and self.items:
            return ()
        found: list[str] = []
        for name, tensor in self.summary.results.items():
            called = self._name(tensor)
            if called in found:
                called = self._again(name, tensor)
            found.append(called)
        return tuple(found)

    def _again(self, name: str, tensor: Tensor) -> str:
        """A name for an output that is one already: that of a layer which passes it on."""
        layer_type = find_type("Identity")
        assert layer_type is not None
        node = tensor.producer if not isinstance(tensor.producer, str) else self.summary.items[-1]
        item = LayerItem(_node_at(node.item, {"type": layer_type.name}), layer_type)
        item.layer = layer_type.make({})
        taken = {each.name for each in self.items} | self.summary.input_tensors.keys()
        item.name = name
        while item.name in taken:
            item.name += "_again"
        item.sources = [self._name(tensor)]
        self.items.append(item)
        return item.name


def _entered(summary: Summary) -> set[str]:
    """The paths of the blocks inside of which something is that others outside take."""
    around = {node.path: node for node, _ in summary.walk() if node.layer is None}
    found: set[str] = set()
    taken = [(tensor, "") for tensor in summary.results.values()]
    taken += [
        (tensor, node.path)
        for node, _ in summary.walk()
        for tensor in (*node.sources, *node.joined)
    ]
    for tensor, taker in taken:
        if isinstance(tensor.producer, str):
            continue
        path = tensor.producer.path.rpartition(".")[0]
        while path and not taker.startswith(f"{path}."):
            node = around.get(path)
            if node is not None and path != taker and tensor not in node.tensors:
                found.add(path)
            path = path.rpartition(".")[0]
    return found


def _default(argument: Argument, arguments: dict[str, Any]) -> Any:
    """What an argument of a block is without a value; REQUIRED where it must have one, or where
    its default is none beside the other values."""
    try:
        return argument.read(evaluate(argument.default, arguments))
    except Refusal:
        return REQUIRED


def _escaped(note: Note | None) -> Note | None:
    """A note that is filled, as one that is to be filled."""
    if isinstance(note, dict):
        return {language: _braced(text) for language, text in note.items()}
    return None if note is None else _braced(note)


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _node_at(item: Item, values: dict[str, Any]) -> MappingNode:
    """A mapping of keys, all of them where an item is."""
    place = pack("=I", item.place())
    return MappingNode(item.source, values, place * (1 + 2 * len(values)))
