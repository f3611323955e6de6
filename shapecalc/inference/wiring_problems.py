"""What is wrong of how items are connected, reported at the item: its inputs, outputs and names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.language.items import BlockItem, duplicate_name
from shapecalc.limits import MAXIMUM_LISTED
from shapecalc.problems.formatting import named, shown, some_of

if TYPE_CHECKING:
    from shapecalc.inference.blame import Blame
    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.inference.scope import Scope
    from shapecalc.language.items import Item

MAXIMUM_PARTS_SHOWN = 8
"""The maximum number of outputs of a layer that a hint names."""


class WiringProblems:
    """Blames items for what they are connected to."""

    __slots__ = ("blame",)

    def __init__(self, blame: Blame) -> None:
        self.blame = blame

    def taken(self, item: Item, name: str, first: Item | None) -> None:
        """Blame an item for a name that another has. first: that one; None for an input."""
        if first is None:
            text = f"duplicate name {shown(name)}: it is the name of an input"
            self.blame.item(item, "SC107", text, "name")
        else:
            self.blame.add(duplicate_name(item, name, first))

    def says_no_input(self, item: Item, scope: Scope) -> None:
        """Blame the first item of a network or block with several inputs that names none."""
        name = item.name or item.default_name
        owner = "the network" if scope.use is None else f"block {scope.use.block.name}"
        names = scope.use.block.inputs if scope.use else list(scope.names)
        self.blame.item(
            item,
            "SC111",
            f"{owner} has several inputs: {name} must say which one to use",
            None,
            f"write from: {names[0]}",
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

    def cannot_repeat(self, item: Item, name: str, node: InferredLayer, inputs: int) -> None:
        """Blame an item of which a repeat does not output what the next one takes.

        node: that repeat. inputs: how many the next one has of it.
        """
        if inputs == 1:
            self.several_parts(item, node)
            return
        self.blame.item(
            item,
            "SC111",
            f"{name}: repeats run in a row, each on the output of the one before, so that only the "
            f"first would have the {inputs} inputs of from:",
            "repeat",
            'give each repeat an input of its own, such as "skip.{index}", join the inputs before '
            "it, or write the layers one by one",
        )

    def wrong_number_of_inputs(self, item: Item, name: str, got: int) -> None:
        """Blame an item other than a layer for the number of its inputs."""
        inputs = item.block.inputs if isinstance(item, BlockItem) else ("input",)
        if len(inputs) == 1:
            text = f"{name}: a {item.kind} expects one input, got {got}"
            self.blame.item(item, "SC111", text, "from", "join them first, with Concat or Add")
            return
        assert isinstance(item, BlockItem)
        listed = some_of(list(inputs), MAXIMUM_PARTS_SHOWN)
        text = f"{name}: {item.block.name} has {len(inputs)} inputs ({listed}), got {got}"
        self.blame.item(item, "SC111", text, "from", "name one layer for each, as in from: [a, b]")

    def not_reached(self, item: BlockItem, node: InferredLayer) -> None:
        """Blame the use of a network for an item that it is to stop after and does not have."""
        from shapecalc.problems.suggestions import did_you_mean

        assert item.until is not None
        names = [child.name for child in node.children]
        hint = did_you_mean(item.until, names) or f"it has {some_of(names, MAXIMUM_LISTED)}"
        text = f"{node.path}: {named(item.block.name)} has no layer {shown(item.until)}"
        self.blame.item(item, "SC110", text, "until", hint)
