"""The paths that a review is limited to."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from shapecalc.text.files import ReadError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapecalc.review.sides import Side


class Chosen:
    """What paths of a command line name: files and folders, and variants of files.

    paths: each as it is written, its file, and its variant where the end of it names one.
    top, sides: of the repository. Raises ReadError for a path that is on neither side.
    """

    __slots__ = ("_paths", "_variants")

    def __init__(
        self, paths: Iterable[tuple[str, str, str | None]], top: str, sides: tuple[Side, Side]
    ) -> None:
        self._paths: list[str] = []
        self._variants: dict[str, list[str]] = {}
        files = sides[0].files.keys() | sides[1].files.keys()
        for text, name, variant in paths:
            path = _from_top(text, top)
            found = any(_is_in(each, path) for each in files)
            if not found and variant is not None:
                path = _from_top(name, top)
                found = path in files
                self._variants.setdefault(path, []).append(variant)
            else:
                self._paths.append(path)
            if not found:
                message = f"no YAML file at {sides[0].label} or {sides[1].label}"
                raise ReadError(errno.ENOENT, message, text)
        if not (self._paths or self._variants):
            self._paths.append("")

    def has(self, path: str) -> bool:
        """Whether a file is one of them or in one of them; every one is, where none is named."""
        return path in self._variants or self._is_whole(path)

    def variants(self, paths: Iterable[str]) -> list[str] | None:
        """The only variants that count of a spec with these paths; None where all do."""
        if any(map(self._is_whole, paths)):
            return None
        return [name for path in paths for name in self._variants.get(path, ())] or None

    def _is_whole(self, path: str) -> bool:
        return any(_is_in(path, each) for each in self._paths)


def _is_in(path: str, chosen: str) -> bool:
    """Whether a path is another, or in it as a folder, but not hidden there."""
    if path == chosen:
        return True
    start = chosen and f"{chosen}/"
    inside = path[len(start) :].split("/")
    return path.startswith(start) and not any(name.startswith(".") for name in inside)


def _from_top(path: str, top: str) -> str:
    """A path from the top of the repository; "" is the top. Raises ReadError outside of it."""
    found = os.path.abspath(path)
    if os.path.isdir(found):
        found = os.path.realpath(found)
    else:
        found = os.path.join(os.path.realpath(os.path.dirname(found)), os.path.basename(found))
    try:
        inner = os.path.relpath(found, top).replace(os.sep, "/")
    except ValueError:  # another drive
        inner = ".."
    if inner.split("/")[0] == "..":
        raise ReadError(errno.EINVAL, f"not in the repository at {top}", path)
    return "" if inner == "." else inner


def nearest_folder(path: str) -> str:
    """The folder that a path is or is in; of one that was deleted, the nearest that is there."""
    while path and not os.path.isdir(path):
        path = os.path.dirname(path)
    return path or os.curdir
