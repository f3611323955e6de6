"""The nodes and edges of a network: its layers and blocks, and what each takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import InferredLayer, Tensor


def nodes(summary: Summary) -> Iterator[tuple[InferredLayer, int]]:
    """The blocks and layers in execution order, each with its depth."""
    return summary.walk()


def taken(node: InferredLayer) -> list[str]:
    """Where the inputs of a layer or a block come from, as paths: the edges that lead to it."""
    return [path_of(tensor) for tensor in node.sources]


def joined(node: InferredLayer) -> list[str]:
    """Where the branches that a block joins end, as paths; empty for one that joins none."""
    return [path_of(tensor) for tensor in node.joined]


def path_of(tensor: Tensor) -> str:
    """The path of the layer, or of the block with a join, that outputs a tensor, or the name of an
    input. An output of several has its number after a dot, as in `from:`."""
    producer = tensor.producer
    if isinstance(producer, str):
        return producer
    if len(producer.tensors) == 1:
        return producer.path
    return f"{producer.path}.{producer.output_names[producer.tensors.index(tensor)]}"
