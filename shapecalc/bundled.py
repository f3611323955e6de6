"""The bundled specs and blocks: their folders, and the file of a name or variant."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCKS_FOLDER = os.path.join(os.path.dirname(__file__), "blocks")

BUNDLED_PREFIX = "<shapecalc>/blocks/"
"""The beginning of the paths of bundled blocks in messages; no file's path starts with it."""


def shown_path(file: str) -> str:
    """What messages call the file of a bundled spec."""
    task, name = os.path.split(file)
    return f"<shapecalc>/configs/{os.path.basename(task)}/{name}"


def file_of(path: str) -> str:
    """The file of a bundled spec, of which messages show this path."""
    return os.path.join(folder(), *path.split("/")[-2:])


def is_bundled(path: str) -> bool:
    """Whether a path, as messages show it, is that of a bundled spec or block."""
    return path.startswith("<shapecalc>/")


def folder() -> str:
    """The folder of the bundled specs: in the installed package, or beside it in a checkout."""
    package = os.path.dirname(__file__)
    installed = os.path.join(package, "configs")
    return installed if os.path.isdir(installed) else os.path.join(package, os.pardir, "configs")


def tasks() -> dict[str, list[str]]:
    """The folders of the bundled specs, one for each task, with the names of those in it."""
    root = folder()
    found = {task: _specs_in(os.path.join(root, task)) for task in sorted(os.listdir(root))}
    return {task: names for task, names in found.items() if names}


def _specs_in(folder: str) -> list[str]:
    """The names of the specs in a folder, which are their file names without the extension."""
    names = os.listdir(folder) if os.path.isdir(folder) else ()
    return sorted(name[:-5] for name in names if name.endswith(".yaml"))


def spec_names() -> list[str]:
    """The names of the bundled specs."""
    return list(spec_paths())


def spec_paths() -> dict[str, str]:
    """The path of each bundled spec, by its name."""
    root = folder()
    found = {
        name: os.path.join(root, task, name + ".yaml")
        for task, names in tasks().items()
        for name in names
    }
    return dict(sorted(found.items()))


def candidates(name: str) -> Iterator[tuple[str, str | None]]:
    """The files that a name may refer to, each with the variant of that name in it, or None.

    A spec of that name; if there is none, each spec that may have a variant of it, judged by its
    text, without parsing: those first with whose name it begins. The caller checks the variants of
    the parsed file.
    """
    known = spec_paths()
    if name in known:
        yield known[name], None
        return
    key = f"\n  {name}:".encode()
    for spec in sorted(known, key=lambda spec: not name.startswith(spec)):
        with open(known[spec], "rb") as stream:
            if key in stream.read():
                yield known[spec], name


def network_names() -> list[str]:
    """The names of the bundled specs and of their variants, judged by their texts."""
    found = spec_paths()
    names = list(found)
    for path in found.values():
        with open(path, encoding="utf-8") as stream:
            variants = stream.read().partition("\nvariants:\n")[2]
        for line in variants.splitlines():
            if line[:1] not in (" ", "", "#"):
                break
            if line[:2] == "  " and line[2:3] not in (" ", "#", ""):
                names.append(line[2:].partition(":")[0])
    return names


def block_names() -> list[str]:
    """The names of the bundled blocks, which are their file names without the extension."""
    return sorted(name[:-5] for name in os.listdir(BLOCKS_FOLDER) if name.endswith(".yaml"))
