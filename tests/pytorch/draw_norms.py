"""Random norms."""

from __future__ import annotations

from random import Random
from typing import Any

from draw_tools import (
    CHANNELS,
    Draw,
    among,
    chance,
    flag,
    maybe,
    off,
    rank_of,
    shape,
    wrong_rank,
)


def statistics_norm(name: str, random: Random) -> Draw:
    """BatchNorm and InstanceNorm: features that fit or not, few positions, any rank."""
    rank = rank_of(name)
    if name == "BatchNorm1d" and chance(random, 0.3):
        rank = 0
    elif name.startswith("Batch") and rank > 1 and chance(random, 0.05):
        rank -= 1
    spatial = shape(random, wrong_rank(random, rank))[1:]
    if name.startswith("Instance") and chance(random, 0.3):
        spatial = [1] * len(spatial)
    channels = random.choice(CHANNELS)
    arguments: Draw = {"num_features": off(random, channels)}
    arguments |= maybe(random, 0.5, affine=flag(random))
    arguments |= maybe(random, 0.5, track_running_stats=flag(random))
    arguments |= maybe(random, 0.3, bias=flag(random))
    arguments |= maybe(random, 0.1, eps=lambda: 0.001)
    if name.startswith("Batch"):
        arguments |= maybe(random, 0.1, momentum=lambda: random.choice((None, 0.01)))
    return {"arguments": arguments, "input": [channels, *spatial]}


def group_norm(name: str, random: Random) -> Draw:
    """GroupNorm: groups that divide the channels or not, over any number of axes."""
    groups = among(random, 1, 2, 3, 4, bad=(0, -1), share=0.04)()
    channels = max(1, groups) * random.choice((1, 2, 3))
    arguments: Draw = {"num_groups": groups, "num_channels": off(random, channels)}
    arguments |= maybe(random, 0.5, affine=flag(random))
    arguments |= maybe(random, 0.3, bias=flag(random))
    spatial = shape(random, random.choice((0, 1, 2, 2, 3)))[1:]
    return {"arguments": arguments, "input": [off(random, channels, 0.05) or 1, *spatial]}


def last_axes_norm(name: str, random: Random) -> Draw:
    """LayerNorm and RMSNorm over one or more of the last axes of PyTorch's tensor."""
    input = shape(random, random.choice((0, 1, 2, 2, 3)))
    extents = input[-random.randint(1, len(input)) :]
    if chance(random, 0.2):
        place = random.randrange(len(extents))
        extents[place] = off(random, extents[place], 1)
    if chance(random, 0.02):
        extents = []
    if chance(random, 0.05):
        extents = extents[::-1]
    normalized_shape: Any = extents
    if len(extents) == 1 and chance(random, 0.7):
        normalized_shape = extents[0]
    arguments: Draw = {"normalized_shape": normalized_shape}
    arguments |= maybe(random, 0.4, elementwise_affine=flag(random))
    arguments |= maybe(random, 0.1, eps=lambda: 1e-06)
    if name == "LayerNorm":
        arguments |= maybe(random, 0.4, bias=flag(random))
    return {"arguments": arguments, "input": input}


def local_response_norm(name: str, random: Random) -> Draw:
    """LocalResponseNorm: any number of neighbours, but not on a vector."""
    size = among(random, 1, 2, 3, 5, 9, 40, bad=(0, -1), share=0.1)()
    arguments: Draw = {"size": size}
    arguments |= maybe(random, 0.3, alpha=lambda: 0.001, beta=lambda: 0.5, k=lambda: 2)
    return {"arguments": arguments, "input": shape(random, random.choice((0, 1, 2, 2, 3)))}
