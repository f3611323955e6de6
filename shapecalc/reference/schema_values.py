"""The values of the language as JSON schemas: shapes, notes, amounts, expressions, fields.

An editor says of a wrong value what the alternative says that it most nearly fits. Where values of
several types are right, one schema holds each of these types to what is said of it, so that there
is one message, `errorMessage`, which speaks of all of them. Text is the first of the types and the
items of lists are in an `allOf`: else the YAML language server would begin a list, or write 0, for
whoever chooses a key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from shapecalc.layers.fields import FalseOnly, Flag, Word, one_of, range_text
from shapecalc.limits import MAXIMUM_RANK
from shapecalc.text.words import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapecalc.layers.fields import Field

Schema: TypeAlias = "dict[str, Any]"

IDENTIFIER = r"^[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*$"
"""A name, as expressions have it. JavaScript's \\w is ASCII, and its patterns are the strictest."""

_NOT_IN_EXPRESSIONS = r"""'"{}:;?@#$&|^~`\\"""

_EXPRESSION = rf"\s*[^\s{_NOT_IN_EXPRESSIONS}][^{_NOT_IN_EXPRESSIONS}]*$"

EXPRESSION: Schema = {"type": "string", "pattern": f"^{_EXPRESSION}"}

NOT_BOOLEAN = "[Yy]|[Nn]|[Yy][Ee][Ss]|[Nn][Oo]|[Oo][Nn]|[Oo][Ff][Ff]"
"""The words that YAML 1.1 has for truth values."""

CONDITION: Schema = {"type": "string", "pattern": f"^(?!({NOT_BOOLEAN})$){_EXPRESSION}"}

SIZE: Schema = {"type": "integer", "minimum": 1}


def ref(definition: str) -> Schema:
    """A reference to a definition."""
    return {"$ref": f"#/definitions/{definition}"}


def with_description(schema: Schema, about: str) -> Schema:
    """A schema with a sentence of its own. What is written beside a reference would be ignored."""
    plain = {"allOf": [schema]} if "$ref" in schema else schema
    said = {"description": about} if about else {}
    markdown = {"markdownDescription": about} if "`" in about else {}
    return {**plain, **said, **markdown}


def mapping(properties: dict[str, Schema], required: Iterable[str] = ()) -> Schema:
    """A mapping of these keys alone.

    What is required is asked for where every key is known: a misspelled one would otherwise be
    reported twice, as unknown and as missing.
    """
    closed = {"type": "object", "properties": properties, "additionalProperties": False}
    needed = {"required": list(required)}
    if not needed["required"]:
        return closed
    return {**closed, **when({"propertyNames": {"enum": list(properties)}}, needed)}


def list_of(items: Schema) -> Schema:
    """A list of layers; null is an empty one."""
    message = "layers are written as a list, an item for each"
    return {"type": ["array", "null"], "items": items, "errorMessage": message}


def when(condition: Schema, then: Schema, otherwise: Schema | None = None) -> Schema:
    """One schema or another."""
    schema = {"if": condition, "then": then}
    return schema if otherwise is None else {**schema, "else": otherwise}


def words_alone(words: Iterable[str]) -> str:
    """A pattern of these words. Python's `$` would allow the end of a line after them."""
    return rf"^(?:{'|'.join(words)})(?![\s\S])"


def either(choices: list[Schema], message: str) -> Schema:
    """Any of some schemas: one for all that name a type, and each of the others."""
    types: dict[str, Schema] = {}
    others = []
    for choice in choices:
        if "type" in choice:
            types.setdefault(choice["type"], choice)  # of texts the first, an expression is one
        else:
            others.append({**choice, "errorMessage": message})
    if not types:
        return others[0]
    names = sorted(types, key=lambda name: name != "string")
    together: Schema = {"type": names if len(names) > 1 else names[0], "errorMessage": message}
    for name, choice in types.items():
        said = {key: value for key, value in choice.items() if key != "type"}
        together |= {"allOf": [said]} if name in ("array", "object") else said
    return {"anyOf": [together, *others]} if others else together


def must_be(name: str, choices: list[Schema]) -> str:
    """What a value must be, as messages say it."""
    return f"{name} must be {one_of([words for choice in choices for words in _in_words(choice)])}"


def _in_words(choice: Schema) -> list[str]:
    if "enum" in choice or "const" in choice:
        values = choice.get("enum", [choice.get("const")])
        return [str(value).lower() if value is False else str(value) for value in values]
    if choice in (EXPRESSION, CONDITION):
        return ["an expression"]
    if choice["type"] == "boolean":
        return ["true", "false"]
    noun = _NOUNS[choice["type"]]
    if choice["type"] == "array" and choice.get("minItems") == choice.get("maxItems", 0):
        return [f"a list of {choice['minItems']}"]
    if "exclusiveMinimum" in choice:
        return [f"{noun} above {choice['exclusiveMinimum']}"]
    return [range_text(noun, choice.get("minimum"), choice.get("maximum"))]


_NOUNS = {
    "object": "a mapping",
    "array": "a list",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "string": "text",
}


def _choices(schema: Schema) -> list[Schema]:
    if schema.keys() == {"anyOf"}:
        return [choice for each in schema["anyOf"] for choice in _choices(each)]
    return [schema]


def _with_expressions(schema: Schema, name: str) -> Schema:
    """A list with expressions among its values; any other schema as it is."""
    if "items" not in schema:
        return schema
    inside = (_with_expressions(choice, name) for choice in _choices(schema["items"]))
    choices = [*inside, EXPRESSION]
    return {**schema, "items": either(choices, must_be(f"a value of {name}", choices))}


def field_schema(field: Field[Any], name: str, rank: int, about: str) -> Schema:
    """A field of a layer, or an argument of a block: its values, expressions and default."""
    choices = [_with_expressions(choice, name) for choice in _choices(field.schema(rank))]
    if field.default is None and {"type": "null"} not in choices:
        choices.append({"type": "null"})
    if isinstance(field, Flag):
        choices.append(CONDITION)
    elif not isinstance(field, Word):
        choices.append(EXPRESSION)
    message = must_be(name, choices)
    if isinstance(field, Word):
        schema = either(choices, message)
    else:  # a word is an expression, too
        schema = either([choice for choice in choices if "enum" not in choice], message)
        examples = [word for choice in choices for word in choice.get("enum", ())]
        if examples:
            schema["examples"] = examples
    if isinstance(field, FalseOnly):
        schema["doNotSuggest"] = True
    if isinstance(field.default, bool | int | float | str):
        schema["default"] = field.default
    return with_description(schema, about)


def type_argument_schema(name: str, about: str) -> Schema:
    """An argument of a block that holds the name of a layer type, perhaps with fields, or null."""
    message = f"{name} must be a layer type, null, an expression or a mapping with a type"
    schema = either([{"type": "null"}, EXPRESSION, TYPE_USE], message)
    return with_description({**schema, "allOf": [*schema["allOf"], ref("layerTypes")]}, about)


TYPE_USE: Schema = {
    "type": "object",
    "properties": {"type": {"type": "string", "allOf": [ref("layerTypes"), ref("knownType")]}},
    "required": ["type"],
}
"""A layer type with fields, as the value of an argument."""

TEXT_SCHEMA: Schema = {"type": "string", "minLength": 1}

_PATH: Schema = {
    **TEXT_SCHEMA,
    "pattern": r"^(?![\s\S]*\.\*[^.])(?:[^{}]|\{\{|\}\}|\{[^{}]+\})+$",
}
"""The name of a layer, with `*` for every repeat and expressions in braces."""

PATHS: Schema = either(
    [_PATH, {"type": "array", "items": _PATH, "minItems": 1}],
    "a name, or a list of names, such as [x, down.*.skip, l.{index}]",
)

TEXT_OR_SEVERAL: Schema = either(
    [TEXT_SCHEMA, {"type": "array", "items": TEXT_SCHEMA, "minItems": 1}],
    "a name, or a list of names",
)

NOTE: Schema = either(
    [
        {"type": "string"},
        {
            "type": "object",
            "properties": {language: {"type": "string"} for language in LANGUAGES},
            "additionalProperties": False,
        },
    ],
    "text, or one text for each language",
)

SHAPE: Schema = either(
    [
        SIZE,
        {"type": "string", "pattern": rf"^[1-9][0-9]*([xX×][1-9][0-9]*){{0,{MAXIMUM_RANK}}}$"},
        {
            "type": "array",
            "items": either([SIZE, EXPRESSION], must_be("a size", [SIZE, EXPRESSION])),
            "minItems": 1,
            "maxItems": MAXIMUM_RANK + 1,
        },
    ],
    "a shape is written channels last: 224x224x3, [224, 224, 3], or 1000 for a vector",
)

_LARGE = "[kKmMgGtTpP]"

AMOUNT: Schema = either(
    [
        {"type": "integer", "minimum": 0},
        {
            "type": "string",
            "pattern": rf"^\s*[0-9][0-9_]*(\.[0-9_]+)?\s*({_LARGE}?[bB]?|{_LARGE}[iI][bB])\s*$",
        },
    ],
    "an amount is written as 6624904, 6_624_904, 7M or 35 MiB",
)

RECEPTIVE_FIELD: Schema = either(
    [
        SIZE,
        {"type": "string", "pattern": "^(0|[1-9][0-9]*)(x(0|[1-9][0-9]*))+$"},
        {"type": "array", "items": SIZE, "minItems": 1},
    ],
    "a receptive field is written as 31, 31x31 or [31, 31]",
)
