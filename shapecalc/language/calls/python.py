"""The text of calls, or of what print() shows of a module, as a tree of Python's.

A text of the same length is parsed, so that every offset is one in the text itself:

    Sequential(                                   Sequential[
      (0): Conv2d(3, 64, kernel_size=(7, 7))        '_': Conv2d(3, 64, kernel_size=(7, 7))
      (1): ReLU()                                 , '_': ReLU()
    )                                             ]

It is one line: statements end in semicolons. It has nothing but names, plain numbers and strings,
brackets and operators, and so nothing that Python's parser would warn about.
"""

from __future__ import annotations

import ast
import re

from shapecalc.limits import MAXIMUM_CALLS, MAXIMUM_DEPTH
from shapecalc.problems.formatting import clipped, shown
from shapecalc.problems.problem import Refusal

SYNTAX = (
    "write calls such as Conv2d(3, 64, kernel_size=3), an nn.Sequential(...) of them, or what "
    "print() shows of one"
)
"""The hint for what is no call."""

CHAINS = ("Sequential", "Conv2dNormActivation", "Conv3dNormActivation")
"""The classes that run what they hold one after the other: torch.nn's, and those of torchvision's
that print() shows by a name which no other class is likely to have."""

_TOKEN = re.compile(
    r"""
    (?P<blank> [ \t\f]+ | \#[^\n\r]*)
  | (?P<line> [\n\r;])
  | (?P<string> '[^'\\\n\r]*' | "[^"\\\n\r]*")
  | (?P<label> \([^()\[\]{}:'"\n\r]{1,255}\):(?=\s))
  | (?P<count> [1-9][0-9]*(?=\s+x\s))
  | (?P<number> (?:[0-9] | \.[0-9]) (?:[eE][-+](?=[0-9]) | [\w.])*)
  | (?P<word> [A-Za-z_]\w*)
  | (?P<open> [(\[{])
  | (?P<close> [)\]}])
  | (?P<other> [-,.:=*+/%])
    """,
    re.VERBOSE | re.ASCII,
)
_NUMBER = re.compile(
    r"""
    (?: 0 | [1-9][0-9]* (?:_[0-9]+)* )
  | (?: [0-9]+\.[0-9]* | \.[0-9]+ | [0-9]+(?=[eE]) ) (?:[eE][-+]?[0-9]+)?
    """,
    re.VERBOSE,
)
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_WIDE = {
    "（": "(",
    "）": ")",
    "，": ",",
    "：": ":",
    "＝": "=",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
}
"""What is typed in place of ASCII, in Chinese above all."""


class Parsed:
    """The statements of a text, and where their parts are in it."""

    __slots__ = ("_start", "statements", "text")

    def __init__(self, text: str, start: int, statements: list[ast.stmt]) -> None:
        self.text = text
        self.statements = statements
        self._start = start

    def place(self, node: ast.AST) -> int:
        """The offset of a part."""
        column: int = getattr(node, "col_offset", 0)
        return self._start + column

    def written(self, node: ast.expr | ast.stmt) -> str:
        """A part as it is written."""
        return self.text[self.place(node) : self._start + (node.end_col_offset or 0)]


def parse(text: str) -> Parsed:
    """A text as it is parsed. Raises Refusal with an offset."""
    if len(text) > MAXIMUM_CALLS:
        message = f"a text of {len(text):,} characters: the maximum is {MAXIMUM_CALLS:,}"
        raise Refusal("SC008", message, offset=0)
    python = _Rewriting(text).python()
    start = len(python) - len(python.lstrip(" "))
    if start == len(python):
        raise Refusal("SC011", "there is no layer in it", SYNTAX, offset=0)
    try:
        return Parsed(text, start, ast.parse(python[start:]).body)
    except SyntaxError as error:
        order = "positional argument follows keyword"
        message = order if error.msg.startswith(order) else "invalid syntax"
        raise wrong(message, start + max((error.offset or 1) - 1, 0)) from None
    except (ValueError, RecursionError, MemoryError):
        raise wrong("too long or nested too deeply for Python's parser", start) from None


def wrong(message: str, offset: int, hint: str = SYNTAX) -> Refusal:
    """The refusal of a text that is no call."""
    return Refusal("SC002", message, hint, offset=offset)


class _Bracket:
    """An open bracket. index: of its piece. labels: how many are right inside it."""

    __slots__ = ("index", "kind", "labels", "offset")

    def __init__(self, kind: str, offset: int, index: int) -> None:
        self.kind = kind
        self.offset = offset
        self.index = index
        self.labels = 0


class _Rewriting:
    """Makes a text of one line of it, token by token.

    last: the kind of the last token that is neither blank nor a line break within brackets.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.pieces: list[str] = []
        self.open: list[_Bracket] = []
        self.last = "line"

    def python(self) -> str:
        """The text for Python's parser."""
        text, offset = self.text, 0
        while offset < len(text):
            found = _TOKEN.match(text, offset)
            if found is None:
                raise _unexpected(text, offset)
            kind, token = str(found.lastgroup), found[0]
            self.pieces.append(self._piece(kind, token, offset))
            if kind != "blank" and (kind != "line" or not self.open):
                self.last = kind
            offset = found.end()
        if self.open:
            bracket = self.open[-1]
            raise wrong(f"{bracket.kind!r} is never closed", bracket.offset)
        return "".join(self.pieces)

    def _piece(self, kind: str, token: str, offset: int) -> str:
        if kind == "blank":
            return " " * len(token)
        if kind == "line":
            return " " if self.last == "line" or (self.open and token != ";") else ";"
        if kind == "string":
            if self.last == "word" and not self.pieces[-1].isspace():
                raise wrong("a string with a prefix", offset)
            return token if token.isascii() else token.encode("ascii", "replace").decode()
        if kind == "label":
            return self._label(token, offset)
        if kind == "number" and not _NUMBER.fullmatch(token):
            raise _no_number(token, offset)
        if kind == "word" and token == "x" and self.last == "count":
            return "*"
        if kind == "open":
            if len(self.open) == MAXIMUM_DEPTH:
                message = f"nested too deeply: the maximum is {MAXIMUM_DEPTH}"
                raise Refusal("SC005", message, offset=offset)
            self.open.append(_Bracket(token, offset, len(self.pieces)))
        if kind == "close":
            if not self.open or _CLOSING[self.open[-1].kind] != token:
                raise wrong(f"unmatched {token!r}", offset)
            if self.open.pop().labels:
                return "]"
        return token

    def _label(self, token: str, offset: int) -> str:
        """What stands for the `(0):` before a module: a key, or where it is in no other module,
        the beginning of an assignment."""
        if not self.open:
            self._separate(";", self.last == "line", offset)
            return "_" * (len(token) - 1) + "="
        bracket = self.open[-1]
        if not bracket.labels:
            self._require_chain(bracket)
            self.pieces[bracket.index] = "["
        self._separate(",", not bracket.labels, offset)
        bracket.labels += 1
        return f"'{'_' * (len(token) - 3)}':"

    def _separate(self, separator: str, separated: bool, offset: int) -> None:
        """Put a separator in place of the blank before a label."""
        if not separated:
            if not self.pieces[-1].isspace():
                raise wrong("invalid syntax", offset)
            self.pieces[-1] = separator + self.pieces[-1][1:]

    def _require_chain(self, bracket: _Bracket) -> None:
        """Refuse a module that has others in it, and is not known to run them in their order."""
        before = self.text[max(0, bracket.offset - 255) : bracket.offset]
        found = re.search(r"[\w.]+$", before)
        if found is None or bracket.kind != "(":
            raise wrong("invalid syntax", bracket.offset)
        if found[0].rpartition(".")[2] not in CHAINS:
            raise no_chain(found[0], bracket.offset - len(found[0]))


def no_chain(name: str, offset: int) -> Refusal:
    """The refusal of a module with others in it that is no Sequential."""
    return Refusal(
        "SC106",
        f"{clipped(name)} is no Sequential: how it runs what is in it stands in its forward(), "
        "which is not shown",
        "give a Sequential that is in it, such as print(model.features), or write a spec",
        offset=offset,
    )


def _no_number(token: str, offset: int) -> Refusal:
    if re.fullmatch(r"0[xX][0-9a-fA-F]{1,15}", token):
        message = f"expected a decimal number, got {token}"
        return Refusal("SC009", message, f"write {int(token, 16)}", offset=offset)
    return wrong(f"invalid number {clipped(token)}", offset)


def _unexpected(text: str, offset: int) -> Refusal:
    character = text[offset]
    if character in _WIDE:
        return wrong(f"unexpected {shown(character)}", offset, f"write {_WIDE[character]}")
    if character in "'\"":
        return wrong("a string is never closed", offset, "close it in the same line")
    return wrong(f"unexpected {shown(character)}", offset)
