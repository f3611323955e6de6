"""The direction of imports: data goes one way through the package, and so do imports.

Imports within functions and those for the type checker count as any other.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import shapecalc

PACKAGE = Path(shapecalc.__file__).parent

ORDER = (
    "version limits",
    "bundled text",
    "problems",
    "yaml expressions shapes",
    "layers",
    "language",
    "inference",
    "analysis",
    "tables graph rules",
    "spec",
    "spec_reader",
    "importers",
    "loading",
    "render",
    "check diff reference",
    "review torch",
    "cli",
    "__init__ __main__",
)
"""The wings and the files beside them, ground first. Each imports what stands in itself or on a
line above its own."""

LEVELS = {wing: level for level, line in enumerate(ORDER) for wing in line.split()}


def modules_in(package: Path) -> dict[str, Path]:
    """The modules of a package by their dotted names within it; a folder's is its own name."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        found[".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)] = path
    return found


@cache
def imports_in(text: str) -> list[ast.AST]:
    """The imports of a text, those within functions and for the type checker included."""
    nodes = ast.walk(ast.parse(text))
    return [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]


def imports_of(path: Path, modules: dict[str, Path]) -> Iterator[tuple[str, int]]:
    """The modules of the package that a file imports, each with the line."""
    for node in imports_in(path.read_text(encoding="utf-8")):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            for alias in node.names:
                names = [f"{node.module}.{alias.name}", node.module or ""]
                yield from ((name, node.lineno) for name in _within(names, modules))
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield from ((name, node.lineno) for name in _within([alias.name], modules))


def _within(names: list[str], modules: dict[str, Path]) -> list[str]:
    """The first of the names that is a module of the package, by its name within it."""
    for name in names:
        root, _, inner = name.partition(".")
        if root == "shapecalc" and (inner or "__init__") in modules:
            return [inner or "__init__"]
    return []


def against_the_order(package: Path) -> list[str]:
    """What is wrong with the imports of a package: a sentence each."""
    modules = modules_in(package)
    wrong = []
    graph: dict[str, set[str]] = {}
    for name, path in modules.items():
        wing = name.split(".")[0]
        graph[name] = set()
        if wing not in LEVELS:
            wrong.append(f"{name}: the wing {wing} has no place in the order")
            continue
        for imported, line in imports_of(path, modules):
            other = imported.split(".")[0]
            graph[name].add(imported)
            if other != wing and LEVELS.get(other, len(ORDER)) >= LEVELS[wing]:
                wrong.append(f"{name}, line {line}: imports {imported}, which stands above it")
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        wrong.append("a circle of imports: " + " -> ".join(reversed(error.args[1])))
    return wrong


def test_imports_go_one_way() -> None:
    assert against_the_order(PACKAGE) == []


@pytest.mark.parametrize(
    ("file", "line", "wrong"),
    [
        ("text/display.py", "from shapecalc.cli.output import drop", "imports cli.output"),
        ("yaml/nodes.py", "from shapecalc.shapes.shape import Shape", "imports shapes.shape"),
        ("limits.py", "def late():\n    from shapecalc import bundled", "imports bundled"),
        ("layers/base.py", "if TYPE_CHECKING:\n    import shapecalc.spec", "imports spec"),
        ("shapes/window.py", "import shapecalc", "imports __init__"),
        ("text/files.py", "from shapecalc.text.source import Source", "a circle of imports"),
        ("brand_new/wing.py", "", "has no place"),
    ],
)
def test_an_import_against_the_order_is_found(
    file: str, line: str, wrong: str, tmp_path: Path
) -> None:
    for path in modules_in(PACKAGE).values():
        copy = tmp_path / path.relative_to(PACKAGE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    changed = tmp_path / file
    changed.parent.mkdir(exist_ok=True)
    before = changed.read_text(encoding="utf-8") if changed.exists() else ""
    changed.write_text(f"{before}\n{line}\n", encoding="utf-8")
    assert any(wrong in found for found in against_the_order(tmp_path))
