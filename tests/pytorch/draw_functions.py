"""Random activations and dropouts: functions of single numbers or along one axis."""

from __future__ import annotations

from random import Random
from typing import Any

from draw_tools import Draw, chance, flag, maybe, off, shape, wrong_rank


def pointwise(name: str, random: Random) -> Draw:
    """Activations without arguments, on any shape."""
    in_place = name in ("ReLU", "ReLU6", "SELU", "SiLU", "Mish", "Hardswish", "Hardsigmoid")
    arguments = maybe(random, 0.3 if in_place else 0, inplace=flag(random))
    return {"arguments": arguments, "input": shape(random, random.choice((0, 1, 2, 2, 3, 4)))}


ACTIVATION_ARGUMENTS: dict[str, dict[str, tuple[Any, ...]]] = {
    "ELU": {"alpha": (1, 0.5, 0, -1), "inplace": (True, False)},
    "CELU": {"alpha": (1, 0.5, 0, -1), "inplace": (True, False)},
    "LeakyReLU": {"negative_slope": (0.2, 0, -0.1), "inplace": (True, False)},
    "RReLU": {"lower": (0.1, 0.2, 0.5), "upper": (0.3, 0.5, 0.05), "inplace": (True, False)},
    "GELU": {"approximate": ("none", "tanh", "erf")},
    "Hardtanh": {"min_val": (-2, 0, 1), "max_val": (1, 2, 0), "inplace": (True, False)},
    "Hardshrink": {"lambd": (0.5, 0, -0.5)},
    "Softshrink": {"lambd": (0.5, 0, 1, -0.5)},
    "Softplus": {"beta": (1, 2, 0.5, -1), "threshold": (20, 5, -1)},
    "Threshold": {"threshold": (0, 0.1, -1), "value": (0, 20, -0.5)},
}


def activation(name: str, random: Random) -> Draw:
    """Activations with numbers, some of which they cannot take."""
    values = ACTIVATION_ARGUMENTS[name]
    share = 1.0 if name == "Threshold" else 0.6
    arguments = {
        argument: random.choice(choices)
        for argument, choices in values.items()
        if chance(random, share)
    }
    return {"arguments": arguments, "input": shape(random, random.choice((0, 1, 2, 2, 3)))}


def prelu(name: str, random: Random) -> Draw:
    """PReLU with one slope, one for each channel, or another number."""
    input = shape(random, random.choice((0, 1, 2, 2, 3)))
    slopes = random.choice((1, input[0], off(random, input[0], 1)))
    arguments: Draw = {} if chance(random, 0.1) else {"num_parameters": slopes}
    return {"arguments": arguments | maybe(random, 0.1, init=lambda: 0.1), "input": input}


def along_an_axis(name: str, random: Random) -> Draw:
    """GLU, Softmax, Softmin and LogSoftmax: `dim` counts the batch as 0."""
    input = shape(random, random.choice((0, 1, 2, 2, 3)))
    if name == "Softmax2d":
        return {"arguments": {}, "input": shape(random, random.choice((0, 2, 2, 3)))}
    arguments: Draw = {}
    if name != "GLU" or chance(random, 0.85):
        arguments["dim"] = random.randint(-len(input) - 2, len(input) + 1)
    if name != "GLU" and chance(random, 0.2):
        arguments = random.choice(({}, {"dim": None}))
    return {"arguments": arguments, "input": input}


def dropout(name: str, random: Random) -> Draw:
    """Dropout and its kin in eval mode: probabilities, of which some are none, and ranks."""
    probabilities = (0, 0.1, 0.3, 0.5, 1, 1, 1.5, -0.1)
    arguments = maybe(random, 0.8, p=lambda: random.choice(probabilities))
    arguments |= maybe(random, 0.3, inplace=flag(random))
    fixed = int(name[-2]) if name[-1] == "d" else random.choice((0, 1, 2, 3))
    return {"arguments": arguments, "input": shape(random, wrong_rank(random, fixed))}
