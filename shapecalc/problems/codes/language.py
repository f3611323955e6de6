"""Codes of what is not in the language: words, values, names, blocks, wiring."""

from __future__ import annotations

from shapecalc.problems.code import Code

LANGUAGE = (
    Code(
        "SC101",
        "expected a mapping or a list",
        "A mapping (key: value) or a list (- item) is expected here, and the spec has something "
        "else.",
        example="""\
input: 8x8x3
layers: {type: ReLU}
""",
        fix="""\
input: 8x8x3
layers: [{type: ReLU}]
""",
    ),
    Code(
        "SC102",
        "unknown key",
        "A spec, a layer, a block, an argument or a project's settings have no such key. "
        "`shapecalc layers TYPE` lists the fields of a layer type or block.",
        example="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel: 3}
""",
        fix="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
""",
        fixable="a key that is one letter off a known one, a missing space after its colon",
    ),
    Code(
        "SC103",
        "missing key",
        "A key that is required, because it has no default, is missing.",
        example="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16}
""",
        fix="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
""",
    ),
    Code(
        "SC104",
        "invalid value",
        "The value has the wrong type for its key, or is out of range.",
        example="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 0}
""",
        fix="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
""",
        fixable="a flag written as `yes`, `no`, 1 or 0, an integer written as 3.0, a word that is "
        "one letter off, a name that is a number",
    ),
    Code(
        "SC105",
        "invalid shape",
        "A shape is its sizes joined by x, with the channels last, such as 224x224x3, or a list "
        "of them; every size is an integer of at least 1.",
        example="""\
input: 8*8*3
layers: [{type: ReLU}]
""",
        fix="""\
input: 8x8x3
layers: [{type: ReLU}]
""",
    ),
    Code(
        "SC106",
        "unknown layer type",
        "No layer type or block has that name: not among the spec's own blocks, nor the imported "
        "ones, nor those that `shapecalc layers` lists.",
        example="""\
input: 8x8x3
layers:
  - {type: Conv2D, out_channels: 16, kernel_size: 3}
""",
        fix="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
""",
        fixable="a type that is one letter off a known one, which is not a block of the spec",
    ),
    Code(
        "SC107",
        "duplicate name",
        "Two items of one sequence have the same name, an item has the name of an input, or a "
        "block has the name of a layer type.",
        example="""\
input: 8x8x3
layers:
  - {name: conv, type: Conv2d, out_channels: 16, kernel_size: 3}
  - {name: conv, type: Conv2d, out_channels: 32, kernel_size: 3}
""",
        fix="""\
input: 8x8x3
layers:
  - {name: conv1, type: Conv2d, out_channels: 16, kernel_size: 3}
  - {name: conv2, type: Conv2d, out_channels: 32, kernel_size: 3}
""",
    ),
    Code(
        "SC108",
        "invalid expression",
        "The text is not an expression of the language, or it has no value: division by zero, an "
        "index out of range, a number beyond 2^63. Expressions have arithmetic, comparison, "
        "and or not, if else, lists, indexing and a few functions.",
        example="""\
input: 8x8x3
arguments: {width: 0}
layers:
  - {type: Conv2d, out_channels: 64 // width, kernel_size: 3}
""",
        fix="""\
input: 8x8x3
arguments: {width: 2}
layers:
  - {type: Conv2d, out_channels: 64 // width, kernel_size: 3}
""",
    ),
    Code(
        "SC109",
        "unknown name in an expression",
        "An expression uses a name that is not defined in its scope: the arguments of the network "
        "at the top, those of the block inside a block, `in_channels`, and `index` in a repeat.",
        example="""\
input: 8x8x3
arguments: {width: 16}
layers:
  - {type: Conv2d, out_channels: 2 * widht, kernel_size: 3}
""",
        fix="""\
input: 8x8x3
arguments: {width: 16}
layers:
  - {type: Conv2d, out_channels: 2 * width, kernel_size: 3}
""",
        fixable="a flag written as `yes` or `no`, a word of a field that is one letter off",
    ),
    Code(
        "SC110",
        "unknown layer in from or outputs",
        "`from:` and `outputs:` name earlier layers of the sequence or of those around it, or a "
        "path into one of them, such as stem.conv. A layer with several outputs is followed by "
        "the number of one, such as split.0.",
        example="""\
input: 8x8x3
layers:
  - {name: conv, type: Conv2d, out_channels: 3, kernel_size: 3, padding: 1}
  - {name: sum, type: Add, from: [conv, inptu]}
""",
        fix="""\
input: 8x8x3
layers:
  - {name: conv, type: Conv2d, out_channels: 3, kernel_size: 3, padding: 1}
  - {name: sum, type: Add, from: [conv, input]}
""",
    ),
    Code(
        "SC111",
        "wrong number of inputs",
        "The number of inputs is not what the item expects: `from:` names several for a layer "
        "with one, or nothing names the second of a layer that joins; the network has several "
        "inputs and nothing says which is meant, or every branch is skipped.",
        example="""\
input: {left: 8x8x3, right: 8x8x3}
layers:
  - {name: relu, type: ReLU, from: [left, right]}
""",
        fix="""\
input: {left: 8x8x3, right: 8x8x3}
layers:
  - {name: sum, type: Add, from: [left, right]}
  - {name: relu, type: ReLU}
""",
    ),
    Code(
        "SC112",
        "recursive block",
        "A block uses itself, directly or through others, or blocks, sequences and branches are "
        "nested more than 50 deep.",
        example="""\
input: 8x8x3
blocks:
  Unit:
    layers: [{type: ReLU}, {type: Unit}]
layers: [{type: Unit}]
""",
        fix="""\
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
        "With its repeats expanded the network has more than 131,072 layers, or 40,000 where it is "
        "compared with another, or paths of more than 1,000 characters; or the variants together "
        "have too many layers.",
        example="""\
input: 8x8x3
layers: [{type: ReLU, repeat: 1000000000}]
""",
        fix="""\
input: 8x8x3
layers: [{type: ReLU, repeat: 10}]
""",
    ),
    Code(
        "SC114",
        "invalid import",
        "An imported file does not exist, is outside the folder of the spec, ends in neither .yaml "
        "nor .yml, imports the file that imports it, or has no blocks.",
        example="""\
import: ../common/blocks.yaml
input: 8x8x3
layers: [{type: ReLU}]
""",
        fix="""\
# import: blocks.yaml # with that file beside this one
input: 8x8x3
layers: [{type: ReLU}]
""",
    ),
    Code(
        "SC115",
        "invalid variant, argument or input",
        "The variant, argument or input that was given does not exist in the spec or does not "
        "fit it, or an argument has neither a default nor a value.",
        example="""\
input: 8x8x3
arguments:
  width: {kind: count, about: channels of the convolution}
layers:
  - {type: Conv2d, out_channels: width, kernel_size: 3}
""",
        fix="""\
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
        "`shares:` names an earlier layer whose weights are used again and counted once: one of "
        "the same type with weights of the same shape, or one whose weight PyTorch lays out in the "
        "same shape, as those of an Embedding and a Linear, or of a convolution and a transposed "
        "one with the channels exchanged. A bias that the earlier layer does not have is counted.",
        example="""\
input: 8x8x3
layers:
  - {name: first, type: Conv2d, out_channels: 3, kernel_size: 3}
  - {name: second, type: Conv2d, out_channels: 6, kernel_size: 3, shares: first}
""",
        fix="""\
input: 8x8x3
layers:
  - {name: first, type: Conv2d, out_channels: 3, kernel_size: 3}
  - {name: second, type: Conv2d, out_channels: 3, kernel_size: 3, shares: first}
""",
    ),
    Code(
        "SC117",
        "cell that is computed",
        "`cells:` labels a table cell of a block or sequence whose layers differ in it. Where they "
        "agree, the cell is computed and cannot be labelled.",
        example="""\
input: 8x8x3
layers:
  - name: stem
    cells: {kernel_size: "3x3"}
    layers:
      - {type: Conv2d, out_channels: 16, kernel_size: 3}
""",
        fix="""\
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
        "unmatched brace in a note",
        "In a note, {name} is replaced by an argument's value and {{ by a brace.",
        example="""\
input: 8x8x3
arguments: {width: 16}
layers:
  - {type: Conv2d, out_channels: width, kernel_size: 3, note: "expands to {width"}
""",
        fix="""\
input: 8x8x3
arguments: {width: 16}
layers:
  - {type: Conv2d, out_channels: width, kernel_size: 3, note: "expands to {width}"}
""",
    ),
    Code(
        "SC120",
        "unsupported language version",
        "`shapecalc:` states the version of the language that a spec is written in. This program "
        "reads version 1.",
        example="""\
shapecalc: 2
input: 8x8x3
layers: [{type: ReLU}]
""",
        fix="""\
shapecalc: 1
input: 8x8x3
layers: [{type: ReLU}]
""",
    ),
)
