"""What the expression evaluator refuses: each message, with its place in the text and its hint."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest

from shapecalc.expressions.expression import parse_expression
from shapecalc.expressions.functions import FUNCTIONS
from shapecalc.problems.problem import Refusal

RANGE = "number out of range: integers, numerators and denominators must be below 2**63"
DEEP = "nested too deeply: the maximum is 50 levels"
NUMBER = "expected an integer or a decimal"
BARE_LIST = "values separated by commas must be in a list"
IN_BRACKETS = "write a list in square brackets: [1, 2]"
IF_ELSE = "write value if condition else other"
NO_BRACES = "write names without braces: braces are for notes"

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
    ("'a'*10**9", 0, "strings are not allowed in an expression", None),
    ('f"{planes}"', 1, "strings are not allowed in an expression", None),
    ("().__class__", 2, "'.' is not allowed in an expression", None),
    (
        "planes.real",
        7,
        "'real' is not a size of 'planes'",
        "allowed: channels, height, width, depth, length",
    ),
    ("planes.real.heigth", 12, "'heigth' is not a size of 'planes.real'", "did you mean 'height'?"),
    ("not.height", 0, "'not' is not allowed in an expression", None),
    ("true.height", 0, "'true' is not allowed in an expression", None),
    (".height", 0, "'.' is not allowed in an expression", None),
    ("[x].height", 3, "'.' is not allowed in an expression", None),
    ("x .height", 2, "'.' is not allowed in an expression", None),
    ("sqrt(-1)", 5, "sqrt() expects a number of at least 0, got -1", None),
    ("log2(0)", 5, "log2() expects a number above 0, got 0", None),
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
    ("x if", 4, "expected a value after 'if'", None),
    ("4 *  ", 3, "expected a value after '*'", None),
    ("* 4", 0, "expected a value before '*'", None),
    ("4 + / 2", 4, "expected a value before '/'", None),
    ("min(1,,2)", 6, "expected a value before ','", None),
    ("(4 -)", 4, "expected a value before ')'", None),
    ("max(**depths)", 4, "max() has no keyword arguments", None),
    ("planes planes", 7, "expected an operator before 'planes'", None),
    ("2 3.5", 2, "expected an operator before '3.5'", None),
    ("flag not off", 5, "expected an operator before 'not'", None),
    ("planes != ", 9, "expected a value after '!='", None),
    ("planes <> 1", 8, "expected a value before '>'", None),
    ("(1", 0, "'(' is never closed", None),
    ("[1, (2)", 0, "'[' is never closed", None),
    ("1)", 1, "unmatched ')'", None),
    ("(1]", 2, "unmatched ']'", None),
    ("1) + (1", 1, "unmatched ')'", None),
    ("1 if flag", 0, "expected one 'else' for each 'if'", IF_ELSE),
    ("planes = 1", 7, "'=' is not allowed here", "write == to compare"),
    ("planes += 1", 8, "expected a value before '='", None),
    ("1 + not 2", 4, "invalid expression", None),
    (" 宽度 + not 2", 6, "invalid expression", None),
    ("1, 2", 0, BARE_LIST, IN_BRACKETS),
    ("1 + ()", 4, BARE_LIST, IN_BRACKETS),
    # numbers that are not plain
    ("12:30", 0, f"invalid number '12:30': {NUMBER}", None),
    (
        "010",
        0,
        "'010' is ambiguous: leading zeros are not allowed",
        "write 10, or 8 if it is octal",
    ),
    ("2 * 007", 4, "'007' is ambiguous: leading zeros are not allowed", "write 7"),
    ("09", 0, "'09' is ambiguous: leading zeros are not allowed", "write 9"),
    ("1_000", 0, f"invalid number '1_000': {NUMBER}", "write 1000"),
    ("0b11", 0, f"invalid number '0b11': {NUMBER}", "write 3"),
    ("0x1F", 0, f"invalid number '0x1F': {NUMBER}", "write 31"),
    ("0o17", 0, f"invalid number '0o17': {NUMBER}", "write 15"),
    ("1e3", 0, f"invalid number '1e3': {NUMBER}", "write 1000"),
    ("1.5e-3", 0, f"invalid number '1.5e-3': {NUMBER}", "write 0.0015"),
    ("00.5", 0, f"invalid number '00.5': {NUMBER}", "write 0.5"),
    ("1e999999999", 0, f"invalid number '1e999999999': {NUMBER}", None),
    ("0x" + "f" * 900, 0, f"invalid number '0x{'f' * 33}...': {NUMBER}", None),
    ("1j", 0, f"invalid number '1j': {NUMBER}", None),
    ("1.5.2", 0, f"invalid number '1.5.2': {NUMBER}", None),
    ("224x224x3", 0, f"invalid number '224x224x3': {NUMBER}", None),
    ("0x1for x", 0, f"invalid number '0x1for': {NUMBER}", None),
    ("1if flag else 2", 0, f"invalid number '1if': {NUMBER}", None),
    ("4宽度", 1, "expected an operator before '宽度'", None),
    # bounds
    ("1+" * 500 + "1", 0, "expression too long: 1,001 characters, the maximum is 1,000", None),
    ("(" * 10_000, 0, "expression too long: 10,000 characters, the maximum is 1,000", None),
    ("a" * 1001, 0, "expression too long: 1,001 characters, the maximum is 1,000", None),
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
    ("2 ** 0.5", 5, "the exponent of '**' must be an integer, not 0.5", None),
    ("-flag", 1, "'-' expects a number, got true", None),
    ("+kind", 1, "'+' expects a number, got 'Conv2d'", None),
    ("not kind", 4, "'not' expects true, false or a number, got 'Conv2d'", None),
    ("nothing and 1", 0, "'and' expects true, false or a number, got null", None),
    ("0 or depths or 1", 5, "'or' expects true, false or a number, got [2, 3, 4]", None),
    ("1 if kind else 2", 5, "'if' expects true, false or a number, got 'Conv2d'", None),
    ("flag == 1", 0, "'==' cannot compare true with 1", None),
    ("depths != 1", 0, "'!=' cannot compare [2, 3, 4] with 1", None),
    ("1 < flag", 0, "'<' cannot compare 1 with true", None),
    ("kind >= kind", 0, "'>=' cannot compare 'Conv2d' with 'Conv2d'", None),
    ("nothing <= 1", 0, "'<=' cannot compare null with 1", None),
    # indexing
    ("depths[3]", 7, "index 3 is out of range for a list of length 3", "the last index is 2"),
    ("depths[-4]", 7, "index -4 is out of range for a list of length 3", "the last index is 2"),
    ("empty[0]", 6, "index 0 is out of range for a list of length 0", None),
    ("depths[0.5]", 7, "an index must be an integer, not 0.5", None),
    ("depths[flag]", 7, "an index must be an integer, not true", None),
    ("grid[0, 1]", 5, "expected one index, got several", "index one level at a time: values[0][1]"),
    ("planes[0]", 0, "only a list can be indexed, not 64", None),
    ("kind[0]", 0, "only a list can be indexed, not 'Conv2d'", None),
    # calls
    ("min()", 0, "min() needs at least one value", None),
    ("abs(1, 2)", 0, "abs() expects 1 argument, got 2", None),
    ("1 + round(1, 2)", 4, "round() expects 1 argument, got 2", None),
    ("make_divisible(1, 2, 3, 4)", 0, "make_divisible() expects at most 3 arguments, got 4", None),
    ("abs(x=1)", 4, "abs() has no argument 'x'", None),
    (
        "make_divisible(1, by=2)",
        18,
        "make_divisible() has no argument 'by'",
        "allowed: value, divisor, min_value",
    ),
    ("make_divisible(1, value=2)", 18, "make_divisible() got multiple values for 'value'", None),
    (
        "make_divisible(1, divisor=2, divisor=3)",
        29,
        "make_divisible() got multiple values for 'divisor'",
        None,
    ),
    ("make_divisible(divisor=2)", 0, "make_divisible() needs at least one value", None),
    ("make_divisible(1, 0)", 18, "divisor must be an integer of at least 1, not 0", None),
    ("make_divisible(1, 2.5)", 18, "divisor must be an integer of at least 1, not 2.5", None),
    ("make_divisible(1, flag)", 18, "divisor must be an integer of at least 1, not true", None),
    (
        "make_divisible(1, min_value=-8)",
        28,
        "min_value must be an integer of at least 1, not -8",
        None,
    ),
    ("make_divisible(flag)", 15, "make_divisible() expects a number, got true", None),
    ("min(1, flag)", 7, "min() expects a number, got true", None),
    ("max(grid)", 4, "max() expects a number, got [1, 2]", None),
    ("min(depths, 1)", 4, "min() expects a number, got [2, 3, 4]", None),
    ("max(empty)", 4, "max() needs at least one value, got an empty list", None),
    ("abs(flag)", 4, "abs() expects a number, got true", None),
    ("round(kind)", 6, "round() expects a number, got 'Conv2d'", None),
    ("floor(nothing)", 6, "floor() expects a number, got null", None),
    ("ceil(depths)", 5, "ceil() expects a number, got [2, 3, 4]", None),
    ("len(planes)", 4, "len() expects a list, got 64", None),
    ("len(kind)", 4, "len() expects a list, got 'Conv2d'", None),
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
        ("kind", "'Conv2d'"),
        ("depths", "[2, 3, 4]"),
    ],
)
def test_only_numbers_do_arithmetic(symbol: str, operand: str, shown: str) -> None:
    message = f"'{symbol}' expects a number, got {shown}"
    left, right = refusal(f"{operand} {symbol} 2"), refusal(f"2 {symbol} {operand}")
    assert (left.message, left.offset) == (message, 0)
    assert (right.message, right.offset) == (message, 3 + len(symbol))


@pytest.mark.parametrize(
    ("text", "offset", "message", "hint"),
    [
        ("plane", 0, "unknown name 'plane'", "did you mean 'planes'?"),
        ("宽度 * Planes", 5, "unknown name 'Planes'", "did you mean 'planes'?"),
        ("2 * min", 4, "'min' is a function", "write min(…)"),
        ("1 + mn(2)", 4, "unknown function 'mn'", "did you mean 'min'?"),
        (
            "planes(2)",
            0,
            "unknown function 'planes'",
            f"allowed: {', '.join(FUNCTIONS)}",
        ),
        ("z" * 99, 0, f"unknown name '{'z' * 35}...'", None),
    ],
)
def test_unknown_name(text: str, offset: int, message: str, hint: str | None) -> None:
    scope = SCOPE | {f"argument{number}": number for number in range(20)}
    found = refusal(text, scope)
    assert (found.code, found.offset, found.message, found.hint) == ("SC109", offset, message, hint)


def test_an_unknown_name_lists_the_few_that_are_known() -> None:
    assert refusal("z", {"planes": 1, "width": 2}).hint == "defined: planes, width"
    assert refusal("z", {}).hint == "no names are defined here"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (float("nan"), "nan is not a finite number"),
        (float("-inf"), "-inf is not a finite number"),
        (1e300, RANGE),
        (1e-30, RANGE),
        (2**63, RANGE),
        (Fraction(1, 2**63), RANGE),
        (1j, "unsupported value of type complex"),
        ({}, "unsupported value of type dict"),
        ([0] * 1001, "a list can have at most 1,000 values"),
        ([[0] * 500, [0] * 499], "a list can have at most 1,000 values"),
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
