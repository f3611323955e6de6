"""The arguments of a block or of a whole network: their kinds, defaults and values."""

from __future__ import annotations

from keyword import iskeyword
from typing import TYPE_CHECKING, Any

from shapecalc import layers
from shapecalc.expressions.deferred import has_expression
from shapecalc.language.frozen import Frozen
from shapecalc.layers.axes_fields import Axes
from shapecalc.layers.fields import REQUIRED, Count, Field, Flag, Integer, flag_hint, one_of
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
    """A number that may reach a size: an integer or an exact decimal."""

    kind = "number"

    def read(self, value: object, rank: int) -> Any:
        """The number. Raises Refusal SC104."""
        if isinstance(value, bool) or not (
            isinstance(value, int | float) or type(value).__name__ == "Fraction"
        ):
            kind = {bool: "flag", list: "list", tuple: "list"}.get(type(value))
            raise self.refuse(value, "a number", kind and f"kind: {kind} takes it")
        return value

    def schema(self, rank: int) -> dict[str, Any]:
        """A number."""
        return {"type": "number"}


class Values(Field["tuple[Any, ...]"]):
    """A list of numbers, or of lists of them: as tuples, so that nobody changes it."""

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
    """What a windowed field takes: an integer, a list of them, or `1x7`."""

    kind = "axes"
    along_axes = True

    def is_expression(self, text: str) -> bool:
        """Sizes joined by x are a value."""
        return _AXES.is_expression(text)

    def read(self, value: object, rank: int) -> Any:
        """The value, for the field that it is handed to. Raises Refusal SC104."""
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

    def schema(self, rank: int) -> dict[str, Any]:
        """The names of all layer types, and null."""
        return {"enum": [*layers.names(), None]}


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

EXAMPLE_OF_ARGUMENTS = "arguments: {width: 64, classes: {kind: count}}, say"
"""What a message shows where arguments are no mapping."""


class Argument(Frozen):
    """A named argument.

    default: a value, an Expression over the arguments before it, None for null, or REQUIRED.
    offset, place: where it is defined, and its default.
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
        """Whether a value has to be given."""
        return self.default is REQUIRED

    def read(self, value: object) -> Any:
        """The value, checked for the kind. Raises Refusal SC104."""
        if value is None and self.default is None:
            return None
        return self.field.read(value, 1)


def read_arguments(
    reader: NodeReader, node: MappingNode | None, known: tuple[str, ...] = ()
) -> dict[str, Argument]:
    """The arguments that a mapping of name to definition, or of name to default, defines.

    known: what a default may use besides the arguments before it.
    """
    if node is None:
        return {}
    return _Definitions(reader, node, known).read()


RESERVED = frozenset(
    (
        *("name", "type", "note", "from", "when", "repeat", "expect", "shares", "cells"),
        *("layers", "branches", "join", "index", "in_channels"),
        *("and", "or", "not", "if", "else", "true", "false", "null", "True", "False", "None"),
        *("min", "max", "abs", "round", "floor", "ceil", "len", "make_divisible"),
    )
)
"""Words of the language, which no argument may be called by."""


class _Definitions:
    """Reads the arguments of one mapping, in order."""

    def __init__(self, reader: NodeReader, node: MappingNode, known: tuple[str, ...]) -> None:
        self.reader = reader
        self.node = node
        self.known = known
        self.found: dict[str, Argument] = {}

    def read(self) -> dict[str, Argument]:
        """The arguments by name; one that is wrong is there, too, so that its name is known."""
        if len(self.node.values) > MAXIMUM_ARGUMENTS:
            text = f"there are {len(self.node.values)} arguments, more than {MAXIMUM_ARGUMENTS}"
            self.reader.problem("SC104", text, self.node.start)
            return {}
        for name, value in self.node.values.items():
            offset = self.node.place_of_key(name)
            if not self.reader.short_name(name, self.node, "an argument"):
                continue
            if not name.isidentifier() or name in RESERVED or iskeyword(name):
                self.reader.problem(
                    "SC104",
                    f"{shown(name)} cannot name an argument",
                    offset,
                    "a name has letters, digits and underscores, and is none of the language's "
                    "words",
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
        reader.known_keys(node, _DEFINITION_KEYS, "part of an argument's definition")
        about = reader.note(node, "about")
        kind = reader.text(node, "kind")
        if kind is None and "kind" not in node.values:
            text = f"the argument {name} needs a kind"
            reader.problem("SC103", text, offset, "kind: " + one_of(list(KINDS)))
        elif kind is not None and kind not in KINDS:
            text = f"{shown(kind)} is no kind of argument"
            reader.unknown("SC104", text, kind, KINDS, node.place_of_value("kind"))
        if kind is None or kind not in KINDS:
            return Argument(name, "number", about, REQUIRED, offset, offset)
        if "default" not in node.values:
            return Argument(name, kind, about, REQUIRED, offset, offset)
        place = node.place_of_value("default")
        default = self._default(node.values["default"], place)
        if kind == "axes":
            reader.hexadecimal(default, place, name)
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
        elif isinstance(value, str) and layers.find(value) is not None:
            kind = "type"
        else:
            kind = "number"
        return self._with_default(Argument(name, kind, None, default, offset, place))

    def _default(self, value: object, place: int) -> Any:
        """A default as it is written; in a list every text is an expression."""
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
        if argument.kind == "type" and default is not None and default not in layers.names():
            text = f"there is no layer type {shown(default)}"
            hint = "`shapecalc layers` lists them all"
            self.reader.unknown("SC106", text, str(default), layers.names(), argument.place, hint)
        elif not has_expression(default):
            try:
                return argument.replaced(default=argument.read(default))
            except Refusal as refusal:
                self.reader.refusal(refusal, argument.place)
        return argument

    def _expression(self, text: str, place: int) -> Expression | None:
        """An expression over what is known before it, or None and a problem."""
        expression = self.reader.expression(text, place)
        if expression is None:
            return None
        before = [*self.known, *self.found]
        for name in sorted(expression.names.difference(before)):
            message = f"{shown(name)} is no argument that stands before this one"
            at = self.reader.source.inside(place, max(text.find(name), 0))
            if name in self.node.values:
                hint = "a default uses the arguments before it: move this one down"
                self.reader.problem("SC109", message, at, hint)
            elif name == text and flag_hint(name) is not None:
                self.reader.problem("SC109", message, at, flag_hint(name))
            else:
                self.reader.unknown("SC109", message, name, before, at)
        return expression
