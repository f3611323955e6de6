"""Functions of single numbers, and shares of numbers along an axis."""

from __future__ import annotations

from math import inf, prod
from typing import TYPE_CHECKING, Any

from shapecalc.importers.onnx.arrays import Array
from shapecalc.importers.onnx.tensors import plain_float
from shapecalc.importers.onnx.values import BATCH

if TYPE_CHECKING:
    from shapecalc.importers.onnx.conversion import Conversion, Operator
    from shapecalc.importers.onnx.model import OnnxNode


def _plain(type: str) -> Operator:
    """A layer without fields."""

    def convert(conversion: Conversion, node: OnnxNode) -> None:
        conversion.simple(node, type)

    return convert


def _with_number(type: str, field: str, attribute: str, default: float, usual: float) -> Operator:
    """A layer with a number. default: of the attribute; usual: of the field."""

    def convert(conversion: Conversion, node: OnnxNode) -> None:
        number = node.float(attribute, default)
        conversion.simple(node, type, {} if number == usual else {field: number})

    return convert


def _clip(conversion: Conversion, node: OnnxNode) -> None:
    low = _bound(conversion, node, "min", 1, -inf)
    high = _bound(conversion, node, "max", 2, inf)
    if (low, high) == (0, 6):
        conversion.simple(node, "ReLU6")
    elif (low, high) == (0, inf):
        conversion.simple(node, "ReLU")
    elif low > -inf and high < inf:
        conversion.simple(node, "Hardtanh", {"min_val": low, "max_val": high})
    else:
        bound = "at least" if low > -inf else "at most"
        _noted(conversion, node, f"the function that keeps {bound} {low if low > -inf else high}")


def _bound(conversion: Conversion, node: OnnxNode, name: str, index: int, default: float) -> float:
    if node.has(name):
        number = node.float(name, default)
    elif not node.input(index):
        return default
    else:
        array = conversion.numbers(node, index)
        if len(array.values) != 1:
            raise conversion.refused(node, f"its {name} is not one number")
        number = plain_float(float(array.values[0]))
    if abs(number) > 3e38:
        return inf if number > 0 else -inf
    return int(number) if number == int(number) else number


def _softmax(type: str) -> Operator:
    def convert(conversion: Conversion, node: OnnxNode) -> None:
        tensor = conversion.tensor(node)
        dims = tensor.dims
        is_old = conversion.opset < 13
        axis = conversion.axis(node, node.integer("axis", 1 if is_old else -1), len(dims))
        if is_old and prod(dims[axis:]) != dims[axis]:
            raise conversion.stop(node, "no layer type has shares over several axes")
        if tensor.axes[axis] == BATCH:
            raise conversion.stop(node, "it works along the batch")
        conversion.simple(node, type, {"dim": tensor.axes[axis]})

    return convert


def _prelu(conversion: Conversion, node: OnnxNode) -> None:
    tensor = conversion.tensor(node)
    slopes = conversion.weight(node, 1)
    count = prod(slopes.dims)
    fields: dict[str, Any] = {} if count == 1 else {"num_parameters": count}
    if count > 1:
        if count != max(slopes.dims):
            raise conversion.stop(node, "its slopes are not one for each channel")
        axis = len(tensor.axes) - len(slopes.dims) + slopes.dims.index(count)
        if conversion.opset < 7 or axis < 0 or tensor.dims[axis] != count:
            axis = 1
        if tensor.dims[axis : axis + 1] != (count,):
            raise conversion.stop(node, "its slopes are not one for each channel")
        tensor = conversion.channels_at(tensor, node, axis)
    conversion.add_weighted(node, "PReLU", fields, tensor, (slopes,))


def _shrink(conversion: Conversion, node: OnnxNode) -> None:
    lambd, bias = node.float("lambd", 0.5), node.float("bias", 0.0)
    if bias not in (0, lambd):
        raise conversion.stop(node, "no layer type moves numbers by something else than a bound")
    fields = {} if lambd == 0.5 else {"lambd": lambd}
    conversion.simple(node, "Softshrink" if bias else "Hardshrink", fields)


def _threshold(conversion: Conversion, node: OnnxNode) -> None:
    fields = {"threshold": node.float("alpha", 1.0), "value": node.float("value", 0.0)}
    conversion.simple(node, "Threshold", fields)


def _hardsigmoid(conversion: Conversion, node: OnnxNode) -> None:
    alpha, beta = node.float("alpha", 0.2), node.float("beta", 0.5)
    if abs(alpha - 1 / 6) < 1e-4 and beta == 0.5:
        conversion.simple(node, "Hardsigmoid")
        return
    note = f"with a slope of {alpha:g} and {beta:g} at 0"
    conversion.network.remark("a Hardsigmoid of another slope than PyTorch's is said in its note")
    conversion.simple(node, "Hardsigmoid", note=note)


def _gelu(conversion: Conversion, node: OnnxNode) -> None:
    if node.input(1):
        raise conversion.stop(node, "it adds a bias, too")
    tanh = node.op == "GeluTanh" or node.text("approximate", "none") == "tanh"
    conversion.simple(node, "GELU", {"approximate": "tanh"} if tanh else {})


def _dropout(conversion: Conversion, node: OnnxNode) -> None:
    chance = node.float("ratio", 0.5)
    given = conversion.constant(node, 1)
    if isinstance(given, Array) and len(given.values) == 1:
        chance = plain_float(float(given.values[0]))
    conversion.simple(node, "Dropout", {} if chance == 0.5 else {"p": chance})


def _noted(conversion: Conversion, node: OnnxNode, note: str) -> None:
    """A function that leaves the shape, costs nothing that is counted and is no layer type."""
    conversion.network.remark("a function that is no layer type is an Identity with a note")
    conversion.simple(node, "Identity", note=note)


def _function(conversion: Conversion, node: OnnxNode) -> None:
    _noted(conversion, node, f"the function {_CALLED.get(node.op, node.op.lower())}")


def _power(conversion: Conversion, node: OnnxNode) -> None:
    exponent = conversion.constant(node, 1)
    if not isinstance(exponent, Array) or len(exponent.values) != 1:
        raise conversion.stop(node, "its exponent is not one number that is known")
    _noted(conversion, node, f"to the power of {plain_float(float(exponent.values[0])):g}")


def _identity(conversion: Conversion, node: OnnxNode) -> None:
    conversion.set(node, conversion.value(node, 0))


_FUNCTIONS = """
Abs Acos Acosh Asin Asinh Atan Atanh Ceil Cos Cosh Erf Exp Floor Log LpNormalization Neg Normalized
Reciprocal Round Sign Sin Sinh Sqrt Tan
"""
"""The functions of single numbers, and of vectors to those of length 1."""

_CALLED = {"LpNormalization": "normalize", "Normalized": "normalize"}

ACTIVATION_OPERATORS: dict[str, Operator] = {
    "Relu": _plain("ReLU"),
    "Sigmoid": _plain("Sigmoid"),
    "Tanh": _plain("Tanh"),
    "HardSwish": _plain("Hardswish"),
    "Swish": _plain("SiLU"),
    "Mish": _plain("Mish"),
    "Softplus": _plain("Softplus"),
    "Softsign": _plain("Softsign"),
    "Selu": _plain("SELU"),
    "Shrink": _shrink,
    "ThresholdedRelu": _threshold,
    "Threshold": _threshold,
    "Softmin": _softmax("Softmin"),
    "LogSigmoid": _plain("LogSigmoid"),
    "Tanhshrink": _plain("Tanhshrink"),
    "HardSigmoidOfPyTorch": _plain("Hardsigmoid"),
    "Gelu": _gelu,
    "GeluTanh": _gelu,
    "LeakyRelu": _with_number("LeakyReLU", "negative_slope", "alpha", 0.01, 0.01),
    "Elu": _with_number("ELU", "alpha", "alpha", 1.0, 1.0),
    "Celu": _with_number("CELU", "alpha", "alpha", 1.0, 1.0),
    "HardSigmoid": _hardsigmoid,
    "PRelu": _prelu,
    "Clip": _clip,
    "Softmax": _softmax("Softmax"),
    "LogSoftmax": _softmax("LogSoftmax"),
    "Dropout": _dropout,
    "Identity": _identity,
    "Cast": _identity,
    "CastLike": _identity,
    "Pow": _power,
    **dict.fromkeys(_FUNCTIONS.split(), _function),
}
