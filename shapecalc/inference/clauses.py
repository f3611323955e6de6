"""What an item says besides its fields: `when`, `repeat`, `expect`, `note`, `cells`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.expressions.deferred import evaluate, has_expression
from shapecalc.layers.base import Windowed
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Problem, Refusal
from shapecalc.shapes.shape import Shape, parse_shape
from shapecalc.yaml.nodes import MappingNode

if TYPE_CHECKING:
    from shapecalc.inference.blame import Blame
    from shapecalc.inference.scope import Scope
    from shapecalc.inference.summary import InferredLayer, Tensor
    from shapecalc.language.items import Item
    from shapecalc.language.notes import Note


class Clauses:
    """Works out what items say, in a run. What is wrong is blamed, and comes to None."""

    __slots__ = ("blame",)

    def __init__(self, blame: Blame) -> None:
        self.blame = blame

    def wanted(self, item: Item, flow: Tensor | None, scope: Scope) -> bool | None:
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
            return evaluate(value, scope.arguments)
        except Refusal as refusal:
            if not (flow is None and refusal.code == "SC109"):
                refusal.field = key
                path = scope.path + (item.name or item.default_name)
                self.blame.refused(item, refusal, path, (), scope)
            return None

    def expected(self, item: Item, node: InferredLayer, scope: Scope) -> Shape | None:
        """The shape that an item expects as its output."""
        if isinstance(item.expect, Shape):
            return item.expect
        try:
            return parse_shape(evaluate(item.expect, scope.arguments))
        except Refusal as refusal:
            refusal.field = "expect"
            self.blame.refused(item, refusal, node.path, (), scope)
            return None

    def note(self, item: Item, path: str, scope: Scope) -> Note | None:
        """The text of a note by language, with the values that it names filled in."""
        assert item.note is not None
        if not any("{" in text or "}" in text for text in item.note.values()):
            return dict(item.note)
        from shapecalc.language.notes import fill

        try:
            return {language: fill(text, scope.arguments) for language, text in item.note.items()}
        except Refusal as refusal:
            refusal.field = "note"
            self.blame.refused(item, refusal, path, (), scope)
            return None

    def check_cells(self, node: InferredLayer) -> None:
        """Refuse a worded cell where the layers inside agree, so that it can be computed."""
        layers = [inner.layer for inner, _ in node.walk()]
        windows = [layer for layer in layers if isinstance(layer, Windowed)]
        for key in node.item.cells or ():
            if len({getattr(window, key) for window in windows}) < 2:
                text = f"{node.path}: its {key} is computed, so cells cannot label it"
                written = node.item.node.values["cells"]
                assert isinstance(written, MappingNode)
                place = written.place_of_key(key)
                self.blame.add(Problem("SC117", text, node.item.source, place, f"remove {key}"))
