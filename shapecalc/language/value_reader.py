"""Reads values of fields and arguments: plain, or with expressions that are evaluated later.

A string where a number, a list or a boolean is expected is an expression; its names are checked
here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc import layers
from shapecalc.bundled import block_names
from shapecalc.expressions.expression import evaluate, has_expression
from shapecalc.expressions.values import CONSTANTS, INPUT_SIZES
from shapecalc.language.items import Pattern
from shapecalc.language.notes import fill, names_of, texts_of
from shapecalc.layers.base import LayerType
from shapecalc.layers.fields import flag_hint, flag_text, split_sizes
from shapecalc.limits import MAXIMUM_HINTS
from shapecalc.problems.formatting import named, shown
from shapecalc.problems.problem import Refusal
from shapecalc.problems.suggestions import misspelled
from shapecalc.yaml.nodes import ListNode, MappingNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shapecalc.language.arguments import Argument
    from shapecalc.language.items import Block
    from shapecalc.language.node_reader import NodeReader
    from shapecalc.language.notes import Note
    from shapecalc.layers.fields import Field

CONSTANT_WORDS = ("index", *CONSTANTS)
"""Names that an expression can consist of without being arguments."""


class ValueReader:
    """Reads the values of one source.

    find: the layer type or block of a name, or None.
    type_names: the names that `find` knows, for suggestions.
    known: the names that an expression may use, besides the sizes of layers.
    types: the arguments whose value is the name of a layer type.
    arguments: their names, and `in_channels`.
    used: collects the names that expressions use.
    hexadecimal: whether the source may contain hexadecimal numbers.
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
        self.known = frozenset((*arguments, *INPUT_SIZES))
        self.arguments = sorted((*arguments, "in_channels"))
        self.types = {
            name for name, argument in arguments.items() if argument.kind in ("type", "block")
        }
        self.used = used
        self.hexadecimal = hexadecimal

    def value(
        self, field: Field[Any], value: object, node: MappingNode, key: str, rank: int = 1
    ) -> Any:
        """A field's value: plain, or with expressions if the field allows them; or None and a
        problem."""
        if isinstance(value, str):
            named = field.kind == "flag" and value in self.known  # an argument called `n`, say
            if not named and not field.is_expression(value):
                return value
            if value.isidentifier() and value not in self.known and value not in CONSTANT_WORDS:
                self._unknown_word(field, value, node, key, rank)
                return None
            return self.deferred(value, node, key)
        if isinstance(value, ListNode | MappingNode):
            return self.deferred(value, node, key, field.words)
        return value

    def sizes(self, field: Field[Any], value: object, node: MappingNode, key: str) -> Any:
        """A plain value of a field, where `0x3` is sizes if the field reads such.

        Raises Refusal SC009 for other hexadecimal numbers in such a field.
        """
        if not _reads_sizes(field):
            return value
        return self.reader.sizes(value, node.place_of_value(key), key)

    def of_unknown_type(self, value: object, node: MappingNode, key: str) -> Any:
        """The value of a field of a layer whose type is an argument: sizes joined by x as a list,
        or with expressions."""
        place = node.place_of_value(key)
        if self.reader.joined(value, place) is not value and _is_along_axes(key):
            try:
                value = self.reader.sizes(value, place, key)
            except Refusal as refusal:
                self.reader.refusal(refusal, place, prefix(node))
                return None
        sizes = split_sizes(value) if isinstance(value, str) else None
        return sizes or self.deferred(value, node, key)

    def _unknown_word(
        self, field: Field[Any], word: str, node: MappingNode, key: str, rank: int
    ) -> None:
        """Report a word that is neither a value of the field nor the name of an argument."""
        try:
            field.read(word, rank)
        except Refusal as refusal:
            text = f"{prefix(node)}{refusal.message}, which is not an argument"
            place = node.place_of_value(key)
            few = len(self.reader.problems) < MAXIMUM_HINTS
            if key == "padding" and few:
                from shapecalc.language.pasted import padding_hint

                hint = padding_hint(word, node, self.find)
                if hint is not None:
                    self.reader.problem("SC109", text, place, hint)
                    return
            known = [*field.words, *self._names_like(word)]
            self.reader.unknown("SC109", text, word, known, place, uncertain=self.known)

    def condition(self, node: MappingNode, key: str) -> Any:
        """The boolean under a key: plain, or an expression."""
        value = node.values[key]
        hint = flag_hint(value) if isinstance(value, str) and value not in self.known else None
        if hint is not None:
            text = f"{prefix(node)}{key} must be true or false, not {shown(value)}"
            instead = str(value), flag_text(value) or ""
            self.reader.problem("SC104", text, node.place_of_value(key), hint, instead=instead)
            return None
        return self.deferred(value, node, key)

    def deferred(
        self, value: object, node: MappingNode, key: str, words: tuple[str, ...] = ()
    ) -> Any:
        """A value in which every string is an expression, but for some words in a list."""
        if isinstance(value, ListNode) and not self.reader.short_list(
            value, node.place_of_value(key)
        ):
            return None
        return self._expressions(value, node.place_of_value(key), words)

    def _expressions(self, value: object, offset: int, words: tuple[str, ...]) -> Any:
        if isinstance(value, ListNode):
            return [
                self._expressions(item, value.place_of(index), words)
                for index, item in enumerate(value.values)
            ]
        if not isinstance(value, str) or value in words:
            return self.reader.value(value, offset)
        expression = self.reader.expression(value, offset)
        if expression is None:
            return None
        self.used.update(expression.names)
        for name in sorted(expression.names):
            if name not in self.known and name != "index" and "." not in name:
                at = self.reader.source.inside(offset, max(value.find(name), 0))
                self._unknown_name(name, at, words)
                return None
        return expression

    def _unknown_name(self, name: str, offset: int, words: tuple[str, ...] = ()) -> None:
        """Report a name that is not defined. words: those that might stand in its place."""
        known = sorted((*self._names_like(name), "index"))
        text = f"unknown name {shown(name)}"
        self.reader.unknown("SC109", text, name, [*words, *known], offset, uncertain=known)

    def _names_like(self, word: str) -> list[str]:
        """The names that a word may be meant as: the sizes of what comes in where it begins so."""
        return sorted((*self.known,)) if word.startswith("in_") else self.arguments

    def shape(self, node: MappingNode, key: str) -> Any:
        """The shape under a key, a list if it has expressions, or None and a problem."""
        value = node.values[key]
        if isinstance(value, ListNode):
            deferred = self.deferred(value, node, key)
            if has_expression(deferred):
                return deferred
        return self.reader.shape(value, node.place_of_value(key))

    def argument_value(self, argument: Argument, node: MappingNode) -> Any:
        """The value of an argument in a mapping: plain, or with expressions."""
        name = argument.name
        if argument.kind == "type":
            return self.type_value(node.values[name], node, name)
        if argument.kind == "block":
            return self.block_value(node.values[name], node, name)
        return self.value(argument.field, node.values[name], node, name)

    def type_value(self, value: object, node: MappingNode, key: str) -> Any:
        """The value of an argument of kind type: a layer type's name, a BlockValue where it has
        fields, null, or an expression."""
        if isinstance(value, str) and isinstance(self.find(value), LayerType):
            return value
        found = self.block_value(value, node, key)
        of = getattr(found, "found", None)  # which a BlockValue has
        if of is None or isinstance(of, LayerType):
            return found
        place = node.place_of_value(key)
        if isinstance(value, MappingNode):
            place = value.place_of_value("type")
        text = f"{key} must be the name of a layer type, not of the block {shown(str(found))}"
        self.reader.problem("SC104", text, place)
        return None

    def block_value(self, value: object, node: MappingNode, key: str) -> Any:
        """The value of an argument of kind block: a BlockValue, null, or an expression."""
        place = node.place_of_value(key)
        inner = value if isinstance(value, MappingNode) else None
        name = value if inner is None else self.reader.text(inner, "type")
        if inner is not None and "type" not in inner.values:
            self.reader.missing(inner, "type", key, f"write {key}: {{type: Conv2d, bias: false}}")
        if name is None or (inner is not None and not isinstance(name, str)):
            return None
        found = self.find(name) if isinstance(name, str) else None
        if found is not None and isinstance(name, str):
            from shapecalc.language.block_values import BlockValue

            return BlockValue(name, found, {} if inner is None else self._given(inner, found))
        if inner is not None:
            self.unknown_type(str(name), inner.place_of_value("type"))
            return None
        if isinstance(value, str) and not (self.known & set(value.replace("(", " ").split())):
            self.unknown_type(value, place)
            return None
        return self.deferred(value, node, key)

    def _given(self, node: MappingNode, found: LayerType | Block) -> dict[str, Any]:
        """The fields of a block or a type that is the value of an argument, as they are written."""
        known: dict[str, Any] = {}
        network = False
        if isinstance(found, LayerType):
            known.update(found.fields)
        else:
            known.update(found.arguments)
            network = found.network
        keys = ("type", *known, *(("until",) if network else ()))
        noun = "field" if isinstance(found, LayerType) else "argument"
        self.reader.known_keys(node, keys, found.name, noun)
        values: dict[str, Any] = {}
        for key, raw in node.values.items():
            if key == "until" and network:
                values[key] = self.reader.text(node, key)
            elif key in known and isinstance(found, LayerType):
                values[key] = self._field_value(known[key], raw, node, key, found.rank)
            elif key in known:
                values[key] = self.argument_value(known[key], node)
        return values

    def _field_value(
        self, field: Field[Any], raw: object, node: MappingNode, key: str, rank: int
    ) -> Any:
        before = self.reader.failures
        value = self.value(field, raw, node, key, rank)
        if self.reader.failures == before and not has_expression(value):
            try:
                field.read(value, rank)
            except Refusal as refusal:
                self.reader.refusal(refusal, node.place_of_value(key), prefix(node))
        return value

    def path(self, text: str, offset: int) -> str | None:
        """A path of a layer, or of several, in `from:` or `outputs:`; None and a problem."""
        if "{" not in text and ".*" not in text:
            return text
        names: frozenset[str] = frozenset()
        if "{" in text:
            try:
                names = names_of(text)
            except Refusal as refusal:
                if refusal.code == "SC118":
                    refusal.message = "unmatched { in the name of a layer"
                self.reader.refusal(refusal, offset)
                return None
            if not names:
                text = fill(text, {}, evaluate)
        self.used.update(names)
        for name in sorted(names):
            if name not in self.known and name != "index" and "." not in name:
                self._unknown_name(name, offset)
                return None
        return Pattern(text, names) if names or ".*" in text else text

    def note(self, note: Note | None) -> None:
        """Count the arguments that a note mentions as used."""
        for text in texts_of(note):
            if "{" in text:
                self.used.update(name for name in self.known if name in text)

    def unknown_type(self, name: str, offset: int, of_item: bool = False) -> None:
        """Report an unknown type, with a hint. of_item: whether it is that of an item, which has
        its fields besides, rather than a name alone."""
        message = f"unknown layer type or block {shown(name)}"
        if len(self.reader.problems) >= MAXIMUM_HINTS:
            self.reader.problem("SC106", message, offset)
            return
        from shapecalc.language.other_frameworks.answers import type_hint
        from shapecalc.language.pasted import call_hint

        known = [*self.type_names(), *self.types]
        own = set(known).difference(layers.type_names(), block_names())
        hint = (of_item and call_hint(name, self.find)) or type_hint(name, known)
        if hint is not None:
            instead = misspelled(name, known, hint, own)
            self.reader.problem("SC106", message, offset, hint, instead=instead)
            return
        hint = "`shapecalc layers` lists all types; define others under blocks:"
        self.reader.unknown("SC106", message, name, known, offset, hint, own)


def prefix(node: MappingNode) -> str:
    """The beginning of a message about an item: its name and a colon, or nothing without a name."""
    name = node.values.get("name")
    return f"{named(name)}: " if isinstance(name, str) else ""


def _reads_sizes(field: Field[Any]) -> bool:
    """Whether sizes joined by x may be written in a field."""
    return field.kind != "word" and not field.is_expression("0x3")


def _is_along_axes(key: str) -> bool:
    """Whether sizes joined by x may be written in a field of this name, of any layer type."""
    types = filter(None, map(layers.find_type, layers.type_names()))
    return any(key in each.fields and _reads_sizes(each.fields[key]) for each in types)
