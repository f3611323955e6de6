"""An integer that remembers how it came about.

The arithmetic of a layer or a window, run on such integers, gives a figure and its derivation in
one: `derivation` is the arithmetic with the numbers put in, `formula` that with the names of what
they are. Run on plain integers it costs what it always did.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from fractions import Fraction
    from typing import Any, Literal, TypeAlias

_Parts: TypeAlias = "list[tuple[int, Size]]"

How: TypeAlias = "str | tuple[str, int, int]"
"""The name of a number, or the operator and the operands that it was made with."""


class Size(int):
    """An integer with its derivation: what is computed from it is one, too.

    how: its name, or how it was computed. A plain integer among the operands stands for itself,
    and is left out where it changes nothing.
    """

    how: How

    def __new__(cls, value: int, how: How) -> Size:
        """An integer of a value, which came about so."""
        size = super().__new__(cls, value)
        size.how = how
        return size

    def __reduce__(self) -> tuple[object, ...]:
        return Size, (int(self), self.how)

    def __neg__(self) -> Size:
        return Size(-int(self), ("-", 0, self))

    def as_integer_ratio(self) -> tuple[Size, Literal[1]]:
        """Itself, over 1."""
        return self, 1

    def __divmod__(self, other: int) -> tuple[int, int]:
        return self // other, self % other

    def __rdivmod__(self, other: int) -> tuple[int, int]:
        return other // self, other % self


def _operation(symbol: str, compute: Callable[[int, int], int]) -> tuple[Any, Any]:
    """The method of an operator, and that of its right operand."""

    def of(left: int, right: int) -> int:
        return Size(compute(int(left), int(right)), (symbol, left, right))

    def forward(self: Size, other: object) -> Any:
        if not isinstance(other, int):
            return NotImplemented
        return self if _changes_nothing(symbol, self, other) else of(self, other)

    def reflected(self: Size, other: object) -> Any:
        if not isinstance(other, int):
            return NotImplemented
        commutes = symbol in ("+", "*") and _changes_nothing(symbol, self, other)
        return self if commutes else of(other, self)

    return forward, reflected


def _changes_nothing(symbol: str, left: Size, right: int) -> bool:
    """Whether an operand is left out: a plain 0 or 1, or a divisor of 1 of what is no sum.

    A window's stride of 1 divides a sum, and stays.
    """
    if symbol == "//" and right == 1:
        return type(right) is not Size or not _is_sum(left)
    return type(right) is not Size and right == {"+": 0, "-": 0, "*": 1}.get(symbol)


for _symbol, _name in (
    *(("+", "add"), ("-", "sub"), ("*", "mul")),
    *(("//", "floordiv"), ("%", "mod"), ("**", "pow")),
):
    _forward, _reflected = _operation(_symbol, getattr(operator, _name))
    setattr(Size, f"__{_name}__", _forward)
    setattr(Size, f"__r{_name}__", _reflected)


def in_formula(name: str) -> str:
    """What formulas call what has a name in a spec, which may be any text: that in quotes, unless
    it is a word, or a path of words."""
    first, *others = name.split(".")
    if first.isidentifier() and all(each.isidentifier() or each.isdecimal() for each in others):
        return name
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'


def with_names(value: Any, name: str) -> Any:
    """A value with a name for its integers: itself if it is one, those of a tuple numbered unless
    they are alike, as the sizes of a square kernel are. Other values stay."""
    if type(value) is int or (isinstance(value, float) and value.is_integer()):
        return Size(int(value), name)
    if isinstance(value, tuple):
        alike = len(set(value)) == 1
        if alike:
            return type(value)([with_names(value[0], name)] * len(value))
        return type(value)(with_names(each, f"{name}[{index}]") for index, each in enumerate(value))
    return value


def derivation(size: int | Fraction) -> str:
    """How a number comes about, with numbers alone: `(224 + 2*3 - 1*(7 - 1) - 1) // 2 + 1`.

    `//` rounds down, `ceil(a / b)` up. The number itself where it was not computed.
    """
    return _text(size, lambda leaf: str(int(leaf)))


def derived(compute: Callable[..., int], *numbers: int) -> str:
    """What a function computes of numbers, and how: `3 + 0 + 0 = 3`."""
    size = compute(*[Size(number, "n") for number in numbers])
    return f"{derivation(size)} = {int(size)}"


def formula(size: int | Fraction) -> str:
    """How a number comes about, with the names of what it comes from."""
    return _text(size, lambda leaf: str(leaf.how))


def leaves(size: int) -> Iterator[Size]:
    """The named numbers that a number comes from, in the order in which they are written."""
    pending = [size]
    while pending:
        each = pending.pop()
        if not isinstance(each, Size):
            continue
        if isinstance(each.how, str):
            yield each
        else:
            pending += each.how[:0:-1]


_SUM, _QUOTIENT, _PRODUCT, _POWER, _ATOM = range(5)
"""How closely a text holds together: parentheses are around what does less than its place needs."""


def _text(size: int | Fraction, write: Callable[[Size], str], least: int = _SUM) -> str:
    """The text of a number in a place that needs so much. write: that of a named one."""
    text, holds = _written(size, write)
    return text if holds >= least else f"({text})"


def _written(size: int | Fraction, write: Callable[[Size], str]) -> tuple[str, int]:
    """The text of a number, and how closely it holds together."""
    if not isinstance(size, Size) or isinstance(size.how, str):
        text = write(size) if isinstance(size, Size) else str(size)
        return text, _SUM if text.startswith("-") else _ATOM
    symbol, left, right = size.how
    if symbol in ("+", "-"):
        parts, constant = _parts(size)
        alone = _alone(parts, constant)
        if alone is not None:
            return _written(alone, write)
        text = _sum(parts, constant, write)
        rounded_up = text.startswith("ceil(") and len(parts) == 1 and not constant
        return text, _ATOM if rounded_up else _SUM
    if symbol == "*":
        return "*".join(_text(each, write, _POWER) for each in _operands(size, "*")), _PRODUCT
    if symbol == "**":
        return f"{_text(left, write, _ATOM)}**{_text(right, write, _ATOM)}", _POWER
    return f"{_text(left, write, _PRODUCT)} {symbol} {_text(right, write, _POWER)}", _QUOTIENT


def _sum(parts: _Parts, constant: int, write: Callable[[Size], str]) -> str:
    """The text of a sum: a number that is added twice is doubled, plain ones come last, as one."""
    text = ""
    for number, each in parts:
        negative, term = _term(number, each, write, first=not text)
        text += term if not text and not negative else f"{' - ' if negative else ' + '}{term}"
    if constant or not text:
        text += f"{' - ' if constant < 0 else ' + '}{abs(constant)}" if text else str(constant)
    return f"-{text[3:]}" if text.startswith(" - ") else text


def _parts(size: Size) -> tuple[_Parts, int]:
    """What a sum adds, each with how often, and the sum of what has no name."""
    times: dict[int, int] = {}
    addends: dict[int, Size] = {}
    constant = 0
    for sign, each in _addends(size):
        if isinstance(each, Size):
            addends[id(each)] = each
            times[id(each)] = times.get(id(each), 0) + sign
        else:
            constant += sign * each
    return [(times[key], each) for key, each in addends.items() if times[key]], constant


def _alone(parts: _Parts, constant: int) -> Size | None:
    """What is left of a sum where all else is added and taken away again."""
    return parts[0][1] if not constant and len(parts) == 1 and parts[0][0] == 1 else None


def _term(number: int, size: Size, write: Callable[[Size], str], first: bool) -> tuple[bool, str]:
    """Whether a part of a sum is taken away, and its text without that sign."""
    rounded_up = _rounded_up(size) if number == -1 else None
    if rounded_up is not None:
        dividend, divisor = (_text(each, write, _PRODUCT) for each in rounded_up)
        return False, f"ceil({dividend} / {divisor})"
    if abs(number) > 1:
        return number < 0, f"{abs(number)}*{_text(size, write, _ATOM)}"
    negated = _PRODUCT if first else _QUOTIENT  # a sign at the beginning is that of a dividend
    text = _text(size, write, _SUM if number > 0 else negated)
    if number > 0 and not first and text.startswith("-") and isinstance(size.how, str):
        return True, text[1:]  # a negative number is taken away
    return number < 0, text


def _rounded_up(size: Size) -> tuple[int, int] | None:
    """The dividend and the divisor where a number is the negated one of a division that rounds
    up: -(-a // b)."""
    if isinstance(size.how, str) or size.how[0] != "//":
        return None
    _, dividend, divisor = size.how
    if isinstance(dividend, Size) and dividend.how[:2] == ("-", 0):
        assert not isinstance(dividend.how, str)
        return dividend.how[2], divisor
    return None


def _addends(size: Size) -> Iterator[tuple[int, int]]:
    """What a sum adds, each with its sign, sums among them parted."""
    pending: list[tuple[int, int]] = [(1, size)]
    while pending:
        sign, each = pending.pop()
        if _is_sum(each):
            symbol, left, right = each.how  # type: ignore[attr-defined] # a Size, as it is a sum
            pending += [(sign if symbol == "+" else -sign, right), (sign, left)]
        else:
            yield sign, each


def _operands(size: Size, symbol: str) -> Iterator[int]:
    """What an operator that may be repeated stands between."""
    pending: list[int] = [size]
    while pending:
        each = pending.pop()
        how = each.how if isinstance(each, Size) else ""
        if how and how[0] == symbol and not isinstance(how, str):
            pending += how[:0:-1]
            continue
        alone = _alone(*_parts(each)) if isinstance(each, Size) and _is_sum(each) else None
        if alone is None:
            yield each
        else:
            pending.append(alone)


def _is_sum(size: int) -> bool:
    return isinstance(size, Size) and not isinstance(size.how, str) and size.how[0] in ("+", "-")
