"""Files that are replaced whole, or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from shapecalc.text.files import refuse_special

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import IO, Any


def write_atomically(
    path: str, chunks: Iterable[str] | Iterable[bytes], text: bool = True, own: bool = False
) -> None:
    """Makes chunks the content of a file, or leaves the file as it was.

    text: whether the chunks are text, which is written as UTF-8; otherwise they are bytes.
    own: whether the file is one of shapecalc's own, of which nothing but a regular file is written,
    and never what a link leads to.

    A file that is there keeps its mode and owner, and a symbolic link stays one: what it leads
    to is replaced. What is not a regular file (a pipe, a terminal) is written to directly.
    Raises OSError, with `path` as its `filename`, and whatever the chunks raise.
    """
    try:
        if own:
            refuse_special(path)
            _replace(path, chunks, text)
        elif _is_replaceable(path):
            _replace(os.path.realpath(path), chunks, text)
        else:
            with _opened(path, text) as file:
                file.writelines(chunks)
    except OSError as error:
        error.filename, error.filename2 = path, None
        raise


def _is_replaceable(path: str) -> bool:
    # Not so is what is there and is not a regular file, nor the names of open files, such as
    # /dev/stdout: the file after them may have been opened to be added to.
    folder, name = os.path.split(path)
    folder = os.path.realpath(folder)
    if not name or folder == "/dev" or folder.startswith("/proc/"):
        return False
    return not os.path.exists(path) or os.path.isfile(path)


def _opened(file: str | int, text: bool) -> IO[Any]:
    if not text:
        return open(file, "wb")
    return open(file, "w", encoding="utf-8", errors="backslashreplace", newline="")


def _replace(path: str, chunks: Iterable[str] | Iterable[bytes], text: bool) -> None:
    import errno

    try:
        before = os.stat(path)
    except FileNotFoundError:
        before = None
    if before and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    temporary = os.path.join(os.path.dirname(path), f".shapecalc-{os.urandom(8).hex()}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with _opened(descriptor, text) as file:
            if before:
                _take_over(descriptor, before)
            file.writelines(chunks)
            file.flush()
            os.fsync(descriptor)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def _take_over(descriptor: int, before: os.stat_result) -> None:
    # Owner and mode, in this order: changing the owner may clear bits of the mode.
    if hasattr(os, "fchown") and (before.st_uid, before.st_gid) != _owner(descriptor):
        with suppress(PermissionError):
            os.fchown(descriptor, before.st_uid, before.st_gid)
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, before.st_mode & 0o7777)


def _owner(descriptor: int) -> tuple[int, int]:
    now = os.fstat(descriptor)
    return now.st_uid, now.st_gid
