"""Problems as a person reads them: what is wrong, the line with a mark under it, what helps.

```
error[SC204]: conv2: groups 3 does not divide in_channels 64
 --> nets/small.yaml:14:57
   |
14 |   - {name: conv2, type: Conv2d, out_channels: 96, groups: 3}
   |                                                           ^
   = note: conv1 outputs 112x112x64 (line 9)
   = help: groups must divide 64 and 96: 1, 2, 4, 8, 16 or 32
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.check.report import Report
from shapecalc.text.display import printable, truncate, visible, width
from shapecalc.text.styles import ERROR, GUTTER, LABEL, MESSAGE, TEXT, WARNING, Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapecalc.problems.problem import Place, Problem

_WIDEST = 100
"""The cells of a line of the source that are shown."""

_LEAD = 60
"""Those of them that may be before the mark where there is more after it than fits."""

LONGEST_MARKED = 10_000
"""The characters after a place in which the end of its word is looked for."""

_STOPS = " \t,[](){}\"'"
"""What ends the word above a mark."""


def lines(report: Report) -> Iterator[Line]:
    """The lines of a report."""
    return problem_lines(report.problems)


def problem_lines(problems: Iterable[Problem]) -> Iterator[Line]:
    """The lines of every problem, an empty one after each."""
    for problem in problems:
        yield from _problem(problem)
        yield ""


def summary_line(problems: Iterable[Problem]) -> str:
    """How many of what, and where: `2 errors, 1 warning in nets/small.yaml`."""
    counts: dict[str, int] = {}
    paths = set()
    for problem in problems:
        counts[problem.severity] = counts.get(problem.severity, 0) + 1
        paths.add(problem.path)
    said = [f"{count} {kind}{'s' * (count > 1)}" for kind, count in sorted(counts.items())]
    where = printable(paths.pop(), inside=True) if len(paths) == 1 else f"{len(paths)} files"
    return f"{', '.join(said)} in {where}"


def message(severity: str, text: str) -> Line:
    """The line that says what is wrong: `error[SC204]: it does not fit`."""
    kind = WARNING if severity.startswith(WARNING) else ERROR
    return [(severity, kind), (f": {printable(text, inside=True)}", MESSAGE)]


def _problem(problem: Problem) -> Iterator[Line]:
    yield message(f"{problem.severity}[{problem.code}]", problem.message)
    place = problem.place
    gutter = " " * len(str(place.line))
    yield [(" ", TEXT), ("-->", GUTTER), (f" {_where(place)}", TEXT)]
    if place.source.has_lines:
        kind = WARNING if problem.severity == "warning" else ERROR
        before, word, after = _snippet(place)
        yield [(f"{gutter} |", GUTTER)]
        shown = printable(f"{before}{word}{after}".rstrip(" "), inside=True)
        yield [(f"{place.line} |", GUTTER), (f" {shown}".rstrip(" "), TEXT)]
        mark = "^" * max(1, width(word))
        yield [(f"{gutter} |", GUTTER), (" " * (1 + width(before)), TEXT), (mark, kind)]
    for text, other in problem.related:
        near = "" if other is None else f" ({_near(other, place)})"
        yield _labelled(gutter, "note", text, near)
    if problem.hint is not None:
        yield _labelled(gutter, "help", problem.hint)


def _labelled(gutter: str, label: str, text: str, near: str = "") -> Line:
    said = f": {printable(text, inside=True)}{near}"
    return [(f"{gutter} ", TEXT), ("=", GUTTER), (" ", TEXT), (label, LABEL), (said, TEXT)]


def _where(place: Place) -> str:
    return f"{printable(place.source.path, inside=True)}:{place.line}:{place.column}"


def _near(place: Place, other: Place) -> str:
    # A place as it is called beside another one.
    return f"line {place.line}" if place.source is other.source else _where(place)


def _snippet(place: Place) -> tuple[str, str, str]:
    # The line in three parts: before the word above the mark, the word, and after
    # it.
    before, rest = place.source.around(place.offset, _WIDEST, LONGEST_MARKED)
    cut = place.column - 1 > _WIDEST
    end = word_end(rest)
    word = truncate(visible(rest[: min(end, _WIDEST)]), _WIDEST - _LEAD)
    after = visible(rest[end : end + _WIDEST])
    room = max(_LEAD, _WIDEST - width(word) - width(after))
    while width(visible(before)) > room:
        before = before[1:]
        cut = True
    before = "..." * cut + visible(before)
    return before, word, truncate(after, max(3, _WIDEST - width(before) - width(word)))


def word_end(rest: str) -> int:
    """Where the word that a text begins with ends.

    A quoted one ends after its closing quote, any other before a space, a comma or a bracket,
    or the colon that makes it a key.
    """
    quote = rest[:1]
    if quote in ("'", '"'):
        closing = rest.find(quote, 1)
        return len(rest) if closing < 0 else closing + 1
    end = 0
    while end < len(rest) and rest[end] not in _STOPS:
        end += 1
    if end > 1 and rest[end - 1] == ":":
        end -= 1
    return max(end, min(1, len(rest)))
