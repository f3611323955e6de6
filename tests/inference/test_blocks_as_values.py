"""A block or a type is the value of an argument, with fields of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

import shapecalc
from shapecalc.language.block_values import BlockValue
from shapecalc.layers import find_type
from shapecalc.problems.problem import SpecError

INCEPTION = """
input: 28x28x32
arguments: {conv: {kind: block, default: Plain}}
variants:
  plain: {}
  normed: {arguments: {conv: Normed}}
  without_bias: {arguments: {conv: {type: Plain, bias: false}}}
  layers: {arguments: {conv: Conv2d}}
blocks:
  Plain:
    arguments:
      out_channels: {kind: count}
      kernel_size: {kind: axes}
      padding: {kind: axes, default: 0}
      bias: true
    layers:
      - type: Conv2d
        out_channels: out_channels
        kernel_size: kernel_size
        padding: padding
        bias: bias
      - {type: ReLU}
  Normed:
    arguments:
      out_channels: {kind: count}
      kernel_size: {kind: axes}
      padding: {kind: axes, default: 0}
      norm: {kind: block, default: {type: GroupNorm, num_groups: out_channels // 4}}
    layers:
      - type: Plain
        out_channels: out_channels
        kernel_size: kernel_size
        padding: padding
        bias: false
      - {type: norm}
  Inception:
    arguments: {conv: {kind: block}}
    branches:
      a: [{type: conv, out_channels: 8, kernel_size: 1}]
      b:
        - {type: conv, out_channels: 4, kernel_size: 1}
        - {type: conv, out_channels: 8, kernel_size: 1x3, padding: 0x1}
layers:
  - {name: i, type: Inception, conv: conv}
"""
CONVOLUTIONS = 32 * 8 + 32 * 4 + 3 * 4 * 8
PARAMS = {
    "plain": CONVOLUTIONS + 20,
    "normed": CONVOLUTIONS + 2 * 20,
    "without_bias": CONVOLUTIONS,
    "layers": CONVOLUTIONS + 20,
}


@pytest.mark.parametrize(("variant", "params"), PARAMS.items())
def test_one_block_serves_with_others_inside(variant: str, params: int) -> None:
    summary = shapecalc.loads(INCEPTION).summary(variant=variant)
    assert summary.params == params
    assert str(summary.output) == "28x28x16"
    groups = [
        node.layer.field_value("num_groups")
        for node in summary.layers
        if node.layer is not None and node.type == "GroupNorm"
    ]
    assert groups == ([2, 1, 2] if variant == "normed" else [])


@pytest.mark.parametrize("conv", ["Conv2d", "Normed", "Plain", "BasicConv2d"])
def test_a_block_is_given_from_outside_by_its_name(conv: str) -> None:
    given = shapecalc.loads(INCEPTION).summary(arguments={"conv": conv})
    written = INCEPTION.replace("default: Plain", f"default: {conv}")
    assert given.params == shapecalc.loads(written).summary().params


def test_a_network_is_given_as_a_backbone() -> None:
    text = """
input: 64x64x3
blocks:
  Head:
    arguments: {body: {kind: block}}
    layers:
      - {name: body, type: body}
      - {name: conv, type: Conv2d, out_channels: 5, kernel_size: 1}
layers:
  - {name: a, type: Head, body: {type: resnet18, until: layer2}}
  - {name: b, type: Head, body: {type: vgg11, until: conv5}, from: input}
outputs: [a, b]
"""
    summary = shapecalc.loads(text).summary()
    assert list(map(str, summary.outputs.values())) == ["8x8x5", "4x4x5"]


def test_what_the_use_says_comes_before_what_is_given() -> None:
    text = """
input: 8x8x4
blocks:
  B:
    arguments: {norm: {kind: block, default: null}}
    layers:
      - {type: Conv2d, out_channels: 8, kernel_size: 1}
      - {type: norm, eps: 0.5, when: norm != null}
layers:
  - {type: B}
  - {type: B, norm: {type: BatchNorm2d, eps: 0.25, affine: false}}
"""
    summary = shapecalc.loads(text).summary()
    (norm,) = (node.layer for node in summary.layers if node.type == "BatchNorm2d")
    assert norm is not None
    assert (norm.field_value("eps"), norm.field_value("affine")) == (0.5, False)


NORMS = """
input: 8x8x4
arguments: {norm: {kind: type, default: {type: BatchNorm2d, eps: 0.25}}}
variants:
  default: {}
  grouped: {arguments: {norm: {type: GroupNorm, num_groups: 2}}}
  without: {arguments: {norm: null}}
  plain: {arguments: {norm: BatchNorm2d}}
blocks:
  B:
    arguments:
      channels: {kind: count}
      norm: {kind: type, default: {type: GroupNorm, num_groups: channels // 4}}
    layers:
      - {type: ConvNormActivation, out_channels: channels, norm: norm}
layers:
  - {type: B, channels: 8, norm: norm}
  - {type: B, channels: 16}
  - {type: B, channels: 16, norm: {type: BatchNorm2d, eps: 0.5}, repeat: 2}
  - {type: B, channels: 16, norm: {type: BatchNorm2d, eps: 0.5 ** (index + 3)}, repeat: 2}
"""
OWN = [("GroupNorm", 4), *(("BatchNorm2d", eps) for eps in (0.5, 0.5, 0.125, 0.0625))]
"""The norms of the blocks that are not given the network's, each with a field."""


@pytest.mark.parametrize(
    ("variant", "first"),
    [
        ("default", [("BatchNorm2d", 0.25)]),
        ("grouped", [("GroupNorm", 2)]),
        ("without", []),
        ("plain", [("BatchNorm2d", 1e-5)]),
    ],
)
def test_a_layer_type_has_fields_where_it_is_passed(
    variant: str, first: list[tuple[str, float]]
) -> None:
    summary = shapecalc.loads(NORMS).summary(variant=variant)
    found = [
        (node.type, node.layer.field_value("num_groups" if node.type == "GroupNorm" else "eps"))
        for node in summary.layers
        if node.layer is not None and "Norm" in node.type
    ]
    assert found == [*first, *OWN]


def test_a_value_is_another_where_its_fields_are() -> None:
    batch_norm = find_type("BatchNorm2d")
    assert batch_norm is not None
    plain = BlockValue("BatchNorm2d", batch_norm)
    one, again, other = (BlockValue("BatchNorm2d", batch_norm, {"eps": e}) for e in (1, 1, 2))
    assert plain == "BatchNorm2d" == plain
    assert (plain != "BatchNorm2d") is False
    assert one == again
    assert hash(one) == hash(again)
    for each in (plain, other, "BatchNorm2d"):
        assert one != each
        assert (one == each) is False
        assert each != one
    assert len({one, again, other, plain, "BatchNorm2d"}) == 3


LOOP = """
input: 8x8x4
blocks:
  A: {arguments: {conv: {kind: block}}, layers: [{type: conv, conv: conv}]}
layers: [{type: A, conv: A}]
"""
WRONG = {
    "a block that is given to itself": (
        LOOP,
        "SC112 blocks that are values of arguments nest more than 50 deep",
    ),
    "an argument that the block does not have": (
        INCEPTION.replace("out_channels: 8, kernel_size: 1}]", "channels: 8, kernel_size: 1}]", 1),
        "SC102 i.a.conv: unknown argument 'channels' in Plain",
    ),
    "an argument that the block needs": (
        INCEPTION.replace("{type: conv, out_channels: 8, kernel_size: 1}]", "{type: conv}]", 1),
        "SC103 i.a.conv: missing out_channels in Plain",
    ),
    "a field that the block does not have": (
        INCEPTION.replace("bias: false}}}", "biass: false}}}"),
        "SC102 unknown argument 'biass' in Plain",
    ),
    "a field of a layer that is wrong": (
        INCEPTION.replace("num_groups: out_channels // 4", "num_groups: 0"),
        "SC104 num_groups must be an integer of at least 1, not 0",
    ),
    "a block that is unknown": (
        INCEPTION.replace("default: Plain", "default: Plane"),
        "SC106 unknown layer type or block 'Plane'",
    ),
    "no type": (
        INCEPTION.replace("{type: Plain, bias: false}", "{bias: false}"),
        "SC103 missing type in conv",
    ),
    "a number": (
        INCEPTION.replace("conv: Normed", "conv: 3"),
        "SC104 conv must be the name of a block or a layer type, or null, not 3",
    ),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=list(WRONG))
def test_what_is_wrong_is_said(text: str, message: str) -> None:
    with pytest.raises(SpecError) as found:
        shapecalc.loads(text).summary()
    problem = found.value.problems[0]
    assert f"{problem.code} {problem.message}" == message


def test_layers_of_given_blocks_are_counted(tmp_path: Path) -> None:
    many = ", ".join(["{type: ReLU}"] * 200)
    text = f"""
input: 8
blocks:
  Many: {{layers: [{many}]}}
  B: {{arguments: {{a: {{kind: block}}}}, layers: [{{type: a, repeat: 1000}}]}}
layers: [{{name: b, type: B, a: Many}}]
"""
    with pytest.raises(SpecError) as found:
        shapecalc.loads(text).summary()
    assert found.value.problems[0].code == "SC113"
