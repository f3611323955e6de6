"""Layers that cut their input into parts along the channels."""

from __future__ import annotations

from shapecalc.layers.axes_fields import Counts
from shapecalc.layers.base import Layer
from shapecalc.layers.fields import Count
from shapecalc.limits import MAXIMUM_PARTS
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape, Shapes


class Chunk(Layer, names="Chunk"):
    """The channels split into a number of parts, each taken with `from: name.0` and so on.

    Output: parts of ceil(C / chunks) channels, the last of what remains. As in PyTorch there
    may be fewer parts than `chunks`: 6 channels in 4 chunks are three parts of 2.
    Refused: more than 1024 parts.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.chunk.html
    """

    chunks = Count("number of parts, at least 1")

    def outputs(self, inputs: Shapes) -> Shapes:
        """The parts, in order."""
        (input,) = inputs
        return _even(input, -(-input.channels // self.chunks), "chunks")


class Split(Layer, names="Split"):
    """The channels split into parts of a size, each taken with `from: name.0` and so on.

    Output: parts of split_size channels, the last of what remains; or of the sizes of a list.
    Refused: a list whose sum is not the number of channels, more than 1024 parts.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.Tensor.split.html
    """

    split_size = Counts("channels of each part, or a list with the channels of every part")

    def outputs(self, inputs: Shapes) -> Shapes:
        """The parts, in order."""
        (input,) = inputs
        size = self.split_size
        if isinstance(size, int):
            return _even(input, size, "split_size")
        if sum(size) != input.channels:
            raise Refusal(
                "SC205",
                f"the sizes {shown(size)} add up to {sum(size)}, but {input} has "
                f"{input.channels} channels",
                f"the sizes must add up to {input.channels}",
                "split_size",
            )
        return _parts(input, size, "split_size")


def _even(input: Shape, size: int, field: str) -> Shapes:
    """Parts of `size` channels, the last one of what remains."""
    whole, rest = divmod(input.channels, size)
    if whole > MAXIMUM_PARTS:  # before a tuple of so many is made
        raise _too_many(whole + bool(rest), field)
    return _parts(input, (size,) * whole + (rest,) * bool(rest), field)


def _parts(input: Shape, sizes: tuple[int, ...], field: str) -> Shapes:
    if len(sizes) > MAXIMUM_PARTS:
        raise _too_many(len(sizes), field)
    return tuple(Shape((*input.spatial, size)) for size in sizes)


def _too_many(parts: int, field: str) -> Refusal:
    return Refusal(
        "SC210", f"there would be {parts} parts", f"at most {MAXIMUM_PARTS} are allowed", field
    )
