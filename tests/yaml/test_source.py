"""YAML text to values and problems: what is accepted, what is refused, where and in what words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from running import program
from source_reading import Found, outcome, places, same, with_both_parsers
from yaml.error import MarkedYAMLError

from shapecalc import limits
from shapecalc.limits import MAXIMUM_BYTES, MAXIMUM_PROBLEMS
from shapecalc.text.source import Source
from shapecalc.yaml.syntax_errors import syntax_problem

ACCEPTED = {
    "words that YAML 1.1 reads as truth values": (
        "[no, on, yes, Off, y, n]",
        ["no", "on", "yes", "Off", "y", "n"],
    ),
    "truth values": (
        "[true, True, TRUE, false, False, FALSE]",
        [True, True, True, False, False, False],
    ),
    "mixed case is text": ("[tRue, nUll]", ["tRue", "nUll"]),
    "null": ("[null, Null, NULL, ~, ]", [None, None, None, None]),
    "null in a block": ("a:\nb: ~\n", {"a": None, "b": None}),
    "sexagesimal is text": ("[12:30, 1:2:3]", ["12:30", "1:2:3"]),
    "octal": ("[0o10, 0o0, 0o777]", [8, 0, 511]),
    "hexadecimal": ("[0xff, 0xFF, 0x0]", [255, 255, 0]),
    "integers": ("[0, 7, -7, +7, -0]", [0, 7, -7, 7, 0]),
    "the largest integers": (
        "[9223372036854775807, -9223372036854775807, 0x7fffffffffffffff]",
        [2**63 - 1, 1 - 2**63, 2**63 - 1],
    ),
    "an integer with zeros in front, in base 16": ("0x" + "0" * 5000 + "1", 1),
    "floats": (
        "[1e3, 1.0, .5, -0.5, 1., 1.e2, 1E-2, +1.5]",
        [1000.0, 1.0, 0.5, -0.5, 1.0, 100.0, 0.01, 1.5],
    ),
    "64.0 is a float": ("64.0", 64.0),
    "other notations are text": (
        "[1_000, 0b11, 0xg, 0o8, 0x, 0o, -0x1, 1e, e3, ., -, +., 1-2, 1.2.3, --1]",
        [
            *("1_000", "0b11", "0xg", "0o8", "0x", "0o", "-0x1", "1e", "e3", "."),
            *("-", "+.", "1-2", "1.2.3", "--1"),
        ],
    ),
    "digits of other scripts are text": ("[１, ٣, 1²]", ["１", "٣", "1²"]),
    "shapes are text": ("[224x224x3, 1x7]", ["224x224x3", "1x7"]),
    "dates are text": ("[2020-13-45, 2020-12-31]", ["2020-13-45", "2020-12-31"]),
    "= and << as values are text": ("[=, <<, {a: <<}]", ["=", "<<", {"a": "<<"}]),
    "quoted scalars are text": (
        """['1', "true", '', '~', "1e3", '010']""",
        ["1", "true", "", "~", "1e3", "010"],
    ),
    "block scalars are text": ("a: |\n  1\nb: >-\n  true\n", {"a": "1\n", "b": "true"}),
    "quoted keys": ("{'1': a, \"true\": b, '<<': c}", {"1": "a", "true": "b", "<<": "c"}),
    "a scalar as root": ("conv", "conv"),
    "a list as root": ("- 1\n", [1]),
    "a byte-order mark": ("\ufeffa: 1", {"a": 1}),
    "directives": ("%YAML 1.2\n---\na: 1\n...\n", {"a": 1}),
    "carriage returns": ("a: 1\rb: 2\r", {"a": 1, "b": 2}),
    "an alias": ("a: &x 64\nb: *x\n", {"a": 64, "b": 64}),
    "an anchor given twice": ("[&x 1, *x, &x 2, *x]", [1, 1, 2, 2]),
    "an anchor given again inside of itself": ("[&x [&x 1], *x]", [[1], 1]),
    "an alias to a text as key": ("[&x a, {*x : 1}]", ["a", {"a": 1}]),
    "a merge": (
        "- &x {a: 1, b: 2}\n- {<<: *x, b: 3}\n",
        [{"a": 1, "b": 2}, {"a": 1, "b": 3}],
    ),
    "a merge stands where it is written": (
        "- &x {a: 1, b: 2}\n- {c: 3, <<: *x, d: 4}\n",
        [{"a": 1, "b": 2}, {"c": 3, "a": 1, "b": 2, "d": 4}],
    ),
    "an earlier merge wins": (
        "- &x {a: 1}\n- &y {a: 2, b: 2}\n- {<<: [*x, *y]}\n- {<<: *y, <<: *x}\n",
        [{"a": 1}, {"a": 2, "b": 2}, {"a": 1, "b": 2}, {"a": 2, "b": 2}],
    ),
    "a merge of a merge": (
        "- &x {a: 1}\n- &y {<<: *x, b: 2}\n- {<<: *y}\n",
        [{"a": 1}, {"a": 1, "b": 2}, {"a": 1, "b": 2}],
    ),
    "a merge of a mapping written in place": ("{<<: {a: 1}, b: 2}", {"a": 1, "b": 2}),
    "nested as deep as is allowed": ("[" * 100 + "]" * 100, json.loads("[" * 100 + "]" * 100)),
}


@with_both_parsers
@pytest.mark.parametrize(("text", "wanted"), ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(text: str, wanted: Any, parser: str) -> None:
    value, problems = outcome(text, parser)
    assert problems == []
    assert same(value, wanted)


REFUSED: dict[str, tuple[str, Any, list[Found]]] = {
    "an empty file": ("", None, [("SC011", 1, 1)]),
    "only comments": ("# a\n\n# b", None, [("SC011", 1, 1)]),
    "a lone document mark": ("---\n", None, [("SC011", 1, 1)]),
    "a null document": ("~", None, [("SC011", 1, 1)]),
    "a key given twice": ("a: 1\nb: 2\na: 3\n", {"a": 1, "b": 2}, [("SC003", 3, 1)]),
    "a key given three times": (
        "{a: 1, a: 2, 'a': 3, b: 4}",
        {"a": 1, "b": 4},
        [("SC003", 1, 8), ("SC003", 1, 14)],
    ),
    "keys that are not text": (
        "true: 1\n1: 2\nnull: 3\n010: 4\n.nan: 5\nx: 6\n",
        {"x": 6},
        [("SC006", line, 1) for line in range(1, 6)],
    ),
    "an anchored empty key": ("{&a : 1, b: 2}", {"b": 2}, [("SC006", 1, 2)]),
    "a list as key": ("? [1]\n: 2\nb: 3\n", {"b": 3}, [("SC006", 1, 3)]),
    "a mapping as key": ("{{a: 1}: 2, b: 3}", {"b": 3}, [("SC006", 1, 2)]),
    "an alias to a number as key": (
        "- &x 1\n- {*x : 1, b: 2}\n",
        [1, {"b": 2}],
        [("SC006", 2, 4)],
    ),
    "ambiguous integers": (
        "[010, -07, 08, 00, +01]",
        [None] * 5,
        [("SC009", 1, column) for column in (2, 7, 12, 16, 20)],
    ),
    "not finite": (
        "[.nan, .inf, -.INF, +.Inf, 1.0e+400, -1e999]",
        [None] * 6,
        [("SC010", 1, column) for column in (2, 8, 14, 21, 28, 38)],
    ),
    "too large": (
        "- 9223372036854775808\n- -9223372036854775808\n- 0x8000000000000000\n"
        "- 0o1000000000000000000000\n",
        [None] * 4,
        [("SC008", line, 3) for line in range(1, 5)],
    ),
    "thousands of digits": (
        f"- {'9' * 5000}\n- 0x{'f' * 5000}\n- 0o{'7' * 5000}\n- {'9' * 5000}.5\n",
        [None] * 4,
        [("SC008", line, 3) for line in range(1, 5)],
    ),
    "tags": (
        "- !!int ''\n- !!bool maybe\n- !foo x\n- ! x\n- !!python/object/apply:os.system [ls]\n"
        "- !!binary aGk=\n- !!set {x}\n- !<y> x\n- !!null\n",
        ["", "maybe", "x", "x", ["ls"], "aGk=", {"x": None}, "x", None],
        [("SC004", line, 3) for line in range(1, 10)],
    ),
    "a tag behind an anchor, and before one": (
        "[&a !foo x, !foo &b y, *a, *b]",
        ["x", "y", "x", "y"],
        [("SC004", 1, 5), ("SC004", 1, 13)],
    ),
    "a tag on a key": ("!foo a: 1", {"a": 1}, [("SC004", 1, 1)]),
    "an unknown tag handle": ("a: !x!y z", None, [("SC004", 1, 4)]),
    "a directive that declares tags": ("# x\n%TAG !a! b\n---\n", None, [("SC004", 2, 1)]),
    "such a directive further on": ("a: 1\n...\n%TAG !a! b\n---\n", None, [("SC004", 3, 1)]),
    "a list within itself": ("&a [1, *a]", [1, None], [("SC007", 1, 8)]),
    "a mapping merged into itself": ("&x\n<<: *x\nb: 1\n", {"b": 1}, [("SC007", 2, 5)]),
    "a list of merges with itself": (
        "- &y {a: 1}\n- &x {<<: [*y, *x]}\n",
        [{"a": 1}, {"a": 1}],
        [("SC007", 2, 16)],
    ),
    "an alias to nothing": ("[&width 3, *widht]", [3, None], [("SC007", 1, 12)]),
    "an alias to nothing as key": ("{*a : 1, b: 2}", {"b": 2}, [("SC007", 1, 2)]),
    "an alias before its anchor": ("[*x, &x 1]", [None, 1], [("SC007", 1, 2)]),
    "a merge of a number": ("<<: 1\nb: 2\n", {"b": 2}, [("SC013", 1, 5)]),
    "a merge of nothing": ("<<:\nb: 2\n", {"b": 2}, [("SC013", 1, 4)]),
    "a merge of a list of other things": (
        "<<: [{a: 1}, x, 2]\nb: 2\n",
        {"a": 1, "b": 2},
        [("SC013", 1, 14), ("SC013", 1, 17)],
    ),
    "nested too deep": ("[" * 101 + "]" * 101, None, [("SC005", 1, 101)]),
    "nested too deep in a block": ("- " * 101 + "a", None, [("SC005", 1, 201)]),
    "indented too deep": (
        "".join(f"{'  ' * depth}k:\n" for depth in range(2000)),
        None,
        [("SC005", 101, 201)],
    ),
    "two documents": ("a: 1\n---\nb: 2\n", {"a": 1}, [("SC012", 2, 1)]),
    "two empty documents": ("---\n---\n", None, [("SC012", 2, 1)]),
    "a NUL": ("a: 1\nb: x\0y\n", None, [("SC001", 2, 5)]),
    "a control character": ("a: 1\nb: '\x1b[31m'\n", None, [("SC001", 2, 5)]),
    "a C1 control character": ("é😀: \x9b", None, [("SC001", 1, 5)]),
    "half of a surrogate pair": ("a: 😀\ud800", None, [("SC001", 1, 5)]),
    "a tab as indent": ("a:\n\tb: 1\n", None, [("SC002", 2, 1)]),
    "a tab as indent further on": ("a:\n  b: 1\n\tc: 1\n", None, [("SC002", 3, 1)]),
    "a tab in a block scalar": ("a: |\n\tb\n", None, [("SC002", 2, 1)]),
    "an unclosed list": ("a:\n  - [1, 2\n  - 3\nb: 4\n", None, [("SC002", 2, 5)]),
    "an unclosed list at the end": ("a: [1, 2", None, [("SC002", 1, 4)]),
    "an unclosed list of nothing": ("a: [", None, [("SC002", 1, 4)]),
    "an unclosed list behind a comma": ("a: [1,\n", None, [("SC002", 1, 4)]),
    "an unclosed list before an item": ("a: [1,\n- 2\n", None, [("SC002", 1, 4)]),
    "an unclosed list before a key": ("a: [1, 2\nb:\n  - {c: 1}\n", None, [("SC002", 1, 4)]),
    "an unclosed mapping": ("- {a: 1\n- {b: 2}\n", None, [("SC002", 1, 3)]),
    "an unclosed quote": ("a: 1\nb: 'x\nc: d\n", None, [("SC002", 2, 4)]),
    "an unclosed double quote": ('a: "x\n---\n', None, [("SC002", 1, 4)]),
    "a missing comma": ("{name: a type: b}", None, [("SC002", 1, 14)]),
    "a second colon": ("note: kernel: 3\n", None, [("SC002", 1, 13)]),
    "a key that is indented too deep": ("a: 1\n  b: 2\n", None, [("SC002", 2, 4)]),
    "a key that is indented too little": ("  a: 1\nb: 2\n", None, [("SC002", 2, 1)]),
    "a key that is indented like none before": (
        "a:\n  - b: 1\n    c: 2\n   d: 3\n",
        None,
        [("SC002", 4, 4)],
    ),
    "a key without its colon": ("a: 1\nb\n", None, [("SC002", 2, 1)]),
    "a key in a list": ("- a\nb: 1\n", None, [("SC002", 2, 1)]),
    "a list item among keys": ("a: 1\n- b\n", None, [("SC002", 2, 1)]),
    "a list item behind a key": ("a: - b\n", None, [("SC002", 1, 4)]),
    "a question mark": ("a: ?\n", None, [("SC002", 1, 4)]),
    "text behind a quote": ("a: 'b' c\n", None, [("SC002", 1, 8)]),
    "text that starts with @": ("a: @b\n", None, [("SC002", 1, 4)]),
    "text that starts with %": ("a: %b\n", None, [("SC002", 1, 4)]),
    "text that starts with *": ("a: *.b\n", None, [("SC002", 1, 4)]),
    "text that starts with &": ("a: & b\n", None, [("SC002", 1, 4)]),
    "text that starts with ]": ("a: ]\n", None, [("SC002", 1, 4)]),
    "text behind a block indicator": ("a: |b\n", None, [("SC002", 1, 5)]),
    "an escape that is not one": (r'a: "\q"', None, [("SC002", 1, 5)]),
    "an escape without its digits": (r'a: "\xZZ"', None, [("SC002", 1, 7)]),
    "an escape beyond all characters": (r'a: "\UFFFFFFFF"', None, [("SC002", 1, 7)]),
    "another version of YAML": ("%YAML 2.0\n---\na\n", None, [("SC002", 1, 1)]),
    "a version given twice": ("%YAML 1.2\n%YAML 1.2\n---\n", None, [("SC002", 2, 1)]),
}


@with_both_parsers
@pytest.mark.parametrize(("text", "wanted", "found"), REFUSED.values(), ids=REFUSED)
def test_refused(text: str, wanted: Any, found: list[Found], parser: str) -> None:
    value, problems = outcome(text, parser)
    assert places(problems) == found
    assert same(value, wanted)
    for each in problems:
        assert len(each.message) < 150
        assert "\n" not in each.message


WORDS = {
    "a: 010": ["10", "0o10", "8"],
    "a: 1\na: 2": ["'a'", "duplicate"],
    "true: 1": ["'true'", "quotes"],
    "[&width 3, *widht]": ["did you mean 'width'?"],
    "a:\n\tb: 1": ["use spaces"],
    "a: 'x": ["unclosed", "''"],
    "a: [1": ["unclosed", "]"],
    "{a: 1": ["unclosed", "}"],
    "a: b: c": ["': '", "quote"],
    "a: `b`": ["`", "quote"],
    "a: !foo b": ["!foo", "tags"],
    "a: .inf": [".inf", "finite"],
    "a: x\x07": ["U+0007", "remove"],
    "<<: 1": ["<<", "*name"],
}


@with_both_parsers
@pytest.mark.parametrize("text", WORDS)
def test_words_of_a_problem(text: str, parser: str) -> None:
    _, problems = outcome(text, parser)
    said = f"{problems[0].message} {problems[0].hint}"
    assert [word for word in WORDS[text] if word not in said] == []


def test_duplicate_key_names_its_first_place() -> None:
    _, (problem,) = outcome("a: 1\nb: 2\n  # here\na: 3\n")
    assert [(text, place and (place.line, place.column)) for text, place in problem.related] == [
        ("first used here", (1, 1))
    ]


def test_unclosed_bracket_tells_where_the_reading_stops() -> None:
    _, (problem,) = outcome("a: [1\nb: 2\n")
    (related,) = problem.related
    assert related[0] == "stopped reading here"


@with_both_parsers
def test_half_of_a_surrogate_pair_cannot_be_written_as_an_escape(parser: str) -> None:
    value, problems = outcome(r'a: "\ud83d\ude00"', parser)  # places differ by parser
    assert value is None
    assert [each.code for each in problems] == ["SC002"]


def test_an_unknown_complaint_passes_through() -> None:
    source = Source("<text>", "a: 1\n")
    error = MarkedYAMLError("while looking", None, "found a surprise", None)
    problem = syntax_problem(error, source, 0)
    assert (problem.code, problem.message) == ("SC002", "while looking: found a surprise")


@with_both_parsers
def test_problems_of_several_kinds_come_together(parser: str) -> None:
    _, problems = outcome("a: 010\na: !x 1\n1: *y\nb: [\n", parser)
    assert places(problems) == [
        ("SC009", 1, 4),
        ("SC003", 2, 1),
        ("SC004", 2, 4),
        ("SC006", 3, 1),
        ("SC007", 3, 4),
        ("SC002", 4, 4),
    ]


@with_both_parsers
def test_reading_stops_after_so_many_problems(parser: str) -> None:
    value, problems = outcome("- .nan\n" * 1000, parser)
    assert value is None
    assert len(problems) == MAXIMUM_PROBLEMS + 1
    assert problems[-1].code == "SC008"


ALIAS_BOMB = "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9 if level else ['x'] * 9)}]\n"
    for level in range(10)
)
MERGE_BOMB = "".join(
    f"a{level}: &a{level} {{<<: [{', '.join([f'*a{level - 1}'] * 9)}]}}\n"
    if level
    else "a0: &a0 {b: 1, c: 2}\n"
    for level in range(10)
)


@with_both_parsers
@pytest.mark.parametrize("text", [ALIAS_BOMB, MERGE_BOMB], ids=["aliases", "merges"])
def test_bombs_are_refused(text: str, parser: str) -> None:
    value, problems = outcome(text, parser)
    assert value is None
    assert [each.code for each in problems] == ["SC008"]


def test_only_copies_count_towards_their_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAXIMUM_COPIES", 10)
    nodes = ", ".join("x" * 50)
    assert outcome(f"[{nodes}]")[1] == []
    assert outcome("[&a [1, 2, 3, 4, 5], *a, *a]")[1] == []
    assert places(outcome("[&a [1, 2, 3, 4, 5], *a, *a, &b [6], *b]")[1]) == [("SC008", 1, 38)]
    assert places(outcome("[&a [1, [2, 3]], *a, *a, *a]")[1]) == [("SC008", 1, 26)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 1_000_000, "SC005"),
        ("{a: " * 100_000, "SC005"),
        ("- " * 100_000, "SC005"),
        ("%TAG !a! b\n" * 100_000 + "---\na: 1\n", "SC004"),
        ("a: 1\n... # x\n\n" + "%TAG !a! b\n" * 100_000, "SC004"),
        ("x" * (MAXIMUM_BYTES + 1), "SC008"),
        ("# \u5377" + "x" * (MAXIMUM_BYTES // 4), "SC008"),
        ("9" * 1_000_000, "SC008"),
        ("." + "9" * 1_000_000, "SC008"),
        ("- *x\n" * 100_000, "SC007"),
    ],
    ids=lambda value: value[:12].strip(),
)
def test_large_texts_end(text: str, code: str) -> None:
    value, problems = outcome(text)
    assert value is None
    assert problems[0].code == code


def test_the_python_parser_serves_where_libyaml_is_missing() -> None:
    code = (
        "import yaml; del yaml.CSafeLoader\n"
        "from shapecalc.text.source import Source\n"
        "from shapecalc.yaml import reader\n"
        "problems = []\n"
        "root = reader.read_yaml(Source('<text>', 'a: [1, no]'), problems)\n"
        "print(reader.Parser.__name__, root.values['a'].values, problems)"
    )
    assert program(code).out == "CheckedSafeLoader [1, 'no'] []\n"
