"""Lines of reference that a person reads: folded to the terminal, whole in a pipe."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def say(lines: Iterable[str]) -> None:
    """Print lines. A terminal gets them folded, what is cut off under the last column."""
    stream = sys.stdout
    if not stream.isatty():
        stream.writelines(f"{line}\n" for line in lines)
        return
    from shapecalc.cli.output import terminal_width
    from shapecalc.text.display import fold, width

    cells = terminal_width(stream)
    for line in lines:
        if width(line) <= cells:
            stream.write(f"{line}\n")
            continue
        start = _last_column(line)
        if start > cells // 2:
            start = len(line) - len(line.lstrip(" ")) + 2
        first, *rest = fold(line[start:].lstrip(" "), cells - start)
        stream.write(f"{line[:start]}{first}\n")
        stream.writelines(f"{' ' * start}{each}\n" for each in rest)


def _last_column(line: str) -> int:
    """Where the last column begins: after the last gap of two spaces or more."""
    gap = line.rstrip(" ").rfind("  ")
    return 0 if gap < 0 else gap + 2
