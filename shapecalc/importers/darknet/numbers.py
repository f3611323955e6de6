"""Numbers as C's `atoi` and `atof` read them: what a text starts with, and 0 for no number."""

from __future__ import annotations

import re

_INTEGER = re.compile(r"[ \t\n\v\f\r]*([+-]?)([0-9]+)")
_DECIMAL = re.compile(
    r"[ \t\n\v\f\r]*([+-]?(?:inf|nan|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?))", re.IGNORECASE
)
_HEXADECIMAL = re.compile(
    r"[ \t\n\v\f\r]*([+-]?0x(?:[0-9a-f]+\.?[0-9a-f]*|\.[0-9a-f]+)(?:p[+-]?[0-9]+)?)", re.IGNORECASE
)
_LONGEST = 1000
"""The most characters of a decimal that are looked at: the others do not change it."""


def atoi(text: str) -> int:
    """The integer at the start of a text, as an int of 32 bits has the low ones of a long."""
    found = _INTEGER.match(text)
    if found is None:
        return 0
    digits = found[2].lstrip("0")
    value = int(digits) if 0 < len(digits) < 20 else 2**63 if digits else 0
    value = max(-value, -(2**63)) if found[1] == "-" else min(value, 2**63 - 1)
    return (value + 2**31) % 2**32 - 2**31


def atof(text: str) -> float:
    """The number at the start of a text; inf where it is too large."""
    found = _HEXADECIMAL.match(text[:_LONGEST])
    if found is not None:
        try:
            return float.fromhex(found[1])
        except OverflowError:
            return float("-inf" if found[1].startswith("-") else "inf")
    found = _DECIMAL.match(text[:_LONGEST])
    return 0.0 if found is None else float(found[1])


def quotient(dividend: int, divisor: int) -> int:
    """A division of C's, which rounds towards 0."""
    rounded = abs(dividend) // abs(divisor)
    return rounded if (dividend < 0) == (divisor < 0) else -rounded
