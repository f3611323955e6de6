"""The values of expressions, exact and bounded, and how a wrong one is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias, TypeGuard

from shapecalc.limits import MAXIMUM_EXPRESSION_NESTING, MAXIMUM_INTEGER, MAXIMUM_LIST
from shapecalc.problems.problem import Refusal, clipped

if TYPE_CHECKING:
    from fractions import Fraction


Number: TypeAlias = "int | Fraction"

Value: TypeAlias = "Number | bool | str | list[Value] | tuple[Value, ...] | None"

Program: TypeAlias = "Callable[[Mapping[str, object]], Value]"


CONSTANTS: dict[str, bool | None] = {
    "true": True,
    "false": False,
    "null": None,
    "True": True,
    "False": False,
    "None": None,
}
"""The words that are values, as YAML and as Python spell them."""


def refusal(message: str, offset: int, hint: str | None = None, code: str = "SC108") -> Refusal:
    """A Refusal of an expression. offset: in characters of its text."""
    return Refusal(code, message, hint, offset=offset)


def too_deep(offset: int) -> Refusal:
    """The Refusal of what is nested deeper than it may."""
    return refusal(
        f"nested too deep: at most {MAXIMUM_EXPRESSION_NESTING} levels are allowed", offset
    )


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
    if not (-MAXIMUM_INTEGER <= top <= MAXIMUM_INTEGER and bottom <= MAXIMUM_INTEGER):
        raise out_of_range(offset)
    return top if bottom == 1 else value


def exact(value: object, offset: int) -> Value:
    """A value from outside as expressions compute with it; the inside of a list is left."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (list, tuple)):
        if len(value) > MAXIMUM_LIST:
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


def exact_list(values: list[Value] | tuple[Value, ...], depth: int, left: list[int]) -> list[Value]:
    """A list of exact values, at any depth. left: how many values there may yet be."""
    left[0] -= len(values)
    if left[0] < 0:
        raise _too_long(0)
    if depth > MAXIMUM_EXPRESSION_NESTING:
        raise too_deep(0)
    return [
        exact_list(value, depth + 1, left) if isinstance(value, (list, tuple)) else exact(value, 0)
        for value in values
    ]


def _too_long(offset: int) -> Refusal:
    return refusal(f"a list may hold at most {MAXIMUM_LIST:,} values", offset)


def quoted(text: str) -> str:
    """Text in quotes, on one line, and cut where it is long."""
    return repr(clipped(text))


def shown(value: Value) -> str:
    """A value as a message names it, on one line."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text {quoted(value)}"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    return str(value)


def number(value: Value, taker: str, offset: int) -> Number:
    """The value where it is a number; `taker` names in the message what takes numbers only."""
    if is_number(value):
        return value
    raise refusal(f"{taker} takes numbers, not {shown(value)}", offset)
