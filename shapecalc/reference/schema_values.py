"""The values of the language as JSON schemas: shapes, notes, amounts, expressions, fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from shapecalc.layers.fields import Flag, Word
from shapecalc.limits import MAXIMUM_RANK
from shapecalc.text.words import LANGUAGES

if TYPE_CHECKING:
    from shapecalc.layers.fields import Field

Schema: TypeAlias = "dict[str, Any]"

IDENTIFIER = r"^[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*$"
"""A name, as expressions have it. JavaScript's \\w is ASCII, and its patterns are the strictest."""

_NOT_IN_EXPRESSIONS = r"""'"{}:;?@#$&|^~`\\"""

EXPRESSION: Schema = {
    "type": "string",
    "pattern": rf"^\s*[^\s{_NOT_IN_EXPRESSIONS}][^{_NOT_IN_EXPRESSIONS}]*$",
    "description": "An expression over the arguments in scope, such as 4 * planes.",
}

CONDITION: Schema = {
    "allOf": [{"$ref": "#/definitions/expression"}],
    "not": {"pattern": "^([Yy]|[Nn]|[Yy][Ee][Ss]|[Nn][Oo]|[Oo][Nn]|[Oo][Ff][Ff])$"},
    "description": "An expression that is true or false; yes and no are not booleans.",
}

SIZE: Schema = {"type": "integer", "minimum": 1}

NOTE: Schema = {
    "description": "Text, or one text for each language.",
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "properties": {language: {"type": "string"} for language in LANGUAGES},
            "additionalProperties": False,
        },
    ],
}

SHAPE: Schema = {
    "description": "A shape, channels last: 224x224x3, [224, 224, 3], or 1000 for a vector.",
    "anyOf": [
        SIZE,
        {"type": "string", "pattern": rf"^[1-9][0-9]*([xX×][1-9][0-9]*){{0,{MAXIMUM_RANK}}}$"},
        {
            "type": "array",
            "items": {"anyOf": [SIZE, {"$ref": "#/definitions/expression"}]},
            "minItems": 1,
            "maxItems": MAXIMUM_RANK + 1,
        },
    ],
}

_LARGE = "[kKmMgGtTpP]"

AMOUNT: Schema = {
    "anyOf": [
        {"type": "integer", "minimum": 0},
        {
            "type": "string",
            "pattern": rf"^\s*[0-9][0-9_]*(\.[0-9_]+)?\s*({_LARGE}?[bB]?|{_LARGE}[iI][bB])\s*$",
        },
    ]
}

RECEPTIVE_FIELD: Schema = {
    "anyOf": [
        SIZE,
        {"type": "string", "pattern": "^(0|[1-9][0-9]*)(x(0|[1-9][0-9]*))+$"},
        {"type": "array", "items": SIZE, "minItems": 1},
    ]
}


def ref(definition: str) -> Schema:
    """A reference to a definition."""
    return {"$ref": f"#/definitions/{definition}"}


def with_description(schema: Schema, about: str) -> Schema:
    """A schema with a sentence of its own. What is written beside a reference would be ignored."""
    plain = {"allOf": [schema]} if "$ref" in schema else schema
    return {"description": about, **plain} if about else plain


def mapping(properties: dict[str, Schema]) -> Schema:
    """A mapping of these keys alone."""
    return {"type": "object", "properties": properties, "additionalProperties": False}


def list_of(items: Schema) -> Schema:
    """A list; null is an empty one."""
    return {"type": ["array", "null"], "items": items}


def when(condition: Schema, then: Schema, otherwise: Schema | None = None) -> Schema:
    """One schema or another."""
    schema = {"if": condition, "then": then}
    return schema if otherwise is None else {**schema, "else": otherwise}


def _choices(schema: Schema) -> list[Schema]:
    choices: list[Schema] = schema["anyOf"] if schema.keys() == {"anyOf"} else [schema]
    return choices


def _with_expressions(schema: Schema) -> Schema:
    """A list with expressions among its values; any other schema as it is."""
    if "items" not in schema:
        return schema
    return {**schema, "items": {"anyOf": [*_choices(schema["items"]), ref("expression")]}}


def field_schema(field: Field[Any], rank: int, about: str) -> Schema:
    """A field of a layer, or an argument of a block: its values, expressions and default."""
    own = field.schema(rank)
    choices = [_with_expressions(choice) for choice in _choices(own)]
    if field.default is None and {"type": "null"} not in choices:
        choices.append({"type": "null"})
    if isinstance(field, Flag):
        choices.append(ref("condition"))
    elif not isinstance(field, Word):
        choices.append(ref("expression"))
    if field.like is not None:
        about += f"; as {field.like} if missing"
    schema = with_description(choices[0] if len(choices) == 1 else {"anyOf": choices}, about)
    if isinstance(field.default, bool | int | float | str):
        schema["default"] = field.default
    return schema
