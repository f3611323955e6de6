"""What a warning is: a rule with its code and documentation, and what it looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shapecalc.bundled import BUNDLED_PREFIX
from shapecalc.problems.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Set

    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import InferredLayer, Tensor
    from shapecalc.language.arguments import Argument
    from shapecalc.language.items import Item
    from shapecalc.problems.code import Code
    from shapecalc.text.source import Source


class Run:
    """A run of a network, with what rules ask of the whole of it.

    operations: everything that it computes, in order.
    consumers: the layers that use each tensor. The outputs of the network have none, and are
    there all the same.
    """

    __slots__ = ("_containers", "consumers", "operations", "summary")

    def __init__(self, summary: Summary) -> None:
        self.summary = summary
        self.operations = list(summary.operations())
        self.consumers: dict[Tensor, list[InferredLayer]] = {}
        for node in self.operations:
            for tensor in node.taken:
                self.consumers.setdefault(tensor, []).append(node)
        for tensor in summary.results.values():
            self.consumers.setdefault(tensor, [])
        self._containers: dict[InferredLayer, InferredLayer] | None = None

    def is_used(self, tensor: Tensor, join: InferredLayer) -> bool:
        """Whether something other than a join uses a tensor, or it is an output of the network."""
        users = self.consumers.get(tensor, [])
        return users != [join] or tensor in self.summary.results.values()

    def container(self, node: InferredLayer) -> InferredLayer | None:
        """The block, sequence or branches that a layer is in; None at the top."""
        if self._containers is None:  # only a warning needs them
            self._containers = {
                child: outer for outer, _ in self.summary.walk() for child in outer.children
            }
        return self._containers.get(node)

    def outermost(self, node: InferredLayer) -> InferredLayer:
        """The outermost container whose output is that of a layer, or the layer itself."""
        outer = self.container(node)
        while outer is not None and outer.tensors == node.tensors:
            node, outer = outer, self.container(outer)
        return node

    def placed(self, problem: Problem, node: InferredLayer) -> Problem:
        """A warning about a layer where its user can mend it.

        Of a layer inside a bundled block, that is where the block is used.
        """
        place = problem.place
        if not place.source.path.startswith(BUNDLED_PREFIX):
            return problem
        while node.item.source.path.startswith(BUNDLED_PREFIX):
            outer = self.container(node)
            assert outer is not None  # a spec is in no bundled block
            node = outer
        note = (f"inside block {node.type}", place.source, place.offset)
        source, offset = node.item.source, node.item.place()
        return Problem(
            problem.code, problem.message, source, offset, problem.hint, [note], problem.severity
        )


class Written:
    """A network or a block as it is written.

    name: what messages call it. used: the arguments that its expressions use.
    body: its layers; None where they cannot be read.
    """

    __slots__ = ("arguments", "body", "name", "source", "used")

    def __init__(
        self,
        name: str,
        source: Source,
        arguments: Mapping[str, Argument],
        used: Set[str],
        body: Item | None,
    ) -> None:
        self.name = name
        self.source = source
        self.arguments = arguments
        self.used = used
        self.body = body


class Rule:
    """A warning. A subclass overrides one of the three methods, and documents its code.

    whole: whether it needs to know all of a network; others speak of a layer alone.
    """

    code: ClassVar[Code]
    whole: ClassVar[bool] = False

    def of_layer(self, run: Run, node: InferredLayer) -> Iterator[Problem]:
        """The warnings about a layer, or about a join of branches, in a run."""
        return iter(())

    def of_written(self, part: Written) -> Iterator[Problem]:
        """The warnings about a network or a block as it is written."""
        return iter(())

    def warning(
        self, message: str, item: Item, key: str | None = None, hint: str | None = None
    ) -> Problem:
        """A warning about an item, or about the value of one of its keys."""
        return self.warning_at(message, item.source, item.place(key), hint)

    def warning_at(
        self,
        message: str,
        source: Source,
        offset: int,
        hint: str | None = None,
        related: Iterable[tuple[str, Source, int]] = (),
    ) -> Problem:
        """A warning about a place in a text."""
        return Problem(self.code.code, message, source, offset, hint, related, "warning")
