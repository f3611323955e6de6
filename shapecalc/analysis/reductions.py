"""What 1x1 reductions save: a block run once more without them.

A reduction is a 1x1 convolution to fewer channels whose numbers go on to a larger convolution, or
that ends a branch after a pool. Without it, and without the norms and activations after it, what
follows takes all channels.

Source: Szegedy et al. 2015, "Going Deeper with Convolutions", section 4 and figure 2
(https://arxiv.org/abs/1409.4842).
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from shapecalc.layers.base import Windowed
from shapecalc.layers.convolution import Conv
from shapecalc.layers.joining import JOINS
from shapecalc.shapes.dtypes import bytes_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import InferredLayer, Tensor
    from shapecalc.layers.base import Layer
    from shapecalc.shapes.shape import Shape, Shapes


class Costs:
    """What a block outputs and costs. params, macs, memory: as those of an InferredLayer, of which
    nothing is fused."""

    __slots__ = ("macs", "memory", "output", "params")

    def __init__(self, node: InferredLayer, left_out: Collection[InferredLayer]) -> None:
        """Raises Refusal where what is left cannot take what comes in then."""
        shapes: dict[Tensor, Shape] = {}
        self.params = self.macs = self.memory = 0
        for operation in node.operations():
            inputs = tuple(shapes.get(tensor, tensor.shape) for tensor in operation.taken)
            outputs = inputs if operation in left_out else self._run(operation, inputs)
            shapes.update(zip(operation.tensors, outputs, strict=True))
        self.output = shapes.get(node.tensors[0], node.output)

    def _run(self, operation: InferredLayer, inputs: Shapes) -> Shapes:
        """The outputs of a layer or a join for inputs; its costs are added."""
        basis = operation.basis
        if operation.layer is None:
            assert operation.join is not None
            outputs: Shapes = (JOINS[operation.join](inputs),)
        else:
            layer = _inferring(operation.layer)
            outputs = layer.infer(inputs)
            if operation.shares is None:
                self.params += layer.params(inputs)
            self.macs += layer.macs(inputs, outputs) * basis.batch
        for shape in outputs:
            self.memory += bytes_of(shape.elements * basis.batch, basis.types.activations)
        return outputs


class Saving:
    """A block with 1x1 reductions and without them.

    reductions: the convolutions that are left out. kept, without: what it costs with them, and
    without.
    """

    __slots__ = ("kept", "node", "reductions", "without")

    def __init__(self, node: InferredLayer, reductions: Sequence[InferredLayer]) -> None:
        users = _users(node)
        self.node = node
        self.reductions = reductions
        self.kept = Costs(node, ())
        self.without = Costs(node, {each for one in reductions for each in _left_out(one, users)})

    def figures(self) -> dict[str, tuple[int, int]]:
        """The costs without the reductions and with them, by the keys of their columns."""
        without, kept = self.without, self.kept
        return {
            "params": (without.params, kept.params),
            "macs": (without.macs, kept.macs),
            "activation_bytes": (without.memory, kept.memory),
        }


class Savings:
    """What reductions save in a network.

    nodes: the blocks that are looked at. Those that have no reduction are left out.
    """

    def __init__(self, summary: Summary, nodes: Iterable[InferredLayer]) -> None:
        """Raises Refusal for a block that cannot be run without its reductions."""
        self.summary = summary
        found = ((node, reductions(node)) for node in nodes)
        self.blocks = [Saving(node, inside) for node, inside in found if inside]


def reductions(node: InferredLayer) -> list[InferredLayer]:
    """The reductions inside a block, in order."""
    users = _users(node)
    return [each for each in node.operations() if _left_out(each, users)]


def _users(node: InferredLayer) -> dict[Tensor, list[InferredLayer]]:
    """What takes each tensor, within a block."""
    users: dict[Tensor, list[InferredLayer]] = {}
    for operation in node.operations():
        for tensor in operation.taken:
            users.setdefault(tensor, []).append(operation)
    return users


def _left_out(node: InferredLayer, users: dict[Tensor, list[InferredLayer]]) -> list[InferredLayer]:
    """A reduction, and what follows it up to what takes its numbers; nothing for other layers."""
    if not _is_narrowing(node):
        return []
    found = [node]
    ends: list[InferredLayer] = []
    for each in found:  # which grows
        for user in users.get(each.tensors[0], []):
            alone = user.layer is not None and len(user.taken) == 1
            passes = alone and user.layer is not None and user.layer.fusion() is not None
            (found if passes else ends).append(user)
    larger = [isinstance(end.layer, Conv) and max(end.layer.kernel_size) > 1 for end in ends]
    if any(larger) and all(isinstance(end.layer, Conv) for end in ends):
        return found
    joined = {end.join or getattr(end.layer, "how", None) for end in ends} == {"concat"}
    return found if joined and _after_pool(node, users) else []


def _is_narrowing(node: InferredLayer) -> bool:
    """Whether a layer is a plain 1x1 convolution to fewer channels."""
    layer = node.layer
    return (
        isinstance(layer, Conv)
        and max(layer.kernel_size) == max(layer.stride) == layer.groups == 1
        and layer.out_channels < node.inputs[0].channels
    )


def _after_pool(node: InferredLayer, users: dict[Tensor, list[InferredLayer]]) -> bool:
    """Whether the layer before is a pool of the same block."""
    producer = node.sources[0].producer
    layer = None if isinstance(producer, str) else producer.layer
    pool = isinstance(layer, Windowed) and not layer.mixes_channels
    inside = not isinstance(producer, str) and any(tensor in users for tensor in producer.taken)
    return pool and inside


def _inferring(layer: Layer) -> Layer:
    """A layer that takes whatever channels come in."""
    found = copy(layer)
    for name in layer.type.inferred:
        setattr(found, name, None)
    return found
