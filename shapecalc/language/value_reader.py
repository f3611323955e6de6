"""Values of fields and arguments as they are written: plain, or with expressions to evaluate.

A string where a number, a list or a truth value is expected is an expression over the names
that are known; whether they are is checked here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.expressions.deferred import has_expression
from shapecalc.layers.base import LayerType
from shapecalc.layers.fields import flag_hint
from shapecalc.limits import MAXIMUM_HINTS
from shapecalc.problems.formatting import named, shown
from shapecalc.problems.problem import Refusal
from shapecalc.yaml.nodes import ListNode, MappingNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shapecalc.language.arguments import Argument
    from shapecalc.language.items import Block
    from shapecalc.language.node_reader import NodeReader
    from shapecalc.language.notes import Note
    from shapecalc.layers.fields import Field

CONSTANT_WORDS = ("index", "true", "false", "null", "True", "False", "None")
"""Names that an expression may be without being an argument."""


class ValueReader:
    """Reads the values of one source.

    find: the layer type or block of a name.
    type_names: the names that `find` knows, for a suggestion.
    known: the names that an expression may use.
    types: the arguments that hold a type's name.
    used: gathers the names that are made use of.
    hexadecimal: whether the source may write a number in hexadecimal.
    """

    def __init__(
        self,
        reader: NodeReader,
        find: Callable[[str], LayerType | Block | None],
        type_names: Callable[[], Iterable[str]],
        arguments: dict[str, Argument],
        used: set[str],
        hexadecimal: bool,
    ) -> None:
        self.reader = reader
        self.find = find
        self.type_names = type_names
        self.known = frozenset(arguments) | {"in_channels"}
        self.types = {name for name, argument in arguments.items() if argument.kind == "type"}
        self.used = used
        self.hexadecimal = hexadecimal

    def value(
        self, field: Field[Any], value: object, node: MappingNode, key: str, rank: int = 1
    ) -> Any:
        """A field's value: plain, or with expressions where the field takes them."""
        if isinstance(value, str):
            named = field.kind == "flag" and value in self.known  # an argument called `n`, say
            if not named and not field.is_expression(value):
                return value
            if value.isidentifier() and value not in self.known and value not in CONSTANT_WORDS:
                self._unknown_word(field, value, node, key, rank)
                return None
            return self.deferred(value, node, key)
        if isinstance(value, ListNode | MappingNode):
            return self.deferred(value, node, key)
        return value

    def is_ambiguous_hexadecimal(
        self, field: Field[Any], value: object, node: MappingNode, key: str
    ) -> bool:
        """Refuse `0x3` along axes: YAML reads it as hexadecimal, a reader as 0 and 3."""
        text = f"{prefix(node)}{key}"
        place = node.place_of_value(key)
        return field.along_axes and self.reader.hexadecimal(value, place, text)

    def _unknown_word(
        self, field: Field[Any], word: str, node: MappingNode, key: str, rank: int
    ) -> None:
        """Report a word that is neither a field's value nor an argument's name."""
        try:
            field.read(word, rank)
        except Refusal as refusal:
            text = f"{prefix(node)}{refusal.message}, and no argument is called so"
            known = [*field.words, *sorted(self.known)]
            self.reader.unknown("SC109", text, word, known, node.place_of_value(key))

    def condition(self, node: MappingNode, key: str) -> Any:
        """The truth value under a key: plain, or an expression."""
        value = node.values[key]
        hint = flag_hint(value) if isinstance(value, str) and value not in self.known else None
        if hint is not None:
            text = f"{prefix(node)}{key} must be true or false, not {shown(value)}"
            self.reader.problem("SC104", text, node.place_of_value(key), hint)
            return None
        return self.deferred(value, node, key)

    def deferred(self, value: object, node: MappingNode, key: str) -> Any:
        """A value in which every string is an expression."""
        if isinstance(value, ListNode) and not self.reader.short_list(
            value, node.place_of_value(key)
        ):
            return None
        return self._expressions(value, node.place_of_value(key))

    def _expressions(self, value: object, offset: int) -> Any:
        if isinstance(value, ListNode):
            return [
                self._expressions(item, value.place_of(index))
                for index, item in enumerate(value.values)
            ]
        if not isinstance(value, str):
            return self.reader.value(value, offset)
        expression = self.reader.expression(value, offset)
        if expression is None:
            return None
        self.used.update(expression.names)
        for name in sorted(expression.names):
            if name not in self.known and name != "index":
                self.reader.unknown(
                    "SC109",
                    f"{shown(name)} is no argument that is known here",
                    name,
                    sorted({*self.known, "index"}),
                    self.reader.source.inside(offset, max(value.find(name), 0)),
                )
                return None
        return expression

    def shape(self, node: MappingNode, key: str) -> Any:
        """The shape under a key: read, or a list with expressions, or None and a problem."""
        value = node.values[key]
        if isinstance(value, ListNode):
            deferred = self.deferred(value, node, key)
            if has_expression(deferred):
                return deferred
        return self.reader.shape(value, node.place_of_value(key))

    def argument_value(self, argument: Argument, node: MappingNode) -> Any:
        """The value that a mapping gives an argument: plain, or with expressions."""
        name = argument.name
        if argument.kind == "type":
            return self._type_value(node.values[name], node, name)
        return self.value(argument.field, node.values[name], node, name)

    def _type_value(self, value: object, node: MappingNode, key: str) -> Any:
        """The value of an argument that is a type: a type's name, null, or an expression."""
        found = self.find(value) if isinstance(value, str) else None
        if value is None or isinstance(found, LayerType):
            return value
        if found is not None:
            self.reader.problem(
                "SC104",
                f"{shown(value)} is a block; {key} takes the name of a layer type",
                node.place_of_value(key),
            )
            return None
        if isinstance(value, str) and not (self.known & set(value.replace("(", " ").split())):
            self.unknown_type(value, node.place_of_value(key))
            return None
        return self.deferred(value, node, key)

    def note(self, note: Note | None) -> None:
        """Take note of the arguments that a note's places name."""
        for text in (note or {}).values():
            if "{" in text:
                self.used.update(name for name in self.known if name in text)

    def unknown_type(self, name: str, offset: int) -> None:
        """Report a type that nobody knows."""
        message = f"there is no layer type or block {shown(name)}"
        if len(self.reader.problems) >= MAXIMUM_HINTS:
            self.reader.problem("SC106", message, offset)
            return
        from shapecalc.language.other_frameworks import type_hint

        known = [*self.type_names(), *self.types]
        hint = type_hint(name, known)
        if hint is not None:
            self.reader.problem("SC106", message, offset, hint)
            return
        hint = "`shapecalc layers` lists them all; blocks: defines others"
        self.reader.unknown("SC106", message, name, known, offset, hint)


def prefix(node: MappingNode) -> str:
    """How a message about an item begins: with its name, where it has one."""
    name = node.values.get("name")
    return f"{named(name)}: " if isinstance(name, str) else ""
