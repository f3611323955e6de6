"""The keys of items and specs, the words that no argument can have as its name, what a file is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from shapecalc.expressions.values import (
    CONSTANTS,
    FUNCTION_NAMES,
    INPUT_SIZES,
    WORD_OPERATORS,
)

if TYPE_CHECKING:
    from shapecalc.yaml.nodes import MappingNode

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


def is_block_file(node: MappingNode) -> bool:
    """Whether a file's root has blocks and no network."""
    return ("layers" not in node.values and "blocks" in node.values) or "block" in node.values


def name_of_file(path: str) -> str:
    """What a network is called by its file."""
    name = os.path.basename(path)
    return name.rsplit(".", 1)[0] if name.endswith((".yaml", ".yml")) else "network"
