"""What would mend sizes that do not fit: which layer dropped a row, and what restores it.

Imported only where sizes do not fit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.bundled import BUNDLED_PREFIX
from shapecalc.layers.base import Windowed
from shapecalc.layers.traced import named_input, traced
from shapecalc.shapes.axes import last_positions, size_name
from shapecalc.shapes.shape import Shape
from shapecalc.shapes.size import derivation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapecalc.inference.inferred import InferredLayer, Tensor
    from shapecalc.layers.base import Layer
    from shapecalc.problems.problem import Related

MAXIMUM_CAUSES = 4
"""The maximum number of layers that a problem lists as its causes."""

MAXIMUM_LOOKED_AT = 20_000
"""The maximum number of layers before a problem that are looked at for its cause."""


def causes(sources: Sequence[Tensor], axes: Sequence[int]) -> list[Related]:
    """Notes on the layers before that drop positions at the end of an axis, the nearest last.

    sources: the inputs that do not fit. axes: those along which they do not; all where empty.
    A layer before all of several inputs is no reason that they differ.
    """
    before = [_ancestors(tensor) for tensor in sources]
    shared = set.intersection(*map(set, before)) if len(before) > 1 else set()
    found: dict[InferredLayer, Related] = {}
    for nodes in before:
        for node in nodes:
            if node not in shared and isinstance(node.layer, Windowed):
                dropped = node.layer.dropped(node.inputs[0])
                wrong = [axis for axis in axes or range(len(dropped)) if dropped[axis]]
                if wrong:
                    positions = " and ".join(last_positions(dropped))
                    text = f"drops {positions}: {node.inputs[0]} -> {node.output}"
                    found[node] = _note(node, text, wrong[0])
    return list(found.values())[:MAXIMUM_CAUSES][::-1]


def _ancestors(tensor: Tensor) -> dict[InferredLayer, None]:
    """The layers that a tensor depends on, the nearest first."""
    found: dict[InferredLayer, None] = {}
    pending = [tensor]
    while pending and len(found) < MAXIMUM_LOOKED_AT:
        following: list[Tensor] = []
        for each in pending:
            node = each.producer
            if not isinstance(node, str) and node not in found:
                found[node] = None
                following += node.taken
        pending = following
    return found


def sizes(sources: Sequence[Tensor], axes: Sequence[int]) -> list[Related]:
    """Notes on how inputs that should be equal came by their sizes along the first of the axes."""
    nodes = dict.fromkeys(node for tensor in sources for node in _resized(tensor))
    return [
        _note(node, f"makes {node.inputs[0]} -> {node.output}", axes[0])
        for node in list(nodes)[:MAXIMUM_CAUSES]
        if axes and axes[0] < len(node.output.spatial)
    ]


def _note(node: InferredLayer, text: str, axis: int) -> Related:
    """A note on a layer, with the arithmetic of the size that it makes along an axis."""
    assert node.layer is not None
    input = named_input(node.layer, node.inputs[0])
    size = traced(node.layer).outputs((input,))[0][axis]
    name = size_name(axis, len(node.output.spatial))
    text = f"{node.path} {text}, {name} {derivation(size)} = {int(size)}"
    if node.item.source.path.startswith(BUNDLED_PREFIX):
        return text, None, None
    return text, node.item.source, node.item.place("name")


def restored(sources: Sequence[Tensor]) -> str | None:
    """What would make the sizes of joined inputs equal, at the layer that makes one smaller.

    Two inputs are compared: the first, and the first that has other sizes.
    """
    first = sources[0].shape
    other = next((each for each in sources if each.shape.spatial != first.spatial), None)
    if other is None or len(other.shape) != len(first):
        return None
    smaller, larger = sorted((sources[0], other), key=lambda tensor: tensor.shape.positions)
    lacking = [
        there - here
        for here, there in zip(smaller.shape.spatial, larger.shape.spatial, strict=True)
    ]
    if min(lacking) < 0:
        return None
    for node in _resized(smaller):
        hint = _larger(node, lacking, larger.shape)
        if hint is not None:
            return hint
    small = all(more < size for more, size in zip(lacking, smaller.shape.spatial, strict=True))
    if small and len(lacking) <= 3:  # else something has another stride
        return f"crop {_name(larger)} with {_crop(lacking)}"
    return None


def _resized(tensor: Tensor) -> Iterator[InferredLayer]:
    """The layer that gave a tensor its sizes, behind those that leave them alone."""
    node = tensor.producer
    while not isinstance(node, str) and node.layer is not None and len(node.sources) == 1:
        if node.inputs[0].spatial != node.output.spatial:
            yield node
            return
        node = node.sources[0].producer


def _larger(node: InferredLayer, lacking: list[int], wanted: Shape) -> str | None:
    """How a layer that makes its input larger makes it larger still."""
    layer = node.layer
    assert layer is not None
    if layer.type.name.startswith("Upsampl") and getattr(layer, "size", None) is None:
        sizes = wanted.spatial[getattr(layer, "leading", 0) :]
        return f"write size: [{', '.join(map(str, sizes))}] in {node.path}"
    if not isinstance(layer, Windowed) or not layer.transposed:
        return None
    padding = _output_padding(layer, lacking)
    if padding is None:
        return None
    values = padding[0] if len(set(padding)) == 1 else padding
    return f"write output_padding: {values} in {node.path}"


def _output_padding(layer: Layer, lacking: list[int]) -> list[int] | None:
    """The output padding of a transposed convolution that adds so many positions, if any does."""
    present = getattr(layer, "output_padding", None)
    if present is None:
        return None
    leading = len(lacking) - len(present)
    if any(lacking[:leading]):
        return None
    padding = [more + already for more, already in zip(lacking[leading:], present, strict=True)]
    bounds = map(max, getattr(layer, "stride", ()), getattr(layer, "dilation", ()))
    fits = all(size < bound for size, bound in zip(padding, bounds, strict=True))
    return padding if fits else None


def _name(tensor: Tensor) -> str:
    producer = tensor.producer
    return producer if isinstance(producer, str) else producer.path


def _crop(lacking: list[int]) -> str:
    """The layer that crops so many positions of each axis, from both ends."""
    sides = [side for more in reversed(lacking) for side in (-(more // 2), more // 2 - more)]
    return f"{{type: ZeroPad{len(lacking)}d, padding: {sides}}}"
