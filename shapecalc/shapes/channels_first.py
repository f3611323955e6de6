"""Shapes that look as PyTorch prints them: channels first, perhaps with a batch in front."""

from __future__ import annotations

from collections.abc import Sequence

from shapecalc.shapes.shape import Shape

MOST_CHANNELS = 4
"""The most channels of an image, a sound or a video as it comes: red, green, blue and another."""


def meant(sizes: Sequence[int], own: Shape | None = None) -> Shape | None:
    """The shape that sizes mean in PyTorch's order; None where they are in the order used here.

    own: the input that a spec has itself, which tells how many axes and channels there are. The
    sizes are not taken for another order where their last is its channels.
    """
    if own is not None and len(sizes) == len(own) + 1:
        inner = sizes[1:]
        return Shape(inner) if inner[-1] == own.channels else meant(inner, own)
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
