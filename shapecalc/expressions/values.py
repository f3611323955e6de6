"""The values of expressions and of names, exact and bounded, and what is refused of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias, TypeGuard

from shapecalc.limits import MAXIMUM_EXPRESSION_NESTING, MAXIMUM_INTEGER, MAXIMUM_LIST
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from fractions import Fraction

    from shapecalc.expressions.irrational import Irrational

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
"""The constants, as YAML and as Python spell them."""

WORD_OPERATORS = frozenset({"and", "or", "not", "if", "else"})

STEPS_OF_FRACTION = 30
"""The steps that a fraction counts as: computing with it takes several times as long as with an
integer."""

STEPS_OF_IRRATIONAL = 1000
"""The steps that a root or a logarithm counts as, with all that is computed of it."""

FUNCTION_NAMES = (
    *("min", "max", "abs", "round", "floor", "ceil", "len", "make_divisible"),
    *("log2", "sqrt"),
)
"""What `functions` defines, which is imported for the first expression that calls one."""

SIZE_WORDS = ("channels", "height", "width", "depth", "length")
"""The sizes of a tensor: `skip.height` is that of the layer `skip`."""

INPUT_SIZES = tuple(f"in_{word}" for word in SIZE_WORDS)
"""The names of the sizes of what comes in."""


def refusal(message: str, offset: int, hint: str | None = None, code: str = "SC108") -> Refusal:
    """A Refusal of an expression. offset: in characters into its text."""
    return Refusal(code, message, hint, offset=offset)


def too_deep(offset: int) -> Refusal:
    """The Refusal of an expression or a list that is nested too deeply."""
    return refusal(f"nested too deeply: the maximum is {MAXIMUM_EXPRESSION_NESTING} levels", offset)


def out_of_range(offset: int) -> Refusal:
    """The Refusal of a number whose numerator or denominator is 2**63 or more."""
    message = "number out of range: integers, numerators and denominators must be below 2**63"
    return refusal(message, offset)


def is_number(value: object) -> TypeGuard[Number]:
    """Whether a value is an int or a Fraction, without importing `fractions`."""
    return hasattr(value, "numerator") and type(value) is not bool


def is_irrational(value: object) -> TypeGuard[Irrational]:
    """Whether a value is a root or a logarithm that is not rational, without importing it."""
    return type(value).__name__ == "Irrational"


def bounded(value: Number, offset: int) -> Number:
    """The number, as an int if it is whole. Raises Refusal if it is out of range."""
    top, bottom = value.numerator, value.denominator
    if not (-MAXIMUM_INTEGER <= top <= MAXIMUM_INTEGER and bottom <= MAXIMUM_INTEGER):
        raise out_of_range(offset)
    return top if bottom == 1 else value


def exact(value: object, offset: int) -> Value:
    """A value of the scope as expressions compute with it; the values of a list are not converted.

    Raises Refusal if it is out of range, not finite, or of an unsupported type."""
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
    if is_irrational(value):
        raise not_rational(value, offset)
    raise refusal(f"unsupported value of type {type(value).__name__}", offset)


def exact_list(values: list[Value] | tuple[Value, ...], depth: int, left: list[int]) -> list[Value]:
    """A list of exact values, at any depth. Raises Refusal.

    left: how many more values are allowed, as a list of one so that all depths share it.
    """
    left[0] -= len(values)
    if left[0] < 0:
        raise _too_long(0)
    if depth > MAXIMUM_EXPRESSION_NESTING:
        raise too_deep(0)
    return [
        value
        if type(value) is int and -MAXIMUM_INTEGER <= value <= MAXIMUM_INTEGER
        else exact_list(value, depth + 1, left)
        if isinstance(value, (list, tuple))
        else exact(value, 0)
        for value in values
    ]


def _too_long(offset: int) -> Refusal:
    return refusal(f"a list can have at most {MAXIMUM_LIST:,} values", offset)


def number(value: Value, operation: str, offset: int) -> Number:
    """The value if it is a number. Raises Refusal otherwise.

    operation: the function or operator that needs a number, for the message.
    """
    if is_number(value):
        return value
    if is_irrational(value):
        raise not_rational(value, offset)
    raise refusal(f"{operation} expects a number, got {shown(value)}", offset)


def not_rational(value: Irrational, offset: int) -> Refusal:
    """The Refusal of a root or a logarithm that is not rational, where a number is expected."""
    hint = f"round it: floor({value.text}), ceil({value.text}) or round({value.text})"
    return refusal(f"{value.text} is not a whole number or a fraction", offset, hint)


def name_program(name: str, offset: int) -> Program:
    """The program that looks a name up in the scope."""

    def look_up(scope: Mapping[str, object]) -> Value:
        try:
            value = scope[name]
        except KeyError:
            raise _unknown_name(name, offset, scope) from None
        if type(value) is int and -MAXIMUM_INTEGER <= value <= MAXIMUM_INTEGER:
            return value
        return exact(value, offset)

    return look_up


def _unknown_name(name: str, offset: int, scope: Mapping[str, object]) -> Refusal:
    from shapecalc.problems.suggestions import did_you_mean

    if name in FUNCTION_NAMES:
        return refusal(f"'{name}' is a function", offset, f"write {name}(…)", "SC109")
    hint = did_you_mean(name, scope)
    if name == "index":
        hint = "index is defined only in the fields of an item with `repeat`, and inside it"
    elif hint is None:
        known = ", ".join(scope)
        if not known:
            hint = "no names are defined here"
        elif len(known) <= 80:
            hint = f"defined: {known}"
    return refusal(f"unknown name {shown(name)}", offset, hint, "SC109")
