"""Blocks with several inputs and outputs, names in `from:` that stand for others, and sizes of
layers in expressions: each network equals the one that is written out without them."""

from __future__ import annotations

from textwrap import dedent

import pytest
from wirings import PAIRS

import shapecalc
from shapecalc.analysis.summary import Summary
from shapecalc.inference.inferred import InferredLayer
from shapecalc.problems.problem import SpecError


@pytest.mark.parametrize(("short", "plain"), PAIRS.values(), ids=list(PAIRS))
def test_a_network_equals_the_one_that_is_written_out(short: str, plain: str) -> None:
    found, meant = (shapecalc.loads(text).summary() for text in (short, plain))
    figures = [
        [(str(layer.output), layer.type, layer.params, layer.macs) for layer in run.layers]
        for run in (found, meant)
    ]
    assert figures[0] == figures[1]
    assert list(map(str, found.outputs.values())) == list(map(str, meant.outputs.values()))
    assert found.memory == meant.memory
    assert found.peak_memory == meant.peak_memory
    fields = [[fields_of(run, layer) for layer in run.layers] for run in (found, meant)]
    assert fields[0] == fields[1]


def fields_of(summary: Summary, layer: InferredLayer) -> list[list[tuple[object, ...]] | None]:
    return [
        None if axes is None else [(axis.size, axis.stride, axis.offset) for axis in axes]
        for axes in summary.receptive_fields(layer).values()
    ]


BLOCK = "blocks: {B: {inputs: [x, y], layers: [{type: Add, from: [x, y]}]}}\n"
WRONG = {
    "too few inputs": (
        BLOCK + "layers: [{type: B}]",
        "SC111 b: B has 2 inputs (x, y), got 1",
    ),
    "too many inputs": (
        BLOCK + "layers: [{type: B, from: [input, input, input]}]",
        "SC111 b: B has 2 inputs (x, y), got 3",
    ),
    "several inputs of a block that has one": (
        "blocks: {B: {layers: [{type: ReLU}]}}\nlayers: [{type: B, from: [input, input]}]",
        "SC111 b: a block expects one input, got 2",
    ),
    "a first layer that names no input": (
        "blocks: {B: {inputs: [x, y], layers: [{type: ReLU}]}}\n"
        "layers: [{type: B, from: [input, input]}]",
        "SC111 block B has several inputs: relu must say which one to use",
    ),
    "an empty branch of a block with several inputs": (
        "blocks: {B: {inputs: [x, y], branches: {a: [{type: ReLU, from: x}], b: []}}}\n"
        "layers: [{type: B, from: [input, input]}]",
        "SC111 block B has several inputs: b must say which one to use",
    ),
    "channels of what comes in, where there are several": (
        "blocks: {B: {inputs: [x, y], layers: [{type: Conv2d, out_channels: in_channels, "
        "kernel_size: 1, from: x}]}}\nlayers: [{type: B, from: [input, input]}]",
        "SC109 b.conv2d: in_channels is not defined: there are 2 inputs",
    ),
    "a height of what comes in, where there are several": (
        "blocks: {B: {inputs: [x, y], layers: [{type: Upsample, size: in_height, from: x}]}}\n"
        "layers: [{type: B, from: [input, input]}]",
        "SC109 b.upsample: in_height is not defined: there are 2 inputs",
    ),
    "an output that is not there": (
        "blocks: {B: {layers: [{name: a, type: ReLU}], outputs: [a, c]}}\nlayers: [{type: B}]\n"
        "outputs: [b.a]",
        "SC110 b: unknown layer 'c'",
    ),
    "one of several outputs, which is not named": (
        "blocks: {B: {layers: [{name: a, type: ReLU}, {name: c, type: ReLU}], outputs: [a, c]}}\n"
        "layers: [{type: B}, {type: ReLU}]",
        "SC110 b has 2 outputs: say which one to use",
    ),
    "an output by a name that is none": (
        "blocks: {B: {layers: [{name: a, type: ReLU}, {name: c, type: ReLU}], outputs: [a, c]}}\n"
        "layers: [{type: B}, {type: ReLU, from: b.d}]",
        "SC110 relu: b has no output d",
    ),
    "outputs of branches": (
        "blocks: {B: {branches: {a: []}, outputs: [a]}}\nlayers: [{type: B}]",
        "SC102 conflicting keys branches and outputs",
    ),
    "an input with a dot": (
        "blocks: {B: {inputs: [a.b], layers: [{type: ReLU}]}}\nlayers: [{type: B}]",
        "SC104 the name of an input must be a string of 1 to 200 characters without dots, not "
        "'a.b'",
    ),
    "an input twice": (
        "blocks: {B: {inputs: [a, a], layers: [{type: ReLU}]}}\nlayers: [{type: ReLU}]",
        "SC107 duplicate name 'a'",
    ),
    "no inputs": (
        "blocks: {B: {inputs: [], layers: [{type: ReLU}]}}\nlayers: [{type: ReLU}]",
        "SC104 a block has 1 to 64 inputs, not 0",
    ),
    "a size of an unknown layer": (
        "layers: [{name: conv, type: ReLU}, {type: Upsample, size: con.height}]",
        "SC110 upsample: unknown layer 'con'",
    ),
    "a size of a later layer": (
        "layers: [{type: Upsample, size: later.height}, {name: later, type: ReLU}]",
        "SC110 upsample: 'later' is defined later, in line 2",
    ),
    "a size that a shape does not have": (
        "layers: [{name: f, type: Flatten}, {type: Linear, out_features: f.height}]",
        "SC109 linear: f.height is not defined: f is 192",
    ),
    "a length of an image that comes in": (
        "layers: [{type: Upsample, size: in_length}]",
        "SC109 upsample: in_length is not defined: the input is 8x8x3",
    ),
    "a size in an argument of the network": (
        "arguments: {a: {kind: count, default: input.height}}\nlayers: [{type: ReLU}]",
        "SC109 'input.height' is not defined before this argument",
    ),
    "a repeat of an item that is not repeated": (
        'layers: [{name: l, type: ReLU}, {type: Add, from: [input, "l.*"]}]',
        "SC110 add: 'l' is not repeated",
    ),
    "repeats of an unknown item": (
        'layers: [{type: Add, from: [input, "l.*.skip"]}]',
        "SC110 add: unknown layer 'l.skip'",
    ),
    "nothing but repeats of nothing": (
        'layers: [{name: l, type: ReLU, repeat: 0}, {type: Add, from: "l.*"}]',
        "SC111 add: from names no layer: nothing is repeated",
    ),
    "a star that is not a number": (
        'layers: [{name: l, type: ReLU, repeat: 2}, {type: Add, from: "l.*s"}]',
        "SC110 add: invalid path 'l.*s'",
    ),
    "an unknown name in a name": (
        'layers: [{name: l, type: ReLU, repeat: 2}, {type: ReLU, from: "l.{indx}"}]',
        "SC109 unknown name 'indx'",
    ),
    "a brace that is not closed": (
        'layers: [{type: ReLU, from: "l.{index"}]',
        "SC118 unmatched { in the name of a layer",
    ),
    "an index without a repeat": (
        'layers: [{name: l, type: ReLU, repeat: 2}, {type: ReLU, from: "l.{index}"}]',
        "SC109 relu: unknown name 'index'",
    ),
    "channels of what comes in, before it is known of each repeat": (
        'layers: [{name: l, type: ReLU, repeat: 2}, {type: ReLU, from: "l.{index}", repeat: 2, '
        "when: in_channels > 2}]",
        "SC109 relu: in_channels is not defined here: each repeat has another input",
    ),
    "a height of what comes in, of a range": (
        'layers: [{name: l, type: ReLU, repeat: 2}, {type: Add, from: "l.*", when: in_height > 2}]',
        "SC109 add: in_height is not defined: there are 2 inputs",
    ),
    "channels of what comes in, of a range": (
        'layers: [{name: l, type: ReLU, repeat: 2}, {type: Add, from: "l.*", '
        "when: in_channels > 2}]",
        "SC109 add: in_channels is not defined: there are 2 inputs",
    ),
    "repeats that do not output what the next takes": (
        "layers: [{type: Add, from: [input, input], repeat: 2}]",
        "SC111 add: repeats run in a row, each on the output of the one before, so that only the "
        "first would have the 2 inputs of from:",
    ),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=list(WRONG))
def test_what_is_wrong_is_said(text: str, message: str) -> None:
    with pytest.raises(SpecError) as found:
        shapecalc.loads("input: 8x8x3\n" + dedent(text)).summary()
    (problem,) = found.value.problems
    assert f"{problem.code} {problem.message}" == message


@pytest.mark.parametrize(
    "text",
    [
        "layers: [{name: a, type: Conv2d, out_channels: 4, kernel_size: 9}, "
        "{type: Upsample, size: a.height, from: input}]",
        "layers: [{name: a, type: Conv2d, out_channels: 4, kernel_size: 9}, "
        "{type: Upsample, size: in_height}]",
        "layers: [{name: a, type: Conv2d, out_channels: 4, kernel_size: 9}, "
        "{type: ReLU, when: a.height > 1, from: input}]",
        "blocks: {B: {arguments: {s: in_height}, layers: [{type: Upsample, size: s}]}}\n"
        "layers: [{name: a, type: Conv2d, out_channels: 4, kernel_size: 9}, "
        "{type: B, s: a.height, from: input}]",
    ],
)
def test_a_size_of_what_failed_is_passed_over_in_silence(text: str) -> None:
    with pytest.raises(SpecError) as found:
        shapecalc.loads("input: 8x8x3\n" + text).summary()
    assert [problem.code for problem in found.value.problems] == ["SC202"]


@pytest.mark.parametrize("path", ["bad.*", "bad.x.*.y", "bad.*.*"])
def test_repeats_of_what_failed_are_not_counted(path: str) -> None:
    text = (
        "layers: [{name: bad, type: Conv2d, out_channels: 4, kernel_size: 9, repeat: 3}, "
        f'{{type: Concat, from: [input, "{path}"]}}]\noutputs: [concat, "{path}"]'
    )
    with pytest.raises(SpecError) as found:
        shapecalc.loads("input: 8x8x3\n" + text).summary()
    assert [problem.code for problem in found.value.problems] == ["SC202"]


def test_a_name_with_braces_is_written_with_two() -> None:
    text = 'layers: [{name: "a{b}", type: ReLU}, {type: ReLU, from: "a{{b}}"}]'
    summary = shapecalc.loads("input: 8x8x3\n" + text).summary()
    assert summary.layers[1].sources[0].path == "a{b}"
