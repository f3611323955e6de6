"""Receptive fields: which part of a network's input a position of a layer's output depends on.

Size, stride and offset are in positions of the input, along each of its axes. Branches and
wiring are followed; where paths meet, the field covers them all, so that the widest path wins.
Inputs are treated as endless, all channels of a tensor to see what any of them sees, and
normalization at its word in inference: it looks at no neighbour.

After a layer whose output is finer than its input, not all positions see equally many: every
kind of position is followed by itself, as they come round again after a period.

Source: Araujo, Norris, Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks"
(https://distill.pub/2019/computing-receptive-fields/).
"""

from __future__ import annotations

from math import gcd, lcm
from typing import TYPE_CHECKING

from shapecalc.shapes.window import SAME_POSITION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from fractions import Fraction

    from shapecalc.inference.inferred import InferredLayer, Tensor
    from shapecalc.layers.base import Seen
    from shapecalc.shapes.window import Footprint

MAXIMUM_PERIOD = 1024
"""The kinds of positions that are told apart along an axis: with more, a field is unknown."""

MAXIMUM_INTERVALS = 2**20
"""The intervals that are worked out for a network: after so many, fields are unknown."""

MAXIMUM_DISTANCE = 2**63 - 1
"""How far from its own place, or from its neighbour's, a position may see: farther is unknown."""

Interval = tuple[int, int]
"""The first and the last position of an input that an output position sees."""


class ReceptiveField:
    """The receptive field along one axis.

    size: the positions that an output position sees, where it sees most.
    stride: how far apart the intervals of neighbouring outputs are; after upsampling their mean,
    a fraction.
    offset: where the interval of output 0 begins, or of the first output that sees anything;
    negative by what is padded before the input.
    """

    __slots__ = ("offset", "size", "stride")

    def __init__(self, size: int, stride: Fraction | int, offset: int) -> None:
        self.size = size
        self.stride = stride
        self.offset = offset


class AxisFields:
    """What all positions of a tensor see of an input, along one axis.

    intervals: those of the positions from 0 up to the period, None for one that sees nothing.
    Every other position sees the same as the one a period before it, moved on by `jump`.
    """

    __slots__ = ("intervals", "jump", "rising")

    def __init__(self, jump: int, intervals: Sequence[Interval | None]) -> None:
        self.jump = jump
        self.intervals = intervals
        self.rising = len(intervals) == 1 or self._rise()

    def _rise(self) -> bool:
        """Whether no position sees anything before what the one before it sees first, or last."""
        before = self.at(-1)
        for interval in self.intervals:
            if (
                interval is None
                or before is None
                or interval[0] < before[0]
                or interval[1] < before[1]
            ):
                return False
            before = interval
        return True

    def at(self, position: int) -> Interval | None:
        """The interval of any position."""
        periods, phase = divmod(position, len(self.intervals))
        interval = self.intervals[phase]
        if interval is None or not periods:
            return interval
        return interval[0] + periods * self.jump, interval[1] + periods * self.jump

    def over(self, positions: range) -> Interval | None:
        """What several positions see together; None for nothing."""
        ends: Iterable[int] = positions
        if self.rising and len(positions) > 1:
            ends = (positions[0], positions[-1])
        elif len(positions) > 2 * len(self.intervals):  # those between see nothing else
            ends = (*positions[: len(self.intervals)], *positions[-len(self.intervals) :])
        return _together([self.at(position) for position in ends])

    def through(self, footprint: Footprint) -> AxisFields | None:
        """Those after a layer of this footprint; None where they are too many, or too far."""
        if footprint is SAME_POSITION:
            return self
        period = len(self.intervals)
        times = period // gcd(period, footprint.jump)
        jump = self.jump * (times * footprint.jump // period)
        if footprint.period * times > MAXIMUM_PERIOD or jump > MAXIMUM_DISTANCE:
            return None
        intervals = [
            self.over(footprint.seen(output)) for output in range(footprint.period * times)
        ]
        if any(
            interval and max(-interval[0], interval[1]) > MAXIMUM_DISTANCE for interval in intervals
        ):
            return None
        return AxisFields(jump, intervals)

    def meeting(self, other: AxisFields) -> AxisFields | None:
        """The intervals where two paths meet; None where their strides differ, so that none does.

        A path of which all positions see the same widens one of which they do not.
        """
        if self.jump and not other.jump:
            return self._widened(other)
        periods = len(self.intervals), len(other.intervals)
        period = lcm(*periods)
        if self.jump * periods[1] != other.jump * periods[0] or period > MAXIMUM_PERIOD:
            return None
        together = [_together((self.at(each), other.at(each))) for each in range(period)]
        return AxisFields(self.jump * (period // periods[0]), together)

    def _widened(self, other: AxisFields) -> AxisFields:
        """The intervals where another path meets this one, of which all positions see the same."""
        interval = other.at(0)
        if interval is None or other.field.size <= self.field.size:
            return self
        period = len(self.intervals)
        moved = [each * self.jump // period for each in range(period)]
        return AxisFields(self.jump, [(interval[0] + by, interval[1] + by) for by in moved])

    @property
    def field(self) -> ReceptiveField:
        """The intervals in three numbers."""
        seen = [interval for interval in self.intervals if interval is not None] or [(0, -1)]
        size = max(last - first + 1 for first, last in seen)
        stride: Fraction | int
        stride, rest = divmod(self.jump, len(self.intervals))
        if rest:
            from fractions import Fraction

            stride = Fraction(self.jump, len(self.intervals))
        return ReceptiveField(size, stride, seen[0][0])


def _together(intervals: Iterable[Interval | None]) -> Interval | None:
    """The interval from the first to the last position of several."""
    seen = [interval for interval in intervals if interval is not None]
    if not seen:
        return None
    return min(first for first, _ in seen), max(last for _, last in seen)


Paths = dict[str, "tuple[AxisFields, ...] | None"]
"""What a tensor sees of each input of the network: for each axis, or None where it is unknown."""

ReceptiveFields = dict[str, "tuple[ReceptiveField, ...] | None"]
"""The fields on each input of the network: one for each axis, or None where it is unknown."""


def receptive_fields(
    inputs: dict[str, Tensor], operations: Sequence[InferredLayer]
) -> dict[Tensor, ReceptiveFields]:
    """The fields of every tensor, by the inputs that it depends on.

    operations: what a network computes, in order.
    """
    found: dict[Tensor, ReceptiveFields] = {
        tensor: {name: (ReceptiveField(1, 1, 0),) * len(tensor.shape.spatial)}
        for name, tensor in inputs.items()
    }
    same = _Shared()
    last: Paths = {}
    fields: ReceptiveFields = {}
    for node, seen in paths(inputs, operations):
        for tensor, axes_of_input in zip(node.tensors, seen, strict=True):
            if axes_of_input is not last:
                last, fields = axes_of_input, same.fields(axes_of_input)
            found[tensor] = fields
    return found


class _Shared:
    """Equal fields as one object: many layers see the same."""

    MOST = 4096  # of each: the others have objects of their own

    def __init__(self) -> None:
        self._along_axis: dict[object, ReceptiveField] = {}
        self._of_inputs: dict[object, ReceptiveFields] = {}

    def fields(self, seen: Paths) -> ReceptiveFields:
        """The fields of what a tensor sees."""
        found: ReceptiveFields = {
            name: None if axes is None else self._axes(axes) for name, axes in seen.items()
        }
        if len(self._of_inputs) >= self.MOST:
            self._of_inputs.clear()
        return self._of_inputs.setdefault(tuple(found.items()), found)

    def _axes(self, axes: tuple[AxisFields, ...]) -> tuple[ReceptiveField, ...]:
        if all(axis is axes[0] for axis in axes[1:]):
            return (self._axis(axes[0].field),) * len(axes) if axes else ()
        return tuple(self._axis(axis.field) for axis in axes)

    def _axis(self, field: ReceptiveField) -> ReceptiveField:
        if len(self._along_axis) >= self.MOST:
            self._along_axis.clear()
        return self._along_axis.setdefault((field.size, field.stride, field.offset), field)


def paths(
    inputs: dict[str, Tensor], operations: Sequence[InferredLayer]
) -> Iterator[tuple[InferredLayer, tuple[Paths, ...]]]:
    """All that is run, in order, with what each of its outputs sees."""
    last_use = {tensor: index for index, node in enumerate(operations) for tensor in node.taken}
    alive: dict[Tensor, Paths] = {
        tensor: {name: (AxisFields(1, [(0, 0)]),) * len(tensor.shape.spatial)}
        for name, tensor in inputs.items()
    }
    intervals = 0
    for index, node in enumerate(operations):
        sources = node.taken
        ways = [alive[tensor] for tensor in sources]
        unknown = ((None,) * len(ways),) * len(node.tensors)
        footprints = _footprints(node) if intervals < MAXIMUM_INTERVALS else unknown
        if len(ways) == len(footprints) == 1:  # as of most layers
            seen = _through(ways[0], footprints[0][0])
            intervals += _size(seen)
            outputs: tuple[Paths, ...] = (seen,)
        else:
            # outputs that see the same of every input, as parts do, share what is found
            found = {each: _met(list(map(_through, ways, each))) for each in set(footprints)}
            intervals += sum(map(_size, found.values()))
            outputs = tuple(found[each] for each in footprints)
        yield node, outputs
        alive.update(zip(node.tensors, outputs, strict=True))
        for tensor in sources:
            if last_use[tensor] == index:
                alive.pop(tensor, None)


def _size(seen: Paths) -> int:
    """The intervals that were worked out for paths."""
    return sum(len(each.intervals) for axes in seen.values() for each in axes or ())


def _footprints(node: InferredLayer) -> tuple[tuple[Seen, ...], ...]:
    """What each output of a layer, or of branches that are joined, sees of each input."""
    if node.layer is not None:
        return node.layer.footprints(node.inputs, node.outputs)
    from shapecalc.layers.joining import joined_footprint

    return (tuple(joined_footprint(tensor.shape, node.output) for tensor in node.joined),)


def _through(seen: Paths, footprints: Seen) -> Paths:
    """The paths after a layer, of one of its inputs."""
    if footprints == () or (footprints is not None and _stays(seen, footprints)):
        return seen  # where no axis is left: a vector has seen what it has seen
    after: Paths = {}
    for name, axes in seen.items():
        found = None
        if axes is not None and footprints is not None and len(axes) == len(footprints):
            found = _known(_along_all(axes, footprints))
        after[name] = found
    return after


def _stays(seen: Paths, footprints: Sequence[Footprint]) -> bool:
    """Whether a layer changes no path, as pointwise ones do."""
    return all(each is SAME_POSITION for each in footprints) and all(
        axes is None or len(axes) == len(footprints) for axes in seen.values()
    )


def _along_all(
    axes: Sequence[AxisFields], footprints: Sequence[Footprint]
) -> list[AxisFields | None]:
    """The intervals along all axes after a layer; those of axes that are alike are one object."""
    first = axes[0].through(footprints[0])
    return [
        first if axis is axes[0] and each is footprints[0] else axis.through(each)
        for axis, each in zip(axes, footprints, strict=True)
    ]


def _met(ways: list[Paths]) -> Paths:
    """The paths where several meet."""
    if len(ways) == 1:
        return ways[0]
    met: Paths = {}
    for name in dict.fromkeys(name for seen in ways for name in seen):
        several = dict.fromkeys(seen[name] for seen in ways if name in seen)
        known = [axes for axes in several if axes is not None]
        several_known = len(known) == len(several) and len(set(map(len, known))) == 1
        met[name] = _known(list(map(_covering, *known))) if several_known else None
    return met


def _covering(*ways: AxisFields) -> AxisFields | None:
    """What all ways see along an axis. One that sees the same everywhere widens the others."""
    met: AxisFields | None = None
    for fields in sorted(ways, key=lambda fields: not fields.jump):
        met = fields if met is None else met.meeting(fields)
        if met is None:
            break
    return met


def _known(axes: Sequence[AxisFields | None]) -> tuple[AxisFields, ...] | None:
    """The intervals along all axes; None where those along one are unknown."""
    known = tuple(axis for axis in axes if axis is not None)
    return known if len(known) == len(axes) else None
