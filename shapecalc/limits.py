"""The limits on specs, and on the number of problems reported.

The pages `limits` and `files` of the documentation list those that users may reach; a test compares
the two.
`Allowance` is what is left of those that a spec shares with all that it imports.
"""

from __future__ import annotations

# ---------------------------------------------------------------- texts

MAXIMUM_BYTES = 32 * 1024 * 1024
"""The maximum size of a file, and of the texts of a spec and all that it imports, in bytes."""

MAXIMUM_PAGE = 1024 * 1024
"""The maximum size of a page that is written into, in bytes."""

MAXIMUM_SETTINGS = 256 * 1024
"""The maximum size of a file with a project's settings, in bytes."""

MAXIMUM_PATTERNS = 100
"""The maximum number of values of a list in a project's settings: each file in a folder is held
against every pattern."""

MAXIMUM_CALLS = 256 * 1024
"""The maximum length of a text of layers in PyTorch's call syntax, in characters: Python's parser
makes a tree of all of it."""

MAXIMUM_LOCK = 8 * 1024 * 1024
"""The maximum size of a lock, in bytes."""

MAXIMUM_WIDE = MAXIMUM_BYTES // 4
"""The maximum length of a text of which not all is ASCII, in characters: each may take 4 bytes."""

MAXIMUM_NODES = 12 * 2**17
"""The maximum number of keys and values of a spec and all that it imports: 12 for each layer of the
largest network."""

MAXIMUM_KEYS = 10_000
"""The maximum number of keys of a mapping, such as variants."""

MAXIMUM_ANCHORS = 100_000
"""The maximum number of anchors in a text."""

MAXIMUM_DEPTH = 100
"""The maximum nesting of mappings and lists."""

MAXIMUM_PROTO_VALUES = 250_000
"""The maximum number of fields and values of a file of Caffe."""

MAXIMUM_COPIES = 1_000_000
"""The maximum number of nodes that aliases repeat, in a spec and all that it imports."""

# ---------------------------------------------------------------- numbers and expressions

MAXIMUM_INTEGER = 2**63 - 1
"""The maximum absolute value of an integer in a text and in an expression, including numerators and
denominators of fractions."""

MAXIMUM_EXPRESSION = 1_000
"""The maximum length of an expression, in characters."""

MAXIMUM_EXPRESSION_NESTING = 50
"""The maximum nesting of brackets, signs, conditions and the like; a chain such as 1 + 2 + 3 is one
level."""

MAXIMUM_LIST = 1_000
"""The maximum number of values in a list, including those of nested lists."""

MAXIMUM_STEPS = 2_000_000
"""The maximum number of steps of all expressions of a run: an operation, a name or a value of a
list is one or two, a fraction 30; what a note shows is 4, a list or a fraction there 100."""

MAXIMUM_CHARACTERS = 16_000_000
"""The maximum number of characters of all paths of a run, those of the inputs of layers that have
several included. A path that is not ASCII counts twice."""

MAXIMUM_NOTE = 10_000
"""The maximum length of a note, in characters."""

MAXIMUM_NOTES = 4_000_000
"""The maximum number of characters of all notes of a run, filled."""

MAXIMUM_TENSORS = 500_000
"""The maximum number of inputs and outputs of the layers of a run that have several."""

# ---------------------------------------------------------------- shapes

MAXIMUM_ELEMENTS = MAXIMUM_INTEGER
"""The maximum number of elements of a tensor: PyTorch counts them in a signed 64-bit integer."""

MAXIMUM_RANK = 8
"""The maximum number of spatial dimensions of a shape."""

MAXIMUM_BATCH = 2**31
"""The maximum batch size."""

# ---------------------------------------------------------------- networks

MAXIMUM_LAYERS = 2**17
"""The maximum number of layers that a network expands to."""

MAXIMUM_EXPLAINED = 3000
"""The maximum number of layers and blocks that are explained at once: one counts as often as it has
inputs, outputs, or layers directly inside."""

MAXIMUM_DRAWN = 4_000
"""The maximum number of nodes of a drawing, and of rows of a document in LaTeX, of which 1,000
characters count as one."""

MAXIMUM_LAYERS_WRITTEN = 16_000
"""The maximum number of layers that are written as code, also those that are tried in several ways.
25 steps of their expressions count as one."""

MAXIMUM_LAYERS_COMPARED = 40_000
"""The maximum number of layers of each of two networks that are compared."""

MAXIMUM_NESTING = 50
"""The maximum nesting of sequences, branches and blocks."""

MAXIMUM_INPUTS = 64
"""The maximum number of inputs of a network: every layer may depend on each of them."""

MAXIMUM_BLOCKS = 10_000
"""The maximum number of blocks that a spec and all that it imports define."""

MAXIMUM_ARGUMENTS = 100
"""The maximum number of arguments of a network or a block: every use of a block reads them all."""

MAXIMUM_IMPORTS = 100
"""The maximum number of files that a spec imports, directly or through its imports."""

MAXIMUM_NAME = 200
"""The maximum length of a name, in characters."""

MAXIMUM_PATH = 1_000
"""The maximum length of the path of a block, a sequence or a branch, in characters: the path of
every layer inside starts with it."""

LONGEST_PATH = MAXIMUM_PATH + 2 * MAXIMUM_NAME
"""The maximum length of the path of an output, in characters: of a layer in a branch, with its
number."""

MAXIMUM_PARTS = 1_024
"""The maximum number of outputs of a layer such as Split: each is a shape to keep."""

# ---------------------------------------------------------------- files of other programs

MAXIMUM_IMPORTED = 10_000
"""The maximum number of layers of a network in a file of another program."""

MAXIMUM_CONNECTIONS = 100_000
"""The maximum number of inputs of all layers of such a network."""

MAXIMUM_CFG = 2 * 1024 * 1024
"""The maximum size of a cfg of Darknet, in bytes."""

# ---------------------------------------------------------------- files of ONNX

MAXIMUM_ONNX_FIELDS = 2_000_000
"""The maximum number of fields of an ONNX file, and of numbers in their lists. Weights are none:
they are not read."""

MAXIMUM_ONNX_TEXT = 64 * 1024
"""The maximum length of a text in an ONNX file that is read, in bytes."""

MAXIMUM_ONNX_ELEMENTS = 4_096
"""The maximum number of elements of a tensor that is computed with, as those of shapes are."""

MAXIMUM_ONNX_NODES = 2**15
"""The maximum number of nodes of an ONNX file, those of its functions as often as they are called
and those of its branches included."""

MAXIMUM_ONNX_NUMBERS = 1_000_000
"""The maximum number of elements of all tensors that are computed in a graph."""

MAXIMUM_ONNX_STEPS = 1_000_000
"""The maximum number of nodes that are held against patterns, of which each may be tried often."""

MAXIMUM_ONNX_NESTING = 16
"""The maximum nesting of graphs and functions in an ONNX file."""

# ---------------------------------------------------------------- files of Keras

MAXIMUM_MODEL = 8 * 1024 * 1024
"""The maximum size of the text of a model of Keras, in bytes."""

MAXIMUM_MODEL_VALUES = 500_000
"""The maximum number of values in the text of a model of Keras."""

MAXIMUM_USES = 2**16
"""The maximum number of uses of layers and models in a model of Keras, in each use of a model."""

MAXIMUM_WEIGHTS = 50_000
"""The maximum number of arrays of weights, and of groups of them, in a file of Keras."""

# ---------------------------------------------------------------- reports

MAXIMUM_PROBLEMS = 1_000
"""The maximum number of problems listed for a spec; after this many in its YAML, reading stops."""

MAXIMUM_GATHERED = 10 * MAXIMUM_PROBLEMS
"""The maximum number of problems collected for a spec, before they are sorted and listed."""

MAXIMUM_HINTS = 200
"""The number of problems after which unknown words are no longer compared with known ones."""

MAXIMUM_WORDS = 10_000
"""The maximum number of known words that an unknown one is compared with."""

MAXIMUM_LISTED = 16
"""The maximum number of known words that a message lists."""

# ---------------------------------------------------------------- what imports share


class Allowance:
    """What a spec may still have, together with everything that it imports.

    bytes: of texts in memory, 4 for each character of one that is not all ASCII. nodes: keys and
    values, without those that aliases repeat. copies: those that aliases repeat. blocks: their
    definitions.
    """

    __slots__ = ("blocks", "bytes", "copies", "nodes")

    def __init__(self) -> None:
        self.bytes = MAXIMUM_BYTES
        self.nodes = MAXIMUM_NODES
        self.copies = MAXIMUM_COPIES
        self.blocks = MAXIMUM_BLOCKS

    def take(self, text: str) -> bool:
        """Charge a text. Whether there is room for it."""
        self.bytes -= len(text) if text.isascii() else 4 * len(text)
        return self.bytes >= 0
