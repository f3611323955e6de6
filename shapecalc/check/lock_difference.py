"""How a spec differs from its lock, as one finding: the first layer that does, and what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.check.lock_entries import (
    COSTS,
    NETWORK,
    NO_VARIANT,
    default_word,
    entries,
    fields,
    own_word,
    word,
)
from shapecalc.graph.structure import FOLLOWING
from shapecalc.problems.formatting import named, some_of
from shapecalc.problems.problem import Problem
from shapecalc.text.display import percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapecalc.analysis.summary import Summary
    from shapecalc.check.check import Checked
    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.layers.base import Layer
    from shapecalc.problems.problem import Related
    from shapecalc.text.source import Source

MOST_TOLD = 8
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


def difference(checked: Checked, locked: dict[str, str], source: Source) -> Problem | None:
    """The problem of a spec that differs from its lock; None where it does not.

    locked: the entries of the lock, in their order.
    """
    runs: dict[str, LockedRun] = {}
    for key, value in locked.items():
        run, _, path = key.partition(" ")
        runs.setdefault(run, {})[path] = value
    found: dict[str | None, _Difference] = {}
    for variant, summary in checked.runs.items():
        before = runs.pop(NO_VARIANT if variant is None else word(variant), {})
        after = {key.partition(" ")[2]: value for key, value in entries(summary, variant)}
        if NETWORK not in before:
            what = _ALONE if variant is None else named(variant)
            found[variant] = _Difference(what, said=_NEW)
        elif before != after or _paths(before) != _paths(after):
            found[variant] = _of_run(before, after, checked, summary, source)
    for run in runs:
        what = _ALONE if run == NO_VARIANT else run
        found[run] = _Difference(what, said=_GONE)
    return _finding(found, len(checked.runs), source) if found else None


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
    for variant, costs in totals[:MOST_TOLD]:
        where = "in total" if variant is None else f"{named(variant)} in total"
        said = ", ".join(each.text + each.share for each in costs)
        notes.append((f"{where}: {said}", None, None))
    if len(totals) > MOST_TOLD:
        notes.append((f"{len(totals) - MOST_TOLD} more variants have other totals", None, None))
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
    before: LockedRun, after: LockedRun, checked: Checked, summary: Summary, source: Source
) -> _Difference:
    """How a run differs that is in both."""
    whole = list(_changes(fields(before[NETWORK]), fields(after[NETWORK]), None))
    inputs = [each for each in whole if each.key in ("inputs", "input")]
    found = None if inputs else _first(before, after, summary, source)
    if found is None:
        outputs = [each for each in whole if each.key in ("outputs", "output")]
        place = _place_of_key(checked, "input" if inputs else "outputs")
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
    for key in sorted(keys, key=lambda key: key in FOLLOWING):
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


def _place_of_key(checked: Checked, key: str) -> int:
    """The place of the value of a key at the top; 0 where it is not written."""
    assert checked.spec is not None
    node = checked.spec.node
    return node.place_of_value(key) if key in node.values else 0
