"""Memory: the bytes that are alive at once.

Every layer outputs a tensor of its own, and so does every join: nothing is counted as done in
place or as a view, unless layers are fused (`fusion`). A tensor is alive from the layer that
outputs it to the last one that uses it; the network's results stay alive. Layers run one at a
time, in the written order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from shapecalc.inference.basis import Basis
    from shapecalc.inference.inferred import InferredLayer, Tensor


def alive_bytes(
    inputs: Collection[Tensor],
    operations: Sequence[InferredLayer],
    results: Collection[Tensor],
    basis: Basis,
) -> list[int]:
    """The bytes of inputs and outputs that are alive while each operation runs.

    operations: what a network computes, in order. results: the outputs of the network.
    """
    over = basis.written_over
    last: dict[Tensor, int] = {}
    for index, node in enumerate(operations):
        for tensor in node.taken:
            last[over.get(tensor, tensor)] = index
    for tensor in results:
        last[over.get(tensor, tensor)] = len(operations)
    alive = sum(basis.bytes_of(tensor) for tensor in inputs if tensor in last)
    found: list[int] = []
    for index, node in enumerate(operations):
        own = list(node.own_tensors)
        alive += sum(map(basis.bytes_of, own))
        found.append(alive)
        taken = {over.get(tensor, tensor) for tensor in node.taken}
        done = {tensor for tensor in taken if last[tensor] == index}
        done.update(tensor for tensor in own if tensor not in last)
        alive -= sum(map(basis.bytes_of, done))
    return found
