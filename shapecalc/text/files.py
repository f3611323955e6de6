"""Where bytes come from: regular files, streams, standard input, each bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.limits import MAXIMUM_BYTES

if TYPE_CHECKING:
    from io import BufferedReader
    from os import PathLike
    from typing import BinaryIO


YAML_ENDINGS = (".yaml", ".yml")
"""How the names of files end that are found in folders, and that may be imported."""


class ReadError(OSError):
    """A file that is not read though it is there; `strerror` says why."""


def load_bytes(path: str | PathLike[str], limit: int = MAXIMUM_BYTES) -> bytes:
    """The content of a regular file of at most `limit` bytes.

    Raises OSError, and of its kind ReadError for anything but a regular file (a pipe could
    wait for ever, a device never end) and for one that is too large.
    """
    with open_regular(path) as stream:
        return read_stream(stream, limit, stream.name)


def open_regular(path: str | PathLike[str]) -> BufferedReader:
    """A regular file, opened to be read.

    Raises OSError, and of its kind ReadError for anything but a regular file.
    """
    import errno
    import os
    import stat

    name = os.fspath(path)
    try:
        mode = os.stat(name).st_mode
    except ValueError:  # a NUL, or a character that no file name can hold
        raise ReadError(errno.EINVAL, _NO_NAME, name) from None
    if stat.S_ISDIR(mode):
        raise ReadError(errno.EISDIR, "a folder, not a file", name)
    if not stat.S_ISREG(mode):
        message = "not a regular file; a pipe or a device can be read as standard input, with -"
        raise ReadError(errno.EINVAL, message, name)
    return open(name, "rb")


def peek(stream: BinaryIO, most: int, name: str) -> bytes:
    """The first bytes of a file, which can be read again. Raises OSError with its name."""
    try:
        data = stream.read(most)
        stream.seek(0)
    except OSError as error:
        error.filename = name
        raise
    return data


def is_inside(path: str, folder: str) -> bool:
    """Whether a path leads, through whatever links, to a folder or to somewhere in it."""
    import os

    try:
        return _is_below(os.path.realpath(path), os.path.realpath(folder))
    except ValueError:  # a character that no file name can hold
        return False


def refuse_leading_out(path: str) -> None:
    """Raises ReadError for a path in the working directory of which a link leads out of it.

    Who names a file of a repository means one of the repository: a link in it may lead to a secret.
    """
    import errno
    import os

    here = os.path.realpath(os.curdir)
    named = os.path.normpath(os.path.join(here, path))
    try:
        device = os.path.realpath(path).startswith("\\\\.\\")
    except ValueError:  # a NUL, or a character that no file name can hold
        raise ReadError(errno.EINVAL, _NO_NAME, path) from None
    if device:
        return  # no link, but a device of Windows, such as NUL
    if _is_below(named, here) and not is_inside(path, here):
        message = "a link leads out of the working directory; name what it leads to"
        raise ReadError(errno.EACCES, message, path)


def folders_to_top(folder: str) -> list[str]:
    """A folder and those above it, as far as the top of its repository; of one that is in none,
    itself alone. Each as a path from the working directory, or absolute where the folder is."""
    import os

    found = [folder]
    while not os.path.lexists(os.path.join(found[-1], ".git")):
        above = os.path.normpath(os.path.join(found[-1], os.pardir))
        try:
            if os.path.samefile(above, found[-1] or os.curdir):
                return found[:1]
        except OSError:
            return found[:1]
        found.append("" if above == os.curdir else above)
    return found


def top_of_repository(folder: str) -> str | None:
    """The top folder of the repository that a folder is in; None where it is in none."""
    import os

    top = folders_to_top(folder)[-1]
    return top if os.path.lexists(os.path.join(top, ".git")) else None


def _is_below(path: str, folder: str) -> bool:
    import os

    try:
        return os.path.commonpath([path, folder]) == folder
    except ValueError:  # another drive
        return False


def load_own_bytes(path: str, limit: int = MAXIMUM_BYTES) -> bytes:
    """The content of a file that shapecalc has written: a regular one of at most `limit` bytes,
    never behind a link.

    Raises OSError, and of its kind ReadError for anything else, which is not waited for.
    """
    import errno
    import os
    import stat

    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    flags |= getattr(os, "O_BINARY", 0)
    refuse_special(path)
    descriptor = os.open(path, flags)
    with open(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ReadError(errno.EINVAL, _NOT_OWN, path)
        return read_stream(stream, limit, path)


_NO_NAME = "not a file name"
_NOT_OWN = "not a regular file: it is neither read nor written"


def refuse_special(path: str) -> None:
    """Raises ReadError for what is there and is not a regular file, such as a link or a pipe."""
    import errno
    import os
    import stat

    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(mode):
        raise ReadError(errno.EISDIR, "a folder, not a file", path)
    if not stat.S_ISREG(mode):
        raise ReadError(errno.EINVAL, _NOT_OWN, path)


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
        raise too_large(limit, name)
    return data


def too_large(limit: int, name: str) -> ReadError:
    """The error of a file of more than `limit` bytes."""
    import errno

    message = f"too large; the limit is {limit // (1024 * 1024)} MiB"
    return ReadError(errno.EFBIG, message, name)


def read_standard_input() -> bytes:
    """All that comes on standard input. Raises OSError."""
    import sys

    if sys.stdin is None:
        import errno

        raise ReadError(errno.EBADF, "it is closed", "<stdin>")
    return read_stream(sys.stdin.buffer)
