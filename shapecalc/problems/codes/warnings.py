"""Codes of what is legal and probably not meant: `shapecalc check` warns of it."""

from __future__ import annotations

from shapecalc.problems.codes.code import Code

WARNINGS = (
    Code(
        "SC401",
        "output that nothing uses",
        "No layer takes what this one puts out, and it is no result of the network: it costs and "
        "does nothing.",
        example="""\
input: 8x8x3
layers:
  - {name: conv, type: Conv2d, out_channels: 16, kernel_size: 3}
  - {name: side, type: Conv2d, out_channels: 16, kernel_size: 1}
  - {name: relu, type: ReLU, from: conv}
""",
        cure="""\
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
        "rows or columns dropped",
        "The stride does not come out even: the last rows or columns of the input are in no "
        "window, so that nothing sees them.",
        example="""\
input: 7x7x3
layers:
  - {type: MaxPool2d, kernel_size: 2}
""",
        cure="""\
input: 7x7x3
layers:
  - {type: MaxPool2d, kernel_size: 2, ceil_mode: true}
""",
    ),
    Code(
        "SC403",
        "bias before a batch norm",
        "A batch norm subtracts the mean of each channel, and with it any bias that the layer "
        "before has added: the bias is learned for nothing.",
        example="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
  - {type: BatchNorm2d}
""",
        cure="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3, bias: false}
  - {type: BatchNorm2d}
""",
    ),
    Code(
        "SC404",
        "argument that nothing uses",
        "An argument of the network or of a block stands in no expression: whatever it is set to, "
        "nothing changes.",
        example="""\
input: 8x8x3
arguments: {width: 16}
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3}
""",
        cure="""\
input: 8x8x3
arguments: {width: 16}
layers:
  - {type: Conv2d, out_channels: width, kernel_size: 3}
""",
    ),
    Code(
        "SC405",
        "kernel of 1 with padding",
        "A window of 1 sees one position. Where that is padding, it sees nothing of the input, "
        "and the output grows a rim of constants.",
        example="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 1, padding: 1}
""",
        cure="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 1}
""",
    ),
    Code(
        "SC406",
        "name that hides another",
        "A layer inside has the name of a later layer further out. `from:` looks inside first, so "
        "that a reader and shapecalc may take the name for different layers.",
        example="""\
input: 8x8x3
layers:
  - name: stem
    layers:
      - {name: conv, type: Conv2d, out_channels: 16, kernel_size: 3}
  - {name: conv, type: Conv2d, out_channels: 32, kernel_size: 3}
""",
        cure="""\
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
        "expectation that restates arguments",
        "An `expect:` of nothing but arguments changes with them, so it hardly ever fails. "
        "Numbers hold the spec to what is known of it.",
        example="""\
input: 100
arguments: {classes: 10}
layers:
  - {type: Linear, out_features: classes, expect: [classes]}
""",
        cure="""\
input: 100
arguments: {classes: 10}
layers:
  - {type: Linear, out_features: classes, expect: 10}
""",
    ),
    Code(
        "SC408",
        "channels first",
        "An input such as 3x224x224 reads like PyTorch's shapes, with the channels first. In a "
        "spec they stand last, so it means 224 channels of 3 x 224.",
        example="""\
input: 3x32x32
layers:
  - {type: Conv2d, out_channels: 8, kernel_size: 3}
""",
        cure="""\
input: 32x32x3
layers:
  - {type: Conv2d, out_channels: 8, kernel_size: 3}
""",
    ),
)
