"""Trees as text, as formatters write expressions."""

from __future__ import annotations

import ast
import re
from typing import Any

from shapecalc.render.code.computing import ARITHMETIC, COMPARISONS, Known

_IF, _OR, _AND, _NOT, _COMPARED, _SIGNED, _ATOM = 1, 4, 5, 6, 7, 13, 16
"""How strongly the other nodes bind."""


def source(tree: Any, least: int = 0) -> str:
    """A tree as text, in parentheses where it binds less than `least`."""
    kind = type(tree)
    if kind is ast.Constant:
        return _literal(tree.value)
    if kind is ast.Name or kind is Known:
        text: str = tree.id
        return text
    if kind is ast.BinOp:
        text, own = _chain(tree)
    elif kind is ast.UnaryOp:
        negated = isinstance(tree.op, ast.Not)
        sign = "not " if negated else "-" if isinstance(tree.op, ast.USub) else "+"
        own = _NOT if negated else _SIGNED
        is_power = isinstance(tree.operand, ast.BinOp) and isinstance(tree.operand.op, ast.Pow)
        text = sign + source(tree.operand, _ATOM if is_power else own)
    elif kind is ast.IfExp:
        own = _IF
        body, test = source(tree.body, _IF + 1), source(tree.test, _IF + 1)
        text = f"{body} if {test} else {source(tree.orelse, _IF)}"
    elif kind is ast.BoolOp:
        own, word = (_OR, " or ") if isinstance(tree.op, ast.Or) else (_AND, " and ")
        text = word.join(source(each, own + 1) for each in tree.values)
    elif kind is ast.Compare:
        own = _COMPARED
        text = source(tree.left, own + 1)
        for op, right in zip(tree.ops, tree.comparators, strict=True):
            text += COMPARISONS[type(op)][0] + source(right, own + 1)
    elif kind is ast.Subscript:
        own = _ATOM
        text = f"{source(tree.value, _ATOM)}[{source(tree.slice)}]"
    elif kind is ast.Call:
        own = _ATOM
        given = [source(each) for each in tree.args]
        given += [f"{each.arg}={source(each.value)}" for each in tree.keywords]
        text = f"{tree.func.id}({', '.join(given)})"
    else:
        own = _ATOM
        parts = [source(each) for each in tree.elts]
        text = f"({parts[0]},)" if len(parts) == 1 else f"({', '.join(parts)})"
    return f"({text})" if own < least else text


def _chain(tree: ast.BinOp) -> tuple[str, int]:
    """A chain of operators, its left operands in a loop: it may be a long one."""
    symbol, own, _ = ARITHMETIC[type(tree.op)]
    if isinstance(tree.op, ast.Pow):
        left, right = source(tree.left, own + 1), source(tree.right, own - 1)
        tight = _SIMPLE.fullmatch(left) and _SIMPLE.fullmatch(right)
        return f"{left}{'**' if tight else symbol}{right}", own
    parts: list[str] = []
    node: ast.expr = tree
    while isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Pow):
        inner, binds, _ = ARITHMETIC[type(node.op)]
        if binds != own:
            break
        parts += [source(node.right, own + 1), inner]
        node = node.left
    parts.append(source(node, own))
    return "".join(reversed(parts)), own


_SIMPLE = re.compile(r"(?:[-+]*[\w.]+(?:\*\*)?)+")
"""The operands of a power that formatters write without spaces."""


def _literal(value: Any) -> str:
    if isinstance(value, str):
        quoted = value.encode("unicode_escape").decode("ascii").replace('"', '\\"')
        return f'"{quoted}"'
    return repr(value).replace("e-0", "e-")
