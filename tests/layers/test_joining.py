"""Layers that make one tensor of several."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_cases import outputs, refused

from shapecalc.layers.joining import JOINS
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape

shapes = st.lists(st.integers(1, 9), min_size=1, max_size=4).map(Shape)


@pytest.mark.parametrize(
    ("type", "inputs", "output"),
    [
        ("Concat", ["28x28x64", "28x28x128", "28x28x32"], "28x28x224"),
        ("Concat", ["10", "3"], "13"),
        ("Add", ["28x28x64", "28x28x64"], "28x28x64"),
        ("Multiply", ["28x28x64", "1x1x64"], "28x28x64"),
        ("Multiply", ["1x1x64", "28x28x64"], "28x28x64"),
        ("Multiply", ["28x28x64", "28x28x1"], "28x28x64"),
        ("Multiply", ["28x1x64", "1x28x1", "1x1x64"], "28x28x64"),
    ],
)
def test_joins(type: str, inputs: list[str], output: str) -> None:
    assert outputs(type, *inputs) == [output]


@given(shapes)
def test_a_single_branch_is_its_own_join(shape: Shape) -> None:
    assert [join([shape]) for join in JOINS.values()] == [shape] * 3


@given(shapes, st.lists(st.integers(1, 9), min_size=1, max_size=5))
def test_concat_adds_up_the_channels(shape: Shape, channels: list[int]) -> None:
    joined = JOINS["concat"]([Shape((*shape.spatial, number)) for number in channels])
    assert joined == (*shape.spatial, sum(channels))


@given(shapes, st.data())
def test_multiply_stretches_ones(shape: Shape, data: st.DataObject) -> None:
    gate = Shape(data.draw(st.sampled_from([1, extent])) for extent in shape)
    assert JOINS["multiply"]([shape, gate]) == JOINS["multiply"]([gate, shape]) == shape


@pytest.mark.parametrize(
    ("type", "inputs", "message", "hint"),
    [
        (
            "Concat",
            ["28x28x64", "28x28x128", "14x14x32"],
            "concat needs shapes that differ only in their channels, but they are 28x28x64, "
            "28x28x128 and 14x14x32: 14x14x32 is number 3",
            "change a stride or padding, or use a pool or an Upsample to make the sizes equal",
        ),
        (
            "Concat",
            ["28x28x64", "64"],
            "concat needs shapes that differ only in their channels, but they are 28x28x64 and 64",
            "use a Flatten, an Unflatten or a Reshape to give them the same number of axes",
        ),
        (
            "Add",
            ["56x56x256", "56x56x64"],
            "add needs sizes that are equal or 1, but they are 56x56x256 and 56x56x64",
            "a convolution with kernel_size 1 brings 64 channels to 256",
        ),
        (
            "Add",
            ["56x56x256", "28x28x256"],
            "add needs sizes that are equal or 1, but they are 56x56x256 and 28x28x256",
            "change a stride or padding, or use a pool or an Upsample to make the sizes equal",
        ),
        (
            "Multiply",
            ["56x56x256", "56x28x256"],
            "multiply needs sizes that are equal or 1, but they are 56x56x256 and 56x28x256",
            "change a stride or padding, or use a pool or an Upsample to make the sizes equal",
        ),
        (
            "Multiply",
            ["56x56x256", "256"],
            "multiply needs shapes with the same number of axes, but they are 56x56x256 and 256",
            "remove the Flatten, or add a Reshape to 1x1x256 after it",
        ),
    ],
)
def test_a_refusal_lists_the_shapes(type: str, inputs: list[str], message: str, hint: str) -> None:
    refusal = refused(type, *inputs)
    assert (refusal.code, refusal.message, refusal.hint) == ("SC209", message, hint)


def test_the_join_of_branches_by_a_sum_stretches_nothing() -> None:
    assert outputs("Add", "56x56x256", "1x1x256") == ["56x56x256"]
    with pytest.raises(Refusal) as caught:
        JOINS["add"]([Shape((56, 56, 256)), Shape((1, 1, 256))])
    assert caught.value.message == "add needs equal shapes, but they are 56x56x256 and 1x1x256"


def test_a_refusal_lists_no_more_shapes_than_a_reader_takes_in() -> None:
    refusal = refused("Add", *["2x3"] * 99, "2x4")
    assert refusal.message.endswith("2x3, 2x3 and 92 more: 2x4 is number 100")
    assert refusal.message.count("2x3") == 8
