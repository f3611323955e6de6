"""The model in a file of HDF5, as Keras has written it, by h5py."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from shapecalc.importers.keras.mapped import MappedFile
from shapecalc.importers.keras.weights import Weights
from shapecalc.limits import MAXIMUM_MODEL, MAXIMUM_WEIGHTS
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from mmap import mmap
    from typing import Any


def model_of(data: bytes | mmap) -> tuple[bytes, Weights]:
    """The text of a model, and the shapes of its weights. Raises Refusal."""
    try:
        import h5py  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError:
        text = "a file of HDF5 is read by h5py, which is not installed"
        raise Refusal("SC503", text, "pip install 'shapecalc[keras]'") from None
    try:
        with h5py.File(_WatchedFile(data), "r") as file:
            return _text(file), _weights(h5py, file)
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, AttributeError) as error:
        # what h5py raises of a file that is broken
        detail = " ".join(str(error).split())[:120]
        raise Refusal("SC501", f"the file of HDF5 cannot be read: {detail}") from None


class _WatchedFile(MappedFile):
    """A file in which a text that says it has gigabytes is found before memory is taken for it.

    HDF5 believes the length that an attribute has of a text elsewhere in the file, and h5py has no
    way to ask for it: it is looked for in what is read of the attribute itself.
    """

    def readinto(self, buffer: Any, /) -> int:
        """As many bytes as a buffer has room for. Raises OSError for too large a text."""
        count = super().readinto(buffer)
        piece = bytes(buffer[:count])
        start = piece.find(_NAME)
        while start >= 0:
            if _length(piece, start) > MAXIMUM_MODEL:
                raise OSError("model_config is too large")
            start = piece.find(_NAME, start + 1)
        return count


_NAME = b"model_config\0"
_VARIABLE_LENGTH = 9
"""The class of a type whose values are elsewhere: a length, then where."""


def _length(piece: bytes, start: int) -> int:
    """The length of the text of an attribute whose name starts here; 0 where it has none.

    Before the name are a version, flags, and the sizes of the name, the type and the dimensions,
    which the first version fills up to eight bytes each, and the third follows by an encoding.
    """
    for version, size in ((1, 8), (2, 8), (3, 9)):
        if start >= size and piece[start - size] == version:
            sizes = struct.unpack("<HHH", piece[start - size + 2 : start - size + 8])
            if version == 1:
                sizes = tuple(-(-each // 8) * 8 for each in sizes)
            type, value = start + sizes[0], start + sum(sizes)
            if piece[type : type + 1] and piece[type] & 15 == _VARIABLE_LENGTH:
                return int.from_bytes(piece[value : value + 4], "little")
    return 0


def _text(file: Any) -> bytes:
    if "model_config" not in file.attrs:
        text = "the file has weights, but no model: model_config is not among its attributes"
        raise Refusal("SC503", text, "save the model with model.save, not with save_weights")
    if file.attrs.get_id("model_config").get_storage_size() > MAXIMUM_MODEL:
        raise Refusal("SC501", "model_config is too large")
    text = file.attrs["model_config"]
    raw: bytes = text.encode() if isinstance(text, str) else bytes(text)
    if len(raw) > MAXIMUM_MODEL:
        raise Refusal("SC501", "model_config is too large")
    return raw


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
