"""The names of a file's layers and inputs as the names of a spec: legal, and each its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 120
"""The longest name that is taken as it is, in characters."""

_ILLEGAL = re.compile(r"[^\w-]+")


class LegalNames:
    """LegalNames that were given so far. taken: those that no other may have."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._counts = dict.fromkeys(taken, 1)

    def is_free(self, name: str) -> bool:
        """Whether a name was not given so far."""
        return name not in self._counts

    def new(self, wanted: str, instead: str) -> str:
        """A name like the one that is wanted, or like `instead` where nothing of that is left.

        One that is taken gets a number: `conv`, `conv_2`; `Block`, `Block2`.
        """
        plain = _ILLEGAL.sub("_", wanted[:LONGEST]).strip("_") or instead
        name = plain
        mark = "_" if plain[-1].isdigit() or plain.islower() else ""
        while name in self._counts:
            self._counts[plain] += 1
            name = f"{plain}{mark}{self._counts[plain]}"
        self._counts[name] = 1
        return name
