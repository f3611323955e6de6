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

from shapecalc.check.lock_difference import LockComparison
from shapecalc.check.lock_entries import lines, word
from shapecalc.check.report import Rewritten
from shapecalc.limits import MAXIMUM_LOCK
from shapecalc.problems.formatting import clipped
from shapecalc.problems.problem import Problem
from shapecalc.text.display import visible
from shapecalc.text.files import ReadError, load_own_bytes
from shapecalc.text.source import Source

if TYPE_CHECKING:
    from shapecalc.analysis.summary import Summary
    from shapecalc.spec import Spec

LOCK_ENDING = ".lock"
"""How the names of locks end."""

FORMAT = 3
"""The version of the format. The first one had no version in its header, the second no fields."""

_FIRST = "# Written by `shapecalc check --lock`; a difference fails `shapecalc check`."
_COLUMNS = "# variant (- for none) layer: type field=... from=... input -> output params=N macs=N"


def path_of(spec_path: str) -> str:
    """The path of a spec's lock: `a.lock` for `a.yaml`, `a.yml.lock` for `a.yml`."""
    return spec_path.removesuffix(".yaml") + LOCK_ENDING


class LockText:
    """The text of a lock, which is made run by run."""

    def __init__(self, spec_path: str) -> None:
        self.spec_path = spec_path
        self._parts = ["\n".join(_header(spec_path)) + "\n"]
        self._room = MAXIMUM_LOCK - 4 * len(self._parts[0])

    def add(self, spec: Spec, variant: str | None, summary: Summary) -> None:
        """Add a run."""
        for line in lines(summary, variant):
            self._room -= len(line) if line.isascii() else len(line.encode())
            if self._room < 0:
                self._parts.clear()
                return
            self._parts.append(line)

    @property
    def text(self) -> str:
        """All of it. Raises ReadError where that would be more than is read of a lock."""
        if self._room < 0:
            limit = f"{MAXIMUM_LOCK // 2**20} MiB"
            message = f"it would have more than {limit}: split the variants into several files"
            raise ReadError(errno.EFBIG, message, path_of(self.spec_path))
        return "".join(self._parts)


def _header(spec_path: str) -> list[str]:
    name = word(os.path.basename(spec_path))
    return [_FIRST, f"# format {FORMAT}, of {name}", _COLUMNS]


def _is_of(header: list[str], spec_path: str) -> bool:
    """Whether a header is that of a spec's lock. Some systems find a file in any case of its name,
    so that it may have been written in another one."""
    return "\n".join(header).casefold() == "\n".join(_header(spec_path)).casefold()


def change(path: str, lock: LockText) -> Rewritten | None:
    """A lock as it would be written; None where it is that already.

    Raises OSError, also where the lock is another spec's that is still there, as `a` and `a.yaml`
    would have the same, and for anything but a regular file.
    """
    yaml, plain = specs_of(path)
    other = plain if lock.spec_path.endswith(".yaml") else yaml
    before = read(path) if os.path.lexists(path) else ""
    if os.path.isfile(other) and _is_of(before.split("\n", 3)[:3], other):
        raise ReadError(errno.EEXIST, f"it is the lock of {visible(other)}", path)
    text = lock.text
    return None if text == before else Rewritten(path, before, text)


def save(path: str, lock: LockText) -> str:
    """Write a lock, all of it or nothing, where it is another one; what became of it.

    Raises OSError as `change` does.
    """
    from shapecalc.text.atomic_write import write_atomically

    found = change(path, lock)
    if found is None:
        return "left"
    write_atomically(path, [found.after], own=True)
    return "changed" if found.before else "wrote"


def read(path: str) -> str:
    """The text of a lock. Raises OSError, also for anything but a regular file.

    Its lines end as shapecalc writes them, though git may check them out as Windows ends them.
    """
    data = load_own_bytes(path, MAXIMUM_LOCK)
    return data.decode("utf-8", "replace").replace("\r\n", "\n")


def compared(text: str, source: Source) -> LockComparison | Problem:
    """A comparison of a spec with the text of its lock; a problem where it is not the spec's."""
    command = _command(source.path)
    refused = _refused(text, source.path)
    if refused is not None:
        return Problem("SC304", refused, source, 0, f"`{command}` renews it")
    return LockComparison(text, source, command)


def missing(source: Source) -> Problem:
    """The problem of a spec without a lock."""
    hint = f"`{_command(source.path)}` writes it"
    return Problem("SC305", f"there is no {visible(path_of(source.path))}", source, 0, hint)


def specs_of(path: str) -> list[str]:
    """The paths of the specs of which a file is the lock by its name."""
    name = path.removesuffix(LOCK_ENDING)
    return [f"{name}.yaml", name]


def spec_path_of(path: str) -> str | None:
    """The path of the spec of which a file is the lock by its name; None where there is none."""
    there = (each for each in specs_of(path) if os.path.lexists(each) and not os.path.isdir(each))
    return next(there, None)


def missing_spec_of(path: str) -> str:
    """The path that the spec of a lock would have."""
    yaml, plain = specs_of(path)
    return plain if plain.endswith(".yml") else yaml


def is_own(path: str) -> bool:
    """Whether a file is a lock that shapecalc has written."""
    try:
        return load_own_bytes(path).startswith(_FIRST.encode())
    except OSError:
        return False


def orphaned(path: str) -> Problem:
    """The warning about a lock without its spec."""
    spec = visible(missing_spec_of(path))
    message = f"{visible(path)} is the lock of a spec that is not there, {spec}"
    return Problem("SC306", message, Source(path, ""), 0, "remove it", severity="warning")


def _command(spec_path: str) -> str:
    path = spec_path.replace(os.sep, "/")
    return f"shapecalc check --lock {quote(f'./{path}' if path.startswith('-') else path)}"


def _refused(text: str, spec_path: str) -> str | None:
    """Why a lock is not compared with a spec; None where it is."""
    header = text.split("\n", 3)[:3]
    if _is_of(header, spec_path):
        return None
    second = header[1] if len(header) > 1 else ""
    found = re.fullmatch(r"# format ([0-9]{1,9}), of (\S+)", second)
    number = 1 if found is None else int(found[1])
    if header[0] != _FIRST or (found is None and second.startswith("# format")):
        return _NOT_OWN
    if number < FORMAT:
        return f"the lock is of format {number}, which is older than {FORMAT}"
    if number > FORMAT:
        return f"the lock is of format {number}, and this version of shapecalc writes {FORMAT}"
    if found is not None and found[2] != word(os.path.basename(spec_path)):
        return f"the lock is that of another spec, {clipped(found[2])}"
    return _NOT_OWN


_NOT_OWN = "the lock is not one that shapecalc writes"
