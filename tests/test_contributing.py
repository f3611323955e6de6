"""The map of the source in CONTRIBUTING is made of the docstrings of the folders."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import shapecalc

PACKAGE = Path(shapecalc.__file__).parent
CONTRIBUTING = PACKAGE.parent / ".github" / "CONTRIBUTING.md"
BEGIN, END = "<!-- map -->\n", "<!-- /map -->\n"

FOLDERS = sorted(path.parent for path in PACKAGE.rglob("__init__.py") if path.parent != PACKAGE)


def docstring(path: Path) -> str:
    found = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert found is not None, path
    return found


def paragraphs(folder: Path) -> str:
    """A folder's docstring in one line."""
    return " ".join(docstring(folder / "__init__.py").split())


def map_of_the_source() -> str:
    rows = [
        f"| `{folder.relative_to(PACKAGE).as_posix()}/` | {paragraphs(folder)} |\n"
        for folder in FOLDERS
    ]
    files = [path for path in sorted(PACKAGE.glob("*.py")) if path.name != "__init__.py"]
    rows += [f"| `{path.name}` | {docstring(path).splitlines()[0]} |\n" for path in files]
    return "\n| where | what |\n|---|---|\n" + "".join(rows) + "\n"


def test_the_map_is_that_of_the_docstrings(request: pytest.FixtureRequest) -> None:
    text = CONTRIBUTING.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    made = before + BEGIN + map_of_the_source() + END + after
    if request.config.getoption("--overwrite"):
        CONTRIBUTING.write_text(made, encoding="utf-8", newline="")
    else:
        assert text == made


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_a_folder_names_each_of_its_modules(folder: Path) -> None:
    said = paragraphs(folder)
    inside = [path for path in sorted(folder.iterdir()) if path.name[0] not in "_."]
    names = [path.name + "/" if path.is_dir() else path.stem for path in inside]
    assert [name for name in names if f"`{name}`" not in said] == []
