"""Random layers that give features another shape or mix them."""

from __future__ import annotations

from random import Random
from typing import Any

from draw_tools import CHANNELS, EXTENTS, Draw, among, chance, flag, maybe, off, shape


def flatten(name: str, random: Random) -> Draw:
    """Flatten of some axes, counted with the batch as 0. The batch itself is never drawn."""
    input = shape(random, random.choice((0, 1, 2, 2, 3, 3)))
    last = len(input)
    dims = [dim for dim in range(-last - 2, last + 3) if dim not in (0, -last - 1)]
    arguments = maybe(random, 0.85, start_dim=lambda: random.choice(dims))
    arguments |= maybe(random, 0.6, end_dim=lambda: random.choice(dims))
    if len(arguments) == 2 and chance(random, 0.6):
        start, end = sorted((random.randint(1, last), random.randint(1, last)))
        arguments = {"start_dim": start, "end_dim": end - last - 1 if chance(random, 0.5) else end}
    return {"arguments": arguments, "input": input}


def unflatten(name: str, random: Random) -> Draw:
    """Unflatten of one axis to sizes that multiply to it, or nearly. The batch is never drawn."""
    parts = [random.choice((1, 2, 3, 4, 5)) for _ in range(random.randint(1, 3))]
    product = 1
    for part in parts:
        product *= part
    input = shape(random, random.choice((0, 1, 2)))
    place = random.randrange(len(input))
    input[place] = product
    dim = place + 1 if chance(random, 0.6) else place - len(input)
    if chance(random, 0.05):
        dim = random.choice((len(input) + 1, len(input) + 3, -len(input) - 2))
    changed = random.randrange(len(parts))
    parts[changed] = -1 if chance(random, 0.4) else off(random, parts[changed], 0.25)
    if chance(random, 0.08):
        parts[random.randrange(len(parts))] = random.choice((-1, -2))
    sizes: Any = product if chance(random, 0.03) else parts
    return {"arguments": {"dim": dim, "unflattened_size": sizes}, "input": input}


def linear(name: str, random: Random) -> Draw:
    """Linear, whose recorded shapes have the features first."""
    input = shape(random, random.choice((0, 0, 1, 2, 3)))
    arguments: Draw = {
        "in_features": off(random, input[0]),
        "out_features": among(random, 1, 2, 5, 10, 84, bad=(-1,))(),
    }
    return {"arguments": arguments | maybe(random, 0.4, bias=flag(random)), "input": input}


def bilinear(name: str, random: Random) -> Draw:
    """Bilinear on two vectors."""
    first, second = random.choice(CHANNELS), random.choice(CHANNELS)
    arguments: Draw = {
        "in1_features": off(random, first),
        "in2_features": off(random, second),
        "out_features": among(random, 1, 2, 5, 10, bad=(-1,))(),
    }
    arguments |= maybe(random, 0.4, bias=flag(random))
    return {"arguments": arguments, "inputs": [[first], [second]]}


def embedding(name: str, random: Random) -> Draw:
    """Embedding of a vector of indices: embedding_dim channels over as many positions."""
    count = among(random, 1, 2, 5, 10, 100, bad=(0, -1))()
    arguments: Draw = {
        "num_embeddings": count,
        "embedding_dim": among(random, 1, 3, 8, 16, bad=(-1,))(),
    }
    indices = (0, count - 1, count, -1, -count, -count - 1, None)
    arguments |= maybe(random, 0.6, padding_idx=lambda: random.choice(indices))
    return {"arguments": arguments, "input": [random.choice(EXTENTS)]}
