"""The items of a network, as nodes, of the calls in a source."""

from __future__ import annotations

import ast
from struct import pack
from typing import TYPE_CHECKING

from shapecalc import layers
from shapecalc.bundled import block_names
from shapecalc.language.calls.containers import CalledLayer, Chain, Containers
from shapecalc.language.calls.names import item_names, plain_name
from shapecalc.language.calls.parameters import LAZY_DEFAULTS, by_field, lazy, positional, stem
from shapecalc.language.calls.python import SYNTAX, parse
from shapecalc.language.calls.values import CallValues
from shapecalc.problems.problem import Refusal
from shapecalc.yaml.nodes import ListNode, MappingNode

if TYPE_CHECKING:
    from shapecalc.language.calls.containers import PastedPart
    from shapecalc.language.calls.python import Parsed
    from shapecalc.language.node_reader import NodeReader
    from shapecalc.layers.base import LayerType
    from shapecalc.yaml.nodes import NodeValue

Pair = tuple[str, int, "NodeValue", int]
"""A key and its value, each with its offset."""


def network_of_calls(reader: NodeReader) -> MappingNode | None:
    """The network of the layers in a source, whose input is to be given; None and a problem where
    the text has none. What is no layer is null, and has a problem."""
    source = reader.source
    try:
        parsed = parse(source.text)
    except Refusal as refusal:
        _report(reader, refusal)
        return None
    parts = Containers(parsed, lambda refusal: _report(reader, refusal)).parts()
    end = len(source.text)
    reader.unread.add(end)  # that the input is not there is no problem
    entries: list[Pair] = [("input", end, None, end)]
    entries.append(("layers", 0, _Items(reader, parsed).of(parts, 0), 0))
    return _mapping(reader, 0, entries)


def layer_of_call(reader: NodeReader) -> MappingNode | None:
    """The item of the one layer that a source calls, without what is inferred; None where it is
    something else, or has a problem."""
    try:
        parsed = parse(reader.source.text)
    except Refusal:
        return None
    problems = reader.failures
    parts = Containers(parsed, lambda refusal: _report(reader, refusal)).parts()
    if len(parts) != 1 or not isinstance(parts[0], CalledLayer) or reader.failures > problems:
        return None
    part = parts[0]
    entries = _Items(reader, parsed, inferred=False).layer(part)
    name = None if part.label is None else plain_name(part.label)
    if entries is not None and name is not None:
        entries.insert(0, ("name", part.label_place, name, part.label_place))
    return None if entries is None else _mapping(reader, part.place, entries)


class _Items:
    """Makes items. inferred: whether arguments are read that are inferred anyway."""

    def __init__(self, reader: NodeReader, parsed: Parsed, inferred: bool = True) -> None:
        self.reader = reader
        self.parsed = parsed
        self.values = CallValues(reader.source, parsed)
        self.inferred = inferred

    def of(self, parts: list[PastedPart], place: int) -> ListNode:
        """The items of a sequence."""
        names = item_names(
            (part.label, _what(part.name) if isinstance(part, CalledLayer) else "sequence")
            for part in parts
        )
        items: list[NodeValue] = []
        for part, name in zip(parts, names, strict=True):
            item = self._item(part, name)
            if item is None:
                self.reader.unread.add(part.place)
            items.append(item)
        places = [place, *(part.place for part in parts)]
        return ListNode(self.reader.source, items, pack(f"={len(places)}I", *places))

    def _item(self, part: PastedPart, name: str) -> MappingNode | None:
        entries: list[Pair] | None = None
        if isinstance(part, CalledLayer):
            entries = self.layer(part)
        elif isinstance(part, Chain):
            entries = [("layers", part.place, self.of(part.parts, part.place), part.place)]
        if entries is None:
            return None
        entries.insert(0, ("name", part.label_place, name, part.label_place))
        if part.repeat is not None:
            entries.append(("repeat", part.place, part.repeat, part.place))
        return _mapping(self.reader, part.place, entries)

    def layer(self, part: CalledLayer) -> list[Pair] | None:
        """The type and the fields of a layer; None and a problem where they cannot be read."""
        before = self.reader.failures
        plain = lazy(part.name)
        name = plain or part.name
        entries: list[Pair] = [("type", part.place, name, part.place)]
        found = layers.find_type(name)
        if found is None and name in block_names():
            _report(self.reader, _block(name, part.place))
        elif found is not None:
            arguments = self._arguments(part, found, plain is not None)
            entries += [self._entry(found, *argument) for argument in arguments]
            if plain is not None:
                entries += self._lazy_defaults(part, name, entries)
            if self.reader.failures == before:
                self._require(part, found, [key for key, *_ in entries], plain is not None)
        return entries if self.reader.failures == before else None

    def _arguments(
        self, part: CalledLayer, found: LayerType, is_lazy: bool
    ) -> list[tuple[str, int, ast.expr]]:
        """The arguments by fields, each with the offset of its name, or of itself."""
        values, named = part.values, part.named
        if is_lazy:  # print() shows what is not known yet as 0
            named = [
                each for each in named if each.arg not in found.inferred or not _is_0(each.value)
            ]
            if values and part.named and _is_0(values[0]):
                values = values[1:]
        for each in (*values, *named):
            if isinstance(each, ast.Starred) or getattr(each, "arg", "") is None:
                refusal = Refusal("SC104", "arguments after * and ** are not known here", SYNTAX)
                refusal.offset = self.parsed.place(each)
                _report(self.reader, refusal)
                return []
        places = {each.arg: self.parsed.place(each) for each in named}
        try:
            pairs = [(str(each.arg), each.value) for each in named]
            written = by_field(found, values, pairs, is_lazy)
        except Refusal as refusal:
            most = len(positional(found, is_lazy))
            place = self.parsed.place(values[most]) if refusal.field is None else 0
            refusal.offset = places.get(refusal.field, place)
            _report(self.reader, refusal)
            return []
        return [
            (key, places.get(key, self.parsed.place(value)), value)
            for key, value in written.items()
            if self.inferred or key not in found.inferred
        ]

    def _entry(self, found: LayerType, key: str, place: int, value: ast.expr) -> Pair:
        field = found.fields.get(key)
        node: NodeValue = None
        if field is None:  # not left to the item, which may have more keys than fields
            written = _mapping(self.reader, place, [(key, place, None, place)])
            hint = f"`shapecalc layers {found.name}` lists all fields"
            self.reader.unknown_key(written, key, found.fields, found.name, "field", hint)
        else:
            try:
                node = self.values.of_field(value, field)
                if self.inferred and field.kind == "channels or list" and type(node) is int:
                    node = self.values.as_list(value, node)  # the last axis, as PyTorch has it
            except Refusal as refusal:
                _report(self.reader, refusal)
        return key, place, node, self.parsed.place(value)

    def _lazy_defaults(self, part: CalledLayer, name: str, entries: list[Pair]) -> list[Pair]:
        written = [key for key, *_ in entries]
        return [
            (key, part.place, True, part.place)
            for key in LAZY_DEFAULTS.get(stem(name), ())
            if key not in written
        ]

    def _require(self, part: CalledLayer, found: LayerType, keys: list[str], is_lazy: bool) -> None:
        """Report what is missing where the channels of the input were probably left out."""
        missing = found.missing(dict.fromkeys(keys))
        inferred = positional(found)[:1]
        if not missing or is_lazy or not part.values or inferred != list(found.inferred):
            return
        refusal = Refusal(
            "SC103",
            f"missing {' and '.join(missing)} in {found.name}",
            f"{inferred[0]} comes first; Lazy{found.name}(...) has none"
            if lazy(f"Lazy{found.name}")
            else f"{inferred[0]} comes first",
            offset=part.place,
        )
        _report(self.reader, refusal)


def _what(name: str) -> str:
    """What a layer of a type is called."""
    return stem(lazy(name) or name).lower()


def _is_0(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value == 0


def _block(name: str, offset: int) -> Refusal:
    return Refusal(
        "SC106",
        f"{name} is a block of shapecalc's, whose arguments are not those of PyTorch",
        f"use it in a spec; `shapecalc layers {name}` lists its arguments",
        offset=offset,
    )


def _report(reader: NodeReader, refusal: Refusal) -> None:
    assert refusal.offset is not None
    reader.problem(refusal.code, refusal.message, refusal.offset, refusal.hint)


def _mapping(reader: NodeReader, place: int, entries: list[Pair]) -> MappingNode:
    places = [place]
    for _, key_place, _, value_place in entries:
        places += (key_place, value_place)
    values = {key: value for key, _, value, _ in entries}
    return MappingNode(reader.source, values, pack(f"={len(places)}I", *places))
