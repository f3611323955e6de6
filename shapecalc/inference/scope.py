"""The names in scope at a point of a run: layers for `from`, arguments for expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.language.items import has_nameless
from shapecalc.limits import MAXIMUM_LISTED, MAXIMUM_NAME, MAXIMUM_WORDS
from shapecalc.problems.formatting import named, shown, some_of
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from shapecalc.inference.inferred import InferredLayer, Tensor
    from shapecalc.language.items import BlockItem, Item

LONGEST_NAME = MAXIMUM_NAME + 8
"""The maximum length of a name with the number of its repeat, or a number that makes it unique."""


NOT_REPEATED = "`repeat` is 0"
"""What says that an item does not run because it runs no times."""


class Entry:
    """What a name refers to.

    item: None for an input.
    node: None for an input and for an invalid layer.
    tensor: None if it is unknown, and for a layer with several outputs of which none goes on.
    """

    __slots__ = ("item", "node", "tensor")

    def __init__(
        self, item: Item | None, node: InferredLayer | None, tensor: Tensor | None
    ) -> None:
        self.item = item
        self.node = node
        self.tensor = tensor


class Scope:
    """The names of a sequence, and the scope around it.

    A block sees only its own names: its `outer` is None, and its inputs are among them.
    flows: what comes into the item at hand of a network, or into the block; None if it is unknown.
    network: whether `in_channels` is that of the item's input; in a block it is that of the
    block's input.
    reused: whether the items may run more than once, so that results are cached.
    names: what each name refers to. skipped: the names of items that do not run,
    each with what says so.
    counts: how many names were derived from each type.
    items: those of the sequence. written: their names, which derived ones must not repeat.
    children: the layers inside of those that a dotted path has entered, by name. named: the places
    of the outputs of blocks that one has named.
    use: the use of the current block. bundled_use: the outermost use of a bundled block.
    several_inputs: whether the next item must say which input of the network it uses.
    nameless: whether an item could not be read that may have any name.
    failed: the paths of all items of which the output is unknown.
    """

    __slots__ = (
        "arguments",
        "bundled_use",
        "children",
        "counts",
        "failed",
        "flows",
        "items",
        "named",
        "nameless",
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
        self.named: dict[InferredLayer, dict[str, int]] = outer.named if outer else {}
        self.skipped: dict[str, str] = {}
        self.counts: dict[str, int] = {}
        self.items: Sequence[Item] = ()
        self.written: set[str | None] = set()
        self.network: bool = outer.network if outer else True
        self.reused: bool = outer.reused if outer else False
        self.use: BlockItem | None = outer.use if outer else None
        self.bundled_use: BlockItem | None = outer.bundled_use if outer else None
        self.several_inputs = False
        self.nameless: bool = outer.nameless if outer else False
        self.failed: set[str] = outer.failed if outer else set()
        self.flows: tuple[Tensor, ...] | None = outer.flows if outer else None

    def inside(self, path: str) -> Scope:
        """The scope of a sequence inside this one."""
        return Scope(path + ".", self.arguments, self)

    def indexed(self) -> Scope:
        """The same names, with a copy of the arguments that can have an `index`."""
        scope = Scope.__new__(Scope)
        for slot in self.__slots__:
            setattr(scope, slot, getattr(self, slot))
        scope.arguments = dict(self.arguments)
        scope.reused = True
        return scope

    def block(self, path: str, use: BlockItem, inputs: tuple[Tensor, ...]) -> Scope:
        """The scope of a block's body, as yet without arguments."""
        scope = Scope(path + ".", {})
        scope.comes_in(inputs)
        scope.network = use.block.network
        scope.several_inputs = len(inputs) > 1
        for name, tensor in zip(use.block.inputs, inputs, strict=True):
            scope.enter(name, Entry(None, None, tensor))
        scope.reused = True
        scope.use = use
        scope.failed = self.failed
        scope.bundled_use = self.bundled_use or (use if use.block.bundled else None)
        return scope

    def comes_in(self, flows: tuple[Tensor, ...] | None) -> None:
        """Let `in_channels`, `in_height` and so on speak of what comes into the item at hand.

        flows: its inputs; None where they are unknown.
        """
        if self.network:
            self.flows = flows
            if flows is None or len(flows) != 1:
                self.arguments.pop("in_channels", None)
            else:
                self.arguments["in_channels"] = flows[0].shape.channels

    def enter(self, name: str, entry: Entry) -> None:
        """Add a name."""
        self.names[name] = entry

    def skip(self, item: Item, why: str) -> None:
        """Record that an item does not run. why: what it says, such as `when` is false."""
        if item.name is not None:
            self.skipped[item.name] = why

    def free_name(self, base: str) -> str:
        """A unique name derived from a type: the base, or the base with the next free number."""
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
        """What a name or dotted path refers to, looked up here, then outward; None if unknown."""
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
        """What a dotted path refers to: a name here, then names or an output's number inside."""
        end = name.rfind(".", 0, LONGEST_NAME)
        while end > 0:
            entry = self.names.get(name[:end])
            if entry is not None:
                return self._within(entry, name[end + 1 :])
            end = name.rfind(".", 0, end)
        return None

    def _within(self, entry: Entry, path: str) -> Entry | None:
        """What a path refers to inside an entry; inside an invalid layer, the entry itself."""
        node = entry.node
        if node is None:
            return entry if entry.item is not None else None
        while path and (len(node.tensors) < 2 or node.children):
            if node.named:
                number = self._named(node).get(path)
                if number is not None:
                    return Entry(node.item, node, node.tensors[number])
            child, rest = self._child(node, path)
            if child is None:
                return None
            node, path = child, rest
        if path:
            index = self._place_of_output(node, path)
            return None if index is None else Entry(node.item, node, node.tensors[index])
        if not node.tensors:
            return Entry(node.item, None, None)
        only = node.passed_on[0] if len(node.passed_on) == 1 else None
        return Entry(node.item, node, only)

    def _place_of_output(self, node: InferredLayer, name: str) -> int | None:
        """Which output of a layer has a name, or a number; None for none."""
        if node.named:
            return self._named(node).get(name)
        index = int(name) if name.isascii() and name.isdigit() and len(name) < 6 else None
        return None if index is None or index >= len(node.tensors) else index

    def _named(self, node: InferredLayer) -> dict[str, int]:
        """The outputs that a block or a layer names, by their places."""
        found = self.named.get(node)
        if found is None:
            found = self.named[node] = {name: place for place, name in enumerate(node.named)}
        return found

    def _child(self, node: InferredLayer, path: str) -> tuple[InferredLayer | None, str]:
        """The child that a dotted path starts with, and the rest of the path."""
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
        """The tensor of a name; None if an invalid layer has it, or may. Raises Refusal SC110.

        hints: whether an unknown name is compared with the known ones.
        item: the item that uses the tensor; None for the outputs of the network.
        """
        entry = self.entry(name)
        if entry is None:
            if self.may_have(name):
                return None
            raise unknown_layer(self, name, item, hints)
        if entry.node is not None and len(entry.node.tensors) > 1 and entry.tensor is None:
            raise Refusal(
                "SC110",
                f"{shown(name)} has {len(entry.node.tensors)} outputs, expected one",
                f"select one of them, such as {name}.{entry.node.output_names[0]}",
            )
        return entry.tensor

    def may_have(self, name: str) -> bool:
        """Whether an unknown name may be that of an item that failed, or could not be read."""
        if self.nameless:
            return True
        end = name.rfind(".")
        while end > 0:
            entry = self.entry(name[:end])
            if entry is not None:
                inside = entry.item is not None and has_nameless(entry.item)
                return inside or entry.node is None or self._failed(entry.node.path + name[end:])
            end = name.rfind(".", 0, end)
        return False

    def _failed(self, path: str) -> bool:
        """Whether the output of an item at a path is unknown, or of one that it is inside."""
        while path not in self.failed:
            path = path.rpartition(".")[0]
            if not path:
                return False
        return True

    def is_bundled(self, item: Item) -> bool:
        """Whether an item is in a bundled block."""
        return (
            self.bundled_use is not None
            and self.use is not None
            and (item.source is self.use.block.node.source)
        )


def _names_of_children(node: InferredLayer) -> dict[str, InferredLayer]:
    """The children of a block, sequence or branches by name.

    As everywhere, the name of a repeated item without a number means its last repeat.
    """
    names: dict[str, InferredLayer] = {}
    for child in node.children:
        if child.item.repeat is not None:
            names[child.name[: child.name.rfind(".")]] = child
    names.update((child.name, child) for child in node.children)
    return names


def unknown_layer(scope: Scope, name: str, item: Item | None, hints: bool) -> Refusal:
    """The refusal of a name that no earlier layer has.

    item: the item that uses it; None for the outputs of the network.
    hints: whether the known names are searched for the reason.
    """
    hint: str | None = "use the output of an earlier layer"
    if item is not None and name == item.name:
        return Refusal("SC110", f"{shown(name)} refers to this layer itself", hint)
    if not hints:
        return Refusal("SC110", f"unknown layer {shown(name)}")
    known: dict[str, None] = {}
    around: Scope | None = scope
    while around is not None:
        known.update(dict.fromkeys(around.names))
        why = around.skipped.get(name.split(".")[0])
        if why is not None:
            text = f"{shown(name)} is skipped: its {why}"
            return Refusal("SC110", text, "skip this one, too, or use another layer")
        later = next((other for other in around.items if other.name == name), None)
        if later is not None:
            line = later.source.position(later.place("name"))[0]
            return Refusal(
                "SC110", f"{shown(name)} is defined later, in line {line}", f"{hint}; move it up"
            )
        around = around.outer
    found = _unknown_inside(scope, name)
    if found is not None:
        return found
    from shapecalc.problems.suggestions import did_you_mean

    hint = did_you_mean(name, known) if len(known) <= MAXIMUM_WORDS else None
    if hint is None and 0 < len(known) <= MAXIMUM_LISTED:
        where = "" if scope.use is None else " in this block"
        hint = f"earlier layers{where}: {', '.join(known)}"
    return Refusal("SC110", f"unknown layer {shown(name)}", hint)


def _unknown_inside(scope: Scope, name: str) -> Refusal | None:
    """The refusal of a path that starts with a known layer; None if it does not."""
    end = name.rfind(".")
    while end > 0:
        entry = scope.entry(name[:end])
        if entry is not None and entry.node is not None:
            outer, inner = named(name[:end]), name[end + 1 :]
            if len(entry.node.tensors) > 1:
                hint = f"allowed: {some_of(entry.node.output_names, MAXIMUM_LISTED)}"
                return Refusal("SC110", f"{outer} has no output {named(inner)}", hint)
            names = [child.name for child in entry.node.children]
            from shapecalc.problems.suggestions import nearest

            meant = nearest(inner, names)
            if meant is not None:
                hint = f"did you mean '{outer}.{meant}'?"
            elif names:
                hint = "allowed: " + some_of(names, MAXIMUM_LISTED)
            else:
                hint = f"{outer} has no layers inside"
            return Refusal("SC110", f"{outer} has no layer {shown(inner)}", hint)
        end = name.rfind(".", 0, end)
    return None


def paths_taken_twice(
    items: Iterable[InferredLayer],
) -> Iterator[tuple[InferredLayer, InferredLayer]]:
    """The first and another of the layers and blocks that have one path."""
    taken: dict[str, InferredLayer] = {}
    for item in items:
        for node, _ in item.walk():
            first = taken.setdefault(node.path, node)
            if first is not node:
                yield first, node
