"""Warnings, a file a rule: what a reviewer would question in a spec without errors.

`rule` is what a rule is. Each has its code, its documentation and its check: `unused_output`,
`dropped_positions`, `redundant_bias`, `unused_argument`, `padded_pointwise`, `shadowed_name`,
`restated_arguments`, `channels_first`. A new warning is a file here and a line in `RULES`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from shapecalc.check.rules.rule import Rule, Run, Written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shapecalc.analysis.summary import Summary
    from shapecalc.language.items import Block
    from shapecalc.problems.problem import Problem
    from shapecalc.spec import Spec

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
        "channels_first",
    )
)
"""The rules in the order of their codes, by the names of their files."""

_OF_LAYERS = [rule for rule in RULES if type(rule).of_layer is not Rule.of_layer]


def of_summary(summary: Summary) -> Iterator[Problem]:
    """The warnings about a run."""
    run = Run(summary)
    for node in run.operations:
        for rule in _OF_LAYERS:
            yield from rule.of_layer(run, node)


def of_spec(spec: Spec) -> Iterator[Problem]:
    """The warnings about a spec as it is written, its blocks included."""
    network = Written("the network", spec.source, spec.arguments, spec.used, spec.body)
    for rule in RULES:
        yield from rule.of_spec(spec)
        yield from rule.of_written(network)
    yield from of_blocks(spec.blocks)


def of_blocks(blocks: Mapping[str, Block]) -> Iterator[Problem]:
    """The warnings about the blocks of a file as they are written."""
    for block in blocks.values():
        part = Written(
            f"block {block.name}", block.node.source, block.arguments, block.used, block.body
        )
        for rule in RULES:
            yield from rule.of_written(part)
