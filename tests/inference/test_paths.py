"""Every path that an item can have is taken once."""

from __future__ import annotations

import pytest

from shapecalc.check.check import check
from shapecalc.text.source import Source

INNER = "layers: [{name: b, type: ReLU}]"
BRANCHES = "branches: {b: [{name: c, type: ReLU}], other: []}"
BLOCKS = "blocks: {Own: {layers: [{name: b, type: ReLU}]}}\n"


@pytest.mark.parametrize(
    ("layers", "line"),
    [
        (f"{{name: a, {INNER}}}\n- {{name: a.b, type: Tanh}}", 5),
        (f"{{name: a.b, type: Tanh}}\n- {{name: a, {INNER}}}", 5),
        (f"{{name: a, {BRANCHES}}}\n- {{name: a.b, type: Tanh}}", 5),
        (f"{{name: a, {BRANCHES}}}\n- {{name: a.b.c, type: Tanh}}", 5),
        (f"{{name: a, {BRANCHES}}}\n- {{name: a.b, layers: [{{name: c, type: Tanh}}]}}", 5),
        ("{name: a, type: Own}\n- {name: a.b, type: Tanh}", 5),
        ("{name: a, type: ReLU, repeat: 2}\n- {name: a.0, type: Tanh}", 5),
        ("{name: a.0, type: Tanh}\n- {name: a, type: ReLU, repeat: 2}", 5),
        ("{name: a, branches: {b.c: [], b: [{name: c, type: ReLU}]}}\n- {type: ReLU}", 4),
    ],
)
def test_two_items_of_one_path_are_refused(layers: str, line: int) -> None:
    text = f"input: 8x8x3\n{BLOCKS}layers:\n- {layers}\n"
    problems = [each for each in check(Source("a.yaml", text)).problems if each.code == "SC107"]
    assert problems
    assert {problem.line for problem in problems} <= {line, 2, 4}


@pytest.mark.parametrize(
    "layers",
    [
        f"{{name: a, {INNER}}}\n- {{name: a.c, type: Tanh}}",
        "{name: a.b, type: Tanh}\n- {name: a.c, type: ReLU}",
        "{name: a.b, type: ReLU, repeat: 2}",
    ],
)
def test_names_with_dots_are_allowed(layers: str) -> None:
    text = f"input: 8x8x3\n{BLOCKS}layers:\n- {layers}\n"
    assert check(Source("a.yaml", text)).problems == []
