"""Leading axes: a layer with some is the layer without them, on each part behind them."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from math import prod
from pathlib import Path
from random import Random

import pytest
from folders import RECORDS
from layer_cases import make, outputs, refused
from operator_cases import cases

import shapecalc
from shapecalc import layers
from shapecalc.layers.base import Layer, Windowed
from shapecalc.layers.leading import MayLead
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape, Shapes
from shapecalc.shapes.window import SAME_POSITION

sys.path.insert(0, str(Path(__file__).parent.parent / "pytorch"))

import draw_specs

CASES = 30
"""The layers of each type that are tried."""


def types_of(name: str) -> type[Layer]:
    """The class of a type's layers."""
    found = layers.find_type(name)
    assert found is not None
    return found.layer


LED = [name for name in layers.type_names() if issubclass(types_of(name), MayLead)]

FAMILIES = ("convolution", "pooling", "locally_connected", "unpooling", "padding", "resampling")
NORMS = [name for name in layers.FAMILIES["normalization"].split() if name != "LocalResponseNorm"]


def test_windows_norms_paddings_and_resampling_may_have_them() -> None:
    others = {name for each in FAMILIES for name in layers.FAMILIES[each].split()}
    assert {*LED} == {*NORMS} | others


@pytest.mark.parametrize("name", layers.type_names())
def test_the_field_is_the_last_one_of_the_types_that_may(name: str) -> None:
    fields = list(types_of(name).fields)
    assert fields.count("leading") == (name in LED)
    assert "leading" not in fields[:-1]


def test_all_of_them_are_recorded() -> None:
    recorded = {case["type"] for case in cases(RECORDS / "operators-leading.jsonl.gz")}
    assert recorded == {*LED} - draw_specs.LIKE.keys()


def alone_and_led(name: str) -> Iterator[tuple[Layer, Shapes, Layer, Shapes, tuple[int, ...]]]:
    """Drawn layers without leading axes and their inputs, the same with some, and their sizes."""
    random = Random(name)
    count = 0
    while count < CASES:
        case = draw_specs.drawn(name, random)
        alone = tuple(map(Shape.from_chw, case.inputs))
        lead = tuple(random.choice((1, 2, 3, 5)) for _ in range(random.randint(1, 3)))
        try:
            layer = make(name, **case.fields)
            layer.infer(alone)
        except (Refusal, KeyError):  # what is drawn is wrong at times
            continue
        count += 1
        led = make(name, **case.fields, leading=len(lead))
        yield layer, alone, led, tuple(Shape((*lead, *each)) for each in alone), lead


@pytest.mark.parametrize("name", LED)
def test_it_is_the_layer_without_them_on_each_part(name: str) -> None:
    for layer, alone, led, whole, lead in alone_and_led(name):
        assert isinstance(led, types_of(name))
        assert led.fields is not Layer.fields
        assert list(led.fields) == list(layer.fields)
        made, found = layer.infer(alone), led.infer(whole)
        assert found == tuple(Shape((*lead, *each)) for each in made)
        for figure in ("params", "buffers", "weight_shape"):
            assert getattr(led, figure)(whole) == getattr(layer, figure)(alone)
        assert led.macs(whole, found) == prod(lead) * layer.macs(alone, made)
        assert led.fusion() == layer.fusion()
        for seen, one in zip(
            led.footprints(whole, found), layer.footprints(alone, made), strict=True
        ):
            for along, behind in zip(seen, one, strict=True):
                assert along is not None
                assert behind is not None
                assert along[: len(lead)] == (SAME_POSITION,) * len(lead)
                places = range(12)
                assert [[axis.seen(place) for place in places] for axis in along[len(lead) :]] == [
                    [axis.seen(place) for place in places] for axis in behind
                ]
        if isinstance(led, Windowed):
            assert isinstance(layer, Windowed)
            windows = list(led.axis_windows(whole[0]))
            assert windows[: len(lead)] == [(size, 1, 1, 1, (0, 0)) for size in lead]
            assert windows[len(lead) :] == list(layer.axis_windows(alone[0]))
            assert list(led.ends(whole[0])) == [ends for *_, ends in windows]
            assert led.dropped(whole[0]) == (0,) * len(lead) + layer.dropped(alone[0])


@pytest.mark.parametrize("name", LED)
def test_what_it_refuses_on_a_part_it_refuses_on_all(name: str) -> None:
    random = Random(name)
    tried = 0
    for _ in range(4000):
        case = draw_specs.drawn(name, random)
        alone = tuple(map(Shape.from_chw, case.inputs))
        try:
            layer = make(name, **case.fields)
            led = make(name, **case.fields, leading=1)
        except (Refusal, KeyError):
            continue
        try:
            layer.infer(alone)
        except Refusal as refusal:
            tried += 1
            whole = tuple(Shape((7, *each)) for each in alone)
            with pytest.raises(Refusal) as caught:
                led.infer(whole)
            assert caught.value.code == refusal.code
            if refusal.axes is not None:
                assert caught.value.axes == tuple(axis + 1 for axis in refusal.axes)
            if alone[0].spatial and str(alone[0]) in refusal.message:
                assert f"{alone[0]} of {whole[0]}" in caught.value.message or (
                    str(whole[0]) in caught.value.message
                )
        if tried == CASES:
            return
    assert tried or name == "SyncBatchNorm"


CONV = {"out_channels": 8, "kernel_size": 3}


def test_the_example_of_the_documentation() -> None:
    assert outputs("Conv1d", "64x49x96", **CONV, leading=1) == ["64x47x8"]
    alone, led = make("Conv1d", **CONV), make("Conv1d", **CONV, leading=1)
    part, whole = (Shape((49, 96)),), (Shape((64, 49, 96)),)
    assert led.macs(whole, led.infer(whole)) == 64 * alone.macs(part, alone.infer(part))
    assert type(make("Conv1d", **CONV, leading=0)) is type(alone)


@pytest.mark.parametrize(
    ("type", "input", "fields", "hint"),
    [
        ("Conv1d", "64x49x96", CONV, "use Conv2d, or leading: 1, if 64 runs like a batch"),
        ("Conv1d", "8x8x49x96", CONV, "use Conv3d, or leading: 2, if 8x8 run like a batch"),
        ("Conv3d", "2x8x8x8x3", CONV, "write leading: 1, if 2 runs like a batch"),
        ("Conv2d", "49x96", CONV, "use Conv1d"),
        ("BatchNorm1d", "7x49x96", {}, "use BatchNorm2d, or leading: 1, if 7 runs like a batch"),
        ("ZeroPad1d", "7x49x96", {"padding": 1}, "use ZeroPad2d, or leading: 1, if 7 runs like "
         "a batch"),
        ("Upsample", "7x5x3", {"scale_factor": 2, "mode": "linear"}, "modes for 7x5x3 are nearest, "
         "bilinear, bicubic, area, nearest-exact, or leading: 1, if 7 runs like a batch"),
        ("Conv1d", "49x96", {**CONV, "leading": 1}, "leave leading out"),
        ("Conv1d", "49x96", {**CONV, "leading": 2}, "leave leading out"),
        ("Conv1d", "64x49x96", {**CONV, "leading": 3}, "write leading: 1, if 64 runs like a batch"),
        ("Conv1d", "8x8x49x96", {**CONV, "leading": 1}, "use Conv2d, or leading: 2, if 8x8 run "
         "like a batch"),
        ("GroupNorm", "49x96", {"num_groups": 2, "leading": 2}, "leave leading out"),
        ("InstanceNorm1d", "64x1x96", {"leading": 1}, "use BatchNorm1d or LayerNorm"),
    ],
)  # fmt: skip
def test_another_number_of_axes_has_a_hint_that_helps(
    type: str, input: str, fields: dict[str, object], hint: str
) -> None:
    refusal = refused(type, input, **fields)
    assert refusal.code == "SC201"
    assert refusal.hint == hint
    assert input in refusal.message


def test_several_inputs_have_the_same_leading_axes() -> None:
    fields = {"kernel_size": 2, "leading": 1}
    assert outputs("MaxUnpool1d", "3x4x5", "3x4x5", **fields) == ["3x8x5"]
    refusal = refused("MaxUnpool1d", "3x4x5", "2x4x5", **fields)
    assert (refusal.code, refusal.field) == ("SC209", "from")
    assert refusal.message == "3x4x5 and 2x4x5 differ in their leading axes"


@pytest.mark.parametrize("value", [-1, 1.5, True, "1x2", None])
def test_it_is_a_count(value: object) -> None:
    assert refused("Conv1d", "64x49x96", **CONV, leading=value).code == "SC104"


@pytest.mark.parametrize("again", [copy.copy, lambda layer: pickle.loads(pickle.dumps(layer))])
def test_it_is_copied_and_pickled(again: Callable[[Layer], Layer]) -> None:
    layer = make("Conv1d", **CONV, leading=1)
    found = again(layer)
    assert type(found) is type(layer)
    assert found.infer((Shape((64, 49, 96)),)) == (Shape((64, 47, 8)),)


def test_it_may_be_an_expression() -> None:
    text = """
input: 3x4x20x8
arguments: {frames: 2}
layers:
  - {type: Conv1d, out_channels: 4, kernel_size: 3, leading: frames}
"""
    spec = shapecalc.loads(text)
    assert str(spec.summary().output) == "3x4x18x4"
    with pytest.raises(shapecalc.SpecError) as caught:
        spec.summary(arguments={"frames": 1})
    assert "SC201" in [problem.code for problem in caught.value.problems]


def test_what_mends_sizes_is_of_the_axes_that_have_windows() -> None:
    text = """
input: 6x10x8
layers:
  - {name: skip, type: Identity}
  - {name: down, type: Conv1d, out_channels: 8, kernel_size: 3, stride: 2, padding: 1, leading: 1}
  - {name: up, type: UP, leading: 1}
  - {name: sum, type: Add, from: [up, skip]}
"""
    for up, hint in (
        (
            "ConvTranspose1d, out_channels: 8, kernel_size: 3, stride: 2, padding: 1",
            "write output_padding: 1 in up",
        ),
        ("Upsample, scale_factor: 1.6", "write size: [10] in up"),
    ):
        with pytest.raises(shapecalc.SpecError) as caught:
            shapecalc.loads(text.replace("UP", up)).summary()
        (problem,) = caught.value.problems
        assert hint in (problem.hint or "")


def test_what_has_none_loads_nothing_of_them() -> None:
    code = (
        "import sys, shapecalc\n"
        "shapecalc.load('resnet18').summary()\n"
        "print('shapecalc.layers.leading_axes' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
