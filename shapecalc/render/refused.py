"""What a format cannot say of a network: the problem of the layer that it stops at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.problems.problem import Problem, SpecError

if TYPE_CHECKING:
    from shapecalc.inference.inferred import InferredLayer


def cannot_say(node: InferredLayer, format: str, why: str, hint: str | None = None) -> SpecError:
    """The error of a layer or block that a format cannot say. why: what is not possible."""
    text = f"{node.path}: {format} cannot say this {node.type}: {why}"
    return SpecError([Problem("SC211", text, node.item.source, node.item.place(), hint)])
