"""Imported networks folded into blocks and repeats: proven to be the same, short, and readable."""

from __future__ import annotations

import json
import time
from random import Random

import pytest
from draw_networks import network as drawn
from imported import imported
from networks import NETWORKS, summary_of

import shapecalc
from shapecalc.importers.converting import Imported
from shapecalc.importers.folding.written import folded_spec
from shapecalc.importers.network import ImportedNetwork
from shapecalc.importers.proof import prove
from shapecalc.importers.tidying import without_idle
from shapecalc.importers.writing import flat_spec
from shapecalc.problems.problem import SpecError
from shapecalc.shapes.shape import Shape

FEW = [(name, variant) for name, variant in NETWORKS if variant in (None, "resnet50")]
REST = [each for each in NETWORKS if each not in FEW]


def hold(network: ImportedNetwork) -> tuple[int, int]:
    """Write a network flat and folded, prove both, and count their lines."""
    flat = flat_spec(network)
    prove(flat, network)
    tidy = without_idle(network)
    folded = folded_spec(tidy)
    prove(folded, tidy)
    return len(flat.text().splitlines()), len(folded.text().splitlines())


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize(
    ("name", "variant"), [*FEW, *(pytest.param(*each, marks=pytest.mark.slow) for each in REST)]
)
def test_bundled_networks_are_folded(name: str, variant: str | None, named: bool) -> None:
    flat, folded = hold(imported(summary_of(name, variant), named))
    assert folded <= flat


@pytest.mark.parametrize("seed", range(40))
def test_drawn_networks_are_folded(seed: int) -> None:
    random = Random(seed)
    held = 0
    while held < 5:
        text = json.dumps(drawn(random))
        try:
            summary = shapecalc.loads(text).summary()
        except SpecError:
            continue
        if not list(summary.layers):
            continue
        held += 1
        flat, folded = hold(imported(summary, named=bool(held % 2)))
        assert folded <= flat


@pytest.mark.parametrize(
    ("pools", "written"),
    [
        (((2, 2), (2, 2), (3, 2)), "kernel_size: kernel, stride: 2"),
        (((2, 2), (3, 3), (4, 4)), "kernel_size: kernel"),
        (((2, 2), (2, 1), (2, 3)), "kernel_size: 2, stride: stride"),
        (((2, 1), (3, 1), (2, 1)), "kernel_size: kernel, stride: 1"),
    ],
)
def test_a_stride_that_is_the_kernel_by_default_is_that_of_each(
    pools: tuple[tuple[int, int], ...], written: str
) -> None:
    network = ImportedNetwork("pools")
    wire = network.input("data", Shape((64, 64, 3)))
    for kernel, stride in pools:
        for type in ("Tanh", "Softmax2d", "Sigmoid", "Dropout", "PReLU"):
            wire = network.add("", type, {}, [wire])
        wire = network.add("", "MaxPool2d", {"kernel_size": kernel, "stride": stride}, [wire])
    hold(network)
    text = folded_spec(network).text()
    assert f"type: MaxPool2d, {written}}}" in text


def test_dense_blocks_are_as_somebody_would_write_them() -> None:
    network = ImportedNetwork("dense")
    wire = network.input("data", Shape((32, 32, 16)))
    for block in (1, 2):
        for number in (1, 2, 3):
            before, module = wire, f"features.denseblock{block}.denselayer{number}"
            for part, channels, kernel in ((1, 32, 1), (2, 8, 1)):
                wire = network.add(f"{module}.norm{part}", "BatchNorm2d", {}, [wire])
                wire = network.add(f"{module}.relu{part}", "ReLU", {}, [wire])
                fields = {"out_channels": channels, "kernel_size": kernel, "bias": False}
                wire = network.add(f"{module}.conv{part}", "Conv2d", fields, [wire])
            joined = f"features.denseblock{block}.denselayer{number + 1}.cat"
            if number == 3:
                joined = f"features.denseblock{block}.cat"
            wire = network.add(joined, "Concat", {}, [before, wire])
        wire = network.add(f"features.pool{block}", "MaxPool2d", {"kernel_size": 2}, [wire])
    hold(network)
    assert folded_spec(network).text().splitlines()[2:] == [
        "blocks:",
        "  Denseblock:",
        "    layers:",
        "      - {name: norm1, type: BatchNorm2d}",
        "      - {name: relu1, type: ReLU}",
        "      - {name: conv1, type: Conv2d, out_channels: 32, kernel_size: 1, bias: false}",
        "      - {name: norm2, type: BatchNorm2d}",
        "      - {name: relu2, type: ReLU}",
        "      - {name: conv2, type: Conv2d, out_channels: 8, kernel_size: 1, bias: false}",
        "      - {name: cat, type: Concat, from: [input, conv2]}",
        "layers:",
        "  - {name: features_denseblock1, type: Denseblock, repeat: 3}",
        "  - {name: features_pool1, type: MaxPool2d, kernel_size: 2}",
        "  - {name: features_denseblock2, type: Denseblock, repeat: 3}",
        "  - {name: features_pool2, type: MaxPool2d, kernel_size: 2}",
    ]


def test_names_of_words_give_blocks_and_what_is_in_them_theirs() -> None:
    network = ImportedNetwork("residual")
    wire = network.input("data", Shape((32, 32, 16)))
    for stage in "2a", "2b", "3a", "3b":
        before = wire
        for branch in "abc":
            fields = {"out_channels": 16, "kernel_size": 1, "bias": False}
            wire = network.add(f"res{stage}_branch2{branch}", "Conv2d", fields, [wire])
            wire = network.add(f"bn{stage}_branch2{branch}", "BatchNorm2d", {}, [wire])
            if branch != "c":
                wire = network.add(f"res{stage}_branch2{branch}_relu", "ReLU", {}, [wire])
        wire = network.add(f"res{stage}", "Add", {}, [before, wire])
        wire = network.add(f"res{stage}_relu", "ReLU", {}, [wire])
        if stage == "2b":
            wire = network.add("pool2", "MaxPool2d", {"kernel_size": 2}, [wire])
    hold(network)
    lines = [line.strip(" -{}") for line in folded_spec(network).text().splitlines()]
    assert [line.split(",")[0] for line in lines if "name: " in line][1:] == [
        *(f"name: {name}" for name in ("branch2a", "branch2b", "branch2c", "add", "relu")),
        *(f"name: {name}" for name in ("res2a", "pool2", "res3a")),
    ]


@pytest.mark.parametrize("count", [6, 12, 40, 200])
def test_what_goes_on_for_long_is_one_block_repeated(count: int) -> None:
    network = ImportedNetwork("perceptron")
    wire = network.input("data", Shape((64,)))
    for number in range(count):
        wire = network.add(f"fc{number}", "Linear", {"out_features": 64}, [wire])
        wire = network.add(f"relu{number}", "ReLU", {}, [wire])
    hold(network)
    assert folded_spec(network).text().splitlines()[2:] == [
        "blocks:",
        "  ReLUBlock:",
        "    layers:",
        "      - {name: linear, type: Linear, out_features: 64}",
        "      - {name: relu, type: ReLU}",
        "layers:",
        f"  - {{name: relu, type: ReLUBlock, repeat: {count}}}",
    ]


def test_many_layers_of_no_structure_take_little_time() -> None:
    random = Random(1)
    network = ImportedNetwork("random")
    wires = [network.input("data", Shape((8, 8, 8)))]
    for _ in range(4_900):
        type = random.choice(("ReLU", "Sigmoid", "Tanh", "ELU", "Add"))
        inputs = [random.choice(wires[-4:]) for _ in range(1 + (type == "Add"))]
        wires.append(network.add("", type, {}, inputs))
    began = time.process_time()
    folded_spec(network)
    assert time.process_time() - began < 6


def test_a_convolution_its_norm_and_its_activation_are_one_block() -> None:
    network = ImportedNetwork("chains")
    wire = network.input("data", Shape((32, 32, 16)))
    for number in range(24):
        module = f"features.{number}"
        fields = {"out_channels": 16, "kernel_size": 1 + 2 * (number % 2), "bias": False}
        fields |= {"padding": number % 2} if number % 2 else {}
        wire = network.add(f"{module}.0", "Conv2d", fields, [wire])
        wire = network.add(f"{module}.1", "BatchNorm2d", {"eps": 0.001}, [wire])
        if number % 3 < 2:
            wire = network.add(f"{module}.2", "SiLU", {}, [wire])
    hold(network)
    text = folded_spec(network).text()
    assert "  ConvNormSiLU:" in text
    assert "  ConvNorm:" in text
    for line in (
        "- {name: conv2d, type: Conv2d, out_channels: 16,",
        "- {name: batchnorm2d, type: BatchNorm2d, eps: 0.001}",
        "- {name: silu, type: SiLU}",
        "- {name: features_23, type: ConvNorm",
    ):
        assert line in text


@pytest.mark.parametrize("name", ["a_" * 30_000, "1" * 60_000 + "x", "a." * 30_000 + "{}"])
def test_long_names_take_neither_time_nor_memory(name: str) -> None:
    network = ImportedNetwork("long")
    wire = network.input(name, Shape((8, 8, 3)))
    began = time.process_time()
    for place in range(40):
        wire = network.add(name.format(place), ("ReLU", "Tanh")[place % 2], {}, [wire])
    text = Imported("a test", network, False).text
    assert time.process_time() - began < 1
    assert len(text) < 40 * 400
