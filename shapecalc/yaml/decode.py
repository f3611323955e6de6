"""Decoding of a file's bytes; only UTF-8 is supported."""

from __future__ import annotations

from shapecalc.problems.problem import Problem
from shapecalc.text.source import Source


def decode(data: bytes, path: str) -> Source | Problem:
    """The text of a file's bytes, or problem SC001 if they are not UTF-8."""
    wide = _wide_encoding(data)
    if wide:
        source = Source(path, data.decode(wide, "replace"))
        message = f"expected UTF-8, got {wide[:6].upper()}"
        return Problem("SC001", message, source, 0, "save the file as UTF-8")
    try:
        return Source(path, data.decode())
    except UnicodeDecodeError as error:
        source = Source(path, data.decode(errors="replace"))
        offset = len(data[: error.start].decode().lstrip("\ufeff"))
        message = f"invalid UTF-8: byte 0x{data[error.start]:02x}"
        return Problem("SC001", message, source, offset, "save the file as UTF-8")


def _wide_encoding(data: bytes) -> str | None:
    # By the byte-order mark, or by ASCII characters with a NUL beside each of them.
    for mark, encoding in (
        (b"\xff\xfe\0\0", "utf-32-le"),
        (b"\0\0\xfe\xff", "utf-32-be"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
    ):
        if data.startswith(mark):
            return encoding
    even, odd = data[:16:2], data[1:16:2]
    if len(data) >= 4 and not any(odd) and all(even):
        return "utf-16-le"
    if len(data) >= 4 and not any(even) and all(odd):
        return "utf-16-be"
    return None
