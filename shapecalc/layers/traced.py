"""A layer and its inputs with names: what is computed with them remembers how it came about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.shapes.axes import size_names
from shapecalc.shapes.shape import Shape
from shapecalc.shapes.size import Size

if TYPE_CHECKING:
    from shapecalc.layers.base import Layer


def traced(layer: Layer) -> Layer:
    """The same layer, whose fields remember their names."""
    fields = layer.type.fields
    values = {name: field.with_names(layer.field_value(name)) for name, field in fields.items()}
    return type(layer)(layer.type, values)


def named_input(layer: Layer, input: Shape) -> Shape:
    """The shape of the only input of a layer: `in_height`, and the channels by what its type calls
    them."""
    return named_shape(input, "in_", next(iter(layer.type.inferred), None))


def named_shape(shape: Shape, prefix: str, channels: str | None = None) -> Shape:
    """A shape whose sizes have names: `out_height`, or another prefix.

    channels: the whole name of the channels, where it is another.
    """
    names = (*(prefix + axis for axis in axis_names(shape)), channels or f"{prefix}channels")
    return Shape(Size(int(size), name) for size, name in zip(shape, names, strict=True))


def axis_names(shape: Shape) -> tuple[str, ...]:
    """What the spatial axes of a shape are called."""
    axes = len(shape.spatial)
    return size_names(axes) or tuple(f"axis{axis}" for axis in range(1, axes + 1))
