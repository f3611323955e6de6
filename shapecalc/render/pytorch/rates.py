"""Arguments of blocks that no size depends on, such as the rate of a dropout: Python's floats may
come to such a number but for what rounding adds to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shapecalc.expressions.expression import Expression, names_in
from shapecalc.language.items import Block, BlockItem, Item, LayerItem, Pattern
from shapecalc.layers.base import LayerType
from shapecalc.layers.fields import Decimal
from shapecalc.render.code.plain_words import items_inside

if TYPE_CHECKING:
    pass

_Use = tuple[Block, str]
"""An argument of a block."""


def is_rate(block: Block, argument: str) -> bool:
    """Whether an argument of a block is passed on, to fields that touch no size, and is nothing
    else but compared with null."""
    pending: list[_Use] = [(block, argument)]
    seen = set(pending)
    while pending:
        slot = pending.pop()
        found = _passed_on(*slot)
        if found is None:
            return False
        new = found - seen
        seen |= new
        pending += new
    return True


def _passed_on(block: Block, argument: str) -> set[_Use] | None:
    """The arguments of other blocks that it is the value of; None where it is something else than
    that and a field that touches no size."""
    if block.arguments[argument].kind != "number" or block.body is None:
        return None
    if any(argument in names_in(each.default) for each in block.arguments.values()):
        return None
    found: set[_Use] = set()
    for item in items_inside(block.body):
        if _decides(item, argument):
            return None
        for key, value in (getattr(item, "values", None) or {}).items():
            if argument not in names_in(value):
                continue
            if not isinstance(value, Expression) or value.text != argument:
                return None
            if isinstance(item, BlockItem):
                found.add((item.block, key))
            elif not (
                isinstance(item, LayerItem)
                and isinstance(item.type, LayerType)
                and isinstance(item.type.fields[key], Decimal)
            ):
                return None
    return found


def _decides(item: Item, argument: str) -> bool:
    """Whether it depends on the value of an argument, if that is not null, what is there."""
    if argument in names_in(item.repeat):
        return True
    if any(isinstance(each, Pattern) and argument in each.names for each in item.sources or ()):
        return True
    if argument not in names_in(item.when):
        return False
    rest = re.sub(rf"\b{argument} *[!=]= *(null|None)\b", "", item.when.text)
    return re.search(rf"\b{argument}\b", rest) is not None
