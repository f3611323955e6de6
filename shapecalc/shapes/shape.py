"""A tensor's shape without its batch: spatial sizes, then channels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod

from shapecalc.limits import MAXIMUM_ELEMENTS, MAXIMUM_RANK
from shapecalc.problems.formatting import clipped
from shapecalc.problems.problem import Refusal

LAYOUTS = ("hwc", "chw")
"""How a shape may be written: channels last, as in the tables, or first, as in PyTorch."""


MOST_CHANNELS = 4
"""The most channels of an image, a sound or a video as it comes: red, green, blue and another."""


def axes_text(values: Iterable[object]) -> str:
    """Values along the axes, joined by `x`: `7x7`, `1x7`."""
    return "x".join(map(str, values))


class Shape(tuple[int, ...]):
    """The spatial sizes, then the channels: a tuple that is in the order in which it prints.

    `Shape((112, 112, 64))` has 64 channels of 112 x 112 and prints as `112x112x64`.
    A vector of n features has n channels and no spatial size.
    """

    __slots__ = ()

    @classmethod
    def from_chw(cls, sizes: Iterable[int]) -> Shape:
        """The shape of sizes in PyTorch's order, after the batch: the channels, then the others."""
        channels, *spatial = sizes
        return cls((*spatial, channels))

    @property
    def channels(self) -> int:
        """The channels, or a vector's features."""
        return self[-1]

    @property
    def spatial(self) -> tuple[int, ...]:
        """The spatial sizes: length; height, width; depth, height, width."""
        return self[:-1]

    @property
    def elements(self) -> int:
        """The numbers that a tensor of this shape holds."""
        return prod(self)

    @property
    def positions(self) -> int:
        """The positions of the channels: the product of the spatial sizes."""
        return prod(self[:-1])

    @property
    def chw(self) -> tuple[int, ...]:
        """The sizes in PyTorch's order, after the batch: the channels, then the others."""
        return (self[-1], *self[:-1])

    def ordered(self, layout: str = "hwc") -> tuple[int, ...]:
        """The sizes in a layout of `LAYOUTS`."""
        return self.chw if layout == "chw" else tuple(self)

    def text(self, layout: str = "hwc") -> str:
        """The sizes in a layout, joined by `x`."""
        return axes_text(self.ordered(layout))

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<Shape {self.text()}>"


Shapes = tuple[Shape, ...]
"""The shapes of a layer's inputs, or of its outputs, in order."""


_EXAMPLES = {
    "hwc": "height x width x channels, such as 224x224x3 or [224, 224, 3]",
    "chw": "channels x height x width, such as 3x224x224 or [3, 224, 224]",
}


def parse_shape(value: object, layout: str = "hwc", own: Shape | None = None) -> Shape:
    """A shape from `224x224x3`, a list of the same numbers, or one number for a vector.

    layout: the order of the sizes, one of `LAYOUTS`. own: the spec's own shape, where this is
    given instead. Raises Refusal SC105 for an invalid one.
    """
    if isinstance(value, str):
        extents: list[object] = [
            int(part) if is_size(part) else part
            for part in value.replace("×", "x").lower().split("x")
        ]
    elif isinstance(value, list):
        extents = value
    else:
        extents = [value]
    sizes: list[int] = []
    for extent in extents:
        if type(extent) is not int:
            raise Refusal(
                "SC105",
                f"invalid shape {_shown(value)}",
                _hint(value, layout, own) or f"write {_EXAMPLES[layout]}",
            )
        if extent < 1:
            raise Refusal(
                "SC105",
                f"invalid shape {_shown(value)}: it has a size of {extent}",
                "every size of a shape is at least 1",
            )
        sizes.append(extent)
    if not sizes or len(sizes) > MAXIMUM_RANK + 1:
        raise Refusal(
            "SC105",
            f"a shape has 1 to {MAXIMUM_RANK + 1} sizes, not {len(sizes)}",
            f"write {_EXAMPLES[layout].partition(' or ')[0]}",
        )
    shape = Shape(sizes) if layout == "hwc" else Shape.from_chw(sizes)
    if shape.elements > MAXIMUM_ELEMENTS:
        raise Refusal("SC105", f"the shape {shape} has more than 2^63 - 1 elements")
    return shape


def is_size(text: str) -> bool:
    """Whether a text is a size: digits, without leading zeros, which may mean another number."""
    plain = text.isascii() and text.isdigit() and len(text) < 20
    return plain and (text[0] != "0" or text == "0")


def _hint(value: object, layout: str, own: Shape | None) -> str | None:
    """How to write sizes that are joined by something else than x, or by x with spaces.

    Sizes as PyTorch prints them are turned round, so that what is written means the same. Both
    orders are told where these may be in either.
    """
    if not isinstance(value, str) or len(value) > 80:
        return None
    text = value.removeprefix("torch.Size").translate(dict.fromkeys(map(ord, "xX*,;()[]"), " "))
    sizes = text.split()
    if len(sizes) < 2 or not all(size.isascii() and size.isdigit() for size in sizes):
        return None
    written = [int(size) for size in sizes]
    instead = meant_shape(written, own) if layout == "hwc" else None
    if instead is None and layout == "hwc" and own is not None and written[-1] != own.channels:
        instead = meant_shape(written)
    if instead is None:
        hint = f"write {axes_text(written)}"
        turned = Shape.from_chw(written)
        tuple_like = layout == "hwc" and any(char in value for char in ",;[(")
        known = written[-1] <= MOST_CHANNELS or turned == tuple(written)
        if not tuple_like or known or (own is not None and own.channels == written[-1]):
            return hint
        return f"{hint}, or {turned} if these are in PyTorch's order"
    batch = "" if len(instead) == len(written) else " and no batch"
    if written[-1] == instead.channels:
        return f"write {instead}, without the batch"
    return f"write {instead}, with the channels last{batch}, if these are in PyTorch's order"


def _shown(value: object) -> str:
    if value is None or isinstance(value, bool):
        text = {None: "null", True: "true", False: "false"}[value]
    else:
        text = str(value) if isinstance(value, str | int | float | list) else "this"
    return clipped(text)


def meant_shape(sizes: Sequence[int], own: Shape | None = None) -> Shape | None:
    """The shape that sizes mean in PyTorch's order; None where they are in the order used here.

    own: the input that a spec has itself, which tells how many axes and channels there are. The
    sizes are not taken for another order where their last is its channels.
    """
    if own is not None and len(sizes) == len(own) + 1:
        inner = sizes[1:]
        return Shape(inner) if inner[-1] == own.channels else meant_shape(inner, own)
    if own is not None and sizes[-1] == own.channels:
        return None
    if own is None and len(sizes) > 3 and sizes[0] == 1 and _channels_lead(sizes[1:]):
        return Shape.from_chw(sizes[1:])
    if _channels_lead(sizes) or (own is not None and _is_own(sizes, own)):
        return Shape.from_chw(sizes)
    return None


def _channels_lead(sizes: Sequence[int]) -> bool:
    """Whether few channels come first: nothing else has 1 to 4 rows and more channels."""
    first, *others = sizes
    return bool(others) and first <= MOST_CHANNELS and min(others) > first and others[-1] > 4


def _is_own(sizes: Sequence[int], own: Shape) -> bool:
    """Whether the first size is the channels of a spec's own input, of as many axes."""
    return len(sizes) == len(own) > 1 and sizes[0] == own.channels
