"""Uses of blocks that are the values of arguments: `type: conv`, where `conv` is a block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc.expressions.expression import has_expression
from shapecalc.language.block_values import BlockValue
from shapecalc.language.items import Block, BlockItem, Item, LayerItem
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from shapecalc.inference.blame import Blame
    from shapecalc.inference.inferred import Tensor
    from shapecalc.inference.scope import Scope


def given_block(
    item: LayerItem, scope: Scope, blame: Blame, path: str, sources: tuple[Tensor, ...]
) -> BlockItem | LayerItem | None:
    """The use of a block that an item's type stands for here; the item itself where that is a type
    of layers. None, and a problem, for arguments that the block does not have, lacks or refuses."""
    assert isinstance(item.type, str)
    given = scope.arguments.get(item.type)
    if not isinstance(given, BlockValue) or not isinstance(given.found, Block):
        return item
    use = BlockItem(item.node, given.found)
    for slot in Item.__slots__:
        setattr(use, slot, getattr(item, slot))
    if item.values is None:
        return use
    values = {**given.fields, **item.values}
    use.until = values.pop("until", None)
    try:
        use.values = {key: _read(given.found, key, value) for key, value in values.items()}
        _check_missing(given.found, use.values)
    except Refusal as refusal:
        blame.refused(item, refusal, path, sources, scope)
        return None
    return use


def _read(block: Block, key: str, value: Any) -> Any:
    argument = block.arguments.get(key)
    if argument is None:
        raise Refusal("SC102", f"unknown argument {shown(key)} in {block.name}", None, key)
    if has_expression(value) or isinstance(value, BlockValue):
        return value
    return argument.read(value)


def _check_missing(block: Block, values: dict[str, Any]) -> None:
    for key, argument in block.arguments.items():
        if argument.required and key not in values:
            raise Refusal("SC103", f"missing {key} in {block.name}", None, "type")
