"""A layer that cuts a part out of its input."""

from __future__ import annotations

from shapecalc.layers.axes_fields import Counts
from shapecalc.layers.base import Layer, Seen
from shapecalc.layers.fields import Integer, Word
from shapecalc.layers.resampling import along_axes
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.axes import size_name
from shapecalc.shapes.shape import Shape, Shapes
from shapecalc.shapes.window import shifted_footprint, whole_footprint


class Crop(Layer, names="Crop"):
    """A part of the input, from its centre or from a corner.

    Output: `size` along the spatial axes, or the size of a second input, of which nothing else is
    used: `from: [up, skip]` crops `up` like `skip`. From the centre it begins at
    floor((n - size) / 2), from the corner at `offset`.
    Refused: both or neither of a size and a second input, a part that reaches out of the input.
    Source: the crops of U-Net (https://arxiv.org/abs/1505.04597) and FCN
    (https://arxiv.org/abs/1411.4038); in PyTorch a slice.
    """

    input_count = (1, 2)

    size = Counts("size along each axis; null with a second input, which has it", default=None)
    anchor = Word("where the part is", ("center", "corner"), default="center")
    offset = Integer(
        "where the part begins along each axis, with anchor corner", default=0, minimum=0
    )

    def outputs(self, inputs: Shapes) -> Shapes:
        """The part. Raises Refusal SC202, SC210."""
        input, sizes = inputs[0], self._sizes(inputs)
        starts = self._starts(input, sizes)
        for axis, (size, extent, start) in enumerate(
            zip(sizes, input.spatial, starts, strict=True)
        ):
            if size + max(start, 0) > extent or start < 0:
                name = size_name(axis, len(input.spatial))
                at = f" from {start}" if self.anchor == "corner" and start else ""
                refusal = Refusal(
                    "SC202",
                    f"a part of size {size}{at} is larger than the {name} of {input}: {extent}",
                    f"the {name} must be at least {size + max(start, 0)}",
                    "size",
                )
                refusal.axes = (axis,)
                raise refusal
        return (Shape((*sizes, input.channels)),)

    def _sizes(self, inputs: Shapes) -> tuple[int, ...]:
        """The size along each axis. Raises Refusal SC210."""
        input = inputs[0]
        if self.offset and self.anchor != "corner":
            raise Refusal(
                "SC210", "offset is of a part at a corner", "write anchor: corner", "offset"
            )
        if (self.size is None) == (len(inputs) == 1):
            found = "neither" if self.size is None else "both"
            text = f"Crop needs a size or a second input that has it, got {found}"
            raise Refusal("SC210", text, "write size: [h, w], or from: [x, like]", "size")
        if self.size is not None:
            return along_axes("size", self.size, input)
        if len(inputs[1]) != len(input):
            text = f"{inputs[1]} has another number of axes than {input}"
            raise Refusal("SC209", text, "name an input with as many axes", "from")
        return inputs[1].spatial

    def starts(self, inputs: Shapes) -> tuple[int, ...]:
        """Where the part of inputs that it accepts begins along each axis."""
        return self._starts(inputs[0], self._sizes(inputs))

    def _starts(self, input: Shape, sizes: tuple[int, ...]) -> tuple[int, ...]:
        """Where the part begins along each axis."""
        if self.anchor == "corner":
            return (self.offset,) * len(sizes)
        return tuple((extent - size) // 2 for extent, size in zip(input, sizes, strict=False))

    def footprint(self, input: Shape, output: Shape) -> Seen:
        """Each position sees the one that it was."""
        return tuple(map(shifted_footprint, self._starts(input, output.spatial)))

    def footprints(self, inputs: Shapes, outputs: Shapes) -> tuple[tuple[Seen, ...], ...]:
        """The part of the first input; nothing of the second."""
        nothing = tuple(whole_footprint(0) for _ in inputs[0].spatial)
        return ((self.footprint(inputs[0], outputs[0]), nothing)[: len(inputs)],)
