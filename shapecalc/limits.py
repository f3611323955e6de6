"""Every limit that a spec is held to, and the few on how much is told of one that is wrong.

What a user meets of them stands in the README's "Limits"; a test compares the two.
"""

from __future__ import annotations

# ---------------------------------------------------------------- texts

MAXIMUM_BYTES = 32 * 1024 * 1024
"""The largest file, in bytes; the longest text, in characters."""

MAXIMUM_NODES = 2**21
"""Keys and values of a text: sixteen for each layer of the largest network."""

MAXIMUM_DEPTH = 100
"""Mappings and lists within each other."""

MAXIMUM_COPIES = 1_000_000
"""Nodes that the aliases of a document would add, were they copies."""

# ---------------------------------------------------------------- numbers and expressions

MAXIMUM_INTEGER = 2**63 - 1
"""The largest integer, whatever its sign, in a text and in an expression: numerators and
denominators of fractions included."""

MAXIMUM_EXPRESSION = 1_000
"""Characters of an expression."""

MAXIMUM_EXPRESSION_NESTING = 50
"""Levels of brackets, signs, conditions and the like; a chain such as 1 + 2 + 3 is one."""

MAXIMUM_LIST = 1_000
"""Values of a list, those of the lists inside it included."""

# ---------------------------------------------------------------- shapes

MAXIMUM_ELEMENTS = MAXIMUM_INTEGER
"""The elements that a tensor may have: PyTorch counts them in a signed 64-bit integer."""

MAXIMUM_RANK = 8
"""The spatial axes that a shape may have."""

# ---------------------------------------------------------------- networks

MAXIMUM_LAYERS = 2**17
"""The layers that a network may expand to."""

MAXIMUM_NESTING = 50
"""How deep sequences, branches and blocks may stand within one another."""

MAXIMUM_INPUTS = 64
"""The inputs that a network may have: every layer may depend on each of them."""

MAXIMUM_ARGUMENTS = 100
"""The arguments that a network or a block may have: every use of a block reads all of them."""

MAXIMUM_IMPORTS = 100
"""The files that a spec may import, those of its imports included."""

MAXIMUM_NAME = 200
"""The characters that a name may have."""

MAXIMUM_PATH = 1_000
"""The characters that the path of a block, a sequence or a branch may have: every layer inside
has it before its own name."""

LONGEST_PATH = MAXIMUM_PATH + 2 * MAXIMUM_NAME
"""The characters of a path that something may stand at: of a layer in a branch, with its part."""

MAXIMUM_PARTS = 1_024
"""The parts that a layer may cut its input into: each is a shape to keep."""

# ---------------------------------------------------------------- what is told

MAXIMUM_PROBLEMS = 1_000
"""The problems of one spec that are listed; after so many in its YAML the reading stops."""

MAXIMUM_GATHERED = 10 * MAXIMUM_PROBLEMS
"""The problems of one spec after which no more are gathered, to be sorted and listed."""

MAXIMUM_HINTS = 200
"""The problems up to which an unknown word is compared with those that are known."""

MAXIMUM_WORDS = 10_000
"""The known words that an unknown one is compared with."""

MAXIMUM_LISTED = 16
"""The known words up to which a message lists them."""
