"""What a format cannot say of a network: the problem of the layer that it stops at."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from shapecalc.expressions.expression import Expression
from shapecalc.limits import MAXIMUM_DRAWN, MAXIMUM_LAYERS_WRITTEN
from shapecalc.problems.problem import Problem, SpecError

if TYPE_CHECKING:
    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import InferredLayer

NOTHING: Mapping[str, object] = MappingProxyType({})

LAYER = 25
"""The steps of expressions for which a layer counts."""


class CodeRoom:
    """What is left of the layers that are written as code, in steps. format: that of the code."""

    def __init__(self, summary: Summary, format: str) -> None:
        self._summary = summary
        self._format = format
        self._left = LAYER * MAXIMUM_LAYERS_WRITTEN

    def take_expressions(self, value: object, scope: Mapping[str, object] = NOTHING) -> None:
        """Charge the steps of the expressions of a value, and the lists in a scope that they read.

        Raises SpecError.
        """
        if type(value) is list:
            for each in value:
                self.take_expressions(each, scope)
        elif isinstance(value, Expression):
            read = (scope.get(name) for name in value.names)
            self.take(
                value.cost + sum(len(each) for each in read if isinstance(each, list | tuple))
            )

    def take(self, size: int) -> None:
        """Charge what is written. Raises SpecError where there is too much."""
        self._left -= size
        if self._left < 0:
            why = f"more than {MAXIMUM_LAYERS_WRITTEN:,} layers to write, or fewer with expressions"
            hint = "layers that are alike are one in a block, or in a repeat"
            raise _too_large(self._summary, self._format, why, hint)


def hold_to_drawn(summary: Summary, count: int, format: str) -> None:
    """Refuse more rows or nodes than a format is made for. Raises SpecError."""
    if count > MAXIMUM_DRAWN:
        why = f"{count:,} rows or nodes, and the maximum is {MAXIMUM_DRAWN:,}"
        raise _too_large(summary, format, why, "show fewer levels, with --depth")


def _too_large(summary: Summary, format: str, why: str, hint: str) -> SpecError:
    """The error of a network that is too large for a format, at the largest of its items."""
    node = max(summary.items, key=lambda item: sum(1 for _ in item.walk()))
    text = f"{summary.title} is too large for {format}: {why}"
    return SpecError([Problem("SC211", text, node.item.source, node.item.place(), hint)])


def cannot_say(node: InferredLayer, format: str, why: str, hint: str | None = None) -> SpecError:
    """The error of a layer or block that a format cannot say. why: what is not possible."""
    text = f"{node.path}: {format} cannot say this {node.type}: {why}"
    return SpecError([Problem("SC211", text, node.item.source, node.item.place(), hint)])
