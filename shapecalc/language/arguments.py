"""The arguments of a block or a network: their kinds, defaults and values."""

from __future__ import annotations

from keyword import iskeyword
from typing import TYPE_CHECKING, Any

from shapecalc import layers
from shapecalc.expressions.expression import has_expression
from shapecalc.language.frozen import Frozen
from shapecalc.language.keys import RESERVED_WORDS
from shapecalc.layers.axes_fields import Axes
from shapecalc.layers.fields import (
    REQUIRED,
    Count,
    Field,
    Flag,
    Integer,
    flag_hint,
    flag_text,
    one_of,
)
from shapecalc.limits import MAXIMUM_ARGUMENTS
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal
from shapecalc.yaml.nodes import ListNode, MappingNode

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecalc.expressions.expression import Expression
    from shapecalc.language.node_reader import NodeReader
    from shapecalc.language.notes import Note


class Exact(Field[Any]):
    """A number that a size may depend on: an integer or an exact decimal."""

    kind = "number"

    def read(self, value: object, rank: int) -> Any:
        """The number. Raises Refusal SC104."""
        if isinstance(value, bool) or not (
            isinstance(value, int | float) or type(value).__name__ == "Fraction"
        ):
            kind = {bool: "flag", list: "list", tuple: "list"}.get(type(value))
            raise self.refuse(value, "a number", kind and f"use kind: {kind}")
        return value

    def schema(self, rank: int) -> dict[str, Any]:
        """A number."""
        return {"type": "number"}


class Values(Field["tuple[Any, ...]"]):
    """A list of numbers, or of lists of numbers: as tuples, which cannot change."""

    kind = "list"

    def read(self, value: object, rank: int) -> tuple[Any, ...]:
        """The list. Raises Refusal SC104."""
        if not isinstance(value, list | tuple):
            raise self.refuse(value, "a list")
        return self._fixed(value, 1, [0])

    def _fixed(self, values: Any, depth: int, count: list[int]) -> tuple[Any, ...]:
        from shapecalc.limits import MAXIMUM_EXPRESSION_NESTING, MAXIMUM_LIST

        count[0] += len(values)
        if count[0] > MAXIMUM_LIST or depth > MAXIMUM_EXPRESSION_NESTING:
            limits = f"{MAXIMUM_LIST} values, at most {MAXIMUM_EXPRESSION_NESTING} lists deep"
            text = f"{self.name} must be a list of at most {limits}"
            raise Refusal("SC104", text, None, self.name)  # it may hold itself: not to be shown
        return tuple(
            self._fixed(value, depth + 1, count) if isinstance(value, list | tuple) else value
            for value in values
        )

    def schema(self, rank: int) -> dict[str, Any]:
        """A list."""
        return {"type": "array"}


class AnyAxes(Field[Any]):
    """The value of a field along the axes: an integer, a list of them, or `1x7`."""

    kind = "axes"

    def is_expression(self, text: str) -> bool:
        """Sizes joined by x are not an expression."""
        return _AXES.is_expression(text)

    def read(self, value: object, rank: int) -> Any:
        """The value, for the field that it is passed to. Raises Refusal SC104."""
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, list | tuple):
            return tuple(value)
        if isinstance(value, str) and not self.is_expression(value):
            return value
        raise self.refuse(value, "an integer, a list of integers, or sizes such as 1x7")

    def schema(self, rank: int) -> dict[str, Any]:
        """An integer or a list of them."""
        return {"anyOf": [{"type": "integer"}, {"type": "array"}]}


class TypeName(Field["str | None"]):
    """The name of a layer type, used as `type:` in the block, or a mapping with its fields; null
    for none."""

    kind = "type"

    def is_expression(self, text: str) -> bool:
        """Always: which names are types is known only where the block is used."""
        return True

    named = "a layer type"

    def read(self, value: object, rank: int) -> str | None:
        """The name, or null. Raises Refusal SC104."""
        if value is not None and not isinstance(value, str):
            raise self.refuse(value, f"the name of {self.named}, or null")
        return value

    def schema(self, rank: int) -> dict[str, Any]:
        """A name, a mapping with a type, or null."""
        use = {"type": "object", "properties": {"type": {"type": "string"}}, "required": ["type"]}
        return {"anyOf": [{"type": "string"}, use, {"type": "null"}]}


class BlockName(TypeName):
    """As TypeName, of a block or a layer type."""

    kind = "block"
    named = "a block or a layer type"


_AXES = Axes("")

KINDS: dict[str, Callable[[str, Any], Field[Any]]] = {
    "count": Count,
    "integer": Integer,
    "number": Exact,
    "flag": Flag,
    "list": Values,
    "axes": AnyAxes,
    "type": TypeName,
    "block": BlockName,
}
"""The fields of the kinds of arguments, by the name in `kind:`."""

KIND_SENTENCES = {
    "count": "an integer of at least 1",
    "integer": "an integer",
    "number": "an integer or an exact decimal",
    "flag": "true or false",
    "list": "a list of numbers, or of lists of numbers",
    "axes": "an integer, one for each axis, or sizes such as 1x7",
    "type": "the name of a layer type, perhaps with fields: {type: Name, ...}, or null",
    "block": "the name of a block or a layer type, perhaps with fields: {type: Name, ...}, or null",
}

_DEFINITION_KEYS = ("kind", "default", "about")

EXAMPLE_OF_ARGUMENTS = "write arguments: {width: 64, classes: {kind: count}}"
"""The hint for arguments that are not a mapping."""


class Argument(Frozen):
    """A named argument.

    default: a value, an Expression over the arguments before it, None for null, or REQUIRED.
    offset, place: the offsets of its definition and of its default.
    invalid: whether its definition is, so that its values cannot be determined.
    """

    __slots__ = ("about", "default", "field", "invalid", "kind", "name", "offset", "place")

    name: str
    kind: str
    about: Note | None
    default: Any
    offset: int
    place: int
    invalid: bool
    field: Field[Any]

    def __init__(
        self, name: str, kind: str, about: Note | None, default: Any, offset: int, place: int
    ) -> None:
        field = KINDS[kind]("", default)
        field.name = name
        super().__init__(
            name=name,
            kind=kind,
            about=about,
            default=default,
            offset=offset,
            place=place,
            invalid=False,
            field=field,
        )

    @property
    def required(self) -> bool:
        """Whether it has no default, so that a value must be given."""
        return self.default is REQUIRED

    def read(self, value: object) -> Any:
        """The value, checked; null is allowed if it is the default. Raises Refusal SC104."""
        return None if self.field.is_null(value) else self.field.read(value, 1)


def read_arguments(
    reader: NodeReader, node: MappingNode | None, known: tuple[str, ...] = ()
) -> dict[str, Argument]:
    """The arguments of a mapping of names to definitions or defaults.

    known: the names that a default may use besides the arguments before it.
    """
    if node is None:
        return {}
    return _Definitions(reader, node, known).read()


class _Definitions:
    """Reads the arguments of one mapping, in order."""

    def __init__(self, reader: NodeReader, node: MappingNode, known: tuple[str, ...]) -> None:
        self.reader = reader
        self.node = node
        self.known = known
        self.found: dict[str, Argument] = {}

    def read(self) -> dict[str, Argument]:
        """The arguments by name, including invalid ones, so that their names are defined."""
        if len(self.node.values) > MAXIMUM_ARGUMENTS:
            count = len(self.node.values)
            text = f"too many arguments: {count}, the maximum is {MAXIMUM_ARGUMENTS}"
            self.reader.problem("SC104", text, self.node.start)
            return {}
        for name, value in self.node.values.items():
            offset = self.node.place_of_key(name)
            if not self.reader.short_name(name, self.node, "an argument"):
                continue
            if not name.isidentifier() or name in RESERVED_WORDS or iskeyword(name):
                self.reader.problem(
                    "SC104",
                    f"invalid argument name {shown(name)}",
                    offset,
                    "use letters, digits and underscores, and no word of the language",
                )
                continue
            before = self.reader.failures
            if isinstance(value, MappingNode):
                argument = self._defined(name, value, offset)
            else:
                argument = self._shorthand(name, value, offset)
            if self.reader.failures > before:
                argument = argument.replaced(invalid=True)
            self.found[name] = argument
        return self.found

    def _defined(self, name: str, node: MappingNode, offset: int) -> Argument:
        reader = self.reader
        reader.known_keys(node, _DEFINITION_KEYS, "an argument")
        about = reader.note(node, "about")
        kind = reader.text(node, "kind")
        if kind is None and "kind" not in node.values:
            text = f"missing kind in argument {name}"
            reader.problem("SC103", text, offset, "write kind: " + one_of(list(KINDS)))
        elif kind is not None and kind not in KINDS:
            text = f"unknown argument kind {shown(kind)}"
            reader.unknown("SC104", text, kind, KINDS, node.place_of_value("kind"))
        if kind is None or kind not in KINDS:
            return Argument(name, "number", about, REQUIRED, offset, offset)
        if "default" not in node.values:
            return Argument(name, kind, about, REQUIRED, offset, offset)
        place = node.place_of_value("default")
        written = node.values["default"]
        if kind == "block" or (kind == "type" and isinstance(written, MappingNode)):
            return Argument(name, kind, about, written, offset, place)  # looked up by Library
        default = self._default(written, place)
        if kind == "axes":
            try:
                default = reader.sizes(default, place, name)
            except Refusal as refusal:
                reader.refusal(refusal, place)
        return self._with_default(Argument(name, kind, about, default, offset, place))

    def _shorthand(self, name: str, value: object, offset: int) -> Argument:
        place = self.node.place_of_value(name)
        default = self._default(value, place)
        if isinstance(value, bool):
            kind = "flag"
        elif isinstance(value, int):
            kind = "integer"
        elif isinstance(value, ListNode):
            kind = "list"
        elif isinstance(value, str) and layers.find_type(value) is not None:
            kind = "type"
        else:
            kind = "number"
        return self._with_default(Argument(name, kind, None, default, offset, place))

    def _default(self, value: object, place: int) -> Any:
        """A default as written; every string in a list is an expression."""
        if isinstance(value, ListNode):
            if not self.reader.short_list(value, place):
                return None
            return [
                self._expression(item, value.place_of(index))
                if isinstance(item, str)
                else self._default(item, value.place_of(index))
                for index, item in enumerate(value.values)
            ]
        return self.reader.value(value, place)

    def _with_default(self, argument: Argument) -> Argument:
        """The argument with its default read: a value of the kind, or an expression."""
        default = argument.default
        if (
            isinstance(default, str)
            and argument.kind != "type"
            and argument.field.is_expression(default)
        ):
            return argument.replaced(default=self._expression(default, argument.place))
        if argument.kind == "type" and default is not None and default not in layers.type_names():
            text = f"unknown layer type {shown(default)}"
            hint = "`shapecalc layers` lists all types"
            self.reader.unknown(
                "SC106", text, str(default), layers.type_names(), argument.place, hint
            )
        elif not has_expression(default):
            try:
                return argument.replaced(default=argument.read(default))
            except Refusal as refusal:
                self.reader.refusal(refusal, argument.place)
        return argument

    def _expression(self, text: str, place: int) -> Expression | None:
        """An expression over the names defined before it, or None and a problem."""
        expression = self.reader.expression(text, place)
        if expression is None:
            return None
        before = [*self.known, *self.found]
        for name in sorted(expression.names.difference(before)):
            message = f"{shown(name)} is not defined before this argument"
            at = self.reader.source.inside(place, max(text.find(name), 0))
            if name in self.node.values:
                hint = "a default can use only the arguments before it: move this one down"
                self.reader.problem("SC109", message, at, hint)
            elif name == text and flag_hint(name) is not None:
                instead = name, flag_text(name) or ""
                self.reader.problem("SC109", message, at, flag_hint(name), instead=instead)
            else:
                self.reader.unknown("SC109", message, name, before, at, uncertain=before)
        return expression
