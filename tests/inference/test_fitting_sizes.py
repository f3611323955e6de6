"""The inputs that a hint names fit, each of them, and the nearest that fits is among them."""

from __future__ import annotations

import re
from itertools import product
from random import Random

import pytest

import shapecalc
from shapecalc.problems.problem import SpecError
from shapecalc.shapes.shape import Shape, parse_shape

NETWORKS = 40
FAR = 28
"""How far from the input at hand others are searched through here."""


def encoder_and_decoder(random: Random, rank: int) -> str:
    """Stages that make their input smaller, then as many that make it larger and join it."""
    depth = random.randint(1, 3)
    join = random.choice(("Add", "Concat"))
    lines: list[str] = []
    for stage in range(depth):
        skip = f"{{type: Conv{rank}d, name: skip{stage}, out_channels: 8, kernel_size: 1}}"
        stride = random.choice((2, 2, 3))
        down = random.choice(
            (
                f"{{type: MaxPool{rank}d, kernel_size: {stride}}}",
                f"{{type: Conv{rank}d, out_channels: 8, kernel_size: 3, stride: {stride}, "
                "padding: 1}",
                f"{{type: Conv{rank}d, out_channels: 8, kernel_size: {stride}, stride: {stride}}}",
            )
        )
        up = random.choice(
            (
                f"{{type: Upsample, name: up{stage}, scale_factor: {stride}}}",
                f"{{type: ConvTranspose{rank}d, name: up{stage}, out_channels: 8, "
                f"kernel_size: {stride}, stride: {stride}}}",
            )
        )
        lines.insert(stage, f"  - {skip}\n  - {down}")
        join_it = f"{{type: {join}, from: [skip{stage}, up{stage}]}}"
        fewer = f"{{type: Conv{rank}d, out_channels: 8, kernel_size: 1}}"
        lines.insert(stage + 1, f"  - {up}\n  - {join_it}\n  - {fewer}")
    return "layers:\n" + "\n".join(lines)


def fits(spec: shapecalc.Spec, shape: Shape) -> bool:
    try:
        spec.summary(input=shape)
    except SpecError:
        return False
    return True


def cases() -> list[tuple[str, Shape]]:
    """Networks with an input that does not fit, drawn until there are enough."""
    random = Random(8)
    found: list[tuple[str, Shape]] = []
    while len(found) < NETWORKS:
        rank = random.choice((1, 2, 2, 2, 3))
        layers = encoder_and_decoder(random, rank)
        most = (90, 60, 24)[rank - 1]
        shape = Shape((*(random.randint(9, most) for _ in range(rank)), random.randint(1, 3)))
        text = f"input: {shape}\n{layers}\n"
        if not fits(shapecalc.loads(text), shape):
            found.append((text, shape))
    return found


@pytest.mark.parametrize(("text", "shape"), cases(), ids=lambda value: str(value)[:12])
def test_what_is_named_fits_and_the_nearest_is_named(text: str, shape: Shape) -> None:
    spec = shapecalc.loads(text)
    with pytest.raises(SpecError) as raised:
        spec.summary()
    hints = [problem.hint or "" for problem in raised.value.problems]
    (hint,) = [hint for hint in hints if " fit" in hint]
    named = [parse_shape(word) for word in re.findall(r"\d+(?:x\d+)+", hint.partition(" fit")[0])]
    assert named
    for each in named:
        assert each.channels == shape.channels
        assert fits(spec, each)
    fitting = []
    for axis, size in enumerate(shape.spatial):  # axes are independent
        around = range(max(1, size - FAR), size + FAR + 1)
        others = [Shape((*named[0][:axis], each, *named[0][axis + 1 :])) for each in around]
        fitting.append([other[axis] for other in others if fits(spec, other)])
    nearest = min(distance(Shape((*sizes, shape.channels)), shape) for sizes in product(*fitting))
    assert min(distance(each, shape) for each in named) == nearest


def distance(one: Shape, other: Shape) -> int:
    return sum(abs(here - there) for here, there in zip(one, other, strict=True))
