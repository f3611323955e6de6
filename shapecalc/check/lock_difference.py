"""How a spec differs from its lock, as one finding: the first layer that does, and what follows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shapecalc.check.lock_entries import NETWORK, NO_VARIANT, lines, parsed, word
from shapecalc.check.lock_run import (
    NOT_LOCKED,
    ONLY_LOCKED,
    LockedRun,
    RunDifference,
    run_difference,
)
from shapecalc.problems.formatting import clipped, named, some_of
from shapecalc.problems.problem import Problem
from shapecalc.yaml.nodes import MappingNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapecalc.analysis.summary import Summary
    from shapecalc.problems.problem import Related
    from shapecalc.spec import Spec
    from shapecalc.text.source import Source

MOST_VARIANTS = 8
"""The differences of variants, and their totals, that a finding tells; of more it says how many."""

_ALONE = "the network without a variant"


class LockComparison:
    """A comparison of a spec with the text of its lock, run by run.

    command: the one that writes the lock.
    """

    def __init__(self, text: str, source: Source, command: str) -> None:
        self._text = text
        self._source = source
        self._command = command
        self._wrong: str | None = None
        self._runs = 0
        self._spec: Spec | None = None
        self._found: dict[str | None, RunDifference] = {}
        self._new: list[str | None] = []
        self._segments: dict[str, tuple[int, int]] = {}
        starts = list(_starts(text))
        ends = [*(start for _, start in starts), len(text)]
        stray = (len(text) - len(text.split("\n", 3)[-1]), ends[0])
        if self._parsed("", *stray) is None:  # between the header and the first run
            return
        for (run, start), end in zip(starts, ends[1:], strict=True):
            if run in self._segments:
                self._wrong = f"line {self._line(start)} of the lock repeats a key"
                return
            self._segments[run] = start, end

    def add(self, spec: Spec, variant: str | None, summary: Summary) -> None:
        """Compare a run."""
        self._runs += 1
        self._spec = spec
        run = NO_VARIANT if variant is None else word(variant)
        segment = self._segments.pop(run, None)
        if segment is None:
            self._new.append(variant)
            return
        at, end = segment
        for line in lines(summary, variant):
            if not self._text.startswith(line, at):
                break
            at += len(line)
        else:
            if at == end:
                return
        before = self._parsed(run, *segment)
        if before is None:
            return
        after = {}
        for line in lines(summary, variant):
            key, _, locked = line[:-1].partition(": ")
            after[key.partition(" ")[2]] = locked
        found = run_difference(before, after, spec, summary, self._source)
        if found is not None:
            self._found[variant] = found

    def problem(self) -> Problem | None:
        """The problem of the spec after all its runs; None where none differs."""
        gone = [
            None if run == NO_VARIANT else clipped(run)
            for run, segment in self._segments.items()
            if self._parsed(run, *segment) is not None
        ]
        if self._wrong is not None:
            hint = f"`{self._command}` renews it"
            return Problem("SC304", self._wrong, self._source, 0, hint)
        new = [None if each is None else named(each) for each in self._new]
        told = [
            *_differing(self._found, self._runs),
            *((text, _place_of_variant(self._spec, self._new)) for text in _alone(new, NOT_LOCKED)),
            *((text, _place_of_variant(self._spec, [])) for text in _alone(gone, ONLY_LOCKED)),
        ]
        if not told:
            return None
        (text, place), *others = told
        notes: list[Related] = [
            (text, self._source, place) if place else (text, None, None) for text, place in others
        ]
        notes += ((text, None, None) for text in _totals(self._found))
        hint = f"`{self._command} --diff` shows all of it, `{self._command}` accepts it"
        return Problem("SC304", text, self._source, place, hint, notes)

    def _parsed(self, run: str, start: int, end: int) -> LockedRun | None:
        """The entries of a part of the lock; None where not all lines are a run's own."""
        found: LockedRun = {}
        for line in self._text[start:end].splitlines():
            entry = parsed(line)
            if entry is None or entry[0].partition(" ")[0] != run:
                wrong = "is not one that shapecalc writes"
            elif entry[0].partition(" ")[2] in found:
                wrong = "repeats a key"
            else:
                found[entry[0].partition(" ")[2]] = entry[1]
                start += len(line) + 1
                continue
            self._wrong = self._wrong or f"line {self._line(start)} of the lock {wrong}"
            return None
        return found

    def _line(self, at: int) -> int:
        return self._text.count("\n", 0, at) + 1


def _starts(text: str) -> Iterator[tuple[str, int]]:
    """Each run of a lock, with the offset at which it starts."""
    for found in re.finditer(rf"^(\S+) {re.escape(NETWORK)}: ", text, re.MULTILINE):
        yield found[1], found.start()


def _differing(found: dict[str | None, RunDifference], runs: int) -> Iterator[tuple[str, int]]:
    """What differs, each with its place: of variants that differ alike in one line."""
    alike: dict[tuple[object, ...], list[str | None]] = {}
    for variant, one in found.items():
        alike.setdefault(one.cause, []).append(variant)
    groups = list(alike.values())
    for group in groups[:MOST_VARIANTS]:
        yield _text([found[each] for each in group], _where(group, runs)), found[group[0]].place
    if more := sum(map(len, groups[MOST_VARIANTS:])):
        yield f"{more:,} more variant{' differs' if more == 1 else 's differ'}", 0


def _totals(found: dict[str | None, RunDifference]) -> Iterator[str]:
    """The totals that differ, and that none does where only layers do."""
    totals = [(variant, one.totals) for variant, one in found.items() if one.totals]
    for variant, costs in totals[:MOST_VARIANTS]:
        where = "in total" if variant is None else f"{named(variant)} in total"
        yield f"{where}: {', '.join(each.text + each.share for each in costs)}"
    if more := len(totals[MOST_VARIANTS:]):
        yield f"{more:,} more variant{' has' if more == 1 else 's have'} other totals"
    if found and not totals:
        yield "params and MACs are the same in total"


def _alone(variants: list[str | None], said: str) -> Iterator[str]:
    """That variants are on one side alone."""
    if None in variants:
        yield f"{_ALONE} is {said}"
    names = [each for each in variants if each is not None]
    if names:
        some = some_of(names, MOST_VARIANTS)
        yield f"variant {some} is {said}" if len(names) == 1 else f"variants {some} are {said}"


def _where(variants: list[str | None], runs: int) -> str:
    """Which variants differ, of a number of runs."""
    if len(variants) == runs:
        return " in every variant" if runs > 1 else ""
    names = [named(each) for each in variants if each is not None]
    alone = " without a variant" if None in variants else ""
    return alone + " and" * bool(alone and names) + (f" in {some_of(names, 4)}" if names else "")


def _text(alike: list[RunDifference], where: str) -> str:
    """What differences that are alike have in common."""
    first = alike[0]
    texts = [{each.text for each in one.changed} for one in alike]
    common = [each.text for each in first.changed if all(each.text in one for one in texts)]
    same = len({one.described for one in alike}) == 1
    details = " ".join(first.described if same else first.described[:1]).strip()
    details = details or ", ".join(common)
    text = f"{first.what} {first.said}{where}" + (f": {details}" if details else "")
    if len({one.others for one in alike}) > 1:
        return f"{text}; later layers differ, too"
    if first.others:
        layers = "layer differs" if first.others == 1 else "layers differ"
        return f"{text}; {first.others:,} later {layers}, too"
    return text


def _place_of_variant(spec: Spec | None, variants: Sequence[str | None]) -> int:
    """The place of the first of some variants, or of the key of all; 0 where there is none."""
    written = None if spec is None else spec.node.values.get("variants")
    if spec is None or not isinstance(written, MappingNode):
        return 0
    names = [each for each in variants if each is not None]
    return written.place_of_key(names[0]) if names else spec.node.place_of_key("variants")
