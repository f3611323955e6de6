"""The names of data types, and the bytes of so many numbers."""

from __future__ import annotations

import re

import pytest

from shapecalc.cli.options import DTYPES
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.dtypes import BITS, bytes_of, parse_data_types


def test_the_command_line_offers_every_dtype() -> None:
    assert tuple(BITS) == DTYPES


@pytest.mark.parametrize("dtype", BITS)
def test_the_bits_are_what_the_name_says(dtype: str) -> None:
    (bits,) = re.findall(r"\d+$", dtype)
    assert BITS[dtype] == int(bits)
    assert bytes_of(0, dtype) == 0
    for numbers in (1, 2, 3, 1000, 1001):
        size = bytes_of(numbers, dtype)
        assert 8 * (size - 1) < numbers * BITS[dtype] <= 8 * size


def test_four_bits_are_rounded_up() -> None:
    assert [bytes_of(numbers, "int4") for numbers in range(6)] == [0, 1, 1, 2, 2, 3]


@pytest.mark.parametrize(
    ("text", "weights", "activations"),
    [
        ("int8", "int8", "int8"),
        (" float16 ", "float16", "float16"),
        ("weights=int8,activations=float16", "int8", "float16"),
        ("activations=float16, weights=int8", "int8", "float16"),
        ("weights=int4", "int4", "float32"),
        ("activations=uint8", "float32", "uint8"),
    ],
)
def test_weights_and_activations(text: str, weights: str, activations: str) -> None:
    types = parse_data_types(text)
    assert (types.weights, types.activations) == (weights, activations)
    again = parse_data_types(str(types))
    assert (again.weights, again.activations) == (weights, activations)


def test_types_that_agree_are_said_once() -> None:
    assert str(parse_data_types("weights=int8,activations=int8")) == "int8"
    assert str(parse_data_types("weights=int8")) == "weights=int8,activations=float32"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("half", "unknown dtype 'half'", "write float16"),
        ("float", "unknown dtype 'float'", "write float32"),
        ("fp16", "unknown dtype 'fp16'", "write float16"),
        ("bf16", "unknown dtype 'bf16'", "write bfloat16"),
        ("double", "unknown dtype 'double'", "write float64"),
        ("torch.float16", "unknown dtype 'torch.float16'", "write float16"),
        ("INT8", "unknown dtype 'INT8'", "write int8"),
        ("float17", "unknown dtype 'float17'", "did you mean 'float16'?"),
        ("weights=fp8", "unknown dtype 'fp8'", "write float8"),
        ("xyz", "unknown dtype 'xyz'", "allowed: " + ", ".join(BITS)),
        ("", "unknown dtype ''", "allowed: " + ", ".join(BITS)),
        ("weights=", "unknown dtype ''", "allowed: " + ", ".join(BITS)),
        (
            "weigths=int8",
            "dtypes are of weights and activations, not of 'weigths'",
            "did you mean 'weights'?",
        ),
        (
            "int8,activations=int4",
            "dtypes are of weights and activations, not of 'int8'",
            "allowed: weights, activations",
        ),
        ("weights=int8,weights=int4", "the dtype of weights is given twice", None),
    ],
)
def test_other_words_are_answered(text: str, message: str, hint: str | None) -> None:
    with pytest.raises(Refusal) as caught:
        parse_data_types(text)
    assert (caught.value.code, caught.value.message, caught.value.hint) == ("SC115", message, hint)
