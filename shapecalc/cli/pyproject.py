"""The table `[tool.shapecalc]` of a pyproject.toml, as nodes with places.

Python's reader of TOML tells no places: they are looked for in the text, in which the table is
nearly always written with its name in brackets and a line for each key.
"""

from __future__ import annotations

import re
from struct import pack
from typing import TYPE_CHECKING, Any

from shapecalc.limits import MAXIMUM_INTEGER, MAXIMUM_PATTERNS
from shapecalc.problems.problem import Problem
from shapecalc.yaml.nodes import ListNode, MappingNode

if TYPE_CHECKING:
    from shapecalc.problems.problem import Problems
    from shapecalc.text.source import Source
    from shapecalc.yaml.nodes import NodeValue

MAXIMUM_KEY_PARTS = 32
"""The maximum number of parts of a key such as tool.shapecalc: Python's reader takes memory that
grows with their square."""

_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+"""
_KEY_OF_PARTS = re.compile(rf"(?<![\w-])(?:{_PART}){{{MAXIMUM_KEY_PARTS}}}")
_HEADER = re.compile(r"""^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*["']?shapecalc["']?[ \t]*\]""", re.M)
_LINE = re.compile(r"""^[ \t]*((["']?)([\w-]+)\2)[ \t]*=[ \t]*""", re.M)
_WHERE = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)")


def read_table(source: Source, problems: Problems) -> MappingNode | None:
    """The table, or None: where there is none, and where a problem says why."""
    text = source.text
    if found := _KEY_OF_PARTS.search(text):
        message = f"too many parts of a key: the maximum is {MAXIMUM_KEY_PARTS}"
        problems.add(Problem("SC005", message, source, found.start()))
        return None
    import tomllib

    try:
        tool = tomllib.loads(text).get("tool")
    except RecursionError:
        problems.add(Problem("SC005", "nested too deeply", source, 0))
        return None
    except ValueError as error:
        problems.add(_syntax_problem(error, source))
        return None
    table = tool.get("shapecalc") if isinstance(tool, dict) else None
    if table is None:
        return None
    header = _HEADER.search(text)
    start = header.start() + header[0].index("[") if header else max(text.find("shapecalc"), 0)
    if isinstance(table, dict):
        return _mapping(table, source, start)
    problems.add(Problem("SC101", "tool.shapecalc must be a table", source, start))
    return None


def _syntax_problem(error: ValueError, source: Source) -> Problem:
    message = str(error)
    where = _WHERE.search(message)
    offset = len(source.text) if where else 0
    if where and where[1]:
        lines = source.text.split("\n")[: int(where[1]) - 1]
        offset = sum(map(len, lines)) + len(lines) + int(where[2]) - 1
    what = _WHERE.sub("", message).strip()
    return Problem("SC002", f"invalid TOML: {what[:1].lower()}{what[1:]}", source, offset)


def _mapping(table: dict[str, Any], source: Source, start: int) -> MappingNode:
    """The table as nodes, whose values are not read deeper than the items of a list."""
    lines = {found[3]: found for found in _LINE.finditer(source.text, start)}
    values: dict[str, NodeValue] = {}
    places = [start]
    for key, value in table.items():
        line = lines.get(key)
        place = line.end() if line else start
        values[key] = _list(value, source, place) if isinstance(value, list) else _node(value)
        places += (line.start(1) if line else start, place)
    return MappingNode(source, values, pack(f"={len(places)}I", *places))


def _list(items: list[Any], source: Source, place: int) -> ListNode:
    places = [place]
    at = place
    for item in items:
        found = -1
        if isinstance(item, str) and len(places) <= MAXIMUM_PATTERNS:  # no more are read
            found = source.text.find(item, at)
        if found >= 0:
            at = found + len(item)
            places.append(found - (source.text[found - 1] in "\"'"))
        else:
            places.append(place)
    return ListNode(source, list(map(_node, items)), pack(f"={len(places)}I", *places))


def _node(value: Any) -> NodeValue:
    """What messages show of a value; null for an integer out of all bounds, and for a list or a
    table where there should be neither."""
    if isinstance(value, str | bool | float):
        return value
    if isinstance(value, int):
        return value if abs(value) <= MAXIMUM_INTEGER else None
    return None if isinstance(value, list | dict) else str(value)
