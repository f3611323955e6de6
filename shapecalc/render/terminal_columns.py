"""The columns of a table as a terminal shows them: texts with roles, and the lines of a tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.render.roles import roles
from shapecalc.render.widths import Measured
from shapecalc.text.display import encodable, fold, printable, width
from shapecalc.text.words import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.tables.table import Table

LEAST_NOTE = 24
"""The cells in which a note is put beside the figures rather than below them."""

_PARTED = ("name", "path", "type", "from")
"""The columns of text, of which the words may be parted."""


class Signs:
    """What rules and trees are made of, in an encoding."""

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        self.rule = self._sign("─", "-")
        self._inner = self._sign("├─ ", "|- ")
        self._last = self._sign("└─ ", "`- ")
        self._past = self._sign("│  ", "|  ")

    def _sign(self, wanted: str, otherwise: str) -> str:
        return wanted if encodable(wanted, self.encoding) == wanted else otherwise

    def tree(self, depths: Sequence[int]) -> list[tuple[str, str]]:
        """What is before each row's name, and before the lines that continue the row."""
        found = []
        after: list[bool] = []  # for each level, whether another row at it is still to come
        below = 0
        for depth in reversed(depths):
            after += [False] * (depth + 1 - len(after))
            outer = "".join(self._past if more else "   " for more in after[1:depth])
            own, rest = (self._inner, self._past) if after[depth] else (self._last, "   ")
            if not depth:
                own = rest = ""
            found.append((outer + own, outer + rest + self._past * (below > depth)))
            after[depth:] = [True]
            below = depth
        return found[::-1]


class TerminalColumn(Measured):
    """A column as it is shown.

    heading: None for that of the table. counted: whether types say how many layers a sequence has.
    roles: of each text. prefixes: of each text, as `Signs.tree` has them, or empty.
    """

    def __init__(
        self,
        table: Table,
        index: int,
        texts: Sequence[str],
        signs: Signs,
        heading: str | None = None,
    ) -> None:
        column = table.columns[index]
        self.key = column.key
        self.right = column.numeric
        self.counted = False
        self.prefixes: list[tuple[str, str]] = []
        if index == table.name_column() and table.depths:
            self.prefixes = signs.tree(table.depths)
        super().__init__(
            printable(heading or table.headings[index], signs.encoding),
            texts,
            [width(first) for first, _ in self.prefixes],
            self.key in _PARTED,
            LEAST_NOTE if self.key == "note" else 0,
        )
        self.roles = roles(table, index)

    def lines(self, row: int, cells: int) -> list[str]:
        """The lines of a text in so many cells."""
        cells -= self.indents[row]
        return [self.texts[row]] if self.sizes[row] <= cells else fold(self.texts[row], cells)

    def used(self, cells: int) -> int:
        """What the texts need of so many cells: once folded, it may be less."""
        return max(
            (
                indent + width(line)
                for row, indent in enumerate(self.indents)
                for line in self.lines(row, cells)
            ),
            default=0,
        )


def terminal_columns(table: Table, signs: Signs) -> list[TerminalColumn]:
    """The columns of a table."""
    rows = []
    for texts in table.texts(False):
        row = "".join(texts)
        if not (row.isascii() and row.isprintable() and "::" not in row and "##" not in row):
            texts = [printable(text, signs.encoding).rstrip(" ") for text in texts]
        rows.append(texts)
    columns = zip(*rows, strict=True) if rows else [()] * len(table.columns)
    return [TerminalColumn(table, index, texts, signs) for index, texts in enumerate(columns)]


def counted(table: Table, columns: Sequence[TerminalColumn], signs: Signs) -> list[TerminalColumn]:
    """The columns, with types that say how many layers a sequence has, where they list them."""
    texts = [printable(text, signs.encoding) for text in table.brief]
    found = list(columns)
    for index, column in enumerate(columns):
        if column.key == "type" and texts and list(column.texts) != texts:
            found[index] = TerminalColumn(table, index, texts, signs)
            found[index].counted = True
    return found


def abbreviated(
    table: Table, columns: Sequence[TerminalColumn], signs: Signs
) -> list[TerminalColumn]:
    """The columns with shorter headings, where there are any."""
    short = words_of(table.language).short
    return [
        TerminalColumn(table, index, column.texts, signs, short[column.key])
        if column.key in short
        else column
        for index, column in enumerate(columns)
    ]
