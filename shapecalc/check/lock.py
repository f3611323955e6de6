"""Locks: the architecture of a spec, a line for each layer, for review.

A lock is a regular file next to its spec that is written on demand and compared by every check. Its
lines are in execution order, and what a layer takes stands there where it is not what the line
before outputs, so that a change of the spec changes as few of them as possible. Its header has the
version of its format and the name of its spec, so that no other spec is held to it.
"""

from __future__ import annotations

import errno
import os
import re
from shlex import quote
from typing import TYPE_CHECKING

from shapecalc.check.lock_entries import entries, parsed, word
from shapecalc.problems.problem import Problem
from shapecalc.text.display import visible
from shapecalc.text.files import ReadError, load_own_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.check.check import Checked
    from shapecalc.text.source import Source

FORMAT = 3
"""The version of the format. The first one had no version in its header, the second no fields."""

_FIRST = "# Written by `shapecalc check --lock`; a difference fails `shapecalc check`."
_COLUMNS = "# variant (- for none) layer: type field=... from=... input -> output params=N macs=N"


def path_of(spec_path: str) -> str:
    """The path of a spec's lock: `a.lock` for `a.yaml`, `a.yml.lock` for `a.yml`."""
    return spec_path.removesuffix(".yaml") + ".lock"


def lines(checked: Checked, spec_path: str) -> Iterator[str]:
    """The lines of the lock of a checked spec, without line endings."""
    yield from _header(spec_path)
    for variant, summary in checked.runs.items():
        for key, locked in entries(summary, variant):
            yield f"{key}: {locked}"


def _header(spec_path: str) -> list[str]:
    name = word(os.path.basename(spec_path))
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


def differences(checked: Checked, text: str, source: Source) -> Iterator[Problem]:
    """The problem of a spec that differs from its lock, if it does. text: that of the lock."""
    lock = _command(source.path)
    wrong = _refused(text, source.path)
    locked: dict[str, str] = {}
    for number, line in enumerate([] if wrong else text.splitlines()[3:], 4):
        found = parsed(line)
        if found is None:
            wrong = f"line {number} of the lock is not one that shapecalc writes"
        elif found[0] in locked:
            wrong = f"line {number} of the lock repeats a key"
        if wrong or found is None:
            break
        locked[found[0]] = found[1]
    if wrong:
        yield Problem("SC304", wrong, source, 0, f"`{lock}` renews it")
        return
    from shapecalc.check.lock_difference import difference

    problem = difference(checked, locked, source)
    if problem is not None:
        problem.hint = f"`{lock} --diff` shows all of it, `{lock}` accepts it"
        yield problem


def _command(spec_path: str) -> str:
    return f"shapecalc check --lock {quote(spec_path.replace(os.sep, '/'))}"


def _refused(text: str, spec_path: str) -> str | None:
    """Why a lock is not compared with a spec; None where it is."""
    header = text.split("\n", 3)[:3]
    if _is_of(header, spec_path):
        return None
    found = re.fullmatch(r"# format ([0-9]{1,9}), of \S+", header[1]) if len(header) > 1 else None
    if header[0] != _FIRST:
        return "the lock is not one that shapecalc writes"
    number = 1 if found is None else int(found[1])
    if number < FORMAT:
        return f"the lock is of format {number}, which is older than {FORMAT}"
    if number > FORMAT:
        return f"the lock is of format {number}, and this version of shapecalc writes {FORMAT}"
    return "the lock is that of another spec"
