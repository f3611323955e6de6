"""Reading a text in one line, for the tests of the reader."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from shapecalc.problems.problem import Problem, Problems
from shapecalc.text.source import Source
from shapecalc.yaml import reader as reading
from shapecalc.yaml.nodes import ListNode, MappingNode
from shapecalc.yaml.python_parser import CheckedSafeLoader
from shapecalc.yaml.reader import read_yaml

PARSERS: dict[str, Any] = {"libyaml": yaml.CSafeLoader, "python": CheckedSafeLoader}
"""PyYAML's two parsers, which are to give the same."""

with_both_parsers = pytest.mark.parametrize("parser", PARSERS)

Found = tuple[str, int, int]
"""Code, line and column of a problem."""


def plain(value: Any) -> Any:
    """Plain data of a node and all below it."""
    if isinstance(value, MappingNode):
        return {key: plain(each) for key, each in value.values.items()}
    if isinstance(value, ListNode):
        return [plain(each) for each in value.values]
    return value


def outcome(text: str, parser: str = "libyaml") -> tuple[Any, list[Problem]]:
    """The plain data of a text, and what is wrong with it."""
    problems = Problems()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "Parser", PARSERS[parser])
        value = read_yaml(Source("<text>", text), problems)
    return plain(value), list(problems)


def node(text: str, parser: str = "libyaml") -> Any:
    """The root of a text that nothing is wrong with."""
    problems = Problems()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "Parser", PARSERS[parser])
        value = read_yaml(Source("<text>", text), problems)
    assert not problems
    return value


def places(problems: list[Problem]) -> list[Found]:
    """Where the problems are, in the order that they were found in."""
    return [(each.code, each.line, each.column) for each in problems]


def same(value: Any, wanted: Any) -> bool:
    """Equal, and of equal types all the way down: True is not 1, 1 is not 1.0."""
    return repr(value) == repr(wanted)
