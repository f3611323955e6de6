"""Warnings, a file a rule: what a reviewer would question in a spec without errors.

`rule` is what a rule is, `selection` leaves out what is ignored. Each has its code, its
documentation and its check: `unused_output`, `dropped_positions`, `redundant_bias`,
`unused_argument`, `padded_pointwise`, `shadowed_name`, `restated_arguments`, `questionable_input`.
A new warning is a file here and a line in `RULES`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from shapecalc.problems.problem import Problems
from shapecalc.rules.rule import Rule, Run, Written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from shapecalc.analysis.summary import Summary
    from shapecalc.language.items import Block
    from shapecalc.layers.base import Layer
    from shapecalc.problems.problem import Problem
    from shapecalc.shapes.shape import Shape

RULES: tuple[Rule, ...] = tuple(
    import_module(f"{__name__}.{name}").RULE
    for name in (
        "unused_output",
        "dropped_positions",
        "redundant_bias",
        "unused_argument",
        "padded_pointwise",
        "shadowed_name",
        "restated_arguments",
        "questionable_input",
    )
)
"""The rules in the order of their codes, by the names of their files."""

_OF_LAYERS = [rule for rule in RULES if type(rule).of_layer is not Rule.of_layer]


def of_summary(summary: Summary, whole: bool = True) -> Iterator[Problem]:
    """The warnings about a run. whole: whether all of the network is known, without an error."""
    run = Run(summary)
    of_one = [rule for rule in _OF_LAYERS if not rule.whole]
    of_all = [rule for rule in _OF_LAYERS if rule.whole and whole]
    sound: set[tuple[Layer | None, Shape | None]] = (
        set()
    )  # what repeats has the same layers and inputs
    for node in run.operations:
        key = (node.layer, node.input)
        if key not in sound:
            found = [problem for rule in of_one for problem in rule.of_layer(run, node)]
            if not found:
                sound.add(key)
            for problem in found:
                yield run.placed(problem, node)
        for rule in of_all:
            for problem in rule.of_layer(run, node):
                yield run.placed(problem, node)


def of_network(summary: Summary, written: Iterator[Problem]) -> list[Problem]:
    """The warnings about a run and those about its spec as it is written: each of a line once, and
    without those that comments ignore."""
    found = Problems()
    found.extend(of_summary(summary))
    causes: Iterable[Problem] = ()
    if found:
        from shapecalc.problems.causes import Causes

        run = Causes()
        run.add(None, found)
        causes = run.problems()
    problems = Problems([*causes, *written])
    if not problems:
        return []
    from shapecalc.rules.selection import selected

    return selected(problems.listed(), (), ())


def of_written(network: Written, blocks: Mapping[str, Block]) -> Iterator[Problem]:
    """The warnings about a network as it is written, its blocks included."""
    for rule in RULES:
        yield from rule.of_written(network)
    yield from of_blocks(blocks)


def of_blocks(blocks: Mapping[str, Block]) -> Iterator[Problem]:
    """The warnings about the blocks of a file as they are written."""
    for block in blocks.values():
        part = Written(
            f"block {block.name}", block.node.source, block.arguments, block.used, block.body
        )
        for rule in RULES:
            yield from rule.of_written(part)
