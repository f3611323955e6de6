"""Where bytes come from: regular files, streams, standard input, each bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.limits import MAXIMUM_BYTES

if TYPE_CHECKING:
    from os import PathLike
    from typing import BinaryIO


class ReadError(OSError):
    """A file that is not read though it is there; `strerror` says why."""


def load_bytes(path: str | PathLike[str]) -> bytes:
    """The content of a regular file of at most MAXIMUM_BYTES.

    Raises OSError, and of its kind ReadError for anything but a regular file (a pipe could
    wait for ever, a device never end) and for one that is too large.
    """
    import errno
    import os
    import stat

    name = os.fspath(path)
    try:
        mode = os.stat(name).st_mode
    except ValueError:  # a NUL, or a character that no file name can hold
        raise ReadError(errno.EINVAL, "not a file name", name) from None
    if stat.S_ISDIR(mode):
        raise ReadError(errno.EISDIR, "a folder, not a file", name)
    if not stat.S_ISREG(mode):
        message = "not a regular file; a pipe or a device can be read as standard input, with -"
        raise ReadError(errno.EINVAL, message, name)
    with open(name, "rb") as stream:
        return read_stream(stream, name=name)


def read_stream(stream: BinaryIO, limit: int = MAXIMUM_BYTES, name: str = "<stdin>") -> bytes:
    """All that a binary stream gives, or ReadError where that is more than `limit` bytes.

    Raises OSError with the name as its `filename`.
    """
    try:
        data = stream.read(limit + 1)
    except OSError as error:
        error.filename = name
        raise
    if len(data) > limit:
        import errno

        message = f"too large; the limit is {limit // (1024 * 1024)} MiB"
        raise ReadError(errno.EFBIG, message, name)
    return data


def read_standard_input() -> bytes:
    """All that comes on standard input. Raises OSError."""
    import sys

    if sys.stdin is None:
        import errno

        raise ReadError(errno.EBADF, "it is closed", "<stdin>")
    return read_stream(sys.stdin.buffer)
