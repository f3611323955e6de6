"""The small safe expression evaluator: `4 * planes`, `depths[1]`, `2 if index == 0 else 1`.

The language is a part of Python's: arithmetic, comparison, `and or not`, `if else`, lists,
indexing and a few functions. Numbers are exact (integers and fractions), and everything is
bounded, so that no text can take more than a moment. Whatever is wrong is a Refusal with its
offset in the text: SC109 for a name that is not known, SC108 for all else.

Most expressions of a spec are a name alone. Only the others need `expression_syntax` (text to
a checked tree) and `expression_program` (tree to closures), which are imported when one is met.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from keyword import iskeyword
from typing import TYPE_CHECKING, TypeAlias, TypeGuard

from shapecalc.problems import Refusal

if TYPE_CHECKING:
    from fractions import Fraction

Number: TypeAlias = "int | Fraction"
Value: TypeAlias = "Number | bool | str | list[Value] | tuple[Value, ...] | None"
Program: TypeAlias = "Callable[[Mapping[str, object]], Value]"

LONGEST_TEXT = 1000
"""Characters of an expression."""

DEEPEST_NESTING = 50
"""Levels of brackets, signs, conditions and the like; a chain such as 1 + 2 + 3 is one."""

LONGEST_LIST = 1000
"""Values of a list, those of the lists inside it included."""

LIMIT = 2**63
"""Every integer, numerator and denominator stays below it, whatever its sign."""

MOST_REMEMBERED = 2048
"""Expressions that `parse` keeps."""

CONSTANTS: dict[str, bool | None] = {
    "true": True,
    "false": False,
    "null": None,
    "True": True,
    "False": False,
    "None": None,
}
"""The words that are values, as YAML and as Python spell them."""


class Expression:
    """A checked expression.

    text: as it was written.
    names: the names that it takes from the scope, whichever branch they stand in.
    """

    __slots__ = ("_program", "names", "text")

    def __init__(self, text: str, names: frozenset[str], program: Program) -> None:
        self.text = text
        self.names = names
        self._program = program

    def evaluate(self, scope: Mapping[str, object]) -> Value:
        """The value, given those of its names; a whole number is an int, never a Fraction.

        A float of the scope counts as the decimal that it prints as. Text and null only pass
        through, as an argument does that holds a layer type's name. Raises Refusal.
        """
        value = self._program(scope)
        if isinstance(value, (list, tuple)):
            return _exact_list(value, 1, [LONGEST_LIST])
        return value

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


_remembered: dict[str, Expression] = {}


def parse(text: str) -> Expression:
    """The expression that `text` writes. Raises Refusal where it is none."""
    expression = _remembered.get(text)
    if expression is None:
        if _is_name(text):
            expression = Expression(text, frozenset((text,)), name_program(text, 0))
        else:
            from shapecalc.expression_program import compiled

            expression = Expression(text, *compiled(text))
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.clear()
        _remembered[text] = expression
    return expression


def _is_name(text: str) -> bool:
    short = len(text) <= LONGEST_TEXT
    return short and text.isidentifier() and not iskeyword(text) and text not in CONSTANTS


def name_program(name: str, offset: int) -> Program:
    """The program that looks a name up."""

    def look_up(scope: Mapping[str, object]) -> Value:
        try:
            value = scope[name]
        except KeyError:
            raise _unknown_name(name, offset, scope) from None
        if type(value) is int and -LIMIT < value < LIMIT:
            return value
        return exact(value, offset)

    return look_up


def _unknown_name(name: str, offset: int, scope: Mapping[str, object]) -> Refusal:
    from shapecalc.expression_functions import FUNCTIONS
    from shapecalc.suggestions import did_you_mean

    if name in FUNCTIONS:
        return refusal(f"'{name}' is a function", offset, f"write {name}(…)", "SC109")
    hint = did_you_mean(name, scope)
    if name == "index":
        hint = "index counts the repeats of an item that has repeat:"
    elif hint is None:
        known = ", ".join(scope)
        if not known:
            hint = "no names are known here"
        elif len(known) <= 80:
            hint = f"known here: {known}"
    return refusal(f"there is no argument {clipped(name)}", offset, hint, "SC109")


def refusal(message: str, offset: int, hint: str | None = None, code: str = "SC108") -> Refusal:
    """A Refusal of an expression. offset: in characters of its text."""
    return Refusal(code, message, hint, offset=offset)


def too_deep(offset: int) -> Refusal:
    """The Refusal of what is nested deeper than it may."""
    return refusal(f"nested too deep: at most {DEEPEST_NESTING} levels are allowed", offset)


def out_of_range(offset: int) -> Refusal:
    """The Refusal of a number that is larger, or finer, than it may be."""
    message = "number out of range: integers, numerators and denominators stay below 2**63"
    return refusal(message, offset)


def is_number(value: object) -> TypeGuard[Number]:
    """Whether a value is an int or a Fraction; asked so that `fractions` need not be imported."""
    return hasattr(value, "numerator") and type(value) is not bool


def bounded(value: Number, offset: int) -> Number:
    """The number, a whole one as an int. Refuses one that is out of range."""
    top, bottom = value.numerator, value.denominator
    if not (-LIMIT < top < LIMIT and bottom < LIMIT):
        raise out_of_range(offset)
    return top if bottom == 1 else value


def exact(value: object, offset: int) -> Value:
    """A value from outside as expressions compute with it; the inside of a list is left."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (list, tuple)):
        if len(value) > LONGEST_LIST:
            raise _too_long(offset)
        return value
    if isinstance(value, float):
        from fractions import Fraction
        from math import isfinite

        if not isfinite(value):
            raise refusal(f"{value} is not a finite number", offset)
        return bounded(Fraction(repr(value)), offset)
    if is_number(value):
        return bounded(value, offset)
    raise refusal(f"a value of type {type(value).__name__} means nothing here", offset)


def _exact_list(
    values: list[Value] | tuple[Value, ...], depth: int, left: list[int]
) -> list[Value]:
    """A list of exact values, at any depth. left: how many values there may yet be."""
    left[0] -= len(values)
    if left[0] < 0:
        raise _too_long(0)
    if depth > DEEPEST_NESTING:
        raise too_deep(0)
    return [
        _exact_list(value, depth + 1, left) if isinstance(value, (list, tuple)) else exact(value, 0)
        for value in values
    ]


def _too_long(offset: int) -> Refusal:
    return refusal(f"a list may hold at most {LONGEST_LIST:,} values", offset)


def clipped(text: str) -> str:
    """Text in quotes, on one line, and cut where it is long."""
    return repr(text if len(text) <= 40 else f"{text[:39]}…")


def shown(value: Value) -> str:
    """A value as a message names it, on one line."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text {clipped(value)}"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    return str(value)


def number(value: Value, taker: str, offset: int) -> Number:
    """The value where it is a number; `taker` names in the message what takes numbers only."""
    if is_number(value):
        return value
    raise refusal(f"{taker} takes numbers, not {shown(value)}", offset)
