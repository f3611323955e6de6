"""Files and columns as the programs name them that read a report."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

# the word above the mark of the full format is what every format points at
from shapecalc.check.formats.full import LONGEST_MARKED, word_end
from shapecalc.text.files import top_of_repository

if TYPE_CHECKING:
    from shapecalc.problems.problem import Place


def file_name(path: str) -> str:
    """A file as its repository names it: from its top, with slashes, and no `./` before it.

    GitLab, for one, shows nothing at `./nets/a.yaml`, which is what a walk of `.` finds. What is in
    no repository, or outside of the one of the working directory, keeps its name.
    """
    name = path.replace(os.sep, "/")
    while name.startswith("./"):
        name = name[2:].lstrip("/")
    top = top_of_repository("")
    if not name or name[0] == "<" or top is None or (not top and not os.path.isabs(path)):
        return name  # `<` begins standard input, and what comes with shapecalc
    try:
        inside = os.path.relpath(path, top or ".").replace(os.sep, "/")
    except ValueError:  # of Windows: another drive
        return name
    return name if inside.startswith("../") else inside


def end_column(place: Place) -> int:
    """The column after the word at a place, counted in characters from 1."""
    _, rest = place.source.around(place.offset, 0, LONGEST_MARKED)
    return place.column + word_end(rest)
