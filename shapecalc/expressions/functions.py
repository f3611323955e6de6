"""The functions of the expression language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from shapecalc.expressions.values import (
    FUNCTION_NAMES,
    Number,
    Value,
    bounded,
    exact,
    is_irrational,
    number,
    refusal,
)
from shapecalc.problems.formatting import shown


def _extreme(name: str, pick: Callable[..., Number], values: list[Value], at: list[int]) -> Value:
    first = values[0]
    if len(values) > 1 or not isinstance(first, (list, tuple)):
        return pick(
            number(value, f"{name}()", offset) for value, offset in zip(values, at, strict=True)
        )
    if not first:
        raise refusal(f"{name}() needs at least one value, got an empty list", at[0])
    return pick(number(exact(value, at[0]), f"{name}()", at[0]) for value in first)


def _length(values: list[Value], at: list[int]) -> Value:
    if isinstance(values[0], (list, tuple)):
        return len(values[0])
    raise refusal(f"len() expects a list, got {shown(values[0])}", at[0])


def _make_divisible(values: list[Value], at: list[int]) -> Value:
    """The multiple of `divisor` nearest to `value`; a half is rounded up.

    It is at least `min_value` (default: `divisor`) and at least 9/10 of `value`: how MobileNet
    rounds channels, and `_make_divisible` of torchvision.
    """
    value = number(values[0], "make_divisible()", at[0])
    divisor = _whole(values[1], "divisor", at[1])
    least = divisor if values[2] is None else _whole(values[2], "min_value", at[2])
    rounded = max(least, (2 * value + divisor) // 2 // divisor * divisor)
    if 10 * rounded < 9 * value:
        rounded += divisor
    return bounded(rounded, at[0])


def _whole(value: Value, name: str, offset: int) -> int:
    if type(value) is int and value > 0:
        return value
    raise refusal(f"{name} must be an integer of at least 1, not {shown(value)}", offset)


class Function:
    """A function of the language, with at least one argument.

    compute: from the arguments' values and their offsets in the text to the result.
    most: the maximum number of arguments; None for any number.
    parameters: the names of the arguments that can be passed by keyword.
    defaults: the default of each parameter.
    """

    __slots__ = ("compute", "defaults", "most", "parameters")

    def __init__(
        self,
        compute: Callable[[list[Value], list[int]], Value],
        most: int | None = 1,
        parameters: Mapping[str, Value] | None = None,
    ) -> None:
        self.compute = compute
        self.most = most
        self.parameters = tuple(parameters or ())
        self.defaults = tuple((parameters or {}).values())


def _of_number(name: str, compute: Callable[[Any], Number]) -> Function:
    return Function(lambda values, at: compute(number(values[0], f"{name}()", at[0])))


def _rounding(name: str, compute: Callable[[Any], int]) -> Function:
    """A function to an integer: also of a root or a logarithm that is not rational."""

    def run(values: list[Value], at: list[int]) -> Value:
        value = values[0]
        if is_irrational(value):
            found: int = value.rounded(compute, at[0])
            return bounded(found, at[0])
        return compute(number(value, f"{name}()", at[0]))

    return Function(run)


def _root(values: list[Value], at: list[int]) -> Any:
    from shapecalc.expressions.irrational import root

    value = number(values[0], "sqrt()", at[0])
    if value < 0:
        raise refusal(f"sqrt() expects a number of at least 0, got {shown(value)}", at[0])
    return root(value, f"sqrt({shown(value)})")


def _logarithm(values: list[Value], at: list[int]) -> Any:
    from shapecalc.expressions.irrational import binary_logarithm

    value = number(values[0], "log2()", at[0])
    if value <= 0:
        raise refusal(f"log2() expects a number above 0, got {shown(value)}", at[0])
    return binary_logarithm(value, f"log2({shown(value)})")


FUNCTIONS: dict[str, Function] = {
    "min": Function(lambda values, at: _extreme("min", min, values, at), most=None),
    "max": Function(lambda values, at: _extreme("max", max, values, at), most=None),
    "abs": _of_number("abs", abs),
    "round": _rounding("round", round),
    "floor": _rounding("floor", lambda value: cast("int", value // 1)),
    "ceil": _rounding("ceil", lambda value: cast("int", -(-value // 1))),
    "len": Function(_length),
    "make_divisible": Function(
        _make_divisible, most=3, parameters={"value": None, "divisor": 8, "min_value": None}
    ),
    "log2": Function(_logarithm),
    "sqrt": Function(_root),
}
assert tuple(FUNCTIONS) == FUNCTION_NAMES
