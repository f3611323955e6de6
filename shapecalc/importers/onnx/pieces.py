"""Constants of which all numbers are not read: what they are made of, and their first numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.onnx.arrays import FLOATS, Array
from shapecalc.importers.onnx.values import Weight

if TYPE_CHECKING:
    from shapecalc.importers.onnx.conversion import Conversion
    from shapecalc.importers.onnx.values import Constant

_MOVING = frozenset(
    [
        *("Slice", "Concat", "Split", "Gather", "Squeeze", "Unsqueeze", "Transpose", "Reshape"),
        *("Identity", "Cast", "Expand", "Tile"),
    ]
)
"""Operators that put numbers elsewhere and compute none."""

_MOST = 256
"""The most nodes that lead to a constant."""


def learned_pieces(conversion: Conversion, name: str) -> list[Constant] | None:
    """The learned constants whose numbers a constant has, in their order, each once; None where
    they are computed with, or lie behind too many nodes."""
    found: dict[str, Constant] = {}
    seen: set[str] = set()
    left = [name]
    while left:
        each = left.pop()
        if not each or each in seen:
            continue
        seen.add(each)
        value = conversion.values.get(each)
        node = conversion.makers.get(each)
        if isinstance(value, Array | Weight):
            if value.is_learned:
                found.setdefault(value.name, value)
        elif node is None or node.op not in _MOVING or node.domain or len(seen) > _MOST:
            return None
        else:
            left += reversed(node.inputs)
    return list(found.values())


def first_numbers(conversion: Conversion, constant: Constant) -> list[float]:
    """The first numbers of a constant; none where they are not in the file."""
    if isinstance(constant, Array):
        return constant.values
    tensor = conversion.graph.initializers.get(constant.name)
    return tensor.first_numbers() if tensor is not None and tensor.type in FLOATS else []
