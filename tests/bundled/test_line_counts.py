"""A network with blocks of several inputs is hardly longer as a spec than as dense PyTorch.

What is compared is `tests/pytorch/dense_*.py`, which `test_dense_live.py` holds to the specs. A
line has at most 100 characters: a longer one counts as several. Blank lines, comments and
documentation (docstrings; `about` and `label`) do not count on either side.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from folders import RECORDS

import shapecalc
from shapecalc import bundled

WIDTH = 100

BLOCKS = Path(shapecalc.__file__).parent / "blocks"

DENSE: dict[str, tuple[str, tuple[str, ...]]] = {
    "hrnet": ("dense_hrnet", ()),
    "resnet50_fpn": ("dense_fpn", ()),
    "nasnetalarge": ("dense_nasnet", ("NASNetFit", "NASNetPair", "NASNetSeparable")),
}
"""The writing in PyTorch of each spec, and the bundled blocks that only its kin has."""


def count(lines: Iterable[str]) -> int:
    """How many lines these are at most WIDTH wide, without comments and blank ones."""
    stripped = (re.sub("(^|  )#.*", "", line).rstrip() for line in lines)
    return sum(-(-len(line) // WIDTH) for line in stripped)


def count_of_spec(text: str) -> int:
    """The lines of a spec or a block without its documentation."""
    lines = text.splitlines()
    return count(line for line in lines if not re.match(r"\s*(about|label|en|zh):", line))


def count_of_python(text: str) -> int:
    """The lines of a module without its docstrings."""
    documentation: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            documentation |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    lines = enumerate(text.splitlines(), 1)
    return count(line for number, line in lines if number not in documentation)


def test_documentation_and_comments_do_not_count_and_long_lines_count_more() -> None:
    assert count_of_python('"""Doc."""\n# why\n\nx = 1  # noqa\n' + "y" * 101) == 3
    assert count_of_spec("name: A\nabout:\n  en: B\nlayers:  # why\n" + "- " * 101) == 5


@pytest.mark.parametrize("name", DENSE)
def test_a_spec_is_at_most_a_fifth_longer(name: str) -> None:
    module, blocks = DENSE[name]
    files: list[str | Path] = [bundled.spec_paths()[name]]
    files += [BLOCKS / f"{block}.yaml" for block in blocks]
    spec = sum(count_of_spec(Path(path).read_text(encoding="utf-8")) for path in files)
    python = count_of_python((RECORDS / f"{module}.py").read_text(encoding="utf-8"))
    assert spec <= 1.2 * python
