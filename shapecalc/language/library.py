"""The blocks that a spec can use: its own `blocks:`, its imports, and the bundled ones; and the
networks that can be used as blocks: those that it imports, and the bundled ones.

A block is read in two steps, so that blocks may use one another in any order and depth: its
arguments when its name is first looked up, its body when `Library.finish` processes the queue.
The nesting of blocks causes no recursion.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from shapecalc import layers
from shapecalc.bundled import (
    BLOCKS_FOLDER,
    BUNDLED_PREFIX,
    block_names,
    candidates,
    network_names,
    shown_path,
)
from shapecalc.expressions.expression import has_expression, names_in
from shapecalc.expressions.values import INPUT_SIZES, SIZE_WORDS
from shapecalc.language.arguments import EXAMPLE_OF_ARGUMENTS, read_arguments
from shapecalc.language.item_reader import ItemReader
from shapecalc.language.items import Block
from shapecalc.language.node_reader import NodeReader
from shapecalc.language.recursion import measure_all
from shapecalc.language.value_reader import ValueReader
from shapecalc.limits import MAXIMUM_BLOCKS
from shapecalc.problems.formatting import named, shown
from shapecalc.problems.problem import Problems, Refusal
from shapecalc.text.files import load_bytes
from shapecalc.text.source import Source
from shapecalc.yaml.decode import decode
from shapecalc.yaml.nodes import MappingNode
from shapecalc.yaml.reader import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.language.arguments import Argument
    from shapecalc.layers.base import LayerType


BLOCK_KEYS = ("label", "about", "inputs", "arguments", "layers", "branches", "join", "outputs")

_EXAMPLES = {
    "arguments": EXAMPLE_OF_ARGUMENTS,
    "variants": "write variants: {small: {arguments: {width: 32}}}",
}

_bundled: dict[str, Block] = {}
"""The blocks and networks that ship which were read so far: whole ones alone, for every thread sees
them."""


class Begun:
    """The blocks that one reading has begun, which none but itself may see.

    unread: those whose bodies are not read yet, each with the library that it is in.
    bundled: those that ship, by name. networks: the names of the networks that ship, once a name
    was none of them; None before.
    """

    __slots__ = ("bundled", "networks", "unread")

    def __init__(self) -> None:
        self.unread: list[tuple[Library, Block]] = []
        self.bundled: dict[str, Block] = {}
        self.networks: frozenset[str] | None = None


class Library:
    """The blocks that one source can use. begun: those of the reading that it is part of.

    network: the source's root, where others use it as a block. network_names: the names by which
    they do, each with the variant that it is. as_blocks: what it is by those that were used.
    """

    def __init__(self, reader: NodeReader, begun: Begun) -> None:
        self.reader = reader
        self.hexadecimal = "0x" in reader.source.text
        self.begun = begun
        self.nodes: dict[str, MappingNode] = {}
        self.blocks: dict[str, Block] = {}
        self.imports: list[Library] = []
        self.network: MappingNode | None = None
        self.network_names: dict[str, str | None] = {}
        self.as_blocks: dict[str, Block] = {}

    def find(self, name: str) -> LayerType | Block | None:
        """The layer type of a name, else its own, an imported or a bundled block or network, else
        None."""
        found = layers.find_type(name)
        if found is not None:
            return found
        return (
            self._own(name)
            or self._imported(name)
            or bundled_block(name, self)
            or bundled_network(name, self)
        )

    def _own(self, name: str) -> Block | None:
        block = self.blocks.get(name)
        if block is None and name in self.nodes:
            block = self.blocks[name] = self._begin(name, self.nodes[name])
        return block

    def _imported(self, name: str) -> Block | None:
        for library in self.imports:
            found = library._own(name) if library.network is None else library.as_block(name)
            if found is not None:
                return found
        return None

    def names(self) -> Iterator[str]:
        """Every name that `find` knows."""
        yield from layers.type_names()
        yield from self.nodes
        for library in self.imports:
            yield from library.network_names or library.nodes
        yield from block_names()
        yield from network_names()

    def hold_network(self, name: str, node: MappingNode) -> None:
        """Make the network that the source is usable as a block: by its name and its variants'."""
        self.network = node
        variants = node.values.get("variants")
        if isinstance(variants, MappingNode):
            self.network_names.update((variant, variant) for variant in variants.values)
        self.network_names[name] = None

    def as_block(self, name: str, bundled: bool = False) -> Block | None:
        """The network of the source as a block, by its name or a variant's; None by another."""
        if self.network is None or name not in self.network_names:
            return None
        block = self.as_blocks.get(name)
        if block is not None:
            return block
        node = self.network
        block = self.as_blocks[name] = Block(name, node, bundled)
        block.network = True
        block.about = self.reader.note(node, "about")
        inputs = node.values.get("input")
        if isinstance(inputs, MappingNode):
            block.inputs = tuple(inputs.values)
        if "outputs" in node.values:
            from shapecalc.language.output_names import read_output_names

            block.outputs = read_output_names(self.reader, node)
        block.arguments = read_arguments(self.reader, self.mapping(node, "arguments"))
        variant = self.network_names[name]
        variants = node.values.get("variants")
        if variant is not None and isinstance(variants, MappingNode):
            own = variants.values[variant]
            if isinstance(own, MappingNode):
                values, places = self.variant_values(own, block.arguments)
                for key, value in values.items():
                    argument = block.arguments[key]
                    block.arguments[key] = argument.replaced(default=value, place=places[key])
        self.begun.unread.append((self, block))
        return block

    def mapping(self, node: MappingNode, key: str) -> MappingNode | None:
        """The mapping under a key of a network; None without it, or and a problem."""
        value = node.values.get(key)
        if value is None:
            return None
        return self.reader.mapping(value, node.place_of_value(key), key, _EXAMPLES[key])

    def variant_values(
        self, variant: MappingNode, arguments: dict[str, Argument]
    ) -> tuple[dict[str, Any], dict[str, int]]:
        """The values that a variant gives to arguments, and their offsets."""
        found: dict[str, Any] = {}
        places: dict[str, int] = {}
        node = self.mapping(variant, "arguments")
        if node is None:
            return found, places
        values = self.values(arguments, set())
        for name in node.values:
            argument = arguments.get(name)
            if argument is None:
                message = f"unknown argument {shown(name)}"
                place = node.place_of_key(name)
                self.reader.unknown("SC109", message, name, arguments, place, uncertain=arguments)
                continue
            if argument.invalid:
                continue
            value = values.argument_value(argument, node)
            if not has_expression(value):
                try:
                    value = argument.read(values.sizes(argument.field, value, node, name))
                except Refusal as refusal:
                    self.reader.refusal(refusal, node.place_of_value(name))
                    continue
            found[name] = value
            places[name] = node.place_of_value(name)
        return found, places

    def _begin(self, name: str, node: MappingNode, bundled: bool = False) -> Block:
        """A block with its arguments; its body is queued."""
        block = Block(name, node, bundled)
        reader = self.reader
        known = ("shapecalc", "block", *BLOCK_KEYS) if "block" in node.values else BLOCK_KEYS
        reader.known_keys(node, known, f"block {named(name)}")
        block.label = reader.note(node, "label")
        block.about = reader.note(node, "about")
        if "inputs" in node.values or "outputs" in node.values:
            from shapecalc.language.output_names import read_ends

            read_ends(reader, node, block)
        block.arguments = read_arguments(
            reader,
            self.mapping(node, "arguments"),
            (*INPUT_SIZES, *(f"{name}.{word}" for name in block.inputs for word in SIZE_WORDS)),
        )
        self.begun.unread.append((self, block))
        return block

    def values(self, arguments: dict[str, Argument], used: set[str]) -> ValueReader:
        """A reader of the values in this source, which adds the names that they use to `used`."""
        for argument in arguments.values():
            used.update(names_in(argument.default))
        return ValueReader(self.reader, self.find, self.names, arguments, used, self.hexadecimal)

    def found(self, name: str) -> LayerType | Block | None:
        """What a name refers to once all is read, as `find`: it changes nothing that others see."""
        again = Library(self.reader, Begun())
        again.nodes, again.imports, again.blocks = self.nodes, self.imports, dict(self.blocks)
        found = again.find(name)
        again.finish()
        return found

    def look_up(self, arguments: dict[str, Argument], node: MappingNode, used: set[str]) -> None:
        """Look up the blocks, and the types with fields, that are the defaults of arguments, of a
        block or a network."""
        written = node.values.get("arguments")
        for name, argument in arguments.items():
            default = argument.default
            if type(default) is MappingNode or (argument.kind == "block" and type(default) is str):
                assert isinstance(written, MappingNode)
                definition = written.values[name]
                assert isinstance(definition, MappingNode)
                values = self.values(arguments, used)
                read = values.block_value if argument.kind == "block" else values.type_value
                found = read(default, definition, "default")
                arguments[name] = argument.replaced(default=found)

    def define(self, blocks: object, offset: int) -> None:
        """Add the source's own `blocks:`. offset: that of the value."""
        mapping = self.reader.mapping(
            blocks, offset, "blocks", "write blocks: {Name: {layers: [...]}}"
        )
        if mapping is None:
            return
        self.reader.allowance.blocks -= len(mapping.values)
        if self.reader.allowance.blocks < 0:
            text = f"too many blocks: the maximum is {MAXIMUM_BLOCKS:,}, with those imported"
            self.reader.problem("SC104", text, offset)
            return
        for name, node in mapping.values.items():
            place = mapping.place_of_value(name)
            self.reader.short_name(name, mapping, "a block")
            if layers.find_type(name) is not None:
                self.reader.problem(
                    "SC107",
                    f"duplicate name {shown(name)}: it is a layer type",
                    mapping.place_of_key(name),
                )
                continue
            body = self.reader.mapping(node, place, f"block {name}", "write {layers: [...]}")
            if body is not None:
                self.nodes[name] = body

    def read_all(self) -> None:
        """Read every block of the source, so that unused ones are checked too."""
        for name in self.nodes:
            self._own(name)

    def finish(self) -> None:
        """Read the unread bodies and those that they need, then check them for recursion.

        Bundled blocks are then complete, and every other reading uses them.
        """
        begun: list[Block] = []
        while self.begun.unread:
            library, block = self.begun.unread.pop()
            before = len(library.reader.problems)
            library.look_up(block.arguments, block.node, block.used)
            items = ItemReader(library.values(block.arguments, block.used))
            block.body = items.body(block.node, f"block {block.name}")
            if block.body is not None:
                block.body.note = None
                block.body.name = None
            if block.bundled and len(library.reader.problems) > before:
                raise AssertionError(list(library.reader.problems)[before:])
            begun.append(block)
        measure_all(begun, self.reader)
        _bundled.update(self.begun.bundled)


def bundled_block(name: str, library: Library) -> Block | None:
    """A bundled block, read at its first use; None if there is none of that name."""
    begun = library.begun
    block = begun.bundled.get(name) or _bundled.get(name)
    if block is None and name.isidentifier():
        path = os.path.join(BLOCKS_FOLDER, name + ".yaml")
        if not os.path.exists(path) or name not in block_names():
            return None
        own, node = _bundled_library(path, f"{BUNDLED_PREFIX}{name}.yaml", begun)
        block = begun.bundled[name] = own._begin(name, node, bundled=True)
    return block


def bundled_network(name: str, library: Library) -> Block | None:
    """A bundled network as a block, by its name or a variant's; None if there is none."""
    begun = library.begun
    block = begun.bundled.get(name) or _bundled.get(name)
    if block is not None or (begun.networks is not None and name not in begun.networks):
        return block
    for path, _ in candidates(name):
        own, node = _bundled_library(path, shown_path(path), begun)
        if "blocks" in node.values:
            own.define(node.values["blocks"], node.place_of_value("blocks"))
        own.hold_network(os.path.basename(path)[: -len(".yaml")], node)
        block = own.as_block(name, bundled=True)
        if block is not None:
            begun.bundled[name] = block
            return block
    begun.networks = frozenset(network_names())  # which is asked for once, of whatever is unknown
    return None


def _bundled_library(path: str, shown: str, begun: Begun) -> tuple[Library, MappingNode]:
    """The library of a file that ships, and its root. shown: what messages call the file."""
    problems = Problems()
    source = decode(load_bytes(path), shown)
    assert isinstance(source, Source), source
    node = read_yaml(source, problems)
    assert isinstance(node, MappingNode), problems
    assert not problems, problems
    return Library(NodeReader(source, problems), begun), node
