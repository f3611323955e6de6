"""How a run of a spec differs from what is locked of it: the first layer, and how many follow."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from shapecalc.check.lock_entries import COSTS, NETWORK, default_word, fields, own_word, word
from shapecalc.graph.structure import FOLLOWING
from shapecalc.text.display import growth_percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapecalc.analysis.summary import Summary
    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.layers.base import Layer
    from shapecalc.spec import Spec
    from shapecalc.text.source import Source

NOT_LOCKED = "not in the lock"
ONLY_LOCKED = "in the lock, but not in the spec"
_ABSENT = {"from": "the layer before", "shares": "its own", "trainable": "true"}

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
        before, after = int(self.before), int(self.after)
        grown = growth_percent(before, after)
        return f" ({after - before:+,})" if grown is None else f" ({grown}%)"


class RunDifference:
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


def run_difference(
    before: LockedRun, after: LockedRun, spec: Spec, summary: Summary, source: Source
) -> RunDifference | None:
    """How a run differs that is in both; None where it does not."""
    whole = list(_changes(fields(before[NETWORK]), fields(after[NETWORK]), None))
    inputs = [each for each in whole if each.key in ("inputs", "input")]
    found = None if inputs else _first(before, after, spec, summary, source)
    if found is None:
        if not whole:
            return None
        outputs = [each for each in whole if each.key in ("outputs", "output")]
        place = _place_of_key(spec, "input" if inputs else "outputs")
        found = RunDifference("the network", changed=inputs or outputs or whole, place=place)
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
    before: LockedRun, after: LockedRun, spec: Spec, summary: Summary, source: Source
) -> RunDifference | None:
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
            return RunDifference(node.path, [path], changed=changed, place=place)
        if was is None or was in after:
            if path in before:
                return RunDifference(node.path, [path], f"runs before {was} now", place=place)
            said = f"is {NOT_LOCKED}"
            return RunDifference(node.path, [path], said, _description(after[path]), place=place)
        if path in before or before[was] != after[path]:
            return _gone(was, before[was], place)
        return RunDifference(node.path, [path, was], f"is called {was} in the lock", place=place)
    if len(old) > len(new):
        path = old[len(new)]
        return _gone(path, before[path], spec.node.place_of_key("layers"))
    return None


def _gone(path: str, locked: str, place: int) -> RunDifference:
    return RunDifference(path, [path], f"is {ONLY_LOCKED}", _description(locked), place=place)


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
    order = [
        "type",
        *([] if layer is None else layer.fields),
        "join",
        "from",
        "shares",
        "trainable",
        *FOLLOWING,
    ]
    for key in sorted(keys, key=lambda key: order.index(key) if key in order else -1):
        then, now = before.get(key), after.get(key)
        if then == now:
            continue
        if layer is not None and key in layer.fields:
            then = then or default_word(layer, key, before)
            now = now or own_word(layer, key)
            if then == now:  # the default is another one now
                continue
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


def _paths(run: LockedRun) -> list[str]:
    """The layers and joins, in order."""
    return [path for path in run if path != NETWORK]
