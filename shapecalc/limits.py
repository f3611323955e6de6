"""Every limit that a spec is held to, and the few on how much is told of one that is wrong."""

from __future__ import annotations

MAXIMUM_LAYERS = 2**17
"""The layers that a network may expand to."""

MAXIMUM_NESTING = 50
"""How deep sequences, branches and blocks may stand within one another."""

MAXIMUM_NAME = 200
"""The characters that a name may have."""

MAXIMUM_PATH = 1_000
"""The characters that the path of a block, a sequence or a branch may have: every layer inside
has it before its own name."""

LONGEST_PATH = MAXIMUM_PATH + 2 * MAXIMUM_NAME
"""The characters of a path that something may stand at: of a layer in a branch, with its part."""

MAXIMUM_HINTS = 200
"""The problems up to which an unknown word is compared with those that are known."""

MAXIMUM_WORDS = 10_000
"""The known words that an unknown one is compared with."""

MAXIMUM_LIST = 1_000
"""The values of a list, those of lists within it included."""

MAXIMUM_LISTED = 16
"""The known words up to which a message lists them."""
