"""Markdown as GitHub reads it, line by line: a heading and a table each, a list, a paragraph.

Every text is shown as it is written, whatever it holds. A backslash keeps a character from
marking up. It does not keep GitHub from finding mentions, references and emoji names, which it
looks for in the finished text: an empty comment parts those, and a dollar sign that begins no
formula is in a `span`, as GitHub's documentation has it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shapecalc.tables.document import Options
from shapecalc.text.display import visible
from shapecalc.text.words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapecalc.tables.table import Document, Table

_INDENT = "&emsp;"
"""Precedes a name once for each level that it is nested."""

_suspicious = re.compile(r"[\\`*~\[<&$@#:]").search
_loose_underscore = re.compile(r"(?<!\w)_|_(?!\w)").search

_ALWAYS = str.maketrans({char: "\\" + char for char in "\\`*~[|"})
"""What a backslash keeps from marking up wherever it stands."""

_ACTIVE = r"""(?x)
(?P<backslash>
    <(?=[A-Za-z/!?])
  | &(?=\#?\w+;)
  | (?<!\w)_++ | (?<!_)_++(?!\w)  # but not within a word
  | :(?=//) | (?<=www)\.
)
| (?P<parted> @(?=\w) | \#(?=\d) | :(?=[\w+-]+:) )
| \$
"""


def lines(document: Document, options: Options) -> Iterator[str]:
    """The lines of a document, without their ends."""
    yield "# " + _heading(document.title)
    for table in document.tables:
        yield ""
        if table.title:
            yield "## " + _heading(table.title)
            yield ""
        yield from _table(table)
    if document.explanations:
        yield ""
        yield "## " + _heading(document.explanations_title)
        yield ""
        colon = words_of(document.tables[0].language).colon
        for heading, sentence in document.explanations:
            yield "- " + _block(heading + colon + sentence)
    yield ""
    colon = words_of(document.tables[0].language).colon
    for label, text in document.totals(False):
        yield "- " + _block(label + colon + text)


def _heading(title: str) -> str:
    # A number sign at the end of a heading belongs to its mark, unless it is escaped.
    text = inline(title)
    return text[:-1] + r"\#" if text.endswith("#") else text


def _table(table: Table) -> Iterator[str]:
    yield _row(table.headings)
    yield "|" + "---|" * len(table.headings)
    bars = len(table.headings) + 1
    name = table.name_column()
    for index, texts in enumerate(table.texts(False)):
        # Most rows have nothing to escape: one look at the whole row tells.
        row = f"| {' | '.join(texts)} |"
        if (
            not row.isascii()
            or not row.isprintable()
            or row.count("|") != bars
            or "  " in row  # a cell that is empty, or has a space at an end
            or _marks_up(row)
        ):
            row = _row(texts)
        if table.depths and table.depths[index]:
            cells = list(map(inline, texts))
            cells[name] = _INDENT * table.depths[index] + cells[name]
            row = f"| {' | '.join(cells)} |"
        yield row


def _row(texts: Sequence[str]) -> str:
    return f"| {' | '.join(map(inline, texts))} |"


def _marks_up(text: str) -> bool:
    # Whether anything but a bar may need an escape.
    if _suspicious(text) or "www." in text:
        return True
    return "_" in text and _loose_underscore(text) is not None


def inline(text: str) -> str:
    """Markdown that shows a text within a cell, a heading or a paragraph."""
    shown = visible(text)
    if _marks_up(shown) or "|" in shown:
        shown = re.sub(_ACTIVE, _escaped, shown.translate(_ALWAYS))
    if shown != shown.strip():  # the ends of a cell are cut
        shown = re.sub(r"^\s|(?<=.)\s$", lambda space: f"&#{ord(space[0])};", shown)
    return shown


def _escaped(found: re.Match[str]) -> str:
    if found["backslash"]:
        return "".join("\\" + char for char in found[0])
    if found["parted"]:
        return found[0] + "<!-- -->"
    return f"<span>{found[0]}</span>"


def _block(text: str) -> str:
    # A paragraph, or an item of a list, that begins no other kind of block.
    return re.sub(r"^(\d{0,9})([#>+\-.)])", r"\1\\\2", inline(text))
