"""What an item says besides the fields of a layer: `when`, `from`, `repeat`, `shares`, `trainable`,
`expect`, `note`, and the arguments of a block."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from shapecalc.expressions.expression import (
    Expression,
    has_expression,
    is_size_name,
    names_in,
    sizes_in,
)
from shapecalc.inference.inferred import InferredLayer
from shapecalc.inference.references import expanded, is_skipped, only, size_named
from shapecalc.inference.scope import unknown_layer
from shapecalc.inference.wiring_problems import WiringProblems
from shapecalc.language.items import (
    BlockItem,
    InvalidItem,
    LayerItem,
    Pattern,
)
from shapecalc.language.notes import fill, names_of, texts_of
from shapecalc.layers.base import Windowed
from shapecalc.limits import MAXIMUM_HINTS, MAXIMUM_PATH
from shapecalc.problems.formatting import named, shown
from shapecalc.problems.problem import Problem, Refusal
from shapecalc.shapes.shape import Shape, parse_shape
from shapecalc.yaml.nodes import ListNode, MappingNode

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from shapecalc.inference.blame import Blame
    from shapecalc.inference.inferred import Tensor
    from shapecalc.inference.scope import Scope
    from shapecalc.inference.work import Work
    from shapecalc.language.arguments import Argument
    from shapecalc.language.items import Item
    from shapecalc.language.notes import Note


class Clauses(WiringProblems):
    """Works out what items say, in a run. What is wrong is blamed, and comes to None.

    hints: how many more unknown names are compared with those that are known.
    """

    __slots__ = ("hints", "work")

    def __init__(self, blame: Blame, work: Work) -> None:
        super().__init__(blame)
        self.work = work
        self.hints = MAXIMUM_HINTS

    def charged(self, item: Item, path: str, scope: Scope) -> bool:
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

    def runs(self, item: Item, flow: Tensor | None, scope: Scope) -> bool | None:
        """Whether an item's `when` holds; None where that cannot be told."""
        return self.holds(item, "when", item.when, flow, scope)

    def holds(
        self, item: Item, key: str, value: Any, flow: Tensor | None, scope: Scope
    ) -> bool | None:
        """Whether a condition of an item holds; None where that cannot be told."""
        value = self.evaluated(item, key, value, flow, scope)
        if value is None or isinstance(value, bool):
            return value
        self.blame.item(item, "SC104", f"{key} must be true or false, not {shown(value)}", key)
        return None

    def times(self, item: Item, flow: Tensor | None, scope: Scope) -> int | None:
        """How many times an item runs; None where that cannot be told."""
        times = self.evaluated(item, "repeat", item.repeat, flow, scope)
        if type(times) is int and times >= 0:
            return times
        if times is not None:
            text = f"repeat must be an integer of at least 0, not {shown(times)}"
            self.blame.item(item, "SC104", text, "repeat")
        return None

    def evaluated(self, item: Item, key: str, value: Any, flow: Tensor | None, scope: Scope) -> Any:
        """A value of an item; None where it is unknown, and a problem where it is wrong."""
        if not has_expression(value):
            return value
        flows = only(flow)
        if item.sources is not None:
            flows = self._known_sources(item, scope)
        scope.comes_in(flows)
        try:
            return self.evaluate(value, scope, item)
        except Refusal as refusal:
            if not (scope.network and flows is None and refusal.code == "SC109"):
                refusal.field = key
                path = scope.path + (item.name or item.default_name)
                self.blame.refused(item, refusal, path, (), scope)
            return None

    def evaluate(self, value: Any, scope: Scope, item: Item) -> Any:
        """A value with its expressions evaluated. Raises Refusal."""
        sizes = value.sizes if type(value) is Expression else sizes_in(value)
        arguments = self.values(sizes, scope, item) if sizes else scope.arguments
        try:
            return self.work.evaluate(value, arguments)
        except Refusal as refusal:
            if refusal.code == "SC109" and "in_channels" in names_in(value) - arguments.keys():
                size_named("in_channels", scope)  # which says why it is not defined
            raise

    def values(self, sizes: Collection[str], scope: Scope, item: Item) -> dict[str, Any]:
        """The arguments in scope, with sizes that an expression of an item uses. Raises Refusal."""
        found = dict(scope.arguments)
        for name in sizes:
            try:
                found[name] = size_named(name, scope, self.hints > 0, item)
            except Refusal as refusal:
                self.hints -= refusal.code == "SC110"
                raise
        return found

    def named_values(self, names: Collection[str], scope: Scope, item: Item) -> dict[str, Any]:
        """The arguments in scope, with those of some names that are sizes. Raises Refusal."""
        sizes = list(filter(is_size_name, names)) if names else ()
        return self.values(sizes, scope, item) if sizes else scope.arguments

    def _known_sources(self, item: Item, scope: Scope) -> tuple[Tensor, ...] | None:
        """The tensors that `from:` names before an item runs: none where each repeat has others;
        None where one is unknown."""
        found: list[Tensor] = []
        if item.sources is None or item.differs_by_repeat:
            return ()
        for written in item.sources:
            try:
                names = self._stands_for(written, scope, item)
            except Refusal:
                return None  # which is said as the item runs
            for name in names:
                entry = scope.entry(name)
                if entry is None or entry.tensor is None:
                    return None
                found.append(entry.tensor)
        return tuple(found)

    def sources(
        self, item: Item, scope: Scope, before: tuple[Tensor, ...] = ()
    ) -> tuple[Tensor, ...] | None:
        """The tensors that `from:` names; None where one is unknown, or wrong.

        before: what the repeat before this one outputs, which it has in place of what only the
        first is given, as far as that goes.
        """
        assert item.sources is not None
        found: list[Tensor] = []
        outputs = iter(before)
        for index, written in enumerate(item.sources):
            try:
                names = self._stands_for(written, scope, item)
                if before and not (isinstance(written, Pattern) and written.of_each_repeat):
                    taken = list(islice(outputs, len(names)))
                    found.extend(taken)
                    names = names[len(taken) :]
                for name in names:
                    tensor = scope.tensor(name, self.hints > 0, item)
                    if tensor is None:
                        return None
                    found.append(tensor)
            except Refusal as refusal:
                self.hints -= 1
                path = scope.path + (item.name or item.default_name)
                node = item.node.values["from"]
                at = node.place_of(index) if isinstance(node, ListNode) else None
                self.blame.refused(item, refusal, path, (), scope, "from", at)
                return None
        if not found:
            text = f"{item.name or item.default_name}: from names no layer: nothing is repeated"
            self.blame.item(item, "SC111", text, "from")
            return None
        return tuple(found)

    def chained(self, item: Item, scope: Scope, outputs: int) -> int:
        """How many of its inputs each repeat of an item but the first has from the one before it:
        those that are not another name for each, of a block so many as there are outputs; others
        stay, as the memory of a decoder does for its layers. Of an item that has run."""
        inputs = sum(
            len(self._stands_for(each, scope, item))
            for each in item.sources or ()
            if not (isinstance(each, Pattern) and each.of_each_repeat)
        )
        return min(inputs, outputs) if isinstance(item, BlockItem) else inputs

    def _stands_for(self, written: str, scope: Scope, item: Item) -> Sequence[str]:
        """The names that one in `from:` stands for. Raises Refusal."""
        if not isinstance(written, Pattern):
            return (written,)
        name = str(written)
        if written.names:
            values = self.named_values(written.names, scope, item)
            name = fill(name, values, self.work.shown)
        return expanded(name, scope)

    def arguments(
        self, item: BlockItem, node: InferredLayer, sources: tuple[Tensor, ...], scope: Scope
    ) -> Scope | None:
        """The scope of a block's body, with its inputs and arguments; None where one is wrong."""
        assert item.values is not None
        inner = scope.block(node.path, item, sources)
        if len(sources) > 1:
            try:
                self.work.connect(sources, len(item.block.outputs))
            except Refusal as refusal:
                self.blame.refused(item, refusal, node.path, sources, scope)
                return None
        for name, argument in item.block.arguments.items():
            given = name in item.values
            value = item.values[name] if given else argument.default
            try:
                if has_expression(value) or getattr(value, "deferred", False):
                    value = self._argument(item, argument, value, scope if given else inner)
            except Refusal as refusal:
                if given or item.block.bundled:
                    self.blame.refused(item, refusal, node.path, sources, scope, name)
                else:
                    self.blame.default(item, argument, refusal, node.path, sources)
                return None
            inner.arguments[name] = value
        if self.work.keeps(len(inner.arguments)):
            node.arguments = inner.arguments
        return inner

    def _argument(self, item: BlockItem, argument: Argument, written: Any, scope: Scope) -> Any:
        """The value that an expression gives to an argument, or the fields of a BlockValue with
        expressions. Raises Refusal."""
        if not has_expression(written):
            return written.evaluated(lambda each: self.evaluate(each, scope, item))
        sizes = sizes_in(written)
        values = self.values(sizes, scope, item) if sizes else scope.arguments
        return self.work.once(
            (item, argument),
            names_in(written),
            values,
            lambda: argument.read(self.work.evaluate(written, values)),
        )

    def outputs(
        self, item: BlockItem, node: InferredLayer, inner: Scope
    ) -> tuple[Tensor, ...] | None:
        """The outputs that a block names; None where one is unknown or wrong."""
        names: list[str] = []
        found: list[Tensor] = []
        written = item.block.node.values["outputs"]
        for index, each in enumerate(item.block.outputs):
            if is_skipped(each, inner):
                continue
            try:
                for name in expanded(each, inner) if isinstance(each, Pattern) else (each,):
                    tensor = inner.tensor(name, self.hints > 0)
                    if tensor is None:
                        return None
                    names.append(name)
                    found.append(tensor)
            except Refusal as refusal:
                self.hints -= 1
                at = item.block.node.place_of_value("outputs")
                if isinstance(written, ListNode):
                    at = written.place_of(index)
                self.blame.refused(item.block.body or item, refusal, node.path, (), inner, None, at)
                return None
        if not found:
            text = f"{node.path}: all outputs of {item.block.name} are skipped"
            self.blame.item(item, "SC110", text)
            return None
        node.named = tuple(names)
        return tuple(found)

    def share(self, item: Item, node: InferredLayer, scope: Scope) -> None:
        """Count the weights of a layer that shares another's once."""
        assert item.shares is not None
        other = scope.entry(item.shares)
        owner = None if other is None else other.node
        if other is not None and owner is None:
            if other.item is None:
                text = f"{node.path}: {named(item.shares)} is an input, which has no weights"
                self.blame.item(item, "SC116", text, "shares", "name a layer, or remove shares:")
            return
        if owner is None and scope.may_have(item.shares):
            return
        if owner is node and item.repeat is not None:
            text = f"{node.path}: {shown(item.shares)} refers to this layer itself"
            hint = "write the one that has the weights before the repeats, and share those"
            self.blame.item(item, "SC116", text, "shares", hint)
            return
        if owner is None or owner is node:
            refusal = unknown_layer(scope, item.shares, item, self.hints > 0)
            self.hints -= 1
            text = f"{node.path}: {refusal.message}"
            self.blame.item(item, "SC116", text, "shares", refusal.hint)
            return
        if not owner.buffers and not any(inner.used_params for inner, _ in owner.walk()):
            text = f"{node.path}: {owner.path}, {owner.type}, has no weights to share"
            self.blame.item(item, "SC116", text, "shares", "remove shares:")
            return
        own = [inner for inner, _ in node.walk()]
        others = [inner for inner, _ in owner.walk()]
        if len(own) != len(others) or not all(map(InferredLayer.can_share, own, others)):
            self.blame.item(
                item,
                "SC116",
                f"{node.path}: {node.type} with {node.params} params cannot share the weights of "
                f"{owner.path}, {owner.type} with {owner.used_params}",
                "shares",
                "both must be of the same type with weights of the same shape, or such as "
                "Embedding and Linear, whose weights PyTorch lays out in the same shape",
            )
            return
        for inner, shared in zip(reversed(own), reversed(others), strict=True):
            inner.share(shared)

    def freeze(self, item: Item, node: InferredLayer, scope: Scope) -> None:
        """Freeze the weights of an item, and of everything inside, where `trainable` is false."""
        if item.trainable is None:
            return
        flow = node.sources[0] if node.sources else None
        trains = self.holds(item, "trainable", item.trainable, flow, scope)
        pending = [node] if trains is False else []
        while pending:
            inner = pending.pop()
            if not inner.frozen:
                inner.frozen = True
                pending.extend(inner.children)

    def expected(self, item: Item, node: InferredLayer, scope: Scope) -> Shape | None:
        """The shape that an item expects as its output."""
        if len(node.passed_on) > 1:
            self.blame.item(
                item,
                "SC104",
                f"{node.path} has {len(node.tensors)} outputs, of which expect: states one",
                "expect",
                "write it on the layers that use them, or at the top, as expect: {output: ...}",
            )
            return None
        if isinstance(item.expect, Shape):
            return item.expect
        try:
            return parse_shape(self.evaluate(item.expect, scope, item))
        except Refusal as refusal:
            refusal.field = "expect"
            self.blame.refused(item, refusal, node.path, (), scope)
            return None

    def note(self, item: Item, path: str, scope: Scope) -> Note | None:
        """The text of a note by language, with the values that it names filled in."""
        assert item.note is not None
        note = item.note
        try:
            names = names_of(*texts_of(note))
            values = self.named_values(names, scope, item)
            filled: Note
            if not scope.reused:
                filled = self._filled(note, values)
            else:
                filled = self.work.once(item, names, values, lambda: self._filled(note, values))
            self.work.note(sum(map(len, texts_of(filled))))
            return filled
        except Refusal as refusal:
            refusal.field = "note"
            self.blame.refused(item, refusal, path, (), scope)
            return None

    def _filled(self, note: Note, values: dict[str, Any]) -> Note:
        if isinstance(note, str):
            return fill(note, values, self.work.shown)
        return {language: fill(text, values, self.work.shown) for language, text in note.items()}

    def check_cells(self, node: InferredLayer) -> None:
        """Refuse a labelled cell where the layers inside agree, so that it can be computed."""
        layers = [inner.layer for inner, _ in node.walk()]
        windows = [layer for layer in layers if isinstance(layer, Windowed)]
        for key in node.item.cells or ():
            if len({getattr(window, key) for window in windows}) < 2:
                text = f"{node.path}: its {key} is computed, so cells cannot label it"
                written = node.item.node.values["cells"]
                assert isinstance(written, MappingNode)
                place = written.place_of_key(key)
                self.blame.add(Problem("SC117", text, node.item.source, place, f"remove {key}"))
