"""What is known where a condition holds, and what it leaves of an expression."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

from shapecalc.render.code.computing import COMPARISONS
from shapecalc.render.code.trees import Tree, conditional, opposite, put
from shapecalc.render.code.writing import source

Facts = tuple[Tree, ...]
"""Conditions that hold."""


def assuming(tree: Tree, facts: Facts) -> Tree:
    """What a tree is where some conditions hold."""
    if isinstance(tree, (ast.Constant, ast.Name)):
        return tree
    if not any(isinstance(node, ast.IfExp) for node in ast.walk(tree)):
        return tree
    return _settled(tree, facts)


def _settled(tree: Tree, facts: Facts) -> Tree:
    if isinstance(tree, ast.IfExp):
        truth = _truth(tree.test, [part for fact in facts for part in _parts(fact)])
        if truth is not None:
            return _settled(tree.body if truth else tree.orelse, facts)
        then = _settled(tree.body, (*facts, tree.test))
        return conditional(tree.test, then, _settled(tree.orelse, (*facts, opposite(tree.test))))
    if isinstance(tree, ast.BinOp):
        left, right = _settled(tree.left, facts), _settled(tree.right, facts)
        return put(ast.BinOp(left, tree.op, right), {})
    return tree


def one_of_two(test: Tree, then: Tree, other: Tree, facts: Facts) -> Tree:
    """The first of two trees where a test holds, else the other: one of them, if that says both."""
    where, elsewhere = (*facts, test), (*facts, opposite(test))
    then, other = assuming(then, where), assuming(other, elsewhere)
    for found, lost, known in ((then, other, elsewhere), (other, then, where)):
        for name, equal in _equalities(known):
            same = {name: equal}
            if source(put(found, same)) == source(put(lost, same)):
                return found
    return conditional(test, then, other)


def _parts(fact: Tree) -> Iterator[Tree]:
    """The conditions that hold where one does, in as small parts as there are."""
    if isinstance(fact, ast.BoolOp) and isinstance(fact.op, ast.And):
        for each in fact.values:
            yield from _parts(each)
    elif isinstance(fact, ast.UnaryOp) and isinstance(fact.operand, ast.BoolOp):
        if isinstance(fact.op, ast.Not) and isinstance(fact.operand.op, ast.Or):
            for each in fact.operand.values:
                yield from _parts(opposite(each))
    else:
        yield fact


def _equalities(facts: Facts) -> Iterator[tuple[str, Tree]]:
    """The names that are equal to something, by what is known."""
    for fact in facts:
        for part in _parts(fact):
            if isinstance(part, ast.Compare) and len(part.ops) == 1:
                sides = part.left, part.comparators[0]
                if isinstance(part.ops[0], ast.Eq):
                    for one, other in (sides, sides[::-1]):
                        if isinstance(one, ast.Name):
                            yield one.id, other


def _truth(test: Tree, known: list[Tree]) -> bool | None:
    """Whether a test holds; None where that is not known."""
    if isinstance(test, ast.BoolOp):
        decisive = isinstance(test.op, ast.Or)
        truths = [_truth(each, known) for each in test.values]
        return decisive if decisive in truths else None if None in truths else not decisive
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        truth = _truth(test.operand, known)
        return None if truth is None else not truth
    text = source(test)
    for fact in known:
        if source(fact) == text:
            return True
        if source(opposite(fact)) == text:
            return False
        truth = _compared(fact, test)
        if truth is not None:
            return truth
    return None


def _compared(fact: Tree, test: Tree) -> bool | None:
    """Whether a test of a name against a number holds, where another of that name does."""
    known, asked = _limit(fact), _limit(test)
    if known is None or asked is None or known[0] != asked[0]:
        return None
    (_, holds, first), (_, asks, second) = known, asked
    tried = {number + step for number in (first, second) for step in (-1, 0, 1)}
    found = {asks(number, second) for number in tried if holds(number, first)}
    return found.pop() if len(found) == 1 else None


def _limit(tree: Tree) -> tuple[str, Callable[[Any, Any], bool], int] | None:
    """The name, the comparison and the integer of a test such as `stride > 1`."""
    if isinstance(tree, ast.Compare) and len(tree.ops) == 1 and isinstance(tree.left, ast.Name):
        right = tree.comparators[0]
        if isinstance(right, ast.Constant) and type(right.value) is int:
            return tree.left.id, COMPARISONS[type(tree.ops[0])][1], right.value
    return None
