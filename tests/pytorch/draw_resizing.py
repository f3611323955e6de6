"""Random layers that pad, resample and shuffle."""

from __future__ import annotations

from random import Random
from typing import Any

from draw_tools import (
    CHANNELS,
    Draw,
    among,
    axes,
    chance,
    flag,
    maybe,
    off,
    rank_of,
    shape,
    wrong_rank,
)

SCALES = (0.1, 0.25, 0.3, 0.5, 0.7, 1, 1.1, 1.15, 1.25, 1.3, 1.5, 1.7, 2, 2.3, 2.5, 3, 3.3, 4)


def padding(name: str, random: Random) -> Draw:
    """The padding layers: sides up to their limits and beyond, crops, short and long lists.

    Circular crops stay within the input: beyond it PyTorch's verdict follows no rule.
    """
    rank = rank_of(name)
    kind = name[:-2].removesuffix("Pad")
    input = shape(random, rank)
    sides: Any

    def side(extent: int) -> int:
        drawn = random.choice(
            (0, 0, 1, 1, 2, 3, extent - 1, extent, extent + 1, -1, -1, -2, -extent)
        )
        return max(drawn, -extent) if kind == "Circular" else drawn

    if chance(random, 0.25):
        sides = side(random.choice(input[1:]))
    else:
        sides = [side(extent) for extent in reversed(input[1:]) for _ in (0, 1)]
        if chance(random, 0.2):
            sides += [side(input[0]), side(input[0])]
        elif chance(random, 0.1):
            sides = sides[:-1] if chance(random, 0.5) else sides[:-2] or sides
    arguments: Draw = {"padding": sides}
    if kind == "Constant":
        arguments["value"] = random.choice((0, 1, -1.5))
    return {"arguments": arguments, "input": input}


def upsample(name: str, random: Random) -> Draw:
    """Upsample and its two older forms: sizes, fractional scales, modes and their ranks."""
    if name != "Upsample":
        rank = wrong_rank(random, 2)
        arguments: Draw = {}
    else:
        rank = random.choice((0, 1, 1, 2, 2, 2, 3, 3, 4))
        arguments = {"mode": "nearest"} if chance(random, 0.2) else {}
        if chance(random, 0.7):
            fitting = {1: ["linear"], 2: ["bilinear", "bicubic"], 3: ["trilinear"]}.get(rank, [])
            modes = ["area", "nearest-exact", *2 * fitting]
            if chance(random, 0.1):
                modes = ["linear", "bilinear", "bicubic", "trilinear", "nearest"]
            arguments["mode"] = random.choice(modes)
            interpolates = "linear" in arguments["mode"] or arguments["mode"] == "bicubic"
            share = 0.5 if interpolates else 0.05
            arguments |= maybe(random, share, align_corners=flag(random))
    axes_drawn = max(1, rank)
    size = among(random, 1, 2, 5, 7, 10, 15, bad=(0, -1))
    by_size = chance(random, 0.35)
    if by_size or chance(random, 0.03):
        arguments["size"] = axes(random, axes_drawn, size, wrong=0.04)
    if not by_size or chance(random, 0.05):
        arguments["scale_factor"] = axes(
            random, axes_drawn, lambda: random.choice(SCALES), wrong=0.04
        )
    if name == "Upsample":
        arguments |= maybe(random, 0.15, recompute_scale_factor=flag(random))
    return {"arguments": arguments, "input": shape(random, rank)}


def shuffle(name: str, random: Random) -> Draw:
    """PixelShuffle, PixelUnshuffle and ChannelShuffle."""
    factor = among(random, 1, 2, 2, 3, 4, bad=(0, -2), share=0.05)()
    divisor = max(1, factor)
    if name == "PixelShuffle":
        _, height, width = shape(random, 2)
        channels = max(1, off(random, divisor**2 * random.choice((1, 2, 3, 7)), 0.25))
        return {"arguments": {"upscale_factor": factor}, "input": [channels, height, width]}
    if name == "PixelUnshuffle":
        height, width = (
            max(1, off(random, divisor * random.choice((1, 2, 3, 5)), 0.12)) for _ in (0, 1)
        )
        return {
            "arguments": {"downscale_factor": factor},
            "input": [random.choice(CHANNELS), height, width],
        }
    spatial = shape(random, random.choice((0, 1, 2, 2, 3, 4)))[1:]
    channels = max(1, off(random, divisor * random.choice((1, 2, 3, 5)), 0.2))
    return {"arguments": {"groups": factor}, "input": [channels, *spatial]}
