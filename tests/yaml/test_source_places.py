"""Where the nodes of a YAML text stand, and which of them are shared."""

from __future__ import annotations

import pytest
from source_reading import node, outcome, same, with_both_parsers

from shapecalc.problems.problem import Problems
from shapecalc.text.source import Source
from shapecalc.yaml.nodes import MappingNode
from shapecalc.yaml.reader import read_yaml


def test_an_alias_shares_its_node() -> None:
    root = node("a: &x [1]\nb: *x\nc: {d: *x}\n")
    assert root.values["a"] is root.values["b"] is root.values["c"].values["d"]


def test_equal_scalars_share_their_text() -> None:
    first, second = node("- {type: Conv2d}\n- {type: Conv2d}\n").values
    assert first.values["type"] is second.values["type"]
    assert next(iter(first.values)) is next(iter(second.values))


def test_scalars_are_read_alike_when_more_are_seen_than_are_remembered() -> None:
    words = [f"w{index}" for index in range(10_000)]
    value, problems = outcome(f"[{', '.join(words)}, true, '1', 1, w5]")
    assert problems == []
    assert same(value, [*words, True, "1", 1, "w5"])


@with_both_parsers
def test_places(parser: str) -> None:
    text = "# é😀\na: 1\n'😀b': [x, &y 'q', {c: &z # d\n  2}]\n<<: {e: 3}\nf:\n"
    root = node(text, parser)
    assert root.start == text.index("a: 1")
    assert root.place_of_key("a") == text.index("a: 1")
    assert root.place_of_value("a") == text.index("1")
    assert root.place_of_key("😀b") == text.index("'😀b'")
    assert root.place_of_value("😀b") == text.index("[x")
    items = root.values["😀b"]
    assert items.start == text.index("[x")
    assert [items.place_of(index) for index in range(3)] == [
        text.index("x,"),
        text.index("'q'"),
        text.index("{c"),
    ]
    mapping = items.values[2]
    assert mapping.start == text.index("{c")
    assert mapping.place_of_value("c") == text.index("2}")
    assert list(root.entries()) == [
        (key, root.values[key], root.place_of_key(key), root.place_of_value(key))
        for key in ("a", "😀b", "e", "f")
    ]
    assert root.place_of_key("e") == text.index("e: 3")  # where the merge has it from
    assert root.place_of_value("f") == text.index("f:") + 2
    assert root.source.text == text


def test_places_of_an_alias_are_its_own() -> None:
    text = "a: &x {b: 1}\nc: *x\nd: [*x]\n"
    root = node(text)
    assert root.values["c"].start == text.index("{b")
    assert root.place_of_value("c") == text.index("*x")
    assert root.values["d"].place_of(0) == text.index("*x]")


@pytest.mark.parametrize("count", [3, 16, 17, 1000])
def test_places_in_mappings_of_any_size(count: int) -> None:
    text = "".join(f"key{index}: value{index}\n" for index in range(count))
    root = node(text)
    for index in (0, 1, count - 1):
        assert root.place_of_key(f"key{index}") == text.index(f"key{index}:")
        assert root.place_of_value(f"key{index}") == text.index(f"value{index}\n")


def test_places_after_a_refused_key() -> None:
    problems = Problems()
    text = "a: 1\na: 2\n3: 4\nb: 5\n"
    root = read_yaml(Source("<text>", text), problems)
    assert isinstance(root, MappingNode)
    assert root.place_of_key("a") == 0
    assert root.place_of_key("b") == text.index("b")
    assert root.place_of_value("b") == text.index("5")
