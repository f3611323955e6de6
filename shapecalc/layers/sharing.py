"""Which layers can have the weights of others, and what stays their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapecalc.layers.base import Layer
    from shapecalc.shapes.shape import Shape, Shapes


def can_share(layer: Layer, inputs: Shapes, owner: Layer, owner_inputs: Shapes) -> bool:
    """Whether a layer can have the weights of another: of its type, or of another type whose weight
    has the same two axes or more, and no norm."""
    shape = layer.weight_shape(inputs)
    plain = len(shape) > 1 and not any(layer.weight_kind()[1:])
    return (
        (layer.type is owner.type or plain)
        and shape == owner.weight_shape(owner_inputs)
        and layer.weight_kind() == owner.weight_kind()
    )


def unshared(layer: Layer, output: Shape, owner: Layer) -> int:
    """The numbers of the bias of a layer, where it has that beside the weights of another.

    Of a layer of its type it has the bias, too, if there is one; of another the weight alone.
    """
    alike = layer.type is owner.type and owner.adds_bias()
    return output.channels if layer.adds_bias() and not alike else 0
