"""The fields of layers, and the arguments of blocks, as the arguments of Python's calls."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from shapecalc import layers
from shapecalc.expressions.expression import Expression
from shapecalc.language.block_values import BlockValue
from shapecalc.layers.base import LayerType
from shapecalc.layers.fields import REQUIRED, Count, Inferred, split_sizes
from shapecalc.render.code.computing import Known
from shapecalc.render.code.trees import Tree, constant, put, tree_of
from shapecalc.render.code.writing import source
from shapecalc.render.pytorch.spoken import CLASSES, KINDS_OF_WEIGHT, NOT_IN_PYTORCH
from shapecalc.shapes.axes import dim_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapecalc.language.items import LayerItem
    from shapecalc.layers.fields import Field

_ALONG_AXES = ("axes", "axes or pairs", "axes or null")


def class_of(name: str) -> Known:
    """The class of a layer type."""
    return Known(name if name in CLASSES else f"nn.{name}", name)


def tree_of_value(value: Any, names: Mapping[str, Tree]) -> Tree:
    """A value as it is written in a spec, with other trees in place of names."""
    if isinstance(value, Expression):
        return put(tree_of(value.text), names)
    if isinstance(value, (list, tuple)):
        import ast

        return ast.Tuple([tree_of_value(each, names) for each in value], ast.Load())
    if isinstance(value, str):
        sizes = split_sizes(value)
        if sizes is not None:
            return constant(sizes)
        if isinstance(value, BlockValue) and value.fields:
            return _partial_class(value)
        if layers.find_type(str(value)) is not None:
            return class_of(str(value))
    return constant(value)


def _partial_class(value: BlockValue) -> Tree:
    """A class with some of its arguments."""
    own = value.found
    assert isinstance(own, LayerType)
    arguments = [class_of(own.name).id]
    for name, given in sorted(value.fields.items(), key=lambda each: each[0] not in leading(own)):
        field = own.fields[name]
        read = None if field.is_null(given) else field.read(given, own.rank)
        text = source(tree_of_field(field, read, own.rank))
        arguments.append(text if name in leading(own) else f"{name}={text}")
    return Known(f"partial({', '.join(arguments)})", value)


def tree_of_field(field: Field[Any], value: Any, rank: int) -> Tree:
    """The value of a layer's field, as its class in PyTorch has it."""
    if field.kind == "sides":
        sides = tuple(side for pair in reversed(value) for side in pair)
        alike = len(value) == rank and len(set(sides)) == 1
        return constant(sides[0] if alike else sides)
    if field.kind in _ALONG_AXES and isinstance(value, tuple):
        alike = len(set(value)) == 1 and value[0] is not None
        return constant(value[0] if alike else value)
    return constant(value)


def numbered_axes(value: Any, axes: int) -> Any:
    """The value of a field of axes, of which there are so many without the batch: their names as
    PyTorch counts them."""
    names = dim_names(axes)
    if isinstance(value, (list, tuple)):
        return type(value)(numbered_axes(each, axes) for each in value)
    return names.index(value) + 1 if isinstance(value, str) and value in names else value


def is_channels(name: str, field: Field[Any]) -> bool:
    """Whether a field follows from the channels of the input."""
    return isinstance(field, Inferred) or name == "normalized_shape"


@lru_cache(512)
def leading(layer_type: LayerType) -> tuple[str, ...]:
    """The fields that come first in the call, without their names: counts of channels, and other
    counts that it needs."""
    found: list[str] = []
    for name, field in layer_type.fields.items():
        if not (
            is_channels(name, field) or (isinstance(field, Count) and field.default is REQUIRED)
        ):
            break
        found.append(name)
    return tuple(found)


@lru_cache(512)
def other_channels(layer_type: LayerType) -> tuple[str, ...]:
    """The fields that follow from the channels and do not come first."""
    first = leading(layer_type)
    fields = layer_type.fields.items()
    return tuple(name for name, field in fields if name not in first and is_channels(name, field))


def written_fields(item: LayerItem, layer_type: LayerType, layer: Any) -> dict[str, Any]:
    """The fields that an item writes, in its order: values that are read, or expressions.

    Without those that have the value of their default anyhow, and those of no class in PyTorch.
    layer: the layer itself, if nothing about it depends on a run.
    """
    left_out = (*NOT_IN_PYTORCH.get(layer_type.name, ()), *KINDS_OF_WEIGHT, "leading")
    found: dict[str, Any] = {}
    for key in item.node.values:
        field = layer_type.fields.get(key)
        if field is None or key in left_out:
            continue
        if layer is not None:
            value = layer.field_value(key)
        else:
            assert item.values is not None
            if key not in item.values:
                continue
            value = item.values[key]
        found[key] = value
    return found


def is_default(layer_type: LayerType, name: str, value: Any) -> bool:
    """Whether a field's value, read, is what it is without being written."""
    field = layer_type.fields[name]
    if field.required or field.like is not None:
        return False
    return bool(value == field.read_default(layer_type.rank))
