"""What 1x1 reductions save: a block run once more without them.

A reduction is a 1x1 convolution of stride 1 to fewer channels whose numbers go on to a larger
convolution and nowhere else, or that ends a branch after a pool. Without it, and without the norms
and activations after it, what follows takes all channels. All of it is in the block.

Source: Szegedy et al. 2015, "Going Deeper with Convolutions", section 4 and figure 2
(https://arxiv.org/abs/1409.4842).
"""

from __future__ import annotations

from copy import copy
from itertools import chain
from typing import TYPE_CHECKING

from shapecalc.layers.base import Windowed
from shapecalc.layers.convolution import Conv
from shapecalc.layers.joining import JOINS, Joining
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.dtypes import bytes_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from typing import TypeAlias

    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import InferredLayer, Tensor
    from shapecalc.layers.base import Layer
    from shapecalc.shapes.shape import Shape, Shapes


Users: TypeAlias = "dict[Tensor, list[InferredLayer | None]]"
"""What takes each tensor; None for the output of the network."""


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
            if operation in left_out:
                outputs = inputs
            else:
                _require_shared(operation, shapes, left_out)
                outputs = self._run(operation, inputs)
            shapes.update(zip(operation.tensors, outputs, strict=True))
        self.output = shapes.get(node.tensors[0], node.output)

    def _run(self, operation: InferredLayer, inputs: Shapes) -> Shapes:
        """The outputs of a layer or a join for inputs; its costs are added."""
        batch = operation.basis.batch_of(operation.constant)
        if operation.layer is None:
            assert operation.join is not None
            outputs: Shapes = (JOINS[operation.join](inputs),)
        else:
            layer = _inferring(operation.layer)
            outputs = layer.infer(inputs)
            shares = operation.shares is not None
            self.params += operation.params if shares else layer.params(inputs)
            self.macs += layer.macs(inputs, outputs) * batch
        for shape in () if operation.stored else outputs:
            numbers = shape.elements * batch
            self.memory += bytes_of(numbers, operation.basis.types.activations)
        return outputs


class Saving:
    """A block with 1x1 reductions and without them.

    reductions: the convolutions that are left out. kept, without: what it costs with them, and
    without.
    """

    __slots__ = ("kept", "node", "reductions", "without")

    def __init__(
        self, node: InferredLayer, found: dict[InferredLayer, list[InferredLayer]]
    ) -> None:
        """found: the reductions, each with what is left out with it, and itself."""
        self.node = node
        self.reductions = list(found)
        self.kept = Costs(node, ())
        self.without = Costs(node, set(chain(*found.values())))

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
        users: Users = {tensor: [None] for tensor in summary.results.values()}
        for operation in summary.operations():
            for tensor in operation.taken:
                users.setdefault(tensor, []).append(operation)
        found = ((node, _reductions(node, users)) for node in nodes)
        self.blocks = [Saving(node, inside) for node, inside in found if inside]


def _reductions(node: InferredLayer, users: Users) -> dict[InferredLayer, list[InferredLayer]]:
    """The reductions inside a block, in order, each with what is left out with it."""
    inside = set(node.operations())
    found = ((each, _left_out(each, users, inside)) for each in node.operations())
    return {each: left_out for each, left_out in found if left_out}


def _left_out(
    node: InferredLayer, users: Users, inside: Collection[InferredLayer]
) -> list[InferredLayer]:
    """A reduction, and what follows it up to what takes its numbers; nothing for other layers."""
    if not _is_narrowing(node):
        return []
    found = [node]
    ends: list[InferredLayer] = []
    for each in found:  # which grows
        for user in users.get(each.tensors[0], []):
            if user is None or user not in inside:
                return []
            alone = user.layer is not None and len(user.taken) == 1
            passes = alone and user.layer is not None and user.layer.fusion() is not None
            (found if passes else ends).append(user)
    larger = [isinstance(end.layer, Conv) and max(end.layer.kernel_size) > 1 for end in ends]
    if any(larger) and all(isinstance(end.layer, Conv) for end in ends):
        return found
    concatenated = all(_join(end) == "concat" for end in ends)
    return found if ends and concatenated and _after_pool(node, inside) else []


def _join(node: InferredLayer) -> str | None:
    """How a block joins branches, or a layer its inputs; None for one that does not."""
    return node.layer.how if isinstance(node.layer, Joining) else node.join


def _is_narrowing(node: InferredLayer) -> bool:
    """Whether a layer is a plain 1x1 convolution to fewer channels."""
    layer = node.layer
    return (
        isinstance(layer, Conv)
        and max(layer.kernel_size) == max(layer.stride) == layer.groups == 1
        and layer.out_channels < node.inputs[0].channels
    )


def _after_pool(node: InferredLayer, inside: Collection[InferredLayer]) -> bool:
    """Whether the layer before is a pool of the same block."""
    producer = node.sources[0].producer
    if isinstance(producer, str) or producer not in inside:
        return False
    return isinstance(producer.layer, Windowed) and not producer.layer.mixes_channels


def _require_shared(
    node: InferredLayer, shapes: dict[Tensor, Shape], left_out: Collection[InferredLayer]
) -> None:
    """Raises Refusal where weights of another layer are not there, or do not fit what comes in."""
    if node.shares is None:
        return
    owner = node.owner
    own, other = (
        [shapes.get(tensor, tensor.shape).channels for tensor in each.taken]
        for each in (node, owner)
    )
    changed = own != [tensor.shape.channels for tensor in node.taken]
    alike = own == other if node.type == owner.type else not changed
    if owner in left_out or not alike:
        raise Refusal("SC204", f"{node.path} shares the weights of {owner.path}")


def _inferring(layer: Layer) -> Layer:
    """A layer that takes whatever channels come in."""
    found = copy(layer)
    for name in layer.type.inferred:
        setattr(found, name, None)
    return found
