"""Where output goes: streams that never fail half-way, files replaced whole, colour, width."""

from __future__ import annotations

import os
from contextlib import suppress
from io import BufferedWriter, FileIO, TextIOWrapper
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from _typeshed import ReadableBuffer

DEFAULT_WIDTH = 80
"""The cells of a line where a terminal does not say."""

_MAXIMUM_WIDTH = 10_000


def decide_color(wish: bool | str | None, stream: TextIO) -> bool:
    """Whether a stream gets colour.

    wish: what `--color` says: "always" or True, "never" or False, "auto" or None.

    An explicit wish beats `NO_COLOR`, that beats `FORCE_COLOR`, that beats `TERM=dumb`, and
    that beats whether the stream is a terminal. Variables that are empty do not count.
    """
    if wish in (True, "always"):
        return True
    if wish in (False, "never") or os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return os.environ.get("TERM") != "dumb" and stream.isatty()


def terminal_width(stream: TextIO) -> int:
    """The cells of a terminal's line: what `COLUMNS` says, or the terminal, or 80."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdigit() and 0 < int(columns[:9]) <= _MAXIMUM_WIDTH:
        return int(columns)
    try:
        return os.get_terminal_size(stream.fileno()).columns or DEFAULT_WIDTH
    except (OSError, ValueError):
        return DEFAULT_WIDTH


class _Reliable(FileIO):
    # A file descriptor of which the reader may go away: what is written then is dropped, so
    # that the command runs to its end and its exit status is the same as with a reader.

    def __init__(self, descriptor: int, label: str | None) -> None:
        super().__init__(descriptor, "w", closefd=False)
        self._label = label
        self.dropping = False

    def write(self, data: ReadableBuffer, /) -> int:
        if self.dropping:
            return memoryview(data).nbytes
        try:
            return super().write(data)
        except OSError as error:
            if self._label is not None and not isinstance(error, BrokenPipeError):
                error.filename = self._label
                raise
            self.dropping = True
            return memoryview(data).nbytes


def reliable(stream: TextIO | None, label: str | None = None) -> TextIO:
    """A standard stream to which nothing fails to be written but for a reason worth saying.

    A reader that has gone away is none, and neither is a stream that was never open. A
    character that the stream's encoding lacks is escaped. For any other reason, such as a full
    disk, writing raises OSError with the label as its `filename`; without a label nothing does.
    """
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")
    if type(stream) is not TextIOWrapper:
        return stream  # somebody captures it
    if stream.isatty():
        stream.reconfigure(errors="backslashreplace")
        return stream
    return TextIOWrapper(
        BufferedWriter(_Reliable(stream.fileno(), label)),
        stream.encoding,
        "backslashreplace",
        line_buffering=stream.line_buffering,
    )


def drop(stream: TextIO) -> None:
    """Forgets what could not be written to a reliable stream, and whatever is still to come."""
    raw = getattr(getattr(stream, "buffer", None), "raw", None)
    if isinstance(raw, _Reliable):
        raw.dropping = True


def write_atomically(path: str, chunks: Iterable[str]) -> None:
    """Makes chunks of text the content of a file, as UTF-8, or leaves the file as it was.

    A file that is there keeps its mode and owner, and a symbolic link stays one: what it leads
    to is replaced. What is no regular file (a pipe, a terminal) is written to directly.
    Raises OSError, with `path` as its `filename`, and whatever the chunks raise.
    """
    try:
        if _is_replaceable(path):
            _replace(os.path.realpath(path), chunks)
        else:
            with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="") as file:
                file.writelines(chunks)
    except OSError as error:
        error.filename, error.filename2 = path, None
        raise


def _is_replaceable(path: str) -> bool:
    # Not so is what is there and is no regular file, nor the names of open files, such as
    # /dev/stdout: the file behind them may have been opened to be added to.
    folder, name = os.path.split(path)
    folder = os.path.realpath(folder)
    if not name or folder == "/dev" or folder.startswith("/proc/"):
        return False
    return not os.path.exists(path) or os.path.isfile(path)


def _replace(path: str, chunks: Iterable[str]) -> None:
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
        with open(descriptor, "w", encoding="utf-8", errors="backslashreplace", newline="") as file:
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
