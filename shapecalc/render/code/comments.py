"""Comments and docstrings: text of a spec in code, which it never becomes."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import TYPE_CHECKING

from shapecalc.language.notes import fill, in_language
from shapecalc.text.display import inert, visible

if TYPE_CHECKING:
    from shapecalc.language.notes import Note

LINE_WIDTH = 88
"""The columns of a line."""


def note_text(note: Note | None, language: str) -> str | None:
    """The text of a note in a language, its expressions as they are written."""
    text = in_language(note, language)
    return text and fill(text, {}, lambda expression, scope: expression.text)


def comment(text: str, indent: int = 0) -> Iterator[str]:
    """A text as lines of comments. Line ends are spaces, controls are shown as escapes."""
    for line in _wrapped(text, indent + 2):
        yield f"{' ' * indent}# {line}"


def docstring(texts: list[str], indent: int = 0) -> Iterator[str]:
    """Paragraphs as a docstring; nothing where there are none."""
    margin = " " * indent
    paragraphs = [
        [line.replace("\\", "\\\\").replace('"', '\\"') if _acts(line) else line for line in lines]
        for lines in (list(_wrapped(text, indent + 3)) for text in texts)
        if lines
    ]
    if not paragraphs:
        return
    lines = [line for lines in paragraphs for line in ("", *lines)][1:]
    if len(lines) == 1 and indent + len(lines[0]) + 6 > LINE_WIDTH and " " in lines[0]:
        lines = list(lines[0].rpartition(" ")[::2])  # formatters leave no line of the quotes alone
    if len(lines) == 1:
        yield f'{margin}"""{lines[0]}"""'
        return
    yield f'{margin}"""{lines[0]}'
    for line in lines[1:]:
        yield margin + line if line else ""
    yield f'{margin}"""'


def _acts(line: str) -> bool:
    """Whether a line may end a docstring, or escape what is in it."""
    return "\\" in line or '"""' in line or line.endswith('"') or line.startswith('"')


def _wrapped(text: str, columns: int) -> list[str]:
    words = " ".join(visible(line.strip()) for line in text.splitlines())
    room = max(LINE_WIDTH - columns, 20)
    lines = wrap(words, room, break_long_words=False, break_on_hyphens=False)
    return list(map(inert, lines))
