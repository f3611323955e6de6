"""The sections of a cfg and their options, read as Darknet reads them.

White space says nothing, wherever it is in a line; a line that starts with `#` or `;` is a comment,
what follows a value is not. The first of several options of a key is the one that counts. A key
without a value is skipped, one without `=` has none; both leave the default.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from shapecalc.importers.darknet.numbers import atof, atoi
from shapecalc.limits import MAXIMUM_CFG, MAXIMUM_IMPORTED, MAXIMUM_KEYS, MAXIMUM_LIST
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from mmap import mmap

_WHITE_SPACE = str.maketrans("", "", " \t\r\n")
_TITLE = re.compile(r"\[\w{1,50}\]", re.ASCII)
_LINE = re.compile(r"[^ \t\r\n][^\n]*")
_HEADER = re.compile(r"^[ \t\r]*\[", re.MULTILINE)


def cfg_text(data: bytes | mmap) -> str:
    """The text of a cfg. Bytes that are no UTF-8, as in comments, become replacement characters."""
    return data[:MAXIMUM_CFG].decode("utf-8", "replace")


def count_sections(data: bytes | mmap, text: str) -> int:
    """How many sections a text has. Raises Refusal SC501 for what is too long, binary, or of too
    many sections."""
    if len(data) > MAXIMUM_CFG:
        raise Refusal("SC501", f"too large; the limit is {MAXIMUM_CFG // (1024 * 1024)} MiB")
    if "\0" in text:
        raise Refusal("SC501", "a NUL, which no cfg has", offset=text.index("\0"))
    count = sum(1 for _ in _HEADER.finditer(text))
    if count > MAXIMUM_IMPORTED + 1:
        raise Refusal("SC501", f"more than {MAXIMUM_IMPORTED} layers, the maximum of a network")
    return count


class Section:
    """A section of a cfg.

    title: its line, for messages. type: what is in its brackets. place: its offset.
    """

    __slots__ = ("_options", "place", "title", "type")

    def __init__(self, title: str, place: int) -> None:
        self.title = title if _TITLE.fullmatch(title) else shown(title)
        self.type = title[1:-1] if title.endswith("]") else title
        self.place = place
        self._options: dict[str, tuple[str | None, int]] = {}

    def take(self, line: str, place: int) -> None:
        """Add the option on a line without white space. Raises Refusal SC501 for too many."""
        key, equals, value = line.partition("=")
        if equals and not value:
            return
        self._options.setdefault(key, (value if equals else None, place))
        if len(self._options) > MAXIMUM_KEYS:
            text = f"more than {MAXIMUM_KEYS} options in a section"
            raise Refusal("SC501", text, offset=place)

    def place_of(self, key: str) -> int:
        """The offset of an option, or else of the section."""
        return self._options.get(key, (None, self.place))[1]

    def text(self, key: str, default: str) -> str:
        """The value of an option."""
        value = self._options.get(key, (None, 0))[0]
        return default if value is None else value

    def has(self, key: str) -> bool:
        """Whether an option has a value."""
        return self._options.get(key, (None, 0))[0] is not None

    def integer(self, key: str, default: int) -> int:
        """The value of an option as an int."""
        return atoi(self.text(key, "")) if self.has(key) else default

    def positive(self, key: str, default: int) -> int:
        """The value of an option, of which 0 would stop Darknet. Raises Refusal SC501 below 1."""
        value = self.integer(key, default)
        if value < 1:
            raise self.refusal(f"{key} is {value}, not at least 1", key)
        return value

    def decimal(self, key: str, default: float) -> float:
        """The value of an option as a finite number. Raises Refusal SC501 for another."""
        value = atof(self.text(key, "")) if self.has(key) else default
        if not math.isfinite(value):
            raise self.refusal(f"{key} is {value}, not a finite number", key)
        return value

    def integers(self, key: str) -> list[int]:
        """The values of an option that is a list: as many as its commas part, of which an empty
        one is 0. Raises Refusal SC501 where there is none, and for too many."""
        if not self.has(key):
            raise self.refusal(f"no {key}", key)
        values = self.text(key, "").split(",", MAXIMUM_LIST)
        if len(values) > MAXIMUM_LIST:
            raise self.refusal(f"{key} has more than {MAXIMUM_LIST} values", key)
        return [atoi(value) for value in values]

    def refusal(self, why: str, key: str = "") -> Refusal:
        """What is wrong with the section, at an option of it."""
        return Refusal("SC501", f"{self.title}: {why}", offset=self.place_of(key))


def read_sections(text: str) -> Iterator[Section]:
    """The sections of a text. Raises Refusal SC501 for an option before the first."""
    section: Section | None = None
    for found in _LINE.finditer(text):
        line, place = found[0].translate(_WHITE_SPACE), found.start()
        if line[0] in "#;":
            continue
        if line[0] == "[":
            if section is not None:
                yield section
            section = Section(line, place)
        elif section is None:
            raise Refusal("SC501", "an option before the first section", offset=place)
        else:
            section.take(line, place)
    if section is not None:
        yield section
