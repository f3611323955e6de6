"""How many layers an item expands to and how deep it nests, and the problems of too many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.language.items import BlockItem, children
from shapecalc.limits import MAXIMUM_LAYERS, MAXIMUM_LAYERS_COMPARED, MAXIMUM_NESTING
from shapecalc.problems.problem import Problem

if TYPE_CHECKING:
    from shapecalc.language.items import Item


def oversized(body: Item, most: int = MAXIMUM_LAYERS, whole: bool = False) -> Problem | None:
    """The problem of a network that expands to too many layers or nests too deeply; None otherwise.

    It is reported at the innermost item that exceeds the limit. most: the number of layers.
    whole: whether this is the body of a network, which is no layer itself.
    """
    count, nesting = measure(body)
    if count - whole > most:
        item = _innermost(body, 0, most)
        count, _ = measure(item)
        if type(item.repeat) is int:
            name = item.name or item.default_name
            found = too_many_layers(name, item.repeat, measure_once(item), most)
            assert found is not None
            message = found
        elif isinstance(item, BlockItem):
            message = f"too many layers: {item.block.name} has {count}, {maximum(most)}"
        else:
            count -= whole and item is body
            message = f"too many layers: the network has {count}, {maximum(most)}"
        place = item.place("layers" if item.repeat is None else "repeat")
        return Problem("SC113", message, item.source, place)
    if nesting > MAXIMUM_NESTING:
        item = _innermost(body, 1, MAXIMUM_NESTING - 1)
        message = f"blocks, sequences and branches are nested more than {MAXIMUM_NESTING} deep"
        return Problem("SC112", message, item.source, item.place())
    return None


def too_many_layers(
    name: str, times: int, layers_once: int, most: int, total: int = 0
) -> str | None:
    """The message about an item with too many repeats; None where they are not.

    most: the layers that a network may have. total: those that it has together with these.
    """
    if times * layers_once > most:
        layers = "1 layer" if layers_once == 1 else f"{layers_once} layers"
        return f"{name}: too many layers: {times} repeats of {layers}, {maximum(most)}"
    if total > most:
        return f"{name}: too many layers: with this, the network has {total}, {maximum(most)}"
    return None


def maximum(most: int) -> str:
    """The words for the number of layers that a network may have, in the end of a message."""
    if most == MAXIMUM_LAYERS_COMPARED:
        return f"the maximum is {most} where two networks are compared"
    return f"the maximum is {most}"


def _innermost(item: Item, figure: int, limit: int) -> Item:
    """The innermost item whose figure of `measure` exceeds a limit."""
    while True:
        inner = next((one for one in children(item) if measure(one)[figure] > limit), None)
        if inner is None:
            return item
        item = inner


def measure(item: Item) -> tuple[int, int]:
    """The number of layers that an item expands to, and how deep it nests.

    Blocks, sequences and branches count, too, as one more than what is inside. Repeats given by
    an expression count once here; a run checks them against the limit.
    """
    count, nesting = _once(item)
    if type(item.repeat) is int and item.repeat > 0:
        count *= item.repeat
    return min(count, MAXIMUM_LAYERS * 2**20), nesting


def _once(item: Item) -> tuple[int, int]:
    if isinstance(item, BlockItem):
        count, nesting = item.block.layers, item.block.nesting + 1
    else:
        count, nesting = 1, 0
        for child in children(item):
            inner, depth = measure(child)
            count += inner
            nesting = max(nesting, depth + 1)
    return count, nesting


def measure_once(item: Item) -> int:
    """The layers of one repeat of an item."""
    return _once(item)[0]
