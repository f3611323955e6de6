"""A check of one spec: it reads, its shapes chain, its promises hold, its lock fits, and lint.

Every variant is run, and the spec without one where its arguments have defaults. What is found
in several runs is said once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc import lint
from shapecalc.expectations import unexpected_outputs, unkept
from shapecalc.fields import shown
from shapecalc.library import check_library, is_library
from shapecalc.nodes import Mapping
from shapecalc.problems import ordered
from shapecalc.reading import Reader
from shapecalc.source import read
from shapecalc.spec_reader import spec_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.problems import Problem
    from shapecalc.spec import Spec
    from shapecalc.summary import Summary
    from shapecalc.text import Source


class Checked:
    """What a check comes to: the problems by position, and the runs that succeeded.

    runs: the summaries by variant; None names the run without one.
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


def check(source: Source, warnings: bool = True) -> Checked:
    """Check a spec, or a file of blocks. Never raises."""
    problems: list[Problem] = []
    value = read(source, problems)
    if value is None and problems:
        return Checked(None, ordered(problems))
    reader = Reader(source, problems)
    if isinstance(value, Mapping) and is_library(value):
        library = check_library(reader, value)
        if warnings:
            problems.extend(lint.of_blocks(library.blocks))
        return Checked(None, ordered(problems))
    spec = spec_of(value, reader)
    checked = Checked(spec, problems)
    if spec is None:
        checked.problems = ordered(problems)
        return checked
    found: dict[str | None, list[Problem]] = {}
    for variant in variants(spec):
        where = "" if variant is None else f"{shown(variant)[1:-1]}: "
        of_run = found[variant] = []
        summary = spec.infer(of_run, variant=variant)
        if summary is None:
            continue
        checked.runs[variant] = summary
        promises = spec.promises if variant is None else spec.variants[variant].promises
        of_run.extend(unexpected_outputs(summary))
        of_run.extend(unkept(promises, summary, where))
        if warnings:
            of_run.extend(lint.of_summary(summary))
    problems.extend(_said_once(found))
    if warnings and checked.runs:
        problems.extend(lint.of_spec(spec))
    checked.problems = ordered(problems)
    return checked


def variants(spec: Spec) -> Iterator[str | None]:
    """The runs of a check: none, where every argument has a default, and each variant."""
    if not spec.variants or not any(argument.required for argument in spec.arguments.values()):
        yield None
    yield from spec.variants


MAXIMUM_VARIANTS = 8
"""The variants that a problem names."""

_OF_A_VARIANT = ("SC302", "SC303")
"""The problems that stand at a variant, and need not name it."""


def _said_once(found: dict[str | None, list[Problem]]) -> Iterator[Problem]:
    """What one cause gives at one place in several runs, once, with the variants that have it.

    found: the problems of each run, by its variant.
    """
    causes: dict[tuple[str, int, str], tuple[list[Problem], list[str | None]]] = {}
    for variant, problems in found.items():
        for problem in problems:
            if problem.code in _OF_A_VARIANT:
                yield problem
                continue
            key = (problem.path, problem.place.offset, problem.code)
            said, having = causes.setdefault(key, ([], []))
            if variant not in having[-1:]:
                having.append(variant)
            if len(having) == 1:
                said.append(problem)
    for said, having in causes.values():
        for problem in said:
            if len(having) < len(found):
                problem.related = (*problem.related, (_variants_in_words(having), None))
            yield problem


def _variants_in_words(variants: list[str | None]) -> str:
    if variants == [None]:
        return "this is so without a variant"
    names = [shown(name)[1:-1] for name in variants if name is not None]
    text = ", ".join(names[:MAXIMUM_VARIANTS])
    if len(names) > MAXIMUM_VARIANTS:
        text += f" and {len(names) - MAXIMUM_VARIANTS} more"
    return f"this is so in the variant{'s' if len(names) > 1 else ''} {text}"
