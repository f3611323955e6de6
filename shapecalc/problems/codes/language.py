"""Codes of what the language does not have: words, values, names, blocks, wiring."""

from __future__ import annotations

from shapecalc.problems.codes.code import Code

LANGUAGE = (
    Code(
        "SC101",
        "mapping or list wanted",
        "A mapping (key: value) or a list (- item) is wanted here, and the spec has something "
        "else.",
        example="""\
input: 8x8x3
layers: {type: ReLU}
""",
        cure="""\
input: 8x8x3
layers: [{type: ReLU}]
""",
    ),
    Code(
        "SC102",
        "unknown key",
        "A spec, a layer, a block or an argument has no such key. `shapecalc layers TYPE` lists "
        "the fields of a layer type or block.",
        example="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel: 3}
""",
        cure="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
""",
    ),
    Code(
        "SC103",
        "missing key",
        "Something that has no default is not written.",
        example="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16}
""",
        cure="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
""",
    ),
    Code(
        "SC104",
        "wrong kind of value",
        "The value is of another kind than the key takes, or out of its range.",
        example="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 0}
""",
        cure="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
""",
    ),
    Code(
        "SC105",
        "no shape",
        "A shape is its extents joined by x with the channels last, such as 224x224x3, or a list "
        "of them; every extent is an integer of at least 1.",
        example="""\
input: 8*8*3
layers: [{type: ReLU}]
""",
        cure="""\
input: 8x8x3
layers: [{type: ReLU}]
""",
    ),
    Code(
        "SC106",
        "unknown layer type",
        "There is no layer type or block of that name: neither of the spec's own, nor imported, "
        "nor among those that `shapecalc layers` lists.",
        example="""\
input: 8x8x3
layers:
  - {type: Conv2D, out_channels: 16, kernel_size: 3}
""",
        cure="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
""",
    ),
    Code(
        "SC107",
        "name that is taken",
        "Two items of one sequence have the same name, an item has an input's name, or a block "
        "has a layer type's.",
        example="""\
input: 8x8x3
layers:
  - {name: conv, type: Conv2d, out_channels: 16, kernel_size: 3}
  - {name: conv, type: Conv2d, out_channels: 32, kernel_size: 3}
""",
        cure="""\
input: 8x8x3
layers:
  - {name: conv1, type: Conv2d, out_channels: 16, kernel_size: 3}
  - {name: conv2, type: Conv2d, out_channels: 32, kernel_size: 3}
""",
    ),
    Code(
        "SC108",
        "expression that has no value",
        "The text is no expression of the language, or it has no value: a division by zero, an "
        "index out of range, a number beyond 2^63. There are arithmetic, comparison, and or not, "
        "if else, lists, indexing, and a few functions.",
        example="""\
input: 8x8x3
arguments: {width: 0}
layers:
  - {type: Conv2d, out_channels: 64 // width, kernel_size: 3}
""",
        cure="""\
input: 8x8x3
arguments: {width: 2}
layers:
  - {type: Conv2d, out_channels: 64 // width, kernel_size: 3}
""",
    ),
    Code(
        "SC109",
        "unknown name in an expression",
        "An expression uses a name that is none of the arguments in scope: the network's at the "
        "top, the block's own inside a block, `in_channels`, and `index` within a repeat.",
        example="""\
input: 8x8x3
arguments: {width: 16}
layers:
  - {type: Conv2d, out_channels: 2 * widht, kernel_size: 3}
""",
        cure="""\
input: 8x8x3
arguments: {width: 16}
layers:
  - {type: Conv2d, out_channels: 2 * width, kernel_size: 3}
""",
    ),
    Code(
        "SC110",
        "unknown layer in from or outputs",
        "`from:` and `outputs:` name layers that stand earlier in the sequence or around it, or a "
        "path into one of them, such as stem.conv. Of a layer that puts out parts, one is named "
        "by its number.",
        example="""\
input: 8x8x3
layers:
  - {name: conv, type: Conv2d, out_channels: 3, kernel_size: 3, padding: 1}
  - {name: sum, type: Add, from: [conv, inptu]}
""",
        cure="""\
input: 8x8x3
layers:
  - {name: conv, type: Conv2d, out_channels: 3, kernel_size: 3, padding: 1}
  - {name: sum, type: Add, from: [conv, input]}
""",
    ),
    Code(
        "SC111",
        "no single input",
        "The item takes one input, and there are several or none: `from:` names several, the "
        "network has several inputs and nothing says which is meant, or every branch is left out.",
        example="""\
input: {left: 8x8x3, right: 8x8x3}
layers:
  - {name: relu, type: ReLU, from: [left, right]}
""",
        cure="""\
input: {left: 8x8x3, right: 8x8x3}
layers:
  - {name: sum, type: Add, from: [left, right]}
  - {name: relu, type: ReLU}
""",
    ),
    Code(
        "SC112",
        "blocks without end",
        "A block uses itself, if only through others, or blocks, sequences and branches stand "
        "more than 50 deep within each other.",
        example="""\
input: 8x8x3
blocks:
  Unit:
    layers: [{type: ReLU}, {type: Unit}]
layers: [{type: Unit}]
""",
        cure="""\
input: 8x8x3
blocks:
  Unit:
    layers: [{type: ReLU}]
layers: [{type: Unit, repeat: 2}]
""",
    ),
    Code(
        "SC113",
        "too many layers",
        "The network would have more than 131,072 layers, its repeats multiplied out, or paths "
        "of more than 1,000 characters; or the runs of all variants come to too many layers.",
        example="""\
input: 8x8x3
layers: [{type: ReLU, repeat: 1000000000}]
""",
        cure="""\
input: 8x8x3
layers: [{type: ReLU, repeat: 10}]
""",
    ),
    Code(
        "SC114",
        "import that cannot be",
        "An imported file is not there, leaves the folder of the spec, imports the file that it "
        "is imported by, or holds no blocks.",
        example="""\
import: ../common/blocks.yaml
input: 8x8x3
layers: [{type: ReLU}]
""",
        cure="""\
# import: blocks.yaml # with that file beside this one
input: 8x8x3
layers: [{type: ReLU}]
""",
    ),
    Code(
        "SC115",
        "argument or variant from outside",
        "A run is asked for with a variant, an argument or an input that the spec does not have "
        "or take, or an argument has neither a default nor a value.",
        example="""\
input: 8x8x3
arguments:
  width: {kind: count, about: channels of the convolution}
layers:
  - {type: Conv2d, out_channels: width, kernel_size: 3}
""",
        cure="""\
input: 8x8x3
arguments:
  width: {kind: count, about: channels of the convolution}
layers:
  - {type: Conv2d, out_channels: width, kernel_size: 3}
variants:
  narrow: {arguments: {width: 16}}
  wide: {arguments: {width: 64}}
""",
    ),
    Code(
        "SC116",
        "weights that cannot be shared",
        "`shares:` names an earlier layer of the same type with as many parameters, whose weights "
        "are used again and counted once.",
        example="""\
input: 8x8x3
layers:
  - {name: first, type: Conv2d, out_channels: 3, kernel_size: 3}
  - {name: second, type: Conv2d, out_channels: 6, kernel_size: 3, shares: first}
""",
        cure="""\
input: 8x8x3
layers:
  - {name: first, type: Conv2d, out_channels: 3, kernel_size: 3}
  - {name: second, type: Conv2d, out_channels: 3, kernel_size: 3, shares: first}
""",
    ),
    Code(
        "SC117",
        "cell that is computed",
        "`cells:` words a table cell of a block or sequence whose layers differ in it. Where they "
        "agree, the cell is computed and cannot be worded.",
        example="""\
input: 8x8x3
layers:
  - name: stem
    cells: {kernel_size: "3x3"}
    layers:
      - {type: Conv2d, out_channels: 16, kernel_size: 3}
""",
        cure="""\
input: 8x8x3
layers:
  - name: stem
    cells: {kernel_size: "1x1, 3x3"}
    layers:
      - {type: Conv2d, out_channels: 8, kernel_size: 1}
      - {type: Conv2d, out_channels: 16, kernel_size: 3}
""",
    ),
    Code(
        "SC118",
        "lone brace in a note",
        "In a note, {name} stands for an argument's value and {{ for a brace.",
        example="""\
input: 8x8x3
arguments: {width: 16}
layers:
  - {type: Conv2d, out_channels: width, kernel_size: 3, note: "expands to {width"}
""",
        cure="""\
input: 8x8x3
arguments: {width: 16}
layers:
  - {type: Conv2d, out_channels: width, kernel_size: 3, note: "expands to {width}"}
""",
    ),
    Code(
        "SC120",
        "other version of the language",
        "`shapecalc:` states the version of the language that a spec is written in. This program "
        "reads version 1.",
        example="""\
shapecalc: 2
input: 8x8x3
layers: [{type: ReLU}]
""",
        cure="""\
shapecalc: 1
input: 8x8x3
layers: [{type: ReLU}]
""",
    ),
)
