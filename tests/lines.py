"""Lines with roles as the tests look at them: their texts, and what a stream gets of them."""

from __future__ import annotations

import io
from collections.abc import Iterable

from shapecalc.text.styles import Line, text_of, write_lines


def texts(lines: Iterable[Line]) -> list[str]:
    """The text of each line."""
    return list(map(text_of, lines))


def written(lines: Iterable[Line], color: bool = False, encoding: str = "utf-8") -> str:
    """What a stream gets."""
    got = io.BytesIO()
    stream = io.TextIOWrapper(got, encoding)
    write_lines(lines, stream, color)
    stream.flush()
    return got.getvalue().decode(encoding)
