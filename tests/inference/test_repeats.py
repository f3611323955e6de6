"""Repeats run in a row: the first takes `from`, each later one the output of the one before."""

from __future__ import annotations

from itertools import pairwise

import pytest

import shapecalc

HALVES = "type: Conv2d, out_channels: 8, kernel_size: 3, stride: 2, padding: 1"

ITEMS = {
    "a layer": HALVES,
    "a block": "type: Half",
    "a sequence": f"layers: [{{type: ReLU}}, {{{HALVES}}}]",
    "branches": f"branches: {{x: [{{{HALVES}}}]}}",
    "joined branches": f"join: add, branches: {{x: [{{{HALVES}}}], y: [{{{HALVES}}}]}}",
}
"""Items that halve height and width, of every kind."""


def spec_of(item: str, inside: bool) -> str:
    """Three repeats of an item that takes an earlier layer, in the network or in a block."""
    layers = (
        "[{name: a, type: ReLU}, {name: aside, type: Conv2d, out_channels: 3, kernel_size: 9}, "
        f"{{name: b, {item}, repeat: times, from: a}}, {{name: c, type: ReLU, from: b.0}}]"
    )
    half = f"  Half: {{layers: [{{{HALVES}}}]}}\n"
    if not inside:
        return f"input: 64x64x8\narguments: {{times: 3}}\nblocks:\n{half}layers: {layers}"
    return (
        "input: 64x64x8\nblocks:\n"
        f"{half}  Outer: {{arguments: {{times: 3}}, layers: {layers}}}\n"
        "layers: [{name: outer, type: Outer}]"
    )


@pytest.mark.parametrize("inside", [False, True], ids=["network", "block"])
@pytest.mark.parametrize("item", ITEMS.values(), ids=list(ITEMS))
def test_repeats_run_in_a_row_from_what_the_first_takes(item: str, inside: bool) -> None:
    summary = shapecalc.loads(spec_of(item, inside)).summary()
    nodes = {node.path.removeprefix("outer."): node for node, _ in summary.walk()}
    repeats = [nodes[f"b.{index}"] for index in range(3)]
    assert [str(node.output) for node in repeats] == ["32x32x8", "16x16x8", "8x8x8"]
    assert repeats[0].sources == nodes["a"].tensors
    for before, after in pairwise(repeats):
        assert after.sources == before.tensors
    assert nodes["c"].sources == repeats[0].tensors
    (axes,) = summary.receptive_fields(repeats[2]).values()
    assert axes is not None
    assert [axis.size for axis in axes] == [15, 15]
    assert sum(node.macs for node in repeats) % (9 * 8 * 8 * (32**2 + 16**2 + 8**2)) == 0


def test_the_figures_of_one_layer_three_times() -> None:
    summary = shapecalc.loads(spec_of(HALVES, inside=False)).summary()
    assert sum(layer.macs for layer in summary.layers if layer.name[0] == "b") == 774_144


def test_a_name_means_the_last_repeat() -> None:
    text = spec_of(HALVES, inside=False).replace("from: b.0", "from: b")
    assert str(shapecalc.loads(text).summary().output) == "8x8x8"


@pytest.mark.parametrize("times", [1, 2, 3, "n"])
@pytest.mark.parametrize("type", ["Add", "Concat", "Multiply"])
def test_repeats_with_several_inputs_are_refused(times: int | str, type: str) -> None:
    text = (
        "input: 4x4x2\narguments: {n: 2}\n"
        "layers: [{name: a, type: ReLU}, {name: b, type: ReLU}, "
        f"{{name: sum, type: {type}, from: [a, b], repeat: {times}}}]"
    )
    if times == 1:
        assert str(shapecalc.loads(text).summary().layers[-1].path) == "sum.0"
        return
    with pytest.raises(shapecalc.SpecError) as raised:
        shapecalc.loads(text).summary()
    (problem,) = raised.value.problems
    assert problem.code == "SC111"
    assert "only the first would have the 2 inputs" in problem.message


def test_the_first_of_repeats_has_no_weights_of_its_own_to_share() -> None:
    text = "input: 8x8x4\nlayers: [{name: b, type: PReLU, repeat: 3, shares: b.0}]"
    with pytest.raises(shapecalc.SpecError) as raised:
        shapecalc.loads(text).summary()
    (problem,) = raised.value.problems
    assert problem.message == "b.0: 'b.0' refers to this layer itself"
    assert "before the repeats" in (problem.hint or "")
    mended = "[{name: a, type: PReLU}, {name: b, type: PReLU, repeat: 2, shares: a}]"
    assert shapecalc.loads(f"input: 8x8x4\nlayers: {mended}").summary().params == 1
