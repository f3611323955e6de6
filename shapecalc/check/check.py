"""A check of one spec: it reads, its shapes chain, its expectations hold, its lock fits, and lint.

Every variant is run, and the spec without one where its arguments have defaults. What is found
in several runs is said once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.check import rules
from shapecalc.check.expectations import unexpected_outputs, violations
from shapecalc.language.library import check_block_file, is_block_file
from shapecalc.language.node_reader import NodeReader
from shapecalc.limits import MAXIMUM_LAYERS
from shapecalc.problems.formatting import named, some_of
from shapecalc.problems.problem import Problem, Problems
from shapecalc.spec_reader import spec_of
from shapecalc.yaml.nodes import MappingNode
from shapecalc.yaml.reader import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapecalc.inference.summary import Summary
    from shapecalc.spec import Spec
    from shapecalc.text.source import Source


MAXIMUM_LAYERS_CHECKED = 4 * MAXIMUM_LAYERS
"""The layers that all runs of a spec may come to: a small one may name thousands of variants."""

LAYERS_OF_A_FAILURE = MAXIMUM_LAYERS // 64
"""What a run that fails counts as among them."""


class Checked:
    """What a check comes to: the problems by position, and the runs that succeeded.

    runs: the summaries by variant, where they are kept; None names the run without one.
    """

    __slots__ = ("problems", "runs", "spec")

    def __init__(self, spec: Spec | None, problems: list[Problem]) -> None:
        self.spec = spec
        self.problems = problems
        self.runs: dict[str | None, Summary] = {}

    @property
    def failed(self) -> bool:
        """Whether an error was found."""
        return any(problem.severity == "error" for problem in self.problems)


def check(source: Source, warnings: bool = True, keep: bool = True) -> Checked:
    """Check a spec, or a file of blocks. Never raises.

    keep: whether the summaries of the runs are kept.
    """
    problems = Problems()
    value = read_yaml(source, problems)
    if value is None and problems:
        return Checked(None, problems.listed(None))
    reader = NodeReader(source, problems)
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
    causes = _Causes()
    layers = 0
    succeeded = False
    for variant in variants(spec):
        if layers > MAXIMUM_LAYERS_CHECKED:
            problems.add(_unchecked(spec, variant))
            break
        summary, found = _run(spec, variant, warnings)
        causes.add(variant, found)
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
    if warnings and succeeded:
        problems.extend(rules.of_spec(spec))
    checked.problems = problems.listed(None)
    return checked


def _run(spec: Spec, variant: str | None, warnings: bool) -> tuple[Summary | None, Problems]:
    """The summary of one run, where it has one, and what is wrong with it."""
    found = Problems()
    summary = spec.infer(found, variant=variant)
    if summary is not None:
        where = "" if variant is None else f"{named(variant)}: "
        expectations = spec.expectations if variant is None else spec.variants[variant].expectations
        found.extend(unexpected_outputs(summary))
        found.extend(violations(expectations, summary, where))
        if warnings:
            found.extend(rules.of_summary(summary))
    return summary, found


def _unchecked(spec: Spec, variant: str | None) -> Problem:
    """The problem that a variant and those behind it are not run any more."""
    variants = spec.node.values["variants"]
    assert isinstance(variants, MappingNode)
    assert variant is not None
    text = (
        f"the check ends before the variant {named(variant)}: those before it have too many "
        "layers together, or too many of them fail"
    )
    place = variants.place_of_key(variant)
    return Problem("SC113", text, spec.source, place, "keep fewer variants in a file")


def variants(spec: Spec) -> Iterator[str | None]:
    """The runs of a check: none, where every argument has a default, and each variant."""
    if not spec.variants or not any(argument.required for argument in spec.arguments.values()):
        yield None
    yield from spec.variants


MAXIMUM_VARIANTS = 8
"""The variants that a problem names."""

_OF_A_VARIANT = ("SC302", "SC303")
"""The problems that stand at a variant, and need not name it."""


_OF_EVERY_USE = ("SC301", "SC4")
"""The problems that a line of a block has at every use of the block."""


class _Causes:
    """What one cause gives at one place, once: in several runs, with the variants that have it,
    and at several uses of a block, with how many there are."""

    def __init__(self) -> None:
        self._runs = 0
        self._apart: list[Problem] = []
        self._again: dict[tuple[str, int, str], int] = {}
        self._having: dict[tuple[str, int, str], tuple[list[Problem], list[str | None]]] = {}

    def add(self, variant: str | None, problems: Iterable[Problem]) -> None:
        """Take in the problems of a run."""
        self._runs += 1
        for problem in problems:
            if problem.code in _OF_A_VARIANT:
                self._apart.append(problem)
                continue
            key = (problem.path, problem.place.offset, problem.code)
            said, having = self._having.setdefault(key, ([], []))
            if variant not in having[-1:]:
                having.append(variant)
            if len(having) > 1:
                continue
            if said and problem.code.startswith(_OF_EVERY_USE):
                self._again[key] = self._again.get(key, 0) + 1
            else:
                said.append(problem)

    def problems(self) -> Iterator[Problem]:
        """The problems of all runs."""
        yield from self._apart
        for key, (said, having) in self._having.items():
            again = self._again.get(key, 0)
            if again:
                text = f"and in {again} more use{'s' if again > 1 else ''}"
                said[0].related = (*said[0].related, (text, None))
            for problem in said:
                if len(having) < self._runs:
                    problem.related = (*problem.related, (_variants_in_words(having), None))
                yield problem


def _variants_in_words(variants: list[str | None]) -> str:
    if variants == [None]:
        return "this is so without a variant"
    names = [named(name) for name in variants if name is not None]
    text = some_of(names, MAXIMUM_VARIANTS)
    return f"this is so in the variant{'s' if len(names) > 1 else ''} {text}"
