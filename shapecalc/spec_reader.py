"""Reads a spec from a text: its top-level keys, the library of its blocks, its body."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from shapecalc.language.arguments import read_arguments
from shapecalc.language.expectations import read_expectations
from shapecalc.language.item_reader import ItemReader
from shapecalc.language.item_size import measure
from shapecalc.language.items import BranchesItem, InvalidItem, Item, SequenceItem
from shapecalc.language.keys import SPEC_KEYS, is_block_file, name_of_file
from shapecalc.language.library import Begun, Library
from shapecalc.language.node_reader import NodeReader
from shapecalc.language.variant import Variant
from shapecalc.limits import MAXIMUM_INPUTS, MAXIMUM_LAYERS, MAXIMUM_NESTING, Allowance
from shapecalc.problems.formatting import named, shown
from shapecalc.problems.problem import Problems
from shapecalc.spec import Spec
from shapecalc.text.source import Source
from shapecalc.yaml.nodes import ListNode, MappingNode
from shapecalc.yaml.reader import read_yaml

if TYPE_CHECKING:
    from shapecalc.language.arguments import Argument
    from shapecalc.language.value_reader import ValueReader

LANGUAGE_VERSION = 1


VARIANT_KEYS = ("about", "arguments", "input", "expect", "budget")


def read_spec(source: Source, problems: Problems) -> Spec | None:
    """The spec in a source; None if its root is not one. Adds every problem to `problems`."""
    root = read_root(source, problems)
    return None if root is None else spec_of(*root)


def read_root(source: Source, problems: Problems) -> tuple[object, NodeReader] | None:
    """The value of a text, and the reader of what is in it; None if it is not YAML."""
    before = len(problems)
    allowance = Allowance()
    value = read_yaml(source, problems, allowance)
    if value is None and len(problems) > before:
        return None
    return value, NodeReader(source, problems, allowance)


def spec_of(value: object, reader: NodeReader) -> Spec | None:
    """The spec in the value of a text; None and a problem if its root is not one."""
    node = reader.mapping(value, 0, "the spec", "write name: ..., input: 224x224x3, layers: [...]")
    if node is None:
        return None
    if is_block_file(node):
        reader.problem(
            "SC103",
            "expected a network, got a file of blocks",
            node.start,
            "import it in a spec, or add input and layers",
        )
        return None
    reader.known_keys(node, SPEC_KEYS, "the spec")
    source = reader.source
    _read_version(reader, node)
    name = reader.text(node, "name", 200) or name_of_file(source.path)
    about = reader.note(node, "about")
    library = Library(reader, Begun())
    if "blocks" in node.values:
        library.define(node.values["blocks"], node.place_of_value("blocks"))
    if "import" in node.values:
        place = node.place_of_value("import")
        from shapecalc.language.imports import read_imports

        read_imports(library, node.values["import"], place, os.path.dirname(source.path))
    arguments = read_arguments(reader, library.mapping(node, "arguments"))
    used: set[str] = set()
    library.look_up(arguments, node, used)
    values = library.values(arguments, used)
    if "input" not in node.values:
        reader.missing(node, "input", "the spec", "write input: 224x224x3")
    inputs = _read_inputs(reader, node, values)
    expectations = read_expectations(reader, node)
    variants = _read_variants(reader, node, library, arguments, values)
    output_names: tuple[str, ...] = ()
    if "outputs" in node.values:
        from shapecalc.language.output_names import read_output_names

        output_names = read_output_names(reader, node)
    body = ItemReader(values).body(node, "the spec")
    library.read_all()
    library.finish()
    return Spec(
        source=source,
        node=node,
        name=name,
        about=about,
        arguments=arguments,
        variants=variants,
        inputs=inputs,
        body=_within_limits(reader, body),
        output_names=output_names,
        columns=read_columns(reader, node),
        expectations=expectations,
        default_variant=None,
        blocks=library.blocks,
        used=frozenset(used),
        read=read_spec,
        find=library.found,
    )


Body = SequenceItem | BranchesItem | None


def _within_limits(reader: NodeReader, body: Body) -> Body:
    """The body, without what is too large or too deep: that is reported before any of it is run."""
    if isinstance(body, SequenceItem):
        for index, item in enumerate(body.items):
            if _is_oversized(reader, item):  # the others are still run, for their problems
                invalid = body.items[index] = InvalidItem(item.node)
                invalid.name = item.name
    if body is not None and _is_oversized(reader, body, whole=True):
        return None
    return body


def _is_oversized(reader: NodeReader, item: Item, whole: bool = False) -> bool:
    """Whether an item is too large or too deep; if so, its problem is reported."""
    count, nesting = measure(item)
    if count - whole <= MAXIMUM_LAYERS and nesting <= MAXIMUM_NESTING:
        return False
    from shapecalc.language.item_size import oversized

    problem = oversized(item, whole=whole)
    assert problem is not None
    reader.problems.add(problem)
    return True


def _read_version(reader: NodeReader, node: MappingNode) -> None:
    version = node.values.get("shapecalc", LANGUAGE_VERSION)
    if type(version) is not int or version != LANGUAGE_VERSION:
        reader.problem(
            "SC120",
            f"unsupported language version {shown(version)}",
            node.place_of_value("shapecalc"),
            f"write shapecalc: {LANGUAGE_VERSION}, or upgrade shapecalc",
        )


def _read_inputs(
    reader: NodeReader, node: MappingNode, values: ValueReader
) -> dict[str, Any] | None:
    """The inputs' shapes by name; a plain shape is that of `input`. None if there are none."""
    if "input" not in node.values:
        return None
    value = node.values["input"]
    if isinstance(value, MappingNode):
        if not value.values:
            hint = "write input: 224x224x3, or input: {left: 224x224x3, right: 224x224x3}"
            reader.problem("SC104", "missing shape in input", node.place_of_value("input"), hint)
            return None
        if len(value.values) > MAXIMUM_INPUTS:
            text = f"too many inputs: {len(value.values)}, the maximum is {MAXIMUM_INPUTS}"
            reader.problem("SC104", text, node.place_of_value("input"))
            return None
        for name in value.values:
            reader.short_name(name, value, "an input")
        return {name: values.shape(value, name) for name in value.values}
    return {"input": values.shape(node, "input")}


def _read_variants(
    reader: NodeReader,
    node: MappingNode,
    library: Library,
    arguments: dict[str, Argument],
    values: ValueReader,
) -> dict[str, Variant]:
    """The variants by name; one that is invalid is there, too, so that its name is known.

    values: reads their inputs, whose expressions make use of arguments.
    """
    mapping = library.mapping(node, "variants")
    if mapping is None:
        return {}
    variants: dict[str, Variant] = {}
    for name, value in mapping.values.items():
        reader.short_name(name, mapping, "a variant")
        inner = None
        if value is not None:
            what = f"variant {named(name)}"
            inner = reader.mapping(
                value, mapping.place_of_value(name), what, "write {arguments: {...}}"
            )
        if inner is None:
            variants[name] = Variant(name, invalid=value is not None)
            continue
        reader.known_keys(inner, VARIANT_KEYS, f"variant {named(name)}")
        about = reader.note(inner, "about")
        expectations = read_expectations(reader, inner)
        before = reader.failures
        input = _read_inputs(reader, inner, values)
        given, places = library.variant_values(inner, arguments)
        meant = ((inner.start, word) in reader.meant for word in ("arguments", "input"))
        invalid = reader.failures > before or any(meant)
        place = inner.place_of_value("input") if "input" in inner.values else 0
        variants[name] = Variant(name, invalid, about, given, places, input, place, expectations)
    return variants


def read_columns(reader: NodeReader, node: MappingNode) -> tuple[str, ...] | None:
    """The columns of the tables, of a spec or of a project's; None for the usual ones."""
    if "columns" not in node.values:
        return None
    from shapecalc.tables.columns import BY_KEY, SEVERAL

    value, place = node.values["columns"], node.place_of_value("columns")
    written = [(value, place)]
    if isinstance(value, ListNode):
        written = [(each, value.place_of(index)) for index, each in enumerate(value.values)]
    found = []
    for key, at in written:
        if isinstance(key, str) and (key in BY_KEY or key in SEVERAL):
            found.append(key)
        elif isinstance(key, str):
            text = f"unknown column {shown(key)}"
            reader.unknown("SC104", text, key, [*BY_KEY, *SEVERAL], at, "see --columns help")
        else:
            text = f"columns must be a list of column keys, not {shown(key)}"
            reader.problem("SC104", text, at, "write columns: [name, output, params]")
    if not written:
        text = "columns must have at least one column key"
        reader.problem("SC104", text, place, "write columns: [name, output, params]")
    return tuple(found) or None
