"""JSON that is written while it is made: long lists are generators, and have an item a line."""

from __future__ import annotations

from json import JSONEncoder
from types import GeneratorType
from typing import TYPE_CHECKING

from shapecalc.text.display import visible

if TYPE_CHECKING:
    from collections.abc import Iterator


class Members:
    """A mapping that is encoded already, from the texts of mappings, none of them empty."""

    __slots__ = ("text",)

    def __init__(self, *texts: str) -> None:
        self.text = f"{{{', '.join([text[1:-1] for text in texts])}}}"


_ASCII, _UNICODE = JSONEncoder().encode, JSONEncoder(ensure_ascii=False).encode


def needs_ascii(encoding: str) -> bool:
    """Whether JSON in an encoding has escapes for all that is not ASCII: in any but UTF-8."""
    return encoding.lower() not in ("utf-8", "utf8")


def json_text(value: object, encoding: str = "utf-8") -> str:
    """A value as JSON on one line, in which nothing is invisible or a command to a CI runner.

    What the encoding may not have is written as JSON's own escapes: a stream's are none.
    """
    text = _ASCII(value) if needs_ascii(encoding) else _UNICODE(value)
    if visible(text) != text:
        text = _ASCII(value)
    # a CI runner reads `##[` as a command anywhere in a line
    return text.replace("##", "#\\u0023")


def json_lines(value: object, encoding: str = "utf-8") -> Iterator[str]:
    """The lines of a value in which generators are written as lists.

    A generator has an item a line, which may be `Members`; a mapping that holds one has a key a
    line, and anything else is on one line. A generator may be the value itself, or a value of a
    mapping in either.
    """
    return _lines(value, encoding, "", "", "")


def _lines(value: object, encoding: str, indent: str, name: str, comma: str) -> Iterator[str]:
    members: Iterator[tuple[str, object]]
    if isinstance(value, Members):
        yield f"{indent}{name}{value.text}{comma}"
        return
    if isinstance(value, GeneratorType):
        brackets = "[]"
        members = (("", item) for item in value)
    elif isinstance(value, dict) and any(
        isinstance(each, GeneratorType) for each in value.values()
    ):
        brackets = "{}"
        members = ((f"{json_text(key, encoding)}: ", each) for key, each in value.items())
    else:
        yield f"{indent}{name}{json_text(value, encoding)}{comma}"
        return
    yield indent + name + brackets[0]
    before = next(members, None)
    while before is not None:
        following = next(members, None)
        yield from _lines(before[1], encoding, indent + "  ", before[0], "," * bool(following))
        before = following
    yield indent + brackets[1] + comma
