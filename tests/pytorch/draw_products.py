"""Random products of two tensors, and tensors that come from no input."""

from __future__ import annotations

from random import Random
from typing import Any

from draw_tools import chance, off

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
        if chance(random, 0.08):
            shape = [inner]
        shapes.append([shape[-1], *shape[:-1]])
    return {}, shapes
