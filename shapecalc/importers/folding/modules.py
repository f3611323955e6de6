"""The modules of a file's layers, as their names tell them: `layer1.0.conv1` is in `layer1.0`."""

from __future__ import annotations

from collections import Counter
from itertools import chain, islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

BETWEEN_WORDS = ("/", ".", "_", "-")
"""What stands between the words of a name."""


DEEPEST = 32
"""The most words of a name that are taken for modules."""


class Modules:
    """How many layers are in each module, or are called as it is."""

    def __init__(self, names: Iterable[str]) -> None:
        modules = (islice(_modules_of(name), DEEPEST) for name in names)
        self._counts = Counter(chain.from_iterable(modules))

    def with_all(self, names: Sequence[str]) -> str:
        """The module that has all the layers of these names, and no other; "" where none is it."""
        module = common_modules(names)
        return module if module and self._counts[module] == len(names) else ""


def common_modules(names: Sequence[str]) -> str:
    """What names begin with, up to a mark between words; "" where that is nothing."""
    first, last = min(names), max(names)
    length = 0
    while length < min(len(first), len(last)) and first[length] == last[length]:
        length += 1
    at_end = length == len(first) and last[length : length + 1] in ("", *BETWEEN_WORDS)
    if at_end:
        return first
    found = max(first.rfind(mark, 0, length) for mark in BETWEEN_WORDS)
    return first[:found] if found > 0 else ""


def _modules_of(name: str) -> Iterator[str]:
    """What a name begins with, up to each mark between words and up to its end."""
    for place, each in enumerate(name):
        if place and each in BETWEEN_WORDS:
            yield name[:place]
    yield name
