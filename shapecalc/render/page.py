"""Places in a page of markdown that are written anew, each between two comments of its own.

    <!-- shapecalc: small.yaml --columns name,output -->
    <!-- /shapecalc -->

A page is bytes: nothing outside of its places is changed, or even has to be text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shapecalc.render.commonmark import Lines

if TYPE_CHECKING:
    from collections.abc import Iterable

BEGIN = "<!-- shapecalc: SPEC -->"
END = "<!-- /shapecalc -->"

_line = re.compile(rb"([^\r\n]*)(\r\n|\r|\n|\Z)")
_marker = re.compile(rb"<!--[ \t]*(?:(/shapecalc)(?![\w-])|shapecalc[ \t]*:)(.*)").fullmatch

_MARK = b"\xef\xbb\xbf"


class MarkedPlace:
    """A place in a page.

    line: that of the comment before it, counted from 1.
    asked: what the comment asks for: SPEC and options, as a shell has them.
    start, end: where it is in the page's bytes.
    indent, line_end: what its lines begin and end with.
    """

    __slots__ = ("asked", "end", "indent", "line", "line_end", "start")

    def __init__(self, line: int, asked: str, start: int, indent: int, line_end: bytes) -> None:
        self.line = line
        self.asked = asked
        self.start = self.end = start
        self.indent = indent
        self.line_end = line_end

    def content(self, lines: Iterable[str]) -> bytes:
        """Lines as they stand in it, with an empty one before and after them.

        In CommonMark that ends whatever HTML the comments are a part of.
        """
        indent = b" " * self.indent
        texts = (line.encode("utf-8", "backslashreplace") for line in ["", *lines, ""])
        return b"".join((indent + text if text else b"") + self.line_end for text in texts)


def places_in(page: bytes) -> tuple[list[MarkedPlace], list[tuple[int, str]]]:
    """The places of a page, and what is wrong with its comments: the line and a sentence each."""
    places: list[MarkedPlace] = []
    wrong: list[tuple[int, str]] = []
    opened: MarkedPlace | None = None
    around: list[int] = []
    lines = Lines()
    number = 0
    start = len(_MARK) if page.startswith(_MARK) else 0
    while start < len(page) and (line := _line.match(page, start)):
        number += 1
        start = line.end()
        marker = _marker(lines.text(line[1]))
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
                text = asked.decode()
            except UnicodeDecodeError:
                text = ""
                wrong.append((number, "the comment is not UTF-8"))
            opened = MarkedPlace(number, text, start, lines.column, line[2])
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
