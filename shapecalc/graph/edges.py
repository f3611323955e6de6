"""The edges of a network: where what a layer or a block takes comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapecalc.inference.inferred import InferredLayer, Tensor


def taken(node: InferredLayer) -> list[str]:
    """Where the inputs of a layer or a block come from, as paths: the edges that lead to it."""
    return [source_path(tensor) for tensor in node.sources]


def joined(node: InferredLayer) -> list[str]:
    """Where the branches that a block joins end, as paths; empty for one that joins none."""
    return [source_path(tensor) for tensor in node.joined]


def source_path(tensor: Tensor) -> str:
    """The path of the layer, or of the block with a join, that outputs a tensor, or the name of an
    input. An output of several has its number after a dot, as in `from:`."""
    producer = tensor.producer
    if isinstance(producer, str):
        return producer
    if len(producer.tensors) == 1:
        return producer.path
    return f"{producer.path}.{producer.output_names[producer.tensors.index(tensor)]}"
