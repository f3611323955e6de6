"""The model in a file of HDF5, as Keras has written it, by h5py."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from shapecalc.importers.keras.mapped import MappedFile
from shapecalc.importers.keras.weights import Weights
from shapecalc.limits import MAXIMUM_MODEL, MAXIMUM_WEIGHTS
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from mmap import mmap
    from typing import Any


def model_of(data: bytes | mmap) -> tuple[bytes, Weights]:
    """The text of a model, and the shapes of its weights. Raises Refusal."""
    try:
        # an extra, without types: what mypy says depends on whether it is installed
        import h5py  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError:
        text = "a file of HDF5 is read by h5py, which is not installed"
        raise Refusal("SC503", text, "pip install 'shapecalc[keras]'") from None
    try:
        stream = _WatchedFile(data)
        with h5py.File(stream, "r") as file:
            return _text(data, file, stream), _weights(h5py, file)
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, AttributeError) as error:
        # what h5py raises of a file that is broken
        detail = " ".join(str(error).split())[:120]
        raise Refusal("SC501", f"the file of HDF5 cannot be read: {detail}") from None


class _WatchedFile(MappedFile):
    """A file that tells where the text of an attribute is that HDF5 keeps elsewhere.

    HDF5 believes the length that an attribute has of such a text, and may search for it for ever:
    its place is looked for in what is read of the attribute itself, and the text read from there.
    """

    def __init__(self, data: bytes | mmap) -> None:
        super().__init__(data)
        self.places: set[_Place] = set()

    def readinto(self, buffer: Any, /) -> int:
        """As many bytes as a buffer has room for."""
        count = super().readinto(buffer)
        piece = bytes(buffer[:count])
        start = piece.find(_NAME)
        while start >= 0:
            self.places.update(_places(piece, start))
            start = piece.find(_NAME, start + 1)
        return count


class _Place(NamedTuple):
    """Where a text is: its length, the address of a collection, its number in that."""

    length: int
    address: int
    number: int


_NAME = b"model_config\0"
_VARIABLE_LENGTH = 9
"""The class of a type whose values are elsewhere."""


def _places(piece: bytes, start: int) -> Iterator[_Place]:
    """The place of the text of an attribute whose name starts here, where it is elsewhere.

    Before the name are a version, flags, and the sizes of the name, the type and the dimensions,
    which the first version fills up to eight bytes each, and the third follows by an encoding.
    """
    for version, size in ((1, 8), (2, 8), (3, 9)):
        if start >= size and piece[start - size] == version:
            sizes = struct.unpack("<HHH", piece[start - size + 2 : start - size + 8])
            if version == 1:
                sizes = tuple(-(-each // 8) * 8 for each in sizes)
            type, value = start + sizes[0], start + sum(sizes)
            if len(piece) >= value + 16 and piece[type] & 15 == _VARIABLE_LENGTH:
                yield _Place(*struct.unpack("<IQI", piece[value : value + 16]))


def _at(data: bytes | mmap, place: _Place) -> bytes:
    """A text in a collection of texts. Raises Refusal SC501."""
    start, end = place.address, place.address + 16
    if data[start : start + 4] == b"GCOL" and end <= len(data):
        end = start + int.from_bytes(data[start + 8 : end], "little")
        at = start + 16
        while at + 16 <= min(end, len(data)):
            number, _, size = struct.unpack("<HHxxxxQ", data[at : at + 16])
            if number == place.number and place.length <= min(size, MAXIMUM_MODEL):
                return data[at + 16 : at + 16 + place.length]
            at += 16 + -(-size // 8) * 8
    raise Refusal("SC501", "the text of model_config is not where the file says")


def _text(data: bytes | mmap, file: Any, stream: _WatchedFile) -> bytes:
    if "model_config" not in file.attrs:
        text = "the file has weights, but no model: model_config is not among its attributes"
        raise Refusal("SC503", text, "save the model with model.save, not with save_weights")
    attribute = file.attrs.get_id("model_config")
    if len(stream.places) == 1 and attribute.dtype.kind == "O":
        return _at(data, *stream.places)
    if attribute.dtype.kind != "S" or attribute.shape != ():
        raise Refusal("SC501", "the attribute model_config is no text")
    if attribute.dtype.itemsize > MAXIMUM_MODEL:
        raise Refusal("SC501", "model_config is too large")
    return bytes(file.attrs["model_config"])


def _weights(h5py: Any, file: Any) -> Weights:
    """The shapes of all arrays under model_weights: a group for each layer, in it its weights.

    Links to other files are not followed.
    """
    weights = Weights()
    pending = [("", "model_weights")] if "model_weights" in file else []
    seen: set[int] = set()
    while pending:
        path, name = pending.pop()
        if not isinstance(file.get(name, getlink=True), h5py.HardLink):
            continue
        item = file[name]
        address = h5py.h5o.get_info(item.id).addr
        if address in seen:
            continue
        seen.add(address)
        if isinstance(item, h5py.Dataset):
            weights.add(path, tuple(map(int, item.shape)))
        elif len(seen) + len(pending) + len(item) > MAXIMUM_WEIGHTS:
            raise Refusal("SC501", f"more than {MAXIMUM_WEIGHTS:,} arrays of weights")
        else:
            pending += [(f"{path}/{each}" if path else each, f"{name}/{each}") for each in item]
    return weights
