"""Random layers that slide windows: convolutions, pools, Unfold and Fold."""

from __future__ import annotations

from random import Random

from draw_tools import Draw, among, axes, chance, flag, maybe, off, rank_of, shape, wrong_rank


def convolution(name: str, random: Random) -> Draw:
    """Conv and ConvTranspose: groups, `same`, padding modes, cropping and output padding."""
    rank = rank_of(name)
    transposed = "Transpose" in name
    groups = random.choice((1, 1, 1, 2, 3, 4))
    in_channels = groups * random.choice((1, 2, 3))
    arguments: Draw = {
        "in_channels": in_channels,
        "out_channels": off(random, groups * random.choice((1, 2, 5)), 0.05),
        "kernel_size": axes(random, rank, among(random, 1, 2, 3, 4, 5, 7)),
    }
    if groups > 1:
        arguments["groups"] = off(random, groups, 0.05)
    arguments |= maybe(random, 0.4, bias=flag(random))
    one = among(random, 1, 1, 2, 3, bad=(0, -1), share=0.01)
    arguments |= maybe(random, 0.4, dilation=lambda: axes(random, rank, one))
    arguments |= maybe(random, 0.5, stride=lambda: axes(random, rank, one))
    padding = among(random, 0, 1, 2, 3, 4, bad=(-1, -2), share=0.02)
    if transposed:
        arguments |= maybe(random, 0.6, padding=lambda: axes(random, rank, padding))
        output_padding = among(random, 0, 0, 1, 2, bad=(-1,))
        arguments |= maybe(random, 0.6, output_padding=lambda: axes(random, rank, output_padding))
    else:
        mode = random.choice(("zeros", "reflect", "replicate", "circular"))
        if mode != "zeros":
            arguments["padding_mode"] = mode
            padding = among(random, 0, 1, 2, 3, 5, bad=(-1, -2), share=0.2)
        arguments |= maybe(random, 0.7, padding=lambda: axes(random, rank, padding))
        if chance(random, 0.3):
            arguments["padding"] = random.choice(("same", "same", "valid"))
            if arguments["padding"] == "same" and chance(random, 0.8):
                arguments.pop("stride", None)
    channels = off(random, in_channels, 0.04) or 1
    return {
        "arguments": arguments,
        "input": [channels, *shape(random, wrong_rank(random, rank))[1:]],
    }


def pooling(name: str, random: Random) -> Draw:
    """MaxPool, AvgPool and LPPool: ceil_mode, padding up to half the kernel and beyond."""
    rank = rank_of(name)
    kernel = among(random, 1, 2, 2, 3, 3, 4, 5, bad=(0, -1))
    arguments: Draw = {}
    if name.startswith("LP"):
        arguments["norm_type"] = random.choice((1, 2, 2, 3, 1.5, -1, 0))
    arguments["kernel_size"] = axes(random, rank, kernel)
    stride = among(random, 1, 2, 2, 3, 4, 6, bad=(0, -1))
    arguments |= maybe(random, 0.7, stride=lambda: axes(random, rank, stride))
    arguments |= maybe(random, 0.05, stride=lambda: None)
    if not name.startswith("LP"):
        padding = among(random, 0, 0, 1, 1, 2, bad=(-1,))
        arguments |= maybe(random, 0.5, padding=lambda: axes(random, rank, padding))
    if name.startswith("Max"):
        dilation = among(random, 1, 1, 2, 3, bad=(0,))
        arguments |= maybe(random, 0.4, dilation=lambda: axes(random, rank, dilation))
    arguments |= maybe(random, 0.6, ceil_mode=flag(random))
    if name.startswith("Avg"):
        arguments |= maybe(random, 0.3, count_include_pad=flag(random))
        if rank > 1:
            divisors = (1, 2, 5, -3, 0, None)
            arguments |= maybe(random, 0.2, divisor_override=lambda: random.choice(divisors))
    return {"arguments": arguments, "input": shape(random, wrong_rank(random, rank))}


def adaptive_pooling(name: str, random: Random) -> Draw:
    """AdaptiveAvgPool and AdaptiveMaxPool: None keeps an extent, but not in 1-d."""
    rank = rank_of(name)
    keep = (None,) if rank > 1 or chance(random, 0.1) else ()
    wrong = (-1,) if chance(random, 0.1) else ()
    sizes = (1, 1, 2, 3, 5, 7, *keep, *wrong)
    size = axes(random, rank, lambda: random.choice(sizes), wrong=0.06)
    return {"arguments": {"output_size": size}, "input": shape(random, wrong_rank(random, rank))}


def unfold(name: str, random: Random) -> Draw:
    """Unfold: windows of an image as columns, with padding of any width."""
    arguments: Draw = {"kernel_size": axes(random, 2, among(random, 1, 2, 3, 4, bad=(0,)))}
    positive = among(random, 1, 1, 2, 3, bad=(0, -1))
    arguments |= maybe(random, 0.5, dilation=lambda: axes(random, 2, positive))
    arguments |= maybe(random, 0.5, padding=lambda: axes(random, 2, among(random, 0, 1, 3, 5)))
    arguments |= maybe(random, 0.5, stride=lambda: axes(random, 2, positive))
    return {"arguments": arguments, "input": shape(random, wrong_rank(random, 2))}


def fold(name: str, random: Random) -> Draw:
    """Fold: columns that fit the windows of an image, or nearly."""
    output = [random.choice((2, 3, 4, 5, 7, 8)) for _ in (0, 1)]
    kernel = [random.choice((1, 2, 3)) for _ in (0, 1)]
    dilation = random.choice((1, 1, 2))
    padding = random.choice((0, 0, 1, 2))
    stride = random.choice((1, 1, 2, 3))
    counts = [
        (extent + 2 * padding - dilation * (size - 1) - 1) // stride + 1
        for extent, size in zip(output, kernel, strict=True)
    ]
    arguments: Draw = {"output_size": output, "kernel_size": kernel}
    for field, value, default in (
        ("dilation", dilation, 1),
        ("padding", padding, 0),
        ("stride", stride, 1),
    ):
        if value != default or chance(random, 0.2):
            arguments[field] = value if chance(random, 0.6) else [value, value]
    channels = off(random, random.choice((1, 2, 3)) * kernel[0] * kernel[1], 0.1)
    columns = off(random, max(1, counts[0] * counts[1]), 0.15)
    return {"arguments": arguments, "input": [max(1, channels), max(1, columns)]}
