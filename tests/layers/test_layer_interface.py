"""What every layer type holds to, and what a type of several inputs and outputs may rely on."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from layer_cases import make, refused

import shapecalc
from shapecalc import layers
from shapecalc.layers.base import TYPES, Layer, Seen
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape, Shapes
from shapecalc.shapes.window import SAME_POSITION, whole_footprint

sys.path.insert(0, str(Path(__file__).parent / "pytorch"))

import draw_specs

CASES = 20
"""The layers of each type that the interface is tried on."""


def accepted(name: str) -> Iterator[tuple[Layer, Shapes]]:
    """Drawn layers of a type with inputs that they accept, always the same ones."""
    found = layers.find_type(name)
    assert found is not None
    random = Random(name)
    count = 0
    while count < CASES:
        case = draw_specs.draw(name, found.fields, random)
        inputs = tuple(map(Shape, case.inputs))
        try:
            layer = make(name, **case.fields)
            layer.infer(inputs)
        except (Refusal, KeyError):  # what is drawn is wrong at times, a field's name included
            continue
        count += 1
        yield layer, inputs


@pytest.mark.parametrize("name", layers.type_names())
def test_a_type_says_how_many_inputs_it_takes_and_refuses_any_other_number(name: str) -> None:
    layer, inputs = next(accepted(name))
    least, most = layer.input_count
    if most == 0:
        for number in (1, 2, 7):
            with pytest.raises(Refusal) as caught:
                layer.infer((Shape((4, 3)),) * number)
            assert caught.value.message == f"{name} takes no input, got {number}"
            assert (caught.value.code, caught.value.field) == ("SC111", "from")
        return
    assert 1 <= least <= (most or least)
    if most == 1:
        wanted, hint = "one input", "join them first, with Concat or Add"
    else:
        wanted = f"at least {least} inputs" if most is None else f"{most} inputs"
        if most is not None and least < most:
            wanted = f"{least} to {wanted}"
        if (least, most) == (1, None):
            wanted = "at least one input"
        hint = "name its inputs, as in from: [a, b]"
    for number in {0, least - 1, (most or least) + 1, (most or least) + 7}:
        if least <= number and (most is None or number <= most):
            layer.infer((inputs[0],) * number)
            continue
        with pytest.raises(Refusal) as caught:
            layer.infer((inputs[0],) * number)
        refusal = caught.value
        assert refusal.message == f"{name} needs {wanted}, got {number}"
        assert (refusal.code, refusal.hint, refusal.field) == ("SC111", hint, "from")


@pytest.mark.parametrize("name", layers.type_names())
def test_what_is_inferred_has_costs_and_a_reach(name: str) -> None:
    for layer, inputs in accepted(name):
        outputs = layer.infer(inputs)
        params, buffers = layer.params(inputs), layer.buffers(inputs)
        macs = layer.macs(inputs, outputs)
        assert outputs
        assert {type(output) for output in outputs} == {Shape}
        assert {type(params), type(buffers), type(macs)} == {int}
        assert min(params, buffers, macs) >= 0
        assert {type(size) for size in layer.weight_shape(inputs)} <= {int, bool}
        assert type(layer.adds_bias()) is bool
        footprints = layer.footprints(inputs, outputs)
        assert len(footprints) == len(outputs)
        for seen in footprints:
            assert len(seen) == len(inputs)
            for axes, input in zip(seen, inputs, strict=True):
                assert axes is None or len(axes) == len(input.spatial)
                for footprint in axes or ():
                    assert footprint.seen(footprint.period).step > 0


NAME = "ThrowawayAttention"


@pytest.fixture(params=[True, False], ids=["with its footprint", "without"])
def footprint_known(request: pytest.FixtureRequest) -> Iterator[bool]:
    """A type of three inputs and two outputs, which says what its outputs see or does not."""

    class Attention(Layer, names=NAME):
        """Sequences of queries, keys and values to what they come to, and its weights."""

        input_count = (3, 3)

        def outputs(self, inputs: Shapes) -> Shapes:
            """What each query comes to, and its weight on each key."""
            query, key, value = inputs
            if key.spatial != value.spatial:
                raise Refusal("SC210", f"keys {key} and values {value} differ in their positions")
            return (
                Shape((*query.spatial, value.channels)),
                Shape((*query.spatial, key.positions)),
            )

        def params(self, inputs: Shapes) -> int:
            """A projection of each input to as many channels."""
            return sum(input.channels**2 for input in inputs)

        def buffers(self, inputs: Shapes) -> int:
            """A mask of the keys."""
            return inputs[1].positions

        def macs(self, inputs: Shapes, outputs: Shapes) -> int:
            """Queries by keys, and weights by values."""
            query, _, value = inputs
            _, weights = outputs
            return weights.elements * query.channels + weights.elements * value.channels

    class AttentionWithReach(Attention, names=NAME if request.param else ""):
        """The same, saying what it sees."""

        def footprints(self, inputs: Shapes, outputs: Shapes) -> tuple[tuple[Seen, ...], ...]:
            """Its own query, and every key; the weights see no value."""
            query = (SAME_POSITION,)
            key = (whole_footprint(inputs[1].positions),)
            return (query, key, key), (query, key, (whole_footprint(0),))

    layers._found[NAME] = TYPES[NAME]
    yield request.param
    del TYPES[NAME], layers._found[NAME]
    assert layers.find_type(NAME) is None


SPEC = f"""
input: {{q: 10x8, k: 12x8, v: 12x16}}
layers:
  - {{name: query, type: Conv1d, out_channels: 8, kernel_size: 3, padding: 1, from: q}}
  - {{name: attend, type: {NAME}, from: [query, k, v]}}
  - {{name: out, type: Conv1d, out_channels: 8, kernel_size: 3, padding: 1, from: attend.0}}
  - {{name: sum, type: Add, from: [out, query]}}
  - {{name: map, type: ReLU, from: attend.1}}
outputs: [sum, map]
"""


def test_a_type_of_three_inputs_and_two_outputs(footprint_known: bool) -> None:
    summary = shapecalc.loads(SPEC).summary()
    attend = summary.items[1]
    assert list(map(str, attend.inputs)) == ["10x8", "12x8", "12x16"]
    assert list(map(str, attend.outputs)) == ["10x16", "10x12"]
    assert list(map(str, summary.outputs.values())) == ["10x8", "10x12"]
    assert (attend.params, attend.buffers, attend.macs) == (8**2 + 8**2 + 16**2, 12, 10 * 12 * 24)
    assert (summary.params, summary.buffers) == (200 + 384 + 392, 12)
    assert summary.macs == 10 * 24 * 8 + 10 * 12 * 24 + 10 * 48 * 8
    assert attend.memory == 4 * (160 + 120)
    fields = {
        item.name: {
            name: None if axes is None else [(axis.size, axis.stride) for axis in axes]
            for name, axes in summary.receptive_fields(item).items()
        }
        for item in summary.items
    }
    other: dict[bool, dict[str, object]] = {
        True: {"k": [(12, 0)], "v": [(12, 0)]},
        False: {"k": None, "v": None},
    }
    assert fields == {
        "query": {"q": [(3, 1)]},
        "attend": {"q": [(3, 1)], **other[footprint_known]},
        "out": {"q": [(5, 1)], **other[footprint_known]},
        "sum": {"q": [(5, 1)], **other[footprint_known]},
        "map": {"q": [(3, 1)], **other[footprint_known]}
        | ({"v": [(0, 0)]} if footprint_known else {}),
    }


@pytest.mark.usefixtures("footprint_known")
def test_a_type_of_three_inputs_refuses_two_and_values_that_do_not_fit() -> None:
    assert refused(NAME, "10x8", "12x8").message == f"{NAME} needs 3 inputs, got 2"
    assert refused(NAME, "10x8", "12x8", "9x8").code == "SC210"
    with pytest.raises(shapecalc.SpecError) as caught:
        shapecalc.loads(SPEC.replace("[query, k, v]", "[query, k]")).summary()
    (problem,) = caught.value.problems
    assert (problem.code, problem.message) == ("SC111", f"attend: {NAME} needs 3 inputs, got 2")
