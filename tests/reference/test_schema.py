"""The JSON schema: it holds for every spec that is right and for no misspelling, and says
everything that the code says of the language."""

from __future__ import annotations

import gzip
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from folders import RECORDS, SPECS
from jsonschema import Draft7Validator
from wirings import WIRINGS

import shapecalc
from shapecalc import bundled, layers
from shapecalc.bundled import folder
from shapecalc.cli import cli
from shapecalc.language.arguments import KINDS
from shapecalc.language.expectations import AMOUNTS, EXPECTED
from shapecalc.language.keys import COMMON_KEYS, SPEC_KEYS
from shapecalc.problems.problem import Problems, Refusal
from shapecalc.reference.layer_types import all_names, find_block, find_network
from shapecalc.reference.schema import schema
from shapecalc.spec_reader import VARIANT_KEYS
from shapecalc.text.files import load_bytes
from shapecalc.text.source import Source
from shapecalc.yaml.decode import decode
from shapecalc.yaml.nodes import ListNode, MappingNode
from shapecalc.yaml.reader import read_yaml

RIGHT = [
    *sorted(Path(folder()).rglob("*.yaml")),
    *sorted(Path(bundled.BLOCKS_FOLDER).glob("*.yaml")),
    *sorted((SPECS / "ok").rglob("*.yaml")),
]

UNKNOWN_TO_A_SCHEMA = {
    # layers of the file
    "from-misspelled",
    "outputs-misspelled",
    # arguments of the file, and of its blocks
    "block-argument-misspelled",
    "variant-argument-misspelled",
    "expression-misspelled-function",
    "type-argument-misspelled",
    "type-argument-without-its-field",
    # in another file
    "import-of-what-is-wrong",
}
"""Goldens of words that are misspelled against what only a run of the file can know."""


@cache
def whole() -> dict[str, Any]:
    return schema()


@cache
def validator(definition: str | None = None) -> Draft7Validator:
    """A validator of files, or of what a definition is for."""
    if definition is None:
        return Draft7Validator(whole())
    return Draft7Validator(
        {"$ref": f"#/definitions/{definition}", "definitions": whole()["definitions"]}
    )


def plain(value: object) -> Any:
    """A node as the JSON that an editor sees."""
    if isinstance(value, MappingNode):
        return {key: plain(inner) for key, inner in value.values.items()}
    if isinstance(value, ListNode):
        return [plain(inner) for inner in value.values]
    return value


def load(path: Path) -> Any:
    source = decode(load_bytes(path), path.name)
    assert isinstance(source, Source)
    return plain(read_yaml(source, Problems()))


def failures(value: object) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator().iter_errors(value)]


def misspelled() -> list[str]:
    """The goldens with a word that is not known: a key, a type, or whatever is called so."""
    return [
        path.stem
        for path in sorted((SPECS / "err").glob("*.txt"))
        if "misspelled" in path.stem or re.search(r"\[SC10[26]\]", path.read_text("utf-8"))
    ]


def test_it_is_a_schema() -> None:
    Draft7Validator.check_schema(whole())


def test_every_definition_is_there_and_used() -> None:
    text = json.dumps(whole())
    used = set(re.findall(r'"#/definitions/(\w+)"', text))
    assert used == whole()["definitions"].keys()


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_is_right_is_valid(path: Path) -> None:
    assert failures(load(path)) == []


@pytest.mark.parametrize("name", [name for name in misspelled() if name not in UNKNOWN_TO_A_SCHEMA])
def test_what_is_misspelled_is_invalid(name: str) -> None:
    assert failures(load(SPECS / "err" / f"{name}.yaml")) != []


def test_what_a_schema_cannot_know_is_still_so() -> None:
    assert set(misspelled()) >= UNKNOWN_TO_A_SCHEMA
    for name in UNKNOWN_TO_A_SCHEMA:
        assert failures(load(SPECS / "err" / f"{name}.yaml")) == [], name


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("layers: [{type: Conv2D, out_channels: 8, kernel_size: 3}]", False),
        ("layers: [{type: Unit}]", False),
        ("layers: [{layers: [{type: Unit}]}]", False),
        ("blocks: {Unit: {layers: []}}\nlayers: [{type: Unit, width: 8}]", True),
        ("blocks: {Unit: {layers: []}}\nlayers: [{type: Unit, repeats: 8}]", True),
        ("import: units.yaml\nlayers: [{branches: {a: [{type: Unit}]}}]", True),
        ("arguments: {act: {kind: type}}\nlayers: [{type: act}]", True),
        ("arguments: {act: ReLU}\nlayers: [{type: act}]", True),
        ("arguments: {act: 8}\nlayers: [{type: act}]", False),
        # a block of the file's own may have the name of one that ships
        ("blocks: {Fire: {layers: []}}\nlayers: [{type: Fire, width: 8}]", True),
        ("layers: [{type: Fire, width: 8}]", False),
        # a layer type is one in any file
        ("import: units.yaml\nlayers: [{type: ReLU, width: 8}]", False),
        # without arguments, no word is one
        ("layers: [{type: Linear, out_features: classes}]", False),
        ("arguments: {classes: 10}\nlayers: [{type: Linear, out_features: classes}]", True),
        ("layers: [{type: Linear, out_features: 2 * in_channels}]", True),
        ("layers: [{type: ConvNormActivation, out_channels: 8, activation: Relu}]", False),
        ("layers: [{type: ConvNormActivation, out_channels: 8, activation: null}]", True),
        ("layers: [{type: Conv2d, out_channels: 8, kernel_size: 3, bias: no}]", False),
        ("layers: [{type: Conv2d, out_channels: 8, kernel_size: 3, bias: in_channels > 3}]", True),
        ("layers: [{type: Conv2d, out_channels: 8, kernel_size: 1x7, padding: same}]", True),
        ("layers: [{type: Conv2d, out_channels: 8, kernel_size: [1, 7, 7]}]", False),
        ("layers: [{type: ReLU, when: yes}]", False),
        ("layers: [{type: ReLU, repeat: -1}]", False),
        ("layers: [{type: ReLU, expect: 8*8}]", False),
        ("layers: [{branches: {a: [], b: {layers: []}}, join: add}]", True),
        ("layers: [{branches: {}}]", False),
        ("layers: []\nbudget: {params: 1.5M, memory: 35 MiB, macs: 1_000}", True),
        ("layers: []\nbudget: {params: 7 Mega}", False),
        ("layers: []\nexpect: {receptive_field: 212x212, output: [7, 7, 8]}", True),
        # blocks with several inputs and outputs
        ("blocks: {B: {inputs: [x, y], layers: [], outputs: [a, b]}}\nlayers: []", True),
        ("blocks: {B: {inputs: [a.b], layers: []}}\nlayers: []", False),
        ("blocks: {B: {inputs: [a, a], layers: []}}\nlayers: []", False),
        ("blocks: {B: {inputs: [], layers: []}}\nlayers: []", False),
        ("blocks: {B: {inputs: x, layers: []}}\nlayers: []", False),
        ("blocks: {B: {branches: {a: []}, outputs: [a]}}\nlayers: []", False),
        ('layers: [{type: Add, from: [x, "l.*.skip", "l.{2 - index}.skip"]}]', True),
        ('layers: [{type: Add, from: "a{{b}}"}]', True),
        ('layers: [{type: Add, from: "l.*s"}]', False),
        ('layers: [{type: Add, from: "l.{index"}]', False),
        ("layers: [{type: Upsample, size: [x.height, in_width]}]", True),
        ("layers: [{type: Upsample, size: in_height}]", True),
        ("layers: [{type: Upsample, size: in_hight}]", False),
        # networks as types
        ("layers: [{type: resnet50, until: layer4, classes: 10}]", True),
        ("layers: [{type: resnet50, untill: layer4}]", False),
        ("layers: [{type: resnet50, dephts: [1, 1, 1, 1]}]", False),
        ("layers: [{type: resnet51}]", False),
        ("layers: [{type: Bottleneck, planes: 8, until: conv1}]", False),
        # blocks as values
        ("arguments: {a: {kind: block, default: ReLU}}\nlayers: [{type: a}]", True),
        ("arguments: {a: {kind: block, default: {type: ReLU}}}\nlayers: [{type: a}]", True),
        ("arguments: {a: {kind: block, default: {bias: true}}}\nlayers: [{type: a}]", False),
        ("arguments: {a: {kind: block, default: [ReLU]}}\nlayers: [{type: a}]", False),
        # types with fields as values
        ("arguments: {a: {kind: type, default: {type: ReLU}}}\nlayers: [{type: a}]", True),
        ("arguments: {a: {kind: type, default: {inplace: true}}}\nlayers: [{type: a}]", False),
        ("arguments: {a: {kind: type, default: [ReLU]}}\nlayers: [{type: a}]", False),
        (
            "layers: [{type: ConvNormActivation, out_channels: 8, "
            "norm: {type: BatchNorm2d, eps: 1}}]",
            True,
        ),
        ("layers: [{type: ConvNormActivation, out_channels: 8, norm: {eps: 1}}]", False),
        ("layers: [{type: ConvNormActivation, out_channels: 8, norm: [ReLU]}]", False),
    ],
)
def test_what_the_schema_knows_of_a_file(text: str, valid: bool) -> None:
    value = plain(read_yaml(Source("", f"input: 8x8x8\n{text}\n"), Problems()))
    assert (failures(value) == []) is valid


def test_every_layer_type_is_there_with_its_fields() -> None:
    for name in layers.type_names():
        layer_type = layers.find_type(name)
        assert layer_type is not None
        found = whole()["definitions"][name]
        assert found["description"] == layer_type.about
        assert found["properties"].keys() == {"type", *layer_type.fields, *COMMON_KEYS}
        assert found["additionalProperties"] is False
        for key, field in layer_type.fields.items():
            assert found["properties"][key]["description"].startswith(field.about)


def test_every_name_of_a_type_is_there_with_its_sentence() -> None:
    names = whole()["definitions"]["typeName"]
    found = dict(zip(names["enum"], names["markdownEnumDescriptions"], strict=True))
    assert set(found) == {*all_names(), *bundled.network_names()}
    for name in all_names():
        assert found[name] == whole()["definitions"][name]["description"] != ""
    assert all(found.values())


def test_what_an_item_cannot_have_is_not_suggested() -> None:
    without = {"return_indices", "shares", "trainable"}
    for name in layers.type_names():
        found = whole()["definitions"][name]["properties"]
        hidden = {key for key, value in found.items() if value.get("doNotSuggest")}
        assert hidden <= without, name
    assert whole()["definitions"]["MaxPool2d"]["properties"]["return_indices"]["doNotSuggest"]
    assert whole()["definitions"]["MaxPool2d"]["properties"]["shares"]["doNotSuggest"]
    assert "doNotSuggest" not in whole()["definitions"]["Conv2d"]["properties"]["shares"]


@pytest.mark.parametrize("text", WIRINGS.values(), ids=list(WIRINGS))
def test_what_wires_networks_is_valid(text: str) -> None:
    assert failures(plain(read_yaml(Source("", text), Problems()))) == []


def test_every_bundled_network_is_there_with_its_arguments() -> None:
    for name in bundled.spec_names():
        network = find_network(name)
        assert network is not None
        found = whole()["definitions"][re.sub(r"\W", "_", name) + "Network"]["properties"]
        assert found.keys() == {"type", "cells", "until", *network.arguments, *COMMON_KEYS}
        variants = shapecalc.load(name).variants
        assert found["type"]["enum"] == list(dict.fromkeys([name, *variants]))


def test_every_block_that_ships_is_there_with_its_arguments() -> None:
    for name in bundled.block_names():
        found = whole()["definitions"][name]["properties"]
        block = find_block(name)
        assert found.keys() == {"type", "cells", *block.arguments, *COMMON_KEYS}
        assert all(found[key]["description"] for key in block.arguments)


def test_every_key_and_kind_is_there() -> None:
    definitions = whole()["definitions"]
    network = definitions["network"]["properties"]
    assert network.keys() == set(SPEC_KEYS)
    assert definitions["variant"]["properties"].keys() == set(VARIANT_KEYS)
    assert network["expect"]["properties"].keys() == set(EXPECTED)
    assert network["budget"]["properties"].keys() == set(AMOUNTS)
    kinds = definitions["argument"]["then"]["properties"]["kind"]
    assert kinds["enum"] == list(KINDS)
    described = [*network.values(), *network["expect"]["properties"].values(), kinds]
    assert all(schema["description"] for schema in described)


def cases() -> dict[str, list[dict[str, Any]]]:
    """The recorded fields of layers, by type: thirty of each."""
    found: dict[str, list[dict[str, Any]]] = {}
    with gzip.open(RECORDS / "operators.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            case = json.loads(line)
            of_type = found.setdefault(case["type"], [])
            if len(of_type) < 30:
                of_type.append(case["arguments"])
    return found


def test_fields_that_a_layer_reads_are_valid() -> None:
    count = 0
    for name, recorded in cases().items():
        layer_type = layers.find_type(name)
        assert layer_type is not None
        for fields in recorded:
            try:
                for key, value in fields.items():
                    layer_type.fields[key].read(value, layer_type.rank)
            except Refusal:
                continue
            errors = validator(name).iter_errors({"type": name, **fields})
            assert [error.message for error in errors] == [], (name, fields)
            count += 1
    assert count > 1000


def test_the_command_writes_it() -> None:
    result = CliRunner().invoke(cli, ["schema"])
    assert result.exit_code == 0
    assert json.loads(result.output) == whole()
    assert shapecalc.__version__ not in result.output  # it changes with the language alone
