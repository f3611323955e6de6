"""The data of a network, as its inputs: layers that take nothing.

Their sizes are in the file, or in the data that it names, which is not read: then they are asked
for.
Source: the data layers and data_transformer.cpp of https://github.com/BVLC/caffe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.caffe.blob import Blob, shape_of
from shapecalc.importers.caffe.message import MOST
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from shapecalc.importers.caffe.definition import CaffeLayer
    from shapecalc.importers.network import ImportedNetwork
    from shapecalc.importers.sizes import GivenSizes
    from shapecalc.shapes.shape import Shape

_PARAMETERS = {
    "Data": "data_param",
    "AnnotatedData": "data_param",
    "ImageData": "image_data_param",
    "WindowData": "window_data_param",
    "HDF5Data": "hdf5_data_param",
    "MemoryData": "memory_data_param",
}
_LABELLED = ("Data", "ImageData", "WindowData", "MemoryData")
"""The types whose second top is the labels, one for each of the batch."""


def data_blob(layer: CaffeLayer, which: int, network: ImportedNetwork, sizes: GivenSizes) -> Blob:
    """A top of a data layer, as an input that is added to the network; a batch that the file leaves
    open is of one.

    Raises Refusal SC504 for one whose size nobody knows.
    """
    parameters = layer.parameters(_PARAMETERS.get(layer.type, "data_param"))
    batch = max(1, parameters.integer("batch_size", 1))
    if which == 1 and layer.type in _LABELLED:
        return Blob(None, batch)
    name = layer.tops[which]
    stated = _stated(layer, which)
    if stated is not None and len(stated) < 2:
        return Blob(None, max(1, *stated, 1))
    if stated is not None:
        is_whole = min(stated[1:]) > 0
        shape = shape_of(stated, layer.place) if is_whole else _given(name, stated, layer, sizes)
        return Blob(network.input(name, shape), max(1, stated[0]))
    partly = _image_sizes(layer)
    if None not in partly:
        dims = [batch, *(size for size in partly if size is not None)]
        return Blob(network.input(name, shape_of(dims, layer.place)), batch)
    shape = _given(name, [batch, *(size or 0 for size in partly)], layer, sizes)
    return Blob(network.input(name, shape), batch)


def _stated(layer: CaffeLayer, which: int) -> list[int] | None:
    """The sizes that a layer says outright, 0 or less for one that it leaves open; None where it
    says none."""
    if layer.type == "MemoryData":
        parameters = layer.parameters("memory_data_param")
        names = ("batch_size", "channels", "height", "width")
        return [parameters.integer(name, 0) for name in names]
    if layer.type == "DummyData":
        parameters = layer.parameters("dummy_data_param")
        if not parameters.has("shape"):
            names = ("num", "channels", "height", "width")
            given = [parameters.integers(name) for name in names]
            return [
                values[_nth(layer, len(values), which, name)]
                for name, values in zip(names, given, strict=True)
            ]
    elif layer.type == "Input":
        parameters = layer.parameters("input_param")
    else:
        return None
    shapes = list(parameters.messages("shape"))
    if not shapes:
        return None
    return shapes[_nth(layer, len(shapes), which, "shape")].integers("dim", -MOST)


def _nth(layer: CaffeLayer, count: int, which: int, name: str) -> int:
    """Which of so many values a top has: all have the only one, or each its own."""
    if count not in (1, len(layer.tops)):
        raise layer.refuse(f"{name} is given {count} times for {len(layer.tops)} tops")
    return 0 if count == 1 else which


def _image_sizes(layer: CaffeLayer) -> tuple[int | None, int | None, int | None]:
    """The channels, the height and the width of images, None for those that the file leaves open.

    What images are cropped to is their size; else what they are resized to is.
    """
    transform = layer.parameters("transform_param")
    means = len(transform.numbers("mean_value"))
    channels = means if means > 1 else None
    resized = [
        (each.integer("height", 0), each.integer("width", 0))
        for each in transform.messages("resize_param")
    ]
    height, width = resized[0] if len(resized) == 1 else (0, 0)  # of several, any may be
    if layer.type == "ImageData":
        images = layer.parameters("image_data_param")
        channels = 3 if images.flag("is_color", True) else 1
        height, width = images.integer("new_height", 0), images.integer("new_width", 0)
    elif layer.type not in _PARAMETERS or layer.type == "HDF5Data":
        return (None, None, None)
    if transform.flag("force_color", False) or _forces_color(layer):
        channels = 3
    elif transform.flag("force_gray", False):
        channels = 1
    crop = transform.integer("crop_size", 0)
    if crop:
        height = width = crop
    return (channels, height or None, width or None)


def _forces_color(layer: CaffeLayer) -> bool:
    return layer.parameters("data_param").flag("force_encoded_color", False)


def _given(name: str, dims: list[int], layer: CaffeLayer, sizes: GivenSizes) -> Shape:
    """The shape that is given for an input of which the file says only the sizes above 0.

    Raises Refusal SC504 where there is none, or another.
    """
    known = [str(size) if size > 0 else "?" for size in (*dims[2:], dims[1])]
    stated = None if set(known) == {"?"} else "x".join(known)
    shape = sizes.shape(name, stated, layer.place)
    if stated is not None and not (
        len(shape) == len(known)
        and all(said in ("?", str(size)) for said, size in zip(known, shape, strict=True))
    ):
        text = f"the input {shown(name)} is given as {shape}, but the file says {stated}"
        raise Refusal("SC504", text, offset=layer.place)
    return shape
