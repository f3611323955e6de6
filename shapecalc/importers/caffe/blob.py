"""A blob of Caffe: a tensor whose first axis is the batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape, parse_shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.network import Wire


class Blob(NamedTuple):
    """A blob as layers take it.

    wire: the tensor without its batch; None for a blob that has no other axis. batch: its size
    along the first axis. is_mask: whether it has the places of a max pool's maxima, whose wire
    this is.
    """

    wire: Wire | None
    batch: int
    is_mask: bool = False

    @property
    def dims(self) -> tuple[int, ...]:
        """Its sizes as Caffe counts them: the batch, the channels, the others."""
        return (self.batch, *(self.wire.shape.chw if self.wire is not None else ()))


def shape_of(dims: Sequence[int], place: int) -> Shape:
    """The shape of a blob of these sizes, without its batch. Raises Refusal SC105."""
    try:
        return parse_shape([*dims[2:], dims[1]])
    except Refusal as refusal:
        raise Refusal(refusal.code, refusal.message, refusal.hint, offset=place) from None
