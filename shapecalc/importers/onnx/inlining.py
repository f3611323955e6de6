"""The functions of a file put in where they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.importers.onnx.model import OnnxNode
from shapecalc.importers.onnx.order import node_text
from shapecalc.limits import MAXIMUM_ONNX_NESTING, MAXIMUM_ONNX_NODES
from shapecalc.problems.problem import Refusal

if TYPE_CHECKING:
    from shapecalc.importers.onnx.model import OnnxAttribute, OnnxFunction

    Functions = dict[tuple[str, str], OnnxFunction]


def inlined(nodes: list[OnnxNode], functions: Functions) -> list[OnnxNode]:
    """Nodes with the bodies of the functions that they call, and of those that these call.

    Raises Refusal SC501 for functions that are nested too deep, as those that call themselves are,
    and for too many nodes.
    """
    if not functions:
        return nodes
    done: list[OnnxNode] = []
    left = [(node, 0) for node in reversed(nodes)]
    calls = 0
    while left:
        node, depth = left.pop()
        function = functions.get((node.domain, node.op))
        if function is None:
            done.append(node)
            continue
        if depth == MAXIMUM_ONNX_NESTING:
            text = f"functions are nested more than {depth} deep, the maximum"
            raise Refusal("SC501", f"{node_text(node)}: {text}")
        calls += 1
        left += [(each, depth + 1) for each in reversed(_body(node, function, calls))]
        if len(left) + len(done) > MAXIMUM_ONNX_NODES:
            text = f"its functions come to more than {MAXIMUM_ONNX_NODES:,} nodes, the maximum"
            raise Refusal("SC501", f"{node_text(node)}: {text}")
    return done


def _body(call: OnnxNode, function: OnnxFunction, number: int) -> list[OnnxNode]:
    """The nodes of a function, with names that no other call has."""
    names = {"": ""}
    for index, parameter in enumerate(function.parameters):
        names[parameter] = call.input(index)
    for index, result in enumerate(function.results):
        if result not in names and index < len(call.outputs) and call.outputs[index]:
            names[result] = call.outputs[index]

    def renamed(name: str) -> str:
        return names.setdefault(name, f"{name} of call {number}")

    path = call.name or call.op
    body = []
    for node in function.nodes:
        name = "/".join(filter(None, (path, node.name.strip("/") or node.op)))
        inputs = [renamed(each) for each in node.inputs]
        copy = OnnxNode(node.op, inputs, [renamed(each) for each in node.outputs], name)
        copy.domain = node.domain
        copy.scopes = node.scopes
        copy.attributes = _attributes(node, call, function)
        body.append(copy)
    for index, result in enumerate(function.results):  # a parameter that is handed on
        if result in function.parameters and index < len(call.outputs) and call.outputs[index]:
            body.append(OnnxNode("Identity", [names[result]], [call.outputs[index]]))
    return body


def _attributes(node: OnnxNode, call: OnnxNode, function: OnnxFunction) -> dict[str, OnnxAttribute]:
    """The attributes of a node, of which some are those that the function is called with."""
    found = {}
    for name, attribute in node.attributes.items():
        if not attribute.reference:
            found[name] = attribute
            continue
        given = call.attributes.get(attribute.reference) or function.defaults.get(
            attribute.reference
        )
        if given is not None:
            found[name] = given
    return found
