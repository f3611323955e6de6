"""Identifiers: what the names of a spec are called in Python, legal and each of them once."""

from __future__ import annotations

import re
import unicodedata
from keyword import iskeyword, issoftkeyword

LONGEST_IDENTIFIER = 48
"""The most characters of an identifier, without the number that makes it unique."""

_AMBIGUOUS = frozenset("lOI")
"""Letters that linters refuse as names: they look like digits."""


def identifier(text: str, fallback: str) -> str:
    """A text as an identifier: letters, digits and underscores of it, a letter first.

    fallback: a word to begin with where the text does not begin with a letter. Letters of all
    languages stay, in the form in which Python compares them.
    """
    if not (text.isascii() and text.isidentifier()):
        normal = unicodedata.normalize("NFKC", text)
        text = "".join(letter if ("a" + letter).isidentifier() else "_" for letter in normal)
    text = re.sub("__+", "_", text).lstrip("_")[:LONGEST_IDENTIFIER].rstrip("_")
    if not text or not text.isidentifier():
        text = f"{fallback}_{text}" if text else fallback
    if iskeyword(text) or issoftkeyword(text) or text in _AMBIGUOUS:
        text += "_"
    return text


def class_name(text: str, fallback: str) -> str:
    """A text as the name of a class: `U-Net` is `UNet`, `Inception v3` is `InceptionV3`."""
    words = re.split(r"[\W_]+", unicodedata.normalize("NFKC", text))
    joined = "".join(word[:1].upper() + word[1:] for word in words)
    return identifier(joined, fallback)


class Names:
    """The names of a scope. `taken` are those that are in use already."""

    def __init__(self, *taken: str) -> None:
        self.taken = set(taken)
        self._next: dict[str, int] = {}

    def free(self, wanted: str, *others: str) -> str:
        """The first of some identifiers that is free, or the last with a number; it is taken
        then."""
        name = next((name for name in (wanted, *others) if name not in self.taken), None)
        if name is None:
            stem = others[-1] if others else wanted
            number = self._next.get(stem, 2)
            while f"{stem}_{number}" in self.taken:
                number += 1
            name = f"{stem}_{number}"
            self._next[stem] = number + 1
        self.taken.add(name)
        return name
