"""The JSON schema (draft-07) of the language, for editors: derived from the code.

What a schema cannot know it lets pass: the names of layers, the values of expressions, and the
blocks that a file defines or imports. Where a file does so, a type that is not known here may be
one of its own; where it does not, no other type is valid. Where there are no arguments either, a
lone word is no expression.
"""

from __future__ import annotations

from shapecalc import layers
from shapecalc.language.arguments import KIND_SENTENCES, KINDS, RESERVED
from shapecalc.language.expectations import AMOUNTS, EXPECTED
from shapecalc.language.library import LIBRARY_KEYS
from shapecalc.reference.schema_items import (
    LAYERS,
    NAME,
    ONE_OR_SEVERAL,
    OWN,
    TEXT,
    branches_keys,
    definitions,
)
from shapecalc.reference.schema_values import (
    AMOUNT,
    EXPRESSION,
    IDENTIFIER,
    NOTE,
    RECEPTIVE_FIELD,
    Schema,
    described,
    field_schema,
    list_of,
    mapping,
    ref,
    when,
)
from shapecalc.spec_reader import LANGUAGE_VERSION, SPEC_KEYS, VARIANT_KEYS

ABOUTS: dict[str, str] = {
    "shapecalc": "the version of the language that the spec is written in",
    "name": "what the network is called; the file's name if missing",
    "about": "a sentence on what it is, or {en: text, zh: text}",
    "import": "files of blocks, beside the spec or below",
    "blocks": "blocks by name: {layers: [...]} or {branches: {...}}, with arguments",
    "input": "the input's shape, channels last, such as 224x224x3; or several by name",
    "arguments": "values by name that expressions may use, with kinds and defaults",
    "variants": "sets of arguments by name, with what they expect",
    "layers": LAYERS,
    "outputs": "the layers whose outputs are the network's, if not the last alone",
    "expect": "figures of the network that `shapecalc check` holds it to",
    "budget": "figures that `shapecalc check` holds the network below, such as 7M or 35 MiB",
    "block": "the name of the block in this file",
    "label": "what a table calls the block, or {en: text, zh: text}",
    "kind": "; ".join(f"{kind}: {sentence}" for kind, sentence in KIND_SENTENCES.items()),
    "default": "the value where none is given; may use the arguments before it",
    "output": "the shape put out",
    "params": "learnable weights and biases",
    "buffers": "numbers that are kept and not learned",
    "macs": "multiply-accumulates of convolutions and matrix products, for one input",
    "flops": "twice the multiply-accumulates",
    "weights": "bytes of params and buffers at float32",
    "memory": "bytes of everything put out at float32",
    "peak_memory": "bytes that are alive at once at the most, at float32",
    "receptive_field": "the receptive field of the last layer that has positions",
}
"""A sentence on each key that is no layer's."""


def schema() -> Schema:
    """The schema of a spec, of a file of blocks, and of a block in a file of its own."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "shapecalc",
        "description": "A network written down for shapecalc, or blocks for such networks.",
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
    amounts = {key: described(AMOUNT, ABOUTS[key]) for key in AMOUNTS}
    output = described(ref("shape"), ABOUTS["output"])
    reach = described(RECEPTIVE_FIELD, ABOUTS["receptive_field"])
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
                "not": {"enum": sorted(RESERVED)},
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
        "expect": mapping({key: expected[key] for key in EXPECTED}),
        "budget": mapping(amounts),
        "block": TEXT,
    }


def _keys(*keys: str) -> Schema:
    """A mapping of keys of files or variants."""
    schemas = _key_schemas()
    found = {key: described(schemas[key], ABOUTS[key]) for key in keys}
    if keys == VARIANT_KEYS:
        found["arguments"] = described(schemas["given"], "values of the network's arguments")
    return mapping(found)


_TYPE_ARGUMENT: Schema = {
    "anyOf": [
        {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "type"}}},
        {"enum": layers.names()},
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
    """What stands under the name of a block."""
    schemas = _key_schemas()
    properties = {
        **{key: described(schemas[key], ABOUTS[key]) for key in ("label", "about", "arguments")},
        "layers": described(items, ABOUTS["layers"]),
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
                "default": described({}, ABOUTS["default"]),
                "about": described(ref("text"), "what it is"),
            }
        ),
        "required": ["kind"],
        "allOf": kinds,
    }
    plain = {"type": ["boolean", "number", "string", "array", "null"]}
    return when({"type": "object"}, definition, plain)
