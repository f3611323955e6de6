"""The nodes of a YAML text: plain values, with the position of each.

A string, a number, a boolean and null are plain Python objects; a mapping and a list have plain
values too, and the offsets of all of them in the text, packed.
"""

from __future__ import annotations

from struct import unpack, unpack_from
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from shapecalc.text.source import Source

NodeValue: TypeAlias = "str | int | float | bool | MappingNode | ListNode | None"
"""The value of a node."""


class MappingNode:
    """A mapping. `values` is in the written order.

    source: the text that contains it.
    """

    __slots__ = ("_order", "_places", "source", "values")

    def __init__(self, source: Source, values: dict[str, NodeValue], places: bytes) -> None:
        self.source = source
        self.values = values
        self._places = places  # four bytes each: its own, then of each key and value alternately
        self._order: dict[str, int] | None = None

    @property
    def start(self) -> int:
        """The offset of the mapping in the text, in characters."""
        return _place(self._places, 0)

    def place_of_key(self, key: str) -> int:
        """The offset of a key."""
        return _place(self._places, 1 + 2 * self._index(key))

    def place_of_value(self, key: str) -> int:
        """The offset of a key's value; for an alias, that of the alias, or
        of the number if it is hexadecimal."""
        return _place(self._places, 2 + 2 * self._index(key))

    def entries(self) -> Iterator[tuple[str, NodeValue, int, int]]:
        """Each key and value with the offsets of both, in the written order."""
        places = unpack(f"={len(self._places) // 4}I", self._places)
        return zip(self.values, self.values.values(), places[1::2], places[2::2], strict=True)

    def _index(self, key: str) -> int:
        if len(self.values) <= 16:
            return list(self.values).index(key)
        if self._order is None:
            self._order = {name: index for index, name in enumerate(self.values)}
        return self._order[key]


class ListNode:
    """A list.

    source: the text that contains it.
    """

    __slots__ = ("_places", "source", "values")

    def __init__(self, source: Source, values: list[NodeValue], places: bytes) -> None:
        self.source = source
        self.values = values
        self._places = places  # four bytes each: its own, then each item's

    @property
    def start(self) -> int:
        """The offset of the list in the text, in characters."""
        return _place(self._places, 0)

    def place_of(self, index: int) -> int:
        """The offset of an item; for an alias, that of the alias, or
        of the number if it is hexadecimal."""
        return _place(self._places, 1 + index)


def _place(places: bytes, index: int) -> int:
    place: int = unpack_from("=I", places, 4 * index)[0]
    return place
