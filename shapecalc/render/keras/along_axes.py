"""How the types along axes, and those that join, are written in Keras' words: channels last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from shapecalc.layers.reducing import Reducing
from shapecalc.layers.reordering import Reordered, Roll
from shapecalc.layers.splitting import AlongAnAxis
from shapecalc.render.keras.uses import Call, LayerUse, helped, writes

if TYPE_CHECKING:
    from shapecalc.layers.base import Layer
    from shapecalc.shapes.shape import Shape

T = TypeVar("T", bound="Layer")

JOIN_CLASSES = {"concat": "layers.Concatenate", "add": "layers.Add", "multiply": "layers.Multiply"}
"""What joins branches, by the word of a spec."""


@writes("Concat")
def _concat(use: LayerUse) -> Iterator[Call]:
    axis = use.axis("dim")
    yield Call("layers.Concatenate", *([] if axis == -1 else [f"axis={axis}"]))


@writes("Add Subtract Multiply Maximum")
def _elementwise(use: LayerUse) -> Iterator[Call]:
    yield Call(f"layers.{use.type.name}")


@writes("Divide")
def _divide(use: LayerUse) -> Iterator[Call]:
    yield helped("Divide")


@writes("Stack")
def _stack(use: LayerUse) -> Iterator[Call]:
    axes = use.needed_spatial()
    axis = use.axis("dim", more=1)
    if axis != -1 or not axes:
        yield helped("Stack", str(axis))
        return
    yield helped("Stack", "-1", suffix="stack")  # the channels become the first position
    yield _permuted([axes + 1, *range(1, axes + 1), axes + 2])


@writes("Chunk")
def _chunk(use: LayerUse) -> Iterator[Call]:
    axis = use.axis("dim")
    size = f"-(-{use.x}.shape[{axis}] // {use.text('chunks')})"
    yield helped("Split", size, *([] if axis == -1 else [f"axis={axis}"]))


@writes("Split")
def _split(use: LayerUse) -> Iterator[Call]:
    axis = use.axis("dim")
    yield helped("Split", use.text("split_size"), *([] if axis == -1 else [f"axis={axis}"]))


@writes("Select Slice")
def _taken(use: LayerUse) -> Iterator[Call]:
    layer, input = _known(use, AlongAnAxis)
    axis = layer.axis(input)
    place = str(axis or len(input))
    if use.type.name == "Slice":
        bounds = ", ".join(str(use.value(name)) for name in ("start", "end", "step"))
        yield helped("Take", place, f"slice({bounds})")
        return
    yield from _without([axis], input, helped("Take", place, use.text("index")))


@writes("Mean Sum Amax")
def _reduced(use: LayerUse) -> Iterator[Call]:
    layer, input = _known(use, Reducing)
    reduced = layer.reduced(input)
    axes = str(tuple(sorted(axis or len(input) for axis in reduced)))
    function = f"keras.ops.{use.type.name.lower()}"
    if layer.keepdim:
        yield helped("Apply", function, f"axis={axes}", "keepdims=True")
    else:
        yield from _without(list(reduced), input, helped("Apply", function, f"axis={axes}"))


@writes("Permute Transpose")
def _reordered(use: LayerUse) -> Iterator[Call]:
    layer, input = _known(use, Reordered)
    channels, *spatial = [axis or len(input) for axis in layer.order(input)]
    yield _permuted([*spatial, channels])


@writes("Roll")
def _rolled(use: LayerUse) -> Iterator[Call]:
    layer, input = _known(use, Roll)
    shifts = layer.moved(input)
    moved = tuple(axis or len(input) for axis in shifts)
    items = f"shift={tuple(shifts.values())}", f"axis={moved}"
    yield helped("Apply", "keras.ops.roll", *items) if shifts else Call("layers.Identity")


def _known(use: LayerUse, kind: type[T]) -> tuple[T, Shape]:
    """The layer of a use, and an input of it. Raises UnsayableError where its fields or the number
    of axes are not known."""
    use.needed_spatial()
    values: dict[str, Any] = {name: use.value(name) for name in use.type.fields}
    layer = use.type.make(values)
    assert isinstance(layer, kind)
    return layer, use.runs[0][0][0]


def _without(gone: list[int], input: Shape, call: Call) -> Iterator[Call]:
    """A call after which axes are gone. Without the channels, what was the first position is the
    channels: it comes last."""
    left = len(input) - len(gone)
    if 0 not in gone or left < 2:
        yield call
        return
    call.suffix = "taken"
    yield call
    yield _permuted([*range(2, left + 1), 1])


def _permuted(order: list[int]) -> Call:
    """The axes in another order, counted from 1."""
    if order == sorted(order):
        return Call("layers.Identity")
    return Call("layers.Permute", str(tuple(order)))
