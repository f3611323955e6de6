"""How messages quote values, names and lists of words: on one line, and bounded."""

from __future__ import annotations

from collections.abc import Sequence

LONGEST_QUOTE = 40
"""The maximum length of a quoted text in a message, in characters."""

_DEEPEST = 3


def clipped(text: str) -> str:
    """The text, truncated with `...` if it is longer than LONGEST_QUOTE."""
    return text if len(text) <= LONGEST_QUOTE else _truncated(text, LONGEST_QUOTE)


def some_of(words: Sequence[str], most: int = 12) -> str:
    """The words joined by commas; of more than `most`, the first, and `and N more`."""
    shown = ", ".join(words[:most])
    return shown if len(words) <= most else f"{shown} and {len(words) - most} more"


def shown(value: object, depth: int = 0) -> str:
    """A value as a spec writes it, truncated to LONGEST_QUOTE characters.

    depth: how many lists it is in: deeper ones are not shown, as a list may hold itself.
    """
    if value is None:
        text = "null"
    elif isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, str):
        text = _quoted(value)
        if len(text) > LONGEST_QUOTE:
            return _truncated(text, LONGEST_QUOTE - 1) + text[-1]
    elif isinstance(value, list | tuple):
        if depth > _DEEPEST:
            return "[...]"
        text = (
            "[" + ", ".join(shown(item, depth + 1) for item in value[:14]) + "]"
        )  # more never fit
    elif isinstance(value, int | float):
        text = str(value)
    elif type(value).__name__ == "Fraction":
        decimal = float(value)  # type: ignore[arg-type] # a Fraction, recognized without an import
        text = str(decimal if decimal == value else value)
    elif type(value).__name__ == "Irrational":
        text = getattr(value, "text", "")
    else:
        text = "a mapping" if hasattr(value, "place_of_key") else "a list"
    return clipped(text)


def named(name: str) -> str:
    """A name without quotes, truncated to LONGEST_QUOTE characters."""
    return clipped(_quoted(name)[1:-1])


def _truncated(text: str, width: int) -> str:
    from shapecalc.text.display import truncate

    return truncate(text, width)


def _quoted(text: str) -> str:
    return repr(text) if text.isprintable() else ascii(text)
