"""Tensors in other sizes or with their axes in another order."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from shapecalc.importers.onnx.arrays import broadcast_dims
from shapecalc.importers.onnx.tensors import MOST_DIMS
from shapecalc.importers.onnx.values import Stretched
from shapecalc.importers.onnx.views import transposed_view, viewed
from shapecalc.problems.formatting import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.onnx.conversion import Conversion, Operator
    from shapecalc.importers.onnx.model import OnnxNode


def reshape_dims(
    dims: Sequence[int], wanted: Sequence[int], allow_zero: bool
) -> tuple[int, ...] | None:
    """The sizes that a reshape leads to: 0 keeps one, -1 is what is left. None where none are."""
    found = []
    for axis, size in enumerate(wanted):
        if size == 0 and not allow_zero:
            if axis >= len(dims):
                return None
            size = dims[axis]
        found.append(size)
    if found.count(-1) == 1:
        rest = prod(size for size in found if size != -1)
        if rest <= 0 or prod(dims) % rest:
            return None
        found[found.index(-1)] = prod(dims) // rest
    good = all(size > 0 for size in found) and prod(found) == prod(dims)
    return tuple(found) if good else None


def squeezed_dims(dims: Sequence[int], axes: Sequence[int] | None) -> tuple[int, ...] | None:
    """The sizes without axes of one place, those that are named or all. None where they are not."""
    if axes is None:
        return tuple(size for size in dims if size != 1)
    gone = {axis % len(dims) if dims else axis for axis in axes}
    if any(axis >= len(dims) or dims[axis] != 1 for axis in gone):
        return None
    return tuple(size for axis, size in enumerate(dims) if axis not in gone)


def unsqueezed_dims(dims: Sequence[int], axes: Sequence[int]) -> tuple[int, ...] | None:
    """The sizes with new axes of one place. None where those cannot be."""
    rank = len(dims) + len(axes)
    places = {axis % rank for axis in axes}
    if len(places) < len(axes) or any(not -rank <= axis < rank for axis in axes):
        return None
    rest = iter(dims)
    return tuple(1 if axis in places else next(rest) for axis in range(rank))


def _view(
    conversion: Conversion, node: OnnxNode, dims: tuple[int, ...] | None, wanted: object
) -> None:
    value = conversion.view(node)
    if dims is None:
        text = f"{'x'.join(map(str, value.dims))} cannot become {shown(wanted)}"
        raise conversion.refused(node, text)
    if len(dims) > MOST_DIMS:
        raise conversion.refused(
            node, f"its output has {len(dims)} axes: the maximum is {MOST_DIMS}"
        )
    conversion.set(node, viewed(value, node, dims))


def _reshape(conversion: Conversion, node: OnnxNode) -> None:
    wanted = conversion.integers(node, "shape", 1)
    if wanted is None:
        raise conversion.refused(node, "its shape is missing")
    dims = conversion.view(node).dims
    allow_zero = bool(node.integer("allowzero", 0))
    _view(conversion, node, reshape_dims(dims, wanted, allow_zero), wanted)


def _flatten(conversion: Conversion, node: OnnxNode) -> None:
    dims = conversion.view(node).dims
    axis = node.integer("axis", 1)
    if not -len(dims) <= axis <= len(dims):
        raise conversion.refused(node, f"the axis {axis} is not one of {len(dims)}")
    axis = axis + len(dims) if axis < 0 else axis
    _view(conversion, node, (prod(dims[:axis]), prod(dims[axis:])), axis)


def _squeeze(conversion: Conversion, node: OnnxNode) -> None:
    axes = conversion.integers(node, "axes", 1)
    _view(conversion, node, squeezed_dims(conversion.view(node).dims, axes), axes)


def _unsqueeze(conversion: Conversion, node: OnnxNode) -> None:
    axes = conversion.integers(node, "axes", 1)
    if axes is None:
        raise conversion.refused(node, "its axes are missing")
    _view(conversion, node, unsqueezed_dims(conversion.view(node).dims, axes), axes)


def _transpose(conversion: Conversion, node: OnnxNode) -> None:
    value = conversion.view(node)
    rank = len(value.dims)
    order = node.integers("perm") if node.has("perm") else list(range(rank))[::-1]
    if sorted(order) != list(range(rank)):
        raise conversion.refused(node, f"perm {order} is not an order of {rank} axes")
    conversion.set(node, transposed_view(value, node, order))


def _expand(conversion: Conversion, node: OnnxNode) -> None:
    value = conversion.view(node)
    wanted = tuple(conversion.whole(node, 1))
    both = broadcast_dims(value.dims, wanted)
    if both is None:
        raise conversion.refused(node, "its shape does not fit its input")
    if prod(both) != prod(value.dims):
        conversion.set(node, Stretched(value, both))
        return
    _view(conversion, node, both, wanted)


def _tile(conversion: Conversion, node: OnnxNode) -> None:
    counts = conversion.whole(node, 1)
    value = conversion.view(node)
    if len(counts) != len(value.dims) or any(count < 1 for count in counts):
        raise conversion.refused(node, "its repeats do not fit its input")
    if any(count > 1 for count in counts):
        if any(count > 1 < size for count, size in zip(counts, value.dims, strict=True)):
            raise conversion.stop(node, "no layer type repeats a tensor along an axis")
        dims = tuple(map(int.__mul__, value.dims, counts))
        conversion.set(node, Stretched(value, dims))
        return
    conversion.set(node, value)


SHAPE_OPERATORS: dict[str, Operator] = {
    "Reshape": _reshape,
    "Flatten": _flatten,
    "Squeeze": _squeeze,
    "Unsqueeze": _unsqueeze,
    "Transpose": _transpose,
    "Expand": _expand,
    "Tile": _tile,
}
