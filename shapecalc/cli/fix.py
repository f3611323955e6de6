"""What `shapecalc check` does with --fix and --diff, and says of it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from shapecalc.check.fixes import Wish, fix_files
from shapecalc.cli.output import write, write_bytes_to
from shapecalc.text.display import inert, printable, visible
from shapecalc.text.styles import ADDED, HEADING, REMOVED, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapecalc.check.batch import Asked
    from shapecalc.check.report import Rewritten
    from shapecalc.text.styles import Line

_ROLES = {"+": ADDED, "-": REMOVED, "@": HEADING}


def fix_specs(
    paths: list[str],
    asked: Asked,
    expectations: bool,
    diff: bool,
    output: str | None,
    color: str,
) -> tuple[int, bool]:
    """Fix files, or show what that would change; how many problems it is, and whether a file that
    could be fixed is not.

    asked: of a check. expectations: whether expected totals are fixed. output: where the
    difference goes.
    """
    from shapecalc.check.formats import full

    files, unfixed = fix_files(
        paths, Wish(asked.select, asked.ignore, expectations), write=not diff
    )
    if diff:
        show(files, output, color)
    else:
        counted = (f"{printable(file.path)}: {file.count} fixed" for file in files)
        write(counted, sys.stderr, color)
    write((full.message("warning", line) for line in unfixed), sys.stderr, color)
    return sum(file.count for file in files), bool(unfixed)


def show(files: Sequence[Rewritten], output: str | None, color: str) -> None:
    """Write what changes in files: to a terminal as it can be shown, otherwise so that
    `patch` reads it."""
    is_file = output is not None and output != "-"
    if sys.stdout.isatty() and not is_file:
        write(map(_shown, _difference(files)), sys.stdout, color)
        return
    lines = _difference(files, "\t") if is_file else map(_harmless, _difference(files, "\t"))
    write_bytes_to(output, (line.encode() for line in lines), text=True)


def _difference(files: Sequence[Rewritten], end: str = "") -> Iterator[str]:
    """The lines. end: what ends a name with spaces, after which `patch` looks for a date."""
    from shapecalc.text.unified_diff import unified_diff

    for file in files:
        name = visible(file.path)
        yield from unified_diff(name + end * (" " in name), file.before, file.after)


def _shown(line: str) -> Line:
    text = line.removesuffix("\n").removesuffix("\r")
    return [(printable(text, inside=True), _ROLES.get(line[0], TEXT))]


def _harmless(line: str) -> str:
    """A line as it is, unless a CI runner would read a command in it."""
    return "\r".join(map(inert, line.split("\r")))
