"""Finds the specs to check: files, folders, standard input, bundled names."""

from __future__ import annotations

import os
from fnmatch import fnmatch
from itertools import chain
from typing import TYPE_CHECKING

from shapecalc import bundled
from shapecalc.loading import is_bundled_name
from shapecalc.problems.problem import reason
from shapecalc.text.files import is_inside, refuse_leading_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ENDINGS = (".yaml", ".yml")


class Found:
    """The specs to check.

    files: each file with its name in messages, in order, without duplicates; `-` for standard
    input. walked: those that only the walk of a folder found. unread: a line for each path that
    does not exist or cannot be listed.
    """

    __slots__ = ("files", "unread", "walked")

    def __init__(self) -> None:
        self.files: list[tuple[str, str]] = []
        self.unread: list[str] = []
        self.walked: set[str] = set()


def find_specs(
    paths: Sequence[str], exclude: Sequence[str], stdin_name: str | None = None
) -> Found:
    """The specs at `paths`. Folders are walked; links to folders are not followed, nor links to
    files outside of the folder and the working directory.

    exclude: globs of files and folders to skip while walking."""
    found = Found()
    seen: dict[str, tuple[str, str]] = {}
    for path in chain.from_iterable(map(_expanded, paths)):
        if path == "-":
            seen.setdefault("-", ("-", stdin_name or "<stdin>"))
            continue
        try:
            refuse_leading_out(path)
        except OSError as error:
            found.unread.append(f"{path}: {reason(error)}")
            continue
        if os.path.isdir(path):
            for file in _in_folder(path, exclude, found.unread):
                real = os.path.realpath(file)
                if real not in seen:
                    seen[real] = file, file
                    found.walked.add(file)
        elif is_bundled_name(path):
            for file, _ in bundled.candidates(path):
                seen.setdefault(os.path.realpath(file), (file, bundled.shown_path(file)))
                break
            else:
                found.unread.append(f"{path}: no such file, folder or bundled spec")
        else:
            file, _ = seen.setdefault(os.path.realpath(path), (path, path))
            found.walked.discard(file)
    found.files = sorted(seen.values(), key=lambda file: file[1])
    return found


def _expanded(path: str) -> list[str]:
    """The files that a path means: itself, or on Windows, where no shell looks for them, those
    that it is a pattern of."""
    if os.name != "nt" or os.path.exists(path):
        return [path]
    from glob import glob

    return sorted(glob(path)) or [path]


def _in_folder(folder: str, exclude: Sequence[str], unread: list[str]) -> Iterator[str]:
    """The YAML files in a folder and its subfolders, sorted, except hidden and excluded ones.

    unread: a line is added for each folder that cannot be listed, and each link that leads out.
    """

    def note(error: OSError) -> None:
        unread.append(f"{error.filename}: {reason(error)}")

    for parent, folders, files in os.walk(folder, onerror=note):
        folders[:] = sorted(
            name
            for name in folders
            if name[0] != "." and not _excluded(os.path.join(parent, name), folder, exclude)
        )
        for name in sorted(files):
            path = os.path.join(parent, name)
            if not name.endswith(ENDINGS) or name[0] == "." or _excluded(path, folder, exclude):
                continue
            if os.path.islink(path) and not any(is_inside(path, each) for each in (folder, ".")):
                unread.append(f"{path}: a link leads out of the folder; name what it leads to")
                continue
            yield path


def _excluded(path: str, folder: str, exclude: Sequence[str]) -> bool:
    """Whether a pattern matches the name, the path, or the path relative to the folder."""
    names = (os.path.basename(path), os.path.normpath(path), os.path.relpath(path, folder))
    patterns = [os.path.normpath(pattern) for pattern in exclude]
    return any(fnmatch(name, pattern) for pattern in patterns for name in names)
