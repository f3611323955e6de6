"""Reads items from nodes: each key of a layer, a use of a block, a sequence or branches, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.expressions.expression import has_expression
from shapecalc.language.arguments import KIND_SENTENCES
from shapecalc.language.items import (
    Block,
    BlockItem,
    BranchesItem,
    BranchItem,
    InvalidItem,
    Item,
    LayerItem,
    SequenceItem,
    is_path,
)
from shapecalc.language.keys import COMMON_KEYS
from shapecalc.language.notes import in_language
from shapecalc.language.value_reader import prefix
from shapecalc.layers.base import LayerType
from shapecalc.limits import LONGEST_PATH, MAXIMUM_HINTS, MAXIMUM_LAYERS, MAXIMUM_NAME
from shapecalc.problems.formatting import named, shown
from shapecalc.problems.problem import Refusal
from shapecalc.yaml.nodes import ListNode, MappingNode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from shapecalc.language.value_reader import ValueReader

CELLS = ("kernel_size", "stride", "padding")
"""The table cells that a block, a sequence or branches may label."""

JOIN_WORDS = ("concat", "add", "multiply", "none")

_LAYER = "write a mapping such as {type: ReLU}"
_LAYERS = "write layers: followed by a list, one item for each layer"
_BRANCHES = "write branches: {body: [...], shortcut: []}, a list of layers for each name"


class ItemReader:
    """Reads the items of one source. values: the reader of their values."""

    def __init__(self, values: ValueReader) -> None:
        self.values = values
        self.reader = values.reader
        self.count = 0

    def body(self, node: MappingNode, what: str) -> SequenceItem | BranchesItem | None:
        """The items under `layers` or `branches` of a network or block, or None and a problem."""
        if "branches" in node.values and "layers" not in node.values:
            return self._branches(node)
        if "layers" not in node.values:
            self.reader.missing(node, "layers", what, _LAYERS)
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
        sequence = self.reader.sequence(value, offset, "layers", _LAYERS)
        if sequence is None:
            return []
        before = self.count
        self.count += len(sequence.values)
        if self.count > MAXIMUM_LAYERS:
            if before <= MAXIMUM_LAYERS:
                text = f"too many layers up to here: the maximum is {MAXIMUM_LAYERS:,}"
                self.reader.problem("SC113", text, offset)
            return []
        found = []
        for index, node in enumerate(sequence.values):
            if type(node) is MappingNode:
                found.append(self._item(node) or self._invalid(node))
            else:
                place = sequence.place_of(index)
                self.reader.mapping(node, place, "a layer", self._layer_hint(node))
                found.append(InvalidItem(MappingNode(self.reader.source, {}, bytes(4))))
        return found

    def _layer_hint(self, value: object) -> str:
        """How to write what stands in place of a layer."""
        if len(self.reader.problems) >= MAXIMUM_HINTS:
            return _LAYER
        from shapecalc.language.pasted import layer_hint

        return layer_hint(value, self.values.find, _LAYER)

    def _invalid(self, node: MappingNode) -> InvalidItem:
        """The item of a node whose problem is already reported, with its name if it has one."""
        item = InvalidItem(node)
        name = node.values.get("name")
        item.name = name if isinstance(name, str) and name else None
        return item

    def _item(self, node: MappingNode) -> Item | None:
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
        found = self.values.find(name)
        if type(found) is LayerType:
            return self._layer(node, found)
        if found is not None:
            assert isinstance(found, Block)
            return self._block(node, found)
        if name in self.values.types:
            return self._layer_of_argument(node, name)
        self.values.unknown_type(name, node.place_of_value("type"), of_item=True)
        return None

    def _both(self, node: MappingNode, first: str, second: str) -> None:
        self.reader.problem(
            "SC102",
            f"conflicting keys {first} and {second} in one item",
            node.place_of_key(second),
            related=((f"{first} is here", self.reader.source, node.place_of_key(first)),),
        )

    def _group(self, node: MappingNode) -> Item | None:
        if "layers" not in node.values and "branches" not in node.values:
            from shapecalc.language.untyped_item import report_item

            report_item(
                self.reader,
                node,
                COMMON_KEYS,
                lambda name: self.values.find(name) is not None,
                prefix(node),
            )
            return None
        body = self.body(node, "an item without a type")
        if body is None:
            return None
        own: tuple[str, ...] = ("branches", "join", "cells")
        owner = "branches"
        if isinstance(body, SequenceItem):
            own = ("layers", "cells", *(own if "branches" in node.values else ()))
            owner = "a sequence"
        self._common(body, own, owner)
        return body

    def _branches(self, node: MappingNode) -> BranchesItem | None:
        reader = self.reader
        offset = node.place_of_value("branches")
        mapping = reader.mapping(
            node.values["branches"],
            offset,
            "branches",
            _BRANCHES,
        )
        if mapping is None:
            return None
        if not mapping.values:
            reader.problem("SC104", "branches must have at least one branch", offset, _BRANCHES)
            return None
        item = BranchesItem(node)
        join = node.values.get("join", "concat")
        if join in JOIN_WORDS:
            assert isinstance(join, str)
            item.join = join
        else:
            reader.unknown(
                "SC104",
                f"join must be concat, add, multiply or none, not {shown(join)}",
                str(join),
                JOIN_WORDS,
                node.place_of_value("join"),
            )
        for name, value in mapping.values.items():
            place = mapping.place_of_value(name)
            reader.short_name(name, mapping, "a branch")
            branch = BranchItem(value if isinstance(value, MappingNode) else mapping)
            if isinstance(value, MappingNode) and "type" in value.values:
                text = f"branch {named(name)} must be a list of layers, not one layer"
                reader.problem("SC101", text, place, "put the layer in brackets: [{type: ReLU}]")
                branch.items = [self._item(value) or self._invalid(value)]
            elif isinstance(value, MappingNode):
                branch.items = self.items(value.values.get("layers"), place)
                self._common(branch, ("layers",), "a branch", allowed=("note", "when", "trainable"))
            else:
                branch.items = self.items(value, place)
            branch.name = name
            item.branches.append(branch)
        return item

    def _layer(self, node: MappingNode, layer_type: LayerType) -> LayerItem:
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
            if type(value) is str or type(value) is ListNode:
                before = self.reader.failures
                value = self.values.value(field, value, node, key, rank)
                if has_expression(value):
                    deferred = True
                    written[key] = value
                    continue
                if self.reader.failures > before:
                    right = False
                    continue
            elif field.is_null(value):
                continue
            try:
                if self.values.hexadecimal:
                    value = self.values.sizes(field, value, node, key)
                written[key] = field.read(value, rank)
            except Refusal as refusal:
                self.reader.refusal(refusal, node.place_of_value(key), prefix(node))
                right = False
        name = node.values.get("name")
        if others == 1 and type(name) is str and 0 < len(name) <= MAXIMUM_NAME:
            item.name = name
        elif others:
            own = ("type", *fields)
            right = self._common(item, own, layer_type.name, "field") and right
        if not right:
            return item
        if deferred:
            item.values = written
            missing = layer_type.missing(written)
        else:
            try:
                item.layer = layer_type.make(written)
            except Refusal:
                missing = layer_type.missing(written)
            else:
                return item
        if missing:
            item.values = None
            self._missing(node, layer_type.name, {key: fields[key].about for key in missing})
        return item

    def _layer_of_argument(self, node: MappingNode, name: str) -> LayerItem:
        item = LayerItem(node, name)
        self.values.used.add(name)
        before = self.reader.failures
        values = {
            key: self.values.of_unknown_type(value, node, key)
            for key, value in node.values.items()
            if key != "type" and key not in COMMON_KEYS
        }
        item.values = values if self.reader.failures == before else None
        self._common(item, node.values)
        return item

    def _block(self, node: MappingNode, block: Block) -> BlockItem:
        item = BlockItem(node, block)
        reader = self.reader
        own = ("type", "cells", *block.arguments, *(("until",) if block.network else ()))
        made_up = () if block.bundled else block.arguments
        right = self._common(item, own, block.name, "argument", uncertain=made_up)
        if block.network:
            item.until = reader.text(node, "until", LONGEST_PATH)
            right = right and (item.until is not None or "until" not in node.values)
        written: dict[str, Any] = {}
        missing: dict[str, str] = {}
        for key, argument in block.arguments.items():
            if argument.invalid:
                right = False
            elif key not in node.values:
                if argument.required:
                    missing[key] = (
                        in_language(argument.about, "en") or KIND_SENTENCES[argument.kind]
                    )
            else:
                before = reader.failures
                value = self.values.argument_value(argument, node)
                try:
                    value = self.values.sizes(argument.field, value, node, key)
                    if not has_expression(value) and reader.failures == before:
                        value = argument.read(value)
                except Refusal as refusal:
                    reader.refusal(refusal, node.place_of_value(key), prefix(node))
                right = right and reader.failures == before
                written[key] = value
        if right and missing:
            self._missing(node, block.name, missing)
        elif right:
            item.values = written
        return item

    def _missing(self, node: MappingNode, what: str, abouts: dict[str, str]) -> None:
        """Report missing fields or arguments, with the description of each."""
        place = node.place_of_value("type")
        text = f"{prefix(node)}missing {' and '.join(abouts)} in {what}"
        hint = "; ".join(f"{key}: {about}" for key, about in abouts.items())
        self.reader.problem("SC103", text, place, hint)

    def _common(
        self,
        item: Item,
        own: Iterable[str],
        owner: str = "a layer",
        noun: str = "key",
        allowed: tuple[str, ...] = COMMON_KEYS,
        uncertain: Collection[str] = (),
    ) -> bool:
        """Read the keys that every item may have. Whether all are valid.

        own: the other keys that this item may have. owner, noun: as a message names
        the item and its keys. uncertain: as in `NodeReader.known_keys`.
        """
        node = item.node
        values = node.values
        reader = self.reader
        before = reader.failures
        if any(key not in allowed and key not in own for key in values):
            listed = None if noun == "key" else f"`shapecalc layers {owner}` lists all {noun}s"
            reader.known_keys(node, (*own, *allowed), owner, noun, listed, uncertain)
        name = reader.text(node, "name", MAXIMUM_NAME)
        item.name = name
        if "note" in values:
            item.note = reader.note(node)
            self.values.note(item.note)
        if "from" in values:
            item.sources = self._sources(node)
        if "when" in values:
            item.when = self.values.condition(node, "when")
        if "repeat" in values:
            item.repeat = self.values.deferred(values["repeat"], node, "repeat")
        if "expect" in values:
            item.expect = self.values.shape(node, "expect")
        if "shares" in values:
            item.shares = reader.text(node, "shares", LONGEST_PATH)
        if "trainable" in values:
            item.trainable = self.values.condition(node, "trainable")
        if "cells" in values:
            item.cells = self._cells(node)
        item.unread = reader.failures > before
        return not item.unread

    def _sources(self, node: MappingNode) -> list[str] | None:
        value = node.values["from"]
        names = value.values if isinstance(value, ListNode) else [value]
        place = node.place_of_value("from")
        if names and all(map(is_path, names)):
            sources: list[str] = []
            for index, name in enumerate(names):
                at = value.place_of(index) if isinstance(value, ListNode) else place
                source = self.values.path(str(name), at)
                if source is None:
                    return None
                sources.append(source)
            return sources
        found = "an empty list" if not names else shown(value)
        for index, name in enumerate(names):
            if isinstance(value, ListNode) and not is_path(name):
                found, place = shown(name), value.place_of(index)
                break
        text = f"from must be a layer name or a list of layer names, not {found}"
        from shapecalc.language.pasted import source_hint

        self.reader.problem("SC104", text, place, source_hint(value))
        return None

    def _cells(self, node: MappingNode) -> dict[str, str | int] | None:
        mapping = self.reader.mapping(
            node.values["cells"], node.place_of_value("cells"), "cells", "write cells: {padding: 1}"
        )
        if mapping is None:
            return None
        self.reader.known_keys(mapping, CELLS, "cells")
        cells: dict[str, str | int] = {}
        for key, value in mapping.values.items():
            if key not in CELLS:
                continue
            if isinstance(value, str) or type(value) is int:
                cells[key] = self.reader.joined(value, mapping.place_of_value(key))
            else:
                self.reader.problem(
                    "SC104",
                    f"{key} must be a string or an integer, not {shown(value)}",
                    mapping.place_of_value(key),
                )
        return cells
