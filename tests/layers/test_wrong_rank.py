"""What is said of an input with another number of spatial axes than a type is for."""

from __future__ import annotations

import re

import pytest

from shapecalc import layers
from shapecalc.layers.base import LayerType
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape

FIELDS = {
    "out_channels": 8,
    "kernel_size": 1,
    "norm_type": 2,
    "output_size": 1,
    "padding": 1,
    "value": 0,
    "scale_factor": 2,
    "upscale_factor": 1,
    "downscale_factor": 1,
    "out_features": 8,
    "in1_features": 8,
    "in2_features": 8,
    "num_embeddings": 8,
    "embedding_dim": 8,
    "shape": 64,
}
"""A valid value of each field that a type needs here."""

BY_AXES = [Shape((*(4,) * axes, 64)) for axes in range(5)]
"""An input of every number of spatial axes up to 4."""

FIXED = [
    name
    for name in layers.type_names()
    if name[-2:] in ("1d", "2d", "3d")
    or name in ("PixelShuffle", "PixelUnshuffle", "Unfold", "Fold", "Bilinear", "Embedding")
]

OF_ANY_AXES = ("Dropout2d", "Dropout3d")
"""The types whose name has a number of axes, and which PyTorch runs on any."""

WORD_OF_A_TYPE = re.compile(r"\b[A-Z][A-Za-z]*[a-z0-9]\w*")


def refusal_of(name: str, input: Shape, **written: object) -> Refusal | None:
    """Why a type does not accept an input, or None."""
    found = layers.find_type(name)
    assert found is not None, name
    for field in found.fields:
        if field in FIELDS and (found.fields[field].required or field == "scale_factor"):
            written.setdefault(field, FIELDS[field])
    layer = found.make(
        {key: found.fields[key].read(value, found.rank) for key, value in written.items()}
    )
    try:
        layer.check(input)
    except Refusal as refusal:
        return refusal
    return None


def settings(hint: str) -> dict[str, object]:
    """The fields that a hint says to write."""
    values: dict[str, object] = {"1": 1, "true": True}
    return {key: values.get(word, word) for key, word in re.findall(r"(\w+): (\w+)", hint)}


@pytest.mark.parametrize("input", BY_AXES, ids=str)
@pytest.mark.parametrize("name", FIXED)
def test_a_hint_names_types_that_there_are_and_that_accept_the_input(
    name: str, input: Shape
) -> None:
    refusal = refusal_of(name, input)
    if refusal is None or refusal.hint is None:
        return
    named = WORD_OF_A_TYPE.findall(refusal.hint)
    assert named
    for other in named:
        found = layers.find_type(other)
        assert isinstance(found, LayerType), refusal.hint
        written = {
            key: value for key, value in settings(refusal.hint).items() if key in found.fields
        }
        assert refusal_of(other, input, **written) is None, refusal.hint


@pytest.mark.parametrize("name", [name for name in FIXED if name[-2:] in ("1d", "2d", "3d")])
def test_the_type_of_the_same_name_for_the_axes_is_named_where_there_is_one(name: str) -> None:
    for axes in (1, 2, 3):
        other = f"{name[:-2]}{axes}d"
        refusal = refusal_of(name, BY_AXES[axes])
        if other != name and other in layers.type_names() and name not in OF_ANY_AXES:
            assert refusal is not None
            assert refusal.hint == f"use {other}"


@pytest.mark.parametrize(
    ("name", "axes", "hint"),
    [
        ("Softmax2d", 1, "use Softmax with dim: 1"),
        ("LayerNorm2d", 3, "use LayerNorm"),
        ("UpsamplingNearest2d", 3, "use Upsample, whose default mode is nearest"),
        ("UpsamplingBilinear2d", 1, "use Upsample with mode: linear and align_corners: true"),
        ("UpsamplingBilinear2d", 3, "use Upsample with mode: trilinear and align_corners: true"),
        ("UpsamplingBilinear2d", 4, None),
        ("Conv3d", 4, None),
        ("PixelShuffle", 1, None),
    ],
)
def test_what_does_the_same_is_named_where_no_type_of_the_name_does(
    name: str, axes: int, hint: str | None
) -> None:
    refusal = refusal_of(name, BY_AXES[axes])
    assert refusal is not None
    assert refusal.hint == hint


def test_the_types_of_one_name_are_of_one_family() -> None:
    for names in layers.FAMILIES.values():
        for name in names.split():
            for axes in (1, 2, 3):
                other = f"{name[:-2]}{axes}d"
                assert other not in layers.type_names() or other in names.split()
