"""The keys of items, and the words that no argument can have as its name."""

from __future__ import annotations

from functools import cache

from shapecalc.expressions.values import CONSTANTS, WORD_OPERATORS

COMMON_KEYS = ("name", "note", "from", "when", "repeat", "expect", "shares")
"""The keys that every item may have."""

INNER_KEYS = ("type", "layers", "branches")
"""The keys that determine what an item is; one of them is required."""


@cache
def reserved_words() -> frozenset[str]:
    """The words of the language, which no argument can have as its name."""
    from shapecalc.expressions.functions import FUNCTIONS

    keys = (*COMMON_KEYS, *INNER_KEYS, "cells", "join")
    return frozenset((*keys, "in_channels", "index", *WORD_OPERATORS, *CONSTANTS, *FUNCTIONS))
