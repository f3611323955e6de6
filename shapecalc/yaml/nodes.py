"""The nodes of a YAML text: plain values, and beside them where each stands.

A text, a number, a truth value and null are the Python objects that they mean; a mapping and a
list hold their values plainly too, and the places of all of them, packed.
"""

from __future__ import annotations

from struct import unpack, unpack_from
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from shapecalc.text.source import Source

Value: TypeAlias = "str | int | float | bool | MappingNode | ListNode | None"
"""What a node of a YAML text is."""


class MappingNode:
    """A mapping of a YAML text. `values` is in the written order.

    source: the text that it stands in.
    """

    __slots__ = ("_order", "_places", "source", "values")

    def __init__(self, source: Source, values: dict[str, Value], places: bytes) -> None:
        self.source = source
        self.values = values
        self._places = places  # four bytes each: its own, then a key's and a value's by turns
        self._order: dict[str, int] | None = None

    @property
    def start(self) -> int:
        """The offset of the mapping."""
        return _place(self._places, 0)

    def place_of_key(self, key: str) -> int:
        """The offset of a key."""
        return _place(self._places, 1 + 2 * self._index(key))

    def place_of_value(self, key: str) -> int:
        """The offset of a key's value; of an alias, where the alias stands."""
        return _place(self._places, 2 + 2 * self._index(key))

    def entries(self) -> Iterator[tuple[str, Value, int, int]]:
        """Each key and value with the offsets of both."""
        places = unpack(f"={len(self._places) // 4}I", self._places)
        return zip(self.values, self.values.values(), places[1::2], places[2::2], strict=True)

    def _index(self, key: str) -> int:
        if len(self.values) <= 16:
            return list(self.values).index(key)
        if self._order is None:
            self._order = {name: index for index, name in enumerate(self.values)}
        return self._order[key]


class ListNode:
    """A list of a YAML text.

    source: the text that it stands in.
    """

    __slots__ = ("_places", "source", "values")

    def __init__(self, source: Source, values: list[Value], places: bytes) -> None:
        self.source = source
        self.values = values
        self._places = places  # four bytes each: its own, then each item's

    @property
    def start(self) -> int:
        """The offset of the list."""
        return _place(self._places, 0)

    def place_of(self, index: int) -> int:
        """The offset of an item; of an alias, where the alias stands."""
        return _place(self._places, 1 + index)


def _place(places: bytes, index: int) -> int:
    place: int = unpack_from("=I", places, 4 * index)[0]
    return place
