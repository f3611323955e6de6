"""The layers that bring axes into another order, or split and merge them: as few as do it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from shapecalc.torch.values import Factor, size_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.torch.values import Axis

    Step = tuple[str, dict[str, Any], tuple[Axis, ...]]
    """A layer type, its fields, and the axes of its output in PyTorch's order."""


def steps(of: Sequence[Axis], wanted: Sequence[Axis]) -> list[Step]:
    """The layers that make one order of axes of another, both channels first."""
    of, wanted = _as_wholes(tuple(of), tuple(wanted))
    if of == wanted:
        return []
    single = one_step(of, wanted)
    if single is not None:
        return [single]
    found: list[Step] = []
    if not set(filter(None, wanted)) <= set(of):
        parts = tuple((factor,) for factor in _factors(of))
        if parts != of:
            found.append(_reshaped(of, parts))
        of = parts
    if len(of) > 1:
        order = _in_order_of(of, wanted)
        permuted = tuple(of[place] for place in order)
        if permuted != of:
            found.append(_permuted(order, permuted))
            of = permuted
    if of != wanted:
        found.append(_reshaped(of, wanted))
    return found


def _as_wholes(
    of: tuple[Axis, ...], wanted: tuple[Axis, ...]
) -> tuple[tuple[Axis, ...], tuple[Axis, ...]]:
    """Both, with one factor for those that stay side by side in one axis."""
    after, before = (
        {one: other for axis in axes for one, other in pairwise(axis)} for axes in (of, wanted)
    )
    joined = {one: other for one, other in after.items() if before.get(one) is other}
    inner = {*joined.values()}
    wholes: dict[Factor, Factor] = {}
    for first in joined.keys() - inner:
        run = [first]
        while run[-1] in joined:
            run.append(joined[run[-1]])
        wholes[first] = Factor(size_of(tuple(run)))

    def whole(axes: tuple[Axis, ...]) -> tuple[Axis, ...]:
        return tuple(
            tuple(wholes.get(factor, factor) for factor in axis if factor not in inner)
            for axis in axes
        )

    return whole(of), whole(wanted)


def one_step(of: tuple[Axis, ...], wanted: tuple[Axis, ...]) -> Step | None:
    """The one layer that does it; None where it takes several."""
    if _factors(of) == _factors(wanted):
        return _reshaped(of, wanted)
    if len(of) == len(wanted) and sorted(map(id, _factors(of))) == sorted(
        map(id, _factors(wanted))
    ):
        if set(filter(None, of)) == set(filter(None, wanted)):
            return _permuted(_in_order_of(of, wanted), wanted)
        return _shuffled(of, wanted)
    return None


def merges(of: tuple[Axis, ...], wanted: tuple[Axis, ...]) -> bool:
    """Whether axes are merged, or sizes of 1 come and go, but none is split."""
    kept = {factor: number for number, axis in enumerate(wanted) for factor in axis}
    return all(len({kept[factor] for factor in axis}) == 1 for axis in of if axis)


def _factors(axes: Sequence[Axis]) -> list[Factor]:
    return [factor for axis in axes for factor in axis]


def _in_order_of(of: Sequence[Axis], wanted: Sequence[Axis]) -> list[int]:
    """The places of axes in the order in which others have their factors; sizes of 1 as they come.

    Those that are sizes of 1 are put where the others have theirs, as far as there are any.
    """
    ones = [place for place, axis in enumerate(of) if not axis]
    order: list[int] = []
    for axis in wanted:
        if not axis:
            order += [ones.pop(0)] if ones else []
        for factor in axis:
            place = next(place for place, each in enumerate(of) if factor in each)
            if place not in order:
                order.append(place)
    return order + ones


def _permuted(order: Sequence[int], axes: tuple[Axis, ...]) -> Step:
    moved = [place for place, axis in enumerate(order) if place != axis]
    if len(moved) == 2:
        return "Transpose", {"dim0": moved[0] + 1, "dim1": moved[1] + 1}, axes
    return "Permute", {"dims": [0, *(place + 1 for place in order)]}, axes


def _shuffled(of: tuple[Axis, ...], wanted: tuple[Axis, ...]) -> Step | None:
    """A shuffle of channels, or of pixels."""
    channels, found = of[0], wanted[0]
    if of[1:] == wanted[1:]:
        for cut in range(1, len(channels)):
            if channels[cut:] + channels[:cut] == found:
                return "ChannelShuffle", {"groups": size_of(channels[:cut])}, wanted
        return None
    if len(of) != 3:
        return None
    for type, field, (deep, rows, columns), (flat, high, wide) in (
        ("PixelShuffle", "upscale_factor", of, wanted),
        ("PixelUnshuffle", "downscale_factor", wanted, of),
    ):
        row, column = high[len(rows) :], wide[len(columns) :]
        fits = high == rows + row and wide == columns + column
        if fits and deep == flat + row + column and size_of(row) == size_of(column):
            return type, {field: size_of(row)}, wanted
    return None


def _reshaped(of: tuple[Axis, ...], wanted: tuple[Axis, ...]) -> Step:
    """Flatten where axes are merged to one, Unflatten where one is split, else Reshape."""
    start = 0
    while start < min(len(of), len(wanted)) - 1 and of[start] == wanted[start]:
        start += 1
    end = 0
    most = min(len(of), len(wanted)) - 1 - start
    while end < most and of[-1 - end] == wanted[-1 - end]:
        end += 1
    if len(wanted) - start - end == 1:
        return "Flatten", {"start_dim": start + 1, "end_dim": -1 - end}, wanted
    sizes = [size_of(axis) for axis in wanted]
    if len(of) - start - end == 1 and len(of) > 1:
        fields = {"dim": start + 1, "unflattened_size": sizes[start : len(sizes) - end]}
        return "Unflatten", fields, wanted
    return "Reshape", {"shape": [*sizes[1:], sizes[0]]}, wanted
