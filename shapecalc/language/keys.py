"""The keys of items, and the words that no argument can have as its name."""

from __future__ import annotations

from shapecalc.expressions.values import (
    CONSTANTS,
    FUNCTION_NAMES,
    INPUT_SIZES,
    WORD_OPERATORS,
)

COMMON_KEYS = ("name", "note", "from", "when", "repeat", "expect", "shares", "trainable")
"""The keys that every item may have."""

INNER_KEYS = ("type", "layers", "branches")
"""The keys that determine what an item is; one of them is required."""

RESERVED_WORDS = frozenset(
    (
        *COMMON_KEYS,
        *INNER_KEYS,
        "cells",
        "join",
        "until",
        *INPUT_SIZES,
        "index",
        *WORD_OPERATORS,
        *CONSTANTS,
        *FUNCTION_NAMES,
    )
)
"""The words of the language, which no argument can have as its name."""

SPEC_KEYS = (
    "shapecalc",
    "name",
    "about",
    "import",
    "blocks",
    "input",
    "arguments",
    "variants",
    "layers",
    "outputs",
    "columns",
    "expect",
    "budget",
)
"""The keys of a spec, at its top."""
