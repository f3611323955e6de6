"""The operators that are computed on small tensors whose numbers are known."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from shapecalc.importers.onnx.arrays import (
    BOOL,
    Array,
    broadcast_dims,
    is_small,
    kept_array,
    strides,
)
from shapecalc.importers.onnx.shapes import reshape_dims, squeezed_dims, unsqueezed_dims
from shapecalc.importers.onnx.values import reordered
from shapecalc.limits import MAXIMUM_ONNX_ELEMENTS

if TYPE_CHECKING:
    from shapecalc.importers.onnx.model import OnnxNode

Arrays = Sequence["Array | None"]
Computation = Callable[["OnnxNode", Arrays, int], "list[Array] | None"]


def _first(arrays: Arrays) -> Array:
    found = arrays[0] if arrays else None
    if found is None:
        raise ValueError("an input is missing")
    return found


def _at(arrays: Arrays, index: int) -> Array | None:
    return arrays[index] if index < len(arrays) else None


def _binary(function: Callable[[Any, Any], Any], is_test: bool = False) -> Computation:
    """A function of two numbers in the same place."""

    def compute(node: OnnxNode, arrays: Arrays, opset: int) -> list[Array] | None:
        given = [array for array in arrays if array is not None]
        result = given[0]
        for other in given[1:]:
            dims = broadcast_dims(result.dims, other.dims)
            if dims is None or not is_small(dims):
                return None
            pairs = zip(result.broadcast(dims), other.broadcast(dims), strict=True)
            values = [function(one, two) for one, two in pairs]
            found = kept_array(dims, values, BOOL if is_test else result.type)
            if found is None:
                return None
            result = found
        return [result]

    return compute


def _unary(function: Callable[[Any], Any]) -> Computation:
    def compute(node: OnnxNode, arrays: Arrays, opset: int) -> list[Array] | None:
        array = _first(arrays)
        found = kept_array(array.dims, [function(value) for value in array.values], array.type)
        return None if found is None else [found]

    return compute


def _divided(one: Any, two: Any) -> Any:
    """A quotient; of integers that which is cut off towards 0."""
    if isinstance(one, float) or isinstance(two, float):
        return one / two
    quotient = abs(one) // abs(two)
    return quotient if (one < 0) == (two < 0) else -quotient


def _power(one: Any, two: Any) -> Any:
    if isinstance(one, int) and (two < 0 or abs(two) * max(1, one.bit_length()) > 64):
        raise ValueError("a power that is no integer of 64 bits")
    return one**two


def _modulo(node: OnnxNode, arrays: Arrays, opset: int) -> list[Array] | None:
    function = math.fmod if node.integer("fmod", 0) else operator.mod
    return _binary(function)(node, arrays, opset)


def _cast(node: OnnxNode, arrays: Arrays, opset: int) -> list[Array] | None:
    found = _first(arrays).cast(node.integer("to", 0))
    return None if found is None else [found]


def _same(node: OnnxNode, arrays: Arrays, opset: int) -> list[Array] | None:
    return [_first(arrays)]


def _gathered(node: OnnxNode, arrays: Arrays, opset: int) -> list[Array] | None:
    data, indices = _first(arrays), _at(arrays, 1)
    axis = node.integer("axis", 0)
    if indices is None or not -len(data.dims) <= axis < len(data.dims):
        return None
    axis %= len(data.dims)
    size = data.dims[axis]
    places = [int(index) for index in indices.values]
    if any(not -size <= place < size for place in places):
        return None
    dims = data.dims[:axis] + indices.dims + data.dims[axis + 1 :]
    if not is_small(dims):
        return None
    inner = math.prod(data.dims[axis + 1 :])
    values = [
        data.values[(outer * size + place % size) * inner + rest]
        for outer in range(math.prod(data.dims[:axis]))
        for place in places
        for rest in range(inner)
    ]
    return [Array(dims, values, data.type)]


def _joined(node: OnnxNode, arrays: Arrays, opset: int) -> list[Array] | None:
    parts = [array for array in arrays if array is not None]
    rank = len(parts[0].dims)
    axis = node.integer("axis", 1) % rank
    outer = math.prod(parts[0].dims[:axis])
    shares = [len(part.values) // outer if outer else 0 for part in parts]
    if sum(shares) * outer > MAXIMUM_ONNX_ELEMENTS or any(len(p.dims) != rank for p in parts):
        return None
    values = [
        value
        for place in range(outer)
        for part, share in zip(parts, shares, strict=True)
        for value in part.values[place * share : (place + 1) * share]
    ]
    dims = list(parts[0].dims)
    dims[axis] = sum(part.dims[axis] for part in parts)
    if math.prod(dims) != len(values):
        return None
    return [Array(dims, values, parts[0].type)]


def _sliced(node: OnnxNode, arrays: Arrays, opset: int) -> list[Array] | None:
    data = _first(arrays)
    starts, ends = _integers(node, arrays, "starts", 1), _integers(node, arrays, "ends", 2)
    if starts is None or ends is None:
        return None
    axes = _integers(node, arrays, "axes", 3)
    axes = list(range(len(starts))) if axes is None else axes
    steps = (_integers(node, arrays, "steps", 4) if opset >= 10 else None) or [1] * len(starts)
    dims, jumps, first = list(data.dims), list(strides(data.dims)), 0
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        places = range(data.dims[axis])[start:end:step]
        first += (places[0] if places else 0) * strides(data.dims)[axis]
        jumps[axis] *= step
        dims[axis] = len(places)
    return [data.taken(dims, jumps, first)]


def _integers(node: OnnxNode, arrays: Arrays, name: str, index: int) -> list[int] | None:
    if node.has(name):
        return node.integers(name)
    found = _at(arrays, index)
    return None if found is None else [int(value) for value in found.values]


def _resized(node: OnnxNode, arrays: Arrays, opset: int) -> list[Array] | None:
    data = _first(arrays)
    if node.op == "Reshape":
        wanted = _integers(node, arrays, "shape", 1)
        zero = bool(node.integer("allowzero", 0))
        dims = None if wanted is None else reshape_dims(data.dims, wanted, zero)
        if dims is None and wanted == [-1] and not data.values:
            dims = (0,)
    elif node.op == "Squeeze":
        dims = squeezed_dims(data.dims, _integers(node, arrays, "axes", 1))
    elif node.op == "Unsqueeze":
        dims = unsqueezed_dims(data.dims, _integers(node, arrays, "axes", 1) or [])
    else:
        axis = node.integer("axis", 1)
        dims = (math.prod(data.dims[:axis]), math.prod(data.dims[axis:]))
    found = None if dims is None else data.reshaped(dims)
    return None if found is None else [found]


def _transposed(node: OnnxNode, arrays: Arrays, opset: int) -> list[Array] | None:
    data = _first(arrays)
    order = node.integers("perm") or list(range(len(data.dims)))[::-1]
    jumps = reordered(strides(data.dims), order)
    return [data.taken(reordered(data.dims, order), jumps)]


def _expanded(node: OnnxNode, arrays: Arrays, opset: int) -> list[Array] | None:
    data, shape = _first(arrays), _at(arrays, 1)
    if shape is None:
        return None
    dims = broadcast_dims(data.dims, [int(size) for size in shape.values])
    if dims is None or not is_small(dims):
        return None
    return [Array(dims, data.broadcast(dims), data.type)]


def _range(node: OnnxNode, arrays: Arrays, opset: int) -> list[Array] | None:
    start, limit, delta = (_number(arrays, index) for index in range(3))
    count = max(0, math.ceil((limit - start) / delta))
    if count > MAXIMUM_ONNX_ELEMENTS:
        return None
    values = [start + delta * place for place in range(count)]
    return [Array((count,), values, _first(arrays).type)]


def _number(arrays: Arrays, index: int) -> Any:
    found = _at(arrays, index)
    if found is None or len(found.values) != 1:
        raise ValueError("an input is not one number")
    return found.values[0]


def _chosen(node: OnnxNode, arrays: Arrays, opset: int) -> list[Array] | None:
    condition, one, two = _first(arrays), _at(arrays, 1), _at(arrays, 2)
    if one is None or two is None:
        return None
    dims = broadcast_dims(condition.dims, one.dims, two.dims)
    if dims is None or not is_small(dims):
        return None
    rows = zip(condition.broadcast(dims), one.broadcast(dims), two.broadcast(dims), strict=True)
    return [Array(dims, [yes if test else no for test, yes, no in rows], one.type)]


def _reduced(function: Callable[[Sequence[Any]], Any]) -> Computation:
    """A function of all numbers, or of all along the only axis."""

    def compute(node: OnnxNode, arrays: Arrays, opset: int) -> list[Array] | None:
        data = _first(arrays)
        axes = _integers(node, arrays, "axes", 1)
        rank = len(data.dims)
        whole = {axis % rank for axis in axes} == set(range(rank)) if axes and rank else True
        if not whole or not data.values:
            return None
        dims = (1,) * rank if node.integer("keepdims", 1) else ()
        found = kept_array(dims, [function(data.values)], data.type)
        return None if found is None else [found]

    return compute


def _parts(node: OnnxNode, arrays: Arrays, opset: int) -> list[Array] | None:
    data = _first(arrays)
    axis = node.integer("axis", 0)
    sizes = _integers(node, arrays, "split", 1)
    if len(data.dims) != 1 or axis not in (0, -1):
        return None
    if sizes is None:
        count = len(node.outputs)
        part = -(-data.dims[0] // count)
        sizes = [min(part, data.dims[0] - part * place) for place in range(count)]
    if sum(sizes) != data.dims[0] or min(sizes) < 0:
        return None
    found, start = [], 0
    for size in sizes:
        found.append(Array((size,), data.values[start : start + size], data.type))
        start += size
    return found


def _tiled(node: OnnxNode, arrays: Arrays, opset: int) -> list[Array] | None:
    data, counts = _first(arrays), _at(arrays, 1)
    if (
        counts is None
        or len(data.dims) != 1
        or len(data.values) * counts.values[0] > MAXIMUM_ONNX_ELEMENTS
    ):
        return None
    values = data.values * int(counts.values[0])
    return [Array((len(values),), values, data.type)]


def _clipped(node: OnnxNode, arrays: Arrays, opset: int) -> list[Array] | None:
    data, low, high = _first(arrays), _at(arrays, 1), _at(arrays, 2)
    values = data.values
    if low is not None:
        values = [max(value, low.values[0]) for value in values]
    if high is not None:
        values = [min(value, high.values[0]) for value in values]
    return [Array(data.dims, values, data.type)]


def _floor(value: Any) -> Any:
    return value if isinstance(value, int) else float(math.floor(value))


def _ceil(value: Any) -> Any:
    return value if isinstance(value, int) else float(math.ceil(value))


ARRAY_FUNCTIONS: dict[str, Computation] = {
    "Add": _binary(operator.add),
    "Sub": _binary(operator.sub),
    "Mul": _binary(operator.mul),
    "Div": _binary(_divided),
    "Pow": _binary(_power),
    "Mod": _modulo,
    "Min": _binary(min),
    "Max": _binary(max),
    "Equal": _binary(operator.eq, True),
    "Greater": _binary(operator.gt, True),
    "GreaterOrEqual": _binary(operator.ge, True),
    "Less": _binary(operator.lt, True),
    "LessOrEqual": _binary(operator.le, True),
    "And": _binary(lambda one, two: one and two, True),
    "Or": _binary(lambda one, two: one or two, True),
    "Not": _unary(operator.not_),
    "Neg": _unary(operator.neg),
    "Abs": _unary(abs),
    "Floor": _unary(_floor),
    "Ceil": _unary(_ceil),
    "Round": _unary(lambda value: value if isinstance(value, int) else float(round(value))),
    "Sqrt": _unary(math.sqrt),
    "Reciprocal": _unary(lambda value: 1 / value),
    "Cast": _cast,
    "Identity": _same,
    "Gather": _gathered,
    "Concat": _joined,
    "Slice": _sliced,
    "Reshape": _resized,
    "Squeeze": _resized,
    "Unsqueeze": _resized,
    "Flatten": _resized,
    "Transpose": _transposed,
    "Expand": _expanded,
    "Range": _range,
    "Where": _chosen,
    "ReduceProd": _reduced(math.prod),
    "ReduceSum": _reduced(sum),
    "ReduceMax": _reduced(max),
    "ReduceMin": _reduced(min),
    "Split": _parts,
    "Tile": _tiled,
    "Clip": _clipped,
}
