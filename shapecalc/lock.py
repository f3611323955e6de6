"""Locks: what every layer of a spec takes, puts out and costs, a line each, for reviewers.

A lock is a text beside its spec that is written on demand and compared by every check. Its
lines are sorted, so that a change of the spec is a change of as few lines as it concerns.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from shapecalc.display import visible
from shapecalc.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.checking import Checked
    from shapecalc.items import Item
    from shapecalc.summary import InferredLayer, Summary
    from shapecalc.text import Source

HEADER = (
    "# Written by `shapecalc check --lock`; a difference fails `shapecalc check`.\n"
    "# variant (- for none) layer: type input -> output params macs"
)

MAXIMUM_DIFFERENCES = 50
"""The differences that a check reports of one lock; more are counted."""

_NO_VARIANT = "-"


def path_of(spec_path: str) -> str:
    """The path of the lock of a spec."""
    return os.path.splitext(spec_path)[0] + ".lock"


def lines(checked: Checked) -> Iterator[str]:
    """The lines of the lock of a spec that was checked, without their ends."""
    yield HEADER
    for key, value in sorted(_entries(checked).items()):
        yield f"{key}: {value}"


def _entries(checked: Checked) -> dict[str, str]:
    """What a lock says, by variant and path."""
    found: dict[str, str] = {}
    for variant, summary in checked.runs.items():
        run = _NO_VARIANT if variant is None else _word(variant)
        found[f"{run} (total)"] = _total(summary)
        for node in summary.layers:
            found[f"{run} {_word(node.path)}"] = _layer(node)
    return found


def _word(text: str) -> str:
    """A name in which nothing separates: no space, no colon."""
    return visible(text).replace("\\", "\\\\").replace(" ", "\\x20").replace(":", "\\x3a")


def _total(summary: Summary) -> str:
    outputs = ", ".join(map(str, summary.outputs.values()))
    inputs = ", ".join(map(str, summary.inputs.values()))
    return f"{inputs} -> {outputs} params {summary.params} macs {summary.macs}"


def _layer(node: InferredLayer) -> str:
    inputs = ", ".join(map(str, node.inputs))
    outputs = ", ".join(map(str, node.outputs))
    return f"{node.type} {inputs} -> {outputs} params {node.params} macs {node.macs}"


def differences(checked: Checked, text: str, source: Source) -> Iterator[Problem]:
    """The problems of a spec that no longer is what its lock says."""
    locked = dict(
        line.split(": ", 1) for line in text.splitlines() if ": " in line and line[:1] != "#"
    )
    now = _entries(checked)
    accept = f"`shapecalc check --lock {source.path}` accepts it"
    changed = [key for key in sorted(locked.keys() | now) if locked.get(key) != now.get(key)]
    items = _items(checked)
    for key in changed[:MAXIMUM_DIFFERENCES]:
        item = items.get(key)
        here = item is not None and item.source is source
        yield Problem(
            "SC304",
            _difference(key, locked.get(key), now.get(key)),
            source,
            item.place() if item is not None and here else 0,
            accept,
        )
    if len(changed) > MAXIMUM_DIFFERENCES:
        rest = len(changed) - MAXIMUM_DIFFERENCES
        yield Problem("SC304", f"{rest} more lines differ from the lock", source, 0, accept)


def _difference(key: str, before: str | None, after: str | None) -> str:
    name = key.removeprefix(f"{_NO_VARIANT} ")
    if before is None:
        return f"{name} is not in the lock: {after}"
    if after is None:
        return f"{name} is in the lock, but no longer in the spec: {before}"
    return f"{name} differs from the lock: {before} is now {after}"


def _items(checked: Checked) -> dict[str, Item]:
    """The items behind the keys of a lock."""
    found: dict[str, Item] = {}
    for variant, summary in checked.runs.items():
        run = _NO_VARIANT if variant is None else _word(variant)
        for node in summary.layers:
            found[f"{run} {_word(node.path)}"] = node.item
    return found
