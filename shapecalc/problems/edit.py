"""What mends a problem exactly: a text that is written instead of another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from shapecalc.text.source import Source

_WORD_GOES_ON = re.compile(r"[\w.+-]")


class Edit(NamedTuple):
    """A change of a text: what it has from `start` to `end`, in characters, becomes `text`."""

    start: int
    end: int
    text: str


def rewording(source: Source, offset: int, word: str, text: str) -> Edit | None:
    """The edit that writes a text instead of the word at an offset, in its quotes if it has some.

    None where the word is written in another way there, as with escapes or behind an alias, and
    where the text is not to be edited.
    """
    if not source.may_edit:
        return None
    whole = source.text
    quote = whole[offset : offset + 1]
    if quote in ("'", '"') and not word.startswith(quote):
        offset += 1
        goes_on = whole[offset + len(word) : offset + len(word) + 1] != quote
    else:
        goes_on = _WORD_GOES_ON.match(whole, offset + len(word)) is not None
    if not word or goes_on or not whole.startswith(word, offset):
        return None
    return Edit(offset, offset + len(word), text)
