"""What a file says of the inputs of a model: their sizes, and where the channels are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.keras.config import as_integer, untupled
from shapecalc.importers.keras.documents import JsonObject
from shapecalc.importers.keras.graphs import BATCH_SHAPES, LayerOfFile
from shapecalc.importers.keras.old import modern
from shapecalc.importers.network import Stopped
from shapecalc.limits import MAXIMUM_RANK
from shapecalc.problems.formatting import named, shown
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.importers.keras.axes import FileAxes
    from shapecalc.importers.sizes import GivenSizes


def shape_of_input(layer: LayerOfFile, axes: FileAxes, given: GivenSizes) -> Shape:
    """The shape of an input of the network, asked for where the file leaves a size open.

    Raises Refusal SC501, SC504.
    """
    name, place = layer.name, layer.place
    sizes = stated_sizes(layer)
    if sizes is None:
        return given.shape(name, None, place)
    if not 1 <= len(sizes) <= MAXIMUM_RANK + 1:
        text = f"the input {shown(name)} has {len(sizes)} sizes, not 1 to {MAXIMUM_RANK + 1}"
        raise Refusal("SC501", text, offset=place)
    known = [size for size in sizes if size is not None]
    if any(size < 1 for size in known):
        text = f"the input {shown(name)} has a size below 1: {shown(sizes)}"
        raise Refusal("SC501", text, offset=place)
    if len(known) == len(sizes):
        return axes.shape(known)
    shape = given.shape(name, [None, *sizes], place)
    found = axes.sizes(shape)
    fits = len(found) == len(sizes) and all(
        size in (None, each) for size, each in zip(sizes, found, strict=True)
    )
    if not fits:
        text = f"the input {shown(name)} is {shown([None, *sizes])} in the file, batch first, "
        hint = "give it, channels last: --input 224x224x3"
        raise Refusal("SC504", f"{text}which {shape} does not fit", hint, offset=place)
    return shape


def stated_sizes(layer: LayerOfFile) -> list[int | None] | None:
    """The sizes that an input states, without the batch; None where it states none at all.

    Raises Refusal SC501.
    """
    config = layer.config
    sizes = next((config[key] for key in BATCH_SHAPES if config.get(key) is not None), None)
    sizes = untupled(sizes)
    if sizes is None:
        shape = untupled(config.get("shape"))
        sizes = None if shape is None else [None, *shape] if isinstance(shape, list) else shape
    if sizes is None:
        return None
    if isinstance(sizes, JsonObject) or not isinstance(sizes, list):
        text = f"{named(layer.name)}: its shape is no list of sizes"
        raise Refusal("SC501", text, offset=layer.place)
    numbers = [None if size is None else as_integer(size) for size in sizes[1:]]
    if any(
        size is not None and number is None for size, number in zip(sizes[1:], numbers, strict=True)
    ):
        text = f"{named(layer.name)}: its shape is {shown(sizes)}, not a list of sizes"
        raise Refusal("SC501", text, offset=layer.place)
    return numbers


_OF_FORMAT = ("Conv", "Pool", "Padding", "Cropping", "UpSampling", "LocallyConnected")


def channels_first(layers: Iterator[LayerOfFile]) -> bool:
    """Whether the tensors of a file have their channels first. Raises Stopped where it has both."""
    found: dict[bool, LayerOfFile] = {}
    for layer in map(modern, layers):
        format = layer.config.get("data_format")
        if isinstance(format, str) and any(word in layer.class_name for word in _OF_FORMAT):
            found.setdefault(format == "channels_first", layer)
    if len(found) == 2:
        text = (
            f"{named(found[True].name)} has its channels first, {named(found[False].name)} last: "
        )
        hint = "a spec has one order of the axes for all layers"
        raise Stopped(text + "such networks are not imported", hint, found[True].place)
    return True in found
