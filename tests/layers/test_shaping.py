"""Layers that give the same numbers another shape, or another place."""

from __future__ import annotations

from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_cases import make, outputs, refused

from shapecalc.shapes.shape import Shape

extents = st.integers(1, 12)
shapes = st.lists(extents, min_size=1, max_size=5).map(Shape)


@pytest.mark.parametrize(
    ("fields", "input", "output"),
    [
        ({}, "7x5x512", "17920"),
        ({}, "512", "512"),
        ({"start_dim": 2}, "7x5x512", "35x512"),
        ({"end_dim": 2}, "7x5x512", "5x3584"),
        ({"start_dim": -3, "end_dim": -2}, "7x5x512", "5x3584"),
        ({"start_dim": 3, "end_dim": 3}, "7x5x512", "7x5x512"),
        ({"start_dim": 2, "end_dim": 3}, "2x7x5x16", "14x5x16"),
    ],
)
def test_flatten(fields: dict[str, object], input: str, output: str) -> None:
    assert outputs("Flatten", input, **fields) == [output]


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"start_dim": 0}, "start_dim", "start_dim 0 is the batch, which is no axis of 7x5x512"),
        ({"start_dim": -4}, "start_dim", "start_dim -4 is the batch, which is no axis of 7x5x512"),
        ({"start_dim": -5}, "start_dim", "start_dim -5 is no axis of 7x5x512"),
        ({"end_dim": 4}, "end_dim", "end_dim 4 is no axis of 7x5x512"),
        (
            {"start_dim": 3, "end_dim": 2},
            "end_dim",
            "end_dim 2 comes before start_dim 3 in 7x5x512",
        ),
    ],
)
def test_what_flatten_refuses(fields: dict[str, object], field: str, message: str) -> None:
    refusal = refused("Flatten", "7x5x512", **fields)
    assert (refusal.code, refusal.field, refusal.message) == ("SC210", field, message)
    if "before" not in message:
        assert refusal.hint == "7x5x512 has channels (1), height (2) and width (3)"


@given(shapes, st.data())
def test_unflatten_undoes_flatten(shape: Shape, data: st.DataObject) -> None:
    start = data.draw(st.integers(1, len(shape)))
    end = data.draw(st.integers(start, len(shape)))
    (flat,) = make("Flatten", start_dim=start, end_dim=end).infer((shape,))
    merged = list(shape.chw[start - 1 : end])
    assert flat.chw[start - 1] == prod(merged)
    assert make("Unflatten", dim=start, unflattened_size=merged).infer((flat,)) == (shape,)
    open = data.draw(st.integers(0, len(merged) - 1))
    merged[open] = -1
    assert make("Unflatten", dim=start, unflattened_size=merged).infer((flat,)) == (shape,)


@pytest.mark.parametrize(
    ("sizes", "code"),
    [
        ([3, -1], "SC204"),
        ([2, 3], "SC204"),
        ([], "SC104"),
        ([-1, -1], "SC104"),
        ([0, 8], "SC104"),
        (8, "SC104"),
        ([1] * 10, "SC104"),
    ],
)
def test_what_unflatten_refuses(sizes: object, code: str) -> None:
    refusal = refused("Unflatten", "8", dim=1, unflattened_size=sizes)
    assert (refusal.code, refusal.field) == (code, "unflattened_size")


def test_unflatten_makes_no_more_axes_than_a_shape_has() -> None:
    refusal = refused("Unflatten", "2x8", dim=1, unflattened_size=[8, *[1] * 8])
    assert (refusal.code, refusal.message) == ("SC210", "the output would have 9 spatial axes")


def test_reshape_is_written_channels_last() -> None:
    assert outputs("Reshape", "16384", shape="4x4x1024") == ["4x4x1024"]
    assert outputs("Unflatten", "16384", dim=1, unflattened_size=[1024, 4, 4]) == ["4x4x1024"]
    assert outputs("Reshape", "4x4x1024", shape=16384) == ["16384"]
    assert outputs("Reshape", "4x4x1024", shape=[8, 2048]) == ["8x2048"]


@pytest.mark.parametrize(("shape", "code"), [("4x4x1000", "SC210"), ("4x4x0", "SC105")])
def test_what_reshape_refuses(shape: str, code: str) -> None:
    refusal = refused("Reshape", "16384", shape=shape)
    assert (refusal.code, refusal.field) == (code, "shape")


def test_a_written_shape_is_no_expression() -> None:
    field = make("Reshape", shape=1).type.fields["shape"]
    assert not field.is_expression("4x4x1024")
    assert field.is_expression("4 * width")


@pytest.mark.parametrize(
    ("type", "fields", "input", "output"),
    [
        ("ChannelShuffle", {"groups": 2}, "28x28x116", "28x28x116"),
        ("PixelShuffle", {"upscale_factor": 3}, "4x5x18", "12x15x2"),
        ("PixelUnshuffle", {"downscale_factor": 3}, "12x15x2", "4x5x18"),
    ],
)
def test_shuffles(type: str, fields: dict[str, object], input: str, output: str) -> None:
    assert outputs(type, input, **fields) == [output]


@pytest.mark.parametrize(
    ("type", "fields", "input", "code"),
    [
        ("ChannelShuffle", {"groups": 3}, "28x28x116", "SC204"),
        ("ChannelShuffle", {"groups": 1}, "116", "SC201"),
        ("PixelShuffle", {"upscale_factor": 2}, "4x5x18", "SC204"),
        ("PixelShuffle", {"upscale_factor": 1}, "5x18", "SC201"),
        ("PixelUnshuffle", {"downscale_factor": 3}, "12x14x2", "SC204"),
        ("PixelUnshuffle", {"downscale_factor": 3}, "14x12x2", "SC204"),
        ("PixelUnshuffle", {"downscale_factor": 1}, "2x12x15x2", "SC201"),
    ],
)
def test_what_shuffles_refuse(type: str, fields: dict[str, object], input: str, code: str) -> None:
    assert refused(type, input, **fields).code == code


@pytest.mark.parametrize(
    ("type", "fields", "parts"),
    [
        ("Chunk", {"chunks": 2}, [5, 5]),
        ("Chunk", {"chunks": 4}, [3, 3, 3, 1]),
        ("Chunk", {"chunks": 6}, [2, 2, 2, 2, 2]),  # as PyTorch: fewer parts than asked for
        ("Chunk", {"chunks": 99}, [1] * 10),
        ("Split", {"split_size": 4}, [4, 4, 2]),
        ("Split", {"split_size": 99}, [10]),
        ("Split", {"split_size": [1, 7, 2]}, [1, 7, 2]),
    ],
)
def test_parts(type: str, fields: dict[str, object], parts: list[int]) -> None:
    assert outputs(type, "7x5x10", **fields) == [f"7x5x{part}" for part in parts]


@given(shapes, st.integers(1, 15), st.sampled_from(["Chunk", "Split"]))
def test_the_parts_together_are_the_whole(shape: Shape, number: int, type: str) -> None:
    field = {"Chunk": "chunks", "Split": "split_size"}[type]
    parts = make(type, **{field: number}).infer((shape,))
    assert sum(part.channels for part in parts) == shape.channels
    assert {part.spatial for part in parts} == {shape.spatial}


@pytest.mark.parametrize(
    ("type", "fields", "code"),
    [
        ("Split", {"split_size": [4, 4]}, "SC205"),
        ("Split", {"split_size": []}, "SC104"),
        ("Split", {"split_size": 0}, "SC104"),
        ("Split", {"split_size": [4, -1]}, "SC104"),
        ("Split", {"split_size": [1] * 2000 + [2**40 - 2000]}, "SC210"),
        ("Split", {"split_size": 1}, "SC210"),
        ("Chunk", {"chunks": 2**40}, "SC210"),
    ],
)
def test_which_parts_are_refused(type: str, fields: dict[str, object], code: str) -> None:
    refusal = refused(type, f"1x{2**40}", **fields)
    assert (refusal.code, refusal.field) == (code, *fields)
