"""The data types of tensors, by PyTorch's names, and the bytes of so many numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection

BITS = {
    "float64": 64,
    "float32": 32,
    "float16": 16,
    "bfloat16": 16,
    "float8": 8,
    "int64": 64,
    "int32": 32,
    "int16": 16,
    "int8": 8,
    "int4": 4,
    "uint8": 8,
}
"""The bits of a number."""

_SYNONYMS = {
    "float64": "double fp64 f64",
    "float32": "float single fp32 f32 full",
    "float16": "half fp16 f16",
    "bfloat16": "bf16 brain",
    "float8": "fp8 f8 float8_e4m3fn float8_e5m2",
    "int64": "long i64",
    "int32": "int i32",
    "int16": "short i16",
    "int8": "char i8 qint8",
    "int4": "i4",
    "uint8": "byte u8 quint8",
}
"""What else the types are called, in PyTorch and elsewhere."""


class DataTypes:
    """The types of a network's numbers, each one of `BITS`.

    weights: of params and buffers. activations: of inputs and outputs.
    """

    __slots__ = ("activations", "weights")

    def __init__(self, weights: str = "float32", activations: str = "float32") -> None:
        self.weights = weights
        self.activations = activations

    def __str__(self) -> str:
        if self.weights == self.activations:
            return self.weights
        return f"weights={self.weights},activations={self.activations}"


def bytes_of(numbers: int, dtype: str) -> int:
    """The bytes of a tensor of so many numbers: where two share a byte, rounded up."""
    bits = BITS[dtype]
    return -(-(numbers * bits) // 8) if bits % 8 else numbers * (bits // 8)


def parse_data_types(text: str) -> DataTypes:
    """The types that a text names: `float16`, or `weights=int8,activations=float16`.

    What is not named is float32. Raises Refusal SC115.
    """
    if "=" not in text:
        name = _known(text)
        return DataTypes(name, name)
    types: dict[str, str] = {}
    for setting in text.split(","):
        numbers, _, name = (word.strip() for word in setting.partition("="))
        if numbers not in DataTypes.__slots__:
            known = sorted(DataTypes.__slots__, reverse=True)
            raise _unknown("dtypes are of weights and activations, not of", numbers, known)
        if numbers in types:
            raise Refusal("SC115", f"the dtype of {numbers} is given twice")
        types[numbers] = _known(name)
    return DataTypes(**types)


def _known(text: str) -> str:
    """The name of a type. Raises Refusal SC115 for another."""
    name = text.strip()
    if name in BITS:
        return name
    word = name.casefold().removeprefix("torch.")
    for known, synonyms in _SYNONYMS.items():
        if word == known or word in synonyms.split():
            raise Refusal("SC115", f"unknown dtype {shown(name)}", f"write {known}")
    raise _unknown("unknown dtype", name, BITS)


def _unknown(message: str, word: str, known: Collection[str]) -> Refusal:
    """The refusal of an unknown word."""
    from shapecalc.problems.suggestions import did_you_mean

    hint = did_you_mean(word, known) or "allowed: " + ", ".join(known)
    return Refusal("SC115", f"{message} {shown(word)}", hint)
