"""Text that is safe to show, and its measure in the cells of a terminal.

Whatever a name or a note holds, it comes out as one line that shows what is there and does
nothing: characters that are controls, that cannot be seen or that reorder the text around
them are replaced by their escapes, as Python writes them. Accents and emoji stay as they are.
"""

from __future__ import annotations

from itertools import pairwise

_SELECTOR = "\ufe0f"
"""Asks for the colourful form of the symbol before it; invisible anywhere else."""

_ATTACHED = "MnMe"
"""The categories of the characters that are drawn upon the one before them."""

_DEFAULT_IGNORABLE = (
    (0x034F, 0x034F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0xE0000, 0xE0FFF),
)
"""Code points without a glyph of their own that their category does not give away (Unicode's
DerivedCoreProperties.txt, Default_Ignorable_Code_Point)."""


_LONG = 100  # characters, of which most are there again


def visible(text: str) -> str:
    r"""The text with what cannot be seen, or acts, written as an escape: `\n`, `\x1b`, `\u202e`.

    These are the controls and line ends, the format characters (bidirectional ones, zero-width
    ones; the joiner inside an emoji too, so that its parts are shown side by side), whatever
    else has no glyph, halves of surrogate pairs, noncharacters, and an accent with nothing
    before it. A backslash stays one: the result is to be read, not to be decoded.
    """
    if text.isascii() and text.isprintable():
        return text
    if len(text) > _LONG:
        once = "".join(set(text))
        if once.translate(_shown) == once and _SELECTOR not in once and _cells[text[0]] > 0:
            return text
    shown = text.translate(_shown)
    if _SELECTOR in shown:
        shown = _select(shown)
    if _cells[shown[0]] == 0:
        shown = _escape(ord(shown[0])) + shown[1:]
    return shown


def encodable(text: str, encoding: str) -> str:
    """A visible text with escapes for what an encoding cannot say, as the streams write them."""
    if text.isascii() or encoding.lower() in ("utf-8", "utf8"):
        return text
    return text.encode(encoding, "backslashreplace").decode(encoding)


def inert(line: str) -> str:
    """A visible line that no CI runner reads as a command, whatever is in it.

    GitHub obeys `::error::` where a line begins with it; GitHub, Azure and TeamCity obey
    `##[error]`, `##vso[...]` and `##teamcity[...]` anywhere in it.
    """
    if "##" in line:
        import re

        line = re.sub(r"##(?=\w*\[)", r"#\\x23", line)
    if "::" in line and line.lstrip().startswith("::"):
        line = line.replace("::", r"\x3a:", 1)
    return line


def printable(text: str, encoding: str = "utf-8", inside: bool = False) -> str:
    """A text of the user's as a line of output has it: it shows what is there, does nothing, and
    is in the stream's encoding.

    inside: whether the line begins with something else, so that a CI runner finds no command at
    the beginning of the text.
    """
    if text.isascii() and text.isprintable() and "::" not in text and "##" not in text:
        return text
    shown = encodable(visible(text), encoding)
    return inert("." + shown)[1:] if inside else inert(shown)


def width(text: str) -> int:
    """The cells that a visible text occupies in a terminal.

    A wide character occupies two, an accent or a skin tone none, and a symbol that is asked to
    be colourful two.
    """
    if text.isascii():
        return len(text)
    cells = sum(map(_cells.__getitem__, text))
    if _SELECTOR in text:
        for before, char in pairwise(text):
            if char == _SELECTOR and _cells[before] == 1:
                cells += 1
    return cells


def pad(text: str, cells: int, right: bool = False) -> str:
    """The text with spaces up to a number of cells; `right` puts it at the right end."""
    space = " " * (cells - width(text))
    return space + text if right else text + space


def truncate(text: str, size: int) -> str:
    """The text, its end replaced by `...` where it is longer than `size` cells or characters.

    A number is left out whole, but one that is longer than half of that is cut.
    """
    if len(text) <= size and width(text) <= size:
        return text
    dots = "..."[:size]
    room = size - len(dots)
    kept = ""
    pending = _split(text[: size + 1], _CLUSTERS)[::-1]
    while pending:
        cluster = pending.pop()
        longer = kept + cluster
        if len(longer) <= room and width(longer) <= room:
            kept = longer
            continue
        parts = _split(cluster, ".") if 2 * len(cluster) > room else []
        if len(parts) < 2:
            break
        pending += reversed(parts)
    return kept + dots


def percent(part: int, whole: int, rounding: str = "nearest") -> str:
    """A part of a whole, of at least 1, in percent with one decimal: `12.5`. In integers alone.

    rounding: "nearest" (a half away from zero), "up" or "down".
    """
    if rounding == "nearest":
        tenths = (2000 * abs(part) + whole) // (2 * whole)
    else:
        tenths = abs(1000 * part // whole if rounding == "down" else -(-1000 * part // whole))
    return f"{'-' * (part < 0)}{tenths // 10}.{tenths % 10}"


def growth_percent(before: int, after: int) -> str | None:
    """By how much a figure grew, in percent: `+74.3`.

    None where it was nothing before, and where it grew by less than a percent can say.
    """
    if not before:
        return None
    text = percent(after - before, before)
    if after != before and not text.strip("-0."):
        return None
    return ("+" if after > before else "") + text


_OPENING = "([{（「『《【"
_CLOSING = ")]}）」』》】,.;:!?、。，；：！？"

_NUMBER = r"\d+(?:[.,]\d+)*"
_PARTS = rf" *[A-Z]*(?:{_NUMBER}|[^ _./\-A-Z])*+[_./\-]*"
_CLUSTERS = rf"{_NUMBER}|."
_FINER = (_PARTS, _CLUSTERS)


def fold(text: str, cells: int) -> list[str]:
    """The text in lines of at most a number of cells: at least one, without spaces between.

    None of them begins a command of a CI runner, which may need three cells more.

    Lines end at a space or beside a wide character; where a word alone is too long, after its
    punctuation or before a capital; or else anywhere but in a number. A number is never parted: one
    that needs more cells than there are has a line of its own.
    """
    if width(text) <= cells:
        return [inert(text.rstrip(" "))]
    lines: list[str] = []
    pending: list[tuple[str, int]] = [(text, 0)]
    line, used = "", 0
    while pending:
        piece, fineness = pending.pop()
        size = width(piece)
        if used + size <= cells:
            line += piece
            used += size
            continue
        own = piece.lstrip(" ")
        size -= len(piece) - len(own)
        if fineness <= len(_FINER) and (size > cells or not line):
            pieces = _split(piece, _FINER[fineness - 1]) if fineness else _words(piece)
            pending.extend((each, fineness + 1) for each in reversed(pieces))
            continue
        if line:
            lines.append(inert(line.rstrip(" ")))
        line, used = own, size
    return [*lines, inert(line.rstrip(" "))]


def pieces(text: str, parted: bool = False) -> list[str]:
    """What `fold` keeps together: the words with the spaces before them; if parted, their parts."""
    if not parted:
        return _words(text) if " " in text or not text.isascii() else [text]
    return [part for word in _words(text) for part in _split(word, _PARTS)]


def _words(text: str) -> list[str]:
    # What a line may end between: a word with the spaces, and a plus, before it; a wide
    # character, but with the brackets and the punctuation that belong to it.
    starts = [0]
    for index, (before, char) in enumerate(pairwise(text), 1):
        if char == " " or before == " ":
            ends = char == " " and before not in " +"
        else:
            wide = 2 in (_cells[before], _cells[char])
            ends = wide and _cells[char] > 0 and char not in _CLOSING and before not in _OPENING
        if ends:
            starts.append(index)
    return [text[start:end] for start, end in pairwise([*starts, len(text)])]


def _split(text: str, pattern: str) -> list[str]:
    # The matches of a pattern, each with the characters after it that attach to it.
    import re

    pieces: list[str] = []
    for piece in re.findall(pattern, text):
        if pieces and piece and _cells[piece[0]] == 0:
            pieces[-1] += piece
        elif piece:
            pieces.append(piece)
    return pieces


_REMEMBERED = 2**16
"""The characters that are remembered: there are 17 times as many."""


class _Shown(dict[int, int | str]):
    # What is shown of each code point, worked out when it is first met.

    def __missing__(self, code: int) -> int | str:
        if len(self) >= _REMEMBERED:
            self.clear()
        shown = self[code] = _escape(code) if _hidden(code) else code
        return shown


class _Cells(dict[str, int]):
    # The cells of each character, worked out when it is first met.

    def __missing__(self, char: str) -> int:
        if len(self) >= _REMEMBERED:
            self.clear()
        cells = self[char] = _measure(char)
        return cells


_shown = _Shown()
_cells = _Cells()


def _hidden(code: int) -> bool:
    from unicodedata import category

    if code == ord(_SELECTOR):
        return False  # `_select` decides
    if category(chr(code)) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return True
    noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return noncharacter or any(first <= code <= last for first, last in _DEFAULT_IGNORABLE)


def _escape(code: int) -> str:
    return chr(code).encode("unicode_escape").decode("ascii")


def _measure(char: str) -> int:
    from unicodedata import category, east_asian_width

    if category(char) in _ATTACHED or "\U0001f3fb" <= char <= "\U0001f3ff":
        return 0
    if "\u1160" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7ff":
        return 0  # the vowels and finals of a Hangul syllable
    return 2 if east_asian_width(char) in "WF" else 1


def _select(text: str) -> str:
    # Keeps the selectors that belong to a symbol or a keycap and escapes the others.
    from unicodedata import category

    kept: list[str] = []
    for before, char, after in zip(" " + text, text, text[1:] + " ", strict=False):
        symbol = not before.isascii() and category(before).startswith("S")
        selects = symbol or after == "\u20e3"
        kept.append(char if char != _SELECTOR or selects else _escape(ord(_SELECTOR)))
    return "".join(kept)
