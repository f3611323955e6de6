"""A tensor of a run as a tensor of a spec, whatever the order in which PyTorch has its axes.

What a view or a permutation does is not said at once: a tensor knows which of the axes of its
wire, or which factors of them, each of its own axes is made of. Where a layer takes it, it is said
as little as does: nothing, where it is the wire itself with the channels elsewhere.
"""

from __future__ import annotations

from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.network import Wire

    Axis = tuple["Factor", ...]
    """What an axis is made of, the outermost first; nothing for a size of 1."""


class Factor:
    """An axis of a wire, or a part of it: all of them multiply to its size."""

    __slots__ = ("size",)

    def __init__(self, size: int) -> None:
        self.size = size


def size_of(axis: Axis) -> int:
    """The size of an axis."""
    return prod(factor.size for factor in axis)


class TracedValue:
    """A tensor that is computed of the input.

    wire: the tensor of the spec that has its numbers. of: the wire's axes in PyTorch's order, the
    channels first. axes: its own, the batch first. shape: its sizes, which are larger than those
    of `axes` where it is expanded. name: the view that it is, if it is one.
    """

    __slots__ = ("axes", "batch", "name", "of", "shape", "wire")

    def __init__(
        self,
        wire: Wire,
        of: Sequence[Axis],
        axes: Sequence[Axis],
        batch: Factor,
        shape: Sequence[int] | None = None,
    ) -> None:
        self.wire = wire
        self.of = tuple(of)
        self.axes = tuple(axes)
        self.batch = batch
        self.name = ""
        self.shape = tuple(map(size_of, axes)) if shape is None else tuple(shape)

    @classmethod
    def plain(cls, wire: Wire, order: Sequence[int], batch: Factor) -> TracedValue:
        """The tensor of a wire. order: which of its axes each of the wire's is."""
        of: list[Axis] = [(Factor(size),) if size > 1 else () for size in wire.shape.chw]
        axes: list[Axis] = [(batch,)] * (len(of) + 1)
        for axis, place in zip(of, order, strict=True):
            axes[place] = axis
        return cls(wire, of, axes, batch)

    @classmethod
    def constant(cls, wire: Wire, batch: Factor) -> TracedValue:
        """The tensor of a wire that comes from no input, in the order in which a shape prints: it
        has no batch."""
        axes: list[Axis] = [(Factor(size),) if size > 1 else () for size in wire.shape]
        return cls(wire, (axes[-1], *axes[:-1]), axes, batch)

    def carrying(self, wire: Wire) -> TracedValue:
        """The same tensor with the numbers of another wire of the same shape."""
        return TracedValue(wire, self.of, self.axes, self.batch, self.shape)

    @property
    def is_expanded(self) -> bool:
        """Whether it repeats numbers along an axis."""
        return self.shape != tuple(map(size_of, self.axes))

    @property
    def is_batched(self) -> bool:
        """Whether its first axis is the batch, and nothing else."""
        return self.axes[0] == (self.batch,)

    @property
    def batch_place(self) -> int | None:
        """Which axis is the batch, and nothing else: the second, of a sequence that a recurrent
        layer has; None where it is in one with others, or where there is none."""
        return self.axes.index((self.batch,)) if (self.batch,) in self.axes else None

    @property
    def is_folded(self) -> bool:
        """Whether its first axis is the batch with others inside, such as windows."""
        return len(self.axes[0]) > 1 and self.axes[0][0] is self.batch

    def apart(self) -> TracedValue:
        """The same, what is folded into the batch as an axis after it; a size of 1 for nothing."""
        first, *others = self.axes
        axes = ((self.batch,), first[1:], *others)
        shape = (self.batch.size, size_of(first[1:]), *self.shape[1:])
        found = TracedValue(self.wire, self.of, axes, self.batch, shape)
        found.name = self.name
        return found

    def folded(self) -> TracedValue:
        """The same, its second axis folded into the batch."""
        first, second, *others = self.axes
        return TracedValue(self.wire, self.of, ((*first, *second), *others), self.batch)

    @property
    def is_mixed(self) -> bool:
        """Whether an axis merges factors that do not lie side by side in its wire, the channels
        apart: positions of windows that are put back."""
        if self.of[0] not in self.axes:
            return False
        positions = (factor for axis in self.of[1:] for factor in axis)
        places = {factor: at for at, factor in enumerate(positions)}
        merged = (axis for axis in self.axes[1:] if len(axis) > 1 and axis != self.of[0])
        return any(
            places[other] != places[one] + 1 for axis in merged for one, other in pairwise(axis)
        )

    @property
    def order(self) -> tuple[int, ...] | None:
        """Which of its axes each axis of the wire is; None where axes are split or merged."""
        if self.batch_place is None or len(self.axes) != len(self.of) + 1:
            return None
        places: list[int] = []
        ones = [place for place, axis in enumerate(self.axes) if not axis]
        for axis in self.of:
            if not axis:
                if not ones:
                    return None
                places.append(ones.pop(0))
            elif axis in self.axes:
                places.append(self.axes.index(axis))
            else:
                return None
        return tuple(places)

    @property
    def plain_order(self) -> tuple[int, ...]:
        """That in which only the channels may be elsewhere, as a spec has no word for where they
        are; another, where other axes changed places as well."""
        order = self.order
        if order is not None and order == self.order_at(order[0]):
            return order
        return self.usual_order

    @property
    def usual_order(self) -> tuple[int, ...]:
        """That of channels where the wire has them, if these are an axis; else channels first, or
        last where the batch is not."""
        if self.of and self.of[0] in self.axes and self.of[0]:
            return self.order_at(self.axes.index(self.of[0]))
        return self.order_at(-1 if self.batch_place else 1)

    def order_at(self, place: int) -> tuple[int, ...]:
        """The order in which the channels are its axis at a place."""
        return channels_at(place, len(self.axes), self.batch_place or 0)

    def viewed(self, shape: Sequence[int]) -> TracedValue | None:
        """The tensor as a view of other sizes; None where its factors do not come to them."""
        split: dict[Factor, Axis] = {}
        pending = [factor for axis in self.axes for factor in axis][::-1]
        axes: list[Axis] = []
        for size in shape:
            axis: list[Factor] = []
            while size > 1:
                factor = pending.pop()
                if size % factor.size == 0:
                    axis.append(factor)
                    size //= factor.size
                    continue
                if factor is self.batch or factor.size % size:
                    return None
                parts = (Factor(size), Factor(factor.size // size))
                split[factor] = parts
                axis.append(parts[0])
                pending.append(parts[1])
                size = 1
            axes.append(tuple(axis))
        of = [tuple(_parts(axis, split)) for axis in self.of]
        return TracedValue(self.wire, of, axes, self.batch)


def _parts(axis: Axis, split: dict[Factor, Axis]) -> list[Factor]:
    """The factors of an axis, with what those were split into in their place."""
    found: list[Factor] = []
    pending = list(axis[::-1])
    while pending:
        factor = pending.pop()
        if factor in split:
            pending.extend(reversed(split[factor]))
        else:
            found.append(factor)
    return found


def unexpanded(value: TracedValue) -> TracedValue:
    """The tensor without what is repeated: a join stretches sizes of 1 by itself."""
    if not value.is_expanded:
        return value
    return TracedValue(value.wire, value.of, value.axes, value.batch)


def channels_at(place: int, axes: int, batch: int = 0) -> tuple[int, ...]:
    """The order of a tensor whose channels are its axis at a place, of so many with the batch."""
    place %= axes
    return (place, *(each for each in range(axes) if each not in (batch, place)))
