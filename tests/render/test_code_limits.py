"""The most layers that are written as code, of each format that writes any."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import Run, run

from shapecalc.limits import MAXIMUM_DRAWN, MAXIMUM_LAYERS_WRITTEN

TOP = "name: n\ninput: 4\narguments: {a: 1}\nlayers:\n"

LINES = {
    "plain layers": (1, "  - {type: ReLU}\n"),
    "expressions": (9, '  - {type: Linear, out_features: "' + "+".join(["a"] * 100) + '"}\n'),
}
"""Layers, and how many times fewer of them are written as code."""

code = pytest.mark.parametrize("name", ["pytorch", "keras"])


def exported(layers: str, name: str, folder: Path) -> Run:
    """The export of a network, in a process of its own: it takes more memory than others."""
    (folder / "n.yaml").write_text(TOP + layers, encoding="utf-8")
    return run("export", "n.yaml", "--to", name, folder=folder, seconds=4)


@code
@pytest.mark.parametrize("kind", LINES)
def test_more_layers_than_the_limit_are_refused_and_fewer_written(
    name: str, kind: str, tmp_path: Path
) -> None:
    fewer, line = LINES[kind]
    count = MAXIMUM_LAYERS_WRITTEN // fewer
    written = exported(line * (count // 2), name, tmp_path)
    assert written.status == 0, written.err
    assert written.out.count("\n") > count // 2
    refused = exported(line * (count + 1), name, tmp_path)
    assert (refused.status, refused.out) == (1, "")
    assert refused.err.startswith("error[SC211]: ")
    assert "n is too large for " in refused.err
    assert f"more than {MAXIMUM_LAYERS_WRITTEN:,} layers" in refused.err


@pytest.mark.parametrize("name", ["latex", "mermaid", "dot"])
def test_larger_drawings_and_documents_are_refused(name: str, tmp_path: Path) -> None:
    line = "  - {type: ReLU}\n"
    written = exported(line * (MAXIMUM_DRAWN * 9 // 10), name, tmp_path)
    assert written.status == 0, written.err
    refused = exported(line * (MAXIMUM_DRAWN + 1), name, tmp_path)
    assert (refused.status, refused.out) == (1, "")
    assert f"the maximum is {MAXIMUM_DRAWN:,}" in refused.err


@code
def test_repeats_of_one_layer_are_one(name: str, tmp_path: Path) -> None:
    written = exported("  - {type: ReLU, repeat: 100000}\n", name, tmp_path)
    assert written.status == 0
    assert written.out.count("\n") < 60
