"""Calls and other brackets laid out in lines as formatters (black, ruff) do."""

from __future__ import annotations

from collections.abc import Iterator

from shapecalc.render.code.comments import LINE_WIDTH, comment

INDENT = 4


class Bracket:
    """Items in brackets after a word, such as a call.

    items: texts or brackets, each perhaps after a word such as `stride=`. long: whether each has a
    line of its own even where one has room for all. separated: by commas, rather than by being
    the parts of one expression. optional: whether one line of it has no brackets.
    notes: comments above items, by their number.
    """

    __slots__ = ("close", "items", "long", "notes", "open", "optional", "separated")

    def __init__(
        self,
        open: str,
        items: list[Part],
        close: str = ")",
        long: bool = False,
        separated: bool = True,
        optional: bool = False,
    ) -> None:
        self.open = open
        self.items = items
        self.close = close
        self.long = long and bool(items)
        self.separated = separated
        self.optional = optional
        self.notes: dict[int, str] | None = None

    def after(self, word: str) -> Bracket:
        """The same after a word."""
        other = Bracket(
            word + self.open, self.items, self.close, self.long, self.separated, self.optional
        )
        other.notes = self.notes
        return other

    def is_long(self) -> bool:
        """Whether it, or something inside, has lines of its own."""
        return (
            self.long
            or bool(self.notes)
            or any(isinstance(each, Bracket) and each.is_long() for each in self.items)
        )

    def flat(self) -> str:
        """It in one line."""
        opening = self.open[:-1] if self.optional else self.open
        return opening + self.flat_items() + ("" if self.optional else self.close)

    def flat_items(self) -> str:
        """What is in it, in one line."""
        return (", " if self.separated else " ").join(map(flat, self.items))


Part = str | Bracket


def flat(part: Part) -> str:
    """A part in one line."""
    return part if isinstance(part, str) else part.flat()


def prefixed(word: str, part: Part) -> Part:
    """A part after a word."""
    return word + part if isinstance(part, str) else part.after(word)


def replaced(part: Part, text: str, other: str, within: bool) -> Part:
    """A part with another text for an argument. within: whether for parts of arguments, too."""
    if isinstance(part, str):
        if within:
            return part.replace(text, other)
        word, equals, value = part.rpartition("=")
        return word + equals + other if value == text else part
    found = Bracket(
        part.open,
        [replaced(item, text, other, within) for item in part.items],
        part.close,
        part.long,
        part.separated,
        part.optional,
    )
    found.notes = part.notes
    return found


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
    together = part.flat_items()
    if not part.is_long() and inner + len(together) <= LINE_WIDTH:
        yield " " * inner + together
    else:
        comma = "," if part.separated and (len(part.items) > 1 or part.long) else ""
        for number, item in enumerate(part.items):
            if part.notes and number in part.notes:
                yield from comment(part.notes[number], inner)
            yield from laid_out(item, inner, comma)
    yield margin + part.close + end
