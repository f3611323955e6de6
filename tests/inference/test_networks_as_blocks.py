"""A network is a type, too: a bundled or an imported one; `until:` stops it after an item."""

from __future__ import annotations

from pathlib import Path

import pytest
from networks import NETWORKS, summary_of

import shapecalc
from shapecalc.check.check import check
from shapecalc.problems.problem import SpecError
from shapecalc.text.source import Source


@pytest.mark.parametrize(("name", "variant"), NETWORKS)
def test_every_bundled_network_is_the_same_as_a_block(name: str, variant: str | None) -> None:
    alone = summary_of(name, variant)
    inputs = ", ".join(f"{each}: {shape}" for each, shape in alone.inputs.items())
    sources = list(alone.inputs)
    text = (
        f"input: {{{inputs}}}\nlayers: [{{name: body, type: {variant or name}, from: {sources}}}]"
    )
    if len(alone.outputs) > 1:
        text += f"\noutputs: {['body.' + each for each in alone.results]}"
    used = shapecalc.loads(text).summary()
    figures = [
        [
            (layer.path.removeprefix("body."), str(layer.output), layer.params, layer.macs)
            for layer in run.layers
        ]
        for run in (alone, used)
    ]
    assert figures[0] == figures[1]
    assert used.output == alone.output


@pytest.mark.parametrize("name", ["resnet50", "vgg16", "googlenet", "mobilenet_v2", "densenet121"])
def test_a_network_stops_after_any_of_its_layers(name: str) -> None:
    alone = shapecalc.load(name).summary()
    paths = [node.path for node, _ in alone.walk() if len(node.tensors) == 1][:60]
    for path in paths:
        text = f"input: {alone.input}\nlayers: [{{name: body, type: {name}, until: {path}}}]"
        used = shapecalc.loads(text).summary()
        node = next(node for node, _ in alone.walk() if node.path == path)
        assert used.output == node.output, path
        inside = [each for each, _ in node.walk() if each.layer is not None]
        if inside:
            assert len(used.layers) == alone.layers.index(inside[-1]) + 1


def test_a_repeated_item_is_the_last_of_its_repeats() -> None:
    text = "input: 224x224x3\nlayers: [{type: resnet50, until: layer2}, {type: ReLU}]"
    used = shapecalc.loads(text).summary()
    assert str(used.output) == "28x28x512"
    assert used.items[0].children[-1].path == "resnet50.layer2.3"


def test_arguments_are_fields_and_layers_inside_are_reached() -> None:
    text = """
input: 64x64x3
layers:
  - {name: body, type: resnet18, depths: [1, 1, 1, 1], until: layer4}
  - {name: a, type: Conv2d, out_channels: body.layer2.channels, kernel_size: 1, from: body.layer3}
"""
    used = shapecalc.loads(text).summary()
    assert str(used.output) == "4x4x128"
    assert [str(node.output) for node in used.items] == ["2x2x512", "4x4x128"]


NET = """
input: {left: 8x8x3, right: 8x8x3}
arguments: {width: 4}
blocks: {Own: {layers: [{type: Conv2d, out_channels: 2 * in_channels, kernel_size: 1}]}}
layers:
  - {name: a, type: Conv2d, out_channels: width, kernel_size: 1, from: left}
  - {name: b, type: Own, from: right}
outputs: [a, b]
variants: {wide-net: {arguments: {width: 16}}}
"""


def test_a_network_that_is_imported(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(NET)
    (tmp_path / "spec.yaml").write_text(
        """
import: net.yaml
input: 8x8x5
layers:
  - {name: x, type: net, from: [input, input]}
  - {name: y, type: wide-net, from: [input, x.b]}
outputs: [x.a, y.a, y.b]
"""
    )
    used = shapecalc.load(tmp_path / "spec.yaml").summary()
    assert list(map(str, used.outputs.values())) == ["8x8x4", "8x8x16", "8x8x20"]


WRONG = {
    "an item that it does not have": (
        "layers: [{name: body, type: resnet18, until: laier1}]",
        "SC110 body: resnet18 has no layer 'laier1'",
    ),
    "an argument that it does not have": (
        "layers: [{type: resnet18, dephts: [1, 1, 1, 1]}]",
        "SC102 unknown argument 'dephts' in resnet18",
    ),
    "an item of a block, which is no network": (
        "layers: [{type: Bottleneck, planes: 8, until: conv1}]",
        "SC102 unknown argument 'until' in Bottleneck",
    ),
    "the blocks of a network that is imported": (
        "import: net.yaml\nlayers: [{type: Own}]",
        "SC106 unknown layer type or block 'Own'",
    ),
    "a network that imports itself": (
        "import: spec.yaml\nlayers: [{type: spec}]",
        "SC114 circular import: 'spec.yaml' imports this file",
    ),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=list(WRONG))
def test_what_is_wrong_is_said(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(NET)
    (tmp_path / "spec.yaml").write_text("input: 64x64x3\n" + text)
    with pytest.raises(SpecError) as found:
        shapecalc.load(tmp_path / "spec.yaml").summary()
    assert f"{found.value.problems[0].code} {found.value.problems[0].message}" == message


def test_what_a_network_expects_of_its_layers_is_not_of_its_uses() -> None:
    """At 64x64 no layer of it has the shape that it has at its own input; its use is checked."""
    text = "input: 64x64x3\nlayers:\n  - {type: resnet18, until: layer2, expect: 8x8x99}\n"
    problems = check(Source("net.yaml", text)).problems
    said = ["SC301 resnet18: expected output 8x8x99, got 8x8x128"]
    assert [f"{each.code} {each.message}" for each in problems] == said
