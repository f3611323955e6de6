"""Whether the repeats of an item are alike, so that one stands for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapecalc.inference.inferred import InferredLayer


def alike(one: InferredLayer, other: InferredLayer) -> bool:
    """Whether two repeats of an item have the same shapes and costs, and all that is inside."""
    if one.item.repeat is None:
        return False
    pending = [(one, other)]
    while pending:
        one, other = pending.pop()
        if (
            one.item is not other.item
            or one.layer is not other.layer
            or one.inputs != other.inputs
            or one.outputs != other.outputs
            or (one.params, one.macs, one.note) != (other.params, other.macs, other.note)
            or one.frozen is not other.frozen
            or len(one.children) != len(other.children)
        ):
            return False
        pending.extend(zip(one.children, other.children, strict=True))
    return True
