"""Random layers that PyTorch has as functions, of two tensors at times, or of none."""

from __future__ import annotations

from random import Random
from typing import Any

from draw_axes import dim, place_of
from draw_tools import chance, flag, maybe, off

SIZES = (1, 2, 3, 4, 5, 7, 8, 12)


def stored(type: str, random: Random) -> tuple[dict[str, Any], list[list[int]]]:
    """Parameter or Buffer of any shape, written in each way, seldom of one that is none."""
    sizes = [random.choice(SIZES) for _ in range(random.randint(1, 5))]
    if chance(random, 0.05):
        sizes[random.randrange(len(sizes))] = random.choice((0, -1))
    written: Any = random.choice((sizes, "x".join(map(str, sizes))))
    if len(sizes) == 1 and chance(random, 0.5):
        (written,) = sizes
    return {"shape": written}, []


def matmul(type: str, random: Random) -> tuple[dict[str, Any], list[list[int]]]:
    """MatMul of matrices and vectors, with leading sizes of which some stretch; channels first."""
    rows, inner, columns = (random.choice(SIZES) for _ in range(3))
    leading = [random.choice(SIZES) for _ in range(random.choice((0, 0, 1, 1, 2, 3)))]
    shapes: list[list[int]] = []
    for matrix in ([rows, inner], [off(random, inner, 0.1) or 1, columns]):
        own = [1 if chance(random, 0.15) else off(random, size, 0.04) or 1 for size in leading]
        if chance(random, 0.25):
            own = own[random.randint(0, len(own)) :]
        shape = [*own, *matrix]
        if chance(random, 0.08) and (shapes or not leading):
            # a row times many matrices is counted or not by how these lie in memory
            shape = [inner]
        shapes.append([shape[-1], *shape[:-1]])
    return {}, shapes


def grid_sample(type: str, random: Random) -> tuple[dict[str, Any], list[list[int]]]:
    """GridSample in two or three axes, with leading sizes or without, seldom of another shape."""
    axes = random.choice((2, 2, 3))
    leading = [random.choice(SIZES) for _ in range(random.choice((0, 0, 1, 2)))]
    image = [random.choice(SIZES), *leading, *(random.choice(SIZES) for _ in range(axes))]
    grid = [off(random, axes, 0.06), *leading, *(random.choice(SIZES) for _ in range(axes))]
    if leading and chance(random, 0.1):
        grid[1] = random.choice(SIZES)
    if chance(random, 0.04):
        grid.append(2)
    fields = maybe(
        random,
        0.4,
        mode=lambda: random.choice(("bilinear", "nearest", "bicubic")),
        padding_mode=lambda: random.choice(("zeros", "border", "reflection", "constant")),
        align_corners=flag(random),
    )
    return fields, [image, [max(1, size) for size in grid]]


def sliding_window(type: str, random: Random) -> tuple[dict[str, Any], list[list[int]]]:
    """SlidingWindow along any axis, at times of more places than there are."""
    shape = [random.choice(SIZES) for _ in range(random.randint(1, 4))]
    along = dim(random, len(shape))
    extent = shape[place_of(along, len(shape))]
    size = random.randint(1, extent) + (random.randint(1, 3) if chance(random, 0.1) else 0)
    fields = {"dim": along, "size": size, "step": off(random, random.randint(1, 3), 0.05)}
    return fields, [shape]


def index_select(type: str, random: Random) -> tuple[dict[str, Any], list[list[int]]]:
    """IndexSelect along any axis, by a vector or seldom by something else."""
    shape = [random.choice(SIZES) for _ in range(random.randint(1, 4))]
    index = [random.choice(SIZES)]
    if chance(random, 0.08):
        index.append(random.choice(SIZES))
    return {"dim": dim(random, len(shape))}, [shape, index]
