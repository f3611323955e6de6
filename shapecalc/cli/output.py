"""Where output goes: streams that never fail half-way, files replaced whole, colour, width."""

from __future__ import annotations

import errno
import os
from io import BufferedWriter, FileIO, TextIOWrapper
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

    from _typeshed import ReadableBuffer
    from click import ClickException

    from shapecalc.tables.table import Document
    from shapecalc.text.styles import Line

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


def write(lines: Iterable[Line], stream: TextIO, wish: str | None = None) -> None:
    """Write lines to a stream, in colour where it gets it. wish: what `--color` says."""
    from shapecalc.text import styles

    styles.write_lines(lines, stream, decide_color(wish, stream))
    stream.flush()  # what is written to another stream afterwards comes afterwards


def document_lines(document: Document, stream: TextIO, wish: str) -> Iterator[Line]:
    """A document's lines for a stream: fitted to a terminal, otherwise a row a line."""
    if stream.isatty():
        from shapecalc.render import fitting

        return fitting.lines(document, terminal_width(stream), stream.encoding)
    from shapecalc.render import plain

    return plain.lines(document, stream.encoding, roles=decide_color(wish, stream))


def write_to(path: str | None, lines: Iterable[Line], wish: str) -> None:
    """Write lines to what `-o` names: a file, which gets no colour, or standard output."""
    import sys

    if path is None or path == "-":
        write(lines, sys.stdout, wish)
        return
    from shapecalc.text.atomic_write import write_atomically
    from shapecalc.text.files import refuse_leading_out
    from shapecalc.text.styles import text_of

    refuse_leading_out(path)
    write_atomically(path, (text_of(line) + "\n" for line in lines))


def refuse_inputs(path: str | None, inputs: Iterable[str]) -> None:
    """Refuse to write what `-o` names where it is one of the files that are read.

    Raises UsageError.
    """
    if path is None or path == "-" or not os.path.exists(path):
        return
    for name in inputs:
        if os.path.exists(name) and os.path.samefile(path, name):
            from click import UsageError

            raise UsageError(f"writing {path} would overwrite a file that is read")


def write_bytes_to(path: str | None, chunks: Iterable[bytes], text: bool = False) -> None:
    """Write bytes to what `-o` names, a file or standard output.

    text: whether they are; what is not is not written to a terminal.
    """
    import sys

    if path is not None and path != "-":
        from shapecalc.text.atomic_write import write_atomically
        from shapecalc.text.files import refuse_leading_out

        refuse_leading_out(path)
        write_atomically(path, chunks, text=False)
        return
    if not text and sys.stdout.isatty():
        from click import UsageError

        raise UsageError("this format is not text: write it to a file with -o")
    sys.stdout.buffer.writelines(chunks)
    sys.stdout.buffer.flush()


def encoding_of(path: str | None) -> str:
    """The encoding of what `-o` names."""
    import sys

    return sys.stdout.encoding if path is None or path == "-" else "utf-8"


def said_of(error: ClickException) -> str:
    """What is wrong with a command line, in a line without a full stop."""
    return " ".join(error.format_message().split()).removesuffix(".")


def write_error(message: str, wish: str | None = None) -> None:
    """Write to standard error what is wrong, in one line."""
    import sys

    from shapecalc.check.formats import full as problems

    write([problems.message("error", message)], sys.stderr, wish)


def said_skipped(count: int) -> str:
    """How many files in folders were none of ours, after a semicolon; nothing if none were."""
    return f"; {count} other YAML file{'' if count == 1 else 's'} skipped" if count else ""


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
            gone = isinstance(error, BrokenPipeError) or error.errno == errno.EINVAL  # on Windows
            if self._label is not None and not gone:
                error.filename = self._label
                raise
            self.dropping = True
            return memoryview(data).nbytes


def reliable(stream: TextIO | None, label: str | None = None) -> TextIO:
    """A standard stream to which nothing fails to be written but for a reason worth saying.

    A reader that has gone away is none, and neither is a stream that was never open. A
    character that the stream's encoding does not have is escaped. For any other reason, such as a
    full disk, writing raises OSError with the label as its `filename`; without a label nothing
    does.
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
