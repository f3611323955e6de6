"""Random single layers as a spec writes them: those of `operator_draws`, more types, more wrongs.

Every type that the language has is drawn. What is drawn is mostly right; one thing may then be
changed about it, which is wrong about as often as not.
"""

from __future__ import annotations

from math import prod
from random import Random
from typing import Any, NamedTuple

import draw_attention
import draw_recurrent
import draw_weights
import operator_draws
from draw_tools import chance, maybe, off, shape, wrong_rank

Fields = dict[str, Any]


class Case(NamedTuple):
    """A layer's type, its fields, and the shapes that it takes, channels first."""

    type: str
    fields: Fields
    inputs: list[list[int]]


def reshape(random: Random) -> tuple[Fields, list[list[int]]]:
    """Reshape to the same numbers in another order, or to nearly as many."""
    input = shape(random, random.choice((0, 1, 2, 3)))
    sizes = [prod(input)]
    for _ in range(random.randint(0, 3)):
        place = random.randrange(len(sizes))
        divisors = [number for number in range(1, 9) if sizes[place] % number == 0]
        divisor = random.choice(divisors)
        sizes[place : place + 1] = [divisor, sizes[place] // divisor]
    place = random.randrange(len(sizes))
    sizes[place] = off(random, sizes[place], 0.2)
    written: Any = sizes if len(sizes) > 1 or chance(random, 0.5) else sizes[0]
    if len(sizes) > 1 and chance(random, 0.5):
        written = "x".join(map(str, sizes))
    return {"shape": written}, [input]


def crop(random: Random) -> tuple[Fields, list[list[int]]]:
    """Crop to a size or like another input, from the centre or a corner, and a little too far."""
    input = shape(random, random.choice((1, 2, 3)))
    sizes = [max(1, extent - random.randint(-1, 3)) for extent in input[1:]]
    fields: Fields = maybe(random, 0.5, anchor=lambda: random.choice(("center", "corner")))
    if fields.get("anchor") == "corner" or chance(random, 0.1):
        fields |= maybe(random, 0.5, offset=lambda: random.randint(0, 2))
    if chance(random, 0.5):
        return fields, [input, [random.randint(1, 4), *sizes]]
    return {**fields, "size": sizes}, [input]


def custom(random: Random) -> tuple[Fields, list[list[int]]]:
    """Custom, with some of its figures."""
    inputs = [shape(random, random.choice((0, 1, 2, 3))) for _ in range(random.randint(1, 3))]
    fields = maybe(
        random,
        0.5,
        output=lambda: [random.randint(1, 9) for _ in range(random.randint(1, 4))],
        params=lambda: random.randint(-1, 99),
        buffers=lambda: random.randint(0, 99),
        macs=lambda: random.randint(0, 9999),
    )
    return fields, inputs


def layer_scale(random: Random) -> tuple[Fields, list[list[int]]]:
    """LayerScale, whose channels may be written."""
    input = shape(random, random.choice((0, 1, 2, 3)))
    fields = maybe(random, 0.5, dim=lambda: off(random, input[0]), layer_scale=lambda: 0.1)
    return fields, [input]


def stochastic_depth(random: Random) -> tuple[Fields, list[list[int]]]:
    """StochasticDepth of every probability and mode, and of some that are none."""
    fields: Fields = {
        "p": random.choice((0, 0.2, 0.5, 1, 1, 1.5, -0.1)),
        "mode": random.choice(("row", "batch", "row", "batch", "layer")),
    }
    return fields, [shape(random, random.choice((0, 1, 2, 3)))]


MORE = {
    "Reshape": reshape,
    "Crop": crop,
    "Custom": custom,
    "LayerScale": layer_scale,
    "StochasticDepth": stochastic_depth,
}
"""Who draws the types that are not recorded."""

OWN = {**draw_weights.OWN, **draw_attention.OWN}
"""Who draws the types that are recorded as a spec writes them."""

LIKE = {"SyncBatchNorm": "BatchNorm2d", "LayerNorm2d": "LayerNorm"}
"""The types that are drawn as another one is."""

OPTIONAL = ("in_channels", "in_features", "num_features", "num_channels", "normalized_shape")
"""Fields that a spec may leave out where PyTorch may not."""


def drawn(type: str, random: Random) -> Case:
    """A layer of a type, mostly right."""
    if type in MORE:
        fields, inputs = MORE[type](random)
        return Case(type, fields, inputs)
    if type in draw_recurrent.TYPES:
        return Case(type, *draw_recurrent.layer(type, random))
    if type in OWN:
        return Case(type, *OWN[type](type, random))
    draw = operator_draws.draw(LIKE.get(type, type), random)
    inputs = draw.get("inputs") or [draw["input"]]
    fields = dict(draw["arguments"])
    if len(inputs) > 1 and type != "Bilinear" and chance(random, 0.05):
        inputs = inputs[:-1]
    elif len(inputs) > 1 and chance(random, 0.05):
        inputs[-1] = inputs[-1][:-1] or [*inputs[-1], 1]
    if type == "Linear" and (len(inputs[0]) > 1 or chance(random, 0.2)):
        fields |= maybe(random, 0.9, per_position=lambda: chance(random, 0.95))
    if type == "SyncBatchNorm":
        inputs = [[inputs[0][0], *shape(random, random.choice((0, 1, 2, 3)))[1:]]]
    if type == "LayerNorm2d":
        inputs = [shape(random, wrong_rank(random, 2))]
        channels, height, width = [*inputs[0], 1][:3]
        extents = [height, width, channels][-random.randint(1, 3) :]
        extents[-1] = off(random, extents[-1], 0.2)
        fields["normalized_shape"] = extents
    if type in ("LayerNorm", "LayerNorm2d", "RMSNorm"):
        over_channels = random.choice((None, inputs[0][0], off(random, inputs[0][0])))
        if chance(random, 0.5):
            fields["normalized_shape"] = over_channels
        elif isinstance(fields["normalized_shape"], int):
            fields["normalized_shape"] = [fields["normalized_shape"]]
    if type in (*draw_weights.WEIGHTED, *draw_weights.PADDED) and chance(random, 0.4):
        fields = draw_weights.with_extras(type, fields, random)
    for name in OPTIONAL:
        if name in fields and chance(random, 0.3):
            del fields[name]
    return Case(type, fields, inputs)


DIMS = (-4, -3, -2, -1, 0, 1, 2, 3, 4, "channels", "length", "height", "width", "depth")
NUMBERS = (-1, 0, 0.5, 1, 2, 100)
VALUES: dict[str, tuple[Any, ...]] = {
    "inferred count": (None, 1, 2, 3, 4),
    "count": (0, 1, 2, 3, 4, 6),
    "flag": (True, False),
    "number": NUMBERS,
    "axes": (1, 2, 3, 4, [1, 2], [2, 1], [1, 2, 3], "1x2", "2x2x1"),
    "axes or pairs": (
        *(-1, 0, 1, 2, 3, [1, 0], [0, 1, 2], "2x1", "same", "valid", "same_upper", "same_lower"),
        *([[0, 1]], [[1, 1], [0, 2]], [[0, 1], [1, 0], [1, 1]]),
    ),
    "axes or null": (1, 2, 5, [None, 2], [3, None, 1], "2x3"),
    "counts": (1, 2, 5, [2], [2, 3], [3, 2, 1], "4x2"),
    "integers": (0, 1, -3, 9, [2], [-2, 3], [3, 0, 1]),
    "integer": (-7, -2, -1, 0, 1, 2, 3, 5, 40),
    "dim": DIMS,
    "shape": (1, 7, [2, 3], "4x1x2", 0, "x"),
    "dims": (*DIMS, [0], [1, 2], [0, 2, 1], [2, 3], [-1, 2], ["height", "width"], ["width", 1]),
    "factors": (0.5, 1, 1.5, 2, [2], [1, 2], [0.5, 2, 1.25]),
}
"""Values to try for a field, by its kind; small, so that they are often right."""


def changed(case: Case, fields: Any, random: Random) -> Case:
    """The case with one field written anew, left out, or misspelt, or with an axis more or less.

    fields: the layer type's, by name.
    """
    written = dict(case.fields)
    inputs = [list(input) for input in case.inputs]
    names = [name for name, field in fields.items() if field.kind in VALUES or field.words]
    what = random.choice(("value", "value", "value", "value", "left out", "misspelt", "extent"))
    if what == "value" and names:
        name = random.choice(names)
        field = fields[name]
        words = field.words if field.kind == "word" else ()
        written[name] = random.choice(words or VALUES[field.kind])
        if field.kind == "factors" and chance(random, 0.5):
            written[name] = round(random.uniform(0.05, 5), random.choice((1, 2, 3, 17)))
    elif what == "left out" and written:
        del written[random.choice(list(written))]
    elif what == "misspelt" and written:
        name = random.choice(list(written))
        written[name + "s"] = written.pop(name)
    elif what == "extent" and inputs:
        input = random.choice(inputs)
        input[random.randrange(len(input))] = random.choice((1, 2, 3, 4, 6, 11))
    return Case(case.type, written, inputs)


def led(case: Case, random: Random) -> Case:
    """The case on every part of inputs with axes in front, seldom on more or fewer than those."""
    axes = random.choice((0, 1, 1, 2))
    sizes = [random.choice((1, 2, 3)) for _ in range(axes)]
    inputs = [[input[0], *sizes, *input[1:]] for input in case.inputs]
    return Case(case.type, {**case.fields, "leading": off(random, axes, 0.1)}, inputs)


def draw(type: str, fields: Any, random: Random) -> Case:
    """A layer of a type, about a quarter of them wrong."""
    case = drawn(type, random)
    if "leading" in fields and chance(random, 0.25):
        case = led(case, random)
    return changed(case, fields, random) if chance(random, 0.3) else case
