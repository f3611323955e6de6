"""Codes of what is allowed but probably unintended: `shapecalc check` warns about it."""

from __future__ import annotations

from shapecalc.problems.codes.code import Code

WARNINGS = (
    Code(
        "SC401",
        "unused output",
        "No layer uses the output of this one, and it is not an output of the network: it has a "
        "cost and no effect.",
        example="""\
input: 8x8x3
layers:
  - {name: conv, type: Conv2d, out_channels: 16, kernel_size: 3}
  - {name: side, type: Conv2d, out_channels: 16, kernel_size: 1}
  - {name: relu, type: ReLU, from: conv}
""",
        fix="""\
input: 8x8x3
layers:
  - {name: conv, type: Conv2d, out_channels: 16, kernel_size: 3}
  - {name: side, type: Conv2d, out_channels: 16, kernel_size: 1}
  - {name: relu, type: ReLU, from: conv}
outputs: [relu, side]
""",
    ),
    Code(
        "SC402",
        "dropped rows or columns",
        "The stride does not divide evenly: no window covers the last rows or columns of the "
        "input, so they are ignored.",
        example="""\
input: 7x7x3
layers:
  - {type: MaxPool2d, kernel_size: 2}
""",
        fix="""\
input: 7x7x3
layers:
  - {type: MaxPool2d, kernel_size: 2, ceil_mode: true}
""",
    ),
    Code(
        "SC403",
        "redundant bias before a batch norm",
        "A batch norm subtracts the mean of each channel, and with it any bias of the layer "
        "before it: the bias has no effect.",
        example="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
  - {type: BatchNorm2d}
""",
        fix="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3, bias: false}
  - {type: BatchNorm2d}
""",
    ),
    Code(
        "SC404",
        "unused argument",
        "No expression uses this argument of the network or of a block: setting it changes "
        "nothing.",
        example="""\
input: 8x8x3
arguments: {width: 16}
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
""",
        fix="""\
input: 8x8x3
arguments: {width: 16}
layers:
  - {type: Conv2d, out_channels: width, kernel_size: 3}
""",
    ),
    Code(
        "SC405",
        "padded 1x1 kernel",
        "A kernel of 1 covers one position. In the padding it covers nothing of the input, so the "
        "output gains a border of constants.",
        example="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 1, padding: 1}
""",
        fix="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 1}
""",
    ),
    Code(
        "SC406",
        "shadowed name",
        "An inner layer has the name of a later layer further out. `from:` looks inside first, so "
        "a reader and shapecalc may take the name to mean different layers.",
        example="""\
input: 8x8x3
layers:
  - name: stem
    layers:
      - {name: conv, type: Conv2d, out_channels: 16, kernel_size: 3}
  - {name: conv, type: Conv2d, out_channels: 32, kernel_size: 3}
""",
        fix="""\
input: 8x8x3
layers:
  - name: stem
    layers:
      - {name: conv1, type: Conv2d, out_channels: 16, kernel_size: 3}
  - {name: conv2, type: Conv2d, out_channels: 32, kernel_size: 3}
""",
    ),
    Code(
        "SC407",
        "expectation restates arguments",
        "An `expect:` made only of arguments changes with them, so it hardly ever fails. Write "
        "the numbers that are known.",
        example="""\
input: 100
arguments: {classes: 10}
layers:
  - {type: Linear, out_features: classes, expect: [classes]}
""",
        fix="""\
input: 100
arguments: {classes: 10}
layers:
  - {type: Linear, out_features: classes, expect: 10}
""",
    ),
    Code(
        "SC408",
        "channels first",
        "An input such as 3x224x224 looks like a PyTorch shape, with the channels first. In a spec "
        "the channels come last, so it means 224 channels of 3 x 224.",
        example="""\
input: 3x32x32
layers:
  - {type: Conv2d, out_channels: 8, kernel_size: 3}
""",
        fix="""\
input: 32x32x3
layers:
  - {type: Conv2d, out_channels: 8, kernel_size: 3}
""",
    ),
)
