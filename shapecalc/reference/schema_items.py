"""The items of a network as JSON schemas: layers, uses of blocks, sequences and branches.

What an editor shows of a name under the cursor is all that any schema says of it, conditions
included: so conditions have patterns, of which it shows nothing, and only an unknown type is held
to the list of all types. A constant in a condition would also hold for whatever begins it, as long
as the editor completes.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from shapecalc import bundled, layers
from shapecalc.expressions.values import CONSTANTS, INPUT_SIZES
from shapecalc.language.arguments import KIND_SENTENCES
from shapecalc.language.item_reader import CELLS, JOIN_WORDS
from shapecalc.language.notes import in_language
from shapecalc.layers.base import Layer
from shapecalc.layers.fields import Flag, Inferred, Word
from shapecalc.limits import MAXIMUM_NAME
from shapecalc.reference.layer_types import (
    COMMON,
    UNTIL,
    UNTIL_ABOUT,
    argument_text,
    default_text,
    field_sentence,
    find_block,
    find_network,
)
from shapecalc.reference.schema_values import (
    CONDITION,
    EXPRESSION,
    IDENTIFIER,
    NOT_BOOLEAN,
    NOTE,
    PATHS,
    SHAPE,
    TEXT_SCHEMA,
    Schema,
    either,
    field_schema,
    list_of,
    mapping,
    must_be,
    ref,
    type_argument_schema,
    when,
    with_description,
    words_alone,
)
from shapecalc.yaml.nodes import MappingNode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapecalc.language.items import Block
    from shapecalc.layers.base import LayerType
    from shapecalc.layers.fields import Field

NAME: Schema = {"type": "string", "minLength": 1, "maxLength": MAXIMUM_NAME}

OWN = "OfBlocks"
"""What ends the names of the definitions in which a file's own blocks are known."""

LAYERS = "the layers in order"

_TYPE = "layer type or block"


def definitions() -> dict[str, Schema]:
    """The definitions of everything that a list of layers may hold."""
    types = layers.type_names()
    blocks = {name: find_block(name) for name in bundled.block_names()}
    return {
        **_items(""),
        **_items(OWN),
        **_closed_items(),
        **_common_keys(),
        **{family: _by_type(names.split()) for family, names in layers.FAMILIES.items()},
        **{name: _layer(_type(name)) for name in types},
        "blockUse": _by_type(blocks),
        **{name: _block_use(block) for name, block in blocks.items()},
        **_network_uses(),
        **_type_names({name: _type(name).about for name in types}, blocks.values()),
    }


def _type(name: str) -> LayerType:
    found = layers.find_type(name)
    assert found is not None
    return found


def _type_names(types: dict[str, str], blocks: Iterable[Block]) -> dict[str, Schema]:
    """The names of types and blocks with their sentences, for whoever writes one."""
    abouts = {**types, **{block.name: _about(block) for block in blocks}}
    for network, names in _networks():
        abouts.update(dict.fromkeys(names, _about(network)))
    return {
        "typeName": {
            "description": _TYPE,
            "type": "string",
            "enum": list(abouts),
            "markdownEnumDescriptions": list(abouts.values()),
            "errorMessage": "no layer type or block has this name; see `shapecalc layers`",
        },
        "layerTypes": {
            "defaultSnippets": [
                {"label": name, "body": name, "description": about} for name, about in types.items()
            ]
        },
        "knownType": {
            "pattern": words_alone(types),
            "errorMessage": "no layer type has this name; see `shapecalc layers`",
        },
    }


def branches_keys(suffix: str) -> dict[str, Schema]:
    """The keys of branches: the lists of layers, and how they are joined."""
    branches = {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": ref("branch" + suffix),
    }
    about = "lists of layers by name, run in parallel on the same input"
    join: Schema = {
        "enum": list(JOIN_WORDS),
        "errorMessage": must_be("join", [{"enum": JOIN_WORDS}]),
        "default": JOIN_WORDS[0],
    }
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
    flag: list[Schema] = [{"type": "boolean"}, CONDITION]
    count: list[Schema] = [{"type": "integer", "minimum": 0}, EXPRESSION]
    schemas: dict[str, Schema] = {
        "name": NAME,
        "note": NOTE,
        "from": PATHS,
        "when": either(flag, must_be("when", flag)),
        "repeat": either(count, must_be("repeat", count)),
        "expect": SHAPE,
        "shares": TEXT_SCHEMA,
        "trainable": either(flag, must_be("trainable", flag)),
    }
    cells = mapping({key: {"type": ["string", "integer"]} for key in CELLS})
    return {
        **{key: with_description(schemas[key], about) for key, about in COMMON},
        "cells": with_description(cells, "labels of table cells in which the layers inside differ"),
        "shape": SHAPE,
    }


def _items(suffix: str) -> dict[str, Schema]:
    """Items, sequences and branches, in a file with blocks of its own or in one without."""
    items = list_of(ref("item" + suffix))
    inner = {"layers": with_description(items, LAYERS)}
    cells = {"cells": ref("cells")}
    families = {family: names.split() for family, names in layers.FAMILIES.items()}
    known = [*layers.type_names(), *bundled.block_names(), *bundled.network_names()]
    kind = ref("typeName")
    if suffix == OWN:  # a block of the file's own may have any name, also one of ours
        kind = {**TEXT_SCHEMA, "anyOf": [kind, TEXT_SCHEMA], "description": _TYPE}
    else:
        families["blockUse"] = list(bundled.block_names())
        families["networkUse"] = bundled.network_names()
    return {
        "item" + suffix: {
            "type": "object",
            "errorMessage": "an item is a mapping, such as {type: ReLU}",
            **when(
                {"type": "object"},
                when(
                    {"required": ["type"]},
                    ref("typed" + suffix),
                    when(
                        {"required": ["branches"]},
                        ref("branches" + suffix),
                        when(
                            {"required": ["layers"]},
                            ref("sequence" + suffix),
                            ref("untyped" + suffix),
                        ),
                    ),
                ),
            ),
        },
        "typed" + suffix: when(
            _with_type({"type": "string", "pattern": words_alone(known)}),
            {
                **_with_type(ref("layerTypes")),  # offered where one is there to be replaced
                "allOf": [
                    when(_with_type({"pattern": words_alone(names)}), ref(family))
                    for family, names in families.items()
                ],
            },
            _with_type(kind),
        ),
        "untyped" + suffix: {
            "properties": {"type": kind, **inner, **branches_keys(suffix), **cells, **_common()},
            "allOf": [
                {"required": ["type"], "errorMessage": "an item has a type, or layers, or branches"}
            ],
        },
        "sequence" + suffix: {"title": "sequence", **mapping({**inner, **cells, **_common()})},
        "branches" + suffix: {
            "title": "branches",
            **mapping({**branches_keys(suffix), **cells, **_common()}),
        },
        "branch" + suffix: when(
            {"type": "object"},
            {"title": "branch", **mapping({**inner, **_common("note", "when", "trainable")})},
            items,
        ),
    }


def _with_type(schema: Schema) -> Schema:
    """An item with such a type."""
    return {"properties": {"type": schema}}


def _by_type(names: Iterable[str]) -> Schema:
    """An item by its type: the definition to hold it to."""
    types = ((_with_type({"pattern": words_alone([name])}), ref(name)) for name in names)
    return {"allOf": [when(*each) for each in types]}


def _layer(layer_type: LayerType) -> Schema:
    """A layer of a type."""
    fields = {
        name: field_schema(field, name, layer_type.rank, _field_about(field))
        for name, field in sorted(layer_type.fields.items(), key=_least_needed)
    }
    common = _common()
    if layer_type.layer.params is Layer.params:  # it has no weights, so none of another's
        for key in ("shares", "trainable"):
            common[key] = {"allOf": [common[key]], "doNotSuggest": True}
    required = [name for name, field in layer_type.fields.items() if field.required]
    return _of_type(layer_type.name, layer_type.about, {**fields, **common}, required)


def _least_needed(named: tuple[str, Field[object]]) -> tuple[bool, bool]:
    _, field = named
    return not field.required, isinstance(field, Inferred)


def _field_about(field: Field[object]) -> str:
    sentence = field_sentence(field)
    return sentence if isinstance(field, Inferred) else f"{sentence} ({default_text(field)})"


def _about(block: Block) -> str:
    return in_language(block.about, "en") or block.name


@cache
def _networks() -> tuple[tuple[Block, tuple[str, ...]], ...]:
    """The bundled networks as blocks, each with its names: its own and its variants'."""
    found = []
    for name in bundled.spec_names():
        network = find_network(name)
        assert network is not None
        variants = network.node.values.get("variants")
        names = variants.values if isinstance(variants, MappingNode) else ()
        found.append((network, tuple(dict.fromkeys((name, *names)))))
    return tuple(found)


def _network_uses() -> dict[str, Schema]:
    """The definitions of uses of networks that ship, and what chooses one by the type."""
    choices = []
    found: dict[str, Schema] = {}
    for network, names in _networks():
        definition = re.sub(r"\W", "_", network.name) + "Network"
        until = with_description(TEXT_SCHEMA, UNTIL_ABOUT)
        keys = {**_arguments(network), UNTIL: until, "cells": ref("cells"), **_common()}
        kind = with_description({"enum": list(names)}, _about(network))
        found[definition] = with_description(mapping({"type": kind, **keys}), _about(network))
        choices.append(when(_with_type({"pattern": words_alone(names)}), ref(definition)))
    return {**found, "networkUse": {"allOf": choices}}


def _block_use(block: Block) -> Schema:
    """The use of a block that ships."""
    keys = {**_arguments(block), "cells": ref("cells"), **_common()}
    required = [name for name, argument in block.arguments.items() if argument.required]
    return _of_type(block.name, _about(block), keys, required)


def _arguments(block: Block) -> dict[str, Schema]:
    """The arguments of a block or a network that ships, by name."""
    arguments: dict[str, Schema] = {}
    for name, argument in block.arguments.items():
        sentence = in_language(argument.about, "en") or KIND_SENTENCES[argument.kind]
        about = f"{sentence} ({argument_text(argument)})"
        if argument.kind == "type":
            arguments[name] = type_argument_schema(name, about)
        else:
            arguments[name] = field_schema(argument.field, name, 1, about)
    return arguments


def _of_type(name: str, about: str, keys: dict[str, Schema], required: list[str]) -> Schema:
    """An item of a type, with what it may say besides."""
    kind = with_description({"const": name}, about)
    return {"title": name, **with_description(mapping({"type": kind, **keys}, required), about)}


def _closed_items() -> dict[str, Schema]:
    """Items of a file without arguments, in which a single word is not an expression."""
    words: set[str] = {*INPUT_SIZES, "index", *CONSTANTS}
    values = {"when": "closedFlag", "repeat": "closedValue", "expect": "closedValue"}
    with_words: set[str] = set()
    for name in layers.type_names():
        for key, field in _type(name).fields.items():
            values.setdefault(key, "closedFlag" if isinstance(field, Flag) else "closedValue")
            words.update(field.words)
            if isinstance(field, Word):
                with_words.add(key)
    networks = [network for network, _ in _networks()]
    for block in (*map(find_block, bundled.block_names()), *networks):
        for key, argument in block.arguments.items():
            if argument.kind == "block":
                continue
            flag = "closedFlag" if argument.kind == "flag" else "closedValue"
            values.setdefault(key, flag)
            if argument.kind == "type":
                values[key] = "knownType"
    patterns = {
        words_alone(
            key for key, value in values.items() if value == definition and key not in with_words
        ): ref(definition)
        for definition in ("closedValue", "closedFlag", "knownType")
    }
    items = list_of(ref("closedItem"))
    branch = when({"type": "object"}, ref("closedItem"), items)
    return {
        "closedItem": {
            "patternProperties": {
                **patterns,
                "^layers$": items,
                "^branches$": {"additionalProperties": branch},
            },
        },
        "closedValue": _closed(words),
        "closedFlag": _closed([*words, NOT_BOOLEAN]),  # those words are refused already
    }


def _closed(words: Iterable[str]) -> Schema:
    """A value in which these words alone are expressions."""
    word = {"pattern": words_alone(sorted(words)), "errorMessage": _NO_ARGUMENTS}
    return {
        **when({"type": "string", "pattern": IDENTIFIER}, word),
        "items": ref("closedValue"),
    }


_NO_ARGUMENTS = "neither a word that means something here nor an argument: this file has none"
