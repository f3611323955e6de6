"""Items as the text of a spec: a layer a line, in braces.

What says nothing is left out: channels that are inferred, and values that are the defaults anyway.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from shapecalc import layers
from shapecalc.language.calls.parameters import positional
from shapecalc.problems.problem import Refusal
from shapecalc.yaml.nodes import ListNode, MappingNode
from shapecalc.yaml.scalars import YAML_CONSTANTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shapecalc.layers.base import LayerType
    from shapecalc.layers.fields import Field
    from shapecalc.shapes.shape import Shape
    from shapecalc.yaml.nodes import NodeValue

Entries = dict[str, Any]
"""The keys of an item with their values, in order."""

_PLAIN = re.compile(
    r"[^\W\d][\w-]*(?:\.\w[\w-]*)*"  # a name, or those of levels that it is in
    r"|[1-9]\d*(?:x[1-9]\d*)+"  # a shape
    r"|[1-9]\d* \* [a-z]\w*|[a-z]\w* // [1-9]\d*"  # a multiple, or a part
)
"""What YAML reads as a string without quotes, also within braces."""

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ufeff\ufffe\uffff\u2028\u2029]")


def spec_lines(name: str, input: Shape, items: NodeValue) -> Iterator[str]:
    """The lines of a spec whose layers are these nodes, which have run."""
    yield f"name: {yaml_text(name)}"
    yield f"input: {input}"
    yield from _layers(items, "")


def _layers(items: NodeValue, indent: str) -> Iterator[str]:
    values = items.values if isinstance(items, ListNode) else []
    yield f"{indent}layers:{'' if values else ' []'}"
    for item in values:
        assert isinstance(item, MappingNode)
        entries = {key: plain(value) for key, value in item.values.items() if key != "layers"}
        start = f"{indent}  - "
        if "layers" not in item.values:
            yield f"{start}{item_text(telling(entries))}"
            continue
        for key, value in entries.items():
            yield f"{start}{key}: {yaml_text(value)}"
            start = f"{indent}    "
        yield from _layers(item.values["layers"], start)


def plain(value: NodeValue) -> Any:
    """A node's value, a list as Python's."""
    return list(map(plain, value.values)) if isinstance(value, ListNode) else value


def telling(entries: Entries) -> Entries:
    """The entries of a layer without those that say nothing, its fields in PyTorch's order.

    Lists are Python's.
    """
    found = layers.find_type(entries["type"])
    assert found is not None
    told = {key: entries[key] for key in ("name", "type")}
    for key in dict.fromkeys((*positional(found), *found.fields, *entries)):
        field = found.fields.get(key)
        if field is None:
            told[key] = entries[key]
        elif key in entries and not _is_default(field, found, entries):
            told[key] = _shortest(field, found, entries[key])
    return {key: value for key, value in told.items() if key not in found.inferred}


def _is_default(field: Field[Any], found: LayerType, entries: dict[str, Any]) -> bool:
    value = _read(field, found, entries[field.name])
    if field.like is not None:
        other = found.fields[field.like]
        return bool(value == _read(other, found, entries.get(field.like)))
    return not field.required and bool(value == field.read_default(found.rank))


def _shortest(field: Field[Any], found: LayerType, value: Any) -> Any:
    """A value; one for all axes where the values along them are the same."""
    if not isinstance(value, list) or not value or value.count(value[0]) < len(value):
        return value
    same = _read(field, found, value[0]) == _read(field, found, value)
    return value[0] if same else value


def _read(field: Field[Any], found: LayerType, value: Any) -> Any:
    """What a value is to a layer; an expression, and what the field refuses, is itself."""
    try:
        return field.read(value, found.rank)
    except Refusal:
        return value


def item_text(entries: Mapping[str, Any]) -> str:
    """An item in braces."""
    pairs = (f"{yaml_text(key)}: {yaml_text(value)}" for key, value in entries.items())
    return f"{{{', '.join(pairs)}}}"


def yaml_text(value: Any) -> str:
    """A value as YAML has it."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(yaml_text, value))}]"
    if isinstance(value, str):
        if _PLAIN.fullmatch(value) and value not in YAML_CONSTANTS:
            return value
        text = " ".join(value.split()).replace("\\", "\\\\").replace('"', '\\"')
        return f'"{_UNPRINTABLE.sub(_escaped, text)}"'
    text = repr(value)
    # readers of YAML 1.1 take a number with an exponent for text, unless it has a point
    return text.replace("e", ".0e") if "e" in text and "." not in text else text


def _escaped(character: re.Match[str]) -> str:
    """A character that YAML does not allow in a text, as an escape."""
    return f"\\u{ord(character[0]):04x}"
