"""SC406: an inner layer with the name of a later one further out: `from` could mean either."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.language.items import SequenceItem, children
from shapecalc.problems.code import Code
from shapecalc.problems.formatting import shown
from shapecalc.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.language.items import Item
    from shapecalc.problems.problem import Problem
    from shapecalc.rules.rule import Written


CODE = Code(
    "SC406",
    "shadowed name",
    "An inner layer has the name of a later layer further out. `from:` looks inside first, so "
    "a reader and shapecalc may understand the name differently.",
    example="""\
input: 8x8x3
layers:
  - name: stem
    layers:
      - {name: conv, type: Conv2d, out_channels: 16, kernel_size: 3}
  - {name: conv, type: Conv2d, out_channels: 32, kernel_size: 3}
""",
    fix="""\
input: 8x8x3
layers:
  - name: stem
    layers:
      - {name: conv1, type: Conv2d, out_channels: 16, kernel_size: 3}
  - {name: conv2, type: Conv2d, out_channels: 32, kernel_size: 3}
""",
)


class ShadowedName(Rule):
    """An inner layer with the name of a later one further out: `from` could mean either."""

    code = CODE

    def of_written(self, part: Written) -> Iterator[Problem]:
        """Of a network or a block."""
        pending: list[tuple[Item, _Around | None]] = (
            [] if part.body is None else [(part.body, None)]
        )
        while pending:
            item, outer = pending.pop()
            sequence = isinstance(item, SequenceItem)
            inside = list(enumerate(children(item)))
            names = {
                inner.name: (place, inner) for place, inner in inside if inner.name is not None
            }
            for place, inner in inside:
                other = _later(inner.name, outer) if sequence and inner.name is not None else None
                if other is not None:
                    yield self.warning_at(
                        f"{shown(inner.name)} is also the name of a later layer further out",
                        inner.source,
                        inner.place("name"),
                        "rename one of them, so that from: is unambiguous",
                        related=(("the other one", other.source, other.place("name")),),
                    )
                if children(inner):
                    pending.append((inner, _Around(names, place, outer) if sequence else outer))


class _Around:
    """The sequence that an item is in, by the names of its items, and what is around that.

    place: the item's index in it.
    """

    __slots__ = ("names", "outer", "place")

    def __init__(
        self, names: dict[str, tuple[int, Item]], place: int, outer: _Around | None
    ) -> None:
        self.names = names
        self.place = place
        self.outer = outer


def _later(name: str, around: _Around | None) -> Item | None:
    """The item of a name that comes later, in the innermost sequence around that has one."""
    while around is not None:
        place, item = around.names.get(name, (-1, None))
        if place > around.place:
            return item
        around = around.outer
    return None


RULE = ShadowedName()
