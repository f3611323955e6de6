"""Notes with placeholders: `expands to {ch3x3} channels` over the arguments in scope."""

from __future__ import annotations

from typing import Any

from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal


def fill(text: str, scope: dict[str, Any]) -> str:
    """The text with each `{expression}` replaced by its value, and `{{` and `}}` by braces.

    Raises Refusal SC118 for an unmatched brace, SC108 or SC109 for an invalid expression.
    """
    from shapecalc.expressions.expression import parse_expression

    found: list[str] = []
    at = 0
    while at < len(text):
        brace = min((i for i in (text.find("{", at), text.find("}", at)) if i >= 0), default=-1)
        if brace < 0:
            break
        found.append(text[at:brace])
        if text[brace : brace + 2] in ("{{", "}}"):
            found.append(text[brace])
            at = brace + 2
            continue
        end = text.find("}", brace)
        if text[brace] == "}" or end < 0:
            raise Refusal(
                "SC118",
                f"unmatched {text[brace]} in the note",
                "write {{ or }} for a brace, {name} for the value of an argument",
                offset=brace,
            )
        try:
            value = parse_expression(text[brace + 1 : end]).evaluate(scope)
        except Refusal as refusal:
            refusal.offset = brace + 1 + (refusal.offset or 0)
            raise
        found.append(value if isinstance(value, str) else shown(value))
        at = end + 1
    found.append(text[at:])
    return "".join(found)


Note = dict[str, str]
"""A text by language: `en`, `zh`; the key of a text for all languages is ``""``."""


def in_language(note: Note | None, language: str) -> str | None:
    """A note's text in a language, else in one that it has; None without a note."""
    if not note:
        return None
    text = note.get(language) or note.get("")
    return text if text is not None else next(iter(note.values()))
