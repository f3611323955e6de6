"""Markdown as GitHub reads it, line by line: a heading and a table each, and lists.

Every text is shown as it is written, whatever it holds. A backslash keeps a character from
marking up. It does not keep GitHub from finding mentions, references and emoji names, which it
looks for in the finished text: an empty comment parts those, and a dollar sign that begins no
formula is in a `span`, as GitHub's documentation has it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shapecalc.render.github_width import BETWEEN, narrowed, overflows, parts
from shapecalc.tables.document import Options
from shapecalc.text.display import visible
from shapecalc.text.words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapecalc.tables.table import Document, Table

_INDENT = "&emsp;"
"""Precedes a name once for each level that it is nested."""

_HYPHEN = "\u2011"
"""A hyphen behind which no line is broken: `layer1.1-5`."""

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
    first, *others = [document.tables[0], *document.tables[1:]]
    # The title of the first table says again what the network is called, but as it is printed.
    yield "# " + heading_text(document.title)
    for text in document.lead:
        yield from ("", block_text(text))
    if document.printed:
        yield from ("", "## " + heading_text(first.title))
    yield ""
    shown = narrowed(first)
    yield from _table(shown, document.printed)
    yield ""
    colon = words_of(first.language).colon
    for label, text in document.totals(False):
        yield "- " + block_text(label + colon + text)
    for table in others:
        yield from ("", "## " + heading_text(table.title), "")
        if table.about is not None:
            yield from (block_text(table.about), "")
        yield from _table(narrowed(table), document.printed)
    headings = set(BETWEEN.join(shown.headings).split(BETWEEN))
    explained = [pair for pair in document.explanations if pair[0] in headings]
    if explained:
        yield from ("", "## " + heading_text(document.explanations_title), "")
        for heading, sentence in explained:
            yield "- " + block_text(heading + colon + sentence)


def heading_text(title: str) -> str:
    """Markdown that shows a text as a heading."""
    # A number sign at the end of it belongs to its mark, unless it is escaped.
    text = inline(title)
    return text[:-1] + r"\#" if text.endswith("#") else text


def _table(table: Table, printed: bool) -> Iterator[str]:
    # As it was printed, or figures at the right, and blocks told apart.
    yield row_text(table.headings)
    marks = ["--:" if column.numeric and not printed else "---" for column in table.columns]
    yield f"|{'|'.join(marks)}|"
    bars = len(table.headings) + 1
    name = table.name_column()
    told_apart = not printed and not all(table.blocks)
    keeps = not table.chosen and overflows(table, wrapped=False)
    breaks = keeps and overflows(table, wrapped=True)
    for index, texts in enumerate(table.texts(False)):
        depth = table.depths[index] if table.depths else 0
        bold = told_apart and table.blocks[index]
        if keeps:
            texts[name] = re.sub(r"-(?=\d+$)", _HYPHEN, texts[name])
        # Most rows have nothing to escape: one look at the whole row tells.
        row = f"| {' | '.join(texts)} |"
        if (
            depth
            or bold
            or breaks
            or not row.isascii()
            or not row.isprintable()
            or row.count("|") != bars
            or "  " in row  # a cell that is empty, or has a space at an end
            or _marks_up(row)
        ):
            cells = [_breakable(text) if breaks else inline(text) for text in texts]
            if bold and cells[name]:
                cells[name] = f"**{cells[name]}**"
            cells[name] = _INDENT * depth + cells[name]
            row = f"| {' | '.join(cells)} |"
        yield row


def _breakable(text: str) -> str:
    # Markdown that shows a text, of which long words may be broken.
    return " ".join("<wbr>".join(map(inline, parts(word))) for word in text.split(" "))


def row_text(texts: Sequence[str]) -> str:
    """Markdown that shows texts as the cells of a row."""
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


def block_text(text: str) -> str:
    """Markdown that shows a text as a paragraph, or as an item of a list."""
    return re.sub(r"^(\d{0,9})([#>+\-.)])", r"\1\\\2", inline(text))
