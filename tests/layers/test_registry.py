"""Every layer type and every block that ships: indexed, documented, used and compared.

That each is in the JSON schema with all its fields is in `test_schema.py`.
"""

from __future__ import annotations

import gzip
import json
import re
from functools import cache
from importlib import import_module
from pathlib import Path

import draw_recurrent
import draw_specs
import operator_draws
import pytest
from folders import RECORDS, SPECS

import shapecalc
from shapecalc import bundled, layers
from shapecalc.language.notes import in_language
from shapecalc.layers.base import TYPES, Layer, LayerType
from shapecalc.reference.layer_types import explain, find_block
from shapecalc.text.words import LANGUAGES

FAMILY_MODULES = {
    path.stem
    for path in Path(layers.__file__).parent.glob("*.py")
    if re.search(r"^class .*names=", path.read_text(encoding="utf-8"), re.MULTILINE)
}


def found(name: str) -> LayerType:
    layer_type = layers.find_type(name)
    assert layer_type is not None
    return layer_type


def classes() -> dict[type[Layer], list[LayerType]]:
    """The layer classes with the types that each stands for."""
    by_class: dict[type[Layer], list[LayerType]] = {}
    for name in layers.type_names():
        by_class.setdefault(found(name).layer, []).append(found(name))
    return by_class


@cache
def used() -> set[str]:
    """The types and blocks that bundled specs and goldens use, in all their variants."""
    specs = [Path(bundled.spec_paths()[name]) for name in bundled.spec_names()]
    specs += (SPECS / "ok").glob("*.yaml")
    names: set[str] = set()
    for path in specs:
        spec = shapecalc.load(path)
        variants: list[str | None] = [*spec.variants]
        for variant in variants or [None]:
            names.update(node.type for node, _ in spec.summary(variant=variant).walk())
    return names


@cache
def recorded() -> set[str]:
    """The types whose single layers PyTorch's verdict is recorded of."""
    names: set[str] = set()
    for path in RECORDS.glob("operators*.jsonl.gz"):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            names.update(json.loads(line)["type"] for line in lines)
    return names


def test_the_index_names_every_family() -> None:
    assert layers.FAMILIES.keys() == FAMILY_MODULES
    assert len(layers.type_names()) == len(" ".join(layers.FAMILIES.values()).split())


@pytest.mark.parametrize("family", sorted(FAMILY_MODULES))
def test_the_index_names_exactly_the_types_of_a_family(family: str) -> None:
    module = import_module(f"shapecalc.layers.{family}").__name__
    defined = {name for name, each in TYPES.items() if each.layer.__module__ == module}
    assert set(layers.FAMILIES[family].split()) == defined


@pytest.mark.parametrize("name", layers.type_names())
def test_a_type_is_documented(name: str) -> None:
    layer_type = found(name)
    assert re.fullmatch(r"[^\n]+[^.]\.", layer_type.about)
    lines = explain(name) or []
    assert lines[0] == f"{name}: {layer_type.about}"
    starts = [line.partition(":")[0] for line in lines if line]
    assert "Output" in starts
    assert starts.index("Output") < starts.index("Source") < starts.index("Fields")
    pages = re.findall(r"/torch\.nn\.(\w+)\.html", "\n".join(lines))
    assert set(pages) <= {name}


@pytest.mark.parametrize("name", layers.type_names())
def test_a_field_says_what_it_means_and_takes(name: str) -> None:
    layer_type = found(name)
    lines = explain(name) or []
    for key, field in layer_type.fields.items():
        assert re.fullmatch(r"[a-z0-9][^\n]+[^.]", field.about), key
        assert field.schema(layer_type.rank), key
        (line,) = [line for line in lines if re.match(rf"  {key} ", line)]
        assert all(word in line for word in field.words), key


def test_types_of_one_class_that_differ_in_more_than_their_axes_have_their_own_sentences() -> None:
    for layer_class, types in classes().items():
        stems = {re.sub(r"\dd$", "", each.name) for each in types}
        sentences = {each.about for each in types}
        assert len(sentences) == len(stems)
        assert layer_class.abouts.keys() <= {each.name for each in types}


@pytest.mark.parametrize("name", layers.type_names())
def test_a_type_is_used(name: str) -> None:
    assert name in used()


def test_every_type_is_compared_with_pytorch() -> None:
    drawn = {*operator_draws.DRAWN_BY, *draw_specs.OWN, *draw_recurrent.TYPES}
    assert recorded() == drawn
    assert {*drawn, *draw_specs.MORE, *draw_specs.LIKE} == set(layers.type_names())


@pytest.mark.parametrize("name", bundled.block_names())
def test_a_block_is_documented_and_used(name: str) -> None:
    block = find_block(name)
    assert isinstance(block.about, dict)
    assert block.about.keys() == set(LANGUAGES)
    assert re.fullmatch(r"[^\n]+[^.]\.", block.about["en"])
    assert block.about["zh"].endswith("。")
    for argument in block.arguments.values():
        assert re.fullmatch(r"[^\n]+[^.]", in_language(argument.about, "en") or ""), argument.name
    assert name in used()
