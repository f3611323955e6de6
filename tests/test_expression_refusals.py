"""What the expression evaluator refuses: each message, with its place in the text and its hint."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest

from shapecalc.expressions.expression import parse_expression
from shapecalc.expressions.functions import FUNCTIONS
from shapecalc.problems.problem import Refusal

RANGE = "number out of range: integers, numerators and denominators stay below 2**63"
DEEP = "nested too deep: at most 50 levels are allowed"
ODD = "is not a number: a plain integer or decimal is wanted"
BARE_LIST = "values side by side must stand in a list"
IN_BRACKETS = "write a list in square brackets: [1, 2]"
IF_ELSE = "write value if condition else other"
NO_BRACES = "write names without braces, which are for notes"

SCOPE: dict[str, object] = {
    "planes": 64,
    "depths": [2, 3, 4],
    "grid": [[1, 2], [3, 4]],
    "flag": True,
    "off": False,
    "kind": "Conv2d",
    "nothing": None,
    "empty": [],
    "宽度": 7,
}


def refusal(text: str, scope: Mapping[str, object] = SCOPE) -> Refusal:
    with pytest.raises(Refusal) as caught:
        parse_expression(text).evaluate(scope)
    return caught.value


# text, offset, message, hint
REFUSALS: list[tuple[str, int, str, str | None]] = [
    # what is not in the language
    ("'a'*10**9", 0, "text in quotes is not allowed in an expression", None),
    ('f"{planes}"', 1, "text in quotes is not allowed in an expression", None),
    ("().__class__", 2, "'.' is not allowed in an expression", None),
    ("planes.real", 6, "'.' is not allowed in an expression", None),
    ("...", 0, "'.' is not allowed in an expression", None),
    ("lambda", 0, "'lambda' is not allowed in an expression", None),
    ("[d for d in depths]", 3, "'for' is not allowed in an expression", None),
    ("2 in depths", 2, "'in' is not allowed in an expression", None),
    ("planes is 64", 7, "'is' is not allowed in an expression", "write =="),
    ("await planes", 0, "'await' is not allowed in an expression", None),
    ("(p := 1)", 3, "':' is not allowed in an expression", None),
    ("depths[:1]", 7, "':' is not allowed in an expression", None),
    ("{1: 2}", 0, "'{' is not allowed in an expression", NO_BRACES),
    ("1; 2", 1, "';' is not allowed in an expression", None),
    ("1 # one", 2, "'#' is not allowed in an expression", None),
    ("1 \\\n+ 2", 2, "'\\' is not allowed in an expression", None),
    ("planes @ 2", 7, "'@' is not allowed in an expression", None),
    ("~planes", 0, "'~' is not allowed in an expression", None),
    ("planes & 2", 7, "'&' is not allowed in an expression", "write and"),
    ("planes | 2", 7, "'|' is not allowed in an expression", "write or"),
    ("planes ^ 2", 7, "'^' is not allowed in an expression", "write **"),
    ("!flag", 0, "'!' is not allowed in an expression", "write not"),
    ("flag ? 1 : 2", 5, "'?' is not allowed in an expression", IF_ELSE),
    ("4×planes", 1, "'×' is not allowed in an expression", "write *"),
    ("宽度 × 2", 3, "'×' is not allowed in an expression", "write *"),
    ("min\uff081)", 3, "'\uff08' is not allowed in an expression", "write ("),
    ("planes\x00", 6, "U+0000 is not allowed in an expression", None),
    ("planes\x0c", 6, "U+000C is not allowed in an expression", None),
    ("pla\u200bnes", 3, "U+200B is not allowed in an expression", None),
    ("\u00a0planes", 0, "U+00A0 is not allowed in an expression", None),
    ("\ud800", 0, "U+D800 is not allowed in an expression", None),
    ("max(*depths)", 4, "'*depths' is not allowed in an expression", None),
    ("[*depths]", 1, "'*depths' is not allowed in an expression", None),
    # what does not read as an expression
    ("", 0, "the expression is empty", None),
    (" \t\n", 0, "the expression is empty", None),
    ("x if", 4, "a value is wanted after 'if'", None),
    ("4 *  ", 3, "a value is wanted after '*'", None),
    ("* 4", 0, "a value is wanted before '*'", None),
    ("4 + / 2", 4, "a value is wanted before '/'", None),
    ("min(1,,2)", 6, "a value is wanted before ','", None),
    ("(4 -)", 4, "a value is wanted before ')'", None),
    ("max(**depths)", 4, "max takes no argument of that name", None),
    ("planes planes", 7, "an operator is wanted before 'planes'", None),
    ("2 3.5", 2, "an operator is wanted before '3.5'", None),
    ("flag not off", 5, "an operator is wanted before 'not'", None),
    ("planes != ", 9, "a value is wanted after '!='", None),
    ("planes <> 1", 8, "a value is wanted before '>'", None),
    ("(1", 0, "'(' is never closed", None),
    ("[1, (2)", 0, "'[' is never closed", None),
    ("1)", 1, "')' closes no '('", None),
    ("(1]", 2, "']' closes no '['", None),
    ("1) + (1", 1, "')' closes no '('", None),
    ("1 if flag", 0, "each 'if' takes one 'else'", IF_ELSE),
    ("planes = 1", 7, "'=' is out of place", "write == to compare"),
    ("planes += 1", 8, "a value is wanted before '='", None),
    ("1 + not 2", 4, "this cannot be read as an expression", None),
    (" 宽度 + not 2", 6, "this cannot be read as an expression", None),
    ("1, 2", 0, BARE_LIST, IN_BRACKETS),
    ("1 + ()", 4, BARE_LIST, IN_BRACKETS),
    # numbers that are not plain
    ("12:30", 0, f"'12:30' {ODD}", None),
    (
        "010",
        0,
        "'010' is ambiguous: a number does not start with 0",
        "write 10, or 8 if it is meant as octal",
    ),
    ("2 * 007", 4, "'007' is ambiguous: a number does not start with 0", "write 7"),
    ("09", 0, "'09' is ambiguous: a number does not start with 0", "write 9"),
    ("1_000", 0, f"'1_000' {ODD}", "write 1000"),
    ("0b11", 0, f"'0b11' {ODD}", "write 3"),
    ("0x1F", 0, f"'0x1F' {ODD}", "write 31"),
    ("0o17", 0, f"'0o17' {ODD}", "write 15"),
    ("1e3", 0, f"'1e3' {ODD}", "write 1000"),
    ("1.5e-3", 0, f"'1.5e-3' {ODD}", "write 0.0015"),
    ("00.5", 0, f"'00.5' {ODD}", "write 0.5"),
    ("1e999999999", 0, f"'1e999999999' {ODD}", None),
    ("0x" + "f" * 900, 0, f"'0x{'f' * 35}...' {ODD}", None),
    ("1j", 0, f"'1j' {ODD}", None),
    ("1.5.2", 0, f"'1.5.2' {ODD}", None),
    ("224x224x3", 0, f"'224x224x3' {ODD}", None),
    ("0x1for x", 0, f"'0x1for' {ODD}", None),
    ("1if flag else 2", 0, f"'1if' {ODD}", None),
    ("4宽度", 1, "an operator is wanted before '宽度'", None),
    # bounds
    ("1+" * 500 + "1", 0, "the expression has 1,001 characters; 1,000 are allowed", None),
    ("(" * 10_000, 0, "the expression has 10,000 characters; 1,000 are allowed", None),
    ("a" * 1001, 0, "the expression has 1,001 characters; 1,000 are allowed", None),
    ("(" * 51 + "1" + ")" * 51, 50, DEEP, None),
    ("-" * 51 + "1", 50, DEEP, None),
    ("-" * 999 + "1", 50, DEEP, None),
    ("2**" * 300 + "2", 147, DEEP, None),
    ("9**9**9", 0, RANGE, None),
    ("2 ** 63", 0, RANGE, None),
    ("(-2) ** 63", 1, RANGE, None),
    ("2 ** -63", 0, RANGE, None),
    ("0.5 ** 9223372036854775807", 0, RANGE, None),
    ("9223372036854775808", 0, RANGE, None),
    ("1 + 9223372036854775807", 0, RANGE, None),
    ("-9223372036854775807 - 1", 0, RANGE, None),
    ("4294967296 * 4294967296", 0, RANGE, None),
    ("1 / 9223372036854775807 / 2", 0, RANGE, None),
    ("9" * 999, 0, RANGE, None),
    ("0.30000000000000000004", 0, RANGE, None),
    ("1 * make_divisible(9223372036854775807)", 19, RANGE, None),
    # operands
    ("1 / 0", 4, "division by zero", None),
    ("1 // (2 - 2)", 6, "division by zero", None),
    ("1 % 0.0", 4, "division by zero", None),
    ("planes - 64 + 0 ** -1", 19, "division by zero", None),
    ("2 ** 0.5", 5, "'**' takes an integer as its exponent, not 1/2", None),
    ("-flag", 1, "'-' takes numbers, not true", None),
    ("+kind", 1, "'+' takes numbers, not the text 'Conv2d'", None),
    ("not kind", 4, "'not' takes true, false or a number, not the text 'Conv2d'", None),
    ("nothing and 1", 0, "'and' takes true, false or a number, not null", None),
    ("0 or depths or 1", 5, "'or' takes true, false or a number, not a list of 3", None),
    ("1 if kind else 2", 5, "'if' takes true, false or a number, not the text 'Conv2d'", None),
    ("flag == 1", 0, "'==' cannot compare true with 1", None),
    ("depths != 1", 0, "'!=' cannot compare a list of 3 with 1", None),
    ("1 < flag", 0, "'<' cannot compare 1 with true", None),
    ("kind >= kind", 0, "'>=' cannot compare the text 'Conv2d' with the text 'Conv2d'", None),
    ("nothing <= 1", 0, "'<=' cannot compare null with 1", None),
    # indexing
    ("depths[3]", 7, "index 3 is out of range: the list holds 3", "the last index is 2"),
    ("depths[-4]", 7, "index -4 is out of range: the list holds 3", "the last index is 2"),
    ("empty[0]", 6, "index 0 is out of range: the list holds 0", None),
    ("depths[0.5]", 7, "an index is an integer, not 1/2", None),
    ("depths[flag]", 7, "an index is an integer, not true", None),
    ("grid[0, 1]", 5, "an index is one integer", "write one index after the other: values[0][1]"),
    ("planes[0]", 0, "only a list can be indexed, not 64", None),
    ("kind[0]", 0, "only a list can be indexed, not the text 'Conv2d'", None),
    # calls
    ("min()", 0, "min wants a value", None),
    ("abs(1, 2)", 0, "abs takes 1 value, not 2", None),
    ("1 + round(1, 2)", 4, "round takes 1 value, not 2", None),
    ("make_divisible(1, 2, 3, 4)", 0, "make_divisible takes at most 3 values, not 4", None),
    ("abs(x=1)", 4, "abs takes no argument of that name", None),
    (
        "make_divisible(1, by=2)",
        18,
        "make_divisible takes no argument of that name",
        "it takes value, divisor, min_value",
    ),
    ("make_divisible(1, value=2)", 18, "make_divisible is given value twice", None),
    ("make_divisible(1, divisor=2, divisor=3)", 29, "make_divisible is given divisor twice", None),
    ("make_divisible(divisor=2)", 0, "make_divisible wants a value", None),
    ("make_divisible(1, 0)", 18, "divisor takes an integer of 1 or more, not 0", None),
    ("make_divisible(1, 2.5)", 18, "divisor takes an integer of 1 or more, not 5/2", None),
    ("make_divisible(1, flag)", 18, "divisor takes an integer of 1 or more, not true", None),
    (
        "make_divisible(1, min_value=-8)",
        28,
        "min_value takes an integer of 1 or more, not -8",
        None,
    ),
    ("make_divisible(flag)", 15, "make_divisible takes numbers, not true", None),
    ("min(1, flag)", 7, "min takes numbers, not true", None),
    ("max(grid)", 4, "max takes numbers, not a list of 2", None),
    ("min(depths, 1)", 4, "min takes numbers, not a list of 3", None),
    ("max(empty)", 4, "max of an empty list", None),
    ("abs(flag)", 4, "abs takes numbers, not true", None),
    ("round(kind)", 6, "round takes numbers, not the text 'Conv2d'", None),
    ("floor(nothing)", 6, "floor takes numbers, not null", None),
    ("ceil(depths)", 5, "ceil takes numbers, not a list of 3", None),
    ("len(planes)", 4, "len takes a list, not 64", None),
    ("len(kind)", 4, "len takes a list, not the text 'Conv2d'", None),
    ("4(planes)", 0, "only a function can be called", "write * to multiply"),
    ("depths[0](1)", 0, "only a function can be called", "write * to multiply"),
]


@pytest.mark.parametrize(("text", "offset", "message", "hint"), REFUSALS)
def test_refusal(text: str, offset: int, message: str, hint: str | None) -> None:
    found = refusal(text)
    assert (found.code, found.offset, found.message, found.hint) == ("SC108", offset, message, hint)


@pytest.mark.parametrize("symbol", ["+", "-", "*", "/", "//", "%", "**"])
@pytest.mark.parametrize(
    ("operand", "shown"),
    [
        ("flag", "true"),
        ("off", "false"),
        ("null", "null"),
        ("kind", "the text 'Conv2d'"),
        ("depths", "a list of 3"),
    ],
)
def test_only_numbers_do_arithmetic(symbol: str, operand: str, shown: str) -> None:
    message = f"'{symbol}' takes numbers, not {shown}"
    left, right = refusal(f"{operand} {symbol} 2"), refusal(f"2 {symbol} {operand}")
    assert (left.message, left.offset) == (message, 0)
    assert (right.message, right.offset) == (message, 3 + len(symbol))


@pytest.mark.parametrize(
    ("text", "offset", "message", "hint"),
    [
        ("plane", 0, "there is no argument 'plane'", "did you mean 'planes'?"),
        ("宽度 * Planes", 5, "there is no argument 'Planes'", "did you mean 'planes'?"),
        ("2 * min", 4, "'min' is a function", "write min(…)"),
        ("1 + mn(2)", 4, "there is no function 'mn'", "did you mean 'min'?"),
        (
            "planes(2)",
            0,
            "there is no function 'planes'",
            f"the functions are {', '.join(FUNCTIONS)}",
        ),
        ("z" * 99, 0, f"there is no argument '{'z' * 37}...'", None),
    ],
)
def test_unknown_name(text: str, offset: int, message: str, hint: str | None) -> None:
    scope = SCOPE | {f"argument{number}": number for number in range(20)}
    found = refusal(text, scope)
    assert (found.code, found.offset, found.message, found.hint) == ("SC109", offset, message, hint)


def test_an_unknown_name_lists_the_few_that_are_known() -> None:
    assert refusal("z", {"planes": 1, "width": 2}).hint == "known here: planes, width"
    assert refusal("z", {}).hint == "no names are known here"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (float("nan"), "nan is not a finite number"),
        (float("-inf"), "-inf is not a finite number"),
        (1e300, RANGE),
        (1e-30, RANGE),
        (2**63, RANGE),
        (Fraction(1, 2**63), RANGE),
        (1j, "a value of type complex means nothing here"),
        ({}, "a value of type dict means nothing here"),
        ([0] * 1001, "a list may hold at most 1,000 values"),
        ([[0] * 500, [0] * 499], "a list may hold at most 1,000 values"),
        ([float("nan")], "nan is not a finite number"),
    ],
)
def test_value_from_outside_that_is_refused(given: object, message: str) -> None:
    found = refusal("given", {"given": given})
    assert (found.code, found.message) == ("SC108", message)


def test_a_list_inside_itself_is_refused() -> None:
    knot: list[object] = []
    knot.append(knot)
    assert refusal("knot", {"knot": knot}).message == DEEP
    knot.append(knot)
    assert refusal("knot", {"knot": knot}).message == DEEP
