"""The arguments of a block or of a whole network: their kinds, defaults and values."""

from __future__ import annotations

from keyword import iskeyword
from typing import TYPE_CHECKING, Any

from shapecalc import layers
from shapecalc.fields import (
    REQUIRED,
    Axes,
    Count,
    Field,
    Flag,
    Integer,
    one_of,
    shown,
)
from shapecalc.items import has_expression
from shapecalc.nodes import Mapping, Sequence
from shapecalc.problems import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecalc.reading import Note, Reader


class Exact(Field[Any]):
    """A number that may reach a size: an integer or an exact decimal."""

    kind = "number"

    def read(self, value: object, rank: int) -> Any:
        """The number. Raises Refusal SC104."""
        if isinstance(value, bool) or not (
            isinstance(value, int | float) or type(value).__name__ == "Fraction"
        ):
            raise self.refuse(value, "a number")
        return value


class Values(Field[Any]):
    """A list of numbers, or of lists of them."""

    kind = "list"

    def read(self, value: object, rank: int) -> Any:
        """The list. Raises Refusal SC104."""
        if not isinstance(value, list | tuple):
            raise self.refuse(value, "a list")
        return value


class AnyAxes(Field[Any]):
    """What a windowed field takes: an integer, a list of them, or `1x7`."""

    kind = "axes"

    def is_expression(self, text: str) -> bool:
        """Sizes joined by x are a value."""
        return _AXES.is_expression(text)

    def read(self, value: object, rank: int) -> Any:
        """The value, for the field that it is handed to. Raises Refusal SC104."""
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, list | tuple):
            return list(value)
        if isinstance(value, str) and not self.is_expression(value):
            return value
        raise self.refuse(value, "an integer, a list of integers, or sizes such as 1x7")


class TypeName(Field["str | None"]):
    """The name of a layer type, to be used as `type:` in the block; null for none."""

    kind = "type"

    def is_expression(self, text: str) -> bool:
        """Decided where the block is used: there it is known which names are types."""
        return True

    def read(self, value: object, rank: int) -> str | None:
        """The name, or null. Raises Refusal SC104."""
        if value is not None and not isinstance(value, str):
            raise self.refuse(value, "the name of a layer type, or null")
        return value


_AXES = Axes("")

KINDS: dict[str, Callable[[str, Any], Field[Any]]] = {
    "count": Count,
    "integer": Integer,
    "number": Exact,
    "flag": Flag,
    "list": Values,
    "axes": AnyAxes,
    "type": TypeName,
}
"""The kinds of arguments by name, as `kind:` writes them."""

KIND_SENTENCES = {
    "count": "an integer of at least 1",
    "integer": "an integer",
    "number": "an integer or an exact decimal",
    "flag": "true or false",
    "list": "a list of numbers, or of lists",
    "axes": "an integer, one for each axis, or sizes such as 1x7",
    "type": "the name of a layer type, or null",
}

_DEFINITION_KEYS = ("kind", "default", "about")


class Argument:
    """A named argument.

    default: a value, an Expression over the arguments before it, None for null, or REQUIRED.
    offset: where it is defined.
    """

    __slots__ = ("about", "default", "field", "kind", "name", "offset")

    def __init__(self, name: str, kind: str, about: Note | None, default: Any, offset: int) -> None:
        self.name = name
        self.kind = kind
        self.about = about
        self.default = default
        self.offset = offset
        self.field = KINDS[kind]("", default)
        self.field.name = name

    @property
    def required(self) -> bool:
        """Whether a value has to be given."""
        return self.default is REQUIRED

    def read(self, value: object) -> Any:
        """The value, checked for the kind. Raises Refusal SC104."""
        if value is None and self.default is None:
            return None
        return self.field.read(value, 1)


def read_arguments(reader: Reader, node: Mapping | None) -> dict[str, Argument]:
    """The arguments that a mapping of name to definition, or of name to default, defines."""
    found: dict[str, Argument] = {}
    if node is None:
        return found
    for name, value in node.values.items():
        offset = node.place_of_key(name)
        if not name.isidentifier() or name in RESERVED or iskeyword(name):
            reader.problem(
                "SC104",
                f"{shown(name)} cannot name an argument",
                offset,
                "a name has letters, digits and underscores, and is none of the language's words",
            )
            continue
        argument = (
            _defined(reader, name, value, offset)
            if isinstance(value, Mapping)
            else _shorthand(reader, name, value, offset, node.place_of_value(name))
        )
        if argument is not None:
            found[name] = argument
    return found


RESERVED = frozenset(
    (
        *("name", "type", "note", "from", "when", "repeat", "expect", "shares", "cells"),
        *("layers", "branches", "join", "index", "in_channels"),
        *("and", "or", "not", "if", "else", "true", "false", "null", "True", "False", "None"),
        *("min", "max", "abs", "round", "floor", "ceil", "len", "make_divisible"),
    )
)
"""Words of the language, which no argument may be called by."""


def _defined(reader: Reader, name: str, node: Mapping, offset: int) -> Argument | None:
    reader.known_keys(node, _DEFINITION_KEYS, "part of an argument's definition")
    kind = reader.text(node, "kind")
    if kind is None:
        if "kind" not in node.values:
            reader.problem(
                "SC103",
                f"the argument {name} needs a kind",
                offset,
                "kind: " + one_of(list(KINDS)),
            )
        return None
    if kind not in KINDS:
        reader.unknown(
            "SC104",
            f"{shown(kind)} is no kind of argument",
            kind,
            KINDS,
            node.place_of_value("kind"),
        )
        return None
    about = reader.note(node, "about")
    if "default" not in node.values:
        return Argument(name, kind, about, REQUIRED, offset)
    default = _read_default(reader, node.values["default"], node.place_of_value("default"))
    return _with_default(
        reader, Argument(name, kind, about, default, offset), node.place_of_value("default")
    )


def _shorthand(
    reader: Reader, name: str, value: object, offset: int, place: int
) -> Argument | None:
    default = _read_default(reader, value, place)
    if isinstance(value, bool):
        kind = "flag"
    elif isinstance(value, int):
        kind = "integer"
    elif isinstance(value, Sequence):
        kind = "list"
    elif isinstance(value, str) and layers.find(value) is not None:
        kind = "type"
    else:
        kind = "number"
    return _with_default(reader, Argument(name, kind, None, default, offset), place)


def _read_default(reader: Reader, value: object, offset: int) -> Any:
    """A default as it is written; in a list every text is an expression."""
    if isinstance(value, Sequence):
        return [
            reader.expression(item, value.place_of(index))
            if isinstance(item, str)
            else _read_default(reader, item, value.place_of(index))
            for index, item in enumerate(value.values)
        ]
    return reader.value(value, offset)


def _with_default(reader: Reader, argument: Argument, place: int) -> Argument | None:
    """The argument with its default read: a value of the kind, or an expression."""
    default = argument.default
    if (
        isinstance(default, str)
        and argument.kind != "type"
        and argument.field.is_expression(default)
    ):
        argument.default = reader.expression(default, place)
        return None if argument.default is None else argument
    if has_expression(default):
        return argument
    try:
        argument.default = argument.read(default)
    except Refusal as refusal:
        reader.refusal(refusal, place)
        return None
    return argument
