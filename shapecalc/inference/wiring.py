"""What an item takes by name: the tensors of `from`, the weights of `shares`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.limits import MAXIMUM_HINTS
from shapecalc.problems.problem import Refusal
from shapecalc.yaml.nodes import ListNode

if TYPE_CHECKING:
    from shapecalc.inference.blame import Blame
    from shapecalc.inference.scope import Scope
    from shapecalc.inference.summary import InferredLayer, Tensor
    from shapecalc.language.items import Item


class Wiring:
    """Looks up what items take. What is wrong is blamed.

    hints: how many more names that nobody knows are compared with those that are known.
    """

    __slots__ = ("blame", "hints")

    def __init__(self, blame: Blame) -> None:
        self.blame = blame
        self.hints = MAXIMUM_HINTS

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

    def several_parts(self, item: Item, node: InferredLayer) -> None:
        """Blame an item that follows a layer with several outputs and names none of them."""
        self.blame.item(
            item,
            "SC110",
            f"{node.path} has {len(node.tensors)} outputs: say which one to use",
            None,
            f"write from: {node.name}.0",
        )

    def share(self, item: Item, node: InferredLayer, scope: Scope) -> None:
        """Count the weights of a layer that shares another's once."""
        assert item.shares is not None
        other = scope.entry(item.shares)
        owner = None if other is None else other.node
        if other is not None and owner is None:
            return
        if owner is None or owner is node:
            from shapecalc.inference.scope import unknown_layer

            refusal = unknown_layer(scope, item.shares, item, self.hints > 0)
            self.hints -= 1
            text = f"{node.path}: {refusal.message}"
            self.blame.item(item, "SC116", text, "shares", refusal.hint)
            return
        own = [inner for inner, _ in node.walk()]
        others = [inner for inner, _ in owner.walk()]
        if [inner.weights for inner in own] != [inner.weights for inner in others]:
            self.blame.item(
                item,
                "SC116",
                f"{node.path}: {node.type} with {node.params} params cannot share the weights of "
                f"{owner.path}, {owner.type} with {owner.owned_params}",
                "shares",
                "both must be of the same type, with weights of the same shape",
            )
            return
        for inner, shared in zip(own, others, strict=True):
            inner.shares = shared
            inner.params = 0
