"""The axes of a file's tensors, as a shape of the language has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Sequence


class FileAxes:
    """Where the channels are in a file: last, or first as in PyTorch.

    An axis of the file counts from the batch, which is 0; a `dim` of the language does, too, but
    its 1 is the channels.
    """

    def __init__(self, first: bool) -> None:
        self.first = first

    def shape(self, sizes: Sequence[int]) -> Shape:
        """The shape of sizes in the file's order, without the batch."""
        return Shape.from_chw(sizes) if self.first else Shape(sizes)

    def sizes(self, shape: Shape) -> tuple[int, ...]:
        """The sizes of a shape in the file's order."""
        return shape.chw if self.first else tuple(shape)

    def dim(self, axis: int, shape: Shape) -> int:
        """The dim of an axis, which may count from the end. Raises Refusal SC501."""
        count = len(shape)
        found = axis + count + 1 if axis < 0 else axis
        if not 1 <= found <= count:
            raise Refusal("SC501", f"axis {axis} is the batch, or not one of {shape}")
        if self.first:
            return found
        return 1 if found == count else found + 1

    def axis(self, dim: int, shape: Shape) -> int:
        """The axis of a dim."""
        if self.first:
            return dim
        return len(shape) if dim == 1 else dim - 1
