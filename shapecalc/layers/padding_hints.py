"""What to write for a padding that other frameworks have: `same` with a stride, a number a side.

Imported only when one is met.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shapecalc.problems.formatting import shown
from shapecalc.shapes.window import effective_size

if TYPE_CHECKING:
    from shapecalc.layers.base import Windowed

_SIDES = ("left", "right", "top", "bottom", "front", "back")

LIKE_TENSORFLOW = "write padding: same_upper, TensorFlow's same: ceil(n / stride)"


def transposed_same(layer: Windowed) -> str:
    """How a transposed layer gets the sizes of TensorFlow's `same`, n stride. Its own padding is
    not read."""
    windows = list(map(effective_size, layer.kernel_size, layer.dilation))
    purpose = "for the sizes of TensorFlow's same, n x stride"
    padding, output_padding, sides = [], [], []
    fits = True
    for window, stride, dilation in zip(windows, layer.stride, layer.dilation, strict=True):
        excess = max(window - stride, 0)
        further = excess % 2 if window >= stride else stride - window
        fits = fits and further < max(stride, dilation)
        padding.append((excess + 1) // 2)
        output_padding.append(further)
        sides.append((-(excess // 2), -((excess + 1) // 2)))
    written = f"output_padding: {_brief(output_padding)}"
    if fits:
        return (
            f"write padding: {_brief(padding)}"
            + (f" and {written}" if any(output_padding) else "")
            + f" {purpose}"
        )
    short = [
        further * (window < stride)
        for further, window, stride in zip(output_padding, windows, layer.stride, strict=True)
    ]
    written = f" with output_padding: {_brief(short)}" if any(short) else ""
    return f"leave padding out{written}, and put {_pad('ZeroPad', sides)} after it {purpose}"


def sides_hint(padding: Sequence[object], axes: int, pairs: bool) -> str:
    """What is said of a list with two values for each axis, where one is for both ends.

    pairs: whether the field has a pair for each axis besides.
    """
    first = padding[0]
    if any(each != first for each in padding) or type(first) is not int:
        other = f"use a ZeroPad{axes}d, whose list is [{', '.join(_SIDES[: 2 * axes])}]"
        if pairs:
            example = shown([[0, 1]] * axes)
            other = f"write a pair for each axis, before and after, as in {example}"
        return (
            f"one value is for both ends of an axis, so a list has {axes}; for different sides, "
            f"{other}"
        )
    listed = f", or {shown([first] * axes)}" if axes > 1 else ""
    return f"one value is for both ends of an axis: write padding: {first}{listed}"


def _brief(values: list[int]) -> str:
    """The value of all axes, or a list."""
    return str(values[0]) if len(set(values)) == 1 else shown(values)


def _pad(kind: str, sides: list[tuple[int, int]]) -> str:
    listed = [side for pair in reversed(sides) for side in pair]
    return f"{{type: {kind}{len(sides)}d, padding: [{', '.join(map(str, listed))}]}}"
