"""An item that is repeated as one module: a loop, and what the channels are in it."""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING

from shapecalc.render.code.layout import Bracket, Part
from shapecalc.render.code.trees import (
    Tree,
    added,
    conditional,
    constant,
    name,
    names_read,
    put,
    times,
)
from shapecalc.render.code.writing import source
from shapecalc.render.pytorch.body import INDEX
from shapecalc.render.pytorch.conditions import one_of_two
from shapecalc.render.pytorch.statements import Compound, Statement, words_of_all
from shapecalc.render.pytorch.values import CannotSay, Made, TensorValue

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapecalc.language.items import Item
    from shapecalc.render.pytorch.body import ClassBody
    from shapecalc.render.pytorch.statements import Statements

    Once = Callable[[ClassBody, Item, TensorValue, str], Made]

MOST_TRIED = 2_000
"""The loops that are tried in one class."""

MOST_WITHIN = 3
"""The loops within one another: each is tried twice, and twice in each try of that around it."""


def loop_module(body: ClassBody, item: Item, flow: TensorValue, called: str, once: Once) -> Made:
    """The repeats of an item as one module. once: makes it once. Raises CannotSay."""
    body.tried_loops += 1
    if body.tried_loops > MOST_TRIED or len(body.loops) >= MOST_WITHIN or flow.channels is None:
        raise CannotSay
    count = _count(body, item, flow)
    variable = body.init_names.free("channels")
    index = body.arguments.pop(INDEX, None)
    body.loops.append((variable, item))
    try:
        first, _ = _inside(body, item, flow.counting(name(variable)), called, once)
        laid = flow.laid(first.last)
        if source(count) != "1" and (first.out.last, first.out.rank) != (laid.last, laid.rank):
            raise CannotSay
        closed = _closed(flow.channels, first.out.channels, variable, count)
        if closed is None:
            return _running(body, item, laid, called, once, variable, count)
        body.init_names.taken.discard(variable)
        before, out = closed
        found, statements = _inside(body, item, laid.counting(before), called, once)
    finally:
        body.loops.pop()
        if index is not None:
            body.arguments[INDEX] = index
    if found.part is None:
        return Made(None, laid, first.last)
    times_text = body.text(count)
    part: Part
    if statements:
        part = _by_statements(body, found, statements, called, times_text)
    else:
        counter = INDEX if INDEX in words_of_all([Statement(found.part)]) else "_"
        loop = [found.part, f"for {counter} in range({times_text})"]
        part = Bracket("nn.Sequential(", [Bracket("*[", loop, "]", separated=False)])
    channels = out
    if any(run_count == 0 for run_count in counts_of(body, item)):
        some = ast.Compare(count, [ast.Gt()], [constant(0)])
        channels = one_of_two(some, out, flow.channels, body.facts)
    return Made(part, found.out.counting(channels), first.last)


def counts_of(body: ClassBody, item: Item) -> list[int]:
    """How often it runs in each run of what is around it."""
    counted = Counter(id(run.parent) for run in body.runs.get(item, []))
    if not body.around:
        return list(counted.values())
    return [counted[id(run)] for run in body.around]


def _count(body: ClassBody, item: Item, flow: TensorValue) -> Tree:
    """How often it runs, as a tree."""
    runs = body.runs.get(item, [])
    tree = body.tree(item.repeat, flow)
    counts = counts_of(body, item)
    around = body.around or runs[:1]
    wanted = dict(zip(map(id, around), counts, strict=False))
    return body.said(tree, around, lambda run: wanted[id(run)])


def _inside(
    body: ClassBody, item: Item, flow: TensorValue, called: str, once: Once
) -> tuple[Made, Statements]:
    """It made once, with the statements that it takes."""
    init, body.init = body.init, []
    try:
        return once(body, item, flow, called), body.init
    finally:
        body.init = init


def _closed(
    before: Tree, after: Tree | None, variable: str, count: Tree
) -> tuple[Tree, Tree] | None:
    """The input channels of each repeat and the output channels of the last, by its number.

    after: the output channels of one, where its input channels are `variable`.
    None where they need a variable.
    """
    if after is None:
        return before, before
    if source(count) == "1":
        return before, put(after, {variable: before, INDEX: constant(0)})
    read = names_read(after)
    if not read & {variable, INDEX}:
        if source(before) == source(after):
            return before, after
        first = ast.Compare(name(INDEX), [ast.Eq()], [constant(0)])
        return conditional(first, before, after), after
    if source(after) == variable:
        return before, before
    terms = _terms(after)
    others = [term for term in terms if source(term) != variable]
    if len(others) == len(terms) - 1:
        step = others[0]
        for term in others[1:]:
            step = added(step, term)
        if not names_read(step) & {variable, INDEX}:
            return added(before, times(name(INDEX), step)), added(before, times(count, step))
    return None


def _terms(tree: Tree) -> list[Tree]:
    """What a sum is made of."""
    found: list[Tree] = []
    while isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Add):
        found.append(tree.right)
        tree = tree.left
    return [tree, *reversed(found)]


def _running(
    body: ClassBody,
    item: Item,
    flow: TensorValue,
    called: str,
    once: Once,
    variable: str,
    count: Tree,
) -> Made:
    """A loop in which a variable has the channels."""
    found, statements = _inside(body, item, flow.counting(name(variable)), called, once)
    if found.part is None or found.out.channels is None or flow.channels is None:
        raise CannotSay
    ends = {}
    for run in body.runs.get(item, []):
        ends[id(run.parent)] = run.node.output.channels
    if len(set(ends.values())) != 1 or 0 in counts_of(body, item):
        raise CannotSay
    body.init.append(Statement(body.text(flow.channels), variable, call=False))
    step = Statement(body.text(found.out.channels), variable, call=False)
    part = _by_statements(body, found, statements, called, body.text(count), [step])
    return Made(part, found.out.counting(constant(next(iter(ends.values())))), found.last)


def _by_statements(
    body: ClassBody,
    found: Made,
    statements: Statements,
    called: str,
    count: str,
    more: Statements | None = None,
) -> str:
    """A list that a loop fills, and the module of what is in it."""
    assert found.part is not None
    listed = body.init_names.free(called)
    inside: Statements = [*statements, Statement(Bracket(f"{listed}.append(", [found.part]))]
    inside += more or []
    counter = INDEX if INDEX in words_of_all(inside) else "_"
    body.init.append(Statement("[]", f"{listed}: list[nn.Module]"))
    body.init.append(Compound(f"for {counter} in range({count})", inside))
    return f"nn.Sequential(*{listed})"
