"""Which lines of a page in CommonMark are code or raw HTML, whatever they seem to say.

No more is known of a page than that takes: how far the text of lists is indented, fenced and
indented code, and HTML that lasts until it is closed.
"""

from __future__ import annotations

import re

_MOST_LISTS = 100
"""The lists within lists that are told apart."""

_LEAD = 1_000
"""The characters of a line before which tabs may be a part of its indentation."""

_item = re.compile(rb"( {0,3}(?:[-+*]|\d{1,9}[.)]))( +)(?=[^ ])").match
_break = re.compile(rb" {0,3}(?:(?:\* *+){3,}+|(?:- *+){3,}+|(?:_ *+){3,}+)$").match
_fence = re.compile(rb" {0,3}(?:(`{3,})[^`]*|(~{3,}).*)$").match

_RAW_HTML = (
    (rb"<!--", rb"-->"),
    (rb"<(?i:pre|script|style|textarea)(?=[ >]|$)", rb"</(?i:pre|script|style|textarea)>"),
    (rb"<\?", rb"\?>"),
    (rb"<!\[CDATA\[", rb"\]\]>"),
    (rb"<![A-Za-z]", rb">"),
)
"""What begins HTML that no blank line ends, and what ends it (CommonMark 0.31.2, section 4.6)."""

_html = re.compile(
    rb" {0,3}(?:" + b"|".join(b"(%b)" % begin for begin, _ in _RAW_HTML) + b")"
).match
_html_ends = [re.compile(end) for _, end in _RAW_HTML]


class Lines:
    """Reads the lines of a page, one after the other.

    indents: how far the texts of the lists around the last line are indented, after a 0.
    column: where what it says begins in it, counted from 0.
    """

    __slots__ = ("_end", "_end_indent", "column", "indents")

    def __init__(self) -> None:
        self.column = 0
        self.indents = [0]
        self._end: re.Pattern[bytes] | None = None  # of the code or HTML that the next line is in
        self._end_indent = 0

    def text(self, line: bytes) -> bytes:
        """What a line, given without its end, says; nothing within code or HTML that goes on.

        It is told without the spaces and the marks of lists before it. Quotes say nothing.
        """
        if b"\t" in line[:_LEAD]:
            line = line[:_LEAD].expandtabs(4) + line[_LEAD:]
        indent = len(line) - len(line.lstrip(b" "))
        if indent == len(line):
            return b""
        if self._end is not None and indent >= self._end_indent:
            if self._end.search(line[self._end_indent :]):
                self._end = None
            return b""
        self._end = None  # with the list that it was in
        while indent < self.indents[-1]:
            self.indents.pop()
        start = self.indents[-1]
        if not _break(line, start):
            start = self._items(line, start)
        self._end, self._end_indent = _what_ends(line, start), start
        text = line[start:].lstrip(b" ")
        self.column = len(line) - len(text)
        return b"" if self.column > start + 3 or text[:1] == b">" else text.rstrip(b" ")

    def _items(self, line: bytes, start: int) -> int:
        """Where the text of a line starts after the marks of the items of lists before it."""
        while len(self.indents) < _MOST_LISTS and (item := _item(line, start)):
            start = item.end() if len(item[2]) < 5 else item.end(1) + 1  # before indented code
            self.indents.append(start)
        return start


def _what_ends(line: bytes, start: int) -> re.Pattern[bytes] | None:
    """What ends the code or HTML that begins in a line and goes on after it; None without one."""
    if fence := _fence(line, start):
        mark = fence[1] or fence[2]
        return re.compile(rb"^ {0,3}%b{%d,} *$" % (re.escape(mark[:1]), len(mark)))
    if (html := _html(line, start)) and html.lastindex:
        end = _html_ends[html.lastindex - 1]
        return None if end.search(line, start) else end
    return None
