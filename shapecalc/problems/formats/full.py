"""Problems as a person reads them: what is wrong, the line with a mark under it, what helps.

```
error[SC204]: conv2: groups 3 does not divide in_channels 64
 --> nets/small.yaml:14:57
   |
14 |   - {name: conv2, type: Conv2d, out_channels: 96, groups: 3}
   |                                                           ^
   = note: conv1 puts out 112x112x64 (line 9)
   = help: groups must divide 64 and 96: 1, 2, 4, 8, 16 or 32
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.text.display import inert, truncate, visible, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapecalc.problems.problem import Place, Problem

_WIDEST = 100
"""The cells of a line of the source that are shown."""

_LEAD = 60
"""Those of them that may stand before the mark where there is more behind it than fits."""

LONGEST_WORD = 10_000
"""The characters behind a place in which the end of its word is looked for."""

_RED, _YELLOW, _BLUE, _BOLD = "\x1b[1;31m", "\x1b[1;33m", "\x1b[1;34m", "\x1b[1m"
_PLAIN = "\x1b[0m"

_STOPS = " \t,[]{}\"'"
"""What ends the word that a mark stands under."""


def lines(problems: Iterable[Problem], color: bool = False) -> Iterator[str]:
    """The lines of every problem, an empty one after each, without their ends."""
    for problem in problems:
        yield from _problem(problem, color)
        yield ""


def concise(problem: Problem) -> str:
    """A problem on one line: `path:line:column: error[SC204] message`."""
    place = _where(problem.place)
    return inert(f"{place}: {problem.severity}[{problem.code}] {visible(problem.message)}")


def summary_line(problems: Iterable[Problem]) -> str:
    """How many of what, and where: `2 errors, 1 warning in nets/small.yaml`."""
    counts: dict[str, int] = {}
    paths = set()
    for problem in problems:
        counts[problem.severity] = counts.get(problem.severity, 0) + 1
        paths.add(problem.path)
    said = [f"{count} {kind}{'s' * (count > 1)}" for kind, count in sorted(counts.items())]
    where = visible(paths.pop()) if len(paths) == 1 else f"{len(paths)} files"
    return inert(f"{', '.join(said)} in {where}")


def _problem(problem: Problem, color: bool) -> Iterator[str]:
    def paint(code: str, text: str) -> str:
        return code + text + _PLAIN if color else text

    kind = _YELLOW if problem.severity == "warning" else _RED
    head = paint(kind, f"{problem.severity}[{problem.code}]")
    yield inert(head + paint(_BOLD, f": {visible(problem.message)}"))

    place = problem.place
    gutter = " " * len(str(place.line))
    bar = paint(_BLUE, f"{gutter} |")
    yield inert(f" {paint(_BLUE, '-->')} {_where(place)}")
    if place.source.text:
        before, word, after = _snippet(place)
        mark = " " * width(before) + paint(kind, "^" * max(1, width(word)))
        yield bar
        yield inert(f"{paint(_BLUE, f'{place.line} |')} {before}{word}{after}".rstrip(" "))
        yield f"{bar} {mark}"
    for text, other in problem.related:
        note = visible(text) + ("" if other is None else f" ({_near(other, place)})")
        yield inert(f"{gutter} {paint(_BLUE, '=')} {paint(_BOLD, 'note')}: {note}")
    if problem.hint is not None:
        hint = visible(problem.hint)
        yield inert(f"{gutter} {paint(_BLUE, '=')} {paint(_BOLD, 'help')}: {hint}")


def _where(place: Place) -> str:
    return f"{visible(place.source.path)}:{place.line}:{place.column}"


def _near(place: Place, other: Place) -> str:
    # A place as it is called beside another one.
    return f"line {place.line}" if place.source is other.source else _where(place)


def _snippet(place: Place) -> tuple[str, str, str]:
    # The line in three parts: before the word that the mark stands under, the word, and behind
    # it.
    before, rest = place.source.around(place.offset, _WIDEST, LONGEST_WORD)
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

    A quoted one ends behind its closing quote, any other before a space, a comma or a bracket,
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
