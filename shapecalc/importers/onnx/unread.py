"""What nodes make of constants whose numbers are not computed here: its sizes, and what of it is
learned.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from shapecalc.importers.onnx.arrays import Array, broadcast_dims
from shapecalc.importers.onnx.folding import of_weight
from shapecalc.importers.onnx.order import node_text
from shapecalc.importers.onnx.values import Computed, Weight
from shapecalc.limits import MAXIMUM_ELEMENTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shapecalc.importers.onnx.model import OnnxNode, OnnxValue
    from shapecalc.importers.onnx.values import GraphValue

    Dims = tuple[int, ...]

_CHOOSING = {
    *("Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "Not", "And", "Or", "Where"),
}
"""The operators that compare numbers, or choose by what was compared."""

_IN_PLACE = {"Add", "Sub", "Mul", "Div", "Mod", "Pow", "Max", "Min", *_CHOOSING}
"""The operators that compute each number of those in its place."""

_OF_THE_FIRST = {
    *("Abs", "BatchNormalization", "Ceil", "Clip", "Cos", "CumSum", "Erf", "Exp", "Floor", "Log"),
    *("LpNormalization", "Neg", "Reciprocal", "Relu", "Round", "ScatterND", "Sigmoid", "Sign"),
    *("Sin", "Softmax", "Sqrt", "Tanh", "Trilu"),
}
"""The operators that leave the sizes of their first input."""

_OTHERS = {
    *("Cast", "Concat", "Expand", "Flatten", "Gather", "GatherElements", "GatherND", "Identity"),
    *("Pad", "ReduceL2", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceSum", "ReduceSumSquare"),
    *("Reshape", "Slice", "Split", "Squeeze", "Tile", "Transpose", "Unsqueeze"),
}
"""Others that have no products to count."""

_MOST_SOURCES = 8
"""The most learned constants that are kept for what is computed of them."""


def unread(
    node: OnnxNode,
    values: Sequence[GraphValue],
    name: str = "",
    said: Mapping[str, OnnxValue] | None = None,
    is_told: bool = True,
) -> Weight | Computed:
    """What a node makes of constants, by its name, "" for the first. said: what the file says of
    tensors. is_told: whether the file tells which constants are learned.

    It is a constant that is not learned where none of those are; a learned one in other sizes, or
    of other numbers, where one is, and it is as many numbers. Of a comparison, or a choice by one,
    as of a mask, nothing is learned.
    """
    first = node.outputs[0] if node.outputs else ""
    name = name or first
    dims = (_dims(node, values) if name == first else None) or _said(name, said or {})
    if dims is not None and prod(dims) > MAXIMUM_ELEMENTS:
        dims = None
    if node.op in _CHOOSING and dims is not None:
        return Weight(name, dims, False)
    sources = _sources(_counted(node, values), is_told)
    if node.op not in _IN_PLACE | _OF_THE_FIRST | _OTHERS:
        sources = None
    if sources is not None and dims is not None:
        if not sources:
            return Weight(name, dims, False)
        if len(sources) == 1 and prod(sources[0].dims) == prod(dims):
            return Weight(sources[0].name, dims, True)
    return Computed(node, f"{node_text(node)} computes it of constants", dims, sources)


def _dims(node: OnnxNode, values: Sequence[GraphValue]) -> Dims | None:
    """The sizes of what a node makes, where they follow from those of its inputs."""
    all_dims = [
        value.dims if isinstance(value, Array | Weight | Computed) else None for value in values
    ]
    first = all_dims[0]
    if node.op in _IN_PLACE and None not in all_dims:
        return broadcast_dims(*(each for each in all_dims if each is not None))
    if node.op in _OF_THE_FIRST or first is None:
        return first
    if node.op == "GatherElements":
        return all_dims[-1]
    if node.op == "Gather" and len(all_dims) > 1:
        axis, places = node.integer("axis", 0), all_dims[1]
        if places is not None and -len(first) <= axis < len(first):
            axis %= len(first)
            return (*first[:axis], *places, *first[axis + 1 :])
    if node.op == "Slice":
        return _sliced(node, first, values)
    if node.op == "Expand":
        wanted = _integers(node, values, "shape", 1)
        return None if wanted is None else broadcast_dims(first, tuple(wanted))
    if node.op == "GatherND" and len(all_dims) > 1:
        places = all_dims[1]
        if not places or places[-1] > len(first) or node.integer("batch_dims", 0):
            return None
        return (*places[:-1], *first[places[-1] :])
    if node.op == "Concat" and None not in all_dims:
        return _joined(node, [each for each in all_dims if each is not None])
    if node.op == "Tile":
        counts = _integers(node, values, "repeats", 1)
        good = counts is not None and len(counts) == len(first) and min(counts, default=0) > 0
        return tuple(map(int.__mul__, first, counts)) if counts is not None and good else None
    if node.op.startswith("Reduce"):
        return _reduced(node, first, values)
    views = of_weight(node, Weight("", first, False), values[1:])
    return views[0].dims if views and isinstance(views[0], Weight) else None


def _integers(node: OnnxNode, values: Sequence[GraphValue], name: str, at: int) -> list[int] | None:
    """Integers that are an attribute or an input; None where they are not known."""
    if node.has(name):
        return node.integers(name)
    found = values[at] if at < len(values) else None
    return list(map(int, found.values)) if isinstance(found, Array) else None


def _sliced(node: OnnxNode, dims: Dims, values: Sequence[GraphValue]) -> Dims | None:
    starts, ends = _integers(node, values, "starts", 1), _integers(node, values, "ends", 2)
    axes = _integers(node, values, "axes", 3)
    steps = _integers(node, values, "steps", 4)
    if starts is None or ends is None or (len(values) > 4 and steps is None):
        return None
    axes = list(range(len(starts))) if axes is None else axes
    steps = [1] * len(starts) if steps is None else steps
    if not len(starts) == len(ends) == len(axes) == len(steps) or 0 in steps:
        return None
    found = list(dims)
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        if not -len(dims) <= axis < len(dims):
            return None
        found[axis] = len(range(dims[axis])[start:end:step])
    return tuple(found)


def _joined(node: OnnxNode, all_dims: Sequence[Dims]) -> Dims | None:
    axis, rank = node.integer("axis", 1), len(all_dims[0])
    if not -rank <= axis < rank or any(len(dims) != rank for dims in all_dims):
        return None
    found = list(all_dims[0])
    found[axis] = sum(dims[axis] for dims in all_dims)
    return tuple(found)


def _reduced(node: OnnxNode, dims: Dims, values: Sequence[GraphValue]) -> Dims | None:
    axes = _integers(node, values, "axes", 1)
    if axes is None or any(not -len(dims) <= axis < len(dims) for axis in axes):
        return None
    gone = {axis % len(dims) for axis in axes}
    kept = node.integer("keepdims", 1)
    return tuple(
        1 if axis in gone else size for axis, size in enumerate(dims) if kept or axis not in gone
    )


def _said(name: str, said: Mapping[str, OnnxValue]) -> Dims | None:
    value = said.get(name)
    if value is None or value.dims is None:
        return None
    dims = tuple(size for size in value.dims if isinstance(size, int))
    return dims if len(dims) == len(value.dims) else None


def _counted(node: OnnxNode, values: Sequence[GraphValue]) -> Sequence[GraphValue]:
    """The inputs of which what is learned counts: of a batch norm, as weights are standardized by,
    neither means and variances, nor scales and biases that PyTorch's exporter makes up and numbers.
    """
    if node.op != "BatchNormalization":
        return values
    affine = [
        each
        for each in values[1:3]
        if not isinstance(each, Array | Weight) or not each.name.startswith("val_")
    ]
    return [*values[:1], *affine]


def _sources(values: Sequence[GraphValue], is_told: bool) -> tuple[Weight, ...] | None:
    """The learned constants that values are computed of; None where they are not known."""
    found: dict[str, Weight] = {}
    for value in values:
        if isinstance(value, Computed):
            if value.sources is None:
                return None
            found.update((each.name, each) for each in value.sources)
        elif isinstance(value, Array | Weight) and _may_be_learned(value):
            if not value.name:
                return None
            found.setdefault(value.name, Weight(value.name, value.dims, True))
        elif isinstance(value, Weight) and not is_told:
            return None
    return tuple(found.values()) if len(found) <= _MOST_SOURCES else None


def _may_be_learned(constant: Array | Weight) -> bool:
    """Whether a constant may be learned, which numbers that PyTorch's exporter makes up are not."""
    return constant.is_learned and not (constant.dims == () and constant.name.startswith("val_"))
