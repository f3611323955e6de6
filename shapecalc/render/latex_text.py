"""Texts as LaTeX shows them, in any encoding of its fonts, and how wide they are."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from unicodedata import decomposition

from shapecalc.render.github_width import parts

_COMMANDS = {
    **{char: "\\" + char for char in "#$%&_{}"},
    **{char: "{" + char + "}" for char in "[]*"},  # the next line may not begin so
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"{\ttfamily\char34}",
    "`": r"\`{}",
    "×": r"\ensuremath{\times}",
    "·": r"\ensuremath{\cdot}",
    "±": r"\ensuremath{\pm}",
    "\0": r"\kern0pt{}",
}
"""NUL, which is not visible, stands between what would be one character."""

_LETTERS = "ßæÆøØœŒłŁ–—‘’“”…¡¿"
"""Those of the Latin script that are no letter with an accent, and punctuation, in all fonts."""

_ACCENTS = {"0300", "0301", "0302", "0303", "0304", "0306", "0307", "0308", "030A", "030B", "030C"}
"""What stands on a letter, in all fonts."""

_LAST = "\u017f"
"""The last of the letters with accents that all fonts have."""

_LONG = 140
"""The points of a word that is not broken, at the most, in letters of 10 points."""

_PIECE = 12
"""The characters after which a longer one may be broken, where it has no parts."""

_POINTS = {
    **dict.fromkeys(" !'(),-.:;I[]fijlrst|", 4.0),
    **dict.fromkeys('"$*/0123456789?J\\\\^_`acegkovxyz{}~', 5.3),
    **dict.fromkeys("Sbdnhpqu", 5.6),
    **dict.fromkeys("BCEFLPRTZw", 7.4),
    **dict.fromkeys("&+<=>@ADGHKNOQUVXY", 7.9),
    **dict.fromkeys("#%m", 8.4),
    **dict.fromkeys("MW", 10.3),
}
"""The points of characters in Computer Modern of 10 points, rounded up."""

_LEAST = min(_POINTS.values())

_OTHER = 10.0
"""Those of any other, at the most."""

_chinese = re.compile(r"[\u3001-\u303f\u4e00-\u9fff\uff01-\uff5e]")

has_chinese = _chinese.search
"""Whether a text has characters of the fonts for Chinese."""


def in_latex(text: str) -> str:
    """What LaTeX shows as a visible text; a character that its fonts lack is an escape."""
    if text.isascii() and text.isalnum():
        return text
    if not text.isascii():
        text = text.translate(_KNOWN)
    # two of a kind that would be one are apart
    parted = re.sub(r"([-',:])(?=\1)", "\\1\0", text)
    return parted.translate(_WRITTEN)


def breakable(text: str) -> str:
    """What LaTeX shows as a visible text, of which long words may be broken."""
    return " ".join(map(_breakable, text.split(" ")))


def _breakable(word: str) -> str:
    # lines of Chinese are broken anywhere
    runs = _chinese.split(word)
    if all(len(run) * _LEAST <= _LONG and points(run) <= _LONG for run in runs):
        return in_latex(word)
    pieces = [
        part[start : start + _PIECE]
        for part in parts(word)
        for start in range(0, len(part), _PIECE)
    ]
    return r"\allowbreak{}".join(map(in_latex, pieces))


def points(text: str) -> float:
    """The width of a visible text in letters of 10 points, at the most."""
    return sum(number * _points_of(char) for char, number in Counter(text).items())


@lru_cache(4096)
def _points_of(char: str) -> float:
    return sum(_POINTS.get(each, _OTHER) for each in _KNOWN[ord(char)])


def _known(char: str) -> str:
    if char.isascii() or char in _COMMANDS or char in _LETTERS or has_chinese(char):
        return char
    letter, _, accent = decomposition(char).partition(" ")
    if char <= _LAST and accent in _ACCENTS and letter:
        return char
    return char.encode("unicode_escape").decode("ascii")


class _Known(dict[int, str]):
    """What is shown of each character, by its code, as it is met."""

    def __missing__(self, code: int) -> str:
        found = _known(chr(code))
        if len(self) < 4096:
            self[code] = found
        return found


_KNOWN = _Known()

_WRITTEN = str.maketrans(_COMMANDS)
