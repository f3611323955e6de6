"""Square roots and logarithms that are not rational, for `floor`, `ceil` and `round` alone.

Such a number is kept between two fractions that are closer than any two results that a size could
depend on. Where they round to different integers, nothing is guessed.

Imported for the first root or logarithm.
"""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from math import isqrt
from typing import TYPE_CHECKING

from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    Number: TypeAlias = "int | Fraction"

_DIGITS = Context(prec=60)
_ERROR = Fraction(1, 10**50)
"""More than what 60 digits are wrong by, of a root or a logarithm of a number of the language."""


class Irrational:
    """A number between two fractions. text: what it is the value of, for messages."""

    __slots__ = ("highest", "lowest", "text")

    def __init__(self, lowest: Fraction, highest: Fraction, text: str) -> None:
        self.lowest = lowest
        self.highest = highest
        self.text = text

    def rounded(self, how: Callable[[Fraction], int], offset: int) -> int:
        """The integer that `how` makes of it. Raises Refusal SC108 where that cannot be told."""
        found = how(self.lowest)
        if how(self.highest) != found:
            text = f"the value of {self.text} is too close to an integer to be told"
            raise Refusal("SC108", text, None, offset=offset)
        return found

    def _of(self, values: list[Fraction]) -> Irrational:
        return Irrational(min(values), max(values), self.text)

    def __neg__(self) -> Irrational:
        return self._of([-self.lowest, -self.highest])

    def __pos__(self) -> Irrational:
        return self

    def __add__(self, other: Number | Irrational) -> Irrational:
        low, high = _ends(other)
        return self._of([self.lowest + low, self.highest + high])

    def __sub__(self, other: Number | Irrational) -> Irrational:
        low, high = _ends(other)
        return self._of([self.lowest - high, self.highest - low])

    def __mul__(self, other: Number | Irrational) -> Irrational:
        return self._of([a * b for a in _ends(self) for b in _ends(other)])

    def __truediv__(self, other: Number | Irrational) -> Irrational:
        low, high = _ends(other)
        if low <= 0 <= high:
            raise ZeroDivisionError
        return self._of([a / b for a in _ends(self) for b in (low, high)])

    def __radd__(self, other: Number) -> Irrational:
        return self + other

    def __rsub__(self, other: Number) -> Irrational:
        return -self + other

    def __rmul__(self, other: Number) -> Irrational:
        return self * other

    def __rtruediv__(self, other: Number) -> Irrational:
        return Irrational(Fraction(other), Fraction(other), self.text) / self


def _ends(value: Number | Irrational) -> tuple[Fraction, Fraction]:
    if isinstance(value, Irrational):
        return value.lowest, value.highest
    return Fraction(value), Fraction(value)


def _between(value: Decimal, text: str) -> Irrational:
    found = Fraction(value)
    return Irrational(found - _ERROR, found + _ERROR, text)


def root(value: Number, text: str) -> Number | Irrational:
    """The square root of a number of at least 0."""
    top, bottom = isqrt(value.numerator), isqrt(value.denominator)
    if top * top == value.numerator and bottom * bottom == value.denominator:
        return top if bottom == 1 else Fraction(top, bottom)
    quotient = _DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))
    return _between(_DIGITS.sqrt(quotient), text)


def binary_logarithm(value: Number, text: str) -> Number | Irrational:
    """The logarithm to base 2 of a number above 0."""
    top, bottom = value.numerator, value.denominator
    if not top & (top - 1) and not bottom & (bottom - 1):
        return top.bit_length() - bottom.bit_length()
    difference = _DIGITS.subtract(_DIGITS.ln(Decimal(top)), _DIGITS.ln(Decimal(bottom)))
    return _between(_DIGITS.divide(difference, _DIGITS.ln(Decimal(2))), text)
