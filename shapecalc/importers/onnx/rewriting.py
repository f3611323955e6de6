"""Patterns of nodes that are found in a graph, and put back to what they were.

A pattern is written as the expression that it computes, such as `Mul(x, Sigmoid(x))`. In it a small
letter is any tensor, a word with a capital a constant, a number a constant of about that value, and
`number` and `other` numbers of any value. The operands of a sum or a product may be in either
order, and numbers may change their type in between.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from shapecalc.importers.onnx.model import OnnxAttribute, OnnxNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from shapecalc.importers.onnx.links import Links

_OPERATOR = re.compile(r"(\w+)\(")
_COMMUTING = {"Add", "Mul"}
_MORE_INPUTS = {"ReduceMean", "ReduceL2", "ReduceSum", "Clip", "Slice", "Split"}
"""Operators that may have inputs that a pattern does not show: axes, bounds and places."""


class Match(NamedTuple):
    """What was found. names: what the words of the pattern stand for. nodes: the last one first."""

    names: Mapping[str, str]
    nodes: tuple[OnnxNode, ...]
    links: Links

    def number(self, word: str) -> float:
        """The number that a word of the pattern stands for."""
        return self.links.number(self.names[word]) or 0.0

    def of(self, op: str) -> list[OnnxNode]:
        """The nodes of an operator."""
        return [node for node in self.nodes if node.op == op]


class PatternRule(NamedTuple):
    """A pattern, and what it was: the operator with the inputs that words of the pattern name.

    check: makes the attributes of a match; None where it is not what the pattern is for.
    keeps_parts: whether only the sizes of tensors tell that, so that its nodes are kept.
    """

    pattern: str
    op: str
    inputs: str = "x"
    check: Callable[[Match], dict[str, float | int | list[int]] | None] = lambda match: {}
    keeps_parts: bool = False


def with_patterns(
    nodes: list[OnnxNode], links: Links, rules: Sequence[PatternRule]
) -> list[OnnxNode]:
    """Nodes in running order, with patterns put back."""
    ops = {node.op for node in nodes}
    by_root: dict[str, list[PatternRule]] = {}
    for rule in rules:
        if ops.issuperset(_OPERATOR.findall(rule.pattern)):
            by_root.setdefault(rule.pattern.partition("(")[0], []).append(rule)
    gone: set[int] = set()
    instead: dict[int, OnnxNode] = {}
    for node in reversed(nodes):
        if id(node) in gone or node.domain:
            continue
        for rule in by_root.get(node.op, ()):
            match = _matching(rule, node, links, gone)
            attributes = None if match is None else rule.check(match)
            if match is None or attributes is None:
                continue
            found = instead[id(node)] = _node(rule, node, match, attributes)
            if rule.keeps_parts:
                inside = {id(each) for each in match.nodes}
                parts = [each for each in nodes if id(each) in inside]
                others = [each for each in rules if not each.keeps_parts]
                found.parts = with_patterns(parts, links, others)
            gone.update(id(each) for each in match.nodes if each is not node)
            break
    return [instead.get(id(node), node) for node in nodes if id(node) not in gone]


def _matching(rule: PatternRule, node: OnnxNode, links: Links, gone: set[int]) -> Match | None:
    for names, nodes in _matches(_tree(rule.pattern), node, links, {}):
        inner = [each for each in nodes if each is not node]
        if gone.isdisjoint(map(id, inner)) and all(links.is_inner(each, nodes) for each in inner):
            return Match(names, nodes, links)
    return None


@cache
def _tree(pattern: str) -> ast.expr:
    return ast.parse(pattern, mode="eval").body


_Found = tuple["dict[str, str]", "tuple[OnnxNode, ...]"]
_Names = dict[str, str]


def _matches(tree: ast.expr, node: OnnxNode, links: Links, names: _Names) -> Iterator[_Found]:
    """The ways in which a node is what a pattern says."""
    assert isinstance(tree, ast.Call)
    assert isinstance(tree.func, ast.Name)
    if node.op != tree.func.id or node.domain:
        return
    links.take()
    inputs = [name for name in node.inputs if name]
    if len(inputs) < len(tree.args):
        return
    if len(inputs) > len(tree.args) and node.op not in _MORE_INPUTS:
        return
    orders = [tree.args]
    if node.op in _COMMUTING:
        orders.append(tree.args[::-1])
    for order in orders:
        found: list[_Found] = [(names, (node,))]
        for part, name in zip(order, inputs, strict=False):
            found = [
                (known, (*nodes, *more))
                for before, nodes in found
                for known, more in _operand(part, name, links, before)
            ]
        yield from found


def _operand(tree: ast.expr, name: str, links: Links, names: _Names) -> Iterator[_Found]:
    """The ways in which an operand is what a part of a pattern says."""
    if isinstance(tree, ast.Call):
        maker = links.makers.get(name)
        casts: list[OnnxNode] = []
        while maker is not None and maker.op == "Cast" and maker.inputs and len(casts) < 4:
            casts.append(maker)
            maker = links.makers.get(maker.inputs[0])
        if maker is not None:
            for known, nodes in _matches(tree, maker, links, names):
                yield known, (*casts, *nodes)
    elif isinstance(tree, ast.Constant):
        number = links.number(name)
        assert isinstance(tree.value, int | float)
        if number is not None and abs(number - tree.value) <= 1e-3 * abs(tree.value):
            yield names, ()
    else:
        assert isinstance(tree, ast.Name)
        word = tree.id
        if word in names:
            same = links.number(name)
            if names[word] == name or (same is not None and same == links.number(names[word])):
                yield names, ()
        elif word in ("number", "other"):
            if links.number(name) is not None:
                yield {**names, word: name}, ()
        elif word[0].islower() or links.is_constant(name):
            yield {**names, word: name}, ()


def _node(
    rule: PatternRule,
    last: OnnxNode,
    match: Match,
    attributes: Mapping[str, float | int | list[int]],
) -> OnnxNode:
    """The node that a pattern was, in the place of its last one."""
    path, slash, _ = last.name.rpartition("/")
    inputs = [match.names.get(word, "") for word in rule.inputs.split()]
    node = OnnxNode(rule.op, inputs, list(last.outputs), path + slash + rule.op if slash else "")
    node.scopes = last.scopes
    for name, value in attributes.items():
        attribute = node.attributes[name] = OnnxAttribute(name)
        if isinstance(value, list):
            attribute.integers = value
        elif isinstance(value, float):
            attribute.float = value
        else:
            attribute.integer = value
    return node
