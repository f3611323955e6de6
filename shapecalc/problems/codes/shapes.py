"""Codes of layers that do not fit the shape that comes in. What PyTorch refuses is refused."""

from __future__ import annotations

from shapecalc.problems.codes.code import Code

SHAPES = (
    Code(
        "SC201",
        "shape of another kind",
        "The layer cannot mean a shape with so many axes: a Conv2d takes height x width x "
        "channels, a Linear takes channels alone.",
        example="""\
input: 8x8x3
layers:
  - {type: Linear, out_features: 10}
""",
        cure="""\
input: 8x8x3
layers:
  - {type: Flatten}
  - {type: Linear, out_features: 10}
""",
    ),
    Code(
        "SC202",
        "window larger than its input",
        "A kernel, with its dilation, covers more than the input and its padding have, so that "
        "not one window fits.",
        example="""\
input: 4x4x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 5}
""",
        cure="""\
input: 4x4x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 5, padding: 2}
""",
    ),
    Code(
        "SC203",
        "output of size zero",
        "An extent of the output would be less than 1.",
        example="""\
input: 4x4x3
layers:
  - {type: ZeroPad2d, padding: -2}
""",
        cure="""\
input: 4x4x3
layers:
  - {type: ZeroPad2d, padding: -1}
""",
    ),
    Code(
        "SC204",
        "does not divide",
        "Groups, factors or halves must divide the channels, the extent or the elements that they "
        "cut up, without a rest.",
        example="""\
input: 8x8x64
layers:
  - {type: Conv2d, out_channels: 96, kernel_size: 3, groups: 3}
""",
        cure="""\
input: 8x8x64
layers:
  - {type: Conv2d, out_channels: 96, kernel_size: 3, groups: 4}
""",
    ),
    Code(
        "SC205",
        "does not match the input",
        "A layer states how many channels it takes, and another number comes in. Such fields are "
        "inferred: they need not be written.",
        example="""\
input: 8x8x64
layers:
  - {type: BatchNorm2d, num_features: 32}
""",
        cure="""\
input: 8x8x64
layers:
  - {type: BatchNorm2d}
""",
    ),
    Code(
        "SC206",
        "padding that cannot be",
        "A pool pads at most half its kernel, a reflection less than the input has, an output "
        "padding less than the stride or the dilation, and zeros never crop in a convolution.",
        example="""\
input: 8x8x3
layers:
  - {type: MaxPool2d, kernel_size: 2, padding: 2}
""",
        cure="""\
input: 8x8x3
layers:
  - {type: MaxPool2d, kernel_size: 2, padding: 1}
""",
    ),
    Code(
        "SC207",
        "padding same with a stride",
        "`padding: same` keeps every extent, which a stride above 1 contradicts. PyTorch defines "
        "no such convolution.",
        example="""\
input: 9x9x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3, stride: 2, padding: same}
""",
        cure="""\
input: 9x9x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3, stride: 2, padding: 1}
""",
    ),
    Code(
        "SC208",
        "output too large",
        "The output would have more than 2^63 - 1 elements, which is as far as PyTorch counts.",
        example="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 9000000000000000000, kernel_size: 1}
""",
        cure="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 900, kernel_size: 1}
""",
    ),
    Code(
        "SC209",
        "shapes that do not join",
        "A concatenation joins shapes that differ in their channels alone, a sum takes equal "
        "shapes, a product takes extents that are equal or 1; all of them take at least two.",
        example="""\
input: 8x8x3
layers:
  - branches:
      narrow: [{type: Conv2d, out_channels: 8, kernel_size: 1}]
      wide: [{type: Conv2d, out_channels: 8, kernel_size: 3}]
""",
        cure="""\
input: 8x8x3
layers:
  - branches:
      narrow: [{type: Conv2d, out_channels: 8, kernel_size: 1}]
      wide: [{type: Conv2d, out_channels: 8, kernel_size: 3, padding: 1}]
""",
    ),
    Code(
        "SC210",
        "fields that do not go together",
        "A layer's fields contradict each other or the shape that comes in: an axis that is not "
        "there, a Reshape to another number of elements, an Upsample with both size and "
        "scale_factor.",
        example="""\
input: 8x8x3
layers:
  - {type: Upsample, size: 16, scale_factor: 2}
""",
        cure="""\
input: 8x8x3
layers:
  - {type: Upsample, scale_factor: 2}
""",
    ),
)
