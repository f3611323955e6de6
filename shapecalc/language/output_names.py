"""The names of a network's outputs, and of the inputs and outputs of a block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.language.items import Pattern, is_path
from shapecalc.limits import MAXIMUM_INPUTS, MAXIMUM_NAME
from shapecalc.problems.formatting import shown
from shapecalc.yaml.nodes import ListNode

if TYPE_CHECKING:
    from shapecalc.language.items import Block
    from shapecalc.language.node_reader import NodeReader
    from shapecalc.yaml.nodes import MappingNode


def read_output_names(reader: NodeReader, node: MappingNode) -> tuple[str, ...]:
    """The paths under `outputs`, of a network or a block; none without it, or where it is wrong."""
    if "outputs" not in node.values:
        return ()
    value = node.values["outputs"]
    names = value.values if isinstance(value, ListNode) else [value]
    if names and all(map(is_path, names)):
        return tuple(Pattern(name) if ".*" in name else name for name in map(str, names))
    reader.problem(
        "SC104",
        f"outputs must be a list of layer names, not {shown(value)}",
        node.place_of_value("outputs"),
    )
    return ()


def read_block_inputs(reader: NodeReader, node: MappingNode) -> tuple[str, ...]:
    """The names of a block's inputs: `input` where it names none."""
    if "inputs" not in node.values:
        return ("input",)
    value, place = node.values["inputs"], node.place_of_value("inputs")
    hint = "write inputs: [x, skip]"
    names = reader.sequence(value, place, "inputs", hint)
    if names is None:
        return ("input",)
    found: dict[str, None] = {}
    for index, name in enumerate(names.values):
        at = names.place_of(index)
        if not isinstance(name, str) or not 0 < len(name) <= MAXIMUM_NAME or "." in name:
            text = f"the name of an input must be a string of 1 to {MAXIMUM_NAME} characters"
            reader.problem("SC104", f"{text} without dots, not {shown(name)}", at, hint)
        elif name in found:
            reader.problem("SC107", f"duplicate name {shown(name)}", at, "name each input once")
        else:
            found[name] = None
    if not names.values or len(names.values) > MAXIMUM_INPUTS:
        text = f"a block has 1 to {MAXIMUM_INPUTS} inputs, not {len(names.values)}"
        reader.problem("SC104", text, place, hint)
        return ("input",)
    return tuple(found) or ("input",)


def read_ends(reader: NodeReader, node: MappingNode, block: Block) -> None:
    """Read the inputs and outputs that a block names."""
    block.inputs = read_block_inputs(reader, node)
    block.outputs = read_output_names(reader, node)
    if "outputs" in node.values and "branches" in node.values:
        place = node.place_of_key("outputs")
        hint = "write join: none, and take each branch by its name"
        reader.problem("SC102", "conflicting keys branches and outputs", place, hint)
