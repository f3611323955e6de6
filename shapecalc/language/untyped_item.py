"""The problem of an item without a type, layers or branches: what it was probably meant as."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from shapecalc.language.keys import INNER_KEYS
from shapecalc.problems.suggestions import nearest
from shapecalc.yaml.nodes import MappingNode

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecalc.language.node_reader import NodeReader


MAXIMUM_COMPARED = 64
"""The keys of an item that are compared with INNER_KEYS."""


def report_item(
    reader: NodeReader,
    node: MappingNode,
    common: tuple[str, ...],
    is_type: Callable[[str], bool],
    prefix: str,
) -> None:
    """Report an item without a type, layers or branches.

    common: the keys that every item may have. prefix: the beginning of messages about the item.
    """
    known = (*INNER_KEYS, *common)
    meant = [
        key
        for key in islice(node.values, MAXIMUM_COMPARED)
        if key not in known
        and (key.partition(":")[0] in INNER_KEYS or nearest(key, known) in INNER_KEYS)
    ]
    if meant:
        for key in meant:
            reader.unknown_key(node, key, known, "a layer")
        return
    key, value = next(iter(node.values.items()), ("", None))
    if (
        len(node.values) == 1
        and key not in known
        and (value is None or isinstance(value, MappingNode))
    ):
        hint = (
            f"write the type as a value: {{type: {key}, ...}}"
            if is_type(key)
            else f"write the name as a value: {{name: {key}, type: ...}}"
        )
        reader.problem("SC103", "missing type in a layer", node.place_of_key(key), hint)
        return
    reader.problem("SC103", f"{prefix}missing type in a layer", node.start, "write type: Conv2d")
