"""Finds the specs to check: files, folders, standard input, bundled names."""

from __future__ import annotations

import os
import re
from fnmatch import translate
from itertools import chain
from typing import TYPE_CHECKING

from shapecalc import bundled
from shapecalc.check.importers import importers
from shapecalc.check.lock import LOCK_ENDING, is_own, missing_spec_of, spec_path_of
from shapecalc.loading import is_bundled_name
from shapecalc.problems.problem import reason
from shapecalc.text.files import YAML_ENDINGS, is_inside, refuse_leading_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Found:
    """The specs to check.

    files: each file with its name in messages, in order, without duplicates; `-` for standard
    input. orphans: locks whose specs are not there. walked: those that only the walk of a folder
    found. importing: those that are there only as they import one that is named. unread: a line for
    each path that does not exist or cannot be listed.
    """

    __slots__ = ("files", "importing", "orphans", "unread", "walked")

    def __init__(self) -> None:
        self.files: list[tuple[str, str]] = []
        self.orphans: list[str] = []
        self.unread: list[str] = []
        self.walked: set[str] = set()
        self.importing: set[str] = set()


def find_specs(
    paths: Sequence[str],
    exclude: Sequence[str],
    stdin_name: str | None = None,
    with_importers: bool = False,
) -> Found:
    """The specs at `paths`; a lock means its spec. Folders are walked; links to folders are not
    followed, nor links to files outside of the folder and the working directory.

    exclude: globs of files and folders to skip while walking. with_importers: whether what imports
    a file of blocks that is named is one of them.
    """
    found = Found()
    excluded = _Excluded(exclude)
    seen: dict[str, tuple[str, str]] = {}
    walked: set[str] = set()
    orphans: dict[str, str] = {}
    for path in chain.from_iterable(map(_expanded, paths)):
        if path == "-":
            seen.setdefault("-", ("-", stdin_name or "<stdin>"))
            continue
        if path.endswith(LOCK_ENDING) and not os.path.isdir(path):
            spec = spec_path_of(path)
            if spec is not None:
                path = spec
            elif is_own(path):
                orphans.setdefault(os.path.realpath(path), path)
                continue
            else:
                found.unread.append(f"{path}: its spec is not there, {missing_spec_of(path)}")
                continue
        try:
            refuse_leading_out(path)
        except OSError as error:
            found.unread.append(f"{path}: {reason(error)}")
            continue
        if os.path.isdir(path):
            for file in _in_folder(path, excluded, found.unread):
                if file.endswith(LOCK_ENDING):
                    if spec_path_of(file) is None and is_own(file):
                        orphans.setdefault(os.path.realpath(file), file)
                    continue
                real = os.path.realpath(file)
                if real not in seen:
                    walked.add(real)
                _add(seen, real, file)
        elif is_bundled_name(path):
            for file, _ in bundled.candidates(path):
                seen.setdefault(os.path.realpath(file), (file, bundled.shown_path(file)))
                break
            else:
                found.unread.append(f"{path}: no such file, folder or bundled spec")
        else:
            real = os.path.realpath(path)
            walked.discard(real)
            _add(seen, real, path)
    found.walked = {seen[real][0] for real in walked}
    named = [file for file, name in seen.values() if file == name and file not in found.walked]
    for file in importers(named, YAML_ENDINGS) if with_importers else ():
        real = os.path.realpath(file)
        if real not in seen and not excluded.has(file, os.curdir):
            seen[real] = file, file
            found.importing.add(file)
    found.orphans = list(orphans.values())
    found.files = sorted(seen.values(), key=lambda file: file[1])
    return found


def _add(seen: dict[str, tuple[str, str]], real: str, file: str) -> None:
    """Add a file once, under its own name before that of a link to it: their locks are not one."""
    before, _ = seen.setdefault(real, (file, file))
    if before != file and os.path.islink(before) and not os.path.islink(file):
        seen[real] = file, file


def _expanded(path: str) -> list[str]:
    """The files that a path means: itself, or on Windows, where no shell looks for them, those
    that it is a pattern of."""
    if os.name != "nt" or os.path.exists(path):
        return [path]
    from glob import glob

    return sorted(glob(path)) or [path]


def _in_folder(folder: str, excluded: _Excluded, unread: list[str]) -> Iterator[str]:
    """The files of YAML, and locks, in a folder and its subfolders, sorted, except hidden and
    excluded ones.

    unread: a line is added for each folder that cannot be listed, and each link that leads out.
    """

    def note(error: OSError) -> None:
        unread.append(f"{error.filename}: {reason(error)}")

    for parent, folders, files in os.walk(folder, onerror=note):
        folders[:] = sorted(
            name
            for name in folders
            if name[0] != "." and not excluded.has(os.path.join(parent, name), folder)
        )
        for name in sorted(files):
            path = os.path.join(parent, name)
            if not name.endswith((*YAML_ENDINGS, LOCK_ENDING)) or name[0] == ".":
                continue
            if excluded.has(path, folder):
                continue
            if os.path.islink(path) and not any(is_inside(path, each) for each in (folder, ".")):
                unread.append(f"{path}: a link leads out of the folder; name what it leads to")
                continue
            yield path


class _Excluded:
    """What a walk leaves out: the patterns, made ready once for all files."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._relative: list[re.Pattern[str]] = []
        self._absolute: list[re.Pattern[str]] = []
        for pattern in map(os.path.normpath, patterns):
            kind = self._absolute if os.path.isabs(pattern) else self._relative
            kind.append(re.compile(translate(os.path.normcase(pattern))))

    def has(self, path: str, folder: str) -> bool:
        """Whether a pattern matches the name, the path, or the path relative to the folder; one
        that is absolute, the whole path."""
        names = [os.path.basename(path), os.path.normpath(path), os.path.relpath(path, folder)]
        return _match(self._relative, names) or (
            bool(self._absolute) and _match(self._absolute, [os.path.abspath(path)])
        )


def _match(patterns: list[re.Pattern[str]], names: list[str]) -> bool:
    names = list(map(os.path.normcase, names))
    return any(pattern.match(name) for pattern in patterns for name in names)
