"""Codes of what is wrong with a text before it is a spec: its bytes, its YAML, its numbers."""

from __future__ import annotations

from shapecalc.problems.code import Code

READING = (
    Code(
        "SC000",
        "file cannot be read",
        "The file does not exist, is a folder, a pipe or too large, or permission is denied. The "
        "commands report it as a usage error; `shapecalc.load` raises this code.",
        example="",
        fix="",
    ),
    Code(
        "SC001",
        "not UTF-8 text",
        "The file is not encoded in UTF-8, or contains a character that YAML does not allow, such "
        "as a control character.",
        example="""\
name: a\x07bell
input: 8x8x3
layers: [{type: ReLU}]
""",
        fix="""\
name: a bell
input: 8x8x3
layers: [{type: ReLU}]
""",
    ),
    Code(
        "SC002",
        "invalid syntax",
        "A quote or bracket is not closed, a comma or colon is missing, or a line is indented "
        "inconsistently. The caret is where this can be detected, which may be the opening "
        "bracket. A pyproject.toml with settings is TOML, and what `shapecalc calc` reads is in "
        "PyTorch's call syntax, of which the same is said.",
        example="""\
input: [8, 8, 3
layers: [{type: ReLU}]
""",
        fix="""\
input: [8, 8, 3]
layers: [{type: ReLU}]
""",
    ),
    Code(
        "SC003",
        "duplicate key",
        "A mapping has two values for one key. Other YAML readers silently keep the last one.",
        example="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3, out_channels: 32}
""",
        fix="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 32, kernel_size: 3}
""",
    ),
    Code(
        "SC004",
        "tags are not supported",
        "YAML tags (!!int, !include, ...) tell a reader how to turn a value into an object. A spec "
        "does not need them, and they are never followed.",
        example="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: !!int 16, kernel_size: 3}
""",
        fix="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
""",
    ),
    Code(
        "SC005",
        "nested too deeply",
        "Mappings and lists are nested more than 100 deep. Blocks keep a spec flat.",
        example="name: x\ninput: 8x8x3\nlayers: " + "[" * 101 + "]" * 101 + "\n",
        fix="name: x\ninput: 8x8x3\nlayers: [{type: ReLU}]\n",
    ),
    Code(
        "SC006",
        "key is not text",
        "Keys are text. Quote a number, a truth value or null that is meant as text.",
        example="""\
input: {1: 8x8x3, two: 8x8x3}
layers: [{type: ReLU, from: two}]
""",
        fix="""\
input: {"1": 8x8x3, two: 8x8x3}
layers: [{type: Add, from: ["1", two]}]
""",
    ),
    Code(
        "SC007",
        "undefined alias",
        "An alias (*name) repeats the value that an earlier anchor (&name) marks. There is no such "
        "anchor, or the alias is inside the value that it repeats.",
        example="""\
input: 8x8x3
layers:
  - &conv {type: Conv2d, out_channels: 16, kernel_size: 3}
  - *convv
""",
        fix="""\
input: 8x8x3
layers:
  - &conv {type: Conv2d, out_channels: 16, kernel_size: 3}
  - *conv
""",
    ),
    Code(
        "SC008",
        "too large",
        "An integer is larger than 2^63 - 1; a text is larger than 32 MiB or has more than "
        "1,572,864 keys and values, together with all that it imports; a mapping has more than "
        "10,000 keys; what `shapecalc calc` reads has more than 262,144 characters; there are more "
        "than 100,000 anchors, or their aliases expand to more than a million keys and values; or "
        "there are too many problems to list.",
        example="""\
input: 8x8x3
layers:
  - {type: Linear, out_features: 99999999999999999999, per_position: true}
""",
        fix="""\
input: 8x8x3
layers:
  - {type: Linear, out_features: 99999, per_position: true}
""",
    ),
    Code(
        "SC009",
        "ambiguous number",
        "A number that starts with 0 is octal to readers of YAML 1.1 and decimal to those of YAML "
        "1.2. 0o10 is octal to all.",
        example="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 010, kernel_size: 3}
""",
        fix="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 10, kernel_size: 3}
""",
        fixable="a size in hexadecimal",
    ),
    Code(
        "SC010",
        "number is not finite",
        "No field can be infinity, not-a-number, or a number too large for a double.",
        example="""\
input: 8x8x3
layers:
  - {type: Dropout, p: .nan}
""",
        fix="""\
input: 8x8x3
layers:
  - {type: Dropout, p: 0.5}
""",
    ),
    Code(
        "SC011",
        "empty document",
        "The file contains nothing but whitespace and comments.",
        example="# to be written\n",
        fix="input: 8x8x3\nlayers: [{type: ReLU}]\n",
    ),
    Code(
        "SC012",
        "more than one document",
        "A line of three dashes starts another YAML document. A file contains one spec; a network "
        "in several sizes is one spec with variants.",
        example="""\
input: 8x8x3
layers: [{type: ReLU}]
---
input: 16x16x3
layers: [{type: ReLU}]
""",
        fix="""\
input: 8x8x3
layers: [{type: ReLU}]
variants:
  small: {}
  large: {input: 16x16x3}
""",
    ),
    Code(
        "SC013",
        "merge needs a mapping",
        "The merge key << copies the entries of a mapping, or of each mapping in a list, into the "
        "mapping around it.",
        example="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3, <<: defaults}
""",
        fix="""\
input: 8x8x3
layers:
  - &defaults {type: Conv2d, out_channels: 16, kernel_size: 3}
  - {<<: *defaults, out_channels: 32}
""",
    ),
)
