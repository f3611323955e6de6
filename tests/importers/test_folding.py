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
