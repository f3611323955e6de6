"""What axes are called, in messages, fields and expressions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapecalc.shapes.shape import Shape

_SIZES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}

DIM_NAMES = ("channels", "length", "height", "width", "depth")
"""The axes that a field can name."""

_POSITIONS = {1: ("position",), 2: ("row", "column"), 3: ("slice", "row", "column")}


def size_names(axes: int) -> tuple[str, ...]:
    """What the sizes of so many axes are called: `height`, `width`; nothing without names."""
    return _SIZES.get(axes, ())


def sizes_by_name(shape: Shape) -> dict[str, int]:
    """The sizes of a shape that have names: the channels, and the spatial ones of up to 3 axes."""
    names = size_names(len(shape) - 1)
    return {"channels": shape[-1], **dict(zip(names, shape, strict=False))}


def size_name(axis: int, axes: int) -> str:
    """What the size of an axis is called, counted from 0, of so many: `height`."""
    return _SIZES[axes][axis] if axes in _SIZES else f"size of axis {axis}"


def dim_names(axes: int) -> tuple[str, ...]:
    """What fields call the axes of a shape of so many, in PyTorch's order: the channels, then the
    spatial ones if they have names."""
    return ("channels", *size_names(axes - 1))


def dim_name(axis: int, axes: int) -> str:
    """What one of so many axes is called, counted from 0 in PyTorch's order: `channels`."""
    return size_name(axis - 1, axes - 1) if axis else "channels"


def last_positions(numbers: Sequence[int]) -> list[str]:
    """So many positions at the end of each axis: `the last row`, `the last 2 columns`."""
    names = _POSITIONS.get(len(numbers), ("position",) * len(numbers))
    return [
        f"the last {name}" if number == 1 else f"the last {number} {name}s"
        for number, name in zip(numbers, names, strict=True)
        if number
    ]
