"""Integers that remember how they came about: the value is that of plain ones, and the text says
how."""

from __future__ import annotations

import copy
import operator
import pickle
from collections.abc import Callable
from math import prod

import pytest
from arithmetic import evaluated
from hypothesis import given
from hypothesis import strategies as st

from shapecalc.shapes import window
from shapecalc.shapes.size import Size, derivation, formula, in_formula, leaves, with_names

OPERATORS: dict[str, Callable[[int, int], int]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
}

NUMBERS = st.integers(-9, 30)


@st.composite
def computed(draw: st.DrawFn) -> tuple[int, int]:
    """A number that is computed of others, some named and some used twice, and the plain one."""
    found: list[tuple[int, int]] = []
    for index in range(draw(st.integers(1, 5))):
        number = draw(NUMBERS)
        found.append((Size(number, f"n{index}") if draw(st.booleans()) else number, number))
    for _ in range(draw(st.integers(1, 8))):
        (left, plain_left), (right, plain_right) = draw(st.tuples(*[st.sampled_from(found)] * 2))
        compute = OPERATORS[draw(st.sampled_from(sorted(OPERATORS)))]
        if compute in (operator.floordiv, operator.mod) and not plain_right:
            continue
        found.append((compute(left, right), compute(plain_left, plain_right)))
    return found[-1]


@given(computed())
def test_the_value_is_that_of_plain_integers_and_of_both_texts(case: tuple[int, int]) -> None:
    size, plain = case
    assert size == plain
    assert evaluated(derivation(size)) == plain
    names = {str(leaf.how): int(leaf) for leaf in leaves(size)}
    assert evaluated(formula(size), names) == plain


@given(computed(), computed())
def test_it_is_compared_hashed_and_printed_as_a_plain_integer(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    assert (one[0] < other[0]) == (one[1] < other[1])
    assert max(one[0], other[0]) == max(one[1], other[1])
    assert {one[0]: 1} == {one[1]: 1}
    assert f"{one[0]}" == f"{one[1]}"
    if other[1]:
        assert divmod(one[0], other[0]) == divmod(one[1], other[1])


def convolution(**others: int) -> list[Size]:
    """The numbers of a window along an axis: its input, kernel, stride, padding, dilation."""
    values = {"n": 224, "kernel_size": 7, "stride": 2, "padding": 3, "dilation": 1, **others}
    return [Size(value, name) for name, value in values.items()]


def test_the_formula_of_a_window_is_the_one_that_pytorch_documents() -> None:
    n, kernel, stride, padding, dilation = convolution()
    size = window.positions(n, kernel, stride, padding, padding, dilation)
    assert derivation(size) == "(224 + 2*3 - 1*(7 - 1) - 1) // 2 + 1"
    assert formula(size) == "(n + 2*padding - dilation*(kernel_size - 1) - 1) // stride + 1"
    assert size == 112


def test_rounding_up_is_said() -> None:
    n, kernel, stride, padding, dilation = convolution(padding=0)
    size = window.positions(n, kernel, stride, padding, padding, dilation, True)
    assert derivation(size) == "ceil((224 + 2*0 - 1*(7 - 1) - 1) / 2) + 1"
    third = -(-n // Size(3, "chunks"))
    assert derivation(n % third) == "224 % ceil(224 / 3)"
    assert derivation(stride * (third + padding)) == "2*(ceil(224 / 3) + 0)"


def test_a_stride_of_one_divides_a_sum_and_groups_of_one_divide_nothing() -> None:
    n, kernel, stride, padding, dilation = convolution(stride=1)
    size = window.positions(n, kernel, stride, padding, padding, dilation)
    assert derivation(size) == "(224 + 2*3 - 1*(7 - 1) - 1) // 1 + 1"
    assert derivation(Size(64, "in_channels") // Size(1, "groups")) == "64"


def test_what_changes_nothing_is_left_out_but_not_where_it_has_a_name() -> None:
    size = Size(5, "a")
    assert derivation(prod([size]) * 1 + 0) == "5"
    assert derivation(sum([size, size])) == "2*5"
    assert derivation(size * Size(1, "b") + Size(0, "c")) == "5*1 + 0"
    assert derivation(size - size) == "0"


def test_parentheses_are_where_they_are_needed() -> None:
    a, b, c = Size(7, "a"), Size(2, "b"), Size(-3, "c")
    assert derivation((a + b) * c) == "(7 + 2)*(-3)"
    assert derivation(a * (b // a)) == "7*(2 // 7)"
    assert derivation((a // b) % b) == "(7 // 2) % 2"
    assert derivation(a - (b - c)) == "7 - 2 - 3"
    assert derivation(c - a) == "-3 - 7"
    assert derivation(-a) == "-7"
    assert derivation(1 - a % b) == "-(7 % 2) + 1"
    assert derivation(b**2) == "2**2"
    assert derivation(a * b**2) == "7*2**2"
    assert derivation(a // b**2) == "7 // 2**2"
    assert derivation((a * b) ** b) == "(7*2)**2"
    assert derivation((a * b + 1 - 1) * a) == "7*2*7"


@pytest.mark.parametrize(
    ("name", "called"),
    [
        *((each, each) for each in ("conv1", "stage2.0.halves", "卷积", "_")),
        *(("a + b", '"a + b"'), ("layer-1", '"layer-1"'), ("2", '"2"'), ("", '""')),
        *(("ceil(", '"ceil("'), ('a"b\\', '"a\\"b\\\\"')),
    ],
)
def test_what_is_no_word_is_in_quotes(name: str, called: str) -> None:
    assert in_formula(name) == called


def test_axes_that_are_alike_have_one_name_and_others_are_numbered() -> None:
    assert [each.how for each in with_names((3, 3), "kernel_size")] == ["kernel_size"] * 2
    assert [each.how for each in with_names((1, 7), "kernel_size")] == [
        "kernel_size[0]",
        "kernel_size[1]",
    ]
    assert with_names(True, "bias") is True
    assert with_names("same", "padding") == "same"
    assert [each.how for each in with_names((2.0,), "factor")] == ["factor"]
    assert with_names(1.5, "factor") == 1.5
    assert with_names((None, 7), "output_size")[0] is None


def test_a_sum_of_many_is_written_without_recursion() -> None:
    total: int = 0
    for index in range(20_000):
        total = total + Size(1, f"n{index}")
    assert evaluated(" + ".join(["1"] * 10)) == 10
    assert derivation(total).count("+") == 19_999
    assert len(list(leaves(total))) == 20_000


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda size: pickle.loads(pickle.dumps(size))]
)
def test_it_is_copied_with_its_derivation(again: Callable[[Size], Size]) -> None:
    size = Size(42, ("*", Size(7, "a"), Size(6, "b")))
    assert again(size) == 42
    assert derivation(again(size)) == "7*6"


def test_other_types_are_refused_as_by_a_plain_integer() -> None:
    with pytest.raises(TypeError):
        Size(1, "a") + "b"  # type: ignore[operator]
    assert Size(3, "a") / 2 == 1.5
    assert Size(3, "a") * 1.5 == 4.5
