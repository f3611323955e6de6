"""The items of a network as JSON schemas: layers, uses of blocks, sequences and branches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc import bundled, layers
from shapecalc.expressions.values import CONSTANTS
from shapecalc.language.arguments import KIND_SENTENCES
from shapecalc.language.item_reader import CELLS, JOIN_WORDS
from shapecalc.language.notes import in_language
from shapecalc.layers.fields import Word
from shapecalc.limits import MAXIMUM_NAME
from shapecalc.reference.layer_types import COMMON, find_block
from shapecalc.reference.schema_values import (
    CONDITION,
    IDENTIFIER,
    NOTE,
    SHAPE,
    Schema,
    field_schema,
    list_of,
    mapping,
    ref,
    when,
    with_description,
)

if TYPE_CHECKING:
    from shapecalc.language.items import Block
    from shapecalc.layers.base import LayerType

NAME: Schema = {"type": "string", "minLength": 1, "maxLength": MAXIMUM_NAME}
TEXT_SCHEMA: Schema = {"type": "string", "minLength": 1}


def one_or_several(schema: Schema) -> Schema:
    """What a schema accepts, or a list of it."""
    return {"anyOf": [schema, {**list_of(schema), "type": "array", "minItems": 1}]}


ONE_OR_SEVERAL = one_or_several(TEXT_SCHEMA)

OWN = "OfBlocks"
"""What ends the names of the definitions in which a file's own blocks are known."""

LAYERS = "the layers in order"


def definitions() -> dict[str, Schema]:
    """The definitions of everything that a list of layers may hold."""
    return {
        **_items(""),
        **_items(OWN),
        **_closed_items(),
        **_common_keys(),
        **{family: _by_type(names.split()) for family, names in layers.FAMILIES.items()},
        **{name: _layer(_type(name)) for name in layers.type_names()},
        "blockUse": _by_type(bundled.block_names()),
        **{name: _block_use(find_block(name)) for name in bundled.block_names()},
    }


def _type(name: str) -> LayerType:
    found = layers.find_type(name)
    assert found is not None
    return found


def branches_keys(suffix: str) -> dict[str, Schema]:
    """The keys of branches: the lists of layers, and how they are joined."""
    branches = {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": ref("branch" + suffix),
    }
    about = "lists of layers by name, run in parallel on the same input"
    join: Schema = {"enum": list(JOIN_WORDS), "default": JOIN_WORDS[0]}
    return {
        "branches": with_description(branches, about),
        "join": with_description(
            join, "how they are joined: concatenated along the channels, added, multiplied"
        ),
    }


def _common(*keys: str) -> dict[str, Schema]:
    """What every item may say, or those keys of it."""
    return {key: ref(key) for key, _ in COMMON if key in keys or not keys}


def _common_keys() -> dict[str, Schema]:
    """The definitions of what every item may say."""
    schemas: dict[str, Schema] = {
        "name": NAME,
        "note": NOTE,
        "from": ONE_OR_SEVERAL,
        "when": {"anyOf": [{"type": "boolean"}, ref("condition")]},
        "repeat": {"anyOf": [{"type": "integer", "minimum": 0}, ref("expression")]},
        "expect": ref("shape"),
        "shares": TEXT_SCHEMA,
    }
    cells = mapping({key: {"type": ["string", "integer"]} for key in CELLS})
    return {
        **{key: with_description(schemas[key], about) for key, about in COMMON},
        "cells": with_description(cells, "labels of table cells in which the layers inside differ"),
        "shape": SHAPE,
        "condition": CONDITION,
    }


def _items(suffix: str) -> dict[str, Schema]:
    """Items, sequences and branches, in a file with blocks of its own or in one without."""
    items = list_of(ref("item" + suffix))
    cells = {"cells": ref("cells")}
    families = _dispatch({family: names.split() for family, names in layers.FAMILIES.items()})
    kind: Schema = {"enum": [*layers.type_names(), *bundled.block_names()]}
    uses: list[Schema] = [ref("blockUse")]
    if suffix == OWN:  # a block of the file's own may have any name, also one of ours
        kind = {"anyOf": [kind, TEXT_SCHEMA]}
        uses = []
    return {
        "item" + suffix: {
            "type": "object",
            "properties": {"type": with_description(kind, "layer type or block")},
            "allOf": [
                when(
                    {"required": ["type"]},
                    {"allOf": [families, *uses]},
                    when(
                        {"required": ["branches"]},
                        ref("branches" + suffix),
                        ref("sequence" + suffix),
                    ),
                )
            ],
        },
        "sequence" + suffix: {
            **mapping({"layers": with_description(items, LAYERS), **cells, **_common()}),
            "required": ["layers"],
        },
        "branches" + suffix: mapping({**branches_keys(suffix), **cells, **_common()}),
        "branch" + suffix: {
            "anyOf": [
                items,
                mapping({"layers": with_description(items, LAYERS), **_common("note", "when")}),
            ]
        },
    }


def _by_type(names: list[str]) -> Schema:
    return _dispatch({name: [name] for name in names})


def _dispatch(definitions: dict[str, list[str]]) -> Schema:
    """An item by its type: the definition to hold it to, and the types that it is for."""
    return {
        "allOf": [
            when({"properties": {"type": {"enum": names}}, "required": ["type"]}, ref(definition))
            for definition, names in definitions.items()
        ]
    }


def _layer(layer_type: LayerType) -> Schema:
    """A layer of a type."""
    fields = {
        name: field_schema(field, layer_type.rank, field.about)
        for name, field in layer_type.fields.items()
    }
    required = [name for name, field in layer_type.fields.items() if field.required]
    return {
        "description": layer_type.about,
        **mapping({"type": {"const": layer_type.name}, **fields, **_common()}),
        "required": ["type", *required],
    }


def _block_use(block: Block) -> Schema:
    """The use of a block that ships."""
    arguments: dict[str, Schema] = {}
    for name, argument in block.arguments.items():
        about = in_language(argument.about, "en") or KIND_SENTENCES[argument.kind]
        arguments[name] = field_schema(argument.field, 1, about)
    required = [name for name, argument in block.arguments.items() if argument.required]
    return {
        "description": in_language(block.about, "en") or block.name,
        **mapping({"type": {"const": block.name}, **arguments, "cells": ref("cells"), **_common()}),
        "required": ["type", *required],
    }


def _closed_items() -> dict[str, Schema]:
    """Items of a file without arguments, in which a single word is not an expression."""
    words: set[str] = {"in_channels", "index", *CONSTANTS}
    fields: dict[str, Schema] = {"type": {}, "join": {}, "cells": {}}
    fields |= {key: {} for key, _ in COMMON if key not in ("when", "repeat", "expect")}
    for name in layers.type_names():
        for key, field in _type(name).fields.items():
            if isinstance(field, Word):
                fields[key] = {}
            words.update(field.words)
    for name in bundled.block_names():
        for key, argument in find_block(name).arguments.items():
            if argument.kind == "type":
                fields[key] = {"enum": [*layers.type_names(), None]}
    items = list_of(ref("closedItem"))
    branch = when({"type": "object"}, ref("closedItem"), items)
    return {
        "closedItem": {
            "properties": {
                **fields,
                "layers": items,
                "branches": {"additionalProperties": branch},
            },
            "additionalProperties": ref("closedValue"),
        },
        "closedValue": {
            "description": "A word is not an expression here, as there are no arguments.",
            **when(
                {"type": "string", "pattern": IDENTIFIER},
                {"enum": sorted(words)},
            ),
            "items": ref("closedValue"),
        },
    }
