"""Where problems of a run get their position: which item of which file causes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.problems.problem import Problem, Unknown
from shapecalc.shapes.shape import Shape, meant_shape

if TYPE_CHECKING:
    from shapecalc.inference.inferred import Tensor
    from shapecalc.inference.scope import Scope
    from shapecalc.language.arguments import Argument
    from shapecalc.language.items import BlockItem, Item
    from shapecalc.problems.problem import Problems, Refusal, Related

MAXIMUM_ORIGINS = 4
"""The maximum number of inputs whose origin a problem lists."""


MAXIMUM_SEARCHES = 8
"""The maximum number of sizes that do not fit whose cause is searched for in the layers before."""


class Blame:
    """Reports problems of items; one that an item has at every use is reported once.

    searches: how many more sizes that do not fit are explained.
    """

    __slots__ = ("problems", "searches")

    def __init__(self, problems: Problems, searches: int = MAXIMUM_SEARCHES) -> None:
        self.problems = problems
        self.searches = searches

    def item(
        self, item: Item, code: str, message: str, key: str | None = None, hint: str | None = None
    ) -> None:
        """Report a problem at an item, or at the value of one of its keys."""
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
        """Report a refusal at an item; inside a bundled block, at the use of the block.

        at: the offset, if it is finer than that of the value under a key.
        """
        if isinstance(refusal, Unknown):
            return
        source, place = item.source, item.place(refusal.field or key) if at is None else at
        if refusal.code == "SC102" and refusal.field in item.node.values:
            place = item.node.place_of_key(refusal.field)
        if refusal.offset is not None:
            place = source.inside(place, refusal.offset)
        related = self._origins(sources, scope)
        hint = self._explained(item, refusal, sources, related)
        use = scope.use
        if use is not None and scope.bundled_use is not None:
            related.append((f"inside block {use.block.name}", source, place))
            source, place = scope.bundled_use.source, scope.bundled_use.place()
        elif use is not None:
            related.append((f"in a use of block {use.block.name}", use.source, use.place()))
        message = f"{path}: {refusal.message}"
        problem = Problem(refusal.code, message, source, place, hint, related)
        problem.axes = refusal.axes
        self.problems.add(problem, refusal.message if scope.bundled_use is None else "")

    def _explained(
        self, item: Item, refusal: Refusal, sources: tuple[Tensor, ...], related: list[Related]
    ) -> str | None:
        """The hint of a refusal; notes on what is the cause are added to `related`."""
        if refusal.code == "SC201":
            for tensor in sources:
                if not isinstance(tensor.producer, str):
                    continue
                meant = meant_shape(tensor.shape)
                if meant is not None:
                    return f"if the input is in PyTorch's order, channels first, write {meant}"
                if getattr(getattr(item, "type", None), "rank", None) == len(tensor.shape):
                    return _channels_missing(tensor.shape, refusal.hint)
        if refusal.axes is None or not self.searches:
            return refusal.hint
        self.searches -= 1
        from shapecalc.inference import mending

        found = mending.causes(sources, refusal.axes)
        if refusal.code != "SC209":
            related += found
            return refusal.hint
        related += found or mending.sizes(sources, refusal.axes)
        return mending.restored(sources) or refusal.hint

    def default(
        self,
        use: BlockItem,
        argument: Argument,
        refusal: Refusal,
        path: str,
        sources: tuple[Tensor, ...],
    ) -> None:
        """Report a default of a block's argument that is invalid for a use of the block."""
        if isinstance(refusal, Unknown):
            return
        text = use.block.node.source
        place = text.inside(argument.place, refusal.offset or 0)
        related: list[Related] = [
            *((f"its input is {source.shape}", None, None) for source in sources[:MAXIMUM_ORIGINS]),
            (f"in a use of block {use.block.name}", use.source, use.place()),
        ]
        message = f"{path}: {refusal.message}"
        problem = Problem(refusal.code, message, text, place, refusal.hint, related)
        self.problems.add(problem, refusal.message)

    def add(self, problem: Problem) -> None:
        """Report a problem."""
        self.problems.add(problem, "")

    def _origins(self, sources: tuple[Tensor, ...], scope: Scope) -> list[Related]:
        """The producers of a layer's inputs, and where they are written."""
        related: list[Related] = []
        for tensor in sources[:MAXIMUM_ORIGINS]:
            producer = tensor.producer
            if isinstance(producer, str):
                related.append((f"{producer} is {tensor.shape}", None, None))
            elif scope.is_bundled(producer.item):
                related.append((f"{tensor.path} outputs {tensor.shape}", None, None))
            else:
                item = producer.item
                text = f"{tensor.path} outputs {tensor.shape}"
                related.append((text, item.source, item.place("name")))
        return related


def _channels_missing(shape: Shape, otherwise: str | None) -> str:
    """What is said of an input that has as many sizes as a layer wants besides the channels."""
    whole = Shape((*shape, 1 if len(shape) == 1 else 3))
    hint = f"if the channels are missing from the input, write them last, as in {whole}"
    return f"{hint}; otherwise {otherwise}" if otherwise and shape.spatial else hint
