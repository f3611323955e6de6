"""A batch normalization and the factors after it become one layer, where nothing is lost by it."""

from __future__ import annotations

from typing import Any

import pytest

import shapecalc
from shapecalc.importers.network import ImportedNetwork, Wire
from shapecalc.importers.proof import prove
from shapecalc.importers.whole_norms import with_whole_norms
from shapecalc.importers.writing import flat_spec
from shapecalc.shapes.shape import Shape


def network(
    *layers: tuple[str, dict[str, Any], list[int]], outputs: list[int] | None = None
) -> Any:
    """A network of layers, each with the numbers of those that it takes, 0 for the input."""
    found = ImportedNetwork("norms")
    wires = [found.input("data", Shape((8, 6, 4)))]
    for number, (type, fields, sources) in enumerate(layers, 1):
        inputs = [wires[each] for each in sources]
        wires.append(found.add(f"{type}{number}", type, fields, inputs))
    found.outputs = [wires[each] for each in outputs or []]
    return found


NORM: tuple[str, dict[str, Any], list[int]] = ("BatchNorm2d", {"affine": False, "eps": 0.01}, [0])


def lines(found: ImportedNetwork) -> list[str]:
    written = flat_spec(found)
    prove(written, found)
    return [line.strip(" -") for line in written.text().splitlines() if "type:" in line]


def test_a_pair_is_one_layer() -> None:
    two = network(NORM, ("Affine", {}, [1]), ("ReLU", {}, [2]))
    one = with_whole_norms(two)
    assert lines(one) == [
        "{name: BatchNorm2d1, type: BatchNorm2d, eps: 0.01}",
        "{name: ReLU3, type: ReLU}",
    ]
    before, after = (shapecalc.loads(flat_spec(each).text()).summary() for each in (two, one))
    assert (after.params, after.buffers, after.macs) == (before.params, before.buffers, before.macs)
    assert (after.output, after.params) == (before.output, 8)


def test_factors_without_summands_are_a_norm_without_a_bias() -> None:
    one = with_whole_norms(network(NORM, ("Affine", {"bias": False}, [1])))
    assert lines(one) == ["{name: BatchNorm2d1, type: BatchNorm2d, eps: 0.01, bias: false}"]


def test_what_is_between_a_pair_may_lie_elsewhere() -> None:
    one = with_whole_norms(
        network(NORM, ("ReLU", {}, [0]), ("Affine", {}, [1]), ("Add", {}, [2, 3]))
    )
    assert lines(one) == [
        "{name: BatchNorm2d1, type: BatchNorm2d, eps: 0.01}",
        "{name: ReLU2, type: ReLU, from: input}",
        "{name: Add4, type: Add, from: [ReLU2, BatchNorm2d1]}",
    ]


@pytest.mark.parametrize(
    "two",
    [
        network(NORM, ("Affine", {}, [1]), ("Add", {}, [1, 2])),  # taken by another, too
        network(NORM, ("Affine", {}, [1]), outputs=[1, 2]),  # an output, too
        network(("BatchNorm2d", {}, [0]), ("Affine", {}, [1])),  # has factors
        network(NORM, ("Affine", {"weight": False}, [1])),
        network(NORM, ("ReLU", {}, [1])),
        network(("InstanceNorm2d", {}, [0]), ("Affine", {}, [1])),
        network(("Affine", {}, [0])),
    ],
)
def test_others_are_left_alone(two: ImportedNetwork) -> None:
    assert with_whole_norms(two) is two


def test_layers_that_share_are_left_alone() -> None:
    two = network(NORM, ("Affine", {}, [1]), ("BatchNorm2d", {"affine": False}, [2]))
    first: Any = two.layers[1]
    two.add("again", "Affine", {}, [Wire(two.layers[2])], shares=first)
    assert with_whole_norms(two) is two
