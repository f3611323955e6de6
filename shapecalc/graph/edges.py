"""The edges of a network: where what a layer or a block takes comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapecalc.inference.inferred import InferredLayer


def taken(node: InferredLayer) -> list[str]:
    """Where the inputs of a layer or a block come from, as paths: the edges that lead to it."""
    return [tensor.path for tensor in node.sources]


def joined(node: InferredLayer) -> list[str]:
    """Where the branches that a block joins end, as paths; empty for one that joins none."""
    return [tensor.path for tensor in node.joined]
