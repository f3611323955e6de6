"""How a spec differs from its lock, as one finding: the first layer that does, and what follows."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from shapecalc.check.lock_entries import (
    COSTS,
    NETWORK,
    NO_VARIANT,
    default_word,
    fields,
    lines,
    own_word,
    parsed,
    word,
)
from shapecalc.graph.structure import FOLLOWING
from shapecalc.problems.formatting import clipped, named, some_of
from shapecalc.problems.problem import Problem
from shapecalc.text.display import percent
from shapecalc.yaml.nodes import MappingNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.layers.base import Layer
    from shapecalc.problems.problem import Related
    from shapecalc.spec import Spec
    from shapecalc.text.source import Source

MOST_VARIANTS = 8
"""The differences of variants, and their totals, that a finding tells; of more it says how many."""

_ALONE = "the network without a variant"
_NEW = "not in the lock"
_GONE = "in the lock, but not in the spec"
_ABSENT = {"from": "the layer before", "shares": "its own"}

LockedRun = dict[str, str]
"""What is locked of a run, by the paths as the lock has them, in execution order."""


class _Changed:
    """A value that is another one now. key: as `fields` has it. before, after: texts."""

    __slots__ = ("after", "before", "key")

    def __init__(self, key: str, before: str, after: str) -> None:
        self.key = key
        self.before = before
        self.after = after

    @property
    def text(self) -> str:
        """`params 112 -> 140`."""
        if self.key in COSTS:
            name = "MACs" if self.key == "macs" else self.key
            return f"{name} {int(self.before):,} -> {int(self.after):,}"
        name = "" if self.key == "type" else f"{self.key} "
        return f"{name}{self.before} -> {self.after}".replace(",", ", ")

    @property
    def share(self) -> str:
        """By how much a cost grew, in percent, where that can be said."""
        before, growth = int(self.before), int(self.after) - int(self.before)
        rounded = percent(growth, before) if before else ""
        said = f"{'+' * (growth > 0)}{rounded}%" if rounded.strip("-0.") else f"{growth:+,}"
        return f" ({said})"


class _Difference:
    """The first difference of a run.

    what: the layer. lines: the paths of it in the lock, old and new. said: that it differs, or is
    new, gone or elsewhere. described: what is new or gone, its type and its shapes. changed: what
    differs. others: how many layers differ besides. totals: the costs that do.
    """

    def __init__(
        self,
        what: str,
        lines: Sequence[str] = (),
        said: str = "differs from the lock",
        described: tuple[str, str] = ("", ""),
        changed: Sequence[_Changed] = (),
        place: int = 0,
    ) -> None:
        self.what = what
        self.lines = lines
        self.said = said
        self.described = described
        self.changed = changed
        self.place = place
        self.others = 0
        self.totals: list[_Changed] = []

    @property
    def cause(self) -> tuple[object, ...]:
        """What the same differences of several variants have in common."""
        own = tuple(each.text for each in self.changed if each.key not in FOLLOWING)
        keys = tuple(each.key for each in self.changed)
        return self.what, self.said, self.described[0], self.place, own or keys


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
        self._found: dict[str | None, _Difference] = {}
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
        found = _of_run(before, after, spec, summary, self._source)
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
            *((text, _place_of_variant(self._spec, self._new)) for text in _alone(new, _NEW)),
            *((text, _place_of_variant(self._spec, [])) for text in _alone(gone, _GONE)),
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


def _paths(run: LockedRun) -> list[str]:
    """The layers and joins, in order."""
    return [path for path in run if path != NETWORK]


def _differing(found: dict[str | None, _Difference], runs: int) -> Iterator[tuple[str, int]]:
    """What differs, each with its place: of variants that differ alike in one line."""
    alike: dict[tuple[object, ...], list[str | None]] = {}
    for variant, one in found.items():
        alike.setdefault(one.cause, []).append(variant)
    groups = list(alike.values())
    for group in groups[:MOST_VARIANTS]:
        yield _text([found[each] for each in group], _where(group, runs)), found[group[0]].place
    if more := sum(map(len, groups[MOST_VARIANTS:])):
        yield f"{more:,} more variant{' differs' if more == 1 else 's differ'}", 0


def _totals(found: dict[str | None, _Difference]) -> Iterator[str]:
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


def _text(alike: list[_Difference], where: str) -> str:
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


def _of_run(
    before: LockedRun, after: LockedRun, spec: Spec, summary: Summary, source: Source
) -> _Difference | None:
    """How a run differs that is in both; None where it does not."""
    whole = list(_changes(fields(before[NETWORK]), fields(after[NETWORK]), None))
    inputs = [each for each in whole if each.key in ("inputs", "input")]
    found = None if inputs else _first(before, after, summary, source)
    if found is None:
        if not whole:
            return None
        outputs = [each for each in whole if each.key in ("outputs", "output")]
        place = _place_of_key(spec, "input" if inputs else "outputs")
        found = _Difference("the network", changed=inputs or outputs or whole, place=place)
    found.others = _others(before, after, {NETWORK, *found.lines})
    found.totals = [each for each in whole if each.key in COSTS]
    return found


def _others(before: LockedRun, after: LockedRun, told: set[str]) -> int:
    """How many layers differ besides those that are told; one that is renamed is one."""
    changed = sum(path in before and before[path] != after[path] for path in after.keys() - told)
    new, gone = (
        Counter(_WIRES.sub("", run[path]) for path in run.keys() - other.keys() - told)
        for run, other in ((after, before), (before, after))
    )
    return changed + new.total() + gone.total() - (new & gone).total()


_WIRES = re.compile(r" (?:from|shares)=\S+")
"""What names another layer, which may be renamed, too."""


def _first(
    before: LockedRun, after: LockedRun, summary: Summary, source: Source
) -> _Difference | None:
    """The first layer that differs in execution order; None where none does."""
    old, new = _paths(before), _paths(after)
    for index, path in enumerate(new):
        was = old[index] if index < len(old) else None
        if was == path and before[path] == after[path]:
            continue
        node, place = _place(summary, source, path)
        assert node is not None
        if was == path:
            then, now = fields(before[path]), fields(after[path])
            changed = list(_changes(then, now, node.layer))
            if node.item.source is source and changed:
                place = node.item.place(changed[0].key)
            return _Difference(node.path, [path], changed=changed, place=place)
        if was is None or was in after:
            if path in before:
                return _Difference(node.path, [path], f"runs before {was} now", place=place)
            said = f"is {_NEW}"
            return _Difference(node.path, [path], said, _description(after[path]), place=place)
        if path in before or before[was] != after[path]:
            return _gone(was, before[was], place)
        return _Difference(node.path, [path, was], f"is called {was} in the lock", place=place)
    if len(old) > len(new):
        return _gone(old[len(new)], before[old[len(new)]], 0)
    return None


def _gone(path: str, locked: str, place: int) -> _Difference:
    return _Difference(path, [path], f"is {_GONE}", _description(locked), place=place)


def _description(locked: str) -> tuple[str, str]:
    found = fields(locked)
    return found["type"], f"{found['input']} -> {found['output']}".replace(",", ", ")


def _changes(
    before: dict[str, str], after: dict[str, str], layer: Layer | None
) -> Iterator[_Changed]:
    """The values that are no longer the same. layer: the new one; None for none."""
    keys = list(dict.fromkeys([*after, *before]))
    if before["type"] != after["type"]:  # which have no field in common
        keys = ["type", *FOLLOWING]
    order = ["type", *([] if layer is None else layer.fields), "join", "from", "shares", *FOLLOWING]
    for key in sorted(keys, key=lambda key: order.index(key) if key in order else -1):
        then, now = before.get(key), after.get(key)
        if then == now:
            continue
        if layer is not None and key in layer.fields:
            then = then or default_word(layer, key, before)
            now = now or own_word(layer, key)
        absent = _ABSENT.get(key, "nothing")
        yield _Changed(key, then or absent, now or absent)


def _place(summary: Summary, source: Source, path: str) -> tuple[InferredLayer | None, int]:
    """The layer or join of a path as a lock has it, and the place of it in a source, or of the
    block that it is in, where that is from elsewhere; 0 where nothing around it is there."""
    around: list[int] = []
    for node, depth in summary.walk():
        here = node.item.place() if node.item.source is source else 0
        around[depth:] = [here or (around[depth - 1] if depth else 0)]
        if word(node.path) == path:
            return node, around[depth]
    return None, 0


def _place_of_key(spec: Spec, key: str) -> int:
    """The place of the value of a key at the top; 0 where it is not written."""
    node = spec.node
    return node.place_of_value(key) if key in node.values else 0


def _place_of_variant(spec: Spec | None, variants: Sequence[str | None]) -> int:
    """The place of the first of some variants, or of the key of all; 0 where there is none."""
    written = None if spec is None else spec.node.values.get("variants")
    if spec is None or not isinstance(written, MappingNode):
        return 0
    names = [each for each in variants if each is not None]
    return written.place_of_key(names[0]) if names else spec.node.place_of_key("variants")
