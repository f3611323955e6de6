"""The files that import a file of blocks: what a change of it may break.

A spec imports from its own folder and from those below it, so that it is beside the file, or above
it as far as the top of the repository.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from shapecalc.language.keys import is_block_file
from shapecalc.limits import MAXIMUM_IMPORTS
from shapecalc.problems.problem import Problems
from shapecalc.spec_reader import read_root
from shapecalc.text.files import folders_to_top, is_inside, load_bytes
from shapecalc.text.source import Source
from shapecalc.yaml.decode import decode
from shapecalc.yaml.nodes import ListNode, MappingNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def importers(paths: Iterable[str], endings: tuple[str, ...]) -> list[str]:
    """The files that import any of the files of blocks at some paths, directly or by others.

    endings: how the names of files end that may import.
    """
    files = _Files(endings)
    found: dict[str, None] = {}
    for path in paths:
        root = files.root(path)
        if root is None or not is_block_file(root):
            continue
        wanted = os.path.realpath(path)
        for folder in folders_to_top(os.path.dirname(path)):
            for file in files.inside(folder):
                if wanted in files.imported(file):
                    found[file] = None
    return list(found)


class _Files:
    """What was read of files, each once."""

    def __init__(self, endings: tuple[str, ...]) -> None:
        self._endings = endings
        self._roots: dict[str, MappingNode | None] = {}
        self._inside: dict[str, list[str]] = {}

    def root(self, path: str) -> MappingNode | None:
        """The mapping at the top of a file; None where it cannot be read, or has another top."""
        if path not in self._roots:
            self._roots[path] = _root(path)
        return self._roots[path]

    def inside(self, folder: str) -> Sequence[str]:
        """The files in a folder that may import, in order; no hidden ones, as no walk has them."""
        if folder not in self._inside:
            try:
                names = sorted(os.listdir(folder or os.curdir))
            except OSError:
                names = []
            names = [name for name in names if name.endswith(self._endings) and name[0] != "."]
            paths = [os.path.join(folder, name) for name in names]
            here = folder or os.curdir
            self._inside[folder] = [
                path for path in paths if not os.path.islink(path) or is_inside(path, here)
            ]
        return self._inside[folder]

    def imported(self, path: str) -> set[str]:
        """The real paths of what a file imports, directly or by others."""
        found: set[str] = set()
        pending = [path]
        while pending and len(found) <= MAXIMUM_IMPORTS:  # with more, it is no spec that runs
            for other in self._names(pending.pop()):
                real = os.path.realpath(other)
                if real not in found:
                    found.add(real)
                    pending.append(other)
        return found

    def _names(self, path: str) -> list[str]:
        """The paths of what a file imports."""
        root = self.root(path)
        value = None if root is None else root.values.get("import")
        names = value.values if isinstance(value, ListNode) else [value]
        folder = os.path.dirname(path)
        return [os.path.join(folder, name) for name in names if isinstance(name, str)]


def _root(path: str) -> MappingNode | None:
    try:
        data = load_bytes(path)
    except OSError:
        return None
    source = decode(data, path) if b"import" in data or b"block" in data else None
    if not isinstance(source, Source):
        return None
    found = read_root(source, Problems())
    return found[0] if found is not None and isinstance(found[0], MappingNode) else None
