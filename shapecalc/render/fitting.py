"""A document on a terminal: its tables fitted to the width, in lines of pieces with roles.

From wide to narrow, the first of these that fits is used:

1. every row on one line, the headings on as many as they need;
2. the note on several lines, in what the other columns leave;
3. the notes below the table, and cells of several words on several lines;
4. columns that belong together above each other: the output under the input;
5. the type under the name, too, and long names parted;
6. no table, but a card for each row.

No figure is ever cut, and no number is parted: a line ends between numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.tables.table import EMPTY, Document
from shapecalc.text.display import encodable, fold, pad, printable, width
from shapecalc.text.styles import HEADING, NAME, NOTHING, RULE, TEXT, TITLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapecalc.tables.table import Table

    Line = list[tuple[str, str]]

_GAP = 2
"""The cells between two columns."""

_INDENT = 2
"""The cells for each level of a tree, and before what continues a line."""

_LEAST_NOTE = 24
"""The cells in which a note is put beside the figures rather than below them."""

_LONGEST_WORD = 12
"""The cells of a name that are kept together where there is little room."""

_LEAST_BESIDE = 16
"""The cells in which a card has a cell beside its heading rather than below it."""

_NAMES = ("name", "path", "type", "spec", "variant")
"""The columns of text, which may be parted within a word."""

_PAIRS = (
    ("input", "output"),
    ("stride", "padding"),
    ("in_channels", "out_channels"),
    ("params", "buffers"),
    ("macs", "flops"),
    ("params", "macs"),
    ("weights", "memory"),
    ("weights", "peak_memory"),
    ("receptive_field", "receptive_stride"),
    ("receptive_field", "budget"),
    ("spec", "variant"),
)
_NAME_AND_TYPE = ("name", "type")

_ARRANGEMENTS: tuple[tuple[bool, tuple[tuple[str, str], ...], tuple[str, ...]], ...] = (
    (True, (), ("heading_folded", "note_folded")),
    (False, (), ("heading_folded", "narrow")),
    (False, _PAIRS, ("cells_folded", "narrow")),
    (False, (_NAME_AND_TYPE, *_PAIRS), ("cells_folded", "narrow", "narrowest")),
)
"""For each: whether the note is a column, what is paired, and which widths save room."""


def lines(document: Document, cells: int, encoding: str = "utf-8") -> Iterator[Line]:
    """The lines of a document's tables, each under its title, and of the totals, in so many cells.

    What the encoding of the stream cannot say is escaped, rules are then made of hyphens.
    """
    cells = max(cells, 1)
    rule = "─" if encodable("─", encoding) == "─" else "-"
    for index, table in enumerate(document.tables):
        if index:
            yield []
        title = table.title or document.title
        yield from map(_stripped, _fitted(table, title, cells, encoding, rule))
    yield []
    yield from _totals(document.totals(False), cells, encoding)


def _totals(figures: list[tuple[str, str]], cells: int, encoding: str) -> Iterator[Line]:
    # The labels at the left and the figures beside them, as far as there is room.
    labels = [printable(label, encoding) for label, _ in figures]
    left = max(map(width, labels)) + _GAP
    for label, (_, text) in zip(labels, figures, strict=True):
        lines = fold(printable(text, encoding), max(cells - left, 1))
        for index, line in enumerate(lines):
            yield [(pad("" if index else label, left), HEADING), (line, TEXT)]


def _stripped(pieces: Line) -> Line:
    # Without the spaces at the end of the line.
    while pieces and not pieces[-1][0].strip(" "):
        pieces.pop()
    if pieces:
        text, role = pieces.pop()
        pieces.append((text.rstrip(" "), role))
    return pieces


def _fitted(table: Table, title: str, cells: int, encoding: str, rule: str) -> Iterator[Line]:
    for line in fold(printable(title, encoding), cells):
        yield [(line, TITLE)]
    fields = _fields(table, encoding)
    name = fields[table.name_column()]
    note = next((field for field in fields if field.key == "note" and field is not name), None)
    for with_note, pairs, savings in _ARRANGEMENTS:
        columns = [field for field in fields if with_note or field is not note]
        stacks = _paired(columns, pairs)
        widths = _widths(stacks, savings, cells)
        if stacks and sum(widths) + _GAP * (len(widths) - 1) <= cells:
            yield from _grid(stacks, widths, rule)
            if note is not None and not with_note:
                yield from _notes(note, _labels(table, name), cells)
            return
    others = [field for field in fields if field is not name]
    yield from _cards(_labels(table, name), others, cells)


class _Field:
    # A column as it is shown, and the widths that it could have:
    # natural: everything on one line. heading_folded: but for the heading, a word a line.
    # note_folded: and for a note. cells_folded: but for the cells, a word a line, or a name on
    # two lines. narrow: heading and cells so. narrowest: the words of a name parted.

    def __init__(
        self, key: str, heading: str, texts: list[str], indents: Sequence[int], right: bool
    ) -> None:
        self.key = key
        self.heading = heading
        self.texts = texts
        self.indents = indents or [0] * len(texts)
        self.right = right
        widest = max(map(int.__add__, map(width, texts), self.indents), default=0)
        word = max(map(int.__add__, map(_longest_word, texts), self.indents), default=0)
        folded = max(word, (widest + 1) // 2) if key in _NAMES else word
        parted = max(self.indents, default=0) + _LONGEST_WORD
        heading_word = _longest_word(heading)
        self.natural = max(widest, width(heading))
        self.heading_folded = self.note_folded = max(widest, heading_word)
        self.cells_folded = max(folded, width(heading))
        self.narrow = max(folded, heading_word)
        self.narrowest = max(min(word, parted) if key in _NAMES else word, heading_word)
        if key == "note":
            self.heading_folded = self.natural
            self.note_folded = min(self.natural, _LEAST_NOTE)

    def lines(self, row: int, cells: int) -> list[str]:
        indent = self.indents[row]
        if self.natural <= cells:
            return [" " * indent + self.texts[row]]
        return [" " * indent + line for line in fold(self.texts[row], cells - indent)]

    def width_of(self, cells: int) -> int:
        # Of so many cells: folded, it may need less.
        if self.natural <= cells:
            return self.natural
        lines = fold(self.heading, cells)
        widest = max(map(width, lines))
        for row in range(len(self.texts)):
            widest = max(widest, *map(width, self.lines(row, cells)))
        return widest


def _longest_word(text: str) -> int:
    return max(map(width, text.split(" "))) if " " in text else width(text)


def _fields(table: Table, encoding: str) -> list[_Field]:
    rows = [
        [printable(text, encoding).rstrip(" ") for text in texts] for texts in table.texts(False)
    ]
    name = table.name_column()
    fields = []
    for index, column in enumerate(table.columns):
        texts = [row[index] for row in rows]
        heading = printable(table.headings[index], encoding)
        indents = [_INDENT * depth for depth in table.depths] if index == name else []
        fields.append(_Field(column.key, heading, texts, indents, column.numeric))
    return fields


def _labels(table: Table, field: _Field) -> list[str]:
    # What each row is called on its own: in a tree, by its path.
    labels: list[str] = []
    path: list[str] = []
    for index, text in enumerate(field.texts):
        depth = table.depths[index] if table.depths and field.key == "name" else 0
        path[depth:] = [text]
        labels.append(".".join(path))
    return labels


def _paired(fields: list[_Field], pairs: Sequence[tuple[str, str]]) -> list[list[_Field]]:
    # The columns in their order, those of a pair above each other where both are there and
    # neither is in an earlier pair.
    by_key = {field.key: field for field in fields}
    below: dict[str, _Field] = {}
    paired: set[str] = set()
    for pair in pairs:
        if paired.isdisjoint(pair) and by_key.keys() >= set(pair):
            below[pair[0]] = by_key[pair[1]]
            paired.update(pair)
    return [
        [field, below[field.key]] if field.key in below else [field]
        for field in fields
        if field not in below.values()
    ]


def _widths(stacks: list[list[_Field]], savings: Sequence[str], cells: int) -> list[int]:
    # What each column is given so that all fit, if the savings get so far.
    def sizes(name: str) -> list[int]:
        # Beside pairs, a heading on its own has two lines for nothing.
        alone = "narrow" if name == "cells_folded" else name
        return [
            max(getattr(field, name if len(stack) > 1 else alone) for field in stack)
            for stack in stacks
        ]

    room = cells - _GAP * (len(stacks) - 1)
    widths = sizes("natural")
    for saving in savings:
        least = sizes(saving)
        if saving == "heading_folded" and sum(widths) > room:
            widths = least  # all headings or none
        if sum(widths) > room:
            widths = [max(low, min(each, room)) for low, each in zip(least, widths, strict=True)]
        while sum(widths) > room:  # the widest column gives first
            spare = [index for index, each in enumerate(widths) if each > least[index]]
            if not spare:
                break
            widths[max(spare, key=widths.__getitem__)] -= 1
    return widths


def _grid(stacks: list[list[_Field]], widths: list[int], rule: str) -> Iterator[Line]:
    columns = list(zip(stacks, widths, strict=True))
    stacked = any(len(stack) > 1 for stack in stacks)
    headings = [[fold(field.heading, cells) for field in stack] for stack, cells in columns]
    widths = [max(field.width_of(cells) for field in stack) for stack, cells in columns]
    line: Line = [(rule * (sum(widths) + _GAP * (len(widths) - 1)), RULE)]
    yield line
    yield from _row(stacks, headings, widths, HEADING, bottom=not stacked)
    yield line
    for index in range(len(stacks[0][0].texts)):
        if stacked and index:
            yield []
        row = [[field.lines(index, cells) for field in stack] for stack, cells in columns]
        yield from _row(stacks, row, widths)
    yield line


def _row(
    stacks: list[list[_Field]],
    texts: list[list[list[str]]],
    widths: list[int],
    role: str = "",
    bottom: bool = False,
) -> Iterator[Line]:
    # The lines of a row: the lower ones of all pairs begin on the same line. Shorter columns
    # are at the top, or at the bottom.
    upper = max((len(lines) for lines, *lower in texts if lower), default=0)
    columns = []
    for stack, cell in zip(stacks, texts, strict=True):
        column = [(line, stack[0]) for line in cell[0]]
        if len(stack) > 1:
            column += [("", stack[0])] * (upper - len(column))
            column += [(line, stack[1]) for line in cell[1]]
        columns.append(column)
    height = max(map(len, columns))
    for index in range(height):
        pieces: Line = []
        for stack, column, cells in zip(stacks, columns, widths, strict=True):
            at = index - (height - len(column)) * bottom
            text, field = column[at] if 0 <= at < len(column) else ("", stack[0])
            pieces += (
                (pad(text, cells, field.right), role or _role(field, text)),
                (" " * _GAP, TEXT),
            )
        yield pieces


def _role(field: _Field, text: str) -> str:
    if text == EMPTY:
        return NOTHING
    return NAME if field.key == "name" else TEXT


def _notes(note: _Field, labels: list[str], cells: int) -> Iterator[Line]:
    # `name: note` for each row that has one.
    noted = [pair for pair in zip(labels, note.texts, strict=True) if pair[1] != EMPTY]
    if noted:
        yield []
    for label, text in noted:
        first, *others = fold(f"{label}: {text}", cells - _INDENT)
        yield [(first[: len(label)], NAME), (first[len(label) :], TEXT)]
        for line in others:
            yield [(" " * _INDENT + line, TEXT)]


def _cards(labels: list[str], fields: list[_Field], cells: int) -> Iterator[Line]:
    # The headings at the left and the cells beside them or, where that is too narrow, below.
    left = max((width(field.heading) for field in fields), default=0)
    beside = cells - _INDENT - left - _GAP
    for row, label in enumerate(labels):
        yield []
        for line in fold(label, cells):
            yield [(line, NAME)]
        for field in fields:
            text = field.texts[row]
            if text == EMPTY:
                continue
            least = 0 if field.key == "note" else _longest_word(text)
            if beside >= max(least, _LEAST_BESIDE):
                lines = fold(text, beside)
                for heading, line in zip([field.heading, *[""] * len(lines)], lines, strict=False):
                    yield [(" " * _INDENT + pad(heading, left + _GAP), HEADING), (line, TEXT)]
            elif _INDENT + width(field.heading) + _GAP + width(text) <= cells:
                yield [(" " * _INDENT + field.heading + " " * _GAP, HEADING), (text, TEXT)]
            else:
                for line in fold(field.heading, cells - _INDENT):
                    yield [(" " * _INDENT + line, HEADING)]
                for line in fold(text, cells - 2 * _INDENT):
                    yield [(" " * 2 * _INDENT + line, TEXT)]
