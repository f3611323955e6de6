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
    read_so_far = len(problems)
    for variant in variants(spec):
        where = "" if variant is None else f"{shown(variant)[1:-1]}: "
        summary = spec.infer(problems, variant=variant)
        if summary is None:
            continue
        checked.runs[variant] = summary
        promises = spec.promises if variant is None else spec.variants[variant].promises
        problems.extend(unexpected_outputs(summary, where))
        problems.extend(unkept(promises, summary, where))
        if warnings:
            problems.extend(lint.of_summary(summary))
    if warnings and checked.runs:
        problems.extend(lint.of_spec(spec))
    checked.problems = problems[:read_so_far] + _said_once(problems[read_so_far:])
    checked.problems = ordered(checked.problems)
    return checked


def variants(spec: Spec) -> Iterator[str | None]:
    """The runs of a check: none, where every argument has a default, and each variant."""
    if not spec.variants or not any(argument.required for argument in spec.arguments.values()):
        yield None
    yield from spec.variants


def _said_once(problems: list[Problem]) -> list[Problem]:
    """What one cause gives at one place in several runs, once; totals, for each run."""
    found: dict[tuple[str, int, str, str], Problem] = {}
    for problem in problems:
        finer = problem.message if problem.code in ("SC302", "SC303") else ""
        key = (problem.path, problem.place.offset, problem.code, finer)
        found.setdefault(key, problem)
    return list(found.values())
