"""Problems of a spec: the record of one, the collection of all, and the exception that has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from shapecalc.limits import MAXIMUM_GATHERED, MAXIMUM_PROBLEMS

if TYPE_CHECKING:
    from shapecalc.problems.edit import Edit
    from shapecalc.text.source import Source

    Related = tuple[str, Source, int] | tuple[str, None, None]


def reason(error: OSError | ValueError) -> str:
    """Why a file could not be read or written, without its name."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


class Refusal(Exception):  # noqa: N818 - a verdict, not an error in the program
    """Raised by a field, a layer or an expression for an invalid value, without its position.

    code: the problem's code, such as "SC204".
    message: one line: what was found and what is allowed.
    hint: how to fix it; None if that is unknown.
    field: the field of the layer that causes it; None if it is not one.
    offset: the position in the expression's text, in characters; None outside of expressions.
    axes: the spatial axes, counted from 0, whose sizes do not fit; () where that is unknown, None
    where the refusal is of something else.
    instead: the word that is refused and what is written instead, where that is certain.
    """

    axes: tuple[int, ...] | None = None
    instead: tuple[str, str] | None = None

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


class Unknown(Refusal):
    """Raised where a value depends on what failed before, which was said: it is not said again."""

    def __init__(self) -> None:
        super().__init__("", "unknown")


class Place:
    """A position in a source. offset: in characters, from 0."""

    __slots__ = ("offset", "source")

    def __init__(self, source: Source, offset: int) -> None:
        self.source = source
        self.offset = offset

    @property
    def line(self) -> int:
        """The line, starting at 1."""
        return self.source.position(self.offset)[0]

    @property
    def column(self) -> int:
        """The column, in characters, starting at 1."""
        return self.source.position(self.offset)[1]


class Problem:
    """An error or a warning about a spec, with its position.

    related: notes that explain it, each a text and its position, or None without one.
    severity: "error" or "warning".
    axes: as those of a Refusal.
    edit: what mends it in the text of its place; None where no single change is certain to.
    """

    __slots__ = ("axes", "code", "edit", "hint", "message", "place", "related", "severity")

    def __init__(
        self,
        code: str,
        message: str,
        source: Source,
        offset: int,
        hint: str | None = None,
        related: Iterable[Related] = (),
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
        self.axes: tuple[int, ...] | None = None
        self.edit: Edit | None = None

    def as_error(self, code: str) -> Problem:
        """The same, as an error of a code."""
        place = self.place
        return Problem(code, self.message, place.source, place.offset, self.hint)

    @property
    def path(self) -> str:
        """The path of the file, as messages print it."""
        return self.place.source.path

    @property
    def line(self) -> int:
        """The line, starting at 1."""
        return self.place.line

    @property
    def column(self) -> int:
        """The column, in characters, starting at 1."""
        return self.place.column

    @property
    def key(self) -> tuple[str, int, str, str]:
        """The identity of a problem, and its sort key: file, offset, code, message."""
        return (self.path, self.place.offset, self.code, self.message)

    def __repr__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.code} {self.message}"


class Problems:
    """The problems of one spec, in the order in which they are found.

    At most MAXIMUM_GATHERED are kept; `listed` are those to report.
    """

    __slots__ = ("_causes", "_found")

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        self._found = list(problems)
        self._causes: set[tuple[int, int, str, str]] = set()

    def __reduce__(self) -> tuple[object, ...]:
        return Problems, (self._found,)  # the causes are of this process

    def add(self, problem: Problem, cause: str | None = None) -> None:
        """Add a problem.

        cause: if given, only the first problem of a code, position and cause is kept, whatever its
        message.
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
        """Add several problems, as many as are kept: no more are asked for."""
        for problem in problems:
            self.add(problem)
            if len(self._found) >= MAXIMUM_GATHERED:
                return

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Problem]:
        """In the order in which they were found."""
        return iter(self._found)

    @property
    def failed(self) -> bool:
        """Whether there is an error among them."""
        return any(problem.severity == "error" for problem in self._found)

    def listed(self, most: int | None = MAXIMUM_PROBLEMS) -> list[Problem]:
        """The problems by position, without duplicates.

        most: the maximum number; None for all. If there are more, a last problem says so; it is an
        error if an error is omitted.
        """
        unique = {problem.key: problem for problem in reversed(self._found)}
        problems = [unique[key] for key in sorted(unique)]
        if most is None or len(problems) <= most:
            return problems
        rest = problems[most:]
        worst = min(rest, key=lambda problem: problem.severity)  # "error" comes before "warning"
        message = f"too many problems: only the first {most:,} are listed"
        place = rest[0].place
        more = Problem("SC008", message, place.source, place.offset, severity=worst.severity)
        return [*problems[:most], more]


class SpecError(Exception):
    """Raised for an invalid spec. problems: all that were found, by position."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = Problems(problems).listed()
        super().__init__("\n".join(map(repr, self.problems)))

    def __reduce__(self) -> tuple[object, ...]:
        from copyreg import __newobj__  # type: ignore[attr-defined] # unknown to typeshed

        # an exception's own would call the class with the message
        return __newobj__, (type(self), *self.args), vars(self)
