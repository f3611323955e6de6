"""What a derivation says, computed by Python: its whole arithmetic and nothing else."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ceil
from typing import Any

NONE: Mapping[str, int] = {}

OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Pow: operator.pow,
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


def evaluated(text: str, names: Mapping[str, int] = NONE) -> int:
    """The value of a derivation, or of a formula whose names have these values."""
    values: dict[str, int] = {}
    for index, name in enumerate(sorted(names, key=len, reverse=True)):  # names of layers are any
        text = re.sub(rf"(?<![\w.\]]){re.escape(name)}(?![\w.\[])", f"x{index}", text)
        values[f"x{index}"] = names[name]
    found = _value(ast.parse(text, mode="eval").body, values)
    assert found.denominator == 1, text
    return int(found)


def _value(node: ast.expr, names: Mapping[str, int]) -> Fraction:
    text = ast.unparse(node)
    if isinstance(node, ast.Name):
        return Fraction(names[node.id])
    if isinstance(node, ast.Constant):
        assert type(node.value) is int
        return Fraction(node.value)
    if isinstance(node, ast.UnaryOp):
        assert isinstance(node.op, ast.USub)
        return -_value(node.operand, names)
    if isinstance(node, ast.Call):
        assert ast.unparse(node.func) == "ceil"
        return Fraction(ceil(_value(node.args[0], names)))
    assert isinstance(node, ast.BinOp), text
    left, right = _value(node.left, names), _value(node.right, names)
    return Fraction(OPERATORS[type(node.op)](left, right))
