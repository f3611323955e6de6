"""The schema in an editor: what the YAML language server completes, shows and reports with it.

Every type and every one of its fields is asked for. The server is a program of npm's, which
`.ci/run` installs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import language_server
import pytest
from folders import SPECS
from language_server import LanguageServer, Message

from shapecalc import bundled, layers
from shapecalc.language.arguments import KINDS
from shapecalc.language.expectations import AMOUNTS
from shapecalc.language.keys import COMMON_KEYS
from shapecalc.language.notes import in_language
from shapecalc.layers.base import Layer, LayerType
from shapecalc.layers.fields import FalseOnly, Word, one_of
from shapecalc.reference.layer_types import (
    all_names,
    default_text,
    field_sentence,
    find_block,
    find_network,
)
from shapecalc.reference.schema import schema

RIGHT = [*sorted(Path(bundled.folder()).rglob("*.yaml")), *sorted((SPECS / "ok").glob("*.yaml"))]

MODES = ("nearest", "linear", "bilinear", "bicubic", "trilinear", "area", "nearest-exact")

NO_TYPE = "no layer type or block has this name; see `shapecalc layers`"
NO_LAYER_TYPE = "no layer type has this name; see `shapecalc layers`"
WORD = "neither a word that means something here nor an argument: this file has none"
JOIN = "join must be concat, add, multiply or none"
KIND = f"kind must be {one_of([*KINDS])}"
SHAPE = "a shape is written channels last: 224x224x3, [224, 224, 3], or 1000 for a vector"
AMOUNT = "an amount is written as 6624904, 6_624_904, 7M or 35 MiB"
COLUMN = "no column has this key; see `shapecalc table --columns help`"
ARGUMENT = "an argument has a name of letters, digits and _, which is no word of the language"


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[LanguageServer]:
    if language_server.PROGRAM is None and not request.config.getoption("need_language_server"):
        pytest.skip("yaml-language-server is not installed")
    path = tmp_path_factory.mktemp("schema") / "shapecalc.schema.json"
    path.write_text(json.dumps(schema()), encoding="utf-8")
    running = LanguageServer(path)
    yield running
    running.close()


def layer_type(name: str) -> LayerType:
    found = layers.find_type(name)
    assert found is not None
    return found


def keys_of(name: str) -> dict[str, bool]:
    """The fields of a type or the arguments of a block, and which of them must be written."""
    if name in bundled.block_names():
        return {key: argument.required for key, argument in find_block(name).arguments.items()}
    return {key: field.required for key, field in layer_type(name).fields.items()}


def blocks_of(name: str) -> set[str]:
    """The arguments of a block whose values are blocks, or types with fields."""
    arguments = find_block(name).arguments if name in bundled.block_names() else {}
    return {key for key, argument in arguments.items() if argument.kind in ("block", "type")}


def item(name: str, others: dict[str, object]) -> str:
    """A spec with one item: what its type requires, and other keys, None for one that is left out.
    It begins in line 3, and each key has a line."""
    keys: dict[str, object] = {"type": name}
    for key, required in keys_of(name).items():
        field = None if name in bundled.block_names() else layer_type(name).fields[key]
        if required:
            keys[key] = field.words[0] if isinstance(field, Word) else "in_channels"
    keys = {key: value for key, value in (keys | others).items() if value is not None}
    lines = [f"{key}: {json.dumps(value)}" for key, value in keys.items()]
    return "input: 8x8x3\nlayers:\n  - " + "\n    ".join(lines) + "\n"


def misspelled(key: str) -> str:
    """A key with its first letter twice."""
    return key[0] + key


def line_of(text: str, key: str) -> int:
    """The line of a key of the item, behind a line that names the schema."""
    return text[: text.index(f"    {key}: ")].count("\n") + 1


def said(server: LanguageServer, texts: dict[Case, str]) -> dict[Case, list[Message]]:
    """What the server says of each text."""
    return dict(zip(texts, server.messages_of(texts.values()), strict=True))


Case = tuple[str, str]
"""A type and one of its keys."""

IN_ALL_FILES = pytest.mark.parametrize("arguments", ["", "arguments: {width: 1}\n"])
"""Where there are none, a word is not an expression."""

CASES: list[Case] = [(name, key) for name in all_names() for key in keys_of(name)]


def test_what_is_right_has_no_message(server: LanguageServer) -> None:
    texts = [item(name, {}) for name in all_names()]
    texts += [path.read_text("utf-8") for path in RIGHT]
    assert [found for found in server.messages_of(texts) if found] == []


@IN_ALL_FILES
def test_a_misspelled_field_has_one_message(arguments: str, server: LanguageServer) -> None:
    cases = [*CASES, *((name, key) for name in all_names() for key in ("name", "repeat"))]
    texts = {
        (name, key): item(name, {key: None, misspelled(key): "in_channels"}) + arguments
        for name, key in cases
    }
    assert said(server, texts) == {
        (name, key): [
            Message(
                line_of(text, misspelled(key)),
                5,
                f"Property {misspelled(key)} is not allowed.",
                name,
            )
        ]
        for (name, key), text in texts.items()
    }


def test_a_missing_field_has_one_message(server: LanguageServer) -> None:
    texts = {(name, key): item(name, {key: None}) for name, key in CASES if keys_of(name)[key]}
    assert said(server, texts) == {
        (name, key): [Message(3, 5, f'Missing property "{key}".', name)] for name, key in texts
    }


@IN_ALL_FILES
def test_a_wrong_value_has_one_message(arguments: str, server: LanguageServer) -> None:
    texts = {(name, key): item(name, {key: {"a": 1}}) + arguments for name, key in CASES}
    for (name, key), messages in said(server, texts).items():
        assert len(messages) == 1, (name, key, messages)
        [message] = messages
        assert message.line == line_of(texts[name, key], key)
        takes_a_block = key in blocks_of(name)  # whose value is a mapping, as the one given
        begins = 'Missing property "type".' if takes_a_block else f"{key} must be "
        assert message.text.startswith(begins), message
        assert len(message.text) < 120, message


@pytest.mark.parametrize("name", all_names())
def test_the_fields_of_an_item_are_completed(name: str, server: LanguageServer) -> None:
    offered = server.completions(f"input: 8x8x3\nlayers:\n  - type: {name}\n    |\n")
    if name in bundled.block_names():
        assert offered.keys() == {*keys_of(name), *COMMON_KEYS, "cells"}
    else:
        of_type = layer_type(name)
        fields = {key for key, field in of_type.fields.items() if not isinstance(field, FalseOnly)}
        without = {"shares", "trainable"} if of_type.layer.params is Layer.params else set()
        assert offered.keys() == fields | {*COMMON_KEYS} - without
        for key in fields:
            assert offered[key].startswith(of_type.fields[key].about)
        required = [key for key, needed in keys_of(name).items() if needed]
        assert list(offered)[: len(required)] == required


def about(name: str) -> str:
    """The sentence of a type, of a block, or of a network that is used as one."""
    if name in layers.type_names():
        return layer_type(name).about
    block = find_block(name) if name in bundled.block_names() else find_network(name)
    assert block is not None
    return in_language(block.about, "en") or ""


@pytest.mark.parametrize("blocks", ["", "blocks: {Own: {layers: []}}\n"])
@pytest.mark.parametrize("begun", ["", "C"])
def test_types_are_completed_with_their_sentences(
    begun: str, blocks: str, server: LanguageServer
) -> None:
    offered = server.completions(f"input: 8x8x3\n{blocks}layers:\n  - type: {begun}|\n")
    assert offered == {name: about(name) for name in [*all_names(), *bundled.network_names()]}


@pytest.mark.parametrize("name", all_names())
def test_a_type_is_shown_with_its_sentence(name: str, server: LanguageServer) -> None:
    shown = server.hover(item(name, {}).replace(f'"{name}', f'"|{name}'))
    assert about(name) in shown
    assert "Allowed Values" not in shown  # which would be all types


@pytest.mark.parametrize("name", layers.type_names())
def test_a_field_is_shown_with_its_default(name: str, server: LanguageServer) -> None:
    for key, field in layer_type(name).fields.items():
        shown = server.hover(item(name, {key: 1}).replace(f"    {key}", f"    |{key}"))
        assert shown.startswith(f"#### {name}\n\n{field_sentence(field)}")
        assert default_text(field) in shown


def test_an_item_without_a_type_is_completed(server: LanguageServer) -> None:
    offered = server.completions("input: 8x8x3\nlayers:\n  - |\n")
    assert offered.keys() == {"type", "layers", "branches", "join", "cells", *COMMON_KEYS}


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("layers: [{branches: {a: []}, join: |}]", {"concat", "add", "multiply", "none"}),
        (
            "layers:\n  - type: Conv2d\n    padding: |",
            {"0", "same", "valid", "same_upper", "same_lower"},
        ),
        ("layers:\n  - type: Conv2d\n    bias: |", {"true", "false"}),
        (
            "layers:\n  - type: Upsample\n    mode: nearest|",
            {*MODES},
        ),
        ("layers:\n  - type: ReLU|", {*layers.type_names()}),
        ("arguments: {a: {kind: |}}", {*KINDS}),
        ("budget:\n  |", {*AMOUNTS}),
    ],
)
def test_values_are_completed(text: str, offered: set[str], server: LanguageServer) -> None:
    assert server.completions(f"input: 8x8x3\n{text}\n").keys() == offered


@pytest.mark.parametrize("key", ["activation", "norm"])
def test_types_are_completed_where_an_argument_is_one(key: str, server: LanguageServer) -> None:
    offered = server.completions(f"layers:\n  - type: ConvNormActivation\n    {key}: |\n")
    assert offered.keys() >= {*layers.type_names(), "null"}
    assert offered["ReLU"] == about("ReLU")
    shown = server.hover(f"layers:\n  - type: ConvNormActivation\n    |{key}: ReLU\n")
    assert shown.startswith("#### ConvNormActivation")
    assert "ReLU6" not in shown


def test_what_a_spec_may_say_is_completed_once(server: LanguageServer) -> None:
    offered = server.completions("input: 8x8x3\n|\n")
    network = schema()["definitions"]["network"]["properties"]
    assert offered.keys() == network.keys() - {"input"}
    assert all(offered.values())


@pytest.mark.parametrize(
    ("text", "line", "source", "message"),
    [
        ("layers: [{type: Conv2D}]", 2, "shapecalc", NO_TYPE),
        ("layers: [{type: 3}]", 2, "shapecalc", NO_TYPE),
        ("layers: [ReLU]", 2, "shapecalc", "an item is a mapping, such as {type: ReLU}"),
        ("layers: [{tpye: ReLU}]", 2, "shapecalc", "an item has a type, or layers, or branches"),
        ("layers: ReLU", 2, "shapecalc", "layers are written as a list, an item for each"),
        ("layer: []", 2, "shapecalc", "Property layer is not allowed."),
        ("name: a", 1, "shapecalc", 'Missing property "layers".'),
        ("layers: [{branches: {a: []}, join: ad}]", 2, "branches", JOIN),
        (
            "layers:\n- branches:\n    a: [{type: ReLU, x: 1}]",
            4,
            "ReLU",
            "Property x is not allowed.",
        ),
        ("layers: []\nbudget: {parms: 7M}", 3, "shapecalc", "Property parms is not allowed."),
        ("layers: []\nbudget: {params: 7 Mega}", 3, "shapecalc", AMOUNT),
        ("layers: []\nexpect: {output: 7y7}", 3, "shapecalc", SHAPE),
        ("layers: []\ncolumns: [prams]", 3, "shapecalc", COLUMN),
        ("layers: []\narguments: {a: {kind: cuont}}", 3, "shapecalc", KIND),
        ("layers: []\narguments: {index: 1}", 3, "shapecalc", ARGUMENT),
        ("layers: []\nblocks: {A: {layer: []}}", 3, "shapecalc", "Property layer is not allowed."),
        ("layers: []\nblocks: {A: {about: a}}", 3, "shapecalc", "a block has layers or branches"),
    ],
)
def test_what_is_wrong_has_one_message(
    text: str, line: int, source: str, message: str, server: LanguageServer
) -> None:
    [[found]] = server.messages_of([f"input: 8x8x3\n{text}\n"])
    assert (found.line, found.source, found.text) == (line, source, message)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("type: Conv2d, out_channels: eight, kernel_size: 3", WORD),
        ("type: Conv2d, out_channels: 8, kernel_size: 3, padding: sam", WORD),
        ("type: Conv2d, out_channels: 0, kernel_size: 3", "Value is below the minimum of 1."),
        (
            "type: Conv2d, out_channels: 8, kernel_size: [3, 3, 3]",
            "Array has too many items. Expected 2 or fewer.",
        ),
        (
            "type: Conv2d, out_channels: 8, kernel_size: [3, 1.5]",
            "a value of kernel_size must be an integer of at least 1 or an expression",
        ),
        (
            "type: Conv2d, out_channels: 1.5, kernel_size: 3",
            "out_channels must be an integer of at least 1 or an expression",
        ),
        (
            "type: Conv2d, out_channels: 8, kernel_size: 3, bias: no",
            "bias must be true, false or an expression",
        ),
        (
            "type: Conv2d, out_channels: 8, kernel_size: 3, padding_mode: zero",
            "padding_mode must be zeros, reflect, replicate or circular",
        ),
        ("type: Dropout, p: 2", "Value is above the maximum of 1."),
        ("type: ReLU, when: yes", "when must be true, false or an expression"),
        ("type: ReLU, expect: 8*8", SHAPE),
        ("type: ConvNormActivation, out_channels: 8, activation: Relu", NO_LAYER_TYPE),
    ],
)
def test_a_wrong_value_has_one_readable_message(
    fields: str, message: str, server: LanguageServer
) -> None:
    [[found]] = server.messages_of([f"input: 8x8x3\nlayers:\n  - {{{fields}}}\n"])
    assert (found.line, found.text) == (3, message)
