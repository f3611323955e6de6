"""Notes with placeholders: `expands to {ch3x3} channels` over the arguments in scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.expressions.expression import MAXIMUM_CACHED, parse_expression
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from shapecalc.expressions.expression import Expression


def fill(text: str, scope: dict[str, Any], evaluate: Callable[[Any, dict[str, Any]], Any]) -> str:
    """The text with each `{expression}` replaced by its value, and `{{` and `}}` by braces.

    evaluate: evaluates an expression in a scope.
    Raises Refusal SC118 for an unmatched brace, SC108 or SC109 for an invalid expression.
    """
    if not _marks(text):
        return text
    found: list[str] = []
    for words, expression, offset in _read(text)[0]:
        found.append(words)
        if expression is None:
            continue
        try:
            value = evaluate(expression, scope)
        except Refusal as refusal:
            refusal.offset = offset + (refusal.offset or 0)
            raise
        found.append(value if isinstance(value, str) else shown(value))
    return "".join(found)


def names_of(*texts: str) -> frozenset[str]:
    """The names that the expressions of notes use. Raises Refusal as `fill` does."""
    return frozenset().union(*(_read(text)[1] for text in texts if _marks(text)))


def _marks(text: str) -> bool:
    return "{" in text or "}" in text


_Parts = tuple[tuple[str, "Expression | None", int], ...]


def _read(text: str) -> tuple[_Parts, frozenset[str]]:
    """The parts of a note, and the names that they use."""
    found = _cache.get(text)
    if found is None:
        if len(_cache) >= MAXIMUM_CACHED:
            _cache.clear()
        parts = tuple(_split(text))
        names = frozenset(name for _, each, _ in parts if each is not None for name in each.names)
        found = _cache[text] = parts, names
    return found


_cache: dict[str, tuple[_Parts, frozenset[str]]] = {}
"""Notes that were read: every repeat of an item asks for them again."""


def _split(text: str) -> Iterator[tuple[str, Expression | None, int]]:
    """Words, each with the expression that follows and its offset. Raises Refusal."""
    at = 0
    while at < len(text):
        brace = min((i for i in (text.find("{", at), text.find("}", at)) if i >= 0), default=-1)
        if brace < 0:
            break
        if text[brace : brace + 2] in ("{{", "}}"):
            yield text[at : brace + 1], None, brace
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
            expression = parse_expression(text[brace + 1 : end])
        except Refusal as refusal:
            refusal.offset = brace + 1 + (refusal.offset or 0)
            raise
        yield text[at:brace], expression, brace + 1
        at = end + 1
    yield text[at:], None, at


Note = str | dict[str, str]
"""A text, or one for each of some languages by their codes, such as `en` and `zh`."""


def texts_of(note: Note | None) -> Collection[str]:
    """The texts of a note."""
    if note is None:
        return ()
    return (note,) if isinstance(note, str) else note.values()


def in_language(note: Note | None, language: str) -> str | None:
    """A note's text in a language, else in one that it has; None without a note."""
    if isinstance(note, str) or not note:
        return note if isinstance(note, str) else None
    text = note.get(language)
    return text if text is not None else next(iter(note.values()))
