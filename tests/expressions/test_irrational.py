"""Roots and logarithms: exact where they are rational, rounded without a mistake elsewhere."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc.expressions.expression import parse_expression
from shapecalc.limits import MAXIMUM_INTEGER
from shapecalc.problems.problem import Refusal

NUMBERS = st.integers(1, MAXIMUM_INTEGER)


def value(text: str, **scope: object) -> object:
    return parse_expression(text).evaluate(scope)


@given(NUMBERS)
def test_a_root_is_rounded_as_integers_say(number: int) -> None:
    whole = isqrt(number)
    exact = whole * whole == number
    assert value("floor(sqrt(n))", n=number) == whole
    assert value("ceil(sqrt(n))", n=number) == whole + (not exact)
    assert value("round(sqrt(n))", n=number) == whole + (number > whole * whole + whole)


@given(NUMBERS)
def test_a_logarithm_is_rounded_as_integers_say(number: int) -> None:
    digits = number.bit_length()
    assert value("floor(log2(n))", n=number) == digits - 1
    assert value("ceil(log2(n))", n=number) == (number - 1).bit_length()
    # over a half where the square has another digit
    nearest = (number * number).bit_length() // 2
    assert value("round(log2(n))", n=number) == nearest


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_what_is_rational_is_exact(top: int, bottom: int) -> None:
    assert value(f"sqrt({top * top}/{bottom * bottom})") == Fraction(top, bottom)
    assert value(f"log2({2 ** (top % 60)}) / 2") == Fraction(top % 60, 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("floor((log2(96) + 1) / 2)", 3),
        ("floor(-sqrt(2))", -2),
        ("ceil(2 / sqrt(3) - 1)", 1),
        ("floor(10 - 3 * sqrt(5) + log2(3))", 4),
        ("round(1 + sqrt(2) * 1000)", 1415),
        ("floor(+sqrt(2))", 1),
        ("floor(sqrt(2) / 0.01)", 141),
    ],
)
def test_arithmetic_with_them(text: str, expected: int) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *(
            "sqrt(2)",
            "log2(3) + 1",
            "[sqrt(2)][0]",
            "max(sqrt(2), 1)",
            "sqrt(2) // 1",
            "sqrt(2) ** 2",
        ),
        *(
            "sqrt(2) > 1",
            "1 if sqrt(2) else 2",
            "floor(sqrt(2) * sqrt(2))",
            "make_divisible(sqrt(2))",
        ),
        *("1 / (sqrt(2) - sqrt(2))", "sqrt(log2(3))"),
    ],
)
def test_elsewhere_they_are_refused(text: str) -> None:
    with pytest.raises(Refusal) as found:
        value(text)
    assert found.value.code == "SC108"
