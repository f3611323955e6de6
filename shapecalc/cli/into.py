"""`--into`: pages of which the places are written anew, or compared with what would be written."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from shapecalc.cli.output import said_of, write, write_error
from shapecalc.limits import MAXIMUM_PAGE
from shapecalc.problems.problem import SpecError, reason
from shapecalc.text.display import printable
from shapecalc.text.files import load_bytes
from shapecalc.text.page import BEGIN, places_in, rewritten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shapecalc.text.page import MarkedPlace

    LinesOf = Callable[[str, list[str]], list[str]]


def rewrite(paths: tuple[str, ...], check: bool, lines_of: LinesOf) -> int:
    """Rewrite pages, none unless all of them can be, and return the exit status.

    check: whether to show what would change instead.
    lines_of: what SPEC and options in a page ask for. Raises SpecError, OSError and UsageError.
    """
    pages = [_Page(path, lines_of) for path in dict.fromkeys(paths)]
    status = max(page.status for page in pages)
    if status:
        return status
    for page in pages:
        if check:
            write(page.difference(), sys.stdout, "never")
        elif page.stale:
            from shapecalc.text.atomic_write import write_atomically

            write_atomically(page.path, [page.after], text=False)
        counts = f"{page.stale} of {len(page.places)} places"
        said = f"{page.path}: {counts} {'stale' if check else 'rewritten'}"
        write([printable(said)], sys.stderr, "never")
    return 1 if check and any(page.stale for page in pages) else 0


class _Page:
    """A page as it is and as it should be. What is wrong with it is said.

    status: the exit status for that. stale: how many of its places are to change.
    """

    def __init__(self, path: str, lines_of: LinesOf) -> None:
        self.path = path
        self.status = 0
        self.before = load_bytes(path, MAXIMUM_PAGE)
        self.places, problems = places_in(self.before)
        for line, message in problems:
            self._fail(line, message)
        if not self.places and not problems:
            self._fail(None, f"no {BEGIN} on a line of its own")
        places = [] if problems else self.places
        contents = [(place, self._content(place, lines_of)) for place in places]
        self.stale = sum(self.before[each.start : each.end] != new for each, new in contents)
        self.after = rewritten(self.before, contents)

    def difference(self) -> Iterator[str]:
        """The lines of a unified diff."""
        from difflib import diff_bytes, unified_diff

        old, new = self.before.splitlines(keepends=True), self.after.splitlines(keepends=True)
        name = self.path.encode("utf-8", "backslashreplace")
        for line in diff_bytes(unified_diff, old, new, name, name, lineterm=b""):
            text = line.rstrip(b"\r\n").decode("utf-8", "backslashreplace")
            yield printable(text, sys.stdout.encoding)

    def _content(self, place: MarkedPlace, lines_of: LinesOf) -> bytes:
        from shlex import split

        try:
            words = split(place.asked)
        except ValueError as error:  # a quote without its end
            self._fail(place.line, str(error))
            return b""
        try:
            return place.content(lines_of(self.path, words))
        except SpecError as error:
            from shapecalc.check.formats import full

            write(full.problem_lines(error.problems), sys.stderr)
            self._fail(place.line, full.summary_line(error.problems))
        except click.UsageError as error:
            self._fail(place.line, said_of(error))
        except OSError as error:
            where = "" if error.filename is None else f"{error.filename}: "
            self._fail(place.line, f"{where}{reason(error)}", status=2)
        return b""

    def _fail(self, line: int | None, message: str, status: int = 1) -> None:
        where = self.path if line is None else f"{self.path}:{line}"
        write_error(f"{where}: {message}")
        self.status = max(self.status, status)
