"""What a spec expects of its network: `expect:` and `budget:`, as they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.language.frozen import Frozen
from shapecalc.layers.fields import split_sizes
from shapecalc.problems.formatting import shown
from shapecalc.problems.problem import Problem, Refusal
from shapecalc.yaml.nodes import MappingNode

if TYPE_CHECKING:
    from types import MappingProxyType

    from shapecalc.language.node_reader import NodeReader
    from shapecalc.shapes.shape import Shape

AMOUNTS = ("params", "buffers", "macs", "flops", "weights", "memory", "peak_memory")
"""The totals that `expect:` may state and `budget:` may limit, for one input at float32.

weights, memory and peak_memory are bytes: of params and buffers, of all outputs, and of the
outputs that are alive at the same time, at their maximum.
"""

IN_BYTES = ("weights", "memory", "peak_memory")
"""Those in bytes."""

EXPECTED = ("output", *AMOUNTS, "receptive_field")
"""The keys of `expect:` at the top and in a variant."""

_DECIMAL = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15}
_UNITS = {
    **_DECIMAL,
    **{f"{unit}B": scale for unit, scale in _DECIMAL.items()},
    **{f"{unit}IB": 1024**power for power, unit in enumerate("KMGTP", 1)},
}


class Expectation(Frozen):
    """A value that a spec states of its network.

    node: the mapping that contains it, under `key`.
    """

    __slots__ = ("key", "node", "value")

    key: str
    value: int | Shape | tuple[int, ...]
    node: MappingNode

    def __init__(self, key: str, value: int | Shape | tuple[int, ...], node: MappingNode) -> None:
        super().__init__(key=key, value=value, node=node)

    def problem(self, code: str, message: str, hint: str | None = None) -> Problem:
        """The problem of its violation, at its place."""
        place = self.node.place_of_value(self.key)
        return Problem(code, message, self.node.source, place, hint)


class Expectations(Frozen):
    """The expectations and budgets of a spec or of one of its variants, by name.

    outputs: the expected shapes of outputs that are named, by the names of their layers.
    """

    __slots__ = ("budget", "expect", "outputs")

    expect: MappingProxyType[str, Expectation]
    outputs: MappingProxyType[str, Expectation]
    budget: MappingProxyType[str, Expectation]


def read_expectations(reader: NodeReader, node: MappingNode) -> Expectations:
    """The expectations and budgets under `expect` and `budget` in a mapping."""
    expect: dict[str, Expectation] = {}
    outputs: dict[str, Expectation] = {}
    budget: dict[str, Expectation] = {}
    mapping = _mapping(reader, node, "expect", "write expect: {output: 1000, params: 6624904}")
    if mapping is not None:
        reader.known_keys(mapping, EXPECTED, "expect")
        output = mapping.values.get("output")
        if isinstance(output, MappingNode):
            for name in output.values:
                _shape(reader, output, name, outputs)
        elif "output" in mapping.values:
            _shape(reader, mapping, "output", expect)
        if "receptive_field" in mapping.values:
            _receptive_field(reader, mapping, expect)
        _amounts(reader, mapping, expect)
    mapping = _mapping(reader, node, "budget", "write budget: {params: 7M, macs: 1.6G}")
    if mapping is not None:
        reader.known_keys(mapping, AMOUNTS, "budget")
        _amounts(reader, mapping, budget)
    return Expectations(expect=expect, outputs=outputs, budget=budget)


def _mapping(reader: NodeReader, node: MappingNode, key: str, hint: str) -> MappingNode | None:
    if key not in node.values:
        return None
    return reader.mapping(node.values[key], node.place_of_value(key), key, hint)


def _shape(
    reader: NodeReader, mapping: MappingNode, key: str, found: dict[str, Expectation]
) -> None:
    shape = reader.shape(mapping.values[key], mapping.place_of_value(key))
    if shape is not None:
        found[key] = Expectation(key, shape, mapping)


def _receptive_field(
    reader: NodeReader, mapping: MappingNode, found: dict[str, Expectation]
) -> None:
    place = mapping.place_of_value("receptive_field")
    value = reader.value(mapping.values["receptive_field"], place)
    sizes = split_sizes(value) if isinstance(value, str) else value
    if type(sizes) is int:
        sizes = [sizes]
    if isinstance(sizes, list) and sizes and all(type(size) is int for size in sizes):
        found["receptive_field"] = Expectation("receptive_field", tuple(sizes), mapping)
    else:
        reader.problem(
            "SC104", f"receptive_field must be sizes such as 212x212, not {shown(value)}", place
        )


def _amounts(reader: NodeReader, mapping: MappingNode, found: dict[str, Expectation]) -> None:
    for key in AMOUNTS:
        if key not in mapping.values:
            continue
        try:
            found[key] = Expectation(key, parse_amount(mapping.values[key]), mapping)
        except Refusal as refusal:
            reader.refusal(refusal, mapping.place_of_value(key), f"{key}: ")


def parse_amount(value: object) -> int:
    """An amount: an integer, or a decimal with a unit.

    K, M, G, T and P are powers of 1000, with or without a B; KiB, MiB and so on of 1024.
    Raises Refusal SC104 for anything else, and if the result is not an integer.
    """
    if type(value) is int and value >= 0:
        return value
    text = value.strip() if isinstance(value, str) else ""
    number = text.rstrip("KMGTPBkmgtpbi ")
    unit = text[len(number) :].strip().upper()
    whole, _, fraction = number.replace("_", "").partition(".")
    digits = whole + fraction
    if unit in _UNITS and digits.isascii() and digits.isdigit() and len(digits) <= 30:
        scale: int = 10 ** len(fraction)
        scaled: int = int(digits) * _UNITS[unit]
        if scaled % scale == 0:
            return scaled // scale
    raise Refusal(
        "SC104",
        f"invalid amount {shown(value)}",
        "write an integer, or a number with a unit, such as 7M, 1.6G or 35 MiB",
    )
