"""The equations of einsum, as far as they are products of two matrices behind alike axes."""

from __future__ import annotations

from typing import NamedTuple


class MatrixEquation(NamedTuple):
    """An equation that sums over one axis. one, other, result: its axes by name, as it has them.

    first, second, product: the same in the order of matrices, with the axes before them alike.
    """

    one: str
    other: str
    result: str
    first: str
    second: str
    product: str


def matrix_equation(text: str) -> MatrixEquation | None:
    """`bhid,bhjd->bhij` in the order of matrices: `bhid`, `bhdj` and `bhij`; None for another."""
    taken, arrow, result = text.replace(" ", "").partition("->")
    one, comma, other = taken.partition(",")
    named = (one, other, result)
    if not (
        arrow and comma and all(each.isalpha() and len({*each}) == len(each) for each in named)
    ):
        return None
    leading = "".join(each for each in result if each in one and each in other)
    rows = "".join(each for each in result if each not in other)
    columns = "".join(each for each in result if each not in one)
    inner = "".join(each for each in one if each in other and each not in result)
    first, second = leading + rows + inner, leading + inner + columns
    alike = sorted(first) == sorted(one) and sorted(second) == sorted(other)
    if not len(rows) == len(columns) == len(inner) == 1 or not alike:
        return None
    return MatrixEquation(one, other, result, first, second, leading + rows + columns)
