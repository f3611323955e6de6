"""The names of a file's layers and inputs as the names of a spec: legal, and each its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 120
"""The longest name that is taken as it is, in characters."""

_ILLEGAL = re.compile(r"[^\w-]+", re.ASCII)


class LegalNames:
    """LegalNames that were given so far. taken: those that no other may have."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._counts = dict.fromkeys(taken, 1)

    def new(self, wanted: str, instead: str) -> str:
        """A name like the one that is wanted, or like `instead` where nothing of that is left.

        One that is taken gets a number: `conv`, `conv_2`.
        """
        plain = _ILLEGAL.sub("_", wanted[:LONGEST]).strip("_") or instead
        name = plain
        while name in self._counts:
            self._counts[plain] += 1
            name = f"{plain}_{self._counts[plain]}"
        self._counts[name] = 1
        return name
