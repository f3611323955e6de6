"""Layers that pad the spatial axes at their ends, or crop them."""

from __future__ import annotations

from itertools import chain
from typing import Any

from shapecalc.layers.fields import Decimal, Field, integer_hint
from shapecalc.layers.leading import MayLead
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape
from shapecalc.shapes.window import SAME_POSITION, Footprint, padded, shifted_footprint

ORDER = "left, right, top, bottom, front, back"
"""The order of PyTorch's list: two numbers an axis, the last axis first."""


class _Sides(Field[tuple[tuple[int, int], ...]]):
    """How much to pad before and after, along the last axes, which the value has in their order.

    shorter: whether a list may leave out axes, which are then not padded.
    deepest: the most axes, channels included, that a list may have.
    """

    kind = "sides"

    def __init__(self, shorter: bool, deepest: int) -> None:
        super().__init__(
            f"padding of every side, or a list with the last axis first: {ORDER}; negative crops"
        )
        self.shorter = shorter
        self.deepest = deepest

    def read(self, value: object, rank: int) -> tuple[tuple[int, int], ...]:
        """A pair for each padded axis, the last axis last. Raises Refusal SC104."""
        if type(value) is int:
            return ((value, value),) * rank
        order = ", ".join(ORDER.split(", ")[: 2 * rank])
        if not isinstance(value, list | tuple):
            raise self.refuse(value, f"an integer or a list of {2 * rank}", integer_hint(value))
        for side in value:
            if type(side) is not int:
                raise self.refuse(side, "an integer on every side", integer_hint(side))
        least, most = self._lengths(rank)
        if len(value) % 2 or not least <= len(value) <= most:
            raise Refusal(
                "SC104",
                f"{self.name} {shown(value)} has {len(value)} values for {rank} "
                f"{'axis' if rank == 1 else 'axes'}",
                f"write one integer for every side, or a list of {2 * rank}: {order}",
                self.name,
            )
        return tuple(zip(value[-2::-2], value[::-2], strict=True))

    def with_names(self, value: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
        """The value, whose numbers have PyTorch's names: `padding_left`, or `padding` if it is the
        same on every side."""
        from shapecalc.shapes.size import Size

        if len(set(chain(*value))) == 1:
            return super().with_names(value)
        names = iter([*(f"_{side}" for side in ORDER.split(", ")), "[6]", "[7]"])
        pairs = [
            (Size(before, self.name + next(names)), Size(after, self.name + next(names)))
            for before, after in value[::-1]
        ]
        return (*pairs[::-1],)

    def _lengths(self, rank: int) -> tuple[int, int]:
        """The fewest and the most numbers of a list."""
        return (2 if self.shorter else 2 * rank), 2 * min(rank + 1, self.deepest)

    def schema(self, rank: int) -> dict[str, Any]:
        """An integer or a list of integers."""
        least, most = self._lengths(rank)
        integer = {"type": "integer"}
        array = {"type": "array", "items": integer, "minItems": least, "maxItems": most}
        return {"anyOf": [integer, array]}


class _Padding(MayLead):
    """What the types share: the sum along each axis."""

    padding = _Sides(shorter=False, deepest=3)

    def output(self, input: Shape) -> Shape:
        """Every padded size longer by its two sides."""
        kept = len(input) - len(self.padding)
        sizes = input.chw
        extents = list(sizes[:kept])
        for extent, (before, after) in zip(sizes[kept:], self.padding, strict=True):
            size = padded(extent, before, after)
            if size < 1:
                from shapecalc.shapes.size import derived

                raise Refusal(
                    "SC203",
                    f"padding would produce a size of {derived(padded, extent, before, after)}",
                    "every output size must be at least 1",
                    "padding",
                )
            self.check_sides(extent, before, after)
            extents.append(size)
        return Shape.from_chw(extents)

    def footprint(self, input: Shape, output: Shape) -> tuple[Footprint, ...]:
        """The same position, moved by what is padded before it."""
        sides = self.padding[-len(input.spatial) :]
        moved = tuple(shifted_footprint(-before) for before, _ in sides)
        return (SAME_POSITION,) * (len(input.spatial) - len(moved)) + moved

    def check_sides(self, extent: int, before: int, after: int) -> None:
        """Refuse sides that the type cannot fill, along one axis. Raises Refusal SC206."""


class _Filling(_Padding):
    """Padding with constants."""

    padding = _Sides(shorter=True, deepest=4)

    def check_sides(self, extent: int, before: int, after: int) -> None:
        """Refuse to crop more than there is, though the other side pads it again."""
        check_crop(extent, before, after)


class ZeroPad(_Filling, names="ZeroPad1d ZeroPad2d ZeroPad3d"):
    """Zeros around the input; a negative padding crops it.

    Output: before + n + after along each axis. A list may be shorter than 2 numbers an axis:
    it pads the last axes only. With two numbers more, the last two pad the channels.
    Refused: a crop that leaves nothing, a side that crops more than n.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ZeroPad2d.html
    """


class ConstantPad(_Filling, names="ConstantPad1d ConstantPad2d ConstantPad3d"):
    """A constant around the input; a negative padding crops it.

    Output: before + n + after along each axis. A list may be shorter than 2 numbers an axis:
    it pads the last axes only. With two numbers more, the last two pad the channels.
    Refused: a crop that leaves nothing, a side that crops more than n.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ConstantPad2d.html
    """

    value = Decimal("value of the padding")


class ReflectionPad(_Padding, names="ReflectionPad1d ReflectionPad2d ReflectionPad3d"):
    """The input mirrored at its ends; a negative padding crops it.

    Output: before + n + after along each axis.
    Refused: a padding that is not below n, a crop that leaves nothing.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ReflectionPad2d.html
    """

    def check_sides(self, extent: int, before: int, after: int) -> None:
        """Refuse a reflection of more than there is beside the end itself."""
        check_reflection(extent, before, after)


class ReplicationPad(_Padding, names="ReplicationPad1d ReplicationPad2d ReplicationPad3d"):
    """The ends of the input repeated; a negative padding crops it.

    Output: before + n + after along each axis.
    Refused: a crop that leaves nothing.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ReplicationPad2d.html
    """


class CircularPad(_Padding, names="CircularPad1d CircularPad2d CircularPad3d"):
    """The input continued from its other end; a negative padding crops it.

    Output: before + n + after along each axis.
    Refused: a padding above n, a crop that leaves nothing, a side that crops more than n.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.CircularPad2d.html
    """

    def check_sides(self, extent: int, before: int, after: int) -> None:
        """Refuse to wrap more than once, or to crop more than there is."""
        check_wrap(extent, before, after)
        check_crop(extent, before, after)


def check_reflection(extent: int, before: int, after: int) -> None:
    """Refuse to mirror more than an axis has beside its end. Raises Refusal SC206."""
    if max(before, after) >= extent:
        raise Refusal(
            "SC206",
            f"padding {max(before, after)} is too large to reflect an input of size {extent}",
            f"the padding must be less than {extent}",
            "padding",
        )


def check_wrap(extent: int, before: int, after: int) -> None:
    """Refuse to continue an axis by more than itself. Raises Refusal SC206."""
    if max(before, after) > extent:
        raise Refusal(
            "SC206",
            f"padding {max(before, after)} wraps around an input of size {extent} more than once",
            f"the padding must be at most {extent}",
            "padding",
        )


def check_crop(extent: int, before: int, after: int) -> None:
    """Refuse to cut off more than an axis has at one end. Raises Refusal SC206."""
    if min(before, after) < -extent:
        raise Refusal(
            "SC206",
            f"padding {min(before, after)} crops more than the input size of {extent}",
            f"crop at most {extent} on a side",
            "padding",
        )
