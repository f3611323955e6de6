"""Codes of layers that do not fit their input. What PyTorch refuses is refused."""

from __future__ import annotations

from shapecalc.problems.code import Code

SHAPES = (
    Code(
        "SC201",
        "wrong number of dimensions",
        "The input has another number of axes than the layer expects: a Conv2d expects height x "
        "width x channels, a Linear channels only.",
        example="""\
input: 8x8x3
layers:
  - {type: Linear, out_features: 10}
""",
        fix="""\
input: 8x8x3
layers:
  - {type: Flatten}
  - {type: Linear, out_features: 10}
""",
    ),
    Code(
        "SC202",
        "window larger than its input",
        "The kernel, with its dilation, is larger than the padded input, so no window fits.",
        example="""\
input: 4x4x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 5}
""",
        fix="""\
input: 4x4x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 5, padding: 2}
""",
    ),
    Code(
        "SC203",
        "output of size zero",
        "A size of the output would be less than 1.",
        example="""\
input: 4x4x3
layers:
  - {type: ZeroPad2d, padding: -2}
""",
        fix="""\
input: 4x4x3
layers:
  - {type: ZeroPad2d, padding: -1}
""",
    ),
    Code(
        "SC204",
        "not divisible",
        "The number of groups, a factor or a half must divide the channels, the size or the "
        "elements evenly.",
        example="""\
input: 8x8x64
layers:
  - {type: Conv2d, out_channels: 96, kernel_size: 3, groups: 3}
""",
        fix="""\
input: 8x8x64
layers:
  - {type: Conv2d, out_channels: 96, kernel_size: 3, groups: 4}
""",
    ),
    Code(
        "SC205",
        "input channel mismatch",
        "A layer states its number of input channels, and the input has a different number. Such "
        "fields are inferred: they can be left out.",
        example="""\
input: 8x8x64
layers:
  - {type: BatchNorm2d, num_features: 32}
""",
        fix="""\
input: 8x8x64
layers:
  - {type: BatchNorm2d}
""",
    ),
    Code(
        "SC206",
        "invalid padding",
        "A pool pads at most half its kernel, and of a pair for each axis less than the kernel on "
        "a side; reflection pads less than the size of the input; "
        "output_padding is less than the stride or the dilation; the padding of a convolution is "
        "never negative.",
        example="""\
input: 8x8x3
layers:
  - {type: MaxPool2d, kernel_size: 2, padding: 2}
""",
        fix="""\
input: 8x8x3
layers:
  - {type: MaxPool2d, kernel_size: 2, padding: 1}
""",
    ),
    Code(
        "SC207",
        "padding same with a stride",
        "`padding: same` keeps every size, which a stride above 1 contradicts. PyTorch does not "
        "support it. TensorFlow's `SAME` is `same_upper` here: ceil(n / stride).",
        example="""\
input: 9x9x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3, stride: 2, padding: same}
""",
        fix="""\
input: 9x9x3
layers:
  - {type: Conv2d, out_channels: 16, kernel_size: 3, stride: 2, padding: same_upper}
""",
    ),
    Code(
        "SC208",
        "output too large",
        "The output would have more than 2^63 - 1 elements, the most that PyTorch supports.",
        example="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 9000000000000000000, kernel_size: 1}
""",
        fix="""\
input: 8x8x3
layers:
  - {type: Conv2d, out_channels: 900, kernel_size: 1}
""",
    ),
    Code(
        "SC209",
        "shapes cannot be joined",
        "A concatenation needs shapes that differ only along its axis, a Stack and a sum of "
        "branches equal shapes; other joins stretch sizes of 1.",
        example="""\
input: 8x8x3
layers:
  - branches:
      narrow: [{type: Conv2d, out_channels: 8, kernel_size: 1}]
      wide: [{type: Conv2d, out_channels: 8, kernel_size: 3}]
""",
        fix="""\
input: 8x8x3
layers:
  - branches:
      narrow: [{type: Conv2d, out_channels: 8, kernel_size: 1}]
      wide: [{type: Conv2d, out_channels: 8, kernel_size: 3, padding: 1}]
""",
    ),
    Code(
        "SC210",
        "conflicting fields",
        "The fields of a layer contradict each other or the input: an axis that does not exist or "
        "is the batch, a Reshape to a different number of elements, an Upsample with both size "
        "and scale_factor.",
        example="""\
input: 8x8x3
layers:
  - {type: Upsample, size: 16, scale_factor: 2}
""",
        fix="""\
input: 8x8x3
layers:
  - {type: Upsample, scale_factor: 2}
""",
    ),
    Code(
        "SC211",
        "cannot be exported",
        "A format of `shapecalc export` cannot say a layer, or what is written of it: a type that "
        "the other program does not have, or a field that means something else there; or the "
        "network is larger than the format is made for. Nothing is written.",
        example="",
        fix="",
    ),
)
