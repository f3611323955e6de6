"""The files that an `import:` names: relative paths within the folder of the spec."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from shapecalc.problems.formatting import shown
from shapecalc.text.files import YAML_ENDINGS
from shapecalc.yaml.nodes import ListNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapecalc.language.node_reader import NodeReader


def imported_names(reader: NodeReader, value: object, offset: int) -> Iterator[tuple[str, int]]:
    """The file names of an `import:`, each with its place."""
    names = value.values if isinstance(value, ListNode) else [value]
    for index, name in enumerate(names):
        place = value.place_of(index) if isinstance(value, ListNode) else offset
        if isinstance(name, str) and name:
            yield name, place
        else:
            reader.problem(
                "SC104", f"import must be a file name or a list of them, not {shown(name)}", place
            )


def _unusable(name: str) -> tuple[str, str | None] | None:
    """What is wrong with the name of an import, whatever system it is read on, and what helps."""
    called = f"import {shown(name)}"
    if name.startswith(("/", "\\")) or ":" in name:
        hint = "write the path relative to the folder of the spec"
        return f"{called} is not a relative path", hint
    if "\\" in name:
        hint = f"write / between folders: {shown(name.replace(chr(92), '/'))}"
        return f"{called} has backslashes", hint
    if "\0" in name:
        return f"invalid file name {shown(name)}", None
    if not name.endswith(YAML_ENDINGS):
        return f"{called} does not end in {' or '.join(YAML_ENDINGS)}", "rename the file"
    return None


def imported_path(reader: NodeReader, name: str, place: int, folder: str, root: str) -> str | None:
    """The path of an imported file; None for one that is none of the spec's, which is reported.

    folder: that of the file that imports it. root: that of the spec.
    """
    wrong = _unusable(name)
    if wrong is not None:
        reader.problem("SC114", wrong[0], place, wrong[1])
        return None
    path = os.path.join(folder, name)
    real_root = os.path.realpath(root or ".")
    if ".." in name.split("/") or not os.path.realpath(path).startswith(
        os.path.join(real_root, "")
    ):
        reader.problem(
            "SC114",
            f"import {shown(name)} is outside the folder of the spec",
            place,
            "move the file into the folder of the spec or a subfolder",
        )
        return None
    return path
