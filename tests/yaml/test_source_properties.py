"""Any data that is dumped is read back with its places; no text and no bytes raise."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st
from source_reading import PARSERS, node, outcome, plain, same

from shapecalc.problems.problem import Problem
from shapecalc.yaml.decode import decode
from shapecalc.yaml.nodes import ListNode, MappingNode

KEYS = st.sampled_from(["name", "type", "kernel_size", "a b", "键"])
CORE_NUMBER = re.compile(
    r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
    r"|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)
"""The numbers of YAML 1.2's core schema, as section 10.3.2 of the specification has them."""

# The dumper follows YAML 1.1: it leaves some texts unquoted that are numbers in 1.2, and breaks
# lines at three characters that are no line ends in 1.2.
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x85\u2028\u2029")
    | st.sampled_from("ab:,[]{}#&*!|>'\"%@` -\n\t😀"),
    max_size=12,
).filter(lambda text: not CORE_NUMBER.fullmatch(text))
DATA = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda children: (
        st.lists(children, max_size=4) | st.dictionaries(KEYS | TEXTS, children, max_size=4)
    ),
    max_leaves=20,
)


def marks(composed: Any, read_back: Any, text: str) -> Iterator[tuple[int, int]]:
    """Places by PyYAML's composer beside ours, for all that is below a node."""
    assert read_back.start == composed.start_mark.index
    if isinstance(read_back, MappingNode):
        pairs = zip(composed.value, read_back.entries(), strict=True)
        for (key, value), (name, child, key_place, value_place) in pairs:
            yield key.start_mark.index, key_place
            yield value.start_mark.index, value_place
            assert stands_at(name, key_place, text)
            assert stands_at(child, value_place, text)
            if isinstance(child, MappingNode | ListNode):
                yield from marks(value, child, text)
    else:
        for index, (each, child) in enumerate(zip(composed.value, read_back.values, strict=True)):
            yield each.start_mark.index, read_back.place_of(index)
            assert stands_at(child, read_back.place_of(index), text)
            if isinstance(child, MappingNode | ListNode):
                yield from marks(each, child, text)


def stands_at(value: Any, place: int, text: str) -> bool:
    """Whether a scalar is written at a place."""
    if not isinstance(value, str):
        return True
    return text[place] in "'\"" or text.startswith(value, place)


@given(DATA.filter(lambda data: data is not None), st.sampled_from([None, True, False]))
def test_what_is_dumped_is_read_back(data: Any, flow: bool | None) -> None:
    text = yaml.safe_dump(
        data, allow_unicode=True, default_flow_style=flow, sort_keys=False, width=100_000
    )
    root = node(text)
    assert same(plain(root), data)
    if isinstance(root, MappingNode | ListNode):
        composed = yaml.compose(text, Loader=yaml.CSafeLoader)
        found = list(marks(composed, root, text))
        assert [ours for _, ours in found] == [theirs for theirs, _ in found]


@given(
    st.from_regex(r"[-+.0-9eExoabF_:infNA]{1,10}", fullmatch=True).filter(
        lambda text: text != "-" and not text.endswith(":")
    )
)
def test_plain_scalars_by_the_core_schema(text: str) -> None:
    value, problems = outcome(f"- {text}\n")
    if not CORE_NUMBER.fullmatch(text):
        assert (value, problems) == ([text], [])
    elif re.fullmatch("[-+]?0[0-9]+", text):
        assert [each.code for each in problems] == ["SC009"]
    elif (text[-1] in "fFnN" and "x" not in text) or math.isinf(as_float(text)):
        assert [each.code for each in problems] == ["SC010"]
    else:
        wanted = int(text, 0) if re.fullmatch("[-+]?[0-9]+|0[ox].*", text) else as_float(text)
        assert problems == []
        assert same(value, [wanted])


def as_float(text: str) -> float:
    return 0.0 if text[:2] in ("0o", "0x") else float(text)


SPEC = """\
name: LeNet  # 1998
input: 32x32x1
defaults: &conv {type: Conv2d, kernel_size: 5}
layers:
  - {<<: *conv, name: c1, out_channels: 6, bias: true}
  - {name: "s2", type: AvgPool2d, kernel_size: 2}
  - branches:
      a: [*conv, {type: ReLU}]
      b: []
    note: |
      folded  text
"""
FRAGMENTS = st.sampled_from(
    [
        *"[]{},:-?#&*!|>'\"%@`\t\n\r\0\x85\ufeff\ud800~😀 ",
        *("<<", "<<: ", "*conv", "&conv ", "!!int ", "---\n", "...\n", "%TAG", "%YAML 1.2\n"),
        *("\\x", "\\ud800", "010", ".nan", "1e400", "null", "true", "\n  ", "\n- ", ": "),
    ]
)


@given(
    st.lists(
        st.tuples(st.integers(0, len(SPEC)), st.integers(0, 6), FRAGMENTS), min_size=1, max_size=6
    ),
    st.sampled_from(list(PARSERS)),
)
def test_no_text_raises(edits: list[tuple[int, int, str]], name: str) -> None:
    text = SPEC
    for start, length, fragment in edits:
        text = text[:start] + fragment + text[start + length :]
    check_reading(text, name)


@given(st.binary() | st.text().map(str.encode), st.sampled_from(list(PARSERS)))
def test_no_bytes_raise(data: bytes, name: str) -> None:
    source = decode(data, "net.yaml")
    if isinstance(source, Problem):
        assert (source.code, source.line >= 1, source.column >= 1) == ("SC001", True, True)
    else:
        check_reading(source.text, name)


def check_reading(text: str, name: str) -> None:
    """No exception; no value without a problem; every place within the text."""
    value, problems = outcome(text, name)
    assert value is not None or problems
    for each in problems:
        assert 0 <= each.place.offset <= len(text)
        assert re.fullmatch(r"SC0\d\d", each.code)
        for _, place in each.related:
            assert place is not None and 0 <= place.offset <= len(text)
