"""Checks one spec: its text, its shapes, its expectations and budgets, and the warnings.

Every variant is run, and the spec without a variant if all its arguments have defaults. A problem
of several runs is reported once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapecalc import rules
from shapecalc.analysis.budget import Budget, budgets
from shapecalc.check.expectations import unexpected_outputs, violations
from shapecalc.check.other_yaml import is_other_yaml
from shapecalc.check.runs import runs, variants_to_run
from shapecalc.language.keys import is_block_file
from shapecalc.problems.causes import Causes
from shapecalc.problems.formatting import named
from shapecalc.problems.problem import Problem, Problems
from shapecalc.rules import redundant_bias
from shapecalc.spec_reader import read_root, spec_of
from shapecalc.yaml.nodes import MappingNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shapecalc.analysis.summary import Summary
    from shapecalc.spec import Spec
    from shapecalc.text.source import Source


HELD = "SC3"
"""How the codes of expectations, budgets and locks begin."""


class Checked:
    """The result of a check: the problems by position.

    spec: None if the text is not one. succeeded: whether any run of it did. budgets: those of the
    runs, each with its variant. skipped: whether the text is none of the language's.
    """

    __slots__ = ("budgets", "problems", "skipped", "spec", "succeeded")

    def __init__(self, spec: Spec | None, problems: list[Problem], skipped: bool = False) -> None:
        self.spec = spec
        self.problems = problems
        self.skipped = skipped
        self.succeeded = False
        self.budgets: list[tuple[str | None, Budget]] = []

    @property
    def failed(self) -> bool:
        """Whether there is an error among the problems."""
        return any(problem.severity == "error" for problem in self.problems)

    @property
    def ran(self) -> bool:
        """Whether everything in it could be run, though it may not be what it is expected to be."""
        return all(
            problem.severity != "error" or problem.code.startswith(HELD)
            for problem in self.problems
        )


def check(
    source: Source,
    warnings: bool = True,
    input: object = None,
    arguments: dict[str, Any] | None = None,
    walked: bool = False,
    each: Callable[[Spec, str | None, Summary], object] | None = None,
) -> Checked:
    """Check a spec or a file of blocks. Never raises.

    warnings: whether to report warnings. input, arguments: what is given instead of what it says,
    as in `Spec.summary`; its expectations and budgets are then not compared. walked: whether it was
    only found in a folder, and is skipped where nothing at its top is of the language. each: is
    given each run that succeeds, with its variant.
    """
    problems = Problems()
    root = read_root(source, problems)
    if walked and is_other_yaml(root and root[0], source.text):
        return Checked(None, [], skipped=True)
    if root is None:
        return Checked(None, problems.listed(None))
    value, reader = root
    if isinstance(value, MappingNode) and is_block_file(value):
        from shapecalc.language.imports import check_block_file

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
    readable = not problems.failed  # nothing is said that depends on what is unknown
    for run in runs(spec, variants_to_run(spec), problems, input=input, arguments=arguments):
        summary, found = run.summary, run.problems
        if summary is not None:
            checked.succeeded = True
            whole = readable and not found.failed
            if input is None and not arguments:
                found.extend(_violations(spec, run.variant, summary, whole))
                bounds = budgets(spec.expectations_of(run.variant).budget, summary)
                checked.budgets += [(run.variant, budget) for budget in bounds]
            if warnings:
                found.extend(summary.remarks)
                found.extend(rules.of_summary(summary, whole))
            if each is not None:
                each(spec, run.variant, summary)
        causes.add(run.variant, found)
        del run, summary  # before the next one
    problems.extend(causes.problems())
    bodies = [spec.body, *(block.body for block in spec.blocks.values())]
    redundant_bias.add_edits(problems, source, bodies, spec.output_names)
    if not checked.succeeded and not problems.failed:
        problems.add(spec.unknown_output())
    if warnings and not problems.failed:
        problems.extend(spec.warnings())
    checked.problems = problems.listed(None)
    return checked


def _violations(
    spec: Spec, variant: str | None, summary: Summary, whole: bool
) -> Iterator[Problem]:
    """What a run is, and was not expected to be. whole: whether all of the spec could be run."""
    yield from unexpected_outputs(summary)
    if whole:
        where = "" if variant is None else f"{named(variant)}: "
        yield from violations(spec.expectations_of(variant), summary, where)
