"""Memory: bytes of weights and outputs, and the most that must be alive at once.

Every layer outputs a tensor of its own, and so does every join: nothing is counted as done in
place or as a view. A tensor is alive from the layer that outputs it to the last one that uses
it; the network's results stay alive. Layers run one at a time, in the written order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from shapecalc.inference.inferred import InferredLayer, Tensor


def peak_elements(
    inputs: Collection[Tensor], operations: Sequence[InferredLayer], results: Collection[Tensor]
) -> int:
    """The most numbers of inputs and outputs that are alive at once, for one input.

    operations: what a network computes, in order. results: the outputs of the network.
    """
    last: dict[Tensor, int] = {}
    for index, node in enumerate(operations):
        for tensor in node.joined or node.sources:
            last[tensor] = index
    for tensor in results:
        last[tensor] = len(operations)
    alive = sum(tensor.shape.elements for tensor in inputs)
    peak = alive
    for tensor in inputs:
        if tensor not in last:
            alive -= tensor.shape.elements
    for index, node in enumerate(operations):
        alive += sum(tensor.shape.elements for tensor in node.tensors)
        peak = max(peak, alive)
        done = {tensor for tensor in node.joined or node.sources if last[tensor] == index}
        done.update(tensor for tensor in node.tensors if tensor not in last)
        alive -= sum(tensor.shape.elements for tensor in done)
    return peak
