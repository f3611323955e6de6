"""The boundary where a cause gets its place: which item of which file is to blame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.problems.problem import Problem

if TYPE_CHECKING:
    from shapecalc.inference.scope import Scope
    from shapecalc.inference.summary import Tensor
    from shapecalc.language.arguments import Argument
    from shapecalc.language.items import BlockItem, Item
    from shapecalc.problems.problem import Problems, Refusal
    from shapecalc.text.source import Source

    Related = list[tuple[str, Source, int] | tuple[str, None, None]]

MAXIMUM_ORIGINS = 4
"""The inputs of a layer that a problem tells the origin of."""


class Blame:
    """Notes problems with items; what is wrong with one at every use, once."""

    __slots__ = ("problems",)

    def __init__(self, problems: Problems) -> None:
        self.problems = problems

    def item(
        self, item: Item, code: str, message: str, key: str | None = None, hint: str | None = None
    ) -> None:
        """Blame an item, or the value of one of its keys."""
        self.add(Problem(code, message, item.source, item.place(key), hint))

    def refused(
        self,
        item: Item,
        refusal: Refusal,
        path: str,
        sources: tuple[Tensor, ...],
        scope: Scope,
        key: str | None = None,
        at: int | None = None,
    ) -> None:
        """Blame an item for a refusal; in a block that ships, the use of the block.

        at: the place, where it is a finer one than that of the value under a key.
        """
        source, place = item.source, item.place(refusal.field or key) if at is None else at
        if refusal.code == "SC102" and refusal.field in item.node.values:
            place = item.node.place_of_key(refusal.field)
        if refusal.offset is not None:
            place = source.inside(place, refusal.offset)
        related = self._origins(sources, scope)
        use = scope.use
        if use is not None and scope.bundled_use is not None:
            related.append((f"it stands in the block {use.block.name}", source, place))
            source, place = scope.bundled_use.source, scope.bundled_use.place()
        elif use is not None:
            related.append((f"in a use of the block {use.block.name}", use.source, use.place()))
        message = f"{path}: {refusal.message}"
        problem = Problem(refusal.code, message, source, place, refusal.hint, related)
        self.problems.add(problem, refusal.message if scope.bundled_use is None else "")

    def default(
        self, use: BlockItem, argument: Argument, refusal: Refusal, path: str, source: Tensor
    ) -> None:
        """Blame the default of an argument of a block, which is not right for a use of it."""
        text = use.block.node.source
        place = text.inside(argument.place, refusal.offset or 0)
        related: Related = [
            (f"it takes {source.shape}", None, None),
            (f"in a use of the block {use.block.name}", use.source, use.place()),
        ]
        message = f"{path}: {refusal.message}"
        problem = Problem(refusal.code, message, text, place, refusal.hint, related)
        self.problems.add(problem, refusal.message)

    def add(self, problem: Problem) -> None:
        """Add a problem that has its place."""
        self.problems.add(problem, "")

    def _origins(self, sources: tuple[Tensor, ...], scope: Scope) -> Related:
        """What puts out the inputs of a layer, and where it is written."""
        related: Related = []
        for tensor in sources[:MAXIMUM_ORIGINS]:
            producer = tensor.producer
            if isinstance(producer, str):
                related.append((f"{producer} is {tensor.shape}", None, None))
            elif scope.is_bundled(producer.item):
                related.append((f"{producer.path} puts out {tensor.shape}", None, None))
            else:
                item = producer.item
                text = f"{producer.path} puts out {tensor.shape}"
                related.append((text, item.source, item.place("name")))
        return related
