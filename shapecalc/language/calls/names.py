"""What the items of a sequence are called: as they are labelled, or after their types."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from shapecalc.limits import MAXIMUM_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable

_TAKEN = ("input",)
"""What is something else in every network."""


def item_names(items: Iterable[tuple[str | None, str]]) -> list[str]:
    """A name of its own for each of some items, given its label, or None, and what it is.

    What one is gets a number where several are. A label that is a number, as those of a Sequential
    that was not given names, is none.
    """
    labels = [(None if label is None else plain_name(label), what) for label, what in items]
    counts = Counter(what for label, what in labels if label is None)
    taken = {*_TAKEN, *(label for label, _ in labels if label is not None)}
    used = set(_TAKEN)
    numbers: Counter[str] = Counter()
    names = []
    for label, what in labels:
        name = label or what
        if label is not None and label in used:
            name = _free(f"{label}_", numbers, taken)
        elif label is None and (counts[what] > 1 or name in taken):
            name = _free(what, numbers, taken)
        taken.add(name)
        used.add(name)
        names.append(name)
    return names


def _free(base: str, numbers: Counter[str], taken: set[str]) -> str:
    """A base with the next number that makes it a name of its own."""
    while True:
        numbers[base] += 1
        name = f"{base[:MAXIMUM_NAME]}{numbers[base]}"
        if name not in taken:
            return name


def plain_name(label: str) -> str | None:
    """A label as a name: letters, digits, hyphens and underscores; None without a letter."""
    name = re.sub(r"[^\w-]+", "_", label).strip("-")[: MAXIMUM_NAME - 10]
    return name if re.search(r"[^\W\d_]", name) else None
