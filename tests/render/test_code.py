"""What the formats share that write Python: identifiers, expressions, lines, comments."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecalc.expressions.expression import parse_expression
from shapecalc.render.code.comments import LINE_WIDTH, comment, docstring
from shapecalc.render.code.computing import MAKE_DIVISIBLE, computed, make_divisible
from shapecalc.render.code.layout import Bracket, Part, laid_out
from shapecalc.render.code.names import Names, class_name, identifier
from shapecalc.render.code.trees import condition, constant, names_read, put, tree_of
from shapecalc.render.code.writing import source
from shapecalc.text.display import visible

RUFF = shutil.which("ruff", path=str(Path(sys.executable).parent)) or shutil.which("ruff")


def formatted(text: str) -> str:
    """The text as ruff formats it; skips where there is none."""
    if RUFF is None:
        pytest.skip("ruff is not installed")
    run = [RUFF, "format", "--isolated", "--no-cache", "-"]
    return subprocess.run(run, input=text, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("conv1", "conv1"),
        ("0", "layer_0"),
        ("class", "class_"),
        ("match", "match_"),
        ("l", "l_"),
        ("__init__", "init"),
        ("_modules", "modules"),
        ("a b'c\n\"d", "a_b_c_d"),
        ("卷积1", "卷积1"),
        ("ﬁre", "fire"),  # what Python reads it as
        ("①", "layer_1"),
        ("", "layer"),
        ("...", "layer"),
        ("a" * 255, "a" * 48),
    ],
)
def test_identifiers(text: str, found: str) -> None:
    assert identifier(text, "layer") == found


@given(st.text())
def test_any_text_has_an_identifier(text: str) -> None:
    for found in (identifier(text, "layer"), class_name(text, "Network")):
        assert ast.parse(f"{found} = 1").body[0].targets[0].id == found  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "found"),
    [("U-Net", "UNet"), ("Inception v3", "InceptionV3"), ("LeNet-5", "LeNet5"), ("?", "Network")],
)
def test_names_of_classes(text: str, found: str) -> None:
    assert class_name(text, "Network") == found


def test_names_are_unique() -> None:
    names = Names("x")
    found = [names.free("x"), names.free("x"), names.free("y", "x_y"), names.free("y", "x_y")]
    assert [*found, names.free("y", "x_y")] == ["x_2", "x_3", "y", "x_y", "x_y_2"]


EXPRESSIONS = {
    "4 * planes": "4 * planes",
    "(a - 1) // 2 * b": "(a - 1) // 2 * b",
    "a - (b - c)": "a - (b - c)",
    "a*1 + 0": "a",
    "2*3 + a": "6 + a",
    "-a ** 2": "-(a**2)",
    "a ** b ** c": "a**b**c",
    "(a + 1) ** 2": "(a + 1) ** 2",
    "a / 2 ** -b": "a / 2**-b",
    "not (norm != null)": "norm is None",
    "flag == true": "flag is True",
    "not (a < b)": "a >= b",
    "not not a": "not not a",
    "true and a": "a",
    "a and true": "a and True",
    "false and a": "False",
    "(a if b else c) if true else e": "a if b else c",
    "(a if b else c) if d else e": "(a if b else c) if d else e",
    "[1, 2][index]": "(1, 2)[index]",
    "[4][0]": "4",
    "ceil(a / 3)": "math.ceil(a / 3)",
    "make_divisible((1024 if small else 1280) * width)": (
        "make_divisible((1024 if small else 1280) * width)"
    ),
    "1 <= a < 4 or b and c": "1 <= a < 4 or b and c",
    "(1 or a) and b": "b",
}


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_expressions(text: str) -> None:
    assert source(put(tree_of(text), {})) == EXPRESSIONS[text]


def test_expressions_are_as_formatters_leave_them() -> None:
    text = "".join(f"x = {found}\n" for found in EXPRESSIONS.values())
    assert formatted(text) == text


NUMBERS = {"a": 3, "b": 2, "c": 5, "d": True, "e": 7, "planes": 64, "index": 1}


@pytest.mark.parametrize(
    "text", [text for text in EXPRESSIONS if names_read(tree_of(text)) <= NUMBERS.keys()]
)
def test_python_computes_what_the_language_does(text: str) -> None:
    tree = put(tree_of(text), {})
    ours = parse_expression(text).evaluate(NUMBERS)
    assert computed(tree, NUMBERS) == ours
    assert eval(source(tree), {"math": __import__("math")}, NUMBERS) == ours


@given(st.fractions(0, 4000, max_denominator=64), st.integers(1, 64))
def test_divisible(value: Fraction, divisor: int) -> None:
    scope = {"value": value, "divisor": divisor}
    exact = parse_expression("make_divisible(value, divisor)").evaluate(scope)
    assert make_divisible(float(value), divisor) == exact


def test_the_function_that_is_written_is_the_one_that_is_computed() -> None:
    found: dict[str, object] = {}
    exec(MAKE_DIVISIBLE, found)
    written = found["make_divisible"]
    for value in (0.1, 3, 11.9, 12, 44.0, 1e6):
        for arguments in ((8,), (3,), (8, 16)):
            assert written(value, *arguments) == make_divisible(value, *arguments)  # type: ignore[operator]


def test_trees_are_put_into_one_another() -> None:
    tree = put(tree_of("4 * planes if wide else planes"), {"planes": tree_of("a + 1")})
    assert source(tree) == "4 * (a + 1) if wide else a + 1"
    assert source(put(tree, {"wide": constant(False), "a": constant(7)})) == "8"


def test_of_a_condition_only_the_truth_counts() -> None:
    assert source(condition(tree_of("a and true and (b or false)"))) == "a and b"
    assert source(condition(tree_of("a and (b or c and false) and false"))) == "False"


def test_constants() -> None:
    assert source(constant((1, -2.5, None, True, 'a"\n\\', Fraction(1, 2)))) == (
        r'(1, -2.5, None, True, "a\"\n\\", 0.5)'
    )
    assert source(constant((1,))) == "(1,)"


PARTS = st.recursive(
    st.text("abc", min_size=1, max_size=40),
    lambda inner: st.builds(
        lambda items, long: Bracket("call(", items, ")", long),
        st.lists(inner, max_size=5),
        st.booleans(),
    ),
    max_leaves=12,
)


@given(PARTS, st.integers(0, 3))
def test_lines_are_broken_as_formatters_do(part: Part, depth: int) -> None:
    head = "".join(f"{' ' * 4 * each}if x:\n" for each in range(depth))
    text = head + "\n".join(laid_out(part, 4 * depth)) + "\n"
    assert formatted(text) == text


@given(st.text(), st.integers(0, 3))
def test_comments_and_docstrings_are_texts_alone(text: str, depth: int) -> None:
    lines = list(comment(text, 4 * depth))
    assert all(line.startswith(" " * 4 * depth + "# ") and visible(line) == line for line in lines)
    written = "\n".join(docstring([text, "b"], 4))
    body = ast.parse(f"class A:\n{written}\n    x = 1\n").body
    assert len(body) == 1
    assert isinstance(body[0], ast.ClassDef)
    assert len(body[0].body) == 2
    assert "b" in (ast.get_docstring(body[0]) or "")


def test_long_texts_are_wrapped() -> None:
    text = "word " * 60
    assert all(len(line) <= LINE_WIDTH for line in [*comment(text, 8), *docstring([text], 8)])
    assert list(docstring(["One line."], 4)) == ['    """One line."""']
    assert list(docstring([], 4)) == []
