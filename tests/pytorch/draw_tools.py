"""What the draws of random layers are made of: chances, shapes, and numbers for every axis."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

Draw = dict[str, Any]
"""`arguments`, of which absent ones are PyTorch's defaults, and `input`, channels first and without
the batch, or `inputs` where a layer takes several."""

EXTENTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 16, 17, 23, 28)
CHANNELS = (1, 2, 3, 4, 5, 6, 8, 9, 12, 16, 18, 24)


def chance(random: Random, share: float) -> bool:
    """True with a probability."""
    return random.random() < share


def maybe(random: Random, share: float, **values: Callable[[], Any]) -> Draw:
    """Each argument with a probability, drawn by its function."""
    return {name: value() for name, value in values.items() if chance(random, share)}


def flag(random: Random) -> Callable[[], bool]:
    """A function that draws true or false."""
    return lambda: chance(random, 0.5)


def shape(random: Random, rank: int) -> list[int]:
    """Channels and `rank` spatial extents, smaller ones where there are many."""
    most = {0: 28, 1: 28, 2: 23, 3: 13}.get(rank, 5)
    fitting = [extent for extent in EXTENTS if extent <= most]
    return [random.choice(CHANNELS), *(random.choice(fitting) for _ in range(rank))]


def rank_of(name: str) -> int:
    """The spatial axes that a type's name says: 2 for Conv2d."""
    return int(name[-2])


def wrong_rank(random: Random, rank: int) -> int:
    """The rank, or seldom one more, which layers of a fixed rank refuse."""
    return rank + 1 if chance(random, 0.03) else rank


def off(random: Random, value: int, share: float = 0.12) -> int:
    """A count, or with a probability another one near it."""
    return max(0, value + random.choice((-2, -1, 1, 2))) if chance(random, share) else value


def axes(random: Random, rank: int, one: Callable[[], float | None], wrong: float = 0.02) -> Any:
    """One integer for all axes or a list with one for each, seldom a list of a wrong length."""
    if chance(random, wrong):
        length = random.choice([length for length in (2, 3, 4) if length != rank])
        return [one() for _ in range(length)]
    return one() if chance(random, 0.5) else [one() for _ in range(rank)]


def among(
    random: Random, *numbers: int, bad: tuple[int, ...] = (), share: float = 0.02
) -> Callable[[], int]:
    """A function that draws one of the numbers, with a small probability one of the bad ones."""
    return lambda: random.choice(bad if bad and chance(random, share) else numbers)
