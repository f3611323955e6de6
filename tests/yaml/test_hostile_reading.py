"""Texts that no YAML reader should be trusted with: each is read as it is meant, or refused at
its place, at once.
"""

from __future__ import annotations

import json
import os
from itertools import pairwise
from pathlib import Path

import pytest
from running import check, run

import shapecalc

TOP = "input: 8x8x3\nlayers:\n"
LAYER = TOP + "  - {type: ReLU}\n"


def conv(field: str) -> str:
    """A spec with a convolution of one more field, which begins in column 34 of line 3."""
    return TOP + f"  - {{type: Conv2d, out_channels: {field}, kernel_size: 1}}\n"


ALIASES = "abcdefghijk"
ALIAS_BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n" for before, name in pairwise(ALIASES)
)
MERGE_BOMB = "a: &a {x: 1}\n" + "".join(
    f"{name}: &{name} {{<<: [{', '.join(['*' + before] * 9)}]}}\n"
    for before, name in pairwise(ALIASES)
)

REFUSED: dict[str, tuple[str | bytes, str, str, str]] = {
    "an empty file": ("", "1:1", "SC011", "the document is empty"),
    "blank lines": ("\n  \n\n", "1:1", "SC011", "the document is empty"),
    "only comments": ("# a\n# b\n", "1:1", "SC011", "the document is empty"),
    "a lone marker": ("---\n", "1:1", "SC011", "the document is empty"),
    "a lone byte-order mark": (b"\xef\xbb\xbf", "1:1", "SC011", "the document is empty"),
    "a list": ("- 1\n", "1:1", "SC101", "the spec must be a mapping, not a list"),
    "a text": ("hello\n", "1:1", "SC101", "the spec must be a mapping, not 'hello'"),
    "a number": ("42\n", "1:1", "SC101", "the spec must be a mapping, not 42"),
    "a key twice": ("name: a\n" + LAYER + "name: b\n", "5:1", "SC003", "duplicate key 'name'"),
    "a key that is true": (LAYER + "true: 1\n", "4:1", "SC006", "the boolean true"),
    "a key that is a number": (LAYER + "1: 1\n", "4:1", "SC006", "the number 1"),
    "a key that is null": (LAYER + "null: 1\n", "4:1", "SC006", "a key, got null"),
    "a key that is a list": (LAYER + "? [1]\n: 2\n", "4:3", "SC006", "a key, got a list"),
    "a key that is a mapping": (LAYER + "? {a: 1}\n: 2\n", "4:3", "SC006", "a key, got a mapping"),
    "an hour as a number": (conv("12:30"), "3:34", "SC108", "invalid number '12:30'"),
    "a leading zero": (conv("010"), "3:34", "SC009", "10 in YAML 1.2, 8 in YAML 1.1"),
    "underscores": (conv("1_000"), "3:34", "SC108", "invalid number '1_000'"),
    "binary digits": (conv("0b11"), "3:34", "SC108", "invalid number '0b11'"),
    "not a number": (
        f"arguments: {{a: .nan}}\n{LAYER}",
        "1:16",
        "SC010",
        "a finite number, got .nan",
    ),
    "infinity": (
        f"arguments: {{a: -.inf}}\n{LAYER}",
        "1:16",
        "SC010",
        "a finite number, got -.inf",
    ),
    "a float out of range": (f"arguments: {{a: 1.0e+400}}\n{LAYER}", "1:16", "SC010", "too large"),
    "a decimal of channels": (conv("64.0"), "3:34", "SC104", "an integer of at least 1, not 64.0"),
    "a truth value of channels": (conv("true"), "3:34", "SC104", "of at least 1, not true"),
    "5,000 digits": (conv("9" * 5000), "3:34", "SC008", "integer too large"),
    "5,000 hexadecimal digits": (conv("0x" + "f" * 5000), "3:34", "SC008", "integer too large"),
    "5,000 octal digits": (conv("0o" + "7" * 5000), "3:34", "SC008", "integer too large"),
    "900 digits as a key": (LAYER + "9" * 900 + ": 1\n", "4:1", "SC006", "got the number"),
    "a tag of an integer": (
        "name: !!int ''\n" + LAYER,
        "1:7",
        "SC004",
        "tags are not supported: !!int",
    ),
    "a tag of a truth value": (
        "name: !!bool maybe\n" + LAYER,
        "1:7",
        "SC004",
        "tags are not supported: !!bool",
    ),
    "a tag of a set": (
        "name: !!set {a}\n" + LAYER,
        "1:7",
        "SC004",
        "tags are not supported: !!set",
    ),
    "a tag of bytes": (
        "name: !!binary aGk=\n" + LAYER,
        "1:7",
        "SC004",
        "tags are not supported: !!binary",
    ),
    "a tag that runs a command": (
        "name: !!python/object/apply:os.system ['touch ran']\n" + LAYER,
        "1:7",
        "SC004",
        "tags are not supported: !!python/object/apply:os.system",
    ),
    "a tag of nobody": ("name: !foo\n" + LAYER, "1:7", "SC004", "tags are not supported: !foo"),
    "a tag on a key": (LAYER + "!foo name: a\n", "4:1", "SC004", "tags are not supported: !foo"),
    "a directive of tags": (
        "%TAG ! tag:x,2000:\n---\n" + LAYER,
        "1:1",
        "SC004",
        "tags are not supported: %TAG",
    ),
    "100,000 directives of tags": (
        "%TAG ! tag:x\n" * 100_000,
        "1:1",
        "SC004",
        "tags are not supported: %TAG",
    ),
    "a list in itself": ("blocks: &a [*a]\n" + LAYER, "1:13", "SC007", "&a refers to itself"),
    "a merge of itself": (LAYER + "x: &x\n  <<: *x\n", "5:7", "SC007", "&x refers to itself"),
    "an alias bomb": (ALIAS_BOMB, "7:8", "SC008", "too many nodes from aliases"),
    "a merge bomb": (MERGE_BOMB, "7:37", "SC008", "too many nodes from aliases"),
    "an alias to nothing": (
        "name: &conv a\nabout: *cnv\n" + LAYER,
        "2:8",
        "SC007",
        "no earlier anchor &cnv",
    ),
    "a merge of a number": (
        LAYER + "<<: 1\n",
        "4:5",
        "SC013",
        "expected a mapping or a list of mappings",
    ),
    "a merge of a list of numbers": (
        LAYER + "<<: [1]\n",
        "4:6",
        "SC013",
        "expected a mapping or a list of mappings",
    ),
    "a million brackets": ("[" * 1_000_000, "1:101", "SC005", "nested too deeply"),
    "a million braces": ("{a: " * 1_000_000, "1:401", "SC005", "nested too deeply"),
    "2,000 lists": ("[" * 2000 + "]" * 2000, "1:101", "SC005", "nested too deeply"),
    "2,000 dashes": ("- " * 2000 + "a", "1:201", "SC005", "nested too deeply"),
    "2,000 question marks": ("? " * 2000 + "a", "1:201", "SC005", "nested too deeply"),
    "2,000 indents": (
        "\n".join(" " * depth + "a:" for depth in range(2000)),
        "101:101",
        "SC005",
        "nested too deeply",
    ),
    "a second document": (LAYER + "---\na: 1\n", "4:1", "SC012", "a second document"),
    "a tab that indents": (
        TOP + "\t- {type: ReLU}\n",
        "3:1",
        "SC002",
        "tabs are not allowed for indentation",
    ),
    "a tab that indents a key": (
        "input:\n\ta: 1\n",
        "2:1",
        "SC002",
        "tabs are not allowed for indentation",
    ),
    "a bracket that stays open": (
        "input: 8x8x3\nlayers: [{type: ReLU}\n",
        "2:9",
        "SC002",
        "unclosed [",
    ),
    "a brace that stays open": ("input: {a: 8x8x3\n", "1:8", "SC002", "unclosed {"),
    "a quote that stays open": ('name: "abc\n' + LAYER, "1:7", "SC002", 'unclosed quote "'),
    "an apostrophe that stays open": ("name: 'abc\n" + LAYER, "1:7", "SC002", "unclosed quote '"),
    "UTF-16": (LAYER.encode("utf-16"), "1:1", "SC001", "got UTF-16"),
    "UTF-16 without a mark": (LAYER.encode("utf-16-be"), "1:1", "SC001", "got UTF-16"),
    "UTF-32": (LAYER.encode("utf-32"), "1:1", "SC001", "got UTF-32"),
    "Latin-1": ("name: a\nabout: café\n".encode("latin-1"), "2:11", "SC001", "byte 0xe9"),
    "a NUL": ("name: a\nabout: x\0y\n", "2:9", "SC001", "character U+0000 is not allowed"),
    "an escape character": ("name: a\x1b[31m\n", "1:8", "SC001", "U+001B is not allowed"),
    "half of a surrogate pair": ('name: "\\ud800"\n' + LAYER, "1:10", "SC002", "invalid escape"),
    "no number of a character": (
        'name: "\\UFFFFFFFF"\n' + LAYER,
        "1:10",
        "SC002",
        "invalid escape",
    ),
}

HINTS = {
    "underscores": "write 1000",
    "binary digits": "write 3",
    "a decimal of channels": "write 64",
    "a leading zero": "0o10 for 8",
    "a key twice": "first used here (line 1)",
    "an alias to nothing": "did you mean 'conv'?",
    "UTF-16": "save the file as UTF-8",
    "Latin-1": "save the file as UTF-8",
    "a NUL": "save it as UTF-8",
    "a tab that indents": "use spaces",
    "a list": "name: ..., input: 224x224x3, layers: [...]",
}

SLOW = ("a million brackets", "a million braces")
"""Those whose text is long to show where something fails."""


@pytest.mark.parametrize("name", REFUSED)
def test_is_refused_at_its_place(name: str, tmp_path: Path) -> None:
    text, place, code, words = REFUSED[name]
    status, found = check(text, tmp_path)
    assert status == 1
    (said,) = [each for each in found if each.code == code]
    if code == "SC005" and place == "1:101":
        assert int(said.place.removeprefix("1:")) in (101, 1001)  # libyaml's own limit, or ours
    else:
        assert said.place == place
    assert words in said.message
    assert os.listdir(tmp_path) == ["a.yaml"]


@pytest.mark.slow
def test_a_text_of_more_values_than_any_network_has(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("x: [" + "1," * 2_200_000 + "]\n", encoding="utf-8")
    done = run("check", "a.yaml", "--format", "concise", folder=tmp_path, seconds=10)
    assert done.status == 1
    assert done.out == (
        "a.yaml:1:3145727: error[SC008] too many keys and values: the maximum is 1,572,864, with "
        "those imported\n"
    )


@pytest.mark.parametrize("name", HINTS)
def test_says_what_mends_it(name: str, tmp_path: Path) -> None:
    text = REFUSED[name][0]
    (tmp_path / "a.yaml").write_bytes(text.encode() if isinstance(text, str) else text)
    done = run("table", "a.yaml", folder=tmp_path)
    assert (done.status, done.out) == (1, "")
    assert HINTS[name] in done.err


@pytest.mark.parametrize("name", [name for name in REFUSED if name not in SLOW])
def test_is_a_spec_error_to_python(name: str) -> None:
    text, _, code, _ = REFUSED[name]
    if isinstance(text, bytes):
        pytest.skip("it is no text")
    with pytest.raises(shapecalc.SpecError) as caught:
        shapecalc.loads(text).summary()
    assert code in {problem.code for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("word", "meant"),
    [("no", "false"), ("on", "true"), ("yes", "true"), ("off", "false"), ("Yes", "true")],
)
@pytest.mark.parametrize(
    ("text", "place"),
    [
        (conv("2, bias: {}"), "3:43"),
        (TOP + "  - {{type: MaxPool2d, kernel_size: 1, ceil_mode: {}}}\n", "3:50"),
        (TOP + "  - {{type: ReLU, when: {}}}\n", "3:24"),
        ("arguments: {{f: {{kind: flag, default: {}}}}}\n" + LAYER, "1:38"),
        ("arguments: {{f: {}}}\n" + LAYER, "1:16"),
    ],
    ids=["bias", "ceil_mode", "when", "flag", "shorthand"],
)
def test_a_word_is_no_truth_value(
    text: str, place: str, word: str, meant: str, tmp_path: Path
) -> None:
    spec = text.replace("{{", "{").replace("}}", "}").replace("{}", word)
    (tmp_path / "a.yaml").write_text(spec, encoding="utf-8")
    done = run("table", "a.yaml", folder=tmp_path)
    assert done.status == 1
    assert f" --> a.yaml:{place}\n" in done.err
    assert f"help: write {meant}\n" in done.err


ACCEPTED: dict[str, tuple[str | bytes, list[str]]] = {
    "layers named no and yes": (
        TOP + "  - {name: no, type: ReLU}\n  - {name: yes, type: ReLU, from: no}\n",
        ["no", "yes"],
    ),
    "names that YAML 1.1 takes for others": (
        "name: 2020-13-45\n"
        "about: =\n" + TOP + "  - {name: 2020-13-45, type: ReLU, note: =}\n"
        "  - {name: =, type: ReLU}\n  - {name: 12:30, type: ReLU}\n",
        ["2020-13-45", "=", "12:30"],
    ),
    "octal": (conv("0o10, name: a, expect: 8x8x8"), ["a"]),
    "a float without a point": (
        f"arguments: {{width: 1e3}}\n{conv('width, name: a, expect: 8x8x1000')}",
        ["a"],
    ),
    "a byte-order mark": (b"\xef\xbb\xbf" + LAYER.encode(), ["relu"]),
    "CRLF": (LAYER.replace("\n", "\r\n"), ["relu"]),
    "CR": (LAYER.replace("\n", "\r"), ["relu"]),
    "no line end": (LAYER.rstrip("\n"), ["relu"]),
    "an escaped NUL in a name": (TOP + '  - {name: "a\\0b", type: ReLU}\n', ["a\0b"]),
    "anchors, aliases and merges": (
        TOP + "  - &a {name: a, type: ReLU}\n  - {<<: *a, name: b}\n  - {name: c, <<: [*a]}\n",
        ["a", "b", "c"],
    ),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_is_read_as_it_is_meant(name: str, tmp_path: Path) -> None:
    text, names = ACCEPTED[name]
    assert check(text, tmp_path) == (0, [])
    done = run("export", "a.yaml", "--to", "json", folder=tmp_path)
    assert (done.status, done.err) == (0, "")
    assert [layer["name"] for layer in json.loads(done.out)["layers"]] == names


def test_columns_are_right_behind_a_byte_order_mark(tmp_path: Path) -> None:
    text = b"\xef\xbb\xbf" + b"input: [8, 8, -3]\nlayers: []\n"
    assert [said.place for said in check(text, tmp_path)[1]] == ["1:8"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_snippet_holds_no_line_end(end: str, tmp_path: Path) -> None:
    text = (TOP + "  - {type: Nope}\n  - {type: ReLU}\n").replace("\n", end)
    (tmp_path / "a.yaml").write_bytes(text.encode())
    done = run("table", "a.yaml", folder=tmp_path)
    assert done.status == 1
    assert " --> a.yaml:3:12\n" in done.err
    assert "\n3 |   - {type: Nope}\n  |            ^^^^\n" in done.err
    assert "\r" not in done.err
    assert "\\r" not in done.err
