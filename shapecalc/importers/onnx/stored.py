"""Constants that a tensor is joined with, as layers of their own: learned tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.network import ImportedLayer
from shapecalc.importers.onnx.values import BATCH, GraphTensor
from shapecalc.limits import MAXIMUM_RANK
from shapecalc.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapecalc.importers.onnx.conversion import Conversion
    from shapecalc.importers.onnx.model import OnnxNode
    from shapecalc.importers.onnx.values import Constant


def stored(
    conversion: Conversion,
    node: OnnxNode,
    constant: Constant,
    dims: Sequence[int],
    beside: GraphTensor,
) -> GraphTensor:
    """A constant of sizes as a Parameter, beside a tensor. Raises Refusal.

    A first size of 1 is where the batch is, if the tensor has it there.
    """
    first = beside.axes[:1] == (BATCH,) and len(dims) > 1 and dims[0] == 1
    if BATCH in beside.axes and not first:
        raise conversion.stop(node, "a constant has a size where the batch is")
    sizes = tuple(dims[1:] if first else dims)
    if not 0 < len(sizes) <= MAXIMUM_RANK + 1 or 0 in sizes:
        raise conversion.stop(node, "one of its inputs is a constant")
    axes = beside.axes[first:] if len(dims) == len(beside.axes) else (*range(2, len(sizes) + 1), 1)
    shape = Shape.from_chw(size for _, size in sorted(zip(axes, sizes, strict=True)))
    key = (constant.name, tuple(shape))
    wire = conversion.stored.get(key) if constant.name else None
    if wire is None:
        fields = {"shape": list(shape)}
        owner = conversion.owners.owner("Parameter", fields, (), [constant], node)
        if isinstance(owner, str):
            raise conversion.stop(node, owner)
        wire = conversion.network.add(
            constant.name or conversion.names.of(node),
            "Parameter",
            fields,
            [],
            output=shape,
            params=shape.elements,
            shares=owner,
        )
        if owner is None and isinstance(wire.of, ImportedLayer):
            conversion.owners.owned(wire.of, [constant], node)
        conversion.stored[key] = wire
    return GraphTensor(wire, (BATCH, *axes) if first else axes, beside.batch)
