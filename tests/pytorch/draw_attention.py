"""Random layers of attention, and of the norm of ConvNeXt V2, as a spec writes them."""

from __future__ import annotations

from random import Random

from draw_tools import Draw, among, chance, flag, maybe, off, shape

LENGTHS = (1, 2, 3, 4, 5, 7, 9, 16, 23)


def _leading(random: Random) -> list[int]:
    """The axes before the length."""
    return [random.choice((1, 2, 3, 4)) for _ in range(random.choice((0, 0, 0, 1, 1, 2)))]


def _beside(random: Random, leading: list[int], stretched: float) -> list[int]:
    """Axes beside others: the same, or some of 1, seldom others."""
    found = [1 if chance(random, stretched) else extent for extent in leading]
    return [max(1, off(random, extent, 0.03)) for extent in found]


def dot_product(name: str, random: Random) -> tuple[Draw, list[list[int]]]:
    """ScaledDotProductAttention of heads that are an axis, or side by side; grouped, and masked."""
    leading = _leading(random)
    length, keys = random.choice(LENGTHS), random.choice(LENGTHS)
    channels, values = random.choice((1, 2, 4, 5)), random.choice((1, 2, 3, 8))
    fields: Draw = {}
    grouped = chance(random, 0.35)
    heads = groups = 1
    if chance(random, 0.5):
        heads = groups = among(random, 1, 2, 3, 4, 6, bad=(0, -1))()
        fields["num_heads"] = heads
        if grouped:
            groups = random.choice((1, 2, 3, heads))
    beside = [_beside(random, leading, 0.15) for _ in range(2)]
    if grouped:
        fields["enable_gqa"] = chance(random, 0.9)
        if "num_heads" not in fields and leading:
            leading[-1] *= random.choice((1, 2, 3))
    sizes = [abs(heads) * channels or 1, abs(groups) * channels or 1, abs(groups) * values or 1]
    sizes = [max(1, off(random, size, 0.05)) for size in sizes]
    inputs = [
        [sizes[0], *leading, length],
        [sizes[1], *beside[0], keys],
        [
            sizes[2],
            *(beside[0] if chance(random, 0.8) else beside[1]),
            max(1, off(random, keys, 0.05)),
        ],
    ]
    if chance(random, 0.3):
        mask = _beside(random, [*leading, *([heads] if "num_heads" in fields else []), length], 0.3)
        inputs.append([1 if chance(random, 0.2) else max(1, off(random, keys, 0.05)), *mask])
        if chance(random, 0.05) and len(mask) > 1:
            inputs[-1].pop(1)
    fields |= maybe(random, 0.15, is_causal=flag(random), scale=lambda: 0.5)
    return fields | maybe(
        random, 0.1, dropout_p=lambda: random.choice((0.1, 0, 1, 1.5, -0.5))
    ), inputs


def multihead(name: str, random: Random) -> tuple[Draw, list[list[int]]]:
    """MultiheadAttention of one to three inputs."""
    heads = among(random, 1, 2, 3, 4, bad=(0, -1))()
    channels = off(random, abs(heads) * random.choice((1, 2, 4, 5)), 0.06) or 1
    leading = _leading(random)
    length = random.choice(LENGTHS)
    fields: Draw = {"num_heads": heads}
    inputs = [[channels, *leading, length]]
    number = random.choice((1, 1, 2, 3, 3))
    kdim = vdim = channels
    if number > 1:
        beside = _beside(random, leading, 0)
        keys = random.choice(LENGTHS)
        if chance(random, 0.5):
            kdim = fields["kdim"] = random.choice((1, 3, 6, channels))
            vdim = random.choice((2, 3, channels)) if number == 3 else kdim
            fields |= maybe(random, 0.9, vdim=lambda: vdim)
        inputs.append([max(1, off(random, kdim, 0.04)), *beside, keys])
        if number == 3:
            inputs.append(
                [max(1, off(random, vdim, 0.04)), *beside, max(1, off(random, keys, 0.04))]
            )
    fields |= maybe(random, 0.3, embed_dim=lambda: off(random, channels))
    fields |= maybe(random, 0.3, bias=flag(random), add_bias_kv=flag(random))
    fields |= maybe(random, 0.3, add_zero_attn=flag(random), batch_first=flag(random))
    fields |= maybe(random, 0.1, dropout=lambda: random.choice((0.1, 0, 1, 1.5)))
    return fields, inputs


def response_norm(name: str, random: Random) -> tuple[Draw, list[list[int]]]:
    """GlobalResponseNorm, whose channels may be written, on any number of axes."""
    input = shape(random, random.choice((0, 1, 2, 2, 3)))
    return maybe(random, 0.4, dim=lambda: off(random, input[0]), eps=lambda: 1e-5), [input]


OWN = {
    "ScaledDotProductAttention": dot_product,
    "MultiheadAttention": multihead,
    "GlobalResponseNorm": response_norm,
}
"""Who draws each type."""
