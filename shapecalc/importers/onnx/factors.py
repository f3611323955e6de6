"""Axes as products of factors: what reshapes and transpositions in a row come to together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shapecalc.importers.onnx.values import Step


class _Factor(NamedTuple):
    """A part of an axis. after: how many numbers of that axis are in one place of it."""

    axis: int
    size: int
    after: int


def whole_axes(dims: Sequence[int], steps: Iterable[Step]) -> list[int | None] | None:
    """For each axis that steps lead to, which of those before it is, or None for one of one place
    that is new. None where it is only a part of one, or several."""
    axes: list[list[_Factor]] = [[_Factor(axis, size, 1)] for axis, size in enumerate(dims)]
    for step in steps:
        if step.order is not None:
            axes = [axes[axis] for axis in step.order]
            continue
        factors = _merged(factor for axis in axes for factor in axis)
        cut = _cut(factors, step.dims)
        if cut is None:
            return None
        axes = cut
    found: list[int | None] = []
    for axis in axes:
        factors = _merged(axis)
        if any(factor.size != dims[factor.axis] for factor in factors) or len(factors) > 1:
            return None
        found.append(factors[0].axis if factors else None)
    return found


def _merged(factors: Iterable[_Factor]) -> list[_Factor]:
    """Factors of which those in a row are one again that are parts of one axis in its order."""
    found: list[_Factor] = []
    for factor in factors:
        last = found[-1] if found else None
        if last and last.axis == factor.axis and last.after == factor.after * factor.size:
            found[-1] = _Factor(factor.axis, last.size * factor.size, factor.after)
        else:
            found.append(factor)
    return found


def _cut(factors: list[_Factor], dims: Sequence[int]) -> list[list[_Factor]] | None:
    """Factors dealt out to axes of sizes; None where one would have to be cut unevenly. An axis of
    one place takes a factor of 1 that is next; such factors are left out elsewhere."""
    left = factors[::-1]
    axes: list[list[_Factor]] = []
    for size in dims:
        taken: list[_Factor] = []
        if size == 1 and left and left[-1].size == 1:
            taken.append(left.pop())
        while size > 1:
            if not left:
                return None
            factor = left.pop()
            if factor.size == 1:
                continue
            if size % factor.size == 0:
                taken.append(factor)
                size //= factor.size
            elif factor.size % size == 0:
                rest = factor.size // size
                taken.append(_Factor(factor.axis, size, factor.after * rest))
                left.append(_Factor(factor.axis, rest, factor.after))
                size = 1
            else:
                return None
        axes.append(taken)
    return axes if all(factor.size == 1 for factor in left) else None
