"""What changed between two networks.

`matching` finds which layer is which, `changes` what differs, `comparison` adds totals and budgets.
`rows` puts it into words; `table`, `markdown` and `json` write it. `FORMATS` is the index of those:
the module of each has `lines(comparison, labels, room)`.
"""

from __future__ import annotations

from shapecalc.text.formats import Format, by_name


class Room:
    """Where a comparison is written: in so many cells (None: a change a line), in an encoding."""

    __slots__ = ("cells", "encoding")

    def __init__(self, cells: int | None = None, encoding: str = "utf-8") -> None:
        self.cells = cells
        self.encoding = encoding


FORMATS = by_name(
    Format("table", "shapecalc.diff.table", "a table to read"),
    Format("markdown", "shapecalc.diff.markdown", "for a comment on a pull request"),
    Format("json", "shapecalc.diff.json", "every change, those of repeats one by one"),
)
"""The formats, the default one first."""
