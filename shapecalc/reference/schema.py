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
from shapecalc.language.imports import LIBRARY_KEYS
from shapecalc.language.keys import RESERVED_WORDS, SPEC_KEYS
from shapecalc.limits import MAXIMUM_INPUTS
from shapecalc.reference.schema_items import (
    LAYERS,
    NAME,
    OWN,
    branches_keys,
    definitions,
)
from shapecalc.reference.schema_values import (
    AMOUNT,
    IDENTIFIER,
    NOTE,
    RECEPTIVE_FIELD,
    SHAPE,
    TEXT_OR_SEVERAL,
    TEXT_SCHEMA,
    TYPE_USE,
    Schema,
    field_schema,
    list_of,
    mapping,
    must_be,
    ref,
    when,
    with_description,
    words_alone,
)
from shapecalc.spec_reader import LANGUAGE_VERSION, VARIANT_KEYS
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
    "kind": "what values it may have",
    "argument": "its default, or {kind: ..., default: ..., about: ...}",
    "default": "default value; may use the arguments before it",
    "inputs": "the names of its inputs, in the order of `from`; one called `input` if missing",
    "outputs of a block": "what it outputs, each by a name, if not just its last layer",
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
                {"required": ["blocks"], "propertyNames": {"enum": list(LIBRARY_KEYS)}},
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
            "variant": {**_keys(*VARIANT_KEYS), "type": ["object", "null"]},
            **definitions(),
        },
    }


_INPUTS: Schema = {
    "type": "array",
    "allOf": [
        {
            "items": {**NAME, "pattern": r"^[^.]*$"},
            "uniqueItems": True,
            "minItems": 1,
            "maxItems": MAXIMUM_INPUTS,
        }
    ],
    "errorMessage": "inputs are written as a list of names without dots: [x, skip]",
}


def _key_schemas() -> dict[str, Schema]:
    """The schemas of the keys of files, blocks and variants."""
    amounts = {key: with_description(AMOUNT, ABOUTS[key]) for key in AMOUNTS}
    named = {"minProperties": 1, "additionalProperties": ref("shape")}
    shapes = {
        "type": ["string", "integer", "array", "object"],
        "errorMessage": SHAPE["errorMessage"],
        **when({"type": "object"}, named, ref("shape")),
    }
    output = with_description(shapes, ABOUTS["output"])
    reach = with_description(RECEPTIVE_FIELD, ABOUTS["receptive_field"])
    expected = {"output": output, "receptive_field": reach, **amounts}
    column = {
        "type": "string",
        "enum": [*SEVERAL, *BY_KEY],
        "errorMessage": "no column has this key; see `shapecalc table --columns help`",
    }
    return {
        "shapecalc": {"const": LANGUAGE_VERSION},
        "name": NAME,
        "about": NOTE,
        "label": NOTE,
        "import": TEXT_OR_SEVERAL,
        "blocks": {"type": "object", "additionalProperties": ref("block")},
        "input": shapes,
        "arguments": {
            "type": ["object", "null"],
            "propertyNames": {
                "pattern": rf"(?!{words_alone(sorted(RESERVED_WORDS))}){IDENTIFIER}",
                "errorMessage": "an argument has a name of letters, digits and _, which is no word "
                "of the language",
            },
            "additionalProperties": ref("argument"),
        },
        "given": {"type": ["object", "null"], "additionalProperties": _GIVEN},
        "variants": {"type": ["object", "null"], "additionalProperties": ref("variant")},
        "layers": list_of({}),
        "inputs": _INPUTS,
        "outputs": TEXT_OR_SEVERAL,
        "columns": {"anyOf": [column, {"type": "array", "items": column, "minItems": 1}]},
        "expect": mapping({key: expected[key] for key in EXPECTED}),
        "budget": mapping(amounts),
        "block": TEXT_SCHEMA,
    }


def _keys(*keys: str, required: tuple[str, ...] = ()) -> Schema:
    """A mapping of keys of files or variants."""
    schemas = _key_schemas()
    found = {key: with_description(schemas[key], ABOUTS[key]) for key in keys}
    if keys == VARIANT_KEYS:
        found["arguments"] = with_description(schemas["given"], "values of the network's arguments")
    return mapping(found, required)


_TYPE_ARGUMENT: Schema = {
    "anyOf": [
        {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"enum": ["type", "block"]}},
        },
        {"type": "string", "pattern": words_alone(layers.type_names())},
    ]
}
"""The definition of an argument that holds the name of a layer type or a block."""

_HAS_TYPE_ARGUMENT: Schema = {
    "required": ["arguments"],
    "properties": {"arguments": {"not": {"additionalProperties": {"not": _TYPE_ARGUMENT}}}},
}


def _network() -> Schema:
    own = [{"required": ["blocks"]}, {"required": ["import"]}]
    closed: Schema = {"not": {"anyOf": [*own, {"required": ["arguments"]}]}}
    return {
        **_keys(*SPEC_KEYS, required=("input", "layers")),
        "allOf": [
            when(
                {"anyOf": [*own, _HAS_TYPE_ARGUMENT]},
                _with_layers("item" + OWN),
                _with_layers("item"),
            ),
            when(closed, _with_layers("closedItem")),
        ],
    }


BLOCK_FILE_KEYS = ("shapecalc", "block")
"""What a block in a file of its own may say besides."""


def _with_layers(item: str) -> Schema:
    """A file whose layers are such items. Editors offer what is in `properties`, each once."""
    return {"patternProperties": {"^layers$": list_of(ref(item))}}


def _block_file() -> Schema:
    block = _block(list_of({}))
    properties = {**_keys(*BLOCK_FILE_KEYS)["properties"], **block["properties"]}
    of_types, of_own = (
        {
            "patternProperties": {
                "^layers$": list_of(ref("item" + suffix)),
                "^branches$": {"additionalProperties": ref("branch" + suffix)},
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
            for key in ("label", "about", "inputs", "arguments")
        },
        "outputs": with_description(schemas["outputs"], ABOUTS["outputs of a block"]),
        "layers": with_description(items, ABOUTS["layers"]),
        **branches_keys(OWN),
    }
    body = when(
        {"required": ["branches"]},
        {
            "properties": {"layers": False, "outputs": False},
            "errorMessage": "a block has either layers, perhaps with outputs, or branches",
        },
        when(
            {"propertyNames": {"enum": [*BLOCK_FILE_KEYS, *properties]}},
            {"required": ["layers"], "errorMessage": "a block has layers or branches"},
        ),
    )
    return {**mapping(properties), **body}


def _argument() -> Schema:
    """An argument's definition, or its default alone."""
    defaults = {
        kind: field_schema(make("", None), "default", 1, "") for kind, make in KINDS.items()
    }
    defaults["type"] = {
        "type": ["string", "null", "object"],
        "properties": TYPE_USE["properties"],
        "required": TYPE_USE["required"],
        "errorMessage": "default must be a layer type, null or a mapping with a type",
        "allOf": [ref("layerTypes"), ref("knownType")],
    }
    kinds = [
        when({"properties": {"kind": {"const": kind}}}, {"properties": {"default": default}})
        for kind, default in defaults.items()
    ]
    keys = {
        "kind": {
            "enum": list(KINDS),
            "markdownEnumDescriptions": [KIND_SENTENCES[kind] for kind in KINDS],
            "errorMessage": must_be("kind", [{"enum": KINDS}]),
            "description": ABOUTS["kind"],
        },
        "default": with_description({}, ABOUTS["default"]),
        "about": with_description(NOTE, "its meaning"),
    }
    definition = {**mapping(keys, ("kind",)), "allOf": kinds}
    return with_description(when({"type": "object"}, definition, _PLAIN), ABOUTS["argument"])


_PLAIN: Schema = {"type": ["boolean", "number", "string", "array", "null"]}
"""The value of an argument."""

_GIVEN: Schema = when(
    {"type": "object"}, field_schema(KINDS["block"]("", None), "it", 1, ""), _PLAIN
)
"""The value that a variant gives to an argument, which may be a block with its fields."""
