"""A public name means one thing, and a file holds one idea."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import shapecalc

PACKAGE = Path(shapecalc.__file__).parent

INTERFACES = {
    "command",  # what each command of the command line is
    "lines",  # what each format writes
    "CODE",  # the documentation of each rule,
    "RULE",  # and the rule
    "WORDS",  # those of each language
    "FORMATS",  # the index of the formats of a command,
    "HELP",  # and what its help says
    "read",  # what each reader of files does,
    "source",  # and the text that its refusals have places in
}
"""Names that are asked of each of several modules, as of one that stands in for another."""


def public_names(path: Path) -> Iterator[str]:
    """The classes, functions and constants that a module defines at its top."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (each.id for each in node.targets if isinstance(each, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def test_no_public_name_is_defined_twice() -> None:
    homes: dict[str, list[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for name in public_names(path):
            if name[0] != "_" and len(name) > 1 and name not in INTERFACES:
                homes.setdefault(name, []).append(path.relative_to(PACKAGE).as_posix())
    assert {name: found for name, found in homes.items() if len(set(found)) > 1} == {}


def test_no_file_is_longer_than_an_idea() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in PACKAGE.rglob("*.py")}
    assert [path.name for path, length in lengths.items() if length > 400] == []
