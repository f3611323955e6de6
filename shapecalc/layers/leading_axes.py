"""Axes that run like a batch: a type's own arithmetic on what follows them, put back behind them.

A layer with `leading` is one of a class made here, which holds the same layer without it: that is
asked about the part of each input behind the leading axes. Imported only where a layer has some.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any

from shapecalc.layers.base import AxisWindow, Layer, LayerType, Seen, Windowed
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape, Shapes
from shapecalc.shapes.window import SAME_POSITION


class _Part(Shape):
    """What follows the leading axes of a shape. Messages say of which it is a part."""

    whole: Shape

    def __str__(self) -> str:
        return f"{self.text()} of {self.whole}"


class _Leading(Layer):
    """A layer whose inputs have axes in front that run like a batch."""

    leading: int

    def __init__(self, type: LayerType, values: dict[str, Any]) -> None:
        super().__init__(type, values)
        self.axes = int(self.leading)
        self.each = type.layer(type, {**values, "leading": 0})
        """The layer that runs on each part."""

    def __reduce__(self) -> tuple[object, ...]:
        # its class is made anew, which no module has
        values = {name: self.field_value(name) for name in self.fields}
        return self.type.layer.made, (self.type, values)

    def check(self, input: Shape) -> None:
        """Refuse an input without so many axes, and parts that the type cannot mean."""
        if len(input.spatial) < self.axes:
            found = len(input.spatial)
            raise Refusal(
                "SC201",
                f"leading is {self.axes}, but {input} has {found or 'no'} "
                f"{'axis' if found == 1 else 'axes'} besides its channels",
                field="leading",
            )
        self.each.check(_part(input, self.axes))

    def outputs(self, inputs: Shapes) -> Shapes:
        """The leading sizes, and what becomes of the parts. Raises Refusal SC2xx."""
        first = inputs[0]
        for other in inputs[1:]:
            if other[: self.axes] != first[: self.axes]:
                text = f"{first} and {other} differ in their leading axes"
                raise Refusal("SC209", text, "the sizes in front must be the same", "from")
        try:
            outputs = self.each.outputs(self._parts(inputs))
        except Refusal as refusal:
            if refusal.axes is not None:
                refusal.axes = tuple(axis + self.axes for axis in refusal.axes)
            raise
        return tuple(Shape((*first[: self.axes], *output)) for output in outputs)

    def params(self, inputs: Shapes) -> int:
        """Those for a part: all have the same."""
        return self.each.params(self._parts(inputs))

    def weight_shape(self, inputs: Shapes) -> tuple[int, ...]:
        """That for a part."""
        return self.each.weight_shape(self._parts(inputs))

    def buffers(self, inputs: Shapes) -> int:
        """Those for a part."""
        return self.each.buffers(self._parts(inputs))

    def macs(self, inputs: Shapes, outputs: Shapes) -> int:
        """Those of a part, for each of them."""
        macs = self.each.macs(self._parts(inputs), self._parts(outputs))
        counted = inputs if getattr(self.each, "transposed", False) else outputs
        return macs * prod(counted[0][: self.axes]) if macs else 0

    def footprints(self, inputs: Shapes, outputs: Shapes) -> tuple[tuple[Seen, ...], ...]:
        """The same position along the leading axes, and what a part sees behind them."""
        same = (SAME_POSITION,) * self.axes
        found = self.each.footprints(self._parts(inputs), self._parts(outputs))
        return tuple(
            tuple(None if along is None else same + along for along in seen) for seen in found
        )

    def _parts(self, shapes: Shapes) -> Shapes:
        return tuple(_part(shape, self.axes) for shape in shapes)


class _LeadingWindowed(_Leading, Windowed):
    """A layer with windows, of one position along the leading axes."""

    def axis_windows(self, input: Shape) -> Iterator[AxisWindow]:
        """A window of one position along a leading axis, and those of a part."""
        assert isinstance(self.each, Windowed)
        for extent in input[: self.axes]:
            yield extent, 1, 1, 1, (0, 0)
        yield from self.each.axis_windows(_part(input, self.axes))

    def ends(self, input: Shape) -> Iterator[tuple[int, int]]:
        """Nothing at the ends of a leading axis, and the padding of a part."""
        return (ends for *_, ends in self.axis_windows(input))


_CLASSES: dict[type[Layer], type[Layer]] = {}


def with_leading(layer: type[Layer]) -> type[Layer]:
    """The class of a type's layers with leading axes."""
    found = _CLASSES.get(layer)
    if found is None:
        mixed = _LeadingWindowed if issubclass(layer, Windowed) else _Leading
        found = _CLASSES[layer] = type(
            layer.__name__, (mixed, layer), {"__doc__": layer.__doc__, "fields": layer.fields}
        )
    return found


def add_hint(refusal: Refusal, layer: Layer, inputs: Shapes) -> None:
    """Add to the refusal of an input how many leading axes would leave what a layer is for."""
    wrong = next((input for input in inputs if not _accepts(layer, input)), None)
    if wrong is None:
        return
    own, now = (layer.each, layer.axes) if isinstance(layer, _Leading) else (layer, 0)
    axes = next((n for n in range(len(wrong)) if _accepts(own, _part(wrong, n))), None)
    if axes is None:
        return
    sizes = "x".join(map(str, wrong[:axes]))
    hint = f"leading: {axes}, if {sizes} {'runs' if axes == 1 else 'run'} like a batch"
    if axes < now:
        refusal.hint = f"write {hint}" if axes else "leave leading out"
    else:
        refusal.hint = f"{refusal.hint}, or {hint}" if refusal.hint else f"write {hint}"


def _accepts(layer: Layer, input: Shape) -> bool:
    try:
        layer.check(input)
    except Refusal:
        return False
    return True


def _part(shape: Shape, axes: int) -> Shape:
    """What follows so many axes of a shape."""
    part = _Part(shape[axes:])
    part.whole = shape
    return part
