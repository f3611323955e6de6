"""Inputs in another order, with a batch or with other channels than the spec's own are told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import shapecalc
from shapecalc.check.check import check
from shapecalc.language.given import odd
from shapecalc.shapes.shape import Shape, meant_shape, parse_shape
from shapecalc.text.source import Source

SIZES = st.lists(st.integers(1, 600), min_size=2, max_size=9)


@given(SIZES)
def test_few_channels_first_are_told_for_every_number_of_axes(sizes: list[int]) -> None:
    """As the first is 1 to 4, every other is larger, and the last is over 4."""
    first, *others = sizes
    leads = first <= 4 and all(size > first for size in others) and others[-1] > 4
    instead = meant_shape(sizes)
    batched = len(sizes) > 3 and first == 1 and meant_shape(others) == Shape.from_chw(others)
    if leads and not batched:
        assert instead == Shape.from_chw(sizes)
    elif not batched:
        assert instead is None


@given(SIZES, st.integers(1, 600))
def test_with_an_own_input_its_channels_decide(sizes: list[int], channels: int) -> None:
    own = Shape((*(8 for _ in sizes[1:]), channels))
    instead = meant_shape(sizes, own)
    if sizes[-1] == channels:
        assert instead is None
    elif sizes[0] == channels:
        assert instead == Shape.from_chw(sizes)


@given(st.lists(st.integers(5, 600), min_size=1, max_size=3), st.integers(1, 4), st.integers(1, 64))
def test_a_batch_in_front_is_left_out(spatial: list[int], channels: int, batch: int) -> None:
    own = Shape((*spatial, channels))
    assert meant_shape([batch, channels, *spatial], own) == own
    assert meant_shape([batch, *spatial, channels], own) == own
    if len(spatial) > 1:
        assert meant_shape([1, channels, *spatial]) == own


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        (
            "(3, 224, 224)",
            "write 224x224x3, with the channels last, if these are in PyTorch's order",
        ),
        ("[1, 3, 224, 224]", "write 224x224x3, with"),
        ("torch.Size([3, 32, 32])", "write 32x32x3, with"),
        ("3*224*224", "write 224x224x3, with"),
        ("(224, 224, 3)", "write 224x224x3"),
        ("16 x 112 x 112 x 3", "write 112x112x3, without the batch"),
        ("(8, 3, 224, 224)", "write 224x224x3, with the channels last and no batch, if"),
        ("(64, 56, 56)", "write 64x56x56, or 56x56x64 if these are in PyTorch's order"),
        ("64 x 56 x 56", "write 64x56x56"),
        ("3;16;112;112", "write 16x112x112x3, with"),
        ("1,16000", "write 16000x1, with"),
    ],
)
def test_what_is_pasted_is_turned_round(written: str, hint: str) -> None:
    with pytest.raises(shapecalc.SpecError) as raised:
        shapecalc.load("resnet18").summary(input=written)
    (problem,) = raised.value.problems
    assert (problem.hint or "").startswith(hint)


@pytest.mark.parametrize(
    ("shape", "own", "message", "hint"),
    [
        ("224x224x1", "224x224x3", "has 1 channel", "write 224x224x3 to keep the channels"),
        ("224x224", "224x224x3", "has no channels", "write 224x224x3"),
        ("16000", "16000x1", "has no channels", "write 16000x1"),
        ("224", "224x224x3", "has 1 size", "write 224x224x3"),
        ("64x64x3", "16x112x112x3", "has 3 sizes", "write as many sizes as that"),
        ("3x224x224", "224x224x3", "has 224 channels of 3x224", "write 224x224x3"),
        ("8x3x224x224", "224x224x3", "has a batch in front", "write 224x224x3"),
        ("192x28x28", "28x28x192", "has 28 channels of 192x28", "write 28x28x192"),
        ("3x16x112x112", "16x112x112x3", "has 112 channels", "write 16x112x112x3"),
    ],
)
def test_what_is_odd_of_an_input(shape: str, own: str, message: str, hint: str) -> None:
    found = odd(parse_shape(shape), parse_shape(own))
    assert found is not None
    assert found[0].startswith(f"{shape} {message}")
    assert found[1] == hint


@pytest.mark.parametrize(
    ("shape", "own", "hint"),
    [
        ("1x3x224x224", "224x224x3", "write 3x224x224"),
        ("1x224x224x3", "224x224x3", "write 3x224x224"),
        ("224x224x3", "224x224x3", "write 3x224x224"),
        ("480x640x3", "224x224x3", "write 3x480x640"),
        ("16000x1", "32000x1", "write 1x16000"),
        ("16x112x112x3", "16x112x112x3", "write 3x16x112x112"),
        ("16x3x112x112", "16x112x112x3", "write 3x16x112x112 to keep the channels"),
        ("4x224x224", "224x224x3", "write 3x224x224 to keep the channels"),
        ("1x100", "100", "write 100"),
    ],
)
def test_what_is_odd_where_the_channels_come_first(shape: str, own: str, hint: str) -> None:
    """What the hint says to write is read in the same layout, and nothing is odd of it."""
    found = odd(parse_shape(shape, "chw"), parse_shape(own), "chw")
    assert found is not None
    assert found[0].startswith(f"{shape} has ")
    assert found[1] == hint
    instead = parse_shape(hint.split()[1], "chw")
    assert odd(instead, parse_shape(own), "chw") is None


def test_channels_in_the_middle_are_moved_to_the_end() -> None:
    found = odd(parse_shape("16x3x112x112"), parse_shape("16x112x112x3"))
    assert found is not None
    assert found[1] == "write 16x112x112x3 to keep the channels"


def test_a_tuple_is_read_by_the_own_input() -> None:
    with pytest.raises(shapecalc.SpecError) as raised:
        shapecalc.load("inception3a").summary(input="(192, 28, 28)")
    (problem,) = raised.value.problems
    assert (problem.hint or "").startswith("write 28x28x192, with the channels last")


@pytest.mark.parametrize("own", ["224x224x3", "16000x1", "28x28x192", "16x112x112x3", "100"])
def test_nothing_is_odd_of_the_own_input(own: str) -> None:
    assert odd(parse_shape(own), parse_shape(own)) is None
    assert odd(parse_shape(own), None) is None


VARIANTS = """
input: 32x32x3
arguments: {{size: 96}}
variants:
  first: {{input: {shape}}}
  plain: {{}}
layers: [{{type: Conv2d, out_channels: 4, kernel_size: 3}}]
"""


@pytest.mark.parametrize("shape", ["3x96x96", "[3, size, size]"])
def test_the_input_of_a_variant_is_told_at_its_place(shape: str) -> None:
    problems = check(Source("net.yaml", VARIANTS.format(shape=shape))).problems
    (problem,) = [each for each in problems if each.code == "SC408"]
    assert problem.line == 5
    assert problem.message.startswith("input 3x96x96 has 96 channels of 3x96")


def test_the_order_is_told_where_the_run_fails_too() -> None:
    spec = shapecalc.loads("input: 3x8x8\nlayers: [{type: MaxPool2d, kernel_size: 5}]")
    with pytest.raises(shapecalc.SpecError) as raised:
        spec.summary()
    assert {problem.code for problem in raised.value.problems} == {"SC202", "SC408"}


def test_one_of_several_inputs_is_given_by_name() -> None:
    text = "input: {left: 8x8x1, right: 8x8x1}\nlayers: [{type: Add, from: [left, right]}]"
    spec = shapecalc.loads(text)
    summary = spec.summary(input={"left": "8x8x1"})
    assert {name: str(shape) for name, shape in summary.inputs.items()} == {
        "left": "8x8x1",
        "right": "8x8x1",
    }
    wrong: Any
    for wrong in ("8x8x1", {"middle": "8x8x1"}):
        with pytest.raises(shapecalc.SpecError, match="left, right"):
            spec.summary(input=wrong)
    with pytest.raises(shapecalc.SpecError, match="add needs sizes that are equal or 1"):
        spec.summary(input={"left": "9x8x1"})


@pytest.mark.parametrize(
    ("shape", "type", "instead", "otherwise"),
    [
        ("16000", "MaxPool1d", "16000x1", None),
        ("224x224", "MaxPool2d", "224x224x3", "MaxPool1d"),
        ("16x112x112", "MaxPool3d", "16x112x112x3", "MaxPool2d"),
    ],
)
def test_channels_that_are_missing_from_an_input_are_told(
    shape: str, type: str, instead: str, otherwise: str | None
) -> None:
    text = "input: {}\nlayers: [{{type: {}, kernel_size: 2}}]"
    with pytest.raises(shapecalc.SpecError) as raised:
        shapecalc.loads(text.format(shape, type)).summary()
    (problem,) = raised.value.problems
    assert f"as in {instead}" in (problem.hint or "")
    assert shapecalc.loads(text.format(instead, type)).summary()
    if otherwise is not None:
        assert (problem.hint or "").endswith(f"otherwise use {otherwise}")
        assert shapecalc.loads(text.format(shape, otherwise)).summary()


def test_the_warnings_of_a_summary_are_those_of_the_check() -> None:
    text = (
        "input: 9x9x3\nlayers: [{name: b, type: ConvNormActivation, out_channels: 8, "
        "bias: true, repeat: 3}]"
    )
    told = shapecalc.loads(text).summary().warnings
    assert [problem.key for problem in told] == [
        problem.key for problem in check(Source("<text>", text)).problems
    ]


INDICES = """
input: 512
layers:
  - {name: table, type: Embedding, num_embeddings: 10, embedding_dim: 4}
  - {name: places, type: Buffer, shape: 512}
  - {name: cut, type: Slice, dim: channels, end: table.length}
  - {name: positions, type: Embedding, num_embeddings: 512, embedding_dim: 4}
  - {name: add, type: Add, from: [table, positions]}
"""


def test_another_length_of_indices_is_no_other_number_of_channels() -> None:
    spec = shapecalc.loads(INDICES)
    assert not spec.summary(384).remarks
    with pytest.raises(shapecalc.SpecError) as raised:  # though that run tells nothing of indices
        spec.summary(600)
    assert [problem.code for problem in raised.value.problems] == ["SC209"]
    with pytest.raises(shapecalc.SpecError, match="SC115 384x1 has 2 sizes"):
        spec.summary("384x1")


def test_of_what_another_layer_takes_it_is() -> None:
    linear = "  - {type: Linear, from: input, out_features: 3}\n"
    (remark,) = shapecalc.loads(INDICES + linear).summary(384).remarks
    assert remark.message == "384 has 384 channels: the spec's own input is 512"
    branches = "{one: [{type: Linear, out_features: 512}], two: []}"
    shortcut = f"  - {{branches: {branches}, from: input, join: add}}\n"
    with pytest.raises(shapecalc.SpecError, match="SC115 384 has 384 channels"):
        shapecalc.loads(INDICES + shortcut).summary(384)
