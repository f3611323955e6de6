"""Fixes specs: applies the edits that problems have, as far as each text is the better for it.

Edits are tried, the text is checked again, and only what mends its problem and breaks nothing is
kept. First the language is made right, then biases go that nothing needs, then expectations are
written anew: each pass fixes one of these, until nothing is left to fix.
"""

from __future__ import annotations

import os
from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING

from shapecalc.check.check import check
from shapecalc.check.report import Rewritten
from shapecalc.importers.kinds import PEEKED, kind_of
from shapecalc.problems.edit import Edit
from shapecalc.problems.problem import Problem, reason
from shapecalc.rules.redundant_bias import cancelling_norm
from shapecalc.rules.rule import Run
from shapecalc.rules.selection import selected
from shapecalc.text.files import folders_to_top, is_inside, load_bytes, refuse_special
from shapecalc.text.source import Source
from shapecalc.yaml.decode import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from shapecalc.analysis.summary import Summary
    from shapecalc.spec import Spec

OF_LANGUAGE = ("SC0", "SC1")
"""The codes of errors in what is written; with one of these the rest is not wholly known."""

TOGETHER = (OF_LANGUAGE, ("SC403",), ("SC302",))
"""The codes that are fixed together, in this order."""

MAXIMUM_PASSES = 10
"""The maximum number of passes over a file: a fix may bring to light what can be fixed as well."""

MAXIMUM_TRIALS = 50
"""The maximum number of checks of a file: of edits that break something, some are tried apart."""


class Wish:
    """What is to be fixed.

    select, ignore: codes, as those of `selected`. expectations: whether expected totals are to be
    what they are found to be.
    """

    __slots__ = ("expectations", "ignore", "select")

    def __init__(self, select: Sequence[str], ignore: Sequence[str], expectations: bool) -> None:
        self.select = select
        self.ignore = ignore
        self.expectations = expectations

    def includes(self, code: str) -> bool:
        """Whether problems of a code are to be fixed."""
        if code == "SC302" and not self.expectations:
            return False
        return not self.select or code.startswith(tuple(self.select))


class FixedFile(Rewritten):
    """A file of which something is fixed. count: the problems that are."""

    __slots__ = ("count",)

    def __init__(self, path: str, before: str, after: str, count: int) -> None:
        super().__init__(path, before, after)
        self.count = count


def fix_files(paths: Iterable[str], wish: Wish, write: bool) -> tuple[list[FixedFile], list[str]]:
    """Fixes files and what they import: what is fixed, and a line for each that cannot be.

    write: whether the files are written. None is that is not a regular file in the repository
    around the working directory, or in that directory where there is none.
    """
    fixed: list[FixedFile] = []
    unfixed: list[str] = []
    done: set[str] = set()

    def fix(path: str, fixing: _Fixing | None) -> None:
        real = os.path.realpath(path)
        if fixing is None or real in done:
            return
        done.add(real)
        fixing.run()
        if not fixing.count:
            return
        found = FixedFile(path, fixing.before, fixing.mark + fixing.best.source.text, fixing.count)
        try:
            _refuse(path)
            if write:
                _write(found)
        except OSError as error:
            unfixed.append(f"{path}: not fixed: {reason(error)}")
        else:
            fixed.append(found)

    for path in paths:
        fixing = _begun(path, wish)
        imported = [] if fixing is None else fixing.imported()
        for other in imported:
            fix(other, _begun(other, wish))
        fix(path, _begun(path, wish) if imported else fixing)
    return fixed, unfixed


def _refuse(path: str) -> None:
    """Raises OSError for a file that is not to be written."""
    import errno

    refuse_special(path)
    top = folders_to_top("")[-1]
    if not is_inside(path, top or os.curdir):
        place = "repository" if top else "working directory"
        raise OSError(errno.EACCES, f"it is outside of the {place}")


def _write(found: FixedFile) -> None:
    from shapecalc.text.atomic_write import write_atomically

    write_atomically(found.path, [found.after.encode()], text=False, own=True)


def _begun(path: str, wish: Wish) -> _Fixing | None:
    """The fixing of a file; None where it cannot be read, which a check says, and where it is one
    of another program."""
    try:
        data = load_bytes(path)
    except OSError:
        return None
    if kind_of(data[:PEEKED], path) is not None:
        return None
    source = decode(data, path)
    return None if isinstance(source, Problem) else _Fixing(data.decode(), source, wish)


class _State:
    """A text and what a check finds: the problems, and the figures of its runs."""

    def __init__(self, source: Source) -> None:
        self.figures: dict[str | None, bytes] = {}
        self.source = source
        self.problems = check(source, each=self._add).problems
        self.alike = Counter((problem.code, problem.message) for problem in self.problems)

    def _add(self, spec: Spec, variant: str | None, summary: Summary) -> None:
        self.figures[variant] = _figures(summary)

    def errors(
        self, codes: tuple[str, ...], besides: str | None = None, fixable: bool = True
    ) -> int:
        """The number of errors of codes.

        besides: a code that does not count. fixable: whether those that have edits count.
        """
        return sum(
            problem.severity == "error"
            and problem.code.startswith(codes)
            and problem.code != besides
            and (fixable or problem.edit is None)
            for problem in self.problems
        )


def _figures(summary: Summary) -> bytes:
    """What a run comes to, by a hash: all of it but biases that are redundant."""
    run = Run(summary)
    found = sha256()
    for node in run.operations:
        params = node.params if node.layer is not None else 0  # a join has those of its branches
        if cancelling_norm(run, node) is not None:
            params -= node.outputs[0].channels
        line = f"{node.path} {node.type} {node.inputs} {node.outputs} {params}\n"
        found.update(line.encode("utf-8", "surrogatepass"))
    return found.digest()


class _Fixing:
    """The fixing of a text.

    before: the text, with the byte-order mark that is before its source's. best: the source so far.
    count: the problems that are fixed.
    """

    def __init__(self, before: str, source: Source, wish: Wish) -> None:
        self.before = before
        self.mark = before[: len(before) - len(source.text)]
        self._wish = wish
        self._trials = 0
        self._vain: set[tuple[str, str]] = set()
        self.best = _State(source)
        self.count = 0

    def imported(self) -> list[str]:
        """The files that it imports and that have something to fix."""
        found = (
            problem.path
            for problem in self.best.problems
            if problem.place.source is not self.best.source
            and problem.edit is not None
            and self._wish.includes(problem.code)
        )
        return list(dict.fromkeys(found))

    def run(self) -> None:
        """Fix what can be fixed."""
        for _ in range(MAXIMUM_PASSES):
            if not any(self._fix(kind) for kind in TOGETHER):
                return

    def _fix(self, kind: tuple[str, ...]) -> bool:
        """Whether something of a kind is fixed."""
        problems = list(self._fixable(kind))
        accepted = self._accepted(self.best, kind, [], problems) if problems else []
        self.count += len(accepted)
        return bool(accepted)

    def _fixable(self, kind: tuple[str, ...]) -> Iterator[Problem]:
        """The problems of a kind that have edits, none of which touches another's.

        Several may have the same edit. Where they have different ones of a place, none is right.
        """
        edits: dict[int, set[Edit]] = {}
        problems = []
        for problem in selected(self.best.problems, self._wish.select, self._wish.ignore):
            edit, key = problem.edit, (problem.code, problem.message)
            if edit is None or not problem.code.startswith(kind) or key in self._vain:
                continue
            if self._wish.includes(problem.code) and problem.place.source is self.best.source:
                edits.setdefault(edit.start, set()).add(edit)
                problems.append((edit, problem))
        last = Edit(-1, -1, "")
        for edit, problem in sorted(problems, key=lambda each: each[0]):
            if len(edits[edit.start]) == 1 and (edit == last or edit.start > last.end):
                yield problem
                last = edit

    def _accepted(
        self, base: _State, kind: tuple[str, ...], accepted: list[Problem], more: list[Problem]
    ) -> list[Problem]:
        """Those of `more` whose edits mend their problems and break nothing, after `accepted`."""
        if self._trials == MAXIMUM_TRIALS:
            return accepted
        self._trials += 1
        tried = [*accepted, *more]
        state = _State(_edited(base.source, tried))
        if self._is_better(base, state, kind, tried):
            self.best = state
            return tried
        if len(more) == 1:
            self._vain.add((more[0].code, more[0].message))
            return accepted
        middle = len(more) // 2
        accepted = self._accepted(base, kind, accepted, more[:middle])
        return self._accepted(base, kind, accepted, more[middle:])

    def _is_better(
        self, base: _State, state: _State, kind: tuple[str, ...], tried: list[Problem]
    ) -> bool:
        """Whether each problem that was tried is gone, and nothing else is wrong instead."""
        gone = Counter((problem.code, problem.message) for problem in tried)
        if any(state.alike[key] > base.alike[key] - count for key, count in gone.items()):
            return False
        if state.errors(("SC0",)) > base.errors(("SC0",)):
            return False
        if kind == OF_LANGUAGE:  # what comes to light in shapes and totals was wrong before
            fewer = state.errors(kind, fixable=False) <= base.errors(kind)
            return fewer and not _is_spoilt(base, state, tried)
        if kind == ("SC403",):
            renewed = "SC302" if self._wish.includes("SC302") else None
            errors = state.errors(("SC",), renewed) <= base.errors(("SC",), renewed)
            return errors and state.figures == base.figures
        return state.errors(("SC",)) <= base.errors(("SC",)) - len(tried)


def _is_spoilt(base: _State, state: _State, tried: list[Problem]) -> bool:
    """Whether a line has another error once a key or a value of it is mended.

    That of a type may come to light: nothing is said of the fields of an unknown one.
    """
    edits = {each.edit: each.code for each in tried if each.edit is not None}
    lines = set()
    longer = 0
    for edit, code in sorted(edits.items()):
        if code != "SC106":
            lines.add(state.source.position(edit.start + longer)[0])
        longer += len(edit.text) - (edit.end - edit.start)
    return any(
        problem.line in lines
        for problem in state.problems
        if problem.code.startswith(OF_LANGUAGE)
        and problem.edit is None
        and (problem.code, problem.message) not in base.alike
    )


def _edited(source: Source, problems: list[Problem]) -> Source:
    """A text with the edits of problems."""
    edits = {problem.edit for problem in problems if problem.edit is not None}
    pieces: list[str] = []
    end = 0
    for start, stop, text in sorted(edits):
        pieces += source.text[end:start], text
        end = stop
    return Source(source.path, "".join([*pieces, source.text[end:]]))
