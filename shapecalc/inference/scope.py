"""The names that are known at a point of a walk: layers for `from`, arguments for expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.limits import MAXIMUM_LISTED, MAXIMUM_NAME, MAXIMUM_WORDS
from shapecalc.problems.formatting import named, shown, some_of
from shapecalc.problems.problem import Refusal
from shapecalc.problems.suggestions import did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.inference.summary import InferredLayer, Tensor
    from shapecalc.language.items import BlockItem, Item

LONGEST_NAME = MAXIMUM_NAME + 8
"""The characters of a name with the number of a repeat, or one that makes it unique."""


class Entry:
    """What a name stands for.

    item: None for an input. node: None for an input and for a layer that is wrong.
    tensor: None where it is not known, or has several parts.
    """

    __slots__ = ("item", "node", "tensor")

    def __init__(
        self, item: Item | None, node: InferredLayer | None, tensor: Tensor | None
    ) -> None:
        self.item = item
        self.node = node
        self.tensor = tensor


class Scope:
    """The names of a sequence, and the way outward to those around it.

    A block sees its own names only: `outer` is None there, and `input` names what comes in.
    network: whether `in_channels` is what comes into the item at hand; in a block it is what
    comes into the block.
    reused: whether the items here may run more than once, so that remembering pays.
    items: those of the sequence; written: their names, to make up others beside them.
    children: by their names, of what a dotted path has reached into.
    use, bundled_use: the use of the block at hand, and the outermost use of one that ships.
    """

    __slots__ = (
        "arguments",
        "bundled_use",
        "children",
        "counts",
        "items",
        "names",
        "network",
        "outer",
        "path",
        "reused",
        "several_inputs",
        "skipped",
        "use",
        "written",
    )

    def __init__(self, path: str, arguments: dict[str, Any], outer: Scope | None = None) -> None:
        self.path = path
        self.arguments = arguments
        self.outer = outer
        self.names: dict[str, Entry] = {}
        self.children: dict[InferredLayer, dict[str, InferredLayer]] = (
            outer.children if outer else {}
        )
        self.skipped: set[str] = set()
        self.counts: dict[str, int] = {}
        self.items: Sequence[Item] = ()
        self.written: set[str | None] = set()
        self.network: bool = outer.network if outer else True
        self.reused: bool = outer.reused if outer else False
        self.use: BlockItem | None = outer.use if outer else None
        self.bundled_use: BlockItem | None = outer.bundled_use if outer else None
        self.several_inputs = False

    def inside(self, path: str) -> Scope:
        """The scope of a sequence within this one."""
        return Scope(path + ".", self.arguments, self)

    def indexed(self) -> Scope:
        """The same names with an `index` of a repeat."""
        scope = Scope(self.path, dict(self.arguments), self.outer)
        scope.names = self.names
        scope.children = self.children
        scope.skipped = self.skipped
        scope.counts = self.counts
        scope.items = self.items
        scope.written = self.written
        scope.network = self.network
        scope.reused = True
        scope.use = self.use
        scope.bundled_use = self.bundled_use
        scope.several_inputs = self.several_inputs
        return scope

    def block(self, path: str, use: BlockItem, arguments: dict[str, Any]) -> Scope:
        """The scope of a block's body."""
        scope = Scope(path + ".", arguments)
        scope.network = False
        scope.reused = True
        scope.use = use
        scope.bundled_use = self.bundled_use or (use if use.block.bundled else None)
        return scope

    def comes_in(self, flow: Tensor | None) -> None:
        """Let `in_channels` speak of what comes into the item at hand."""
        if self.network:
            if flow is None:
                self.arguments.pop("in_channels", None)
            else:
                self.arguments["in_channels"] = flow.shape[0]

    def enter(self, name: str, entry: Entry) -> None:
        """Make a name known."""
        self.names[name] = entry

    def skip(self, item: Item) -> None:
        """Remember that an item is not there."""
        if item.name is not None:
            self.skipped.add(item.name)

    def free_name(self, base: str) -> str:
        """A name made up from a type: the base, or the base with the next number."""
        if not self.counts:
            self.written = {item.name for item in self.items}
        number = self.counts.get(base, 0) + 1
        name = base if number == 1 else f"{base}_{number}"
        while name in self.names or name in self.written:
            number += 1
            name = f"{base}_{number}"
        self.counts[base] = number
        return name

    def entry(self, name: str) -> Entry | None:
        """What a name or dotted path stands for, looked up here, then outward."""
        scope: Scope | None = self
        while scope is not None:
            found = scope.names.get(name)
            if found is None and "." in name:
                found = scope._reach(name)
            if found is not None:
                return found
            scope = scope.outer
        return None

    def _reach(self, name: str) -> Entry | None:
        """What a dotted path stands for: a name here, then names or a part's number within."""
        end = name.rfind(".", 0, LONGEST_NAME)
        while end > 0:
            entry = self.names.get(name[:end])
            if entry is not None:
                return self._within(entry, name[end + 1 :])
            end = name.rfind(".", 0, end)
        return None

    def _within(self, entry: Entry, path: str) -> Entry | None:
        """What a path stands for within an entry. An unknown entry makes it unknown too."""
        node = entry.node
        if node is None:
            return entry if entry.item is not None else None
        while len(node.tensors) < 2 and path:
            child, rest = self._child(node, path)
            if child is None:
                return None
            node, path = child, rest
        if path:
            index = int(path) if path.isascii() and path.isdigit() and len(path) < 6 else None
            if index is None or index >= len(node.tensors):
                return None
            return Entry(node.item, node, node.tensors[index])
        if not node.tensors:
            return Entry(node.item, None, None)
        return Entry(node.item, node, node.tensors[0] if len(node.tensors) == 1 else None)

    def _child(self, node: InferredLayer, path: str) -> tuple[InferredLayer | None, str]:
        """The child that a dotted path begins with, and the rest of the path."""
        names = self.children.get(node)
        if names is None:
            names = self.children[node] = _names_of_children(node)
        end = len(path) if len(path) <= LONGEST_NAME else path.rfind(".", 0, LONGEST_NAME)
        while end > 0:
            child = names.get(path[:end])
            if child is not None:
                return child, path[end + 1 :]
            end = path.rfind(".", 0, end)
        return None, path

    def tensor(self, name: str, hints: bool = True, item: Item | None = None) -> Tensor | None:
        """The tensor behind a name; None where it is not known. Raises Refusal SC110.

        hints: whether an unknown name is compared with those that are known.
        item: what takes the tensor; None for the outputs of the network.
        """
        entry = self.entry(name)
        if entry is None:
            raise unknown_layer(self, name, item, hints)
        if entry.node is not None and len(entry.node.tensors) > 1 and entry.tensor is None:
            raise Refusal(
                "SC110",
                f"{shown(name)} puts out {len(entry.node.tensors)} parts",
                f"name one of them: from: {name}.0",
            )
        return entry.tensor

    def is_bundled(self, item: Item) -> bool:
        """Whether an item stands in a block that ships with shapecalc."""
        return (
            self.bundled_use is not None
            and self.use is not None
            and (item.source is self.use.block.node.source)
        )


def _names_of_children(node: InferredLayer) -> dict[str, InferredLayer]:
    """The children of a block, sequence or branches by their names.

    As everywhere, the name of a repeat without a number means the last run.
    """
    names: dict[str, InferredLayer] = {}
    for child in node.children:
        if child.item.repeat is not None:
            names[child.name[: child.name.rfind(".")]] = child
    names.update((child.name, child) for child in node.children)
    return names


def unknown_layer(scope: Scope, name: str, item: Item | None, hints: bool) -> Refusal:
    """The refusal of a name that no earlier layer has.

    item: what takes it; None for the outputs of the network.
    hints: whether the reason is looked for among those that are known.
    """
    hint: str | None = "a layer takes what an earlier one puts out"
    if item is not None and name == item.name:
        return Refusal("SC110", f"{shown(name)} is this layer itself", hint)
    what = "layer" if item is None else "earlier layer"
    if not hints:
        return Refusal("SC110", f"there is no {what} {shown(name)}")
    known: dict[str, None] = {}
    around: Scope | None = scope
    while around is not None:
        known.update(dict.fromkeys(around.names))
        if name.split(".")[0] in around.skipped:
            text = f"{shown(name)} is left out by its when"
            return Refusal("SC110", text, "give this the same when, or take another layer")
        later = next((other for other in around.items if other.name == name), None)
        if later is not None:
            line = later.source.position(later.place("name"))[0]
            return Refusal(
                "SC110", f"{shown(name)} comes later, in line {line}", f"{hint}; move it up"
            )
        around = around.outer
    found = _nothing_inside(scope, name)
    if found is not None:
        return found
    hint = did_you_mean(name, known) if len(known) <= MAXIMUM_WORDS else None
    if hint is None and 0 < len(known) <= MAXIMUM_LISTED:
        whose = "earlier layers" if scope.use is None else "a block takes from its own layers alone"
        hint = f"{whose}: {', '.join(known)}"
    return Refusal("SC110", f"there is no {what} {shown(name)}", hint)


def _nothing_inside(scope: Scope, name: str) -> Refusal | None:
    """The refusal of a path of which the beginning is a layer; None where none is."""
    end = name.rfind(".")
    while end > 0:
        entry = scope.entry(name[:end])
        if entry is not None and entry.node is not None:
            outer, inner = named(name[:end]), name[end + 1 :]
            parts = len(entry.node.tensors)
            if parts > 1:
                hint = f"its parts are {some_of(list(map(str, range(parts))), MAXIMUM_LISTED)}"
                return Refusal("SC110", f"{outer} has no part {named(inner)}", hint)
            names = [child.name for child in entry.node.children]
            meant = nearest(inner, names)
            if meant is not None:
                hint = f"did you mean '{outer}.{meant}'?"
            elif names:
                hint = "inside are " + some_of(names, MAXIMUM_LISTED)
            else:
                hint = f"nothing is inside {outer}"
            return Refusal("SC110", f"{outer} has no layer {shown(inner)}", hint)
        end = name.rfind(".", 0, end)
    return None
