"""What Python computes of a tree: with floats, where the language is exact."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from math import ceil, floor, isclose, log2, sqrt
from typing import Any

NOT_COMPUTED = (ArithmeticError, LookupError, TypeError, ValueError)
"""What `computed` raises of trees that Python cannot compute."""


def make_divisible(value: Any, divisor: int = 8, min_value: int | None = None) -> int:
    """What `MAKE_DIVISIBLE` computes."""
    rounded = max(min_value or divisor, int((value + divisor / 2) // divisor) * divisor)
    return rounded + divisor if 10 * rounded < 9 * value else rounded


MAKE_DIVISIBLE = '''\
def make_divisible(value: float, divisor: int = 8, min_value: int | None = None) -> int:
    """The multiple of divisor nearest to value, and at least nine tenths of it."""
    rounded = max(min_value or divisor, int((value + divisor / 2) // divisor) * divisor)
    return rounded + divisor if 10 * rounded < 9 * value else rounded'''
"""The function of that name, for the modules that use it."""

CALLED: dict[str, Callable[..., Any]] = {
    "min": min,
    "max": max,
    "abs": abs,
    "round": round,
    "len": len,
    "int": int,
    "math.floor": floor,
    "math.ceil": ceil,
    "math.sqrt": sqrt,
    "math.log2": log2,
    "make_divisible": make_divisible,
}

ARITHMETIC: dict[type[ast.operator], tuple[str, int, Callable[[Any, Any], Any]]] = {
    ast.Add: (" + ", 11, operator.add),
    ast.Sub: (" - ", 11, operator.sub),
    ast.Mult: (" * ", 12, operator.mul),
    ast.Div: (" / ", 12, operator.truediv),
    ast.FloorDiv: (" // ", 12, operator.floordiv),
    ast.Mod: (" % ", 12, operator.mod),
    ast.Pow: (" ** ", 14, operator.pow),
}
"""The operators: how they are written, how strongly they bind, what they compute."""

COMPARISONS: dict[type[ast.cmpop], tuple[str, Callable[[Any, Any], bool]]] = {
    ast.Eq: (" == ", operator.eq),
    ast.NotEq: (" != ", operator.ne),
    ast.Lt: (" < ", operator.lt),
    ast.LtE: (" <= ", operator.le),
    ast.Gt: (" > ", operator.gt),
    ast.GtE: (" >= ", operator.ge),
    ast.Is: (" is ", operator.is_),
    ast.IsNot: (" is not ", operator.is_not),
}


def nearly(found: Any, wanted: Any) -> bool:
    """Whether a number that Python computes is another, but for what rounding adds to it."""
    numbers = all(type(each) in (int, float) for each in (found, wanted))
    return numbers and isclose(found, wanted, rel_tol=1e-12)


class Known(ast.Name):
    """A name that stands for a known value, such as a class."""

    def __init__(self, text: str, value: Any) -> None:
        super().__init__(text, ast.Load())
        self.value = value


def computed(tree: Any, scope: Mapping[str, Any]) -> Any:
    """What Python computes of a tree. Raises one of NOT_COMPUTED where it cannot."""
    kind = type(tree)
    if kind is ast.Constant:
        return tree.value
    if kind is ast.Name:
        return scope[tree.id]
    if kind is Known:
        return tree.value
    if kind is ast.BinOp:
        left, right = computed(tree.left, scope), computed(tree.right, scope)
        return ARITHMETIC[type(tree.op)][2](left, right)
    if kind is ast.UnaryOp:
        operand = computed(tree.operand, scope)
        if isinstance(tree.op, ast.Not):
            return not operand
        return -operand if isinstance(tree.op, ast.USub) else +operand
    if kind is ast.IfExp:
        return computed(tree.body if computed(tree.test, scope) else tree.orelse, scope)
    if kind is ast.BoolOp:
        decisive = isinstance(tree.op, ast.Or)
        for operand in tree.values:
            found = computed(operand, scope)
            if bool(found) is decisive:
                break
        return found
    if kind is ast.Compare:
        left = computed(tree.left, scope)
        for op, comparator in zip(tree.ops, tree.comparators, strict=True):
            right = computed(comparator, scope)
            if not COMPARISONS[type(op)][1](left, right):
                return False
            left = right
        return True
    if kind is ast.Subscript:
        return computed(tree.value, scope)[computed(tree.slice, scope)]
    if kind is ast.Call:
        given = [computed(each, scope) for each in tree.args]
        keywords = {each.arg: computed(each.value, scope) for each in tree.keywords}
        return CALLED[tree.func.id](*given, **keywords)
    return tuple(computed(each, scope) for each in tree.elts)
