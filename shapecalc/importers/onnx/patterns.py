"""The patterns that exporters write out, where a layer has no operator of its own."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from shapecalc.importers.onnx.rewriting import PatternRule

if TYPE_CHECKING:
    from shapecalc.importers.onnx.model import OnnxNode
    from shapecalc.importers.onnx.rewriting import Match

    Attributes = dict[str, float | int | list[int]]

_CENTRED = "Sub(x, ReduceMean(x))"
_NORMED = f"Div({_CENTRED}, Sqrt(Add(ReduceMean(Pow({_CENTRED}, 2)), number)))"
_NORMED_BY_PRODUCT = f"Div({_CENTRED}, Sqrt(Add(ReduceMean(Mul({_CENTRED}, {_CENTRED})), number)))"
_MEAN_SQUARE = "Sqrt(Add(ReduceMean(Pow(x, 2)), number))"
_LENGTH = "ReduceL2(x)"
_RESPONSE = f"Mul(x, Div({_LENGTH}, Add(ReduceMean({_LENGTH}), number)))"
_GROUPED = "Reshape(InstanceNormalization(Reshape(x, Split), Ones, Zeros), shape)"
_TURNED = "Concat(Neg({0}(x)), {0}(x))"
_SCORES = (
    "MatMul(Mul(q, s), Mul(k, t))",
    "MatMul(Mul(q, s), k)",
    "MatMul(Div(q, d), k)",
    "Mul(MatMul(q, k), s)",
    "Div(MatMul(q, k), d)",
    "MatMul(q, k)",
)
_SHARES = ("Softmax({0})", "Where(IsNaN(Softmax({0})), 0, Softmax({0}))")
_CUBIC = "Mul(0.7978845, Add(x, Mul(0.044715, Pow(x, 3))))"
_CUBIC_BY_PRODUCT = "Mul(0.7978845, Add(x, Mul(0.044715, Mul(x, Mul(x, x)))))"


def _bounds(match: Match, node: OnnxNode) -> tuple[float | None, float | None]:
    """The bounds of a Clip."""
    found = []
    for index, name in ((1, "min"), (2, "max")):
        number = match.links.number(node.input(index))
        found.append(node.float(name, 0.0) if node.has(name) else number)
    return found[0], found[1]


def _to_six(match: Match) -> Attributes | None:
    return {} if all(_bounds(match, node) == (0, 6) for node in match.of("Clip")) else None


def _sixth(match: Match) -> Attributes | None:
    """A HardSigmoid that is PyTorch's."""
    for node in match.of("HardSigmoid"):
        if abs(node.float("alpha", 0.2) - 1 / 6) > 1e-4 or node.float("beta", 0.5) != 0.5:
            return None
    return {}


def _normed(match: Match) -> Attributes | None:
    """The axes of the means, which are all the same, and what is added to the variance."""
    axes = _kept_axes(match, "ReduceMean")
    if axes is None:
        return None
    return {"axes": axes, "epsilon": match.number("number")}


def _one_axis(match: Match) -> Attributes | None:
    """A length along one axis, and nothing but a bound at its bottom."""
    low = [match.links.number(node.input(1)) for node in match.of("Clip")]
    axes = _kept_axes(match, "ReduceL2")
    good = axes is not None and len(axes) == 1
    small = all(each is not None and 0 <= each < 1e-3 for each in low)
    return {} if good and small else None


def _response(match: Match) -> Attributes | None:
    """The axes of the lengths, and of their mean, the channels."""
    axes, channels = _kept_axes(match, "ReduceL2"), _kept_axes(match, "ReduceMean")
    if axes is None or channels is None or len(channels) != 1:
        return None
    return {"axes": axes, "channels": channels[0], "epsilon": match.number("number")}


def _kept_axes(match: Match, op: str) -> list[int] | None:
    """The axes of all reductions of an operator, which stay as axes of one place; None where they
    differ or are gone."""
    found: list[list[int] | None] = []
    for node in match.of(op):
        known = node.integers("axes") if node.has("axes") else match.links.numbers(node.input(1))
        found.append(known if node.integer("keepdims", 1) else None)
    return found[0] if all(each == found[0] for each in found) else None


def _grouped(match: Match) -> Attributes | None:
    """The number of groups, which is how many scales there are before the true ones."""
    links = match.links
    ones = links.constants.get(match.names["Ones"])
    split = links.numbers(match.names["Split"])
    if ones is None or split is None or len(split) != 3 or split[1:] != [prod(ones.dims), -1]:
        return None
    eps = match.of("InstanceNormalization")[0].float("epsilon", 1e-5)
    return {"num_groups": split[1], "epsilon": float(eps)}


def _biased(match: Match) -> Attributes | None:
    """A sum that is a bias: a number for each feature, the last axis."""
    links = match.links
    bias, weight = (links.constants.get(match.names[word]) for word in ("Bias", "Weight"))
    if bias is None or not bias.dims or prod(bias.dims) != bias.dims[-1]:
        return None
    return {} if weight is None or weight.dims[-1:] == bias.dims[-1:] else None


def _along(match: Match) -> Attributes | None:
    softmax = match.of("Softmax")[0]
    return {"axis": softmax.integer("axis", -1)} if softmax.has("axis") else {}


def _hard(match: Match) -> Attributes | None:
    return {"lambd": match.number("number"), "bias": 0.0}


def _soft(match: Match) -> Attributes | None:
    return {"lambd": match.number("number"), "bias": match.number("number")}


def _replaced(match: Match) -> Attributes | None:
    return {"alpha": match.number("number"), "value": match.number("other")}


PATTERNS = (
    # products with a matrix, and normalizations
    PatternRule("Add(MatMul(x, Weight), Bias)", "Linear", "x Weight Bias", _biased),
    *(
        PatternRule(pattern.format(normed), "LayerNorm", inputs, _normed)
        for normed in (_NORMED, _NORMED_BY_PRODUCT)
        for pattern, inputs in (
            ("Add(Mul({}, Scale), Bias)", "x Scale Bias"),
            ("Mul({}, Scale)", "x Scale"),
            ("{}", "x"),
        )
    ),
    PatternRule(f"Mul(Div(x, {_MEAN_SQUARE}), Scale)", "RMSNorm", "x Scale", _normed),
    PatternRule(f"Mul(Mul(x, Div(1, {_MEAN_SQUARE})), Scale)", "RMSNorm", "x Scale", _normed),
    PatternRule(f"Mul(Mul(x, Reciprocal({_MEAN_SQUARE})), Scale)", "RMSNorm", "x Scale", _normed),
    *(
        PatternRule(pattern.format(_RESPONSE), "GlobalResponseNorm", "x Scale Bias", _response)
        for pattern in (
            "Add(x, Add(Bias, Mul(Mul(Scale, {}), 1)))",
            "Add(x, Add(Bias, Mul(Scale, {})))",
        )
    ),
    PatternRule(f"Div(x, Expand(Clip({_LENGTH}), shape))", "Normalized", "x", _one_axis),
    PatternRule(f"Div(x, Clip({_LENGTH}))", "Normalized", "x", _one_axis),
    PatternRule(f"Add(Mul({_GROUPED}, Scale), Bias)", "GroupNorm", "x Scale Bias shape", _grouped),
    PatternRule(_GROUPED, "GroupNorm", "x Ones Zeros shape", _grouped),
    *(
        PatternRule(
            f"MatMul({shares.format(masked.format(scores))}, v)",
            "Attention",
            "q k v mask s t d",
            _along,
            keeps_parts=True,
        )
        for masked in ("Add({}, mask)", "{}")
        for scores in _SCORES
        for shares in _SHARES
    ),
    # activations
    *(
        PatternRule(pattern.format(erf), "Gelu")
        for erf in ("Erf(Div(x, 1.4142135))", "Erf(Mul(x, 0.70710678))")
        for pattern in (
            "Mul(Mul(x, Add({}, 1)), 0.5)",
            "Mul(Mul(x, 0.5), Add({}, 1))",
            "Mul(x, Mul(0.5, Add({}, 1)))",
            "Div(Mul(x, Add({}, 1)), 2)",
            "Mul(x, Div(Add({}, 1), 2))",
        )
    ),
    *(
        PatternRule(pattern.format(cubic), "GeluTanh")
        for cubic in (_CUBIC, _CUBIC_BY_PRODUCT)
        for pattern in (
            "Mul(Mul(x, 0.5), Add(Tanh({}), 1))",
            "Mul(x, Mul(0.5, Add(Tanh({}), 1)))",
            "Mul(Mul(x, Add(Tanh({}), 1)), 0.5)",
        )
    ),
    PatternRule("Mul(x, Sigmoid(x))", "Swish"),
    PatternRule("Mul(x, Tanh(Softplus(x)))", "Mish"),
    PatternRule("Mul(x, HardSigmoid(x))", "HardSwish", "x", _sixth),
    PatternRule("Div(Mul(x, Clip(Add(x, 3))), 6)", "HardSwish", "x", _to_six),
    PatternRule("Mul(Mul(x, Clip(Add(x, 3))), 0.16666667)", "HardSwish", "x", _to_six),
    PatternRule("Mul(x, Div(Clip(Add(x, 3)), 6))", "HardSwish", "x", _to_six),
    PatternRule("Mul(x, Mul(Clip(Add(x, 3)), 0.16666667))", "HardSwish", "x", _to_six),
    PatternRule("Div(Clip(Add(x, 3)), 6)", "HardSigmoidOfPyTorch", "x", _to_six),
    PatternRule("Mul(Clip(Add(x, 3)), 0.16666667)", "HardSigmoidOfPyTorch", "x", _to_six),
    PatternRule("Where(Greater(x, 20), x, Softplus(x))", "Softplus"),
    PatternRule("Where(IsNaN(Softmax(x)), 0, Softmax(x))", "Softmax", "x", _along),
    PatternRule("Softmax(Neg(x))", "Softmin", "x", _along),
    PatternRule("Where(LessOrEqual(Abs(x), number), 0, x)", "Shrink", "x", _hard),
    PatternRule(
        "Where(Greater(Abs(x), number), Sub(x, Mul(Sign(x), number)), Mul(x, 0))",
        "Shrink",
        "x",
        _soft,
    ),
    PatternRule("Where(LessOrEqual(x, number), other, x)", "Threshold", "x", _replaced),
    *(
        PatternRule(f"Add(Mul(x, c), Mul({_TURNED.format(parts)}, s))", "Rotated", "x c s")
        for parts in ("Slice", "Split")
    ),
    PatternRule("Log(Sigmoid(x))", "LogSigmoid"),
    PatternRule("Div(x, Add(Abs(x), 1))", "Softsign"),
    PatternRule("Sub(x, Tanh(x))", "Tanhshrink"),
)
"""Every pattern; of those that end in the same operator, the longer first."""
