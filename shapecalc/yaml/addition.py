"""The edit that adds a key to a mapping of a text, in the style that the mapping is written in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shapecalc.problems.edit import Edit
from shapecalc.yaml.nodes import ListNode

if TYPE_CHECKING:
    from shapecalc.yaml.nodes import MappingNode, NodeValue

_WORD = re.compile(r"(?:'[^'\n\r]*'|\"[^\"\n\r\\]*\"|[^\s,\[\]{}'\"&*!|>%@`]+)(?=[\s,}\]]|$)")
_WORDS = re.compile(r"\[[^\[\]{}'\"#&*!\n\r]*\]")
_END_OF_LINE = re.compile(r"[ \t]*(?:[ \t]#[^\n\r]*)?(\r\n|\n|\r|$)")
_INDENT = re.compile(r"[ -]*")


def addition(node: MappingNode, entry: str) -> Edit | None:
    """The edit that adds an entry such as `bias: false` after the last one of a mapping.

    In braces it follows a comma, otherwise it has a line of its own. The last one is that whose
    value is a word, or a list of words in brackets, on one line; None where there is no such, and
    where the text is not to be edited.
    """
    if not node.source.may_edit:
        return None
    text = node.source.text
    start = node.start
    braces = text[start : start + 1] == "{"
    end = 0
    for key, value, place, place_of_value in node.entries():
        is_quoted = text[place : place + 1] in ("'", '"')
        # a merged key stands in another mapping, before this one
        if start <= place < place_of_value and text.startswith(key, place + is_quoted):
            end = max(end, _end_of(text, value, place_of_value) or 0)
    if not end:
        return None
    if braces:
        return Edit(end, end, f", {entry}")
    line_end = _END_OF_LINE.match(text, end)
    before, _ = node.source.around(start, start, 0)
    if line_end is None or not _INDENT.fullmatch(before):
        return None
    newline = line_end[1] or _first_line_end(text)
    line = " " * len(before) + entry
    at = line_end.start(1)
    return Edit(at, at, newline + line)


def _end_of(text: str, value: NodeValue, place: int) -> int | None:
    """Where a value of one line ends."""
    if isinstance(value, ListNode):
        found = _WORDS.match(text, place)
    else:
        found = _WORD.match(text, place)
        if found and value != found[0].strip("'\"") and (value is None or isinstance(value, str)):
            return None  # of several words, or of none
    return found.end() if found else None


def _first_line_end(text: str) -> str:
    found = re.search(r"\r\n|\n|\r", text)
    return found[0] if found else "\n"
