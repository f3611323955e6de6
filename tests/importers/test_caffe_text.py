"""The text format of protocol buffers, and what is no such text: located, bounded, in time."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable

import pytest
from caffe_networks import FILES, imported

from shapecalc.importers.caffe.message import EnumName, ProtoMessage
from shapecalc.importers.caffe.text_format import parse_proto
from shapecalc.limits import MAXIMUM_DEPTH, MAXIMUM_PROTO_VALUES
from shapecalc.problems.problem import Refusal, SpecError


def values(text: str) -> list[object]:
    return [value.content for value in parse_proto(text).fields["a"]]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a: 1", [1]),
        ("a:1 a : 2, a: 3; a:4", [1, 2, 3, 4]),
        ("a: [1, 2] a: 3", [1, 2, 3]),
        ("a: []", []),
        ("# a: 1\na: 2# a: 3", [2]),
        ("a: -7 a: - 7", [-7, -7]),
        ("a: 0x1F a: -0XfF", [31, -255]),
        ("a: 017 a: 00 a: -010", [15, 0, -8]),
        ("a: 1.5 a: .5 a: 2. a: 1e3 a: -2.5E-1 a: 3f a: 1e2F", [1.5, 0.5, 2, 1000, -0.25, 3, 100]),
        ("a: -inf a: -Infinity", [-float("inf"), -float("inf")]),
        ("a: inf a: nan a: MAX a: true", ["inf", "nan", "MAX", "true"]),
        ("a: 'b\"c' a: \"d'e\"", ['b"c', "d'e"]),
        ("a: 'one ' \"two\"\n'three'", ["one twothree"]),
        (r"a: '\n\t\\\'\"\?\a\x41\101\u00e9\U0001F600'", ["\n\t\\'\"?\aAA\u00e9\U0001f600"]),
        (r"a: '\ud800\U00110000'", ["\ufffd\ufffd"]),
    ],
)
def test_values_are_those_of_the_text(text: str, wanted: list[object]) -> None:
    assert values(text) == wanted


def test_words_without_quotes_are_no_texts() -> None:
    word, text = values("a: MAX a: 'MAX'")
    assert isinstance(word, EnumName) and not isinstance(text, EnumName)


@pytest.mark.parametrize(
    "text",
    [
        "a { b: 1 } a: { b: 2 }",
        "a < b: 1 >; a: < b: 2 >,",
        "a: [{ b: 1 }, < b: 2 >]",
        "a [{ b: 1 }, { b: 2 }]",
        "a{b:1}a{b:2}",
        "[some.extension]: { c { } } a { b: 1 } a { [x.y/z] { } b: 2 }",
    ],
)
def test_messages_are_in_any_brackets(text: str) -> None:
    found = []
    for message in values(text):
        assert isinstance(message, ProtoMessage)
        found.append(message.integer("b", 0))
    assert found == [1, 2]


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("a", 1, "expected ':' and a value, the file ends"),
        ("a 1", 2, "expected ':' and a value, found '1'"),
        ("a: ", 3, "expected a value, the file ends"),
        ("a: }", 3, "expected a value, found '}'"),
        ("a [1]", 3, "expected ':' and a value, found '1'"),
        ("a { b: 1 ", 9, "expected the name of a field, the file ends"),
        ("a { >", 4, "expected the name of a field, found '>'"),
        ("a < b: 1 }", 9, "expected the name of a field, found '}'"),
        ("}", 0, "expected the name of a field, found '}'"),
        ("a: 1 : 2", 5, "expected the name of a field, found ':'"),
        ("a: [1 2]", 6, "expected ',' or ']', found '2'"),
        ("a: [1,]", 6, "expected a value, found ']'"),
        ("a: [[1]]", 4, "expected a value, found '['"),
        ("a: 1;; b: 2", 5, "expected the name of a field, found ';'"),
        ("a: 'b\n'", 3, "a text in quotes does not end on its line"),
        ("a: 'b\\", 3, "a text in quotes does not end on its line"),
        ("a: 1x", 3, "unexpected character '1'"),
        ("a: 1.2.3", 3, "unexpected character '1'"),
        ("a: 089", 3, "089 is no octal number"),
        ("a: @", 3, "unexpected character '@'"),
        ("a: \0", 3, r"unexpected character '\x00'"),
        ("[a: 1", 0, "expected the name of a field, found '['"),
        ("a: " + "9" * 50, 3, f"the number '{'9' * 35}...' is too long"),
    ],
)
def test_what_is_no_text_is_refused_at_its_place(text: str, offset: int, message: str) -> None:
    with pytest.raises(Refusal) as raised:
        parse_proto(text)
    assert (raised.value.code, raised.value.message) == ("SC501", message)
    assert raised.value.offset == offset


READ: list[tuple[Callable[[ProtoMessage], object], str, str]] = [
    (lambda a: a.integer("a", 0), "1.5", "a: expected a whole number, found 1.5"),
    (lambda a: a.integer("a", 0), "'1'", "a: expected a whole number, found '1'"),
    (lambda a: a.integer("a", 0), "{ }", "a: expected a whole number, found a message"),
    (lambda a: a.integer("a", 0), "-1", "a is -1, but from 0 to 2147483647 is allowed"),
    (lambda a: a.integers("a"), "[1, 2147483648]", "a is 2147483648, but from 0 to 2147483647"),
    (lambda a: a.number("a", 0), "x", "a: expected a number, found 'x'"),
    (lambda a: a.flag("a", True), "2", "a: expected true or false, found 2"),
    (lambda a: a.flag("a", True), "'true'", "a: expected true or false, found 'true'"),
    (lambda a: a.text("a"), "true", "a: expected a text in quotes, found 'true'"),
    (lambda a: a.message("a"), "1", "a: expected a message in braces, found 1"),
    (lambda a: a.word("a", {"X": 0, "Y": 1}, "X"), "Z", "a: expected one of X, Y, found 'Z'"),
    (lambda a: a.word("a", {"X": 0}, "X"), "'X'", "a: expected one of X, found 'X'"),
    (lambda a: a.integer("a", 0), "1 a: 2", "a is given more than once"),
]


@pytest.mark.parametrize(("read", "text", "message"), READ)
def test_values_of_another_kind_are_refused(
    read: Callable[[ProtoMessage], object], text: str, message: str
) -> None:
    with pytest.raises(Refusal) as raised:
        read(parse_proto(f"a: {text}"))
    assert raised.value.message.startswith(message)
    assert raised.value.offset is not None and raised.value.offset >= 3


def test_values_may_be_written_in_other_ways() -> None:
    message = parse_proto("a: t b: False c: 0 d: inf e: 1 f: -1.5")
    assert message.flag("a", False) and not message.flag("b", True) and not message.flag("c", True)
    assert message.number("d", 0) == float("inf") and message.number("f", 0) == -1.5
    assert message.word("e", {"X": 0, "Y": 1}, "X") == "Y"


# ---------------------------------------------------------------- hostile texts

_LAYER = 'layer { name: "x" type: "ReLU" bottom: "data" top: "x" '
_INPUT = 'input: "data" input_shape { dim: 1 dim: 3 dim: 8 dim: 8 } '

HOSTILE = {
    "nesting": ("layer {\n" + "a {" * 100_000, "nested more than 100 deep"),
    "lists": (_LAYER + "a: " + "[" * 100_000, "expected a value, found '['"),
    "values": ("layer { }\n" + "a:1 " * 500_000, "more than 250,000 values"),
    "one line": ("layer { name: '" + "x" * 8_000_000 + "' bottom: 'y' }", "layer 'xxx"),
    "one number": ("layer { a: " + "1" * 8_000_000, "is too long"),
    "one name": ("layer { " + "a" * 8_000_000, "expected ':' and a value"),
    "quotes": ("layer { a: " + '"x" ' * 400_000, "the file ends"),
    "escapes": ("layer { a: '" + "\\" * 4_000_001 + "'", "does not end on its line"),
    "comments": ("layer { }" + "#\n" * 4_000_000 + "}", "expected the name of a field"),
    "spaces": ("layer { }" + " " * 16_000_000 + "}", "expected the name of a field"),
    "extension": ("layer { }\n[" + "a" * 8_000_000, "expected the name of a field"),
    "sizes": (
        'input: "data" input_dim: [1, 2147483647, 2147483647, 2147483647] ' + _LAYER + "}",
        "more than 2^63 - 1 elements",
    ),
    "outputs": (
        _INPUT + _LAYER.replace("ReLU", "Convolution")
        + "convolution_param { num_output: 2147483647 kernel_size: [2147483647, 1] } }",
        "kernel_size 2147483647 is larger than",
    ),
    "itself": (_LAYER.replace("data", "x") + "}", "which no layer before makes"),
    "tops": (
        _INPUT + 'layer { name: "x" type: "Slice" bottom: "data" '
        + "".join(f'top: "t{number}" ' for number in range(100_000)) + "}",
        "100000 equal parts are not made of 3",
    ),
    "nul": (_INPUT + _LAYER + "\0 }", "unexpected character"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_end_in_an_error_in_time(name: str) -> None:
    text, message = HOSTILE[name]
    start = time.process_time()
    with pytest.raises(SpecError) as raised:
        imported(text.encode())
    assert time.process_time() - start < 2
    problem = raised.value.problems[0]
    assert message in problem.message and len(problem.message) < 300


@pytest.mark.slow  # as every allocation is traced
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_take_little_memory(name: str) -> None:
    data = HOSTILE[name][0].encode()
    tracemalloc.start()
    try:
        with pytest.raises(SpecError):
            imported(data)
        assert tracemalloc.get_traced_memory()[1] < 300_000_000
    finally:
        tracemalloc.stop()


def test_bytes_that_are_no_utf_8_stand_in_comments() -> None:
    data = "# gr\u00f6\u00dfer\n".encode("latin-1") + (FILES / "plain.prototxt").read_bytes()
    assert imported(data).network.name == "plain"


def test_a_byte_order_mark_is_no_name() -> None:
    data = "\ufeff".encode() + (FILES / "plain.prototxt").read_bytes() + b"\nlayer { name: 1 }"
    with pytest.raises(SpecError) as raised:
        imported(data)
    problem = raised.value.problems[0]
    lines = data.decode().splitlines()
    assert (problem.line, problem.column) == (len(lines), lines[-1].index("1") + 1)


def test_the_limits_are_reached_and_no_further() -> None:
    assert parse_proto("a {" * MAXIMUM_DEPTH + "}" * MAXIMUM_DEPTH)
    assert len(values("a:1 " * MAXIMUM_PROTO_VALUES)) == MAXIMUM_PROTO_VALUES
