"""Locks: the inputs, outputs and costs of every layer of a spec, one line each, for review.

A lock is a regular file next to its spec that is written on demand and compared by every check. Its
lines are sorted, so that a change of the spec changes as few of them as possible. Its header has
the version of its format and the name of its spec, so that no other spec is held to it.
"""

from __future__ import annotations

import errno
import os
import re
from typing import TYPE_CHECKING

from shapecalc.problems.problem import Problem
from shapecalc.text.display import visible
from shapecalc.text.files import ReadError, load_own_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.analysis.summary import Summary
    from shapecalc.check.check import Checked
    from shapecalc.inference.inferred import InferredLayer
    from shapecalc.language.items import Item
    from shapecalc.text.source import Source

FORMAT = 2
"""The version of the format. The first one had no version in its header."""

_FIRST = "# Written by `shapecalc check --lock`; a difference fails `shapecalc check`."
_COLUMNS = "# variant (- for none) layer: type input -> output params macs"

MAXIMUM_DIFFERENCES = 50
"""The maximum number of differences that a check reports for one lock; the rest is counted."""

_NO_VARIANT = "-"
_TOTAL = "(total)"


def path_of(spec_path: str) -> str:
    """The path of a spec's lock: `a.lock` for `a.yaml`, `a.yml.lock` for `a.yml`."""
    return spec_path.removesuffix(".yaml") + ".lock"


def lines(checked: Checked, spec_path: str) -> Iterator[str]:
    """The lines of the lock of a checked spec, without line endings."""
    yield from _header(spec_path)
    for key, value in sorted(_entries(checked).items()):
        yield f"{key}: {value}"


def _header(spec_path: str) -> list[str]:
    name = _word(os.path.basename(spec_path))
    return [_FIRST, f"# format {FORMAT}, of {name}", _COLUMNS]


def _is_of(header: list[str], spec_path: str) -> bool:
    """Whether a header is that of a spec's lock. Some systems find a file in any case of its name,
    so that it may have been written in another one."""
    return "\n".join(header).casefold() == "\n".join(_header(spec_path)).casefold()


def save(path: str, checked: Checked, spec_path: str) -> None:
    """Write the lock of a checked spec, all of it or nothing.

    Raises OSError, also where the lock is another spec's that is still there, as `a` and `a.yaml`
    would have the same, and for anything but a regular file.
    """
    from shapecalc.text.atomic_write import write_atomically

    spec = path.removesuffix(".lock")
    other = spec if spec_path.endswith(".yaml") else f"{spec}.yaml"
    both = os.path.isfile(path) and os.path.isfile(other) and not os.path.islink(path)
    if both and _is_of(read(path).split("\n", 3)[:3], other):
        raise ReadError(errno.EEXIST, f"it is the lock of {visible(other)}", path)
    write_atomically(path, (line + "\n" for line in lines(checked, spec_path)), own=True)


def read(path: str) -> str:
    """The text of a lock. Raises OSError, also for anything but a regular file.

    Its lines end as shapecalc writes them, though git may check them out as Windows ends them.
    """
    data = load_own_bytes(path)
    return data.decode("utf-8", "replace").replace("\r\n", "\n")


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
    from shlex import quote

    command = f"`shapecalc check --lock {quote(source.path.replace(os.sep, '/'))}`"
    renew = f"{command} renews it"
    refused = _refused(text, source.path)
    if refused is not None:
        yield Problem("SC304", refused, source, 0, renew)
        return
    locked: dict[str, str] = {}
    for number, line in enumerate(text.splitlines()[3:], 4):
        key, _, value = line.partition(": ")
        if not _ENTRY.fullmatch(line) or visible(line) != line:
            wrong = f"line {number} of the lock is not one that shapecalc writes"
            yield Problem("SC304", wrong, source, 0, renew)
        elif key in locked:
            yield Problem("SC304", f"line {number} of the lock repeats a key", source, 0, renew)
        else:
            locked[key] = value
    now = _entries(checked)
    changed = [key for key in sorted(locked.keys() | now) if locked.get(key) != now.get(key)]
    items = _items(checked)
    hint: str | None = f"{command} accepts the changes"
    for key in changed[:MAXIMUM_DIFFERENCES]:
        item = items.get(key)
        here = item is not None and item.source is source
        place = item.place() if item is not None and here else 0
        yield Problem("SC304", _difference(key, locked.get(key), now.get(key)), source, place, hint)
        hint = None  # only in the first problem
    if len(changed) > MAXIMUM_DIFFERENCES:
        rest = len(changed) - MAXIMUM_DIFFERENCES
        yield Problem("SC304", f"{rest} more lines differ from the lock", source, 0)


_SHAPES = r"[0-9x]+(?:, [0-9x]+)*"
_ENTRY = re.compile(rf"\S+ \S+: (?:\S+ )?{_SHAPES} -> {_SHAPES} params [0-9]+ macs [0-9]+")
"""A line of a lock. What else stands there is not quoted: nobody knows what it is."""


def _refused(text: str, spec_path: str) -> str | None:
    """Why a lock is not compared with a spec; None where it is."""
    header = text.split("\n", 3)[:3]
    if _is_of(header, spec_path):
        return None
    found = re.fullmatch(r"# format ([0-9]{1,9}), of \S+", header[1]) if len(header) > 1 else None
    if header[0] != _FIRST:
        return "the lock is not one that shapecalc writes"
    if found is None:
        return f"the lock is of format 1, which is older than {FORMAT}"
    if int(found[1]) != FORMAT:
        return f"the lock is of format {found[1]}, and this version of shapecalc writes {FORMAT}"
    return "the lock is that of another spec"


def _difference(key: str, before: str | None, after: str | None) -> str:
    name = key.removeprefix(f"{_NO_VARIANT} ")
    if before is None:
        return f"{name} is not in the lock: {after}"
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
