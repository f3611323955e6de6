"""Lines of output as pieces of text with roles, and what each role looks like on a terminal.

Whoever lays something out yields such lines and knows no colours; `write` prints them. This is
the one place that knows rich, and rich knows the terminals: which escapes they support, and how
Windows wants them. Its own layout, which costs a millisecond for two rows, is needed for pages
of markdown alone.
"""

from __future__ import annotations

from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TextIO

Line = str | list[tuple[str, str]]
"""Pieces of text, each with its role, or a text without one. They are printed as they are."""

TEXT = "text"
TITLE, HEADING, RULE, NAME, NOTHING = "title", "heading", "rule", "name", "nothing"
BLOCK, BLOCK_NAME = "block", "block name"
ERROR, WARNING, MESSAGE, LABEL, GUTTER = "error", "warning", "message", "label", "gutter"
ADDED, REMOVED, CHANGED, FAILED = "added", "removed", "changed", "failed"

STYLES = {
    TEXT: "",
    TITLE: "bold",
    HEADING: "bold",
    RULE: "dim",
    NAME: "cyan",
    NOTHING: "dim",
    BLOCK: "bold",
    BLOCK_NAME: "bold cyan",
    ERROR: "bold red",
    WARNING: "bold yellow",
    MESSAGE: "bold",
    LABEL: "bold",
    GUTTER: "bold blue",
    ADDED: "green",
    REMOVED: "red",
    CHANGED: "yellow",
    FAILED: "red",
}
"""What rich calls the style of each role."""

_LINES_AT_ONCE = 500
"""The lines that rich is given at once: it keeps what it is given until it has all of it."""


def text_of(line: Line) -> str:
    """The text of a line, without its roles."""
    return line if isinstance(line, str) else "".join([text for text, _ in line])


def write_lines(lines: Iterable[Line], stream: TextIO, color: bool) -> None:
    """Write lines to a stream, in colour or as they are."""
    remaining = iter(lines)
    paint: Callable[[list[Line]], None] | None = None
    while some := list(islice(remaining, _LINES_AT_ONCE)):
        if not color or all(isinstance(line, str) for line in some):
            stream.writelines([text_of(line) + "\n" for line in some])
            continue
        paint = paint or _painter(stream)
        paint(some)


def _painter(stream: TextIO) -> Callable[[list[Line]], None]:
    # What writes lines to a stream in colour.
    from rich.console import Console
    from rich.segment import Segment, Segments
    from rich.style import Style

    console = Console(
        file=stream,
        color_system="standard",
        force_terminal=True,
        no_color=False,
        # only a console of Windows is coloured by other means than escapes
        legacy_windows=None if stream.isatty() else False,
    )
    styles = {role: Style.parse(style) if style else None for role, style in STYLES.items()}
    end = Segment("\n")

    def paint(lines: list[Line]) -> None:
        segments: list[Segment] = []
        for line in lines:
            pieces = [(line, TEXT)] if isinstance(line, str) else line
            for role, group in groupby(pieces, itemgetter(1)):
                segments.append(Segment("".join([text for text, _ in group]), styles[role]))
            segments.append(end)
        console.print(Segments(segments), crop=False, soft_wrap=True)

    return paint


def write_markdown(text: str, stream: TextIO, width: int) -> None:
    """Write markdown to a terminal as a page of at most so many cells."""
    from rich.console import Console
    from rich.markdown import Markdown

    Console(file=stream, width=width).print(Markdown(text))
