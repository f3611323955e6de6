"""Checks one spec: its text, its shapes, its expectations and budgets, and the warnings.

Every variant is run, and the spec without a variant if all its arguments have defaults. A problem
of several runs is reported once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc import rules
from shapecalc.check.expectations import unexpected_outputs, violations
from shapecalc.inference.work import Work
from shapecalc.language.library import check_block_file, is_block_file
from shapecalc.language.node_reader import NodeReader
from shapecalc.limits import MAXIMUM_LAYERS, Allowance
from shapecalc.problems.causes import Causes
from shapecalc.problems.formatting import named
from shapecalc.problems.problem import Problem, Problems
from shapecalc.spec_reader import spec_of
from shapecalc.yaml.nodes import MappingNode
from shapecalc.yaml.reader import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.analysis.summary import Summary
    from shapecalc.spec import Spec
    from shapecalc.text.source import Source


MAXIMUM_LAYERS_CHECKED = 4 * MAXIMUM_LAYERS
"""The maximum number of layers in all runs of a spec: a file can have thousands of variants."""

LAYERS_OF_A_FAILURE = MAXIMUM_LAYERS // 64
"""The number of layers that a failed run counts as."""


class Checked:
    """The result of a check: the problems by position, and the successful runs.

    spec: None if the text is not one. runs: the summaries by variant, None for the run without a
    variant; empty if they are not kept.
    """

    __slots__ = ("problems", "runs", "spec")

    def __init__(self, spec: Spec | None, problems: list[Problem]) -> None:
        self.spec = spec
        self.problems = problems
        self.runs: dict[str | None, Summary] = {}

    @property
    def failed(self) -> bool:
        """Whether there is an error among the problems."""
        return any(problem.severity == "error" for problem in self.problems)


def check(
    source: Source,
    warnings: bool = True,
    keep: bool = True,
    input: object = None,
    arguments: dict[str, Any] | None = None,
) -> Checked:
    """Check a spec or a file of blocks. Never raises.

    warnings: whether to report warnings. keep: whether to keep the summaries of the runs.
    input, arguments: what is given instead of what it says, as in `Spec.summary`; its expectations
    and budgets are then not compared.
    """
    problems = Problems()
    allowance = Allowance()
    value = read_yaml(source, problems, allowance)
    if value is None and problems:
        return Checked(None, problems.listed(None))
    reader = NodeReader(source, problems, allowance)
    if isinstance(value, MappingNode) and is_block_file(value):
        library = check_block_file(reader, value)
        if warnings:
            problems.extend(rules.of_blocks(library.blocks))
        return Checked(None, problems.listed(None))
    spec = spec_of(value, reader)
    checked = Checked(spec, [])
    if spec is None:
        checked.problems = problems.listed(None)
        return checked
    causes = Causes()
    layers = 0
    succeeded = False
    whole = not problems.failed
    help = True
    work = Work()
    for variant in variants_to_run(spec):
        if layers > MAXIMUM_LAYERS_CHECKED:
            problems.add(_unchecked(spec, variant))
            break
        summary, found = _run(spec, variant, warnings, whole, help, work, input, arguments)
        causes.add(variant, found)
        help = help and all(problem.axes is None for problem in found)  # the others' is the same
        if summary is not None:
            succeeded = True
            layers += sum(1 for _ in summary.walk())
            if keep:
                checked.runs[variant] = summary
        else:
            layers += LAYERS_OF_A_FAILURE
    problems.extend(causes.problems())
    if not succeeded and not problems.failed:
        problems.add(spec.unknown_output())
    if warnings and not problems.failed:
        problems.extend(spec.warnings())
    checked.problems = problems.listed(None)
    return checked


def _run(
    spec: Spec,
    variant: str | None,
    warnings: bool,
    whole: bool,
    help: bool,
    work: Work,
    input: object,
    arguments: dict[str, Any] | None,
) -> tuple[Summary | None, Problems]:
    """The summary of one run, or None if it failed, and its problems.

    whole: whether all of the spec could be read. Nothing is said that depends on what is unknown.
    help: whether sizes that do not fit are explained.
    """
    found = Problems()
    summary = spec.infer(found, input, arguments, variant, help=help, work=work)
    if summary is None:
        return None, found
    whole = whole and not found.failed
    if input is None and not arguments:
        found.extend(unexpected_outputs(summary))
        if whole:
            where = "" if variant is None else f"{named(variant)}: "
            chosen = spec if variant is None else spec.variants[variant]
            found.extend(violations(chosen.expectations, summary, where))
    if warnings:
        found.extend(summary.remarks)
        found.extend(rules.of_summary(summary, whole))
    return summary, found


def _unchecked(spec: Spec, variant: str | None) -> Problem:
    """The problem of a variant that is not run, nor those after it."""
    variants = spec.node.values["variants"]
    assert isinstance(variants, MappingNode)
    assert variant is not None
    text = (
        f"stopped checking at variant {named(variant)}: the earlier ones have too many layers "
        "together, or too many of them fail"
    )
    place = variants.place_of_key(variant)
    return Problem("SC113", text, spec.source, place, "split the variants into several files")


def variants_to_run(spec: Spec) -> Iterator[str | None]:
    """The runs of a check: None (without a variant), if that is possible, then each variant."""
    if not spec.variants or not any(argument.required for argument in spec.arguments.values()):
        yield None
    yield from spec.variants
