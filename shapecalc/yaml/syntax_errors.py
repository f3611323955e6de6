"""The errors of PyYAML's two parsers, reworded, with a hint and a position.

Imported only when a text is not YAML. libyaml and the Python parser word the same error in two
ways; a rule matches both by a phrase that they share. An error without a rule keeps its own
message.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yaml.events import AliasEvent, ScalarEvent

from shapecalc.problems.formatting import clipped
from shapecalc.problems.problem import Problem
from shapecalc.yaml.nodes import ListNode, MappingNode

if TYPE_CHECKING:
    from collections.abc import Callable

    from yaml import MarkedYAMLError
    from yaml.events import Event

    from shapecalc.text.source import Source
    from shapecalc.yaml.nodes import NodeValue

_FORBIDDEN = "[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
"""The characters that YAML 1.2 does not allow (section 5.1)."""

_CLOSERS = {"[": "]", "{": "}"}
_ENTRIES = {"mapping": "a key", "list": "an item"}


def bad_character(source: Source) -> Problem:
    """The problem of the first character that YAML does not allow."""
    found = re.search(_FORBIDDEN, source.text)
    offset = found.start() if found else 0
    character = ord(source.text[offset])
    if character == 0:
        hint = "remove it; if the file has many of them, save it as UTF-8"
    elif 0xD800 <= character <= 0xDFFF:
        hint = "it is a lone surrogate; decode the text as UTF-8"
    else:
        hint = f'remove it, or write "\\u{character:04x}" in double quotes'
    return Problem(
        "SC001", f"character U+{character:04X} is not allowed in YAML", source, offset, hint
    )


def key_problem(source: Source, key: NodeValue, event: Event, offset: int) -> Problem:
    """The problem of a key that is not a string."""
    hint = None
    if isinstance(key, MappingNode | ListNode):
        what = "a mapping" if isinstance(key, MappingNode) else "a list"
        hint = "put it in quotes if it is text"
    elif isinstance(event, ScalarEvent) and event.value:
        kind = {bool: "the boolean ", type(None): ""}.get(type(key), "the number ")
        written = clipped(event.value)
        what = kind + written
        hint = f"write '{written}', with quotes"
    else:
        what = "an alias to another value" if isinstance(event, AliasEvent) else "nothing"
    return Problem("SC006", f"expected a string as a key, got {what}", source, offset, hint)


def syntax_problem(error: MarkedYAMLError, source: Source, innermost: int) -> Problem:
    """The problem of a parser's error.

    innermost: the offset of the innermost mapping or list at the error.
    """
    end = len(source.text)
    context = error.context or ""
    error_message = error.problem or "invalid YAML"
    at = min(error.problem_mark.index, end) if error.problem_mark else end
    opener = error.context_mark.index if error.context_mark else at
    fault = _Fault(source, error_message, context, at, opener, innermost)
    for piece, explain in _RULES:
        if piece in error_message or piece in context:
            return explain(fault)
    return fault.problem(f"{context}: {error_message}" if context else error_message, at)


class _Fault:
    """An error: its two sentences, and the offsets of the error and of the construct around it."""

    def __init__(
        self,
        source: Source,
        error_message: str,
        context: str,
        at: int,
        opener: int,
        innermost: int,
    ) -> None:
        self.source = source
        self.error_message = error_message
        self.context = context
        self.at = at
        self.opener = opener
        self.innermost = innermost

    def line(self, offset: int) -> int:
        return self.source.position(offset)[0]

    def character(self, offset: int) -> str:
        return self.source.text[offset : offset + 1]

    def is_past(self, opener: int) -> bool:
        """Whether the error is found only after the line of the bracket around it."""
        return self.at >= len(self.source.text) or self.line(self.at) != self.line(opener)

    def problem(
        self,
        message: str,
        offset: int,
        hint: str | None = None,
        related: tuple[str, int] | None = None,
        code: str = "SC002",
    ) -> Problem:
        places = [(related[0], self.source, related[1])] if related else []
        return Problem(code, message, self.source, offset, hint, places)


def _unclosed_quote(fault: _Fault) -> Problem:
    quote = fault.character(fault.opener)
    written = "''" if quote == "'" else '\\"'
    return fault.problem(
        f"unclosed quote {quote}",
        fault.opener,
        f"close it with {quote}; inside the quotes, write {quote} as {written}",
    )


def _unclosed_bracket(fault: _Fault) -> Problem:
    bracket = fault.character(fault.opener)
    closer = _CLOSERS.get(bracket, "]")
    if not fault.is_past(fault.opener):
        return fault.problem(
            f"expected a comma or {closer} before this",
            fault.at,
            "separate entries with commas; quote text that contains , : [ ] { }",
            (f"{bracket} opens here", fault.opener),
        )
    return fault.problem(
        f"unclosed {bracket}",
        fault.opener,
        f"close it with {closer}, or add the missing comma",
        ("stopped reading here", fault.at),
    )


def _second_colon(fault: _Fault) -> Problem:
    column = fault.source.position(fault.at)[1]
    before = fault.source.line(fault.line(fault.at))[: column - 1]
    if ": " in before or '"' in before or "'" in before:
        hint = "quote text that contains ': '"
    else:
        hint = "a ':' may be missing on the previous line; align the keys of a mapping"
    return fault.problem("unexpected ':': the text before it cannot be a key", fault.at, hint)


def _list_item(fault: _Fault) -> Problem:
    return fault.problem(
        "unexpected list item",
        fault.at,
        "start it on a new line; quote text that starts with '- '",
    )


def _question_mark(fault: _Fault) -> Problem:
    return fault.problem("unexpected '?'", fault.at, "quote it if it is a string")


def _not_a_key(fault: _Fault) -> Problem:
    return _discontinued(fault, "mapping", "align the keys of a mapping in one column")


def _not_an_item(fault: _Fault) -> Problem:
    return _discontinued(fault, "list", "align the '- ' of a list in one column")


def _discontinued(fault: _Fault, what: str, hint: str) -> Problem:
    line, column = fault.source.position(fault.at)
    if fault.source.line(line)[: column - 1].strip(" -"):
        return fault.problem(
            "unexpected text after a value",
            fault.at,
            "quote the whole text",
        )
    related = (f"the {what} starts here", fault.opener)
    if column != fault.source.position(fault.opener)[1]:
        message = "inconsistent indentation"
        return fault.problem(message, fault.at, hint, related)
    message = f"expected {_ENTRIES[what]} of the {what}"
    return fault.problem(message, fault.at, hint, related)


def _tab(fault: _Fault) -> Problem:
    return fault.problem("tabs are not allowed for indentation", fault.at, "use spaces")


def _bad_start(fault: _Fault) -> Problem:
    character = fault.character(fault.at)
    if character == "\t":
        return _tab(fault)
    return fault.problem(
        f"unquoted text cannot start with {character}", fault.at, "quote the whole text"
    )


def _no_colon(fault: _Fault) -> Problem:
    return fault.problem(
        "expected ':' after this key",
        fault.opener,
        "write 'key: value'; indent the following lines of a text more than its key",
    )


def _second_root(fault: _Fault) -> Problem:
    return fault.problem(
        "unexpected content after the document",
        fault.at,
        "align all top-level keys in one column",
    )


def _nameless(fault: _Fault) -> Problem:
    character = fault.character(fault.opener)
    return fault.problem(
        f"expected a name of letters and digits after {character}",
        fault.opener,
        f"quote text that starts with {character}",
    )


def _escape(fault: _Fault) -> Problem:
    # libyaml points at the backslash, the Python parser at the character after it.
    at = fault.at if fault.character(fault.at) == "\\" else fault.at - 1
    return fault.problem(
        f"unknown escape \\{fault.character(at + 1)}",
        at,
        "write a backslash as \\\\ in double quotes, or use single quotes",
    )


def _escape_digits(fault: _Fault) -> Problem:
    return fault.problem(
        "invalid escape: expected hexadecimal digits",
        fault.at,
        "\\x has 2 digits, \\u has 4 and \\U has 8; write a backslash as \\\\",
    )


def _escape_value(fault: _Fault) -> Problem:
    return fault.problem("invalid escape: not a Unicode character", fault.at)


def _no_value(fault: _Fault) -> Problem:
    opener = fault.innermost
    if fault.character(opener) in _CLOSERS and fault.is_past(opener):
        fault.opener = opener
        return _unclosed_bracket(fault)
    return fault.problem(
        f"expected a value, got {fault.character(fault.at) or 'the end of the text'}",
        fault.at,
        "quote it if it is a string",
    )


def _block_scalar(fault: _Fault) -> Problem:
    indicator = fault.character(fault.opener)
    return fault.problem(
        f"unexpected text after {indicator}",
        fault.at,
        f"start the text on the next line; quote text that starts with {indicator}",
    )


def _directive(fault: _Fault) -> Problem:
    return fault.problem(
        "unknown YAML directive",
        fault.opener,
        "allowed: %YAML 1.2; quote text that starts with %",
    )


def _nesting(fault: _Fault) -> Problem:
    return fault.problem("nested too deeply", fault.at, None, None, "SC005")


def _tag(fault: _Fault) -> Problem:
    return tag_problem(fault.source, fault.opener)


def tag_problem(source: Source, offset: int) -> Problem:
    """Problem SC004 of a tag, or of a directive that declares tags."""
    found = re.compile(r"[!%][^\s,\[\]{}]{0,40}").match(source.text, offset)
    return Problem(
        "SC004",
        f"tags are not supported: {found.group() if found else '!'}",
        source,
        offset,
        "remove it; quote text that starts with !",
    )


_RULES: tuple[tuple[str, Callable[[_Fault], Problem]], ...] = (
    ("nesting depth", _nesting),
    ("unexpected end of stream", _unclosed_quote),
    ("unexpected document", _unclosed_quote),
    ("',' or ", _unclosed_bracket),
    ("values are not allowed", _second_colon),
    ("entries are not allowed", _list_item),
    ("keys are not allowed", _question_mark),
    ("parsing a block mapping", _not_a_key),
    ("parsing a block collection", _not_an_item),
    ("tab character", _tab),
    ("cannot start any token", _bad_start),
    ("could not find expected ':'", _no_colon),
    ("<document start>", _second_root),
    ("alphabetic or numeric", _nameless),
    ("unknown escape", _escape),
    ("hexdecimal number", _escape_digits),  # libyaml's spelling
    ("hexadecimal number", _escape_digits),
    ("Unicode character escape", _escape_value),
    ("node content", _no_value),
    ("a block scalar", _block_scalar),
    ("directive", _directive),
    ("incompatible YAML document", _directive),
    (" a tag", _tag),
    ("undefined tag handle", _tag),
)
