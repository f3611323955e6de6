"""A message of a protocol buffer without its schema: fields, of which each asks what it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shapecalc.limits import MAXIMUM_INTEGER
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MOST = 2**31 - 1
"""The largest number of Caffe's fields, in which sizes are 32-bit integers."""


class EnumName(str):
    """A word without quotes: a value of an enumeration, or of a field that is true or false."""

    __slots__ = ()


ProtoScalar = str | int | float


class ProtoValue(NamedTuple):
    """A value with its place in the text."""

    content: ProtoScalar | ProtoMessage
    offset: int


class ProtoMessage:
    """The fields of a message, each with all its values in their order.

    offset: where it begins.
    """

    __slots__ = ("fields", "offset")

    def __init__(self, offset: int) -> None:
        self.fields: dict[str, list[ProtoValue]] = {}
        self.offset = offset

    def has(self, name: str) -> bool:
        """Whether a field has a value."""
        return bool(self.fields.get(name))

    def place(self, name: str) -> int:
        """Where the first value of a field is; where the message is, if it has none."""
        values = self.fields.get(name)
        return values[0].offset if values else self.offset

    def one(self, name: str) -> ProtoValue | None:
        """The value of a field that has one. Raises Refusal SC501 for several."""
        values = self.fields.get(name)
        if not values:
            return None
        if len(values) > 1:
            raise Refusal("SC501", f"{name} is given more than once", offset=values[1].offset)
        return values[0]

    def message(self, name: str) -> ProtoMessage:
        """A message inside; one without fields where there is none. Raises Refusal SC501."""
        value = self.one(name)
        return ProtoMessage(self.offset) if value is None else _message(name, value)

    def messages(self, name: str) -> Iterator[ProtoMessage]:
        """The messages of a field. Raises Refusal SC501."""
        return (_message(name, value) for value in self.fields.get(name, ()))

    def text(self, name: str) -> str:
        """A text, "" where there is none. Raises Refusal SC501."""
        value = self.one(name)
        return "" if value is None else _text(name, value)

    def texts(self, name: str) -> list[str]:
        """The texts of a field. Raises Refusal SC501."""
        return [_text(name, value) for value in self.fields.get(name, ())]

    def integer(self, name: str, default: int, least: int = 0) -> int:
        """A whole number. Raises Refusal SC501 for one below the least."""
        value = self.one(name)
        return default if value is None else _integer(name, value, least)

    def integers(self, name: str, least: int = 0) -> list[int]:
        """The whole numbers of a field. Raises Refusal SC501 for one below the least."""
        return [_integer(name, value, least) for value in self.fields.get(name, ())]

    def number(self, name: str, default: float) -> float:
        """A number. Raises Refusal SC501."""
        value = self.one(name)
        return default if value is None else _number(name, value)

    def numbers(self, name: str) -> list[float]:
        """The numbers of a field. Raises Refusal SC501."""
        return [_number(name, value) for value in self.fields.get(name, ())]

    def flag(self, name: str, default: bool) -> bool:
        """True or false. Raises Refusal SC501."""
        value = self.one(name)
        if value is None:
            return default
        content = value.content
        if content in _FLAGS and (type(content) is int or isinstance(content, EnumName)):
            return _FLAGS[content]
        raise _refused(name, value, "true or false")

    def word(self, name: str, words: Mapping[str, int], default: str) -> str:
        """One of the words of an enumeration, each with its number. Raises Refusal SC501."""
        value = self.one(name)
        if value is None:
            return default
        content = value.content
        if isinstance(content, EnumName) and content in words:
            return content
        for word, number in words.items():
            if type(content) is int and content == number:
                return word
        raise _refused(name, value, "one of " + ", ".join(words))

    def unknown_field(self, known: Iterable[str]) -> str | None:
        """A field that is none of these; None where all are."""
        return next((name for name in self.fields if name not in known), None)

    def with_fields(self, names: Mapping[str, str]) -> ProtoMessage:
        """A message with those of its fields that are keys of `names`, called what that says."""
        found = ProtoMessage(self.offset)
        found.fields = {new: self.fields[old] for old, new in names.items() if old in self.fields}
        return found


_FLAGS: dict[object, bool] = {
    1: True, 0: False, "true": True, "True": True, "t": True,
    "false": False, "False": False, "f": False,
}  # fmt: skip


def _message(name: str, value: ProtoValue) -> ProtoMessage:
    if isinstance(value.content, ProtoMessage):
        return value.content
    raise _refused(name, value, "a message in braces")


def _text(name: str, value: ProtoValue) -> str:
    if isinstance(value.content, str) and not isinstance(value.content, EnumName):
        return value.content
    raise _refused(name, value, "a text in quotes")


def _integer(name: str, value: ProtoValue, least: int) -> int:
    content = value.content
    if type(content) is not int:
        raise _refused(name, value, "a whole number")
    if not least <= content <= MOST:
        text = f"{name} is {shown(content)}, but from {least} to {MOST} is allowed"
        raise Refusal("SC501", text, offset=value.offset)
    return content


def _number(name: str, value: ProtoValue) -> float:
    content = value.content
    if type(content) is int and abs(content) <= MAXIMUM_INTEGER:
        return content
    if isinstance(content, int | float):
        return float(content)
    if isinstance(content, EnumName) and content.lower() in _SPECIAL:
        return float(content)
    raise _refused(name, value, "a number")


_SPECIAL = ("inf", "infinity", "nan")


def _refused(name: str, value: ProtoValue, wanted: str) -> Refusal:
    found = "a message" if isinstance(value.content, ProtoMessage) else shown(value.content)
    return Refusal("SC501", f"{name}: expected {wanted}, found {found}", offset=value.offset)
