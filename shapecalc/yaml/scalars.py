"""Plain scalars by YAML 1.2's core schema (yaml.org/spec/1.2.2, section 10.3), exact or refused.

Quoted and block scalars are strings and are not read here. Scalars that only YAML 1.1 reads
otherwise (`no`, `12:30`, `1_000`, `0b11`, `2020-12-31`, `=`) are strings too.
"""

from __future__ import annotations

from shapecalc.limits import MAXIMUM_INTEGER
from shapecalc.problems.formatting import clipped
from shapecalc.problems.problem import Refusal

YAML_CONSTANTS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}

NUMBER_STARTS = frozenset("0123456789+-.")
"""The first characters of numbers: any other scalar not in CONSTANTS is a string."""

_LONGEST_NUMBER = 1000  # characters; no float needs more, and int() takes quadratic time
_NOT_FINITE = frozenset(
    sign + word
    for sign in ("", "+", "-")
    for word in (".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN")
)


def read_number(text: str) -> int | float | str:
    """The integer or float of a plain scalar that starts with one of NUMBER_STARTS, or its text.

    Raises Refusal if it is neither an exact integer nor a finite float: SC008 too large, SC009
    ambiguous, SC010 not finite.
    """
    if text.isdigit() and text[0] != "0" and len(text) < 19 and text.isascii():
        return int(text)
    if text[:2] == "0x" and len(text) > 2 and not text[2:].strip("0123456789abcdefABCDEF"):
        return _integer(text, text[2:].lstrip("0"), 16)
    if text[:2] == "0o" and len(text) > 2 and not text[2:].strip("01234567"):
        return _integer(text, text[2:].lstrip("0"), 8)
    if text in _NOT_FINITE:
        raise Refusal("SC010", f"expected a finite number, got {text}")
    if text.strip("0123456789+-.eE"):
        return text
    digits = text[1:] if text[0] in "+-" else text
    if digits.isdigit():
        if digits[0] == "0" and len(digits) > 1:
            raise _ambiguous(text, digits)
        return _integer(text, digits, 10)
    if len(text) > _LONGEST_NUMBER:
        raise Refusal("SC008", f"number too long: {clipped(text)}", _or_quote("shorten it"))
    try:
        value = float(text)
    except ValueError:
        return text
    if value in (float("inf"), float("-inf")):
        raise Refusal(
            "SC010", f"expected a finite number, got {text}, which is too large for a float"
        )
    return value


def _integer(text: str, digits: str, base: int) -> int:
    # 22 digits in base 8 are the most that can be in range; longer ones are not converted.
    value = int(digits or "0", base) if len(digits) <= 22 else MAXIMUM_INTEGER + 1
    if value > MAXIMUM_INTEGER:
        raise Refusal(
            "SC008",
            f"integer too large: {clipped(text)}",
            _or_quote(f"the maximum is {MAXIMUM_INTEGER}"),
        )
    return -value if text[0] == "-" else value


def _ambiguous(text: str, digits: str) -> Refusal:
    sign = text[0] if text[0] == "-" else ""
    decimal = digits.lstrip("0") or "0"
    readings = f"{sign}{clipped(decimal)}"
    if not digits.strip("01234567") and decimal != "0" and len(digits) <= 22 and not sign:
        octal = int(digits, 8)
        hint = f"write {readings}, or 0o{decimal} for {octal}"
        message = f"ambiguous number {text}: {readings} in YAML 1.2, {octal} in YAML 1.1"
    else:
        hint = f"write {readings}"
        message = f"ambiguous number {clipped(text)}: leading zeros are not allowed"
    return Refusal("SC009", message, _or_quote(hint))


def _or_quote(hint: str) -> str:
    return f"{hint}; quote it if it is a string"
