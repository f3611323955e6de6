"""How many layers a network has, where that is known only as it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.language.item_size import measure, measure_once, too_many_layers

if TYPE_CHECKING:
    from shapecalc.language.items import Item


class LayerCount:
    """The layers of a network whose repeats are by expressions, or whose blocks are values.

    body: that of the network, which has been held to the maximum but for these. most: the maximum.
    repeated: how many times the item at hand runs, by the repeats around it.
    """

    __slots__ = ("_layers", "body", "most", "repeated")

    def __init__(self, most: int) -> None:
        self.most = most
        self.repeated = 1
        self.body: Item | None = None
        self._layers = 0

    def repeats(self, item: Item, name: str, times: int) -> str | None:
        """Count the repeats of an item. The message where there are too many."""
        once = measure_once(item)
        if type(item.repeat) is not int:
            self._add(max(times - 1, 0) * once)
        return too_many_layers(name, self.repeated * times, once, self.most, self._layers)

    def block(self, path: str, layers: int) -> str | None:
        """Count the layers of a block that is the value of an argument, as `repeats`."""
        self._add(layers)
        return too_many_layers(path, 1, layers, self.most, self._layers)

    def _add(self, layers: int) -> None:
        assert self.body is not None
        self._layers = (self._layers or measure(self.body)[0] - 1) + layers
