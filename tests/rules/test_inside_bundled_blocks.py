"""Warnings inside blocks that ship are told at the user's item, with the place inside as a note."""

from __future__ import annotations

import re

import pytest

import shapecalc
from shapecalc import bundled
from shapecalc.check.check import check
from shapecalc.problems.problem import Problem
from shapecalc.text.source import Source

ARGUMENTS = {
    "BasicBlock": "planes: 16",
    "BasicConv2d": "out_channels: 16, kernel_size: 3",
    "Bottleneck": "planes: 16",
    "ConvNeXtBlock": "",
    "ConvNormActivation": "out_channels: 16",
    "DarknetConv": "filters: 16",
    "DenseBlock": "num_layers: 2, growth_rate: 8",
    "DenseLayer": "growth_rate: 8",
    "Fire": "squeeze_planes: 4, expand1x1_planes: 8, expand3x3_planes: 8",
    "FusedMBConv": "out_channels: 16",
    "Inception": "ch1x1: 4, ch3x3red: 4, ch3x3: 4, ch5x5red: 4, ch5x5: 4, pool_proj: 4",
    "InceptionA": "pool_features: 8",
    "InceptionB": "",
    "InceptionC": "channels_7x7: 8",
    "InceptionD": "",
    "InceptionE": "",
    "InvertedResidual": "out_channels: 16",
    "InvertedResidualStage": "t: 2, c: 16, n: 2, s: 1",
    "MBConv": "out_channels: 16",
    "NASNetFit": "from: [input, input], c: 16",
    "NASNetPair": "from: [input, input]",
    "NASNetSeparable": "k: 3, c: 16",
    "RegNetBlock": "out_channels: 16, group_width: 8",
    "ShuffleUnit": "out_channels: 16",
    "SqueezeExcitation": "squeeze_channels: 4",
    "TransformerDecoder": "from: [input, input], num_layers: 2, nhead: 4",
    "TransformerDecoderLayer": "from: [input, input], nhead: 4",
    "TransformerEncoder": "num_layers: 2, nhead: 4",
    "TransformerEncoderLayer": "nhead: 4",
    "Transition": "",
    "WindowPartition": "window_size: 11",
    "WindowReverse": "from: [input, input], window_size: 33",
}
"""What each block needs on an input of 16 channels."""

SEVERAL = {"FPNLevel": "from: [input, input]", "RPNHead": ""}
"""What those need that have several outputs."""


def found(layers: str, input: str = "33x33x16") -> list[Problem]:
    return check(Source("net.yaml", f"input: {input}\nlayers:\n{layers}")).problems


def use(block: str, more: str = "") -> str:
    arguments = ", ".join(filter(None, [ARGUMENTS[block], more]))
    return f"{{name: used, type: {block}{arguments and ', ' + arguments}}}"


def test_every_block_is_here() -> None:
    assert sorted((*ARGUMENTS, *SEVERAL)) == bundled.block_names()


@pytest.mark.parametrize("block", SEVERAL)
def test_an_output_of_several_that_nothing_uses_is_told_by_its_name(block: str) -> None:
    arguments = SEVERAL[block]
    item = f"{{name: used, type: {block}{arguments and ', ' + arguments}}}"
    layers = f"  - {item}\n  - {{name: relu, type: ReLU, from: input}}"
    (problem,) = (each for each in found(layers) if each.code == "SC401")
    assert re.fullmatch(r"used\.\w+: no layer uses its output, 33x33x\d+", problem.message)
    assert (problem.path, problem.line) == ("net.yaml", 3)


@pytest.mark.parametrize("block", ARGUMENTS)
def test_one_that_nothing_uses_is_told_by_its_own_name(block: str) -> None:
    layers = f"  - {use(block)}\n  - {{name: relu, type: ReLU, from: input}}"
    dead = [problem for problem in found(layers) if problem.code == "SC401"]
    ends = shapecalc.loads(f"input: 33x33x16\nlayers:\n{layers}").summary().items[0].output
    (problem,) = dead
    assert problem.message == f"used: no layer uses its output, {ends}"
    assert (problem.path, problem.line) == ("net.yaml", 3)


@pytest.mark.parametrize("block", ARGUMENTS)
def test_one_that_is_used_is_not_told(block: str) -> None:
    layers = f"  - {use(block)}\n  - {{name: relu, type: ReLU}}"
    assert [problem for problem in found(layers) if problem.code == "SC401"] == []


@pytest.mark.parametrize(
    ("item", "code", "inside"),
    [
        (use("BasicConv2d", "stride: 2"), "SC402", "used.conv"),
        (use("ConvNormActivation", "bias: true"), "SC403", "used.conv"),
        (use("ConvNormActivation", "kernel_size: 1, padding: 1"), "SC405", "used.conv"),
        (
            "{name: out, layers: [" + use("BasicConv2d", "stride: 2") + "]}",
            "SC402",
            "out.used.conv",
        ),
        (use("BasicConv2d", "stride: 2").replace("}", ", repeat: 2}"), "SC402", "used.0.conv"),
        (use("Transition"), "SC402", "used.pool"),
    ],
)
def test_what_the_fields_of_the_use_cause_is_told_there(item: str, code: str, inside: str) -> None:
    (problem,) = [each for each in found(f"  - {item}", "34x34x16") if each.code == code][:1] or [
        each for each in found(f"  - {item}") if each.code == code
    ][:1]
    assert problem.message.startswith(f"{inside}: ")
    assert (problem.path, problem.line) == ("net.yaml", 3)
    ((text, place), *_) = problem.related
    assert text.startswith("inside block ")
    assert place is not None
    assert place.source.path.startswith(bundled.BUNDLED_PREFIX)


def test_inside_an_own_block_it_is_told_where_that_uses_it() -> None:
    text = (
        "input: 34x34x16\nblocks:\n  Own:\n    layers:\n"
        "      - {name: conv, type: BasicConv2d, out_channels: 8, kernel_size: 3, stride: 2}\n"
        "layers: [{name: own, type: Own}]\n"
    )
    (problem,) = check(Source("net.yaml", text)).problems
    assert (problem.code, problem.line) == ("SC402", 5)
    assert problem.message.startswith("own.conv.conv: ")
    assert "inside block BasicConv2d" in problem.related[0][0]


def test_a_comment_at_the_use_ignores_it() -> None:
    text = f"input: 34x34x16\nlayers:\n  - {use('BasicConv2d', 'stride: 2')}"
    assert [each.code for each in shapecalc.loads(text).summary().warnings] == ["SC402"]
    ignored = shapecalc.loads(text + "  # shapecalc: ignore[SC402]").summary()
    assert ignored.warnings == []
