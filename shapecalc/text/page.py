"""Places in a page of markdown that are written anew, each between two comments of its own.

    <!-- shapecalc: small.yaml --columns name,output -->
    <!-- /shapecalc -->

A page is bytes: nothing outside of its places is changed, or even has to be text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shapecalc.text.commonmark import Lines

if TYPE_CHECKING:
    from collections.abc import Iterable

BEGIN = "<!-- shapecalc: SPEC -->"
END = "<!-- /shapecalc -->"

_line = re.compile(rb"([^\r\n]*)(\r\n|\r|\n|\Z)")
_marker = re.compile(rb"<!--[ \t]*(?:(/shapecalc)(?![\w-])|shapecalc[ \t]*:)(.*)").fullmatch

_heading = re.compile(rb"(#{1,6})(?: |$)").match

_MOST_LEVELS = 6
"""The levels of headings in markdown."""

_MARK = b"\xef\xbb\xbf"


class MarkedPlace:
    """A place in a page.

    line: that of the comment before it, counted from 1.
    asked: what the comment asks for: SPEC and options, as a shell has them.
    start, end: where it is in the page's bytes.
    indent, line_end: what its lines begin and end with.
    level: that of the heading under which it is; 0 without one.
    """

    __slots__ = ("asked", "end", "indent", "level", "line", "line_end", "start")

    def __init__(
        self, line: int, asked: str, start: int, indent: int, line_end: bytes, level: int
    ) -> None:
        self.line = line
        self.asked = asked
        self.start = self.end = start
        self.indent = indent
        self.line_end = line_end
        self.level = level

    def content(self, lines: Iterable[str]) -> bytes:
        """Lines of markdown as they stand in it, their headings below the one of the page.

        There is an empty line before and after them: that ends HTML around the comments.
        """
        indent = b" " * self.indent
        texts = [line.encode("utf-8", "backslashreplace") for line in ["", *lines, ""]]
        for number, text in enumerate(texts):
            if heading := _heading(text):
                texts[number] = b"#" * min(self.level, _MOST_LEVELS - heading.end(1)) + text
        return b"".join((indent + text if text else b"") + self.line_end for text in texts)


def places_in(page: bytes) -> tuple[list[MarkedPlace], list[tuple[int, str]]]:
    """The places of a page, and what is wrong with its comments: the line and a sentence each."""
    places: list[MarkedPlace] = []
    wrong: list[tuple[int, str]] = []
    opened: MarkedPlace | None = None
    around: list[int] = []
    lines = Lines()
    number = level = 0
    start = len(_MARK) if page.startswith(_MARK) else 0
    while start < len(page) and (line := _line.match(page, start)):
        number += 1
        start = line.end()
        text = lines.text(line[1])
        if opened is None and (heading := _heading(text)):
            level = heading.end(1)
        marker = _marker(text)
        if marker is None:
            continue
        ends = marker[1] is not None
        asked, closed, rest = marker[2].partition(b"-->")
        if not closed or rest.strip():
            wrong.append((number, "a comment for shapecalc must be on a line of its own"))
        elif ends and asked.strip():
            wrong.append((number, f"write {END}: nothing else is in this comment"))
        if ends and opened is None:
            wrong.append((number, f"{END} without a {BEGIN} before it"))
        elif ends and opened is not None:
            if [*lines.indents, lines.column] != around:
                message = f"{END} must be indented as the comment on line {opened.line} is"
                wrong.append((number, f"{message}, in the same list if it is in one"))
            opened.end = line.start()
            places.append(opened)
            opened = None
        elif opened is not None:
            message = f"the place that begins on line {opened.line} must end before another begins"
            wrong.append((number, f"{message}, with {END}"))
        else:
            try:
                words = asked.decode()
            except UnicodeDecodeError:
                words = ""
                wrong.append((number, "the comment is not UTF-8"))
            opened = MarkedPlace(number, words, start, lines.column, line[2], level)
            around = [*lines.indents, lines.column]
    if opened is not None:
        wrong.append((opened.line, f"the place that begins here has no {END} after it"))
    return places, sorted(wrong)


def rewritten(page: bytes, contents: Iterable[tuple[MarkedPlace, bytes]]) -> bytes:
    """The page with other contents in its places, which are in its order."""
    parts = []
    start = 0
    for place, content in contents:
        parts += [page[start : place.start], content]
        start = place.end
    return b"".join([*parts, page[start:]])
