"""The text of an expression, checked token by token, then parsed.

A text that passes the check has only names, plain decimal numbers, brackets and the operators of
the language, and nothing that Python's parser warns about. The size of a layer, `conv1.height`, is
one name.
"""

from __future__ import annotations

import ast
import re
from keyword import iskeyword
from typing import TYPE_CHECKING

from shapecalc.expressions.values import (
    CONSTANTS,
    SIZE_WORDS,
    WORD_OPERATORS,
    refusal,
    too_deep,
)
from shapecalc.limits import MAXIMUM_EXPRESSION, MAXIMUM_EXPRESSION_NESTING
from shapecalc.problems.formatting import shown

if TYPE_CHECKING:
    from shapecalc.problems.problem import Refusal

_TOKEN = re.compile(
    r"""
    (?P<space> [ \t\r\n]+)
  | (?P<size> (?: [A-Za-z_] | [^\x00-\x7f]) (?: [A-Za-z0-9_] | [^\x00-\x7f])*
        (?: \. (?: [A-Za-z0-9_] | [^\x00-\x7f])+)+)
  | (?P<number> \.?[0-9] (?: [eE][+-] | [0-9A-Za-z_.])* (?: :[0-9]+)*)
  | (?P<word> (?: [A-Za-z0-9_] | [^\x00-\x7f])+)
  | (?P<operator> \*\* | // | [=!<>]= | [-+*/%<>=()\[\],])
    """,
    re.VERBOSE,
)
_PLAIN_NUMBER = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+")
_BRACKETS = {")": "(", "]": "["}
_REPLACEMENTS = {
    "&": "and",
    "|": "or",
    "!": "not",
    "^": "**",
    "is": "==",
    "?": "value if condition else other",
    "×": "*",
    "÷": "/",
    "−": "-",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "{": "names without braces: braces are for notes",
    "\N{FULLWIDTH LEFT PARENTHESIS}": "(",
    "\N{FULLWIDTH RIGHT PARENTHESIS}": ")",
    "\N{FULLWIDTH COMMA}": ",",
}
"""What to write for a token that is not in the language."""


def parse_tree(text: str) -> tuple[ast.expr, int]:
    """The tree of a text, and its indentation, which columns do not count. Raises Refusal."""
    tokens = _tokens(text)
    # Line breaks and indentation have a meaning in Python, and none here.
    line = text.translate({9: 32, 10: 32, 13: 32})
    for token, offset in tokens:
        if "." in token and not token[0].isdigit() and token[0] != ".":
            # one name to Python's parser, in the same place
            line = line[:offset] + token.replace(".", "_") + line[offset + len(token) :]
    indentation = tokens[0][1]
    try:
        return ast.parse(line[indentation:], mode="eval").body, indentation
    except SyntaxError as error:
        guess = indentation + max((error.offset or 1) - 1, 0)
        raise _misplaced(tokens, guess) from None
    except (RecursionError, MemoryError):
        raise too_deep(0) from None


def _tokens(text: str) -> list[tuple[str, int]]:
    """The names, numbers and operators of a text, each with its offset."""
    if len(text) > MAXIMUM_EXPRESSION:
        raise refusal(
            f"expression too long: {len(text):,} characters, the maximum is {MAXIMUM_EXPRESSION:,}",
            0,
        )
    tokens: list[tuple[str, int]] = []
    unclosed: list[tuple[str, int]] = []
    offset = 0
    while offset < len(text):
        found = _TOKEN.match(text, offset)
        if found is None:
            raise _not_allowed(text[offset], offset)
        token, kind = found.group(), found.lastgroup
        if kind == "number":
            if _PLAIN_NUMBER.fullmatch(token) is None:
                raise _invalid_number(token, offset)
        elif kind == "word":
            _check_word(token, offset)
        elif kind == "size":
            _check_size(token, offset)
        elif token in ("(", "["):
            unclosed.append((token, offset))
            if len(unclosed) > MAXIMUM_EXPRESSION_NESTING:
                raise too_deep(offset)
        elif token in _BRACKETS and (not unclosed or unclosed.pop()[0] != _BRACKETS[token]):
            raise refusal(f"unmatched '{token}'", offset)
        if kind != "space":
            tokens.append((token, offset))
        offset = found.end()
    if unclosed:
        raise refusal(f"'{unclosed[-1][0]}' is never closed", unclosed[-1][1])
    if not tokens:
        raise refusal("the expression is empty", 0)
    return tokens


def _check_word(word: str, offset: int) -> None:
    if not word.isidentifier():
        at = next(i for i in range(len(word)) if not word[: i + 1].isidentifier())
        raise _not_allowed(word[at], offset + at)
    if iskeyword(word) and word not in WORD_OPERATORS and word not in CONSTANTS:
        raise _not_allowed(word, offset)


def _check_size(token: str, offset: int) -> None:
    """Refuse what is not the size of a layer: a path, and the name of an axis."""
    path, _, axis = token.rpartition(".")
    name = path.partition(".")[0]
    _check_word(name, offset)
    if name in WORD_OPERATORS or name in CONSTANTS:
        raise _not_allowed(name, offset)
    if axis not in SIZE_WORDS:
        from shapecalc.problems.suggestions import did_you_mean

        hint = did_you_mean(axis, SIZE_WORDS) or f"allowed: {', '.join(SIZE_WORDS)}"
        text = f"{shown(axis)} is not a size of {shown(path)}"
        raise refusal(text, offset + len(path) + 1, hint)


def _not_allowed(found: str, offset: int) -> Refusal:
    if found in ("'", '"'):
        return refusal("strings are not allowed in an expression", offset)
    token = f"'{found}'" if found.isprintable() else f"U+{ord(found):04X}"
    replacement = _REPLACEMENTS.get(found)
    hint = None if replacement is None else f"write {replacement}"
    return refusal(f"{token} is not allowed in an expression", offset, hint)


def _invalid_number(token: str, offset: int) -> Refusal:
    """The refusal of a number that is not plain decimal, with the decimal if it can be computed."""
    digits = token.replace("_", "")
    if re.fullmatch(r"0[0-9]+", digits):
        hint = f"write {int(digits)}"
        if int(digits) > 7 and not set(digits) & {"8", "9"}:
            hint += f", or {int(digits, 8)} if it is octal"
        message = f"{shown(token)} is ambiguous: leading zeros are not allowed"
        return refusal(message, offset, hint)
    plain = ""
    if re.fullmatch(r"0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+", digits):
        plain = str(int(digits, 0))
    elif re.fullmatch(r"[0-9]+\.?[0-9]*([eE][+-]?[0-9]{1,2})?", digits):
        from decimal import Decimal

        plain = f"{Decimal(digits):f}"
    message = f"invalid number {shown(token)}: expected an integer or a decimal"
    return refusal(message, offset, f"write {plain}" if 0 < len(plain) <= 40 else None)


def _misplaced(tokens: list[tuple[str, int]], guess: int) -> Refusal:
    """The refusal of tokens that do not parse: of the first that cannot follow the one before it.

    guess: the offset where Python's parser stopped, for the few errors not found this way.
    """
    before = ""
    value_expected = True
    for token, offset in tokens:
        is_value = token not in WORD_OPERATORS and (token[-1].isalnum() or token[-1] in "_.")
        closes = token in _BRACKETS
        if not value_expected:
            if is_value or token == "not":
                hint = "write * to multiply" if token in ("x", "X") else None
                return refusal(f"expected an operator before {shown(token)}", offset, hint)
            value_expected = not closes
        elif is_value or (closes and before in ("(", "[", ",")):
            value_expected = False
        elif token not in ("+", "-", "not", "(", "["):
            return refusal(f"expected a value before '{token}'", offset)
        before = token
    if value_expected:
        token, offset = tokens[-1]
        return refusal(f"expected a value after '{token}'", offset + len(token))
    words = [token for token, _ in tokens]
    if words.count("if") != words.count("else"):
        hint = "write value if condition else other"
        return refusal("expected one 'else' for each 'if'", guess, hint)
    if "=" in words:
        return refusal(
            "'=' is not allowed here", tokens[words.index("=")][1], "write == to compare"
        )
    return refusal("invalid expression", guess)
