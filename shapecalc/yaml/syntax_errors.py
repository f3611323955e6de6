"""What PyYAML's two parsers complain about, in plain sentences with a hint and a place.

Loaded only when a text is not YAML. libyaml and the Python parser word the same fault in two
ways; a rule matches both by a piece that they share. A complaint that no rule knows passes
through in its own words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shapecalc.problems.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from yaml import MarkedYAMLError

    from shapecalc.text.source import Source

_FORBIDDEN = "[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
"""The characters that YAML 1.2 does not allow in a text (section 5.1)."""

_CLOSERS = {"[": "]", "{": "}"}


def bad_character(source: Source) -> Problem:
    """The problem of the first character that a YAML text cannot hold."""
    found = re.search(_FORBIDDEN, source.text)
    offset = found.start() if found else 0
    character = ord(source.text[offset])
    if character == 0:
        hint = "remove it; if the file has many of them, save it as UTF-8"
    elif 0xD800 <= character <= 0xDFFF:
        hint = "it is half of a character; decode the text as UTF-8"
    else:
        hint = f'remove it; within double quotes it can be written "\\u{character:04x}"'
    return Problem(
        "SC001", f"the character U+{character:04X} is not allowed in YAML", source, offset, hint
    )


def syntax_problem(error: MarkedYAMLError, source: Source, innermost: int) -> Problem:
    """The problem that a parser's complaint stands for.

    innermost: the offset of the mapping or list that was being read.
    """
    end = len(source.text)
    context = error.context or ""
    complaint = error.problem or "this is not YAML"
    at = min(error.problem_mark.index, end) if error.problem_mark else end
    opener = error.context_mark.index if error.context_mark else at
    fault = _Fault(source, complaint, context, at, opener, innermost)
    for piece, explain in _RULES:
        if piece in complaint or piece in context:
            return explain(fault)
    return fault.problem(f"{context}: {complaint}" if context else complaint, at)


class _Fault:
    """A complaint: its two sentences, and the offsets of the fault and of what it is in."""

    def __init__(
        self,
        source: Source,
        complaint: str,
        context: str,
        at: int,
        opener: int,
        innermost: int,
    ) -> None:
        self.source = source
        self.complaint = complaint
        self.context = context
        self.at = at
        self.opener = opener
        self.innermost = innermost

    def line(self, offset: int) -> int:
        return self.source.position(offset)[0]

    def character(self, offset: int) -> str:
        return self.source.text[offset : offset + 1]

    def is_past(self, opener: int) -> bool:
        """Whether the fault shows only after the line of the bracket that it is in."""
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
        f"the quote {quote} is never closed",
        fault.opener,
        f"close it with {quote}; within the quotes, {quote} is written {written}",
    )


def _unclosed_bracket(fault: _Fault) -> Problem:
    bracket = fault.character(fault.opener)
    closer = _CLOSERS.get(bracket, "]")
    if not fault.is_past(fault.opener):
        return fault.problem(
            f"a comma or {closer} is missing before this",
            fault.at,
            "separate entries with commas; put text that holds , : [ ] { } in quotes",
            (f"{bracket} opens here", fault.opener),
        )
    return fault.problem(
        f"{bracket} is never closed",
        fault.opener,
        f"close it with {closer}, or put in the comma that is missing",
        ("the reading stops", fault.at),
    )


def _second_colon(fault: _Fault) -> Problem:
    column = fault.source.position(fault.at)[1]
    before = fault.source.line(fault.line(fault.at))[: column - 1]
    if ": " in before or '"' in before or "'" in before:
        hint = "put text that holds ': ' in quotes"
    else:
        hint = "is a ':' missing on the line before? keys of one mapping start in the same column"
    return fault.problem("this ':' follows something that cannot be a key", fault.at, hint)


def _list_item(fault: _Fault) -> Problem:
    return fault.problem(
        "a list item cannot start here",
        fault.at,
        "start it on a line of its own; put text that starts with '- ' in quotes",
    )


def _question_mark(fault: _Fault) -> Problem:
    return fault.problem("'?' cannot stand here", fault.at, "put it in quotes if it is text")


def _not_a_key(fault: _Fault) -> Problem:
    return _discontinued(fault, "mapping", "keys of one mapping start in the same column")


def _not_an_item(fault: _Fault) -> Problem:
    return _discontinued(fault, "list", "items of one list start with '- ' in the same column")


def _discontinued(fault: _Fault, what: str, hint: str) -> Problem:
    line, column = fault.source.position(fault.at)
    if fault.source.line(line)[: column - 1].strip(" -"):
        return fault.problem(
            "this cannot follow what stands before it on its line",
            fault.at,
            "put the whole of a text in quotes",
        )
    related = (f"the {what} starts here", fault.opener)
    if column != fault.source.position(fault.opener)[1]:
        message = "the indentation of this line fits none of those above"
        return fault.problem(message, fault.at, hint, related)
    message = f"this does not continue the {what} that it stands in"
    return fault.problem(message, fault.at, hint, related)


def _tab(fault: _Fault) -> Problem:
    return fault.problem("a tab cannot indent", fault.at, "use spaces")


def _bad_start(fault: _Fault) -> Problem:
    character = fault.character(fault.at)
    if character == "\t":
        return _tab(fault)
    return fault.problem(
        f"text cannot start with {character}", fault.at, "put the whole of it in quotes"
    )


def _no_colon(fault: _Fault) -> Problem:
    return fault.problem(
        "a ':' is missing after this key",
        fault.opener,
        "write 'key: value'; a text that goes on is indented deeper than its key",
    )


def _second_root(fault: _Fault) -> Problem:
    return fault.problem(
        "this does not belong to what stands before it",
        fault.at,
        "the keys at the top start in the same column, the first one included",
    )


def _nameless(fault: _Fault) -> Problem:
    character = fault.character(fault.opener)
    return fault.problem(
        f"a name of letters and digits is missing after {character}",
        fault.opener,
        f"put text that starts with {character} in quotes",
    )


def _escape(fault: _Fault) -> Problem:
    # libyaml points at the backslash, the Python parser at what follows it.
    at = fault.at if fault.character(fault.at) == "\\" else fault.at - 1
    return fault.problem(
        f"\\{fault.character(at + 1)} is not an escape that YAML knows",
        at,
        "within double quotes a backslash is written \\\\; within single quotes it is itself",
    )


def _escape_digits(fault: _Fault) -> Problem:
    return fault.problem(
        "this escape does not have its hexadecimal digits",
        fault.at,
        "\\x takes 2 digits, \\u takes 4 and \\U takes 8; a backslash is written \\\\",
    )


def _escape_value(fault: _Fault) -> Problem:
    return fault.problem("this escape is not the number of a character", fault.at)


def _no_value(fault: _Fault) -> Problem:
    opener = fault.innermost
    if fault.character(opener) in _CLOSERS and fault.is_past(opener):
        fault.opener = opener
        return _unclosed_bracket(fault)
    return fault.problem(
        f"{fault.character(fault.at) or 'the end'} cannot stand where a value is wanted",
        fault.at,
        "put it in quotes if it is text",
    )


def _block_scalar(fault: _Fault) -> Problem:
    indicator = fault.character(fault.opener)
    return fault.problem(
        f"no text can follow {indicator} on its line",
        fault.at,
        f"start the text on the next line; put text that starts with {indicator} in quotes",
    )


def _directive(fault: _Fault) -> Problem:
    return fault.problem(
        "this is not a directive of YAML 1.2",
        fault.opener,
        "the one that is known is %YAML 1.2; put text that starts with % in quotes",
    )


def _nesting(fault: _Fault) -> Problem:
    return fault.problem(
        "too many mappings and lists within each other", fault.at, None, None, "SC005"
    )


def _tag(fault: _Fault) -> Problem:
    return tag_problem(fault.source, fault.opener)


def tag_problem(source: Source, offset: int) -> Problem:
    """The problem of a tag, or of a directive that declares tags."""
    found = re.compile(r"[!%][^\s,\[\]{}]{0,40}").match(source.text, offset)
    return Problem(
        "SC004",
        f"{found.group() if found else 'this'}: tags are not allowed",
        source,
        offset,
        "write the value without it; put text that starts with ! in quotes",
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
    ("hexdecimal number", _escape_digits),  # as libyaml spells it
    ("hexadecimal number", _escape_digits),
    ("Unicode character escape", _escape_value),
    ("node content", _no_value),
    ("a block scalar", _block_scalar),
    ("directive", _directive),
    ("incompatible YAML document", _directive),
    (" a tag", _tag),
    ("undefined tag handle", _tag),
)
