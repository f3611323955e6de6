"""Plain aligned text for pipes and files.

Nothing is cut or folded, and a row is a line, so that line tools can read it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.text.display import pad, printable, width
from shapecalc.text.styles import HEADING, TEXT, TITLE, Line, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from shapecalc.tables.table import Document, Table

_GAP = "  "
_INDENT = "  "

_WIDEST = 200
"""The cells that a column has at most: a text that is longer pushes its own row alone."""


def lines(document: Document, encoding: str = "utf-8", roles: bool = False) -> Iterator[Line]:
    """The lines of a document's tables, each under its title, and of the totals.

    roles: whether the cells have roles, for colours; without, a row is made in one piece.

    What the encoding of the stream cannot say is escaped, and the columns are aligned with these
    escapes. Each table is read twice, once for the widths, and none of it is kept.
    """
    for index, table in enumerate(document.tables):
        if index:
            yield ""
        title = table.title or document.title
        yield [(printable(title, encoding).rstrip(" "), TITLE)]
        yield from _table(table, encoding, roles)
    figures = [_shown(pair, encoding) for pair in document.totals(True)]
    yield ""
    widest = max(width(label) for label, _ in figures)
    for label, text in figures:
        cells = [(pad(label, widest), HEADING), (_GAP + text, TEXT)]
        yield cells if roles else text_of(cells)


def _table(table: Table, encoding: str, roles: bool) -> Iterator[Line]:
    # The last column is not measured unless its texts are aligned at the right.
    rights = [column.numeric for column in table.columns]
    measured = len(rights) if rights[-1] else len(rights) - 1
    widths = [0] * measured
    for texts in _rows(table, encoding):
        widths = list(map(max, widths, map(width, texts[:measured])))
    widths = [min(cells, _WIDEST) for cells in widths]
    fields = [
        f"{{:{'>' if right else '<'}{cells}}}" for right, cells in zip(rights, widths, strict=False)
    ]
    fields += ["{}"] * (len(rights) - measured)
    template = _GAP.join(fields)
    rows = _rows(table, encoding)
    if roles:
        from shapecalc.render.roles import roles as roles_of

        columns = [[HEADING, *roles_of(table, index)] for index in range(len(rights))]
        for texts, its_roles in zip(rows, zip(*columns, strict=True), strict=True):
            padded = [*map(pad, texts[:measured], widths, rights), *texts[measured:]]
            yield _pieces(padded, its_roles)
        return
    for texts in rows:
        cells = texts[:measured]
        if "".join(cells).isascii():  # each character is a cell
            line = template.format(*texts)
        else:
            line = _GAP.join([*map(pad, cells, widths, rights), *texts[measured:]])
        yield line.rstrip(" ")


def _pieces(padded: list[str], roles: Sequence[str]) -> Line:
    # A row with a role for each cell, the spaces at its end left out.
    while padded and not padded[-1].strip(" "):
        padded.pop()
    pieces: list[tuple[str, str]] = []
    for index, (cell, role) in enumerate(zip(padded, roles, strict=False)):
        last = index == len(padded) - 1
        pieces.append((cell.rstrip(" ") if last else cell, role))
        if not last:
            pieces.append((_GAP, TEXT))
    return pieces


def _rows(table: Table, encoding: str) -> Iterator[list[str]]:
    # The cells of the headings and of each row as they are shown.
    yield _shown(table.headings, encoding)
    name = table.name_column()
    for index, texts in enumerate(table.texts()):
        row = "".join(texts)
        plain = row.isascii() and row.isprintable() and "::" not in row and "##" not in row
        shown = texts if plain else _shown(texts, encoding)
        if table.depths:
            shown[name] = _INDENT * table.depths[index] + shown[name]
        yield shown


def _shown(texts: Iterable[str], encoding: str) -> list[str]:
    return [printable(text, encoding) for text in texts]
