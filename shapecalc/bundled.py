"""What ships: where the specs and the blocks are, and which file has a name or a variant."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCKS_FOLDER = os.path.join(os.path.dirname(__file__), "blocks")

BUNDLED_PREFIX = "<shapecalc>/blocks/"
"""How the sources of blocks that ship are named, as no file is."""


def folder() -> str:
    """The folder of the bundled specs: in the installed package, or beside it in a checkout."""
    package = os.path.dirname(__file__)
    installed = os.path.join(package, "configs")
    return installed if os.path.isdir(installed) else os.path.join(package, os.pardir, "configs")


def names() -> list[str]:
    """The names of the bundled specs, without their ending."""
    return sorted(name[:-5] for name in os.listdir(folder()) if name.endswith(".yaml"))


def path(name: str) -> str:
    """The file of a bundled spec."""
    return os.path.join(folder(), name + ".yaml")


def candidates(name: str) -> Iterator[tuple[str, str | None]]:
    """The files that a name may mean, each with the variant that it would be there.

    A spec of that name comes first; then each that may have a variant of it, judged by its
    text alone, so that finding one costs no parsing. The reader of the file has the last word.
    """
    known = names()
    if name in known:
        yield path(name), None
        return
    key = f"\n  {name}:".encode()
    for spec in known:
        file = path(spec)
        with open(file, "rb") as stream:
            if key in stream.read():
                yield file, name


def block_names() -> list[str]:
    """The names of the blocks that ship, which are the names of their files."""
    return sorted(name[:-5] for name in os.listdir(BLOCKS_FOLDER) if name.endswith(".yaml"))
