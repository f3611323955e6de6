"""What a spec promises of itself: `expect:` and `budget:`, as they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.fields import shown
from shapecalc.problems import Refusal

if TYPE_CHECKING:
    from shapecalc.nodes import Mapping
    from shapecalc.reading import Reader
    from shapecalc.shape import Shape

EXPECTED_AMOUNTS = ("params", "macs")
"""The totals that `expect:` may state, each an exact integer."""

BUDGETED = ("params", "macs")
"""The totals that `budget:` may bound from above."""

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15}


class Promise:
    """A value that a spec states of a total, and the mapping that it stands in."""

    __slots__ = ("key", "node", "value")

    def __init__(self, key: str, value: int | Shape, node: Mapping) -> None:
        self.key = key
        self.value = value
        self.node = node


class Promises:
    """The expectations and budgets of a spec or of one of its variants, by name."""

    __slots__ = ("budget", "expect")

    def __init__(self) -> None:
        self.expect: dict[str, Promise] = {}
        self.budget: dict[str, Promise] = {}


def read_promises(reader: Reader, node: Mapping) -> Promises:
    """What stands under `expect` and `budget` in a mapping."""
    promises = Promises()
    mapping = _mapping(reader, node, "expect", "expect: {output: 1000, params: 6624904}")
    if mapping is not None:
        reader.known_keys(mapping, ("output", *EXPECTED_AMOUNTS), "something to expect")
        if "output" in mapping.values:
            place = mapping.place_of_value("output")
            shape = reader.shape(mapping.values["output"], place)
            if shape is not None:
                promises.expect["output"] = Promise("output", shape, mapping)
        _amounts(reader, mapping, EXPECTED_AMOUNTS, promises.expect)
    mapping = _mapping(reader, node, "budget", "budget: {params: 7M, macs: 1.6G}")
    if mapping is not None:
        reader.known_keys(mapping, BUDGETED, "something to budget")
        _amounts(reader, mapping, BUDGETED, promises.budget)
    return promises


def _mapping(reader: Reader, node: Mapping, key: str, wanted: str) -> Mapping | None:
    if key not in node.values:
        return None
    return reader.mapping(node.values[key], node.place_of_value(key), key, wanted)


def _amounts(
    reader: Reader, mapping: Mapping, keys: tuple[str, ...], found: dict[str, Promise]
) -> None:
    for key in keys:
        if key not in mapping.values:
            continue
        try:
            found[key] = Promise(key, parse_amount(mapping.values[key]), mapping)
        except Refusal as refusal:
            reader.refusal(refusal, mapping.place_of_value(key), f"{key}: ")


def parse_amount(value: object) -> int:
    """An amount: an integer, or a decimal with a unit of 10^3 to 10^15 (`7M`, `1.6G`).

    Raises Refusal SC104 where it is none, or comes to no whole number.
    """
    if type(value) is int and value >= 0:
        return value
    text = value.strip() if isinstance(value, str) else ""
    unit = text[-1:].upper() if text[-1:].isalpha() else ""
    whole, _, fraction = text[: len(text) - len(unit)].strip().replace("_", "").partition(".")
    digits = whole + fraction
    if unit in _UNITS and digits.isascii() and digits.isdigit() and len(digits) <= 30:
        scale: int = 10 ** len(fraction)
        amount, rest = divmod(int(digits) * _UNITS[unit], scale)
        if not rest:
            return amount
    raise Refusal(
        "SC104",
        f"{shown(value)} is no amount",
        "write an integer, or a number with K, M, G or T, such as 7M",
    )
