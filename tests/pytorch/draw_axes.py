"""Random layers along axes, or that move, take or reduce them.

Axes are counted with the batch as 0, which is never drawn, or have their names.
"""

from __future__ import annotations

from random import Random
from typing import Any

from draw_tools import CHANNELS, Draw, among, chance, flag, maybe, off, shape

NAMES: dict[int, tuple[str, ...]] = {
    0: ("channels",),
    1: ("channels", "length"),
    2: ("channels", "height", "width"),
    3: ("channels", "depth", "height", "width"),
}
"""What axes are called, in PyTorch's order, by the number of spatial ones."""

ANY_NAME = ("channels", "length", "height", "width", "depth")


def dim(random: Random, axes: int, wrong: float = 0.06) -> int | str:
    """An axis of a tensor of so many, from either end or by name, or seldom one that is not
    there."""
    if chance(random, wrong):
        return random.choice((axes + 1, axes + 3, -axes - 2, -axes - 4, *ANY_NAME))
    place = random.randint(1, axes)
    if chance(random, 0.2):
        return NAMES[axes - 1][place - 1] if axes - 1 in NAMES else place
    return place - axes - 1 if chance(random, 0.4) else place


def dims(random: Random, axes: int) -> Any:
    """One axis, or a list of some, seldom with one twice."""
    if chance(random, 0.35):
        return dim(random, axes)
    places = random.sample(range(1, axes + 1), random.randint(1, axes))
    found: list[Any] = [
        place - axes - 1 if chance(random, 0.3) else dim_named(random, place, axes)
        for place in places
    ]
    if chance(random, 0.08):
        found.append(dim(random, axes))
    return found


def dim_named(random: Random, place: int, axes: int) -> int | str:
    """An axis by its number or, at times, by its name."""
    return NAMES[axes - 1][place - 1] if chance(random, 0.2) and axes - 1 in NAMES else place


def place_of(dim: int | str, axes: int) -> int:
    """Which axis of so many is meant, the channels as 0; the first for one that is not there."""
    if isinstance(dim, str):
        names = NAMES.get(axes - 1, ())
        return names.index(dim) if dim in names else 0
    place = dim - 1 if dim > 0 else dim + axes
    return place if 0 <= place < axes else 0


def any_shape(random: Random) -> list[int]:
    """A shape of none to four spatial axes."""
    return shape(random, random.choice((0, 1, 1, 2, 2, 2, 3, 3, 4)))


def chunk(name: str, random: Random) -> Draw:
    """Chunk into as many parts as there are places, fewer or more."""
    input = any_shape(random)
    arguments = maybe(random, 0.75, dim=lambda: dim(random, len(input)))
    extent = input[place_of(arguments.get("dim", 1), len(input))]
    arguments["chunks"] = among(random, 1, 2, 3, 4, extent, bad=(0, -1))()
    return {"arguments": arguments, "input": input}


def split(name: str, random: Random) -> Draw:
    """Split by a size, or by a list that adds up to the axis or nearly."""
    sizes = [random.choice((1, 2, 3, 5)) for _ in range(random.randint(1, 4))]
    input = any_shape(random)
    arguments = maybe(random, 0.75, dim=lambda: dim(random, len(input)))
    input[place_of(arguments.get("dim", 1), len(input))] = sum(sizes)
    if chance(random, 0.5):
        size = among(random, 1, 2, 3, 7, bad=(-1,))()
        return {"arguments": {**arguments, "split_size": size}, "input": input}
    place = random.randrange(len(sizes))
    sizes[place] = off(random, sizes[place], 0.2)
    return {"arguments": {**arguments, "split_size": sizes}, "input": input}


def select(name: str, random: Random) -> Draw:
    """Select of a place that is there, or nearly."""
    input = shape(random, random.choice((1, 1, 2, 2, 3, 4)))
    of = dim(random, len(input))
    extent = input[place_of(of, len(input))]
    index = random.choice((0, -1, random.randint(-extent, extent - 1), extent, -extent - 1))
    if chance(random, 0.5):
        index = random.randint(-extent, extent - 1)
    return {"arguments": {"dim": of, "index": index}, "input": input}


def slicing(name: str, random: Random) -> Draw:
    """Slice from either end, by steps, inside of the axis or beyond it."""
    input = any_shape(random)
    of = dim(random, len(input))
    extent = input[place_of(of, len(input))]

    def bound() -> int:
        return random.randint(-extent - 2, extent + 2)

    arguments: Draw = {"dim": of, **maybe(random, 0.6, start=bound, end=bound)}
    arguments |= maybe(random, 0.5, step=among(random, 1, 2, 3, 5, bad=(0, -1), share=0.08))
    if "end" not in arguments and chance(random, 0.2):
        arguments["end"] = None
    return {"arguments": arguments, "input": input}


def permute(name: str, random: Random) -> Draw:
    """Permute by PyTorch's list, or by names alone, seldom with an axis twice or one less."""
    input = any_shape(random)
    axes = len(input)
    places = random.sample(range(1, axes + 1), axes)
    if chance(random, 0.15):
        places[random.randrange(axes)] = random.randint(1, axes + 1)
    if chance(random, 0.06):
        places.append(random.randint(1, axes))
    elif chance(random, 0.06):
        places.pop()
    if chance(random, 0.3) and axes - 1 in NAMES and places and max(places) <= axes:
        return {
            "arguments": {"dims": [NAMES[axes - 1][place - 1] for place in places]},
            "input": input,
        }
    found = [place - axes - 1 if chance(random, 0.2) else place for place in places]
    return {"arguments": {"dims": [0, *found]}, "input": input}


def transpose(name: str, random: Random) -> Draw:
    """Transpose of two axes, which may be one."""
    input = any_shape(random)
    arguments = {name: dim(random, len(input)) for name in ("dim0", "dim1")}
    return {"arguments": arguments, "input": input}


def roll(name: str, random: Random) -> Draw:
    """Roll along axes, by a shift for each or, seldom, by another number of them."""
    input = any_shape(random)
    along = dims(random, len(input))
    number = len(along) if isinstance(along, list) else 1
    if chance(random, 0.1):
        number += random.choice((-1, 1))
    shifts: Any = [random.randint(-20, 20) for _ in range(max(1, number))]
    if len(shifts) == 1 and chance(random, 0.5):
        shifts = shifts[0]
    return {"arguments": {"shifts": shifts, "dims": along}, "input": input}


def reducing(name: str, random: Random) -> Draw:
    """Mean, Sum and Amax along some axes."""
    input = any_shape(random)
    arguments = {"dim": dims(random, len(input)), **maybe(random, 0.5, keepdim=flag(random))}
    return {"arguments": arguments, "input": input}


# ---------------------------------------------------------------- several inputs


def alike(random: Random, first: list[int], place: int) -> list[list[int]]:
    """More shapes that are equal but for one axis, or nearly."""
    inputs = [first]
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        other = list(first)
        if place >= 0:
            other[place] = random.choice(CHANNELS)
        if chance(random, 0.12):
            changed = random.randrange(len(other))
            other[changed] = max(1, off(random, other[changed], 1))
        elif chance(random, 0.04):
            other = other[:-1] if len(other) > 1 and chance(random, 0.5) else [*other, 2]
        inputs.insert(random.randrange(len(inputs) + 1), other)
    return inputs


def concat(name: str, random: Random) -> Draw:
    """Concat of shapes that differ along its axis, or also along another."""
    first = any_shape(random)
    arguments = maybe(random, 0.75, dim=lambda: dim(random, len(first)))
    place = place_of(arguments.get("dim", 1), len(first))
    return {"arguments": arguments, "inputs": alike(random, first, place)}


def stack(name: str, random: Random) -> Draw:
    """Stack of shapes that are equal, or nearly."""
    first = any_shape(random)
    return {
        "arguments": {"dim": dim(random, len(first) + 1)},
        "inputs": alike(random, first, -1),
    }


def broadcasting(name: str, random: Random) -> Draw:
    """Shapes of as many axes: equal, of ones that stretch, or of sizes that do not fit."""
    whole = any_shape(random)
    number = 2 if name in ("Subtract", "Divide") else random.choice((2, 2, 2, 3, 4))
    inputs = []
    for _ in range(number):
        kind = random.choice(("equal", "ones", "ones", "gate", "map", "off"))
        other = list(whole)
        if kind == "ones":
            other = [1 if chance(random, 0.4) else extent for extent in other]
        elif kind == "gate":
            other = [other[0], *(1 for _ in other[1:])]
        elif kind == "map":
            other[0] = 1
        elif kind == "off" and chance(random, 0.6):
            place = random.randrange(len(other))
            other[place] = max(1, off(random, other[place], 1))
        inputs.append(other)
    return {"arguments": {}, "inputs": inputs}
