"""A document on a terminal: its tables fitted to the width, in lines of pieces with roles.

A table that is too wide changes in these steps, as far as it takes until at most one row in five
has another line:

1. headings have several lines, and the widest cells wrap, each in its own row;
2. the notes go below the table;
3. columns that other cells say give way, with a line that names them, and so do spaces;
4. types say how many layers a sequence has, and no longer list them;
5. what is taken from elsewhere goes below its row, and headings are abbreviated.

If more rows must wrap, they do, in as few lines as can be. If not even that fits, the table is
printed in parts below each other, each with the names, or as a card for each row. No figure is ever
cut, and no number is parted: a line ends between numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.render.terminal_columns import Signs, abbreviated, counted, terminal_columns
from shapecalc.render.widths import fitted
from shapecalc.tables.table import EMPTY, Document
from shapecalc.text.display import fold, pad, pieces, printable, width
from shapecalc.text.styles import HEADING, NAME, NOTHING, RULE, TEXT, TITLE
from shapecalc.text.words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapecalc.render.terminal_columns import TerminalColumn
    from shapecalc.tables.table import Table

    Line = list[tuple[str, str]]

_WIDE, _NARROW = 2, 1
"""The cells between two columns, and where there is little room."""

_INDENT = 2
"""The cells before what continues a line, and before what belongs to a card."""

_FEW = 5
"""One row in so many may have another line before something gives way."""

_MOST_PARTS = 4
"""The parts of a table at most: then cards are shorter."""

_LEAST_BESIDE = 16
"""The cells in which a card has a cell beside its heading rather than below it."""


def lines(document: Document, cells: int, encoding: str = "utf-8") -> Iterator[Line]:
    """The lines of a document's tables, each under its title, and of the totals, in so many cells.

    What the encoding of the stream cannot say is escaped, and rules and trees are then of ASCII.
    """
    cells = max(cells, 1)
    signs = Signs(encoding)
    for index, table in enumerate(document.tables):
        if index:
            yield []
        for line in fold(printable(table.title or document.title, encoding), cells):
            yield [(line, TITLE)]
        yield from map(_stripped, _fitted(table, cells, signs))
    yield []
    totals = [[printable(text, encoding) for text in pair] for pair in document.totals(False)]
    yield from _pairs([(label, text) for label, text in totals], cells)


def _stripped(line: Line) -> Line:
    # Without the spaces at its end.
    while line and not line[-1][0].strip(" "):
        line.pop()
    if line:
        text, role = line.pop()
        line.append((text.rstrip(" "), role))
    return line


class _Grid:
    # Columns with their widths and the gap between them. below: a column that is not among them,
    # but has its cells below their rows.

    def __init__(
        self,
        columns: Sequence[TerminalColumn],
        widths: Sequence[int],
        gap: int,
        below: TerminalColumn | None = None,
    ) -> None:
        self.columns = columns
        self.widths = widths
        self.gap = gap
        self.below = below

    def more_lines(self, most: int | None) -> int:
        # The lines that rows have beyond their first. If they are more than `most` anyway, fewer
        # may be counted.
        below = () if self.below is None else self.below.texts
        found = sum(text != EMPTY for text in below)
        wrapped: dict[int, list[tuple[TerminalColumn, int]]] = {}
        for field, cells in zip(self.columns, self.widths, strict=True):
            if field.natural > cells:
                for row, (size, indent) in enumerate(zip(field.sizes, field.indents, strict=True)):
                    if size + indent > cells:
                        wrapped.setdefault(row, []).append((field, cells))
        found += len(wrapped)
        if most is not None and found >= most:
            return found
        for row, wide in wrapped.items():
            found += max(len(field.lines(row, cells)) for field, cells in wide) - 2
        return found

    def lines(self, cells: int, rule: str) -> Iterator[Line]:
        columns, gap = self.columns, self.gap
        headings = [fold(f.heading, cells) for f, cells in zip(columns, self.widths, strict=True)]
        self.widths = [
            each if field.natural <= each else max(field.used(each), *map(width, heading))
            for field, each, heading in zip(columns, self.widths, headings, strict=True)
        ]
        line: Line = [(rule * (sum(self.widths) + gap * (len(columns) - 1)), RULE)]
        yield line
        height = max(map(len, headings))
        for texts in zip(*([""] * (height - len(each)) + each for each in headings), strict=True):
            padded = [
                pad(text, each, field.right)
                for field, text, each in zip(columns, texts, self.widths, strict=True)
            ]
            yield [((" " * gap).join(padded), HEADING)]
        yield line
        for row in range(len(columns[0].texts)):
            yield from self._row(row)
            if self.below is not None and self.below.texts[row] != EMPTY:
                yield from self._below(self.below, row, cells)
        yield line

    def _row(self, row: int) -> Iterator[Line]:
        # Neighbours of the same role are one piece; spaces have the role of what is before them.
        cut = [f.lines(row, cells) for f, cells in zip(self.columns, self.widths, strict=True)]
        for index in range(max(map(len, cut))):
            line: Line = []
            written, role, space = "", TEXT, 0
            for field, texts, cells in zip(self.columns, cut, self.widths, strict=True):
                text = texts[index] if index < len(texts) else ""
                free = cells - width(text)
                if field.prefixes:
                    prefix = field.prefixes[row][index > 0]
                    if text:
                        prefix = prefix[: field.indents[row]]
                    free -= width(prefix)
                    line.append((written + " " * space, role))
                    written, role, space = prefix, RULE, 0
                if field.right:
                    space += free
                    free = 0
                if text and field.roles[row] != role:
                    line.append((written + " " * space, role))
                    written, role, space = text, field.roles[row], 0
                elif text:
                    written += " " * space + text
                    space = 0
                space += free + self.gap
            line.append((written, role))
            yield [piece for piece in line if piece[0]]

    def _below(self, field: TerminalColumn, row: int, cells: int) -> Iterator[Line]:
        # The heading and the cell, under the row's name.
        name = next((each for each in self.columns if each.prefixes), None)
        prefix = "" if name is None else name.prefixes[row][1]
        room = cells - width(prefix) - _INDENT
        heading, text = field.heading + ": ", field.texts[row]
        for line in fold(heading + text, room):
            shown: Line = [(prefix + " " * _INDENT, RULE)]
            if line.startswith(heading):
                shown.append((heading, NOTHING))
                line = line.removeprefix(heading)
            yield [*shown, (line, TEXT)]


def _fitted(table: Table, cells: int, signs: Signs) -> Iterator[Line]:
    fields = terminal_columns(table, signs)
    name = fields[table.name_column()]
    note = next((field for field in fields if field.key == "note" and field is not name), None)
    grids = _grids(table, fields, note, cells, signs)
    if not grids:
        others = [field for field in fields if field is not name]
        yield from _cards(_labels(table, name), others, cells)
        return
    for index, grid in enumerate(grids):
        if index:
            yield []
        yield from grid.lines(cells, signs.rule)
    shown = {field.key: field for grid in grids for field in grid.columns}
    gone = [field for field in shown.values() if field.counted]
    spare = [fields[index] for group in table.spare for index in group]
    gone += [field for field in spare if field.key not in shown]
    yield from _left_out(table, gone, cells, signs.encoding)
    if note is not None and "note" not in shown:
        yield from _notes(note, _labels(table, name), cells)


def _grids(
    table: Table,
    fields: list[TerminalColumn],
    note: TerminalColumn | None,
    cells: int,
    signs: Signs,
) -> list[_Grid]:
    # The table with as much as there is room for, or its parts; none where not even these fit.
    name = fields[table.name_column()]
    best = most = None
    stages = _stages(table, fields, note, signs)
    for columns, gap, apart in stages:
        below = next((f for f in columns if f.key == "from" != name.key), None) if apart else None
        grid = _beside([field for field in columns if field is not below], cells, gap, below)
        if grid is not None:
            more = grid.more_lines(most)
            if most is None or more < most:
                best, most = grid, more
            if more * _FEW <= len(table.rows):
                break
    if best is not None:
        return [best]
    short = stages[-1][0]
    least = _picked(fields, [column.key for column in short])
    parts = [_parts(least, name.key, cells, _WIDE), _parts(short, name.key, cells, _NARROW)]
    return min((each for each in parts if 0 < len(each) <= _MOST_PARTS), key=len, default=[])


def _stages(
    table: Table, fields: list[TerminalColumn], note: TerminalColumn | None, signs: Signs
) -> list[tuple[list[TerminalColumn], int, bool]]:
    # From wide to narrow: columns, the gap, and whether what is taken is below its row.
    counting = counted(table, fields, signs)
    sets = [[field.key for field in fields if field is not note]]
    for group in table.spare:
        gone = [fields[index].key for index in group if index != table.name_column()]
        sets.append([key for key in sets[-1] if key not in gone])
    stages = [(fields, _WIDE, False)]
    for columns in [fields] if counting == fields else [fields, counting]:
        stages.append((_picked(columns, sets[0]), _WIDE, False))
        for keys in sets[1:] or sets:
            stages += [(_picked(columns, keys), gap, False) for gap in (_WIDE, _NARROW)]
    for columns in (fields, counting, abbreviated(table, counting, signs)):
        stages += [(_picked(columns, sets[-1]), _NARROW, apart) for apart in (False, True)]
    return stages


def _picked(columns: list[TerminalColumn], keys: list[str]) -> list[TerminalColumn]:
    return [column for column in columns if column.key in keys]


def _parts(columns: list[TerminalColumn], key: str, cells: int, gap: int) -> list[_Grid]:
    # Tables below each other, each with the names and, where that can be, without a wrapped row;
    # none where a column does not fit beside the names.
    found: list[_Grid] = []
    name = next(field for field in columns if field.key == key)
    for field in columns:
        if field is name:
            continue
        grid = _beside([*found[-1].columns, field], cells, gap) if found else None
        if grid is None or grid.more_lines(1):
            grid = _beside([name, field], cells, gap)
            if grid is None:
                return []
            found.append(grid)
        found[-1] = grid
    return found


def _beside(
    columns: Sequence[TerminalColumn], cells: int, gap: int, below: TerminalColumn | None = None
) -> _Grid | None:
    widths = fitted(columns, cells - gap * (len(columns) - 1))
    return None if widths is None else _Grid(columns, widths, gap, below)


def _left_out(
    table: Table, fields: Sequence[TerminalColumn], cells: int, encoding: str
) -> Iterator[Line]:
    # A line that names the columns that gave way, and where their cells stand instead.
    if not fields:
        return
    words = words_of(table.language)
    named = [f"{field.heading} ({words.said[field.key]})" for field in fields]
    text = printable(words.left_out.format(words.comma.join(named)), encoding)
    for line in fold(text, cells):
        yield [(line, NOTHING)]


def _labels(table: Table, field: TerminalColumn) -> list[str]:
    # What each row is called on its own: in a tree, by its path.
    labels: list[str] = []
    path: list[str] = []
    for index, text in enumerate(field.texts):
        depth = table.depths[index] if table.depths and field.key == "name" else 0
        path[depth:] = [text]
        labels.append(".".join(path))
    return labels


def _notes(note: TerminalColumn, labels: list[str], cells: int) -> Iterator[Line]:
    # `name: note` for each row that has one.
    noted = [pair for pair in zip(labels, note.texts, strict=True) if pair[1] != EMPTY]
    if noted:
        yield []
    for label, text in noted:
        first, *others = fold(f"{label}: {text}", cells - _INDENT)
        yield [(first[: len(label)], NAME), (first[len(label) :], TEXT)]
        for line in others:
            yield [(" " * _INDENT + line, TEXT)]


def _cards(labels: list[str], fields: list[TerminalColumn], cells: int) -> Iterator[Line]:
    for row, label in enumerate(labels):
        yield []
        for line in fold(label, cells):
            yield [(line, NAME)]
        pairs = [(field.heading, field.texts[row]) for field in fields]
        yield from _pairs([pair for pair in pairs if pair[1] != EMPTY], cells, _INDENT)


def _pairs(pairs: Sequence[tuple[str, str]], cells: int, indent: int = 0) -> Iterator[Line]:
    # The headings at the left and the texts beside them or, where that is too narrow, below.
    left = max((width(heading) for heading, _ in pairs), default=0) + _WIDE
    beside = cells - indent - left
    before = " " * indent
    for heading, text in pairs:
        longest = max(width(piece.lstrip(" ")) for piece in pieces(text))
        if beside >= max(longest, _LEAST_BESIDE):
            for index, line in enumerate(fold(text, beside)):
                yield [(before + pad("" if index else heading, left), HEADING), (line, TEXT)]
        elif indent + width(heading) + _WIDE + width(text) <= cells:
            yield [(before + heading + " " * _WIDE, HEADING), (text, TEXT)]
        else:
            for line in fold(heading, cells - indent):
                yield [(before + line, HEADING)]
            for line in fold(text, cells - indent - _INDENT):
                yield [(before + " " * _INDENT + line, TEXT)]
