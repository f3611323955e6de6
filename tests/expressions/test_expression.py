"""The expression evaluator: every operator and function, exactness, and no way out but Refusal."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from running import program

from shapecalc.expressions.expression import MAXIMUM_CACHED, parse_expression
from shapecalc.problems.problem import Refusal

SCOPE: dict[str, object] = {
    "planes": 64,
    "width": 0.1,
    "depths": [2, 3, 4],
    "grid": [[1, 2], (3, 4.5)],
    "flag": True,
    "off": False,
    "kind": "Conv2d",
    "nothing": None,
    "empty": [],
    "宽度": 7,
}


def value(text: str, scope: Mapping[str, object] = SCOPE) -> Any:
    return parse_expression(text).evaluate(scope)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("planes", 64),
        ("宽度", 7),
        ("kind", "Conv2d"),
        ("nothing", None),
        ("flag", True),
        ("width", Fraction(1, 10)),
        ("depths", [2, 3, 4]),
        ("grid", [[1, 2], [3, Fraction(9, 2)]]),
        ("true", True),
        ("false", False),
        ("null", None),
        ("True", True),
        ("False", False),
        ("None", None),
        ("0", 0),
        ("64", 64),
        ("64.0", 64),
        (".5", Fraction(1, 2)),
        ("5.", 5),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775807", 1 - 2**63),
        ("4 * planes", 256),
        ("planes + 1 - 3", 62),
        ("7 / 2", Fraction(7, 2)),
        ("6 / 2", 3),
        ("-7 // 2", -4),
        ("-7 % 4", 1),
        ("7.5 % 2", Fraction(3, 2)),
        ("7.5 // 2", 3),
        ("2 ** 10", 1024),
        ("2 ** -2", Fraction(1, 4)),
        ("0.5 ** 2", Fraction(1, 4)),
        ("(1 / 2) ** -3", 8),
        ("0 ** 0", 1),
        ("(-1) ** 9223372036854775807", -1),
        ("-2 ** 2", -4),
        ("- - +3", 3),
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("2 ** 3 ** 2", 512),
        ("0.1 * 3", Fraction(3, 10)),
        ("width * 3 == 0.3", True),
        ("1 == 1.0", True),
        ("1 != 1", False),
        ("1 < 2 <= 2", True),
        ("3 > 2 >= 3", False),
        ("1 < 0 < 1 / 0", False),
        ("kind == kind", True),
        ("kind == null", False),
        ("kind != 3", True),
        ("nothing == null", True),
        ("depths == null", False),
        ("flag == true", True),
        ("flag != off", True),
        ("flag and planes", 64),
        ("0 and 1 / 0", 0),
        ("off or 0 or 5", 5),
        ("3 or 1 / 0", 3),
        ("not 0", True),
        ("not flag", False),
        ("not 1 == 2", True),
        ("flag and nothing", None),
        ("1 if flag else 1 / 0", 1),
        ("1 / 0 if off else 2", 2),
        ("1 if off else 2 if off else 3", 3),
        ("kind if flag else null", "Conv2d"),
        ("depths[0]", 2),
        ("depths[-1]", 4),
        ("depths[-3]", 2),
        ("depths[planes // 64 + 1]", 4),
        ("grid[1][1]", Fraction(9, 2)),
        ("grid[1]", [3, Fraction(9, 2)]),
        ("[1, 2, 3][1]", 2),
        ("[planes, width, [1, 2,]]", [64, Fraction(1, 10), [1, 2]]),
        ("[]", []),
        ("min(3, 1, 2)", 1),
        ("max(3, 1, 2)", 3),
        ("max(3)", 3),
        ("min(depths)", 2),
        ("max(grid[1])", Fraction(9, 2)),
        ("abs(-3)", 3),
        ("abs(-0.5)", Fraction(1, 2)),
        ("round(0.5)", 0),
        ("round(1.5)", 2),
        ("round(2.5)", 2),
        ("round(-3.5)", -4),
        ("floor(-0.5)", -1),
        ("floor(7)", 7),
        ("ceil(-0.5)", 0),
        ("ceil(6.1)", 7),
        ("len(depths)", 3),
        ("len(empty)", 0),
        ("make_divisible(32 * 0.35)", 16),
        ("make_divisible(32 * 0.35, 4)", 12),
        ("make_divisible(12)", 16),
        ("make_divisible(11)", 16),
        ("make_divisible(20)", 24),
        ("make_divisible(10, 9)", 9),
        ("make_divisible(1)", 8),
        ("make_divisible(1, 8, 3)", 3),
        ("make_divisible(1, 8, 32)", 32),
        ("make_divisible(value=20, min_value=32, divisor=16)", 32),
        ("make_divisible(20, min_value=null)", 24),
        ("  planes\n\t* 2\r\n", 128),
        ("[1,\n 2]", [1, 2]),
        ("宽度 * 2 + planes", 78),
    ],
)
def test_value(text: str, wanted: object) -> None:
    found = value(text)
    assert (found, type(found)) == (wanted, type(wanted))


def test_an_unknown_name_in_a_branch_not_taken_is_not_looked_up() -> None:
    assert value("1 if flag else unknown") == 1


@pytest.mark.parametrize("given", [1.0, 1e3, 1e-5, 0.1, -0.0, 123456.789, Fraction(4, 2)])
def test_value_from_outside_is_exact(given: float | Fraction) -> None:
    wanted = Fraction(str(given))
    found = value("given", {"given": given})
    assert found == wanted
    assert isinstance(found, int) == (wanted.denominator == 1)


def test_the_longest_and_the_deepest() -> None:
    assert value("1" + "+1" * 499) == 500
    assert value("(" * 50 + "1" + ")" * 50) == 1
    assert value("-" * 48 + "1") == 1
    assert len(value("given", {"given": [0] * 1000})) == 1000


def test_a_list_is_not_the_list_of_the_scope() -> None:
    assert value("depths") is not SCOPE["depths"]


def test_names() -> None:
    text = "a if b else c[d] + min(e, true) + make_divisible(1, divisor=f) + a + 宽度"
    assert parse_expression(text).names == {"a", "b", "c", "d", "e", "f", "宽度"}
    assert parse_expression("planes").names == {"planes"}
    assert parse_expression("null").names == frozenset()


def test_a_name_is_taken_as_it_is_written() -> None:
    ligature = "\ufb01lters"
    assert parse_expression(f"{ligature} + 1").names == {ligature}
    assert value(f"{ligature} + 1", {ligature: 1, "filters": 2}) == 2


def test_parsing_remembers_a_bounded_number() -> None:
    assert parse_expression("planes * 3") is parse_expression("planes * 3")
    for number in range(MAXIMUM_CACHED + 10):
        parse_expression(f"name{number}")
    from shapecalc.expressions import expression

    assert 0 < len(expression._cache) <= MAXIMUM_CACHED


def test_a_name_alone_loads_no_parser() -> None:
    script = (
        "import sys\n"
        "from shapecalc.expressions.expression import parse_expression\n"
        "assert parse_expression('planes').evaluate({'planes': 64}) == 64\n"
        "lazy = 'ast', 'difflib', 'fractions', 'shapecalc.expressions.program'\n"
        "print([name for name in lazy if name in sys.modules])\n"
        "parse_expression('planes * 2').evaluate({'planes': 64})\n"
        "print([name for name in lazy if name in sys.modules])\n"
    )
    assert program(script).out.splitlines() == ["[]", "['ast', 'shapecalc.expressions.program']"]


@given(
    st.integers(0, 2**20).map(lambda count: count / 2**6), st.integers(1, 64), st.integers(0, 64)
)
def test_make_divisible_is_torchvisions(width: float, divisor: int, least: int) -> None:
    """Against floats, on widths whose halves and ninths floats tell apart."""
    new = max(least or divisor, int(width + divisor / 2) // divisor * divisor)
    if new < 0.9 * width:
        new += divisor
    scope = {"width": width, "divisor": divisor, "least": least or None}
    assert value("make_divisible(width, divisor, least)", scope) == new


@given(st.decimals(-1000, 1000, places=3), st.decimals(-1000, 1000, places=3))
def test_decimals_are_exact(left: Any, right: Any) -> None:
    scope = {"left": float(left), "right": float(right)}
    for symbol in "+-*":
        wanted = eval(f"left {symbol} right", {"left": Fraction(left), "right": Fraction(right)})
        assert value(f"left {symbol} right", scope) == wanted
        assert value(f"{left:f} {symbol} ({right:f})") == wanted


def compound(numbers: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Number expressions made of smaller ones, with and without brackets around them."""
    truths = st.builds(
        "{} {} {}".format, numbers, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), numbers
    )
    return st.one_of(
        st.builds("{} {} {}".format, numbers, st.sampled_from(["+", "-", "*", "//", "%"]), numbers),
        st.builds("({})".format, numbers),
        st.builds("-{}".format, numbers),
        st.builds("({} {} {})".format, numbers, st.sampled_from(["and", "or"]), numbers),
        st.builds("({} if {} else {})".format, numbers, truths, numbers),
        st.builds("({} if not {} and a else {})".format, numbers, truths, numbers),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), numbers, numbers),
        st.builds("abs({})".format, numbers),
        st.builds("[{}, {}][({}) % 2]".format, numbers, numbers, numbers),
    )


LEAVES = st.one_of(
    st.integers(0, 999).map(str),
    st.sampled_from(["a", "b"]),
    st.builds("{} ** {}".format, st.integers(0, 9), st.integers(0, 3)),
)


@given(st.recursive(LEAVES, compound, max_leaves=6), st.integers(-999, 999), st.integers(-9, 9))
@example("-2 ** 2 // 3 % a", 7, 0)
def test_integer_expressions_agree_with_python(text: str, a: int, b: int) -> None:
    scope = {"a": a, "b": b}
    try:
        wanted = eval(text, dict(scope))
    except ZeroDivisionError:
        with pytest.raises(Refusal, match="division by zero"):
            value(text, scope)
    else:
        assert value(text, scope) == wanted


def check_total(text: str, scope: Mapping[str, object]) -> None:
    """A text has a value or is refused at a place inside it, and nothing warns."""
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        try:
            value(text, scope)
        except Refusal as found:
            assert found.code in ("SC108", "SC109")
            assert len(found.message.splitlines()) == 1
            assert found.offset is not None
            assert 0 <= found.offset <= len(text)
    assert shown == []


@given(st.text())
@example("\ud800")
@example("a\u2028b")
def test_any_text_is_a_value_or_a_refusal(text: str) -> None:
    check_total(text, {"a": 3})


WORDS = "a b min len make_divisible( divisor= 1 0 .5 2 + - * / // % ** ( ) [ ] , == < and or not if"
WORDS += " else = true null is in 0x1 1e 1_0 : . ' ! lambda for 宽度 × [1,2] [0]"


@given(st.lists(st.sampled_from(WORDS.split()), max_size=12), st.sampled_from(["", " ", "\n"]))
@example(["1", "is", "1"], " ")
@example(["1", "[0]"], "")
@example(["0x1", "for", "a"], "")
@example(["1", "if", "a", "else", "b"], "")
def test_any_words_are_a_value_or_a_refusal(words: list[str], space: str) -> None:
    check_total(space.join(words), {"a": 3, "b": [1, 0.5]})
