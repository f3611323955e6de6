"""A spec's expressions as trees of Python's: put into one another, and folded.

The trees are those of `ast`. The language is a part of Python's but for a few words, so that most
expressions are written as they stand.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

from shapecalc.expressions.syntax import parse_tree
from shapecalc.expressions.values import CONSTANTS
from shapecalc.render.code.computing import CALLED, NOT_COMPUTED, Known, computed
from shapecalc.render.code.writing import source

Tree = ast.expr

LARGEST_TREE = 160
"""The most nodes of a tree that others are put into: a larger one is said otherwise."""

IN_MATH = {name: f"math.{name}" for name in ("floor", "ceil", "sqrt", "log2")}
"""The functions of the language that Python has in `math`."""

_OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.Lt: ast.GtE,
    ast.Gt: ast.LtE,
    ast.Is: ast.IsNot,
}
_OPPOSITES |= {other: own for own, other in _OPPOSITES.items()}


def constant(value: Any) -> Tree:
    """A value as a tree: a number, a truth value, text, None, or a tuple of such."""
    if isinstance(value, (tuple, list)):
        return ast.Tuple([constant(each) for each in value], ast.Load())
    if isinstance(value, Fraction):
        value = value.numerator if value.denominator == 1 else float(value)
    if not isinstance(value, (bool, str, type(None))) and value < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


def name(text: str) -> Tree:
    """A name as a tree."""
    return ast.Name(text, ast.Load())


@lru_cache(4096)
def tree_of(text: str) -> Tree:
    """The tree of an expression of the language, in Python's words."""
    return _in_python(parse_tree(text)[0])


def _in_python(tree: Tree) -> Tree:
    return mapped(tree, _word_in_python)


def _word_in_python(tree: Tree) -> Tree:
    if isinstance(tree, ast.Name):
        return ast.Constant(CONSTANTS[tree.id]) if tree.id in CONSTANTS else tree
    if isinstance(tree, ast.List):
        return ast.Tuple(tree.elts, ast.Load())
    if isinstance(tree, ast.Call):
        assert isinstance(tree.func, ast.Name)
        called = IN_MATH.get(tree.func.id, tree.func.id)
        return ast.Call(ast.Name(called, ast.Load()), tree.args, tree.keywords)
    if isinstance(tree, ast.Compare):
        sides = [tree.left, *tree.comparators]
        singletons = [_is_singleton(side) for side in sides]
        operators = [
            {ast.Eq: ast.Is, ast.NotEq: ast.IsNot}.get(type(op), type(op))()
            if before or after
            else op
            for op, before, after in zip(tree.ops, singletons, singletons[1:], strict=False)
        ]
        return ast.Compare(tree.left, operators, tree.comparators)
    return tree


def _is_singleton(tree: Tree) -> bool:
    return isinstance(tree, ast.Constant) and any(
        tree.value is each for each in (None, True, False)
    )


def mapped(tree: Tree, change: Callable[[Tree], Tree]) -> Tree:
    """The tree with every node changed, from the leaves up."""
    if isinstance(tree, (ast.Constant, ast.Name)):
        return change(tree)
    fields: dict[str, Any] = {}
    for field, value in ast.iter_fields(tree):
        if isinstance(value, list):
            fields[field] = [_mapped_part(each, change) for each in value]
        else:
            fields[field] = _mapped_part(value, change)
    if isinstance(tree, ast.Call):
        fields["func"] = tree.func
    return change(type(tree)(**fields))


def _mapped_part(part: Any, change: Callable[[Tree], Tree]) -> Any:
    if isinstance(part, ast.keyword):
        return ast.keyword(part.arg, mapped(part.value, change))
    return mapped(part, change) if isinstance(part, ast.expr) else part


def put(tree: Tree, names: Mapping[str, Tree]) -> Tree:
    """The tree with other trees in place of some names, folded."""
    if isinstance(tree, ast.Constant):
        return tree
    if isinstance(tree, ast.Name):
        return names.get(tree.id, tree)
    return mapped(
        tree, lambda node: names.get(node.id, node) if isinstance(node, ast.Name) else _fold(node)
    )


def node_count(tree: Tree) -> int:
    """How many nodes a tree has."""
    return 1 if isinstance(tree, (ast.Constant, ast.Name)) else sum(1 for _ in ast.walk(tree))


def names_read(tree: Tree) -> set[str]:
    """The names that a tree reads, without those of functions."""
    if isinstance(tree, ast.Constant):
        return set()
    found = {node.id for node in ast.walk(tree) if type(node) is ast.Name}
    return found - CALLED.keys()


def functions_called(tree: Tree) -> set[str]:
    """The functions that a tree calls."""
    if isinstance(tree, (ast.Constant, ast.Name)):
        return set()
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {called.id for called in calls if isinstance(called, ast.Name)}


def _is(tree: Tree, value: int) -> bool:
    return isinstance(tree, ast.Constant) and type(tree.value) is int and tree.value == value


def added(left: Tree, right: Tree) -> Tree:
    """The sum of two trees, the constants in it together at the end."""
    if isinstance(right, ast.BinOp) and isinstance(right.op, ast.Add):
        return added(added(left, right.left), right.right)
    if (
        isinstance(right, ast.Constant)
        and isinstance(left, ast.BinOp)
        and isinstance(left.op, ast.Add)
        and isinstance(left.right, ast.Constant)
    ):
        return added(left.left, added(left.right, right))
    return _fold(ast.BinOp(left, ast.Add(), right))


def times(left: Tree, right: Tree) -> Tree:
    """The product of two trees."""
    return _fold(ast.BinOp(left, ast.Mult(), right))


def floor_divided(left: Tree, right: Tree) -> Tree:
    """The quotient of two trees, without what remains."""
    return _fold(ast.BinOp(left, ast.FloorDiv(), right))


def opposite(tree: Tree) -> Tree:
    """What is true where a condition is not."""
    return _fold(ast.UnaryOp(ast.Not(), tree))


def conditional(test: Tree, then: Tree, other: Tree) -> Tree:
    """One tree where a test holds, else the other."""
    if source(then) == source(other):
        return then
    return _fold(ast.IfExp(test, then, other))


def _is_constant(tree: Any) -> bool:
    if isinstance(tree, (ast.Tuple, ast.List)):
        return all(map(_is_constant, tree.elts))
    return isinstance(tree, (ast.Constant, Known))


def _fold(tree: Tree) -> Tree:
    """A node whose operands are folded, with what is known of it computed."""
    if isinstance(tree, ast.BinOp):
        left, op, right = tree.left, tree.op, tree.right
        if isinstance(op, (ast.Mult, ast.FloorDiv)) and _is(right, 1):
            return left
        if isinstance(op, ast.Mult) and _is(left, 1):
            return right
        if isinstance(op, (ast.Add, ast.Sub)) and _is(right, 0):
            return left
        if isinstance(op, ast.Add) and _is(left, 0):
            return right
        known = _is_constant(left) and _is_constant(right) and not isinstance(op, ast.Pow)
    elif isinstance(tree, ast.IfExp):
        if isinstance(tree.test, ast.Constant):
            return tree.body if tree.test.value else tree.orelse
        known = False
    elif isinstance(tree, ast.BoolOp):
        return _folded_logic(tree)
    elif isinstance(tree, ast.UnaryOp):
        operand = tree.operand
        if (
            isinstance(tree.op, ast.Not)
            and isinstance(operand, ast.Compare)
            and len(operand.ops) == 1
        ):
            other = _OPPOSITES[type(operand.ops[0])]()
            return ast.Compare(operand.left, [other], operand.comparators)
        known = isinstance(tree.op, ast.Not) and _is_constant(operand)
    elif isinstance(tree, ast.Compare):
        chosen = _chosen(tree)
        if chosen is not None:
            return chosen
        known = all(map(_is_constant, (tree.left, *tree.comparators)))
    elif isinstance(tree, ast.Subscript):
        known = _is_constant(tree.value) and _is_constant(tree.slice)
    elif isinstance(tree, ast.Call):
        known = all(map(_is_constant, (*tree.args, *(each.value for each in tree.keywords))))
    else:
        known = False
    if known:
        try:
            return constant(computed(tree, {}))
        except NOT_COMPUTED:
            pass
    return tree


def _chosen(tree: ast.Compare) -> Tree | None:
    """A comparison of one of two constants with another, as the test that chooses it."""
    left, right = tree.left, tree.comparators[0]
    if len(tree.ops) > 1 or not isinstance(left, ast.IfExp) or not _is_constant(right):
        return None
    if not _is_constant(left.body) or not _is_constant(left.orelse):
        return None
    try:
        truths = [
            computed(ast.Compare(each, tree.ops, [right]), {}) for each in (left.body, left.orelse)
        ]
    except NOT_COMPUTED:
        return None
    if truths[0] == truths[1]:
        return constant(truths[0])
    return left.test if truths[0] else opposite(left.test)


def _folded_logic(tree: ast.BoolOp, asked: bool = False) -> Tree:
    """`and` and `or` without the operands that decide nothing.

    asked: whether only its truth counts, so that the last operand may be such a one.
    """
    decisive = isinstance(tree.op, ast.Or)
    kept: list[Tree] = []
    for number, operand in enumerate(tree.values, 1):
        decides = bool(operand.value) is decisive if isinstance(operand, ast.Constant) else None
        if decides and asked:
            return ast.Constant(decisive)
        if decides is not False or (number == len(tree.values) and not (asked and kept)):
            kept.append(operand)
        if decides:
            break
    return kept[0] if len(kept) == 1 else ast.BoolOp(tree.op, kept)


def condition(tree: Tree) -> Tree:
    """A tree of which only the truth counts."""
    if isinstance(tree, ast.BoolOp):
        parts = [condition(operand) for operand in tree.values]
        return _folded_logic(ast.BoolOp(tree.op, parts), asked=True)
    return tree
