"""The blocks that a spec can use: its own `blocks:`, its imports, and the bundled ones.

A block is read in two steps, so that blocks may use one another in any order and depth: its
arguments when its name is first looked up, its body when `Library.finish` processes the queue.
The nesting of blocks causes no recursion.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from shapecalc import layers
from shapecalc.bundled import BLOCKS_FOLDER, BUNDLED_PREFIX, block_names
from shapecalc.expressions.expression import names_in
from shapecalc.language.arguments import EXAMPLE_OF_ARGUMENTS, read_arguments
from shapecalc.language.import_paths import imported_names, imported_path
from shapecalc.language.item_reader import ItemReader
from shapecalc.language.item_size import measure
from shapecalc.language.items import Block, BlockItem, Item, children
from shapecalc.language.node_reader import NodeReader
from shapecalc.language.value_reader import ValueReader
from shapecalc.limits import MAXIMUM_BLOCKS, MAXIMUM_IMPORTS, MAXIMUM_NAME
from shapecalc.problems.formatting import named, shown
from shapecalc.problems.problem import Problem, Problems, reason
from shapecalc.text.files import load_bytes
from shapecalc.text.source import Source
from shapecalc.yaml.decode import decode
from shapecalc.yaml.nodes import MappingNode
from shapecalc.yaml.reader import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.language.arguments import Argument
    from shapecalc.layers.base import LayerType


BLOCK_KEYS = ("label", "about", "arguments", "layers", "branches", "join")
LIBRARY_KEYS = ("shapecalc", "import", "blocks")

_bundled: dict[str, Block] = {}
"""The blocks that ship which were read so far: whole ones alone, for every thread sees them."""


class Begun:
    """The blocks that one reading has begun, which none but itself may see.

    unread: those whose bodies are not read yet, each with the library that it is in.
    bundled: those that ship, by name.
    """

    __slots__ = ("bundled", "unread")

    def __init__(self) -> None:
        self.unread: list[tuple[Library, Block]] = []
        self.bundled: dict[str, Block] = {}


class Library:
    """The blocks that one source can use. begun: those of the reading that it is part of."""

    def __init__(self, reader: NodeReader, begun: Begun) -> None:
        self.reader = reader
        self.hexadecimal = "0x" in reader.source.text
        self.begun = begun
        self.nodes: dict[str, MappingNode] = {}
        self.blocks: dict[str, Block] = {}
        self.imports: list[Library] = []

    def find(self, name: str) -> LayerType | Block | None:
        """The layer type of a name, else its own, an imported or a bundled block, else None."""
        found = layers.find_type(name)
        if found is not None:
            return found
        return self._own(name) or self._imported(name) or bundled_block(name, self)

    def _own(self, name: str) -> Block | None:
        block = self.blocks.get(name)
        if block is None and name in self.nodes:
            block = self.blocks[name] = self._begin(name, self.nodes[name])
        return block

    def _imported(self, name: str) -> Block | None:
        for library in self.imports:
            found = library._own(name)
            if found is not None:
                return found
        return None

    def names(self) -> Iterator[str]:
        """Every name that `find` knows."""
        yield from layers.type_names()
        yield from self.nodes
        for library in self.imports:
            yield from library.nodes
        yield from block_names()

    def _begin(self, name: str, node: MappingNode, bundled: bool = False) -> Block:
        """A block with its arguments; its body is queued."""
        block = Block(name, node, bundled)
        reader = self.reader
        known = ("shapecalc", "block", *BLOCK_KEYS) if "block" in node.values else BLOCK_KEYS
        reader.known_keys(node, known, f"block {named(name)}")
        block.label = reader.note(node, "label")
        block.about = reader.note(node, "about")
        arguments = node.values.get("arguments")
        block.arguments = read_arguments(
            reader,
            None
            if arguments is None
            else reader.mapping(
                arguments, node.place_of_value("arguments"), "arguments", EXAMPLE_OF_ARGUMENTS
            ),
            ("in_channels",),
        )
        self.begun.unread.append((self, block))
        return block

    def values(self, arguments: dict[str, Argument], used: set[str]) -> ValueReader:
        """A reader of the values in this source, which adds the names that they use to `used`."""
        for argument in arguments.values():
            used.update(names_in(argument.default))
        return ValueReader(self.reader, self.find, self.names, arguments, used, self.hexadecimal)

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
            items = ItemReader(library.values(block.arguments, block.used))
            block.body = items.body(block.node, f"block {block.name}")
            if block.body is not None:
                block.body.note = None
                block.body.name = None
            if block.bundled and len(library.reader.problems) > before:
                raise AssertionError(list(library.reader.problems)[before:])
            begun.append(block)
        _measure_all(begun, self.reader)
        _bundled.update(self.begun.bundled)


def bundled_block(name: str, library: Library) -> Block | None:
    """A bundled block, read at its first use; None if there is none of that name."""
    begun = library.begun
    block = begun.bundled.get(name) or _bundled.get(name)
    if block is None and name.isidentifier():
        path = os.path.join(BLOCKS_FOLDER, name + ".yaml")
        if not os.path.exists(path) or name not in block_names():
            return None
        problems = Problems()
        source = decode(load_bytes(path), f"{BUNDLED_PREFIX}{name}.yaml")
        assert isinstance(source, Source), source
        node = read_yaml(source, problems)
        assert isinstance(node, MappingNode), problems
        assert not problems, problems
        own = Library(NodeReader(source, problems), begun)
        block = begun.bundled[name] = own._begin(name, node, bundled=True)
    return block


def read_imports(library: Library, value: object, offset: int, folder: str) -> None:
    """Add the files of an `import:` and of their imports, each read once, on an explicit stack.

    folder: that of the spec. Files outside of it cannot be imported.
    """
    spec = library.reader.source
    if not spec.may_import:
        text = "cannot import: standard input is named outside the working directory"
        library.reader.problem("SC114", text, offset)
        return
    if "\0" in spec.path:  # which Python's path functions do not accept
        library.reader.problem("SC114", "cannot import: the text has no file name", offset)
        return
    root = os.path.realpath(folder or ".")
    start = os.path.realpath(spec.path)
    libraries: dict[str, Library] = {}
    pending: list[tuple[Library, object, int, str, tuple[str, ...]]] = [
        (library, value, offset, folder, (start,))
    ]
    while pending:
        importer, value, offset, folder, importers = pending.pop()
        reader = importer.reader
        for name, place in imported_names(reader, value, offset):
            path = imported_path(reader, name, place, folder, root)
            if path is None:
                continue
            real = os.path.realpath(path)
            if real in importers:
                reader.problem("SC114", f"circular import: {shown(name)} imports this file", place)
                continue
            if real in libraries:
                importer.imports.append(libraries[real])
                continue
            if len(libraries) >= MAXIMUM_IMPORTS:
                reader.problem(
                    "SC114", f"too many imports: the maximum is {MAXIMUM_IMPORTS} files", place
                )
                return
            read_file = _read_library(importer, spec, path, name, place)
            if reader.allowance.bytes < 0:
                return  # which was said: the others are not even loaded
            if read_file is None:
                continue
            other, node = read_file
            libraries[real] = other
            importer.imports.append(other)
            if "import" in node.values:
                inner = node.values["import"], node.place_of_value("import")
                pending.append((other, *inner, os.path.dirname(path), (*importers, real)))


def is_block_file(node: MappingNode) -> bool:
    """Whether a file's root has blocks and no network."""
    return ("layers" not in node.values and "blocks" in node.values) or "block" in node.values


def check_block_file(reader: NodeReader, node: MappingNode) -> Library:
    """Read and check a file of blocks on its own."""
    library = _library_of(reader, node, Begun())
    if "import" in node.values:
        place = node.place_of_value("import")
        read_imports(library, node.values["import"], place, os.path.dirname(reader.source.path))
    library.finish()
    return library


def _read_library(
    importer: Library, spec: Source, path: str, name: str, place: int
) -> tuple[Library, MappingNode] | None:
    """The library in a file, and its root; None and a problem if it cannot be imported."""
    problems = importer.reader.problems
    try:
        data = spec.load_beside(path)
    except (OSError, ValueError) as error:
        text = f"cannot import {shown(name)}: {reason(error)}"
        importer.reader.problem("SC114", text, place)
        return None
    source = decode(data, path)
    if isinstance(source, Problem):
        problems.add(source)
        return None
    before = len(problems)
    allowance = importer.reader.allowance
    value = read_yaml(source, problems, allowance)
    if value is None and len(problems) > before:
        return None
    reader = NodeReader(source, problems, allowance)
    node = reader.mapping(value, 0, "a file of blocks", "write blocks: {Name: {layers: [...]}}")
    if node is None:
        return None
    if not is_block_file(node) and "input" in node.values:
        text = f"cannot import {shown(name)}: it is a network, not a file of blocks"
        hint = "write blocks: {Name: {layers: [...]}}, or block: Name above its layers"
        importer.reader.problem("SC114", text, place, hint)
        return None
    return _library_of(reader, node, importer.begun), node


def _library_of(reader: NodeReader, node: MappingNode, begun: Begun) -> Library:
    """The library of a file's root, with the arguments of its blocks read."""
    library = Library(reader, begun)
    if "block" in node.values:
        own = reader.text(node, "block", MAXIMUM_NAME)
        if own is not None:
            library.nodes[own] = node
    else:
        reader.known_keys(node, LIBRARY_KEYS, "a file of blocks")
        if "blocks" in node.values:
            library.define(node.values["blocks"], node.place_of_value("blocks"))
    library.read_all()
    return library


def _uses(block: Block) -> list[tuple[Block, BlockItem]]:
    """The blocks that a block uses, each with the item that uses it."""
    found: list[tuple[Block, BlockItem]] = []
    pending: list[Item] = [] if block.body is None else [block.body]
    while pending:
        item = pending.pop()
        if isinstance(item, BlockItem):
            found.append((item.block, item))
        pending.extend(children(item))
    return found


def _measure_all(blocks: list[Block], reader: NodeReader) -> None:
    """Measure the layers and the nesting of blocks, each after those it uses; report recursion."""
    waiting = {id(block): _uses(block) for block in blocks}
    done: set[int] = set()
    for start in blocks:
        stack = [start]
        on_stack = {id(start)}
        while stack:
            block = stack[-1]
            uses = waiting.get(id(block), [])
            while uses and (id(uses[-1][0]) in done or id(uses[-1][0]) not in waiting):
                uses.pop()
            if not uses:
                stack.pop()
                on_stack.discard(id(block))
                if id(block) not in done:
                    done.add(id(block))
                    _measure_block(block)
                continue
            used, item = uses[-1]
            if id(used) in on_stack:
                own = NodeReader(item.source, reader.problems)
                own.problem(
                    "SC112",
                    f"recursive block {used.name}"
                    + ("" if used is block else f": it uses itself through {block.name}"),
                    item.place(),
                    "a block cannot use itself; use repeat",
                )
                item.values = None
                uses.pop()
                continue
            stack.append(used)
            on_stack.add(id(used))


def _measure_block(block: Block) -> None:
    if block.body is not None:
        block.layers, block.nesting = measure(block.body)
