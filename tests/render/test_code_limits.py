"""The most layers that are written as code, of each format that writes any."""

from __future__ import annotations

import pytest

import shapecalc
from shapecalc.limits import MAXIMUM_LAYERS_WRITTEN
from shapecalc.problems.problem import SpecError
from shapecalc.render.exporters import EXPORTERS
from shapecalc.tables.document import Options

TOP = "name: n\ninput: 4\narguments: {a: 1, many: {default: [1, 2, 3], kind: list}}\nlayers:\n"

LINES = {
    "plain layers": (1, "  - {type: ReLU}\n"),
    "expressions": (9, '  - {type: Linear, out_features: "' + "+".join(["a"] * 100) + '"}\n'),
}
"""Layers, and how many times fewer of them are written as code."""


@pytest.mark.parametrize("kind", LINES)
@pytest.mark.parametrize("name", ["pytorch", "keras"])
def test_more_layers_than_the_limit_are_refused_and_fewer_written(name: str, kind: str) -> None:
    fewer, line = LINES[kind]
    count = MAXIMUM_LAYERS_WRITTEN // fewer
    options = Options()
    written = EXPORTERS[name].export(shapecalc.loads(TOP + line * (count // 2)).summary(), options)
    assert sum(1 for _ in written) > count // 2
    summary = shapecalc.loads(TOP + line * (count + 1)).summary()
    with pytest.raises(SpecError) as caught:
        EXPORTERS[name].export(summary, options)
    (problem,) = caught.value.problems
    assert problem.code == "SC211"
    assert f"more than {MAXIMUM_LAYERS_WRITTEN:,} layers" in problem.message


@pytest.mark.parametrize("name", ["pytorch", "keras"])
def test_repeats_of_one_layer_are_one(name: str) -> None:
    summary = shapecalc.loads(TOP + "  - {type: ReLU, repeat: 100000}\n").summary()
    assert sum(1 for _ in EXPORTERS[name].export(summary, Options())) < 60
