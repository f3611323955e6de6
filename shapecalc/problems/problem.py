"""The record of one thing that is wrong with a spec, and how it travels to whoever asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from shapecalc.limits import MAXIMUM_GATHERED, MAXIMUM_PROBLEMS

if TYPE_CHECKING:
    from shapecalc.text.source import Source


def reason(error: OSError | ValueError) -> str:
    """Why a file could not be read or written, in words, without its name."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


class Refusal(Exception):  # noqa: N818 - it is a verdict, not a fault
    """What a field, a layer or an expression refuses: the cause, without its place.

    code: the problem's code, such as "SC204".
    message: one line; what was found and what is allowed.
    hint: what would mend it, where that can be said.
    field: the field of the layer that is to blame, where it is one.
    offset: how many characters into the expression's text, where it is an expression.
    """

    def __init__(
        self,
        code: str,
        message: str,
        hint: str | None = None,
        field: str | None = None,
        offset: int | None = None,
    ) -> None:
        super().__init__(code, message, hint)
        self.code = code
        self.message = message
        self.hint = hint
        self.field = field
        self.offset = offset


class Place:
    """A position in a source: what a message points at."""

    __slots__ = ("offset", "source")

    def __init__(self, source: Source, offset: int) -> None:
        self.source = source
        self.offset = offset

    @property
    def line(self) -> int:
        """The line, counted from 1."""
        return self.source.position(self.offset)[0]

    @property
    def column(self) -> int:
        """The column, counted in characters from 1."""
        return self.source.position(self.offset)[1]


class Problem:
    """One thing that is wrong, with its place.

    related: other places that explain it, each a sentence and where it is (or None where it
    has no place).
    severity: "error" or "warning".
    """

    __slots__ = ("code", "hint", "message", "place", "related", "severity")

    def __init__(
        self,
        code: str,
        message: str,
        source: Source,
        offset: int,
        hint: str | None = None,
        related: Iterable[tuple[str, Source, int] | tuple[str, None, None]] = (),
        severity: str = "error",
    ) -> None:
        self.code = code
        self.message = message
        self.place = Place(source, offset)
        self.hint = hint
        self.related = tuple(
            (text, None if other is None or at is None else Place(other, at))
            for text, other, at in related
        )
        self.severity = severity

    @property
    def path(self) -> str:
        """The file, as its reader named it."""
        return self.place.source.path

    @property
    def line(self) -> int:
        """The line, counted from 1."""
        return self.place.line

    @property
    def column(self) -> int:
        """The column, counted in characters from 1."""
        return self.place.column

    @property
    def key(self) -> tuple[str, int, str, str]:
        """What tells two problems apart, and their order: file, offset, code, message."""
        return (self.path, self.place.offset, self.code, self.message)

    def __repr__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.code} {self.message}"


class Problems:
    """The problems of one spec as they are found, however many run into them.

    At most MAXIMUM_GATHERED are kept; `listed` is what is told of them.
    """

    __slots__ = ("_causes", "_found")

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        self._found = list(problems)
        self._causes: set[tuple[int, int, str, str]] = set()

    def add(self, problem: Problem, cause: str | None = None) -> None:
        """Keep a problem.

        cause: where it is given, what is told once of a code at a place, however often that is
        run and whatever the messages say.
        """
        if len(self._found) >= MAXIMUM_GATHERED:
            return
        if cause is not None:
            place = problem.place
            key = (id(place.source), place.offset, problem.code, cause)
            if key in self._causes:
                return
            self._causes.add(key)
        self._found.append(problem)

    def extend(self, problems: Iterable[Problem]) -> None:
        """Keep several problems."""
        for problem in problems:
            self.add(problem)

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Problem]:
        """In the order in which they were found."""
        return iter(self._found)

    @property
    def failed(self) -> bool:
        """Whether one is an error."""
        return any(problem.severity == "error" for problem in self._found)

    def listed(self, most: int | None = MAXIMUM_PROBLEMS) -> list[Problem]:
        """The problems by position, each once, at most so many (None: all).

        Where there are more, a last one says so; it is an error where an error is left out.
        """
        unique = {problem.key: problem for problem in reversed(self._found)}
        problems = [unique[key] for key in sorted(unique)]
        if most is None or len(problems) <= most:
            return problems
        rest = problems[most:]
        worst = min(rest, key=lambda problem: problem.severity)  # "error" comes before "warning"
        message = f"there are more problems than these {most:,}"
        place = rest[0].place
        more = Problem("SC008", message, place.source, place.offset, severity=worst.severity)
        return [*problems[:most], more]


class SpecError(Exception):
    """A spec that is not right. `problems` has what was found, by position."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = Problems(problems).listed()
        super().__init__("\n".join(map(repr, self.problems)))
