"""Constants that a tensor is joined with, as layers of their own: learned tensors, or buffers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shapecalc.importers.network import ImportedLayer
from shapecalc.importers.onnx.values import BATCH, GraphTensor, natural_axes
from shapecalc.limits import MAXIMUM_RANK
from shapecalc.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.network import Wire
    from shapecalc.importers.onnx.conversion import Conversion
    from shapecalc.importers.onnx.model import OnnxNode
    from shapecalc.importers.onnx.values import Constant


_CHANNELS_FIRST = frozenset(
    ["Conv", "ConvTranspose", "BatchNormalization", "InstanceNormalization", "Resize"]
)
"""Operators whose channels are the second axis."""

_BUFFERS = re.compile(
    r"(^|\.)(relative_coords_table|relative_coordinates_log|attn_mask|inv_freq"
    r"|rope\.pos_embed(_sin|_cos)?)$"
)
"""What modules of PyTorch's call tables that are not learned, which files do not tell."""


def stored(
    conversion: Conversion,
    node: OnnxNode,
    constant: Constant,
    dims: Sequence[int],
    beside: GraphTensor,
) -> GraphTensor:
    """A constant of sizes as a Parameter or a Buffer, beside a tensor. Raises Refusal.

    A size of 1 is where the batch is, if the tensor has it there.
    """
    batch = beside.axes.index(BATCH) if BATCH in beside.axes else None
    alike = len(dims) == len(beside.axes)
    if batch is not None and not ((alike or not batch) and len(dims) > 1 and dims[batch] == 1):
        raise conversion.stop(node, "a constant has a size where the batch is")
    sizes = [size for place, size in enumerate(dims) if place != batch]
    axes = tuple(axis for axis in beside.axes if axis != BATCH) if alike else _last(len(sizes))
    wire = _wire(conversion, node, constant, sizes, axes)
    if batch is None:
        return GraphTensor(wire, axes, beside.batch)
    return GraphTensor(wire, (*axes[:batch], BATCH, *axes[batch:]), beside.batch)


def stored_alone(conversion: Conversion, node: OnnxNode, constant: Constant) -> GraphTensor:
    """A constant as a Parameter or a Buffer that a node takes. Raises Refusal.

    Its channels are its last axis, but for a convolution, or for the like.
    """
    dims = constant.dims
    first = len(dims) > 1 and dims[0] == 1
    sizes = dims[first:]
    axes = natural_axes(len(sizes) - 1)[1:] if node.op in _CHANNELS_FIRST else _last(len(sizes))
    wire = _wire(conversion, node, constant, sizes, axes)
    return GraphTensor(wire, (BATCH, *axes) if first else axes, 1)


def _last(count: int) -> tuple[int, ...]:
    """So many axes without the batch, the channels last."""
    return (*range(2, count + 1), 1)


def _wire(
    conversion: Conversion,
    node: OnnxNode,
    constant: Constant,
    sizes: Sequence[int],
    axes: Sequence[int],
) -> Wire:
    if not 0 < len(sizes) <= MAXIMUM_RANK + 1 or 0 in sizes:
        raise conversion.stop(node, "one of its inputs is a constant")
    shape = Shape.from_chw(size for _, size in sorted(zip(axes, sizes, strict=True)))
    key = (constant.name, tuple(shape))
    known = conversion.stored.get(key) if constant.name else None
    if known is not None:
        return known
    learned = constant.is_learned and not _BUFFERS.search(constant.name)
    type = "Parameter" if learned else "Buffer"
    fields = {"shape": list(shape)}
    owner = conversion.owners.owner(type, fields, (), [constant], node) if learned else None
    if isinstance(owner, str):
        raise conversion.stop(node, owner)
    name = constant.name or conversion.names.of(node)
    params = shape.elements if learned else 0
    if learned and conversion.is_pytorchs and "." not in constant.name.strip("."):
        conversion.network.remark(
            "tensors that an exporter computed of others count as the file has them: as learned"
        )
    wire = conversion.network.add(name, type, fields, [], output=shape, params=params, shares=owner)
    if learned and owner is None and isinstance(wire.of, ImportedLayer):
        conversion.owners.owned(wire.of, [constant], node)
    conversion.stored[key] = wire
    conversion.stored_names.add(constant.name)
    return wire
