"""What a list of layers is made of: layers, uses of blocks, sequences and branches.

An item is read and checked (`compiler` does that), not yet run. What only a run can tell, such
as the value of an argument, stays an expression.
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


class Item:
    """What the items of a list have in common.

    name: as written, or None where the type makes one up.
    sources: the names behind `from:`, or None.
    when, repeat: a value, an Expression, or None where they are not written.
    """

    __slots__ = ("cells", "expect", "name", "node", "note", "repeat", "shares", "sources", "when")

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
        self.cells: dict[str, str | int] | None = None

    @property
    def source(self) -> Source:
        """Where it is written."""
        return self.node.source

    def place(self, key: str | None = None) -> int:
        """Where a key's value is written, or the item's type, or the item itself."""
        for wanted in (key, "type"):
            if wanted is not None and wanted in self.node.values:
                return self.node.place_of_value(wanted)
        return self.node.start

    @property
    def default_name(self) -> str:
        """The name of an item that has none written."""
        return self.kind


class InvalidItem(Item):
    """An item that is not right, as its problem says: whatever it puts out is not known."""

    __slots__ = ()

    kind = "item"


class LayerItem(Item):
    """A layer.

    type: its type, or the name of the argument that holds it.
    layer: the layer itself where nothing about it has to wait for a run.
    values: otherwise its fields, read or as expressions.
    """

    __slots__ = ("layer", "type", "values")

    kind = "layer"

    def __init__(self, node: MappingNode, type: LayerType | str) -> None:
        super().__init__(node)
        self.type = type
        self.layer: Layer | None = None
        self.values: dict[str, Any] | None = None

    @property
    def default_name(self) -> str:
        """The type in lower case."""
        return (self.type if isinstance(self.type, str) else self.type.name).lower()


class BlockItem(Item):
    """The use of a block, with the arguments that it is given. None: they are not right."""

    __slots__ = ("block", "values")

    kind = "block"

    def __init__(self, node: MappingNode, block: Block) -> None:
        super().__init__(node)
        self.block = block
        self.values: dict[str, Any] | None = None

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
    """One of the branches that run side by side: the layers of it, one after the other."""

    __slots__ = ()

    kind = "branch"


class BranchesItem(Item):
    """Branches on the same input, and the word for how they are joined."""

    __slots__ = ("branches", "join")

    kind = "branches"

    def __init__(self, node: MappingNode) -> None:
        super().__init__(node)
        self.branches: list[BranchItem] = []
        self.join = "concat"


class Block:
    """A named piece of network with arguments. Its body is set when it is first used.

    used: the names that its expressions use. layers, nesting: what its body expands to.
    """

    __slots__ = (
        "about",
        "arguments",
        "body",
        "bundled",
        "label",
        "layers",
        "name",
        "nesting",
        "node",
        "used",
    )

    def __init__(self, name: str, node: MappingNode, bundled: bool) -> None:
        self.name = name
        self.node = node
        self.bundled = bundled
        self.label: Note | None = None
        self.about: Note | None = None
        self.arguments: dict[str, Argument] = {}
        self.body: SequenceItem | BranchesItem | None = None
        self.layers = 0
        self.nesting = 0
        self.used: set[str] = set()


def children(item: Item) -> list[Item]:
    """The items within an item of a spec, a block's body not included."""
    if isinstance(item, SequenceItem):
        return item.items
    if isinstance(item, BranchesItem):
        return list(item.branches)
    return []


def duplicate_name(item: Item, name: str, first: Item) -> Problem:
    """The problem of two items of one name that are both there."""
    return Problem(
        "SC107",
        f"the name {shown(name)} is taken",
        item.source,
        item.place("name"),
        "names are unique within their sequence",
        related=(("it is the name of this one", first.source, first.place("name")),),
    )


def is_path(name: object) -> bool:
    """Whether a value may be the path of a layer."""
    return isinstance(name, str) and 0 < len(name) <= LONGEST_PATH
