"""Random layers as a spec writes them, with what torch.nn's classes do not have: fixed and
reparametrized weights, padding a side, and the types beside them."""

from __future__ import annotations

from random import Random
from typing import Any

from draw_products import grid_sample, index_select, matmul, sliding_window, stored
from draw_tools import Draw, among, axes, chance, flag, maybe, off, rank_of, shape, wrong_rank

WEIGHTED = (
    *("Conv1d", "Conv2d", "Conv3d", "Linear"),
    *("ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"),
)
"""The types whose weights may be fixed, or split, or scaled."""

PADDED = tuple(
    f"{name}{axes}d" for name in ("Conv", "MaxPool", "AvgPool", "LPPool") for axes in (1, 2, 3)
)
PADDED += ("LocallyConnected1d", "LocallyConnected2d")
"""The types that have a padding for each side, and ONNX's words for it."""


def kinds_of_weight(random: Random) -> Draw:
    """Weights that are learned or not, split or scaled, seldom both."""
    fields = maybe(random, 0.35, learned=flag(random))
    fields |= maybe(random, 0.35, weight_norm=lambda: chance(random, 0.8))
    return fields | maybe(random, 0.35, spectral_norm=lambda: chance(random, 0.8))


def sides(random: Random, rank: int, most: int = 4, negative: float = 0.01) -> Any:
    """A pair for each axis, seldom of another number of axes, or a word."""
    if chance(random, 0.4):
        return random.choice(("same_upper", "same_lower"))
    side = among(random, *range(most), bad=(-1, -2), share=negative)
    number = off(random, rank, 0.03) or 1
    return [[side(), side()] for _ in range(number)]


def with_extras(type: str, fields: Draw, random: Random) -> Draw:
    """Fields of a type of torch.nn, with those that its class does not have."""
    found = dict(fields)
    if type in PADDED and chance(random, 0.6):
        most = 3 if "Pool" in type else 5
        found["padding"] = sides(random, rank_of(type), most)
    if type in WEIGHTED:
        found |= kinds_of_weight(random)
    return found


def affine(type: str, random: Random) -> tuple[Draw, list[list[int]]]:
    """Affine with both, one or neither of its parts, on any number of axes."""
    input = shape(random, random.choice((0, 1, 2, 3)))
    fields = maybe(random, 0.4, weight=flag(random), bias=flag(random))
    return fields | maybe(random, 0.4, num_features=lambda: off(random, input[0])), [input]


def locally_connected(type: str, random: Random) -> tuple[Draw, list[list[int]]]:
    """Locally connected layers, of small outputs."""
    rank = rank_of(type)
    input = shape(random, wrong_rank(random, rank))
    input = [min(input[0], 5), *(min(extent, 13) for extent in input[1:])]
    kernel = among(random, 1, 2, 3, 4, bad=(0,))
    fields: Draw = {
        "out_channels": among(random, 1, 2, 3, bad=(0,))(),
        "kernel_size": axes(random, rank, kernel),
    }
    fields |= maybe(
        random, 0.5, stride=lambda: axes(random, rank, among(random, 1, 2, 3, bad=(0,)))
    )
    fields |= maybe(random, 0.5, padding=lambda: axes(random, rank, among(random, 0, 1, 2)))
    fields |= maybe(random, 0.5, bias=flag(random), in_channels=lambda: off(random, input[0]))
    if chance(random, 0.1):
        fields["padding"] = random.choice(("valid", "same"))
    return with_extras(type, fields, random), [input]


def unpooling(type: str, random: Random) -> tuple[Draw, list[list[int]]]:
    """MaxUnpool of one input or of two, with an output size near the one that it comes to."""
    rank = rank_of(type)
    input = shape(random, wrong_rank(random, rank))
    kernel = [among(random, 1, 2, 2, 3, 4, bad=(0,))() for _ in range(rank)]
    stride = [among(random, 1, 2, 2, 3, bad=(0,))() for _ in range(rank)]
    padding = [among(random, 0, 0, 1, 2, bad=(-1,))() for _ in range(rank)]
    fields: Draw = {"kernel_size": kernel}
    if chance(random, 0.4):
        fields["stride"] = stride
    else:
        stride = kernel
    if chance(random, 0.4):
        fields["padding"] = padding
    else:
        padding = [0] * rank
    if chance(random, 0.5) and len(input) == rank + 1:
        fields["output_size"] = [
            (extent - 1) * step - 2 * sides + size + random.randint(-step, step)
            for extent, step, sides, size in zip(input[1:], stride, padding, kernel, strict=True)
        ]
    for name in list(fields):
        if len(set(fields[name])) == 1 and chance(random, 0.7):
            fields[name] = fields[name][0]
    inputs = [input]
    if chance(random, 0.5):
        other = list(input)
        place = random.randrange(len(other))
        other[place] = max(1, off(random, other[place], 0.1))
        inputs.append(other)
    return fields, inputs


OWN = {
    **dict.fromkeys(("Affine",), affine),
    **dict.fromkeys(("LocallyConnected1d", "LocallyConnected2d"), locally_connected),
    **dict.fromkeys(("MaxUnpool1d", "MaxUnpool2d", "MaxUnpool3d"), unpooling),
    **dict.fromkeys(("Parameter", "Buffer"), stored),
    "MatMul": matmul,
    "GridSample": grid_sample,
    "SlidingWindow": sliding_window,
    "IndexSelect": index_select,
}
"""Who draws the types that are recorded with what they have besides torch.nn's fields."""
