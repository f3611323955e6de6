"""How a spec differs from its lock, as one finding: the first layer that does, and what follows."""

from __future__ import annotations

import re
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
from shapecalc.problems.formatting import named, some_of
from shapecalc.problems.problem import Problem
from shapecalc.text.display import percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.layers.base import Layer
    from shapecalc.problems.problem import Related
    from shapecalc.spec import Spec
    from shapecalc.text.source import Source

MOST_TOTALS = 8
"""The variants of which a finding tells the totals; of more it says how many."""

_ALONE = "the network without a variant"
_NEW = "is not in the lock"
_GONE = "is in the lock, but not in the spec"
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
        rounded = percent(growth, before) if before else "0.0"
        return (
            f" ({growth:+,})" if rounded.endswith("0.0") else f" ({'+' * (growth > 0)}{rounded}%)"
        )


class _Difference:
    """The first difference of a run.

    what: the layer. lines: the paths of it in the lock, old and new. said: that it differs, or is
    new, gone or elsewhere. described: what is new or gone. changed: what differs. others: how many
    layers differ besides. totals: the costs that do.
    """

    def __init__(
        self,
        what: str,
        lines: Sequence[str] = (),
        said: str = "differs from the lock",
        described: str = "",
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
        return self.what, self.said, self.described, self.place, own or keys


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
        self._found: dict[str | None, _Difference] = {}
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
        run = NO_VARIANT if variant is None else word(variant)
        segment = self._segments.pop(run, None)
        if segment is None:
            what = _ALONE if variant is None else named(variant)
            self._found[variant] = _Difference(what, said=_NEW)
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
        self._found[variant] = _of_run(before, after, spec, summary, self._source)

    def problem(self) -> Problem | None:
        """The problem of the spec after all its runs; None where none differs."""
        for run, segment in self._segments.items():
            if self._parsed(run, *segment) is not None:
                what = _ALONE if run == NO_VARIANT else run
                self._found[run] = _Difference(what, said=_GONE)
        if self._wrong is not None:
            hint = f"`{self._command}` renews it"
            return Problem("SC304", self._wrong, self._source, 0, hint)
        if not self._found:
            return None
        problem = _finding(self._found, self._runs, self._source)
        problem.hint = f"`{self._command} --diff` shows all of it, `{self._command}` accepts it"
        return problem

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


def _finding(found: dict[str | None, _Difference], runs: int, source: Source) -> Problem:
    """The differences of all variants as one problem, those that are alike in one line."""
    groups: dict[tuple[object, ...], list[str | None]] = {}
    for variant, one in found.items():
        groups.setdefault(one.cause, []).append(variant)
    texts = [_text([found[each] for each in group], group, runs) for group in groups.values()]
    places = [found[group[0]].place for group in groups.values()]
    notes: list[Related] = [
        (text, source, place) if place else (text, None, None)
        for text, place in list(zip(texts, places, strict=True))[1:]
    ]
    totals = [(variant, one.totals) for variant, one in found.items() if one.totals]
    for variant, costs in totals[:MOST_TOTALS]:
        where = "in total" if variant is None else f"{named(variant)} in total"
        said = ", ".join(each.text + each.share for each in costs)
        notes.append((f"{where}: {said}", None, None))
    if len(totals) > MOST_TOTALS:
        notes.append((f"{len(totals) - MOST_TOTALS} more variants have other totals", None, None))
    elif not totals:
        notes.append(("params and MACs are the same in total", None, None))
    return Problem("SC304", texts[0], source, places[0], related=notes)


def _text(alike: list[_Difference], variants: list[str | None], runs: int) -> str:
    """What differences that are alike have in common, and where they are."""
    first = alike[0]
    texts = [{each.text for each in one.changed} for one in alike]
    common = [each.text for each in first.changed if all(each.text in one for one in texts)]
    names = [named(each) for each in variants if each is not None and first.what != named(each)]
    if len(variants) == runs > 1:
        where = " in every variant"
    else:
        where = f" in {some_of(names, 4)}" if names else ""
    details = first.described or ", ".join(common)
    text = f"{first.what} {first.said}{where}" + (f": {details}" if details else "")
    if len({one.others for one in alike}) > 1:
        return f"{text}; later layers differ, too"
    if first.others:
        layers = "layer differs" if first.others == 1 else "layers differ"
        return f"{text}; {first.others:,} later {layers}, too"
    return text


def _of_run(
    before: LockedRun, after: LockedRun, spec: Spec, summary: Summary, source: Source
) -> _Difference:
    """How a run differs that is in both."""
    whole = list(_changes(fields(before[NETWORK]), fields(after[NETWORK]), None))
    inputs = [each for each in whole if each.key in ("inputs", "input")]
    found = None if inputs else _first(before, after, summary, source)
    if found is None:
        outputs = [each for each in whole if each.key in ("outputs", "output")]
        place = _place_of_key(spec, "input" if inputs else "outputs")
        found = _Difference("the network", changed=inputs or outputs, place=place)
    differing = {path for path in {**before, **after} if before.get(path) != after.get(path)}
    found.others = len(differing - {NETWORK, *found.lines})
    found.totals = [each for each in whole if each.key in COSTS]
    return found


def _first(
    before: LockedRun, after: LockedRun, summary: Summary, source: Source
) -> _Difference | None:
    """The first layer that differs in execution order; None where none does."""
    old, new = _paths(before), _paths(after)
    for index, path in enumerate(new):
        was = old[index] if index < len(old) else None
        if was == path and before[path] == after[path]:
            continue
        if was is not None and was not in after and before[was] != after.get(path):
            return _gone(was, before[was], _place(summary, source, path)[1])
        node, place = _place(summary, source, path)
        assert node is not None
        if was == path:
            then, now = fields(before[path]), fields(after[path])
            changed = list(_changes(then, now, node.layer))
            if node.item.source is source and changed:
                place = node.item.place(changed[0].key)
            return _Difference(node.path, [path], changed=changed, place=place)
        if path in before:
            return _Difference(node.path, [path], f"runs before {was} now", place=place)
        if was is not None and was not in after:
            said = f"is called {was} in the lock"
            return _Difference(node.path, [path, was], said, place=place)
        return _Difference(node.path, [path], _NEW, _description(after[path]), place=place)
    if len(old) > len(new):
        return _gone(old[len(new)], before[old[len(new)]], 0)
    return None


def _gone(path: str, locked: str, place: int) -> _Difference:
    return _Difference(path, [path], _GONE, _description(locked), place=place)


def _description(locked: str) -> str:
    found = fields(locked)
    return f"{found['type']} {found['input']} -> {found['output']}".replace(",", ", ")


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
