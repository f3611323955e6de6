"""Calls and other brackets laid out in lines as formatters (black, ruff) do."""

from __future__ import annotations

from collections.abc import Iterator

from shapecalc.render.code.comments import LINE_WIDTH

INDENT = 4


class Bracket:
    """Items in brackets after a word, such as a call.

    items: texts or brackets, each perhaps after a word such as `stride=`. long: whether each has a
    line of its own even where one has room for all. separated: by commas, rather than by being
    the parts of one comprehension.
    """

    __slots__ = ("close", "items", "long", "open", "separated")

    def __init__(
        self,
        open: str,
        items: list[Part],
        close: str = ")",
        long: bool = False,
        separated: bool = True,
    ) -> None:
        self.open = open
        self.items = items
        self.close = close
        self.long = long and bool(items)
        self.separated = separated

    def prefixed(self, word: str) -> Bracket:
        """The same after a word."""
        return Bracket(word + self.open, self.items, self.close, self.long, self.separated)

    def is_long(self) -> bool:
        """Whether it, or something inside, has lines of its own."""
        return self.long or any(isinstance(each, Bracket) and each.is_long() for each in self.items)

    def flat(self) -> str:
        """It in one line."""
        return self.open + self._flat_items() + self.close

    def _flat_items(self) -> str:
        return (", " if self.separated else " ").join(map(flat, self.items))


Part = str | Bracket


def flat(part: Part) -> str:
    """A part in one line."""
    return part if isinstance(part, str) else part.flat()


def prefixed(word: str, part: Part) -> Part:
    """A part after a word."""
    return word + part if isinstance(part, str) else part.prefixed(word)


def laid_out(part: Part, indent: int = 0, end: str = "") -> Iterator[str]:
    """The lines of a statement, or of a part of one. end: what follows it, such as a comma."""
    margin = " " * indent
    if isinstance(part, str):
        yield margin + part + end
        return
    if not part.is_long():
        line = part.flat()
        if indent + len(line) + len(end) <= LINE_WIDTH or not part.items:
            yield margin + line + end
            return
    inner = indent + INDENT
    yield margin + part.open
    together = part._flat_items()
    if not part.is_long() and inner + len(together) <= LINE_WIDTH and part.separated:
        yield " " * inner + together
    else:
        comma = "," if part.separated and not _is_unpacked(part) else ""
        for item in part.items:
            yield from laid_out(item, inner, comma)
    yield margin + part.close + end


def _is_unpacked(part: Bracket) -> bool:
    """Whether its only item is unpacked, after which formatters put no comma."""
    return len(part.items) == 1 and flat(part.items[0]).startswith("*")
