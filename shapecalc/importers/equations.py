"""The equations of einsum, as far as they are products of two matrices behind alike axes."""

from __future__ import annotations

from typing import NamedTuple


class ProductEquation(NamedTuple):
    """An equation that is a product of matrices, if axes in a row are merged. one, other, result:
    its axes by name, as it has them.

    leading: those that are in all. rows, columns: of the result that are in one, or in the other.
    inner: those that are summed over.
    """

    one: str
    other: str
    result: str
    leading: str
    rows: str
    columns: str
    inner: str


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


def product_equation(text: str) -> ProductEquation | None:
    """`byhwc,hkc->byhwk`, of which `h` leads, `byw` are the rows, and `k` the columns; None where
    an axis is named twice, or summed over in one tensor alone."""
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
    if not inner or not alike:
        return None
    return ProductEquation(one, other, result, leading, rows, columns, inner)


def matrix_equation(text: str) -> MatrixEquation | None:
    """`bhid,bhjd->bhij` in the order of matrices: `bhid`, `bhdj` and `bhij`; None for another."""
    found = product_equation(text)
    if found is None or not len(found.rows) == len(found.columns) == len(found.inner) == 1:
        return None
    first, second = found.leading + found.rows + found.inner, found.leading + found.inner
    product = found.leading + found.rows + found.columns
    return MatrixEquation(*found[:3], first, second + found.columns, product)
