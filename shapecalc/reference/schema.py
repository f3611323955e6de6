"""The JSON schema (draft-07) of the language, for editors: derived from the code.

A schema accepts what it cannot know: the names of layers, the values of expressions, and the
blocks that a file defines or imports. In a file with blocks of its own an unknown type may be one
of them; in any other file it is invalid. Where there are no arguments either, a single word is not
an expression.
"""

from __future__ import annotations

from shapecalc import layers
from shapecalc.language.arguments import KIND_SENTENCES, KINDS
from shapecalc.language.expectations import AMOUNTS, EXPECTED
from shapecalc.language.keys import RESERVED_WORDS
from shapecalc.language.library import LIBRARY_KEYS
from shapecalc.reference.schema_items import (
    LAYERS,
    NAME,
    ONE_OR_SEVERAL,
    OWN,
    TEXT_SCHEMA,
    branches_keys,
    definitions,
    one_or_several,
)
from shapecalc.reference.schema_values import (
    AMOUNT,
    EXPRESSION,
    IDENTIFIER,
    NOTE,
    RECEPTIVE_FIELD,
    Schema,
    field_schema,
    list_of,
    mapping,
    ref,
    when,
    with_description,
)
from shapecalc.spec_reader import LANGUAGE_VERSION, SPEC_KEYS, VARIANT_KEYS
from shapecalc.tables.columns import BY_KEY, SEVERAL

ABOUTS: dict[str, str] = {
    "shapecalc": "version of the language",
    "name": "name of the network; the file name if missing",
    "about": "one sentence about it, or {en: text, zh: text}",
    "import": "files of blocks, in the folder of the spec or below it",
    "blocks": "blocks by name: {layers: [...]} or {branches: {...}}, with arguments",
    "input": "input shape, channels last, such as 224x224x3; or several by name",
    "arguments": "values that expressions may use, by name, with kinds and defaults",
    "variants": "named sets of arguments, with their expectations",
    "layers": LAYERS,
    "outputs": "the layers whose outputs are those of the network, if not just the last layer",
    "columns": "columns of its table: `document`, or a list of the keys that --columns takes",
    "expect": "expected totals, checked by `shapecalc check`",
    "budget": "upper bounds on totals, such as 7M or 35 MiB, checked by `shapecalc check`",
    "block": "name of the block in this file",
    "label": "name of the block in tables, or {en: text, zh: text}",
    "kind": "; ".join(f"{kind}: {sentence}" for kind, sentence in KIND_SENTENCES.items()),
    "default": "default value; may use the arguments before it",
    "output": "output shape; of several, that of the first, or a mapping of their names",
    "params": "learnable weights and biases",
    "buffers": "values kept but not learned, such as running statistics",
    "macs": "multiply-accumulates of convolutions and matrix products, for one input",
    "flops": "twice the multiply-accumulates",
    "weights": "bytes of params and buffers at float32",
    "memory": "bytes of all outputs at float32",
    "peak_memory": "peak bytes alive at once, at float32",
    "receptive_field": "receptive field of the last layer with spatial axes",
}
"""A sentence about each key that does not belong to a layer."""


def schema() -> Schema:
    """The schema of a spec, of a file of blocks, and of a block in a file of its own."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "shapecalc",
        "description": "A network for shapecalc, or blocks for such networks.",
        "type": "object",
        **when(
            {"required": ["block"]},
            ref("blockFile"),
            when(
                {"required": ["blocks"], "not": {"required": ["layers"]}},
                ref("libraryFile"),
                ref("network"),
            ),
        ),
        "definitions": {
            "network": _network(),
            "libraryFile": _keys(*LIBRARY_KEYS),
            "blockFile": _block_file(),
            "block": _block(list_of(ref("item" + OWN))),
            "argument": _argument(),
            "variant": _keys(*VARIANT_KEYS),
            "expression": EXPRESSION,
            "text": NOTE,
            **definitions(),
        },
    }


def _key_schemas() -> dict[str, Schema]:
    """The schemas of the keys of files, blocks and variants."""
    amounts = {key: with_description(AMOUNT, ABOUTS[key]) for key in AMOUNTS}
    named = {"type": "object", "minProperties": 1, "additionalProperties": ref("shape")}
    output = with_description({"anyOf": [ref("shape"), named]}, ABOUTS["output"])
    reach = with_description(RECEPTIVE_FIELD, ABOUTS["receptive_field"])
    expected = {"output": output, "receptive_field": reach, **amounts}
    plain = {"type": ["boolean", "number", "string", "array", "null"]}
    return {
        "shapecalc": {"const": LANGUAGE_VERSION},
        "name": NAME,
        "about": ref("text"),
        "label": ref("text"),
        "import": ONE_OR_SEVERAL,
        "blocks": {"type": "object", "additionalProperties": ref("block")},
        "input": {
            "anyOf": [
                ref("shape"),
                {"type": "object", "minProperties": 1, "additionalProperties": ref("shape")},
            ]
        },
        "arguments": {
            "type": ["object", "null"],
            "propertyNames": {
                "pattern": IDENTIFIER,
                "not": {"enum": sorted(RESERVED_WORDS)},
            },
            "additionalProperties": ref("argument"),
        },
        "given": {"type": ["object", "null"], "additionalProperties": plain},
        "variants": {
            "type": ["object", "null"],
            "additionalProperties": {"anyOf": [ref("variant"), {"type": "null"}]},
        },
        "layers": {"type": ["array", "null"]},
        "outputs": ONE_OR_SEVERAL,
        "columns": one_or_several({"enum": [*SEVERAL, *BY_KEY]}),
        "expect": mapping({key: expected[key] for key in EXPECTED}),
        "budget": mapping(amounts),
        "block": TEXT_SCHEMA,
    }


def _keys(*keys: str) -> Schema:
    """A mapping of keys of files or variants."""
    schemas = _key_schemas()
    found = {key: with_description(schemas[key], ABOUTS[key]) for key in keys}
    if keys == VARIANT_KEYS:
        found["arguments"] = with_description(schemas["given"], "values of the network's arguments")
    return mapping(found)


_TYPE_ARGUMENT: Schema = {
    "anyOf": [
        {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "type"}}},
        {"enum": layers.type_names()},
    ]
}
"""The definition of an argument that holds the name of a layer type."""

_HAS_TYPE_ARGUMENT: Schema = {
    "required": ["arguments"],
    "properties": {"arguments": {"not": {"additionalProperties": {"not": _TYPE_ARGUMENT}}}},
}


def _network() -> Schema:
    own = [{"required": ["blocks"]}, {"required": ["import"]}]
    closed: Schema = {"not": {"anyOf": [*own, {"required": ["arguments"]}]}}
    return {
        **_keys(*SPEC_KEYS),
        "required": ["input", "layers"],
        "allOf": [
            when(
                {"anyOf": [*own, _HAS_TYPE_ARGUMENT]},
                {"properties": {"layers": list_of(ref("item" + OWN))}},
                {"properties": {"layers": list_of(ref("item"))}},
            ),
            when(closed, {"properties": {"layers": list_of(ref("closedItem"))}}),
        ],
    }


def _block_file() -> Schema:
    block = _block({"type": ["array", "null"]})
    properties = {**_keys("shapecalc", "block")["properties"], **block["properties"]}
    of_types, of_own = (
        {
            "properties": {
                "layers": list_of(ref("item" + suffix)),
                "branches": {"additionalProperties": ref("branch" + suffix)},
            }
        }
        for suffix in ("", OWN)
    )
    return {
        **block,
        "properties": {**properties, "branches": {"type": "object", "minProperties": 1}},
        "allOf": [when(_HAS_TYPE_ARGUMENT, of_own, of_types)],
    }


def _block(items: Schema) -> Schema:
    """The definition of a block."""
    schemas = _key_schemas()
    properties = {
        **{
            key: with_description(schemas[key], ABOUTS[key])
            for key in ("label", "about", "arguments")
        },
        "layers": with_description(items, ABOUTS["layers"]),
        **branches_keys(OWN),
    }
    of_body = [{"required": ["layers"]}, {"required": ["branches"]}]
    return {**mapping(properties), "oneOf": of_body}


def _argument() -> Schema:
    """An argument's definition, or its default alone."""
    defaults = {kind: field_schema(make("", None), 1, "") for kind, make in KINDS.items()}
    defaults["type"] = KINDS["type"]("", None).schema(1)
    kinds = [
        when({"properties": {"kind": {"const": kind}}}, {"properties": {"default": default}})
        for kind, default in defaults.items()
    ]
    definition = {
        **mapping(
            {
                "kind": {"enum": list(KINDS), "description": ABOUTS["kind"]},
                "default": with_description({}, ABOUTS["default"]),
                "about": with_description(ref("text"), "its meaning"),
            }
        ),
        "required": ["kind"],
        "allOf": kinds,
    }
    plain = {"type": ["boolean", "number", "string", "array", "null"]}
    return when({"type": "object"}, definition, plain)
