"""Which layer types the arguments of blocks may be, and which fields they are used with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.expressions.expression import names_in
from shapecalc.language.items import BlockItem, LayerItem, children

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapecalc.analysis.summary import WrittenSpec
    from shapecalc.language.items import Block, Item

Slot = tuple[object, str]
"""An argument of a block, or of the network, which is None."""


def types_passed(spec: WrittenSpec, blocks: Sequence[Block]) -> dict[str, set[str]]:
    """The types that are values of arguments, each with the fields that it may be given where it
    is used; a type with other fields of its own is another one."""
    fields: dict[Slot, set[str]] = {}
    passed: dict[Slot, set[Slot]] = {}
    types: dict[str, set[Slot]] = {}
    for block in (None, *blocks):
        body = spec.body if block is None else block.body
        arguments = spec.arguments if block is None else block.arguments
        for key, argument in arguments.items():
            if argument.kind == "type" and isinstance(argument.default, str):
                types.setdefault(argument.default, set()).add((block, key))
        for variant in spec.variants.values() if block is None else ():
            for key, value in variant.arguments.items():
                if spec.arguments[key].kind == "type" and isinstance(value, str):
                    types.setdefault(value, set()).add((block, key))
        for item in items_in(body):
            if isinstance(item, LayerItem) and isinstance(item.type, str):
                fields.setdefault((block, item.type), set()).update(item.values or ())
            elif isinstance(item, BlockItem):
                for key, value in (item.values or {}).items():
                    if item.block.arguments[key].kind != "type":
                        continue
                    if isinstance(value, str):
                        types.setdefault(value, set()).add((item.block, key))
                    for name in names_in(value):
                        passed.setdefault((block, name), set()).add((item.block, key))
    return {type: _fields_from(slots, passed, fields) for type, slots in types.items()}


def _fields_from(
    slots: set[Slot], passed: dict[Slot, set[Slot]], fields: dict[Slot, set[str]]
) -> set[str]:
    """The fields of items whose type is one of some arguments, or one that they are passed to."""
    found: set[str] = set()
    seen = set(slots)
    pending = list(slots)
    while pending:
        slot = pending.pop()
        found |= fields.get(slot, set())
        new = passed.get(slot, set()) - seen
        seen |= new
        pending.extend(new)
    return found


def items_in(body: Item | None) -> Iterator[Item]:
    """All items inside an item, not those in the blocks that it uses."""
    pending = [] if body is None else [body]
    while pending:
        item = pending.pop()
        yield item
        pending.extend(reversed(children(item)))
