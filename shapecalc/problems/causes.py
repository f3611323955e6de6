"""Problems of runs, each reported once, with the variants and the number of uses that have it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from shapecalc.problems.formatting import named, some_of

if TYPE_CHECKING:
    from shapecalc.problems.problem import Problem

VARIANTS_LISTED = 8
"""The maximum number of variants that a problem lists."""

_OF_A_VARIANT = ("SC302", "SC303")
"""Codes of problems at a variant, which need not list the variants."""

_OF_EVERY_USE = ("SC301", "SC4")
"""Codes of problems that a line of a block has at every use of the block."""


class Causes:
    """Reports problems of the same code and position once: with the variants that have them, and
    with the number of uses of a block that have them."""

    def __init__(self) -> None:
        self._runs = 0
        self._apart: list[Problem] = []
        self._again: dict[tuple[str, int, str], int] = {}
        self._having: dict[tuple[str, int, str], tuple[list[Problem], list[str | None]]] = {}

    def add(self, variant: str | None, problems: Iterable[Problem]) -> None:
        """Add the problems of a run."""
        self._runs += 1
        for problem in problems:
            if problem.code in _OF_A_VARIANT:
                self._apart.append(problem)
                continue
            key = (problem.path, problem.place.offset, problem.code)
            said, having = self._having.setdefault(key, ([], []))
            if variant not in having[-1:]:
                having.append(variant)
            if len(having) > 1:
                continue
            if said and problem.code.startswith(_OF_EVERY_USE):
                self._again[key] = self._again.get(key, 0) + 1
            else:
                said.append(problem)

    def problems(self) -> Iterator[Problem]:
        """The problems of all runs."""
        yield from self._apart
        for key, (said, having) in self._having.items():
            again = self._again.get(key, 0)
            if again:
                text = f"and in {again} more use{'s' if again > 1 else ''}"
                said[0].related = (*said[0].related, (text, None))
            for problem in said:
                if len(having) < self._runs:
                    problem.related = (*problem.related, (_variants_note(having), None))
                yield problem


def _variants_note(variants: list[str | None]) -> str:
    if variants == [None]:
        return "only without a variant"
    names = [named(name) for name in variants if name is not None]
    text = some_of(names, VARIANTS_LISTED)
    return f"only in variant{'s' if len(names) > 1 else ''} {text}"
