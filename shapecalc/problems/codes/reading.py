"""Codes of what is wrong with a text before it is a spec: its bytes, its YAML, its numbers."""

from __future__ import annotations

from shapecalc.problems.codes.code import Code

READING = (
    Code(
        "SC000",
        "file cannot be read",
        "There is no such file, it is a folder, a pipe or too large, or you may not read it. The "
        "commands say the same as a usage error; the code is what `shapecalc.load` raises.",
        example="",
        cure="",
    ),
    Code(
        "SC001",
        "not UTF-8 text",
        "The file is in another encoding than UTF-8, or holds a character that YAML does not "
        "allow, such as a control character.",
        example="""\
name: a\x07bell
input: 8x8x3
layers: [{type: ReLU}]
""",
        cure="""\
name: a bell
input: 8x8x3
layers: [{type: ReLU}]
""",
    ),
    Code(
        "SC002",
        "not YAML",
        "A quote or bracket is not closed, a comma or colon is missing, or lines are indented so "
        "that they belong to nothing. The mark stands where that can be told, which may be the "
        "opening bracket.",
        example="""\
input: [8, 8, 3
layers: [{type: ReLU}]
""",
        cure="""\
input: [8, 8, 3]
layers: [{type: ReLU}]
""",
    ),
    Code(
        "SC003",
        "key given twice",
        "A mapping has two values for one key. Other readers of YAML let the last one win; here "
        "neither is taken for meant.",
        example="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3, out_channels: 32}
""",
        cure="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 32, kernel_size: 3}
""",
    ),
    Code(
        "SC004",
        "tag",
        "YAML's tags (!!int, !include, ...) tell a reader how to make an object of a value. A spec "
        "needs none, and none is obeyed.",
        example="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: !!int 16, kernel_size: 3}
""",
        cure="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
""",
    ),
    Code(
        "SC005",
        "nested too deep",
        "More than 100 mappings and lists stand within each other. Blocks keep a spec flat.",
        example="name: x\ninput: 8x8x3\nlayers: " + "[" * 101 + "]" * 101 + "\n",
        cure="name: x\ninput: 8x8x3\nlayers: [{type: ReLU}]\n",
    ),
    Code(
        "SC006",
        "key that is no text",
        "Keys are text. A number, a truth value, null, a list or a mapping as a key is quoted if "
        "it is meant as text.",
        example="""\
input: {1: 8x8x3, two: 8x8x3}
layers: [{type: ReLU, from: two}]
""",
        cure="""\
input: {"1": 8x8x3, two: 8x8x3}
layers: [{type: Add, from: ["1", two]}]
""",
    ),
    Code(
        "SC007",
        "alias to nothing",
        "An alias (*name) repeats what an anchor (&name) before it marks. There is no such "
        "anchor, or the alias stands inside of what it repeats.",
        example="""\
input: 8x8x3
layers:
  - &conv {type: Conv2d, out_channels: 16, kernel_size: 3}
  - *convv
""",
        cure="""\
input: 8x8x3
layers:
  - &conv {type: Conv2d, out_channels: 16, kernel_size: 3}
  - *conv
""",
    ),
    Code(
        "SC008",
        "too large",
        "An integer is above 2^63 - 1, a text is longer than 32 MiB or has more than 2,097,152 "
        "keys and values, aliases stand for more than a million nodes, or there are so many "
        "problems that not all are listed.",
        example="""\
input: 8x8x3
layers:
  - {type: Linear, out_features: 99999999999999999999, per_position: true}
""",
        cure="""\
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
        cure="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 10, kernel_size: 3}
""",
    ),
    Code(
        "SC010",
        "number that is not finite",
        "Infinity and not-a-number mean nothing to a layer, and neither does a number that no "
        "double can hold.",
        example="""\
input: 8x8x3
layers:
  - {type: Dropout, p: .nan}
""",
        cure="""\
input: 8x8x3
layers:
  - {type: Dropout, p: 0.5}
""",
    ),
    Code(
        "SC011",
        "empty document",
        "The file holds nothing but space and comments.",
        example="# to be written\n",
        cure="input: 8x8x3\nlayers: [{type: ReLU}]\n",
    ),
    Code(
        "SC012",
        "second document",
        "A line of three dashes begins another YAML document. A file holds one spec; a network in "
        "several sizes is one spec with variants.",
        example="""\
input: 8x8x3
layers: [{type: ReLU}]
---
input: 16x16x3
layers: [{type: ReLU}]
""",
        cure="""\
input: 8x8x3
layers: [{type: ReLU}]
variants:
  small: {}
  large: {input: 16x16x3}
""",
    ),
    Code(
        "SC013",
        "merge of no mapping",
        "The key << copies the entries of a mapping, or of a list of mappings, into the one that "
        "it stands in.",
        example="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3, <<: defaults}
""",
        cure="""\
input: 8x8x3
layers:
  - &defaults {type: Conv2d, out_channels: 16, kernel_size: 3}
  - {<<: *defaults, out_channels: 32}
""",
    ),
)
