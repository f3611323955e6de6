"""The small safe expression evaluator: `4 * planes`, `depths[1]`, `2 if index == 0 else 1`.

The language is a part of Python's: arithmetic, comparison, `and or not`, `if else`, lists,
indexing and a few functions. Numbers are exact (integers and fractions), and everything is
bounded, so that every text is evaluated in an instant. Every error is a Refusal with its offset in
the text: SC109 for an unknown name, SC108 for anything else.

Most expressions of a spec are a name alone. Only the others need `syntax` (text to a
checked tree) and `program` (tree to closures), which are imported for the first of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from keyword import iskeyword
from typing import Any

from shapecalc.expressions.values import (
    CONSTANTS,
    INPUT_SIZES,
    Program,
    Value,
    exact_list,
    name_program,
)
from shapecalc.limits import MAXIMUM_EXPRESSION, MAXIMUM_LIST

MAXIMUM_CACHED = 2048
"""Expressions that `parse_expression` caches."""


class Expression:
    """A checked expression.

    text: as it was written.
    names: those that it reads from the scope, in any of its branches.
    sizes: those of them that are sizes of layers, or of what comes in, but for `in_channels`.
    cost: the steps that it takes at most, without those of the lists that its names are.
    """

    __slots__ = ("_program", "cost", "names", "sizes", "text")

    def __init__(self, text: str, names: frozenset[str], program: Program, cost: int = 2) -> None:
        self.text = text
        self.names = names
        self.sizes = frozenset(name for name in names if is_size_name(name))
        self.cost = cost
        self._program = program

    def evaluate(self, scope: Mapping[str, object]) -> Value:
        """The value, given those of its names; a whole number is an int, never a Fraction.

        A float in the scope is read as the decimal that it prints as. Text and null are passed
        through unchanged, as in an argument that is the name of a layer type. Raises Refusal.
        """
        value = self._program(scope)
        if isinstance(value, (list, tuple)):
            return exact_list(value, 1, [MAXIMUM_LIST])
        return value

    def __reduce__(self) -> tuple[object, ...]:
        return parse_expression, (self.text,)

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


_cache: dict[str, Expression] = {}


def parse_expression(text: str) -> Expression:
    """The expression in `text`, from the cache if it is there. Raises Refusal."""
    expression = _cache.get(text)
    if expression is None:
        if _is_name(text):
            expression = Expression(text, frozenset((text,)), name_program(text, 0))
        else:
            from shapecalc.expressions.program import compile_tree

            expression = Expression(text, *compile_tree(text))
        if len(_cache) >= MAXIMUM_CACHED:
            _cache.clear()
        _cache[text] = expression
    return expression


def _is_name(text: str) -> bool:
    short = len(text) <= MAXIMUM_EXPRESSION
    return short and text.isidentifier() and not iskeyword(text) and text not in CONSTANTS


def has_expression(value: object) -> bool:
    """Whether a value is an expression, or a list that contains one at any depth."""
    if type(value) is list:
        return any(has_expression(item) for item in value)
    return isinstance(value, Expression)


def is_size_name(name: str) -> bool:
    """Whether a name in an expression is a size, other than `in_channels`, which is a value of the
    scope as arguments are."""
    return "." in name or (name in INPUT_SIZES and name != "in_channels")


def sizes_in(value: object) -> frozenset[str]:
    """The sizes that the expressions of a value use, as `Expression.sizes`."""
    if isinstance(value, Expression):
        return value.sizes
    return frozenset().union(*map(sizes_in, value)) if type(value) is list else frozenset()


def names_in(value: object) -> frozenset[str]:
    """The names that the expressions of a value use."""
    if type(value) is list:
        return frozenset().union(*map(names_in, value))
    return value.names if isinstance(value, Expression) else frozenset()


def evaluate(value: Any, scope: dict[str, Any]) -> Any:
    """A value with its expressions evaluated. Raises Refusal."""
    if type(value) is list:
        return [evaluate(item, scope) for item in value]
    return value.evaluate(scope) if isinstance(value, Expression) else value
