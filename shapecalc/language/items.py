"""The items of a list of layers: layers, uses of blocks, sequences and branches.

An item is read and checked (by `item_reader`), but not yet run. What only a run can determine,
such as the value of an argument, is kept as an expression.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.layers.base import LayerType
from shapecalc.limits import LONGEST_PATH
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Problem
from shapecalc.yaml.nodes import MappingNode

if TYPE_CHECKING:
    from shapecalc.language.arguments import Argument
    from shapecalc.language.notes import Note
    from shapecalc.layers.base import Layer
    from shapecalc.text.source import Source


class Pattern(str):
    """A name in `from:` that stands for others: with expressions in braces, or `*` for a number.

    names: those that its expressions use.
    """

    names: frozenset[str]

    def __new__(cls, text: str, names: frozenset[str] = frozenset()) -> Pattern:
        """A pattern of a text, whose expressions use names."""
        pattern = super().__new__(cls, text)
        pattern.names = names
        return pattern

    @property
    def of_each_repeat(self) -> bool:
        """Whether it is another name for each repeat of an item: by the `index` in it."""
        return "index" in self.names

    def __reduce__(self) -> tuple[object, ...]:
        return Pattern, (str(self), self.names)


class Item:
    """The common part of all items.

    name: as written; None if it is derived from the type.
    sources: the names in `from:`, of which some may be a Pattern; None without it.
    when, repeat, trainable: a value or an Expression; None without them.
    unread: whether some key of it could not be read, which may have been any.
    """

    __slots__ = (
        "cells",
        "expect",
        "name",
        "node",
        "note",
        "repeat",
        "shares",
        "sources",
        "trainable",
        "unread",
        "when",
    )

    kind = ""

    def __init__(self, node: MappingNode) -> None:
        self.node = node
        self.name: str | None = None
        self.note: Note | None = None
        self.sources: list[str] | None = None
        self.when: Any = None
        self.repeat: Any = None
        self.expect: Any = None
        self.shares: str | None = None
        self.trainable: Any = None
        self.cells: dict[str, str | int] | None = None
        self.unread = False

    @property
    def source(self) -> Source:
        """The source that contains it."""
        return self.node.source

    @property
    def takes_nothing(self) -> bool:
        """Whether it is a layer of a type that has no input."""
        return False

    @property
    def differs_by_repeat(self) -> bool:
        """Whether some name in `from:` is another one for each repeat."""
        return any(isinstance(each, Pattern) and each.of_each_repeat for each in self.sources or ())

    def place(self, key: str | None = None) -> int:
        """The offset of a key's value, else of the type or the branches, else of the item."""
        for candidate in (key, "type"):
            if candidate is not None and candidate in self.node.values:
                return self.node.place_of_value(candidate)
        return self.node.place_of_key("branches") if self.kind == "branches" else self.node.start

    @property
    def default_name(self) -> str:
        """The name of an item without `name:`; numbered if several have it."""
        return self.kind


class InvalidItem(Item):
    """An invalid item, whose problem is already reported: its output is unknown."""

    __slots__ = ()

    kind = "item"

    def __init__(self, node: MappingNode) -> None:
        super().__init__(node)
        self.unread = True


class LayerItem(Item):
    """A layer.

    type: its type, or the name of the argument whose value is the type's name.
    layer: the layer itself, if nothing about it depends on a run.
    values: otherwise its fields, read or as expressions; None if they are invalid.
    made: the layers that runs made of them, by type and values, for other runs.
    """

    __slots__ = ("layer", "made", "type", "values")

    kind = "layer"

    def __init__(self, node: MappingNode, type: LayerType | str) -> None:
        super().__init__(node)
        self.type = type
        self.layer: Layer | None = None
        self.values: dict[str, Any] | None = None
        self.made: dict[tuple[str, str, str | None], Layer] | None = None

    @property
    def takes_nothing(self) -> bool:
        """Whether its type is known to have no input."""
        return not isinstance(self.type, str) and self.type.layer.input_count == (0, 0)

    @property
    def default_name(self) -> str:
        """The type in lower case."""
        return (self.type if isinstance(self.type, str) else self.type.name).lower()


class BlockItem(Item):
    """A use of a block.

    values: the arguments that it passes; None if they are invalid.
    until: the path of the item inside after which a network stops; None for all of it.
    """

    __slots__ = ("block", "until", "values")

    kind = "block"

    def __init__(self, node: MappingNode, block: Block) -> None:
        super().__init__(node)
        self.block = block
        self.values: dict[str, Any] | None = None
        self.until: str | None = None

    @property
    def default_name(self) -> str:
        """The block's name in lower case."""
        return self.block.name.lower()


class SequenceItem(Item):
    """Layers one after the other."""

    __slots__ = ("items",)

    kind = "sequence"

    def __init__(self, node: MappingNode) -> None:
        super().__init__(node)
        self.items: list[Item] = []


class BranchItem(SequenceItem):
    """One of several parallel branches: its layers, one after the other."""

    __slots__ = ()

    kind = "branch"


class BranchesItem(Item):
    """Parallel branches on the same input.

    join: how their outputs are joined, one of `item_reader.JOIN_WORDS`; none leaves them apart.
    """

    __slots__ = ("branches", "join")

    kind = "branches"

    def __init__(self, node: MappingNode) -> None:
        super().__init__(node)
        self.branches: list[BranchItem] = []
        self.join = "concat"


class Block:
    """A named, reusable part of a network with arguments.

    inputs: the names of its inputs. outputs: those of its outputs, where it names them.
    network: whether it is a network, used as a block: `in_channels` is that of each item's input.
    body: None until it is read, and if it is invalid.
    used: the names that its expressions use.
    layers, nesting: how many layers its body expands to, and how deep it nests.
    """

    __slots__ = (
        "about",
        "arguments",
        "body",
        "bundled",
        "inputs",
        "label",
        "layers",
        "name",
        "nesting",
        "network",
        "node",
        "outputs",
        "used",
    )

    def __init__(self, name: str, node: MappingNode, bundled: bool) -> None:
        self.name = name
        self.node = node
        self.bundled = bundled
        self.label: Note | None = None
        self.about: Note | None = None
        self.inputs: tuple[str, ...] = ("input",)
        self.outputs: tuple[str, ...] = ()
        self.network = False
        self.arguments: dict[str, Argument] = {}
        self.body: SequenceItem | BranchesItem | None = None
        self.layers = 0
        self.nesting = 0
        self.used: set[str] = set()


def children(item: Item) -> list[Item]:
    """The items directly inside an item; none for a use of a block."""
    if isinstance(item, SequenceItem):
        return item.items
    if isinstance(item, BranchesItem):
        return list(item.branches)
    return []


def has_nameless(item: Item) -> bool:
    """Whether some item inside could not be read that may have any name."""
    if isinstance(item, BlockItem):
        return item.block.body is None or has_nameless(item.block.body)
    return any(
        (inner.unread and inner.name is None) or has_nameless(inner) for inner in children(item)
    )


def duplicate_name(item: Item, name: str, first: Item) -> Problem:
    """The problem of an item with the name of another one, `first`."""
    return Problem(
        "SC107",
        f"duplicate name {shown(name)}",
        item.source,
        item.place("name"),
        "give each item of a sequence its own name",
        related=(("first used here", first.source, first.place("name")),),
    )


def is_path(name: object) -> bool:
    """Whether a value may be the path of a layer."""
    return isinstance(name, str) and 0 < len(name) <= LONGEST_PATH
