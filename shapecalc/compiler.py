"""Makes items of nodes: every word of a layer, a block's use or a group, read and checked once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.fields import AlongAxes, shown
from shapecalc.items import (
    Block,
    BlockItem,
    BranchesItem,
    BranchItem,
    Item,
    LayerItem,
    SequenceItem,
    WrongItem,
    has_expression,
)
from shapecalc.layers.base import LayerType
from shapecalc.nodes import Mapping, Sequence
from shapecalc.problems import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shapecalc.arguments import Argument
    from shapecalc.fields import Field
    from shapecalc.reading import Reader

MAXIMUM_NAME = 200
"""The characters that a name may have."""

COMMON_KEYS = ("name", "note", "from", "when", "repeat", "expect", "shares")
"""What every item may say."""

CELLS = ("kernel_size", "stride", "padding")
"""The cells that a block, a sequence or branches may word themselves."""

CONSTANT_WORDS = ("index", "true", "false", "null", "True", "False", "None")
"""Names that an expression may be without being an argument."""

JOIN_WORDS = ("concat", "add", "multiply")


class Compiler:
    """Makes items of nodes.

    find: the layer type or block of a name.
    type_names: the names that `find` knows, for a suggestion.
    known: the names that an expression may use.
    types: the arguments that hold a type's name.
    used: gathers the names that are made use of.
    """

    def __init__(
        self,
        reader: Reader,
        find: Callable[[str], LayerType | Block | None],
        type_names: Callable[[], Iterable[str]],
        arguments: dict[str, Argument],
        used: set[str],
    ) -> None:
        self.reader = reader
        self.find = find
        self.type_names = type_names
        self.known = frozenset(arguments) | {"in_channels"}
        self.types = {name for name, argument in arguments.items() if argument.kind == "type"}
        self.used = used
        self.hexadecimal = "0x" in reader.source.text

    def body(self, node: Mapping, what: str) -> SequenceItem | BranchesItem | None:
        """The items of a network or block: what stands under `layers` or `branches`."""
        if "branches" in node.values and "layers" not in node.values:
            return self._branches(node)
        if "layers" not in node.values:
            self.reader.problem("SC103", f"{what} needs layers", node.start, "layers: a list")
            return None
        if "branches" in node.values:
            self._both(node, "layers", "branches")
        item = SequenceItem(node)
        item.items = self.items(node.values["layers"], node.place_of_value("layers"))
        return item

    def items(self, value: object, offset: int) -> list[Item]:
        """The items of a list of layers."""
        if value is None:
            return []
        sequence = self.reader.sequence(
            value, offset, "layers", "layers: a list, an item for each layer"
        )
        if sequence is None:
            return []
        found = []
        for index, node in enumerate(sequence.values):
            if type(node) is Mapping:
                found.append(self._item(node) or self._wrong(node))
            else:
                place = sequence.place_of(index)
                self.reader.mapping(node, place, "a layer", "write {type: ReLU}, say")
                found.append(WrongItem(Mapping(self.reader.source, {}, bytes(4))))
        return found

    def _wrong(self, node: Mapping) -> WrongItem:
        """The item of a node that is reported already, under its name if it has one."""
        item = WrongItem(node)
        name = node.values.get("name")
        item.name = name if isinstance(name, str) and name else None
        return item

    def _item(self, node: Mapping) -> Item | None:
        values = node.values
        name = values.get("type")
        if name is None:
            return self._group(node)
        if type(name) is not str:
            self.reader.text(node, "type")
            return None
        for key in ("layers", "branches"):
            if key in values:
                self._both(node, "type", key)
                return None
        found = self.find(name)
        if type(found) is LayerType:
            return self._layer(node, found)
        if found is not None:
            assert isinstance(found, Block)
            return self._block(node, found)
        if name in self.types:
            return self._layer_of_argument(node, name)
        self._unknown_type(name, node.place_of_value("type"))
        return None

    def _unknown_type(self, name: str, offset: int) -> None:
        self.reader.unknown(
            "SC106",
            f"there is no layer type or block {shown(name)}",
            name,
            [*self.type_names(), *self.types],
            offset,
            "`shapecalc layers` lists them all; blocks: defines others",
        )

    def _both(self, node: Mapping, first: str, second: str) -> None:
        self.reader.problem(
            "SC102",
            f"an item has {first} or {second}, not both",
            node.place_of_key(second),
            related=((f"{first} stands here", self.reader.source, node.place_of_key(first)),),
        )

    def _group(self, node: Mapping) -> Item | None:
        body = (
            self.body(node, "an item without a type")
            if "layers" in node.values or "branches" in node.values
            else None
        )
        if body is None:
            if not {"layers", "branches"} & node.values.keys():
                known = ("type", "layers", "branches", *COMMON_KEYS)
                self.reader.known_keys(node, known, "part of a layer")
                self.reader.problem(
                    "SC103", "a layer needs a type", node.start, "type: Conv2d, say"
                )
            return None
        extra = ("layers", "cells") if body.kind == "sequence" else ("branches", "join", "cells")
        self._common(body, extra, f"part of {'a sequence' if len(extra) == 2 else 'branches'}")
        return body

    def _branches(self, node: Mapping) -> BranchesItem | None:
        reader = self.reader
        offset = node.place_of_value("branches")
        mapping = reader.mapping(
            node.values["branches"],
            offset,
            "branches",
            "branches: {body: [...], shortcut: []}, a list of layers for each name",
        )
        if mapping is None:
            return None
        item = BranchesItem(node)
        if not mapping.values:
            reader.problem("SC104", "branches must have at least one branch", offset)
        join = node.values.get("join", "concat")
        if join in JOIN_WORDS:
            assert isinstance(join, str)
            item.join = join
        else:
            reader.unknown(
                "SC104",
                f"join must be concat, add or multiply, not {shown(join)}",
                str(join),
                JOIN_WORDS,
                node.place_of_value("join"),
            )
        for name, value in mapping.values.items():
            place = mapping.place_of_value(name)
            branch = BranchItem(value if isinstance(value, Mapping) else mapping)
            if isinstance(value, Mapping):
                branch.items = self.items(value.values.get("layers"), place)
                self._common(branch, ("layers",), "part of a branch", ("note", "when"))
            else:
                branch.items = self.items(value, place)
            branch.name = name
            item.branches.append(branch)
        return item

    def _layer(self, node: Mapping, layer_type: LayerType) -> LayerItem:
        item = LayerItem(node, layer_type)
        fields = layer_type.layer.fields
        rank = layer_type.rank
        written: dict[str, Any] = {}
        right = True
        deferred = False
        others = len(node.values) - 1
        for key, value in node.values.items():
            field = fields.get(key)
            if field is None:
                continue
            others -= 1
            if type(value) is str or type(value) is Sequence:
                before = len(self.reader.problems)
                value = self._value(field, value, node, key)
                if has_expression(value):
                    deferred = True
                    written[key] = value
                    continue
                if len(self.reader.problems) > before:
                    right = False
                    continue
            elif value is None and (field.default is None or field.like):
                continue
            elif self.hexadecimal and self._reads_as_sizes(field, value, node, key):
                right = False
                continue
            try:
                written[key] = field.read(value, rank)
            except Refusal as refusal:
                self.reader.refusal(refusal, node.place_of_value(key), self._prefix(node))
                right = False
        name = node.values.get("name")
        if others == 1 and type(name) is str and 0 < len(name) <= MAXIMUM_NAME:
            item.name = name
        elif others:
            right = self._common(item, ("type", *fields), f"a field of {layer_type.name}") and right
        if not right:
            return item
        if deferred:
            for key, field in fields.items():
                if field.required and key not in written:
                    self._missing(node, layer_type.name, key, field.about)
                    return item
            item.values = written
            return item
        try:
            item.layer = layer_type.make(written)
        except Refusal as refusal:
            self.reader.refusal(refusal, item.place(), self._prefix(node))
        return item

    def _layer_of_argument(self, node: Mapping, name: str) -> LayerItem:
        item = LayerItem(node, name)
        self.used.add(name)
        item.values = {
            key: self._deferred(value, node, key)
            for key, value in node.values.items()
            if key != "type" and key not in COMMON_KEYS
        }
        self._common(item, node.values, "")
        return item

    def _block(self, node: Mapping, block: Block) -> BlockItem:
        item = BlockItem(node, block)
        before = len(self.reader.problems)
        self._common(
            item, ("type", "cells", *block.arguments), f"an argument of the block {block.name}"
        )
        written: dict[str, Any] = {}
        for key, argument in block.arguments.items():
            if key not in node.values:
                if argument.required:
                    from shapecalc.reading import in_language

                    about = in_language(argument.about, "en") or argument.kind
                    self._missing(node, block.name, key, about)
                continue
            read = self.argument_value(argument, node)
            if not has_expression(read) and len(self.reader.problems) == before:
                try:
                    read = argument.read(read)
                except Refusal as refusal:
                    self.reader.refusal(refusal, node.place_of_value(key), self._prefix(node))
            written[key] = read
        if len(self.reader.problems) == before:
            item.values = written
        return item

    def _missing(self, node: Mapping, what: str, key: str, about: str) -> None:
        place = node.place_of_value("type")
        self.reader.problem(
            "SC103", f"{self._prefix(node)}{what} needs {key}", place, f"{key}: {about}"
        )

    def argument_value(self, argument: Argument, node: Mapping) -> Any:
        """The value that a mapping gives an argument: plain, or with expressions."""
        name = argument.name
        if argument.kind == "type":
            return self._type_value(node.values[name], node, name)
        return self._value(argument.field, node.values[name], node, name)

    def _type_value(self, value: object, node: Mapping, key: str) -> Any:
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
            self._unknown_type(value, node.place_of_value(key))
            return None
        return self._deferred(value, node, key)

    def _common(
        self,
        item: Item,
        own: Iterable[str],
        what: str,
        allowed: tuple[str, ...] = COMMON_KEYS,
    ) -> bool:
        """Read what every item may say. Whether all of it is right."""
        node = item.node
        values = node.values
        reader = self.reader
        before = len(reader.problems)
        if any(key not in allowed and key not in own for key in values):
            reader.known_keys(node, (*own, *allowed), what)
        name = reader.text(node, "name", MAXIMUM_NAME)
        item.name = name
        if "note" in values:
            item.note = reader.note(node)
            for text in (item.note or {}).values():
                self.used.update(name for name in self.known if "{" in text and name in text)
        if "from" in values:
            item.sources = self._sources(node)
        if "when" in values:
            item.when = self._deferred(values["when"], node, "when")
        if "repeat" in values:
            item.repeat = self._deferred(values["repeat"], node, "repeat")
        if "expect" in values:
            item.expect = self.shape(node, "expect")
        if "shares" in values:
            item.shares = reader.text(node, "shares", 10_000)
        if "cells" in values:
            item.cells = self._cells(node)
        return len(reader.problems) == before

    def _sources(self, node: Mapping) -> list[str] | None:
        value = node.values["from"]
        names = value.values if isinstance(value, Sequence) else [value]
        if names and all(isinstance(name, str) and name for name in names):
            return [name for name in names if isinstance(name, str)]
        self.reader.problem(
            "SC104",
            f"from must be a layer's name or a list of them, not {shown(value)}",
            node.place_of_value("from"),
        )
        return None

    def shape(self, node: Mapping, key: str) -> Any:
        """The shape under a key: read, or a list with expressions, or None and a problem."""
        value = node.values[key]
        if isinstance(value, Sequence):
            deferred = self._deferred(value, node, key)
            if has_expression(deferred):
                return deferred
        return self.reader.shape(value, node.place_of_value(key))

    def _cells(self, node: Mapping) -> dict[str, str | int] | None:
        mapping = self.reader.mapping(
            node.values["cells"], node.place_of_value("cells"), "cells", "cells: {padding: 1}, say"
        )
        if mapping is None:
            return None
        self.reader.known_keys(mapping, CELLS, "a cell that a block may word")
        cells: dict[str, str | int] = {}
        for key, value in mapping.values.items():
            if isinstance(value, str) or type(value) is int:
                cells[key] = value
            else:
                self.reader.problem(
                    "SC104",
                    f"a cell must be text or an integer, not {shown(value)}",
                    mapping.place_of_value(key),
                )
        return cells

    def _value(self, field: Field[Any], value: object, node: Mapping, key: str) -> Any:
        """A field's value: plain, or with expressions where the field takes them."""
        if isinstance(value, str):
            if not field.is_expression(value):
                return value
            if value.isidentifier() and value not in self.known and value not in CONSTANT_WORDS:
                self._unknown_word(field, value, node, key)
                return None
            return self._deferred(value, node, key)
        if isinstance(value, Sequence | Mapping):
            return self._deferred(value, node, key)
        return value

    def _reads_as_sizes(self, field: Field[Any], value: object, node: Mapping, key: str) -> bool:
        """Refuse `0x3` along axes: YAML reads it as hexadecimal, a reader as 0 and 3."""
        place = node.place_of_value(key)
        if not isinstance(field, AlongAxes) or not self.reader.source.text.startswith("0x", place):
            return False
        self.reader.problem(
            "SC009",
            f"{self._prefix(node)}{key} is ambiguous: YAML reads 0x as hexadecimal, {shown(value)}",
            place,
            f"write [0, {value}] for one of each axis, or {value} for all",
        )
        return True

    def _unknown_word(self, field: Field[Any], word: str, node: Mapping, key: str) -> None:
        """Report a word that is neither a field's value nor an argument's name."""
        text = f"{shown(word)} is no value of {key}, and no argument that is known here"
        known = [*field.words, *sorted(self.known)]
        place = node.place_of_value(key)
        self.reader.unknown("SC109", self._prefix(node) + text, word, known, place)

    def _deferred(self, value: object, node: Mapping, key: str) -> Any:
        """A value in which every string is an expression."""
        return self._expressions(value, node.place_of_value(key))

    def _expressions(self, value: object, offset: int) -> Any:
        if isinstance(value, Sequence):
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
                    self.reader.inside(offset, max(value.find(name), 0)),
                )
                return None
        return expression

    def _prefix(self, node: Mapping) -> str:
        name = node.values.get("name")
        return f"{shown(name)[1:-1]}: " if isinstance(name, str) else ""
