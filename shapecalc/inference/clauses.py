"""What an item says besides the fields of a layer: `when`, `from`, `repeat`, `shares`, `expect`,
`note`, and the arguments of a block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.expressions.expression import has_expression, names_in
from shapecalc.language.notes import fill, names_of, texts_of
from shapecalc.layers.base import Windowed
from shapecalc.limits import MAXIMUM_HINTS
from shapecalc.problems.formatting import named, shown
from shapecalc.problems.problem import Problem, Refusal
from shapecalc.shapes.shape import Shape, parse_shape
from shapecalc.yaml.nodes import ListNode, MappingNode

if TYPE_CHECKING:
    from shapecalc.inference.blame import Blame
    from shapecalc.inference.inferred import InferredLayer, Tensor
    from shapecalc.inference.scope import Scope
    from shapecalc.inference.work import Work
    from shapecalc.language.arguments import Argument
    from shapecalc.language.items import BlockItem, Item
    from shapecalc.language.notes import Note

MAXIMUM_PARTS_SHOWN = 8
"""The maximum number of outputs of a layer that a hint names."""


class Clauses:
    """Works out what items say, in a run. What is wrong is blamed, and comes to None.

    hints: how many more unknown names are compared with those that are known.
    """

    __slots__ = ("blame", "hints", "work")

    def __init__(self, blame: Blame, work: Work) -> None:
        self.blame = blame
        self.work = work
        self.hints = MAXIMUM_HINTS

    def runs(self, item: Item, flow: Tensor | None, scope: Scope) -> bool | None:
        """Whether an item's `when` holds; None where that cannot be told."""
        value = self.evaluated(item, "when", item.when, flow, scope)
        if value is None or isinstance(value, bool):
            return value
        self.blame.item(item, "SC104", f"when must be true or false, not {shown(value)}", "when")
        return None

    def evaluated(self, item: Item, key: str, value: Any, flow: Tensor | None, scope: Scope) -> Any:
        """A value of an item; None where it is unknown, and a problem where it is wrong."""
        if not has_expression(value):
            return value
        if item.sources is not None:
            entry = scope.entry(item.sources[0])
            flow = None if entry is None else entry.tensor
        scope.comes_in(flow)
        try:
            return self.work.evaluate(value, scope.arguments)
        except Refusal as refusal:
            if not (flow is None and refusal.code == "SC109"):
                refusal.field = key
                path = scope.path + (item.name or item.default_name)
                self.blame.refused(item, refusal, path, (), scope)
            return None

    def sources(self, item: Item, scope: Scope) -> tuple[Tensor, ...] | None:
        """The tensors that `from:` names; None where one is unknown, or wrong."""
        assert item.sources is not None
        found: list[Tensor] = []
        for index, name in enumerate(item.sources):
            try:
                tensor = scope.tensor(name, self.hints > 0, item)
            except Refusal as refusal:
                self.hints -= 1
                path = scope.path + (item.name or item.default_name)
                written = item.node.values["from"]
                at = written.place_of(index) if isinstance(written, ListNode) else None
                self.blame.refused(item, refusal, path, (), scope, "from", at)
                return None
            if tensor is None:
                return None
            found.append(tensor)
        return tuple(found)

    def says_no_input(self, item: Item, scope: Scope) -> None:
        """Blame the first item of a network with several inputs that names none of them."""
        name = item.name or item.default_name
        self.blame.item(
            item,
            "SC111",
            f"the network has several inputs: {name} must say which one to use",
            None,
            "write from: " + next(iter(scope.names)),
        )

    def several_parts(self, item: Item, node: InferredLayer, end: Scope | None = None) -> None:
        """Blame an item that follows a layer with several outputs and names none of them.

        It is the layer's own where it is repeated, and at the end of a sequence, whose scope is
        `end`.
        """
        first = f"{node.name}.{node.output_names[0]}"
        text = f"{node.path} has {len(node.tensors)} outputs: say which one to use"
        hint = f"write from: {first}"
        if end is not None:
            hint = f"take one of them after it: {{type: Identity, from: {first}}}"
            if end.network and not end.path:
                names = node.output_names[:MAXIMUM_PARTS_SHOWN]
                hint = f"write outputs: [{', '.join(f'{node.name}.{name}' for name in names)}]"
        elif item is node.item:
            text = (
                f"{node.path} has {len(node.tensors)} outputs, and repeats run in a row, each on "
                "the output of the one before"
            )
            hint = "write the layers one by one, each with its from:"
        self.blame.item(item, "SC110", text, None, hint)

    def cannot_repeat(self, item: Item, name: str) -> None:
        """Blame an item with several inputs for its repeats, each of which has one."""
        assert item.sources is not None
        self.blame.item(
            item,
            "SC111",
            f"{name}: repeats run in a row, each on the output of the one before, so that only the "
            f"first would have the {len(item.sources)} inputs of from:",
            "repeat",
            "join the inputs before it, or write the layers one by one",
        )

    def arguments(
        self, item: BlockItem, node: InferredLayer, source: Tensor, scope: Scope
    ) -> dict[str, Any] | None:
        """The values of a block's arguments; None where one is wrong."""
        assert item.values is not None
        arguments: dict[str, Any] = {"in_channels": source.shape.channels}
        for name, argument in item.block.arguments.items():
            given = name in item.values
            value = item.values[name] if given else argument.default
            try:
                if has_expression(value):
                    names = scope.arguments if given else arguments
                    value = self._argument(item, argument, value, names)
            except Refusal as refusal:
                if given or item.block.bundled:
                    self.blame.refused(item, refusal, node.path, (source,), scope, name)
                else:
                    self.blame.default(item, argument, refusal, node.path, source)
                return None
            arguments[name] = value
        return arguments

    def _argument(
        self, item: BlockItem, argument: Argument, written: Any, scope: dict[str, Any]
    ) -> Any:
        """The value that an expression gives to an argument. Raises Refusal."""
        return self.work.once(
            (item, argument),
            names_in(written),
            scope,
            lambda: argument.read(self.work.evaluate(written, scope)),
        )

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
            from shapecalc.inference.scope import unknown_layer

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
        if [inner.weight_shape for inner in own] != [inner.weight_shape for inner in others]:
            self.blame.item(
                item,
                "SC116",
                f"{node.path}: {node.type} with {node.params} params cannot share the weights of "
                f"{owner.path}, {owner.type} with {owner.used_params}",
                "shares",
                "both must be of the same type, with weights of the same shape",
            )
            return
        for inner, shared in zip(own, others, strict=True):
            inner.shares = shared
            inner.params = 0

    def expected(self, item: Item, node: InferredLayer, scope: Scope) -> Shape | None:
        """The shape that an item expects as its output."""
        if len(node.tensors) > 1:
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
            return parse_shape(self.work.evaluate(item.expect, scope.arguments))
        except Refusal as refusal:
            refusal.field = "expect"
            self.blame.refused(item, refusal, node.path, (), scope)
            return None

    def note(self, item: Item, path: str, scope: Scope) -> Note | None:
        """The text of a note by language, with the values that it names filled in."""
        assert item.note is not None
        note = item.note
        try:
            filled: Note
            if not scope.reused:
                filled = self._filled(note, scope)
            else:
                names = names_of(*texts_of(note))
                filled = self.work.once(
                    item, names, scope.arguments, lambda: self._filled(note, scope)
                )
            self.work.note(sum(map(len, texts_of(filled))))
            return filled
        except Refusal as refusal:
            refusal.field = "note"
            self.blame.refused(item, refusal, path, (), scope)
            return None

    def _filled(self, note: Note, scope: Scope) -> Note:
        if isinstance(note, str):
            return fill(note, scope.arguments, self.work.shown)
        return {
            language: fill(text, scope.arguments, self.work.shown)
            for language, text in note.items()
        }

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
