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
    from shapecalc.problems.codes.code import Code
    from shapecalc.spec import Spec
    from shapecalc.text.source import Source


class Run:
    """A run of a network, with what rules ask of the whole of it.

    operations: everything that it computes, in order.
    consumers: the layers that use each tensor. The outputs of the network have none, and are
    there all the same.
    """

    __slots__ = ("consumers", "operations", "summary")

    def __init__(self, summary: Summary) -> None:
        self.summary = summary
        self.consumers: dict[Tensor, list[InferredLayer]] = {}
        self.operations = list(summary.operations())
        for node in self.operations:
            for tensor in node.joined or node.sources:
                self.consumers.setdefault(tensor, []).append(node)
        for tensor in summary.results.values():
            self.consumers.setdefault(tensor, [])


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
    """A warning. A subclass overrides one of the three methods, and documents its code."""

    code: ClassVar[Code]

    def of_layer(self, run: Run, node: InferredLayer) -> Iterator[Problem]:
        """The warnings about a layer, or about a join of branches, in a run."""
        return iter(())

    def of_spec(self, spec: Spec) -> Iterator[Problem]:
        """The warnings about the top of a spec."""
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


def is_bundled(node: InferredLayer) -> bool:
    """Whether a layer is in a bundled block, which the user cannot edit."""
    return node.item.source.path.startswith(BUNDLED_PREFIX)
