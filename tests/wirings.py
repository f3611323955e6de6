"""Networks that use what the language has for wiring: blocks with several inputs and outputs, names
in `from:` that stand for others, sizes in expressions, networks and blocks as values."""

from __future__ import annotations

DOWN = """
  Down:
    arguments: {channels: {kind: count}}
    layers:
      - {name: skip, type: Conv2d, out_channels: channels, kernel_size: 3, padding: 1}
      - {name: pool, type: MaxPool2d, kernel_size: 2}
"""
UP = """
  Up:
    inputs: [x, skip]
    arguments: {channels: {kind: count, default: skip.channels}}
    layers:
      - {name: up, type: Upsample, size: [skip.height, skip.width], from: x}
      - {name: cat, type: Concat, from: [up, skip]}
      - {name: conv, type: Conv2d, out_channels: channels, kernel_size: 3, padding: 1}
"""

PAIRS = {
    "a decoder whose repeats each take another skip": (
        f"input: 50x37x3\nblocks:{DOWN}{UP}"
        """
layers:
  - {name: down, type: Down, channels: 8 * 2 ** index, repeat: 3}
  - {name: bottom, type: ReLU}
  - {name: up, type: Up, repeat: 3, from: [bottom, "down.{2 - index}.skip"]}
""",
        f"input: 50x37x3\nblocks:{DOWN}"
        """
layers:
  - {name: a, type: Down, channels: 8}
  - {name: b, type: Down, channels: 16}
  - {name: c, type: Down, channels: 32}
  - {name: bottom, type: ReLU}
  - {type: Upsample, size: [12, 9]}
  - {type: Concat, from: [upsample, c.skip]}
  - {type: Conv2d, out_channels: 32, kernel_size: 3, padding: 1}
  - {type: Upsample, size: [25, 18]}
  - {type: Concat, from: [upsample_2, b.skip]}
  - {type: Conv2d, out_channels: 16, kernel_size: 3, padding: 1}
  - {type: Upsample, size: [50, 37]}
  - {type: Concat, from: [upsample_3, a.skip]}
  - {type: Conv2d, out_channels: 8, kernel_size: 3, padding: 1}
""",
    ),
    "repeats that all take the same beside the one before": (
        """
input: {x: 10x8, memory: 6x8}
blocks:
  Read:
    inputs: [x, memory]
    layers:
      - {name: attend, type: MultiheadAttention, num_heads: 2, from: [x, memory]}
      - {name: sum, type: Add, from: [attend, x]}
layers:
  - {name: read, type: Read, repeat: 3, from: [x, memory]}
""",
        """
input: {x: 10x8, memory: 6x8}
layers:
  - {name: a, type: MultiheadAttention, num_heads: 2, from: [x, memory]}
  - {name: b, type: Add, from: [a, x]}
  - {name: c, type: MultiheadAttention, num_heads: 2, from: [b, memory]}
  - {name: d, type: Add, from: [c, b]}
  - {name: e, type: MultiheadAttention, num_heads: 2, from: [d, memory]}
  - {name: f, type: Add, from: [e, d]}
""",
    ),
    "a sum of the skips of all repeats": (
        """
input: 100x4
blocks:
  Unit:
    layers:
      - {name: skip, type: Conv1d, out_channels: 4, kernel_size: 1}
      - {name: conv, type: Conv1d, out_channels: 4, kernel_size: 3, padding: 1}
layers:
  - {name: l, type: Unit, repeat: 3}
  - {type: Add, from: [input, "l.*.skip"]}
""",
        """
input: 100x4
layers:
  - {name: s0, type: Conv1d, out_channels: 4, kernel_size: 1}
  - {name: c0, type: Conv1d, out_channels: 4, kernel_size: 3, padding: 1}
  - {name: s1, type: Conv1d, out_channels: 4, kernel_size: 1}
  - {name: c1, type: Conv1d, out_channels: 4, kernel_size: 3, padding: 1}
  - {name: s2, type: Conv1d, out_channels: 4, kernel_size: 1}
  - {name: c2, type: Conv1d, out_channels: 4, kernel_size: 3, padding: 1}
  - {type: Add, from: [input, s0, s1, s2]}
""",
    ),
    "every earlier repeat, as in a dense block": (
        """
input: 8x8x4
layers:
  - {name: first, type: ReLU}
  - {name: first_conv, type: Conv2d, out_channels: 2, kernel_size: 1, from: input}
  - name: dense
    repeat: 3
    layers:
      - {type: Concat, from: [input, first, "dense.*"]}
      - {type: Conv2d, out_channels: 2, kernel_size: 3, padding: 1}
""",
        """
input: 8x8x4
layers:
  - {name: first, type: ReLU}
  - {name: first_conv, type: Conv2d, out_channels: 2, kernel_size: 1, from: input}
  - {type: Concat, from: [input, first]}
  - {name: a, type: Conv2d, out_channels: 2, kernel_size: 3, padding: 1}
  - {type: Concat, from: [input, first, a]}
  - {name: b, type: Conv2d, out_channels: 2, kernel_size: 3, padding: 1}
  - {type: Concat, from: [input, first, a, b]}
  - {name: c, type: Conv2d, out_channels: 2, kernel_size: 3, padding: 1}
""",
    ),
    "outputs that a block names, one of them its input, in repeats": (
        """
input: 16x16x3
blocks:
  Cell:
    inputs: [x, before]
    layers:
      - {name: a, type: Conv2d, out_channels: before.channels, kernel_size: 1, from: x}
      - {name: sum, type: Add, from: [a, before]}
    outputs: [sum, x]
layers:
  - {name: stem, type: Conv2d, out_channels: 4, kernel_size: 1}
  - {name: cell, type: Cell, repeat: 3, from: [stem, input]}
outputs: [cell.sum, cell.x]
""",
        """
input: 16x16x3
layers:
  - {name: stem, type: Conv2d, out_channels: 4, kernel_size: 1}
  - {name: a, type: Conv2d, out_channels: 3, kernel_size: 1}
  - {name: s, type: Add, from: [a, input]}
  - {name: b, type: Conv2d, out_channels: 4, kernel_size: 1}
  - {name: t, type: Add, from: [b, stem]}
  - {name: c, type: Conv2d, out_channels: 3, kernel_size: 1}
  - {name: u, type: Add, from: [c, s]}
outputs: [u, t]
""",
    ),
    "all outputs of a block, handed on by repeats with another input for each": (
        """
input: 16x16x3
blocks:
  Stem:
    layers:
      - {name: a, type: Conv2d, out_channels: 3, kernel_size: 1}
      - {name: b, type: Conv2d, out_channels: 3, kernel_size: 1}
    outputs: [a, b]
  Cell:
    inputs: [x, y, side]
    layers:
      - {name: p, type: Add, from: [x, side]}
      - {name: q, type: Conv2d, out_channels: side.channels, kernel_size: 3, padding: 1, from: y}
    outputs: [p, q]
layers:
  - {name: side, type: ReLU, repeat: 3}
  - {name: stem, type: Stem, from: input}
  - {name: cell, type: Cell, repeat: 3, from: ["stem.*", "side.{index}"]}
outputs: [cell.p, cell.q]
""",
        """
input: 16x16x3
layers:
  - {name: s0, type: ReLU}
  - {name: s1, type: ReLU}
  - {name: s2, type: ReLU}
  - {name: a, type: Conv2d, out_channels: 3, kernel_size: 1, from: input}
  - {name: b, type: Conv2d, out_channels: 3, kernel_size: 1}
  - {name: p0, type: Add, from: [a, s0]}
  - {name: q0, type: Conv2d, out_channels: 3, kernel_size: 3, padding: 1, from: b}
  - {name: p1, type: Add, from: [p0, s1]}
  - {name: q1, type: Conv2d, out_channels: 3, kernel_size: 3, padding: 1, from: q0}
  - {name: p2, type: Add, from: [p1, s2]}
  - {name: q2, type: Conv2d, out_channels: 3, kernel_size: 3, padding: 1, from: q1}
outputs: [p2, q2]
""",
    ),
    "all outputs of a block, handed to another": (
        """
input: 32x32x6
blocks:
  Pyramid:
    layers:
      - name: l
        repeat: 3
        layers: [{type: Conv2d, out_channels: 8*2**index, kernel_size: 3, stride: 2, padding: 1}]
    outputs: ["l.*"]
  Merge:
    inputs: [a, b, c]
    layers:
      - {name: b2, type: Upsample, size: [a.height, a.width], from: b}
      - {name: c2, type: Upsample, size: [a.height, a.width], from: c}
      - {type: Concat, from: [a, b2, c2]}
layers:
  - {name: p, type: Pyramid}
  - {name: m, type: Merge, from: "p.*"}
  - {name: again, type: Conv2d, out_channels: 4, kernel_size: 1, repeat: 3, from: "p.l.{index}"}
outputs: [m, "again.*"]
""",
        """
input: 32x32x6
layers:
  - {name: p0, type: Conv2d, out_channels: 8, kernel_size: 3, stride: 2, padding: 1}
  - {name: p1, type: Conv2d, out_channels: 16, kernel_size: 3, stride: 2, padding: 1}
  - {name: p2, type: Conv2d, out_channels: 32, kernel_size: 3, stride: 2, padding: 1}
  - {name: b, type: Upsample, scale_factor: 2, from: p1}
  - {name: c, type: Upsample, scale_factor: 4, from: p2}
  - {name: m, type: Concat, from: [p0, b, c]}
  - {name: a0, type: Conv2d, out_channels: 4, kernel_size: 1, from: p0}
  - {name: a1, type: Conv2d, out_channels: 4, kernel_size: 1, from: p1}
  - {name: a2, type: Conv2d, out_channels: 4, kernel_size: 1, from: p2}
outputs: [m, a0, a1, a2]
""",
    ),
    "branches that each take one of a block's inputs": (
        """
input: {left: 8x8x3, right: 8x8x5}
blocks:
  Both:
    inputs: [x, y]
    branches:
      a: [{type: Conv2d, out_channels: y.channels, kernel_size: 1, from: x}]
      b: [{type: Conv2d, out_channels: 2, kernel_size: 1, from: y}]
layers:
  - {type: Both, from: [left, right]}
""",
        """
input: {left: 8x8x3, right: 8x8x5}
layers:
  - name: both
    branches:
      a: [{type: Conv2d, out_channels: 5, kernel_size: 1, from: left}]
      b: [{type: Conv2d, out_channels: 2, kernel_size: 1, from: right}]
    from: left
""",
    ),
    "sizes of what comes in, of one axis and of three": (
        """
input: {sound: 16000x2, clip: 8x20x30x3}
layers:
  - {name: s, type: AvgPool1d, kernel_size: in_length // 4, from: sound}
  - name: c
    type: AvgPool3d
    kernel_size: [in_depth // 2, in_height // 2, in_width // 2]
    from: clip
  - {name: d, type: Conv3d, out_channels: in_channels * c.depth + s.length, kernel_size: 1}
outputs: [s, d]
""",
        """
input: {sound: 16000x2, clip: 8x20x30x3}
layers:
  - {name: s, type: AvgPool1d, kernel_size: 4000, from: sound}
  - {name: c, type: AvgPool3d, kernel_size: [4, 10, 15], from: clip}
  - {name: d, type: Conv3d, out_channels: 10, kernel_size: 1}
outputs: [s, d]
""",
    ),
    "sizes of what comes into a block, whatever its layers take": (
        """
input: 9x7x4
blocks:
  Same:
    arguments: {hidden: in_width * in_channels}
    layers:
      - {type: Conv2d, out_channels: hidden, kernel_size: 3, stride: 2}
      - {type: Upsample, size: [in_height, in_width]}
      - {type: Conv2d, out_channels: in_channels, kernel_size: 1}
layers: [{type: Same, repeat: 2}]
""",
        """
input: 9x7x4
layers:
  - {type: Conv2d, out_channels: 28, kernel_size: 3, stride: 2}
  - {type: Upsample, size: [9, 7]}
  - {type: Conv2d, out_channels: 4, kernel_size: 1}
  - {type: Conv2d, out_channels: 28, kernel_size: 3, stride: 2}
  - {type: Upsample, size: [9, 7]}
  - {type: Conv2d, out_channels: 4, kernel_size: 1}
""",
    ),
}
"""A network, and the same one in the plainest words."""

FCN = """
name: FCN
input: 64x96x3
layers:
  - {name: body, type: resnet18, until: layer4}
  - {name: head, type: Conv2d, out_channels: in_channels // 4, kernel_size: 3, padding: 1}
  - {type: ReLU}
  - {name: score, type: Conv2d, out_channels: 5, kernel_size: 1}
  - {name: up, type: Upsample, size: [input.height, input.width], mode: bilinear}
  - {name: aux, type: Conv2d, out_channels: 5, kernel_size: 1, from: body.layer3}
outputs: [up, aux]
"""

OTHERS = {
    "a network that is a block, and layers inside it": FCN,
    "two networks that are blocks, one of them twice": """
input: 96x96x3
layers:
  - {name: left, type: resnet18, depths: [1, 1, 1, 1], until: layer2}
  - {name: right, type: resnet18, depths: [1, 1, 1, 1], until: layer2.0.relu1, from: input}
  - {name: joined, type: Concat, from: [left, right]}
  - {name: third, type: vgg11, until: pool1, from: input}
outputs: [joined, third]
""",
    "a network with several outputs": """
input: 299x299x3
layers:
  - {name: body, type: inception_v3, aux: true}
outputs: [body.fc, body.AuxLogits]
""",
    "blocks that are given to others": """
input: 16x16x3
blocks:
  Normed:
    arguments: {out_channels: {kind: count}, kernel_size: 1}
    layers:
      - {type: Conv2d, out_channels: out_channels, kernel_size: kernel_size, bias: false}
      - {type: BatchNorm2d}
      - {type: ReLU}
  Two:
    arguments:
      conv: {kind: block, default: {type: Conv2d, kernel_size: 1}}
      act: {kind: block, default: ReLU}
    branches:
      a: [{type: conv, out_channels: 4}]
      b: [{type: conv, out_channels: 2 * in_channels}, {name: last, type: act}]
layers:
  - {name: plain, type: Two}
  - {name: normed, type: Two, conv: Normed}
  - name: soft
    type: Two
    conv: {type: Normed, kernel_size: 1}
    act: {type: LeakyReLU, negative_slope: 0.25}
""",
    "weights that are shared across what is written out": """
input: {left: 16x16x3, right: 16x16x3}
blocks:
  Tower:
    inputs: [x, other]
    layers:
      - {name: a, type: Conv2d, out_channels: other.channels + 1, kernel_size: 3, from: x}
      - {name: b, type: BasicBlock, planes: 8}
layers:
  - {name: one, type: Tower, from: [left, right]}
  - {name: two, type: Tower, from: [right, left], shares: one}
  - name: three
    type: Conv2d
    out_channels: 8
    kernel_size: 3
    padding: 1
    bias: false
    shares: one.b.conv2
outputs: [one, three]
""",
    "one tensor that is two outputs, beside an input that is one": """
input: 8x8x3
blocks:
  Pass: {inputs: [x, y], layers: [{name: sum, type: Add, from: [x, y]}], outputs: [sum, x]}
layers:
  - {name: first, type: ReLU}
  - {name: p, type: Pass, from: [first, input]}
  - {name: q, type: Pass, from: [first, p.sum]}
outputs: [p.x, q.x, q.sum]
""",
    "roots and logarithms": """
input: 64x64x9
layers:
  - {type: Conv2d, out_channels: log2(in_height), kernel_size: sqrt(in_channels)}
""",
}
"""Networks without another to compare them with."""

WIRINGS = {name: short for name, (short, _) in PAIRS.items()} | OTHERS
"""All of them, by what they show."""
