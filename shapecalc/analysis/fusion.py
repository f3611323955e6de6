"""Fusion: layers that run as part of another, as inference engines run them.

The rule, in the order in which layers run:

1. A layer that only passes its numbers on (`view`: Flatten, Dropout, Identity) has no tensor of its
   own: it shows that of its input.
2. A layer that computes each number from the one in its place (`elementwise`: an activation, the
   join of a residual block) is written over an input of its output's shape that nothing else
   takes: neither a layer nor whoever runs the network, who owns its inputs and takes its outputs.
   What depends on no input is there for the next one, too: nothing is written over it.
3. A layer that scales and shifts each channel by constants (`affine`: Affine, and BatchNorm by its
   running statistics) is elementwise, too. After a convolution or a linear layer whose weights
   nothing shares, or another such layer that is folded, it is also folded into those: of its own
   weights, a bias for each channel is left, where there is none yet.

So a convolution, its norm, the sum with the shortcut and the activation are one tensor. A Concat
copies. Shapes, params, buffers and MACs stay those of the network. After ONNX Runtime, whose
kernels say which input an output may alias or overwrite, and TensorRT's fusions of convolutions.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from shapecalc.layers.joining import fusion_of_join

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from shapecalc.inference.basis import Basis
    from shapecalc.inference.inferred import InferredLayer, Tensor
    from shapecalc.layers.base import Fusion


def fuse(
    inputs: Collection[Tensor],
    operations: Sequence[InferredLayer],
    results: Collection[Tensor],
    basis: Basis,
) -> None:
    """Write into the basis which tensors are written over others, and which weights are folded.

    operations: what a network computes, in order. results: the outputs of the network.
    """
    shown: dict[Tensor, Tensor] = {}
    takers: Counter[Tensor] = Counter(inputs)
    for node in operations:
        taken = {shown.get(tensor, tensor) for tensor in node.taken}
        takers.update(tensor for tensor in node.tensors if tensor.constant)
        if _fusion(node) == "view":
            shown[node.tensors[0]] = taken.pop()
        else:
            takers.update(taken)
    takers.update(shown.get(tensor, tensor) for tensor in results)
    owners = {node.shares for node in operations}
    over = basis.written_over
    for node in operations:
        fusion = _fusion(node)
        if fusion is None:
            continue
        output = node.tensors[0]
        for tensor in node.taken:
            made = shown.get(tensor, tensor)
            alone = takers[made] == 1 and tensor.shape == output.shape
            if fusion == "view" or alone:
                over[output] = over.get(made, made)
                if fusion == "affine" and made.shape == output.shape:
                    _fold(node, made.producer, owners, basis)
                break


def _fusion(node: InferredLayer) -> Fusion | None:
    """What is fused of a layer or a join."""
    if node.layer is not None:
        return node.layer.fusion()
    return fusion_of_join(node.join) if node.join else None


def _fold(
    norm: InferredLayer,
    before: InferredLayer | str,
    owners: Collection[InferredLayer | None],
    basis: Basis,
) -> None:
    """Fold a norm into the weights of the layer before it, if it has its own."""
    biased = before in basis.folded and basis.folded[before] > 0
    if not isinstance(before, str) and before in basis.folded:  # as a Scale after a BatchNorm
        before = basis.written_over[before.tensors[0]].producer
    if isinstance(before, str) or before.layer is None or not before.layer.mixes_channels:
        return
    shared = any(node in owners or node.shares is not None for node in (norm, before))
    if not shared:
        assert norm.layer is not None
        shifts = norm.layer.adds_bias() or norm.buffers > 0  # by a bias, or by a running mean
        biased = biased or getattr(before.layer, "bias", False)
        basis.folded[norm] = norm.output.channels if shifts and not biased else 0


def fused_types(operations: Iterable[InferredLayer], basis: Basis) -> dict[str, int]:
    """How many operations of each type are fused into others; a join is called as its layer is."""
    types = (
        node.join.capitalize() if node.join else node.type
        for node in operations
        if node.tensors[0] in basis.written_over
    )
    return dict(Counter(types))
