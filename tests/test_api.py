"""The Python interface: what a program that imports shapecalc gets."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import running

import shapecalc

SMALL = """
name: Small
input: 8x8x3
arguments: {channels: 4}
variants: {wide: {arguments: {channels: 8}}}
layers:
  - {name: conv, type: Conv2d, out_channels: channels, kernel_size: 3}
  - {name: flatten, type: Flatten}
"""


def test_a_summary() -> None:
    summary = shapecalc.loads(SMALL).summary()
    assert (str(summary.output), summary.params, summary.macs) == ("144", 112, 3888)
    (conv, flatten) = summary.layers
    assert (conv.path, conv.type, conv.params, conv.macs) == ("conv", "Conv2d", 112, 3888)
    assert conv.inputs == (shapecalc.Shape((8, 8, 3)),)
    assert conv.output == shapecalc.Shape((6, 6, 4))
    assert flatten.output.spatial == ()


def test_a_shape_unpacks_as_it_prints() -> None:
    shape = shapecalc.Shape((112, 224, 64))
    height, width, channels = shape
    assert (height, width, channels) == tuple(shape) == (112, 224, 64)
    assert shape.chw == (64, 112, 224) == shape.ordered("chw")
    assert shapecalc.Shape.from_chw(shape.chw) == shape
    assert (shape.channels, shape.spatial) == (64, (112, 224))
    assert (shape.elements, shape.positions) == (64 * 112 * 224, 112 * 224)
    assert str(shape) == "112x224x64"
    assert shape.text("chw") == "64x112x224"


@pytest.mark.parametrize(
    "given", ["16x16x3", [16, 16, 3], (16, 16, 3), shapecalc.Shape((16, 16, 3))]
)
def test_another_input(given: Any) -> None:
    assert str(shapecalc.loads(SMALL).summary(input=given).output) == str(14 * 14 * 4)


def test_arguments_and_variants() -> None:
    spec = shapecalc.loads(SMALL)
    assert spec.summary(arguments={"channels": 2}).params == 56
    assert spec.summary(variant="wide").params == 224
    assert spec.summary(variant="wide", arguments={"channels": 1}).params == 28


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"variant": "wider"}, "unknown variant 'wider'"),
        ({"arguments": {"chanels": 2}}, "unknown argument 'chanels'"),
        ({"arguments": {"channels": "many"}}, "channels must be an integer, not 'many'"),
        ({"arguments": {"channels": object()}}, "channels must be an integer"),
        ({"arguments": {1: 2}}, "an argument name must be a string, not 1"),
        ({"input": "8x8"}, ""),
        ({"input": "0x8x3"}, "size of 0"),
        ({"input": {"left": "8x8x3"}}, "unknown input 'left'; inputs: input"),
    ],
)
def test_what_is_given_wrongly_is_a_spec_error(keywords: dict[str, object], message: str) -> None:
    with pytest.raises(shapecalc.SpecError) as caught:
        shapecalc.loads(SMALL).summary(**keywords)  # type: ignore[arg-type] # wrong on purpose
    assert message in caught.value.problems[0].message


class Folder:
    """A path of bytes."""

    def __fspath__(self) -> bytes:
        return b"resnet50"


VALUES: list[Any] = [
    None, True, 0, -1, 2.5, float("nan"), float("inf"), 1e308, 5e-324, 1j, b"8x8x3", object(),
    10**5000, -(10**700), [10**5000, 1, 3], (8, 8, -(10**700)), {"input": 10**5000}, {10**5000: 1},
    Fraction(10**5000, 3), Fraction(1, 10**5000), [[Fraction(1, 10**700)]], Fraction(7, 2),
    "", "\0", "\ud800", "\udc80", "9" * 5000, "x" * 5000, "8x" * 5000, "a/" * 3000, ".", "\ud800/x",
    [], [None], [[]], [{}], ["8", 8], {}, {1: 2}, {"input": object()}, {"input": [8, 8, 3]},
    set(), range(3), iter(()), len, Folder(), Folder,
    shapecalc.Shape(()), shapecalc.Shape((10**5000,)), shapecalc.Shape(("a", None)),  # type: ignore[arg-type]
]  # fmt: skip
"""What a caller may pass, of every kind: numbers that Python refuses to print among them."""

ENDLESS: list[Any] = [1]
ENDLESS.append(ENDLESS)
DEEP: list[Any] = []
for _ in range(100_000):
    DEEP = [DEEP]
VALUES += [ENDLESS, {"input": ENDLESS}, DEEP, {"input": DEEP}]

EVERY_KIND = """
input: 8x8x3
arguments:
  count: 4
  integer: {kind: integer, default: 1}
  number: 1.5
  flag: true
  list: [1, [2]]
  axes: {kind: axes, default: 3}
  activation: {kind: type, default: ReLU}
layers:
  - {type: Conv2d, out_channels: 2 * number * count, kernel_size: axes, bias: flag}
  - {type: activation}
"""

TYPES: dict[str, tuple[type, ...]] = {
    "path": (str, os.PathLike, Folder),
    "text": (str, bytes),
    "input": (str, int, list, tuple, dict, type(None)),
    "arguments": (dict, type(None)),
    "variant": (str, type(None)),
    "batch": (int,),
    "dtype": (str,),
    "fuse": (bool,),
}
"""The parameters, with the types that their signatures allow."""


@pytest.mark.parametrize("digits", [0, 640, 4300])
def test_any_value_is_a_spec_error_or_a_type_error_that_names_its_parameter(digits: int) -> None:
    spec = shapecalc.loads(EVERY_KIND)
    assert "unknown argument" not in str(spec.summary(arguments={"count": 2}).warnings)

    def passed(parameter: str, value: Any) -> bool:
        if parameter == "path":
            shapecalc.loads(EVERY_KIND.replace("layers", "import: a.yaml\nlayers"), value)
        elif parameter == "text":
            shapecalc.loads(value)
        else:
            spec.summary(**{parameter: value})
        return True

    def held(parameter: str, value: Any, call: Callable[[], object]) -> None:
        try:
            call()
        except shapecalc.SpecError as error:
            assert str(error), parameter
        except TypeError as error:
            assert str(error).startswith(f"{parameter} must be "), error
            assert not isinstance(value, TYPES[parameter]) or isinstance(value, Folder)
        else:
            assert isinstance(value, TYPES.get(parameter, object))

    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(digits)
    try:
        for value in VALUES:
            held("path", value, lambda value=value: shapecalc.load(value))  # type: ignore[misc]
            for parameter in TYPES:
                held(parameter, value, lambda p=parameter, value=value: passed(p, value))  # type: ignore[misc]
            for name in spec.arguments:
                held(name, value, lambda n=name, value=value: passed("arguments", {n: value}))  # type: ignore[misc]
    finally:
        sys.set_int_max_str_digits(limit)


def test_a_number_that_no_spec_can_have_is_not_printed() -> None:
    for keywords, named in (
        ({"input": [8, 8, 10**5000]}, "input"),
        ({"arguments": {"channels": 2**63}}, "channels"),
        ({"arguments": {10**5000: 1}}, "arguments"),
    ):
        with pytest.raises(shapecalc.SpecError) as caught:
            shapecalc.loads(SMALL).summary(**keywords)
        (problem,) = caught.value.problems
        assert problem.code == "SC115"
        assert problem.message == f"{named} has a number of more than 2^63 - 1"


NESTED = "[" + "{layers: [" * 40 + "{type: ReLU}" + "]}" * 40 + "]"

SHALLOW = f"""
import sys
import shapecalc
from shapecalc import SpecError, load, loads

def depth():
    frame, found = sys._getframe(), 0
    while frame is not None:
        frame, found = frame.f_back, found + 1
    return found

def attempt(room, call):
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(depth() + room)
    try:
        return call()
    except SpecError as error:
        return error
    finally:
        sys.setrecursionlimit(limit)

NESTED = "input: 8x8x3\\nlayers: {NESTED}"
found = set()
for room in range(30, 400, 10):
    for call in (lambda: load("densenet121").summary(), lambda: loads(NESTED).summary()):
        result = attempt(room, call)
        codes = [problem.code for problem in getattr(result, "problems", ())]
        found.add((room >= 60, *(codes or ["figures"])))
for enough, code in sorted(found):
    print(enough, code)
print(load("densenet121").summary().params, loads(NESTED).summary().params)
"""


def test_a_low_limit_of_recursion_is_a_spec_error_and_leaves_nothing_half_loaded() -> None:
    lines = running.program(SHALLOW).out.splitlines()
    assert lines == [
        "False SC005",
        "False figures",
        "True SC005",
        "True figures",
        "7978856 0",
    ] or lines == ["False SC005", "True SC005", "True figures", "7978856 0"]


def test_bytes_are_decoded() -> None:
    assert shapecalc.loads(SMALL.encode()).summary().params == 112
    with pytest.raises(shapecalc.SpecError):
        shapecalc.loads(b"name: \xff")


def test_problems_say_where() -> None:
    with pytest.raises(shapecalc.SpecError) as caught:
        shapecalc.loads("input: 8x8x3\nlayers:\n  - {type: Conv2D, out_channels: 4}\n")
    (problem,) = caught.value.problems
    assert (problem.code, problem.path, problem.line, problem.column) == ("SC106", "<text>", 3, 12)
    assert problem.hint == "did you mean 'Conv2d'?"
    assert str(caught.value) == "<text>:3:12: SC106 " + problem.message


def test_all_problems_come_at_once_in_order() -> None:
    text = """
input: 8x8x3
layers:
  - {name: a, type: Conv2d, out_channels: 4, kernel_size: 9}
  - {name: b, type: Linear, out_features: 2, from: input, biass: true}
  - {name: c, type: Pool}
expect: {output: 10, parms: 3}
"""
    with pytest.raises(shapecalc.SpecError) as caught:
        shapecalc.loads(text)
    assert [(problem.line, problem.code) for problem in caught.value.problems] == [
        (4, "SC202"),
        (5, "SC102"),
        (6, "SC106"),
        (7, "SC102"),
    ]


def test_files_and_bundled_names(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(SMALL.replace("name: Small\n", ""), encoding="utf-8")
    assert shapecalc.load(path).name == "own"
    assert shapecalc.load(str(path)).summary().params == 112
    resnet = shapecalc.load("resnet50").summary()
    assert (resnet.params, resnet.macs, resnet.variant) == (25557032, 4089184256, "resnet50")
    with pytest.raises(shapecalc.SpecError) as caught:
        shapecalc.load(tmp_path / "none.yaml")
    assert caught.value.problems[0].code == "SC000"


def test_a_file_is_preferred_to_a_bundled_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "alexnet").write_text(SMALL, encoding="utf-8")
    assert shapecalc.load("alexnet").name == "Small"


def test_nothing_global_changes() -> None:
    enabled, threshold = gc.isenabled(), gc.get_threshold()
    shapecalc.load("googlenet-paper").summary()
    assert (gc.isenabled(), gc.get_threshold()) == (enabled, threshold)


def test_a_spec_can_be_summarized_again_and_again() -> None:
    spec = shapecalc.load("resnet50")
    first = [(layer.path, layer.output) for layer in spec.summary().layers]
    spec.summary(input="64x64x3")
    assert [(layer.path, layer.output) for layer in spec.summary().layers] == first


def test_public_names() -> None:
    for name in shapecalc.__all__:
        assert getattr(shapecalc, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'lod'"):
        shapecalc.lod  # noqa: B018 # wrong on purpose


def test_batch_and_dtype() -> None:
    spec = shapecalc.loads(SMALL)
    one, four = spec.summary(), spec.summary(batch=4, dtype="float16")
    assert (four.batch, four.dtype) == (4, "float16")
    assert (four.params, four.buffers) == (one.params, one.buffers)
    assert four.macs == 4 * one.macs == sum(layer.macs for layer in four.layers)
    assert four.flops == 2 * four.macs
    assert 2 * four.weights == one.weights == 4 * one.params
    assert four.memory == 2 * one.memory == sum(layer.memory for layer in four.layers)
    # the convolution's input and its output, 144 numbers, are alive at once; then two of 144
    assert one.peak_memory == 4 * max(8 * 8 * 3 + 144, 2 * 144)
    assert four.peak_memory == 2 * one.peak_memory


def test_receptive_fields() -> None:
    summary = shapecalc.loads(SMALL).summary()
    (axes,) = summary.receptive_fields(summary.layers[0]).values()
    assert axes is not None
    height, width = axes
    assert (height.size, height.stride, height.offset) == (3, 1, 0)
    assert (width.size, width.stride, width.offset) == (3, 1, 0)


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"batch": 0}, "batch must be an integer from 1 to 2147483648, not 0"),
        ({"batch": True}, "batch must be"),
        ({"batch": 10**5000}, "batch must be an integer from 1 to 2147483648$"),
        ({"dtype": "float"}, "unknown dtype 'float'"),
        ({"dtype": "weights=int8,outputs=int8"}, "not of 'outputs'"),
    ],
)
def test_no_batch_or_dtype(keywords: dict[str, Any], message: str) -> None:
    with pytest.raises(shapecalc.SpecError, match=message):
        shapecalc.loads(SMALL).summary(**keywords)


def test_shared_weights_are_used_and_not_owned() -> None:
    text = """
input: 8x8x4
layers:
  - {name: a, type: Conv2d, out_channels: 4, kernel_size: 3, padding: 1}
  - {name: b, type: Conv2d, out_channels: 4, kernel_size: 3, padding: 1, shares: a}
"""
    a, b = shapecalc.loads(text).summary().layers
    assert (a.params, a.used_params) == (148, 148)
    assert (b.params, b.used_params) == (0, 148)
