"""Nodes that are computed rather than converted: what graphs do with shapes and other constants.

Integers are exact; floating-point numbers are rounded as their type is.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from shapecalc.importers.onnx.array_functions import ARRAY_FUNCTIONS
from shapecalc.importers.onnx.arrays import FLOAT, INT64, Array, broadcast_dims, is_small
from shapecalc.importers.onnx.shapes import reshape_dims, squeezed_dims, unsqueezed_dims
from shapecalc.importers.onnx.values import Absent, Weight, reordered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.onnx.model import OnnxNode
    from shapecalc.importers.onnx.values import Constant, GraphValue

_SAME = {"Identity", "Cast", "CastLike", "Dropout"}


def folded_values(
    node: OnnxNode, values: Sequence[GraphValue | None], opset: int
) -> list[GraphValue] | None:
    """What the outputs of a node are, where they can be computed; None where they cannot."""
    if node.op == "Constant":
        found = _constant(node)
        return None if found is None else [found]
    first = values[0] if values else None
    sizes = None if first is None or isinstance(first, Absent) else first.dims
    if node.op in ("Shape", "Size") and sizes is not None:
        return [_shape(node, sizes) if node.op == "Shape" else _size(sizes)]
    arrays = [value for value in values if isinstance(value, Array)]
    given = [value for value in values if value is not None]
    if node.op == "ConstantOfShape" and len(arrays) == len(given) == 1:
        return _filled(node, arrays[0])
    if not given and values != []:
        return None
    if given and len(arrays) == len(given) and node.op in ARRAY_FUNCTIONS:
        optional = [value if isinstance(value, Array) else None for value in values]
        try:
            kept = _kept(ARRAY_FUNCTIONS[node.op](node, optional, opset))
            return _learned(node, arrays, kept)
        except (ArithmeticError, ValueError, IndexError, TypeError):
            return None  # a node that is malformed, of which its converter says what is wrong
    if isinstance(first, Weight | Array):
        return of_weight(node, first, values[1:])
    return None


def _learned(
    node: OnnxNode, given: Sequence[Array], found: list[GraphValue] | None
) -> list[GraphValue] | None:
    """What was computed of constants that are learned is learned, too, if it is as many numbers."""
    learned = [array for array in given if array.is_learned]
    if not learned or found is None:
        return found
    (result, *others) = found
    if others or len(learned) > 1 or not isinstance(result, Array):
        return None
    if len(result.values) != len(learned[0].values):
        return None
    name = node.outputs[0] if node.op == "Identity" else learned[0].name
    return [Array(result.dims, result.values, result.type, name, True)]


def _kept(found: list[Array] | None) -> list[GraphValue] | None:
    if found is None or not all(is_small(array.dims) for array in found):
        return None
    return list(found)


def _constant(node: OnnxNode) -> Constant | None:
    """The value of a Constant node, which may say it in several ways."""
    attributes = node.attributes
    if "value" in attributes and attributes["value"].tensor is not None:
        tensor = attributes["value"].tensor
        return tensor.array(False) or Weight(node.outputs[0], tensor.dims, False)
    for name, type in (("value_int", INT64), ("value_float", FLOAT)):
        if name in attributes:
            number: Any = attributes[name].integer if type == INT64 else attributes[name].float
            return Array((), [number], type)
    for name, type in (("value_ints", INT64), ("value_floats", FLOAT)):
        if name in attributes:
            numbers: list[Any] = (
                attributes[name].integers if type == INT64 else attributes[name].floats
            )
            return Array((len(numbers),), numbers, type)
    return None


def _shape(node: OnnxNode, dims: Sequence[int]) -> Array:
    rank = len(dims)
    start, end = node.integer("start", 0), node.integer("end", rank)
    return Array.of(list(dims[slice(start, end)]))


def _size(dims: Sequence[int]) -> Array:
    count = 1
    for size in dims:
        count *= size
    return Array((), [count], INT64)


def _filled(node: OnnxNode, shape: Array) -> list[GraphValue] | None:
    dims = _whole(shape)
    if dims is None or any(size < 0 for size in dims):
        return None
    attribute = node.attributes.get("value")
    tensor = None if attribute is None else attribute.tensor
    value = Array((), [0.0], FLOAT) if tensor is None else tensor.array(False)
    if value is None or len(value.values) != 1:
        return None
    if not is_small(dims):
        return [Weight(node.outputs[0] if node.outputs else "", tuple(dims), False)]
    count = _size(dims).values[0]
    return [Array(dims, value.values * count, value.type)]


def of_weight(
    node: OnnxNode, weight: Constant, others: Sequence[GraphValue | None]
) -> list[GraphValue] | None:
    """A weight in other sizes, whose numbers need not be known for that."""
    dims: tuple[int, ...] | None = None
    if node.op == "Identity":  # which an exporter writes for numbers that are the same
        return [Weight(node.outputs[0], weight.dims, weight.is_learned)]
    if node.op in _SAME:
        return [weight]
    if node.op == "DequantizeLinear":
        scale, zero = (*others, None, None)[:2]
        if isinstance(weight, Array) and isinstance(scale, Array):
            found = weight.dequantized(scale, zero if isinstance(zero, Array) else None)
            if found is not None:
                return [found]
        is_learned = weight.is_learned or prod(weight.dims) > 1
        return [Weight(weight.name, weight.dims, is_learned)]
    if node.op == "Transpose":
        order = node.integers("perm") or list(range(len(weight.dims)))[::-1]
        if sorted(order) != list(range(len(weight.dims))):
            return None
        dims = reordered(weight.dims, order)
    elif node.op == "Expand":
        wanted = _numbers(node, others)
        wide = None if wanted is None else broadcast_dims(weight.dims, wanted)
        dims = wide if wide is not None and prod(wide) == prod(weight.dims) else None
    elif node.op in ("Reshape", "Squeeze", "Unsqueeze"):
        wanted = _numbers(node, others)
        if node.op == "Reshape" and wanted is not None:
            dims = reshape_dims(weight.dims, wanted, bool(node.integer("allowzero", 0)))
        elif node.op == "Squeeze":
            dims = squeezed_dims(weight.dims, wanted)
        elif wanted is not None:
            dims = unsqueezed_dims(weight.dims, wanted)
    return None if dims is None else [Weight(weight.name, dims, weight.is_learned)]


def _numbers(node: OnnxNode, others: Sequence[GraphValue | None]) -> list[int] | None:
    for name in ("axes", "shape"):
        if node.has(name):
            return node.integers(name)
    given = others[0] if others else None
    return _whole(given) if isinstance(given, Array) else None


def _whole(array: Array) -> list[int] | None:
    """The numbers of an array of integers; None for one of others."""
    if any(isinstance(value, float) for value in array.values):
        return None
    return [int(value) for value in array.values]
