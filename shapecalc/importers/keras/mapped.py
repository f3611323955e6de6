"""Bytes as a file that is read piece by piece, never as a whole."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

from shapecalc.limits import MAXIMUM_MODEL

if TYPE_CHECKING:
    from mmap import mmap
    from typing import Any

LARGEST_PIECE = 2 * MAXIMUM_MODEL
"""The most bytes that are read at once: more than any part of a model's file that is looked at."""


class MappedFile(io.RawIOBase):
    """Bytes, or a file that is mapped to memory, as a file of its own, open to be read."""

    def __init__(self, data: bytes | mmap) -> None:
        super().__init__()
        self._data = data
        self._at = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Where it is read next."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Read elsewhere. Raises OSError before the start."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at}.get(whence, len(self._data))
        if start + offset < 0:
            raise OSError("before the start of the file")
        self._at = start + offset
        return self._at

    def read(self, size: int | None = -1, /) -> bytes:
        """So many bytes, or all that are left. Raises OSError for too many at once."""
        left = max(0, len(self._data) - self._at)
        size = left if size is None or size < 0 else min(size, left)
        if size > LARGEST_PIECE:
            raise OSError("too large a part of the file")
        found = self._data[self._at : self._at + size]
        self._at += len(found)
        return found

    def readinto(self, buffer: Any, /) -> int:
        """As many bytes as a buffer has room for. Raises OSError for too many at once."""
        if len(buffer) > LARGEST_PIECE:
            raise OSError("too large a part of the file")
        found = self._data[self._at : self._at + len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)
