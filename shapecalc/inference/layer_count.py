"""How many layers a network has, where that is known only as it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.language.item_size import measure, measure_once, too_many_layers
from shapecalc.limits import MAXIMUM_NESTING
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from shapecalc.language.items import Block, Item


class LayerCount:
    """The layers of a network whose repeats are by expressions, or whose blocks are values.

    body: that of the network, which has been held to the maximum but for these. most: the maximum.
    repeated: how many times the item at hand runs, by the repeats around it.
    nesting: how deep the blocks around it nest that are the values of arguments.
    """

    __slots__ = ("_layers", "body", "most", "nesting", "repeated")

    def __init__(self, most: int) -> None:
        self.most = most
        self.repeated = 1
        self.nesting = 0
        self.body: Item | None = None
        self._layers = 0

    def repeats(self, item: Item, name: str, times: int) -> str | None:
        """Count the repeats of an item. The message where there are too many."""
        once = measure_once(item)
        if type(item.repeat) is not int:
            self._add(max(times - 1, 0) * once)
        return too_many_layers(name, self.repeated * times, once, self.most, self._layers)

    def block(self, path: str, block: Block) -> Refusal | None:
        """Count the layers of a block that is the value of an argument, and runs from here on until
        its nesting is taken back. The refusal where there are too many, or it nests too deep."""
        self._add(block.layers)
        self.nesting += block.nesting + 1
        excess = too_many_layers(path, 1, block.layers, self.most, self._layers)
        if excess is not None:
            return Refusal("SC113", excess)
        if self.nesting > MAXIMUM_NESTING:
            text = f"blocks that are values of arguments nest more than {MAXIMUM_NESTING} deep"
            return Refusal("SC112", text, "a block cannot be given to itself")
        return None

    def _add(self, layers: int) -> None:
        assert self.body is not None
        self._layers = (self._layers or measure(self.body)[0] - 1) + layers
