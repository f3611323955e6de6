"""Memory: bytes of weights and outputs, and the most that must be alive at once.

Every layer outputs a tensor of its own, and so does every join: nothing is counted as done in
place or as a view. A tensor is alive from the layer that outputs it to the last one that uses
it; the network's results stay alive. Layers run one at a time, in the written order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapecalc.inference.summary import Summary, Tensor

BYTES = {
    "float64": 8,
    "float32": 4,
    "float16": 2,
    "bfloat16": 2,
    "float8": 1,
    "int64": 8,
    "int32": 4,
    "int16": 2,
    "int8": 1,
}
"""The bytes of a number, by PyTorch's names of the types."""


def peak_elements(summary: Summary) -> int:
    """The most numbers of inputs and outputs that are alive at once, for one input."""
    last: dict[Tensor, int] = {}
    operations = list(summary.operations())
    for index, node in enumerate(operations):
        for tensor in node.joined or node.sources:
            last[tensor] = index
    for tensor in summary.results.values():
        last[tensor] = len(operations)
    alive = sum(tensor.shape.elements for tensor in summary.input_tensors.values())
    peak = alive
    for tensor in summary.input_tensors.values():
        if tensor not in last:
            alive -= tensor.shape.elements
    for index, node in enumerate(operations):
        alive += sum(tensor.shape.elements for tensor in node.tensors)
        peak = max(peak, alive)
        done = {tensor for tensor in node.joined or node.sources if last[tensor] == index}
        done.update(tensor for tensor in node.tensors if tensor not in last)
        alive -= sum(tensor.shape.elements for tensor in done)
    return peak
