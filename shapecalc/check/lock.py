"""Locks: the inputs, outputs and costs of every layer of a spec, one line each, for review.

A lock is a file next to its spec that is written on demand and compared by every check. Its lines
are sorted, so that a change of the spec changes as few of them as possible.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.problems.problem import Problem
from shapecalc.text.display import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.analysis.summary import Summary
    from shapecalc.check.check import Checked
    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.language.items import Item
    from shapecalc.text.source import Source

HEADER = (
    "# Written by `shapecalc check --lock`; a difference fails `shapecalc check`.\n"
    "# variant (- for none) layer: type input -> output params macs"
)

MAXIMUM_DIFFERENCES = 50
"""The maximum number of differences that a check reports for one lock; the rest is counted."""

_NO_VARIANT = "-"
_TOTAL = "(total)"
_UNKNOWN_LINE = "line "


def path_of(spec_path: str) -> str:
    """The path of a spec's lock: `a.lock` for `a.yaml`, `a.yml.lock` for `a.yml`."""
    return spec_path.removesuffix(".yaml") + ".lock"


def lines(checked: Checked) -> Iterator[str]:
    """The lines of the lock of a checked spec, without line endings."""
    yield HEADER
    for key, value in sorted(_entries(checked).items()):
        yield f"{key}: {value}"


def _entries(checked: Checked) -> dict[str, str]:
    """The entries of a lock, by variant and path."""
    found: dict[str, str] = {}
    for variant, summary in checked.runs.items():
        run = _NO_VARIANT if variant is None else _word(variant)
        found[f"{run} {_TOTAL}"] = _total(summary)
        for node in summary.layers:
            found[f"{run} {_word(node.path)}"] = _layer(node)
    return found


def _word(text: str) -> str:
    """A name with spaces, colons and the like escaped, so that different names stay different."""
    word = visible(text.replace("\\", "\\\\")).replace(" ", "\\x20").replace(":", "\\x3a")
    return f"\\x{ord(word[0]):02x}{word[1:]}" if word in (_NO_VARIANT, _TOTAL) else word


def _total(summary: Summary) -> str:
    outputs = ", ".join(map(str, summary.outputs.values()))
    inputs = ", ".join(map(str, summary.inputs.values()))
    return f"{inputs} -> {outputs} params {summary.params} macs {summary.macs}"


def _layer(node: InferredLayer) -> str:
    inputs = ", ".join(map(str, node.inputs))
    outputs = ", ".join(map(str, node.outputs))
    return f"{node.type} {inputs} -> {outputs} params {node.params} macs {node.macs}"


def differences(checked: Checked, text: str, source: Source) -> Iterator[Problem]:
    """The problems of a spec that differs from its lock. text: that of the lock."""
    locked = dict(_locked_entries(text))
    now = _entries(checked)
    changed = [key for key in sorted(locked.keys() | now) if locked.get(key) != now.get(key)]
    items = _items(checked)
    hint: str | None = f"`shapecalc check --lock {source.path}` accepts the changes"
    for key in changed[:MAXIMUM_DIFFERENCES]:
        item = items.get(key)
        here = item is not None and item.source is source
        place = item.place() if item is not None and here else 0
        yield Problem("SC304", _difference(key, locked.get(key), now.get(key)), source, place, hint)
        hint = None  # only in the first problem
    if len(changed) > MAXIMUM_DIFFERENCES:
        rest = len(changed) - MAXIMUM_DIFFERENCES
        yield Problem("SC304", f"{rest} more lines differ from the lock", source, 0)


def _locked_entries(text: str) -> Iterator[tuple[str, str]]:
    """The entries of a lock, by variant and path; an invalid line by its number."""
    for number, line in enumerate(text.splitlines(), 1):
        if line in HEADER.splitlines():
            continue
        key, _, value = line.partition(": ")
        yield (key, value) if value else (f"{_UNKNOWN_LINE}{number}", line)


def _difference(key: str, before: str | None, after: str | None) -> str:
    name = key.removeprefix(f"{_NO_VARIANT} ")
    if before is None:
        return f"{name} is not in the lock: {after}"
    if after is None and key.startswith(_UNKNOWN_LINE):
        return f"invalid {name} in the lock: {visible(before)}"
    if after is None:
        return f"{name} is in the lock, but not in the spec: {before}"
    old, new = before.split(), after.split()
    if len(old) != len(new):
        return f"{name} differs from the lock: {before} is now {after}"
    changed = [
        f"{_label(old, index)}{was} is now {now}"
        for index, (was, now) in enumerate(zip(old, new, strict=True))
        if was != now
    ]
    return f"{name} differs from the lock: {', '.join(changed)}"


def _label(words: list[str], index: int) -> str:
    """The label of a word in an entry: costs follow their names, shapes are around an arrow."""
    if words[index - 1] in ("params", "macs"):
        return words[index - 1] + " "
    if "->" in words:
        arrow = words.index("->")
        if index > arrow:
            return "output "
        if index == arrow - 1:
            return "input "
    return ""


def _items(checked: Checked) -> dict[str, Item]:
    """The items by the keys of a lock."""
    found: dict[str, Item] = {}
    for variant, summary in checked.runs.items():
        run = _NO_VARIANT if variant is None else _word(variant)
        for node in summary.layers:
            found[f"{run} {_word(node.path)}"] = node.item
    return found
