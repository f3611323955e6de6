"""What a name in a graph stands for, as it is converted: a tensor of the network, or a constant.

ONNX has the axes of a tensor in whatever order a graph brings them into; the language has the
batch, which it does not write, the channels, and the positions. So a `GraphTensor` knows which of
its axes is which: a transposition only renames them, and a layer is written for it where something
needs them in another order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shapecalc.importers.onnx.arrays import Array

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.network import Wire
    from shapecalc.importers.onnx.model import OnnxNode

BATCH, CHANNELS = 0, 1
"""Axes of the language, as PyTorch counts them."""


class GraphTensor(NamedTuple):
    """A tensor that a layer makes. axes: for each axis of the file's, which one of the language's
    it is: 0 the batch, 1 the channels, 2 the first position. batch: the size of the batch."""

    wire: Wire
    axes: tuple[int, ...]
    batch: int

    @property
    def dims(self) -> tuple[int, ...]:
        """Its sizes in the file."""
        sizes = (self.batch, *self.wire.shape.chw)
        return tuple(sizes[axis] for axis in self.axes)

    @property
    def rank(self) -> int:
        """How many spatial axes it has."""
        return len(self.wire.shape) - 1

    @property
    def is_channels_first(self) -> bool:
        """Whether its axes are the batch, the channels and the positions."""
        return self.axes == natural_axes(self.rank)


def natural_axes(rank: int) -> tuple[int, ...]:
    """The axes of a tensor of so many spatial axes, in PyTorch's order."""
    return tuple(range(rank + 2))


class Step(NamedTuple):
    """A step of a view. node: of the file. dims: the sizes that it leads to. order: of the axes,
    for a transposition."""

    node: OnnxNode
    dims: tuple[int, ...]
    order: tuple[int, ...] | None = None


class TensorView(NamedTuple):
    """A tensor whose axes were merged, split or reordered, for which no layer was written yet: what
    several such steps come to is known when something else takes it."""

    source: GraphTensor
    steps: tuple[Step, ...]

    @property
    def dims(self) -> tuple[int, ...]:
        """Its sizes in the file."""
        return self.steps[-1].dims


class Stretched(NamedTuple):
    """A tensor that is repeated along axes of one place, as the operands of a sum are anyway.

    dims: the sizes that this leads to.
    """

    source: GraphTensor | TensorView
    dims: tuple[int, ...]


class Weight(NamedTuple):
    """A constant whose numbers are not read. is_learned: whether it is an initializer of
    floating-point numbers."""

    name: str
    dims: tuple[int, ...]
    is_learned: bool


class Computed(NamedTuple):
    """What a node computes of constants alone, whose numbers are not known here. It becomes layers
    only where a tensor is needed.

    why: a clause. dims: its sizes, where these are known. sources: the learned constants that it is
    computed of, without a product; None where these are not known, or are many.
    """

    node: OnnxNode
    why: str
    dims: tuple[int, ...] | None = None
    sources: tuple[Weight, ...] | None = None


class Absent(NamedTuple):
    """What cannot be said: an output that the language does not have. why: a clause."""

    why: str


class Mask(NamedTuple):
    """What is computed of a tensor by comparing and choosing: a mask, or the places of words.

    source: the tensor. dims: its own sizes. why: a clause.
    """

    source: GraphTensor | TensorView
    dims: tuple[int, ...]
    why: str


Constant = Array | Weight
GraphValue = GraphTensor | TensorView | Stretched | Array | Weight | Computed | Absent | Mask


def reordered(dims: Sequence[int], order: Sequence[int]) -> tuple[int, ...]:
    """The sizes in another order."""
    return tuple(dims[axis] for axis in order)
