"""A file as it is read on a side: a network, something else, or one that cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecalc.check.other_yaml import NETWORK_KEYS
from shapecalc.check.runs import variants_to_run
from shapecalc.language.keys import is_block_file
from shapecalc.problems.problem import Problem, Problems, reason
from shapecalc.review.repository import RepositoryError
from shapecalc.spec_reader import read_root, spec_of
from shapecalc.yaml.decode import decode
from shapecalc.yaml.nodes import MappingNode

if TYPE_CHECKING:
    from shapecalc.review.sides import Side
    from shapecalc.spec import Spec
    from shapecalc.text.source import Source


class Reading:
    """A file on a side.

    content: its bytes; None where there is none, or it cannot be read.
    imported: the bytes of what it imports, by path from the top of the repository.
    spec: None where it is none, or wrong.
    said: what is wrong, of a network or what may be one; None if nothing is.

    Raises RepositoryError where the repository has not its content.
    """

    __slots__ = ("content", "imported", "said", "spec")

    def __init__(self, side: Side, path: str) -> None:
        self.content: bytes | None = None
        self.imported: dict[str, bytes] = {}
        self.spec: Spec | None = None
        self.said: str | None = None
        if path not in side.files:
            return
        try:
            content = self.content = side.content(path)
        except RepositoryError:
            raise
        except OSError as error:
            self.said = f"{error.filename}: {reason(error)}"
            return
        source = decode(content, side.name(path))
        if isinstance(source, Problem):
            self._fail(source)
            return
        source = side.source(source.path, source.text)
        self._read(source)
        self.imported = side.imported(source)

    @property
    def is_network(self) -> bool:
        """Whether it is a network, wrong or not."""
        return self.spec is not None or self.said is not None

    @property
    def variants(self) -> list[str | None]:
        """Those that are run: None for the network without one, if that is possible."""
        return [] if self.spec is None else list(variants_to_run(self.spec))

    def _read(self, source: Source) -> None:
        problems = Problems()
        root = read_root(source, problems)
        if root is None:
            self._fail(first_error(problems))
            return
        node, reader = root
        if (
            not isinstance(node, MappingNode)
            or is_block_file(node)
            or not any(key in node.values for key in NETWORK_KEYS)
        ):
            return
        spec = spec_of(node, reader)
        if problems.failed or spec is None:
            self.said = told(first_error(problems), source.path)
        else:
            self.spec = spec

    def _fail(self, problem: Problem) -> None:
        """Say why it is no YAML, if it looks like a network."""
        text = problem.place.source.text
        if "layers" in text or "branches" in text:
            self.said = told(problem, problem.path)


def first_error(problems: Problems) -> Problem:
    """The first of the problems that are errors, by position."""
    return next(each for each in problems.listed() if each.severity == "error")


def told(problem: Problem, name: str) -> str:
    """A problem in a line, with its place; of what is given, with the name of the spec."""
    if problem.path.startswith("--"):
        return f"{name}: error[{problem.code}] {problem.path}: {problem.message}"
    place = f"{problem.path}:{problem.line}:{problem.column}"
    return f"{place}: error[{problem.code}] {problem.message}"
