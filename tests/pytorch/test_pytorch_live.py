"""Random layers, random networks, bundled specs and goldens against PyTorch, live.

`pytorch/torch_layers.py` runs a layer of a spec in PyTorch, `pytorch/torch_networks.py` a whole
spec; neither knows shapecalc. Where the two differ on purpose stands at the head of the first.
A verdict is that of a batch of two or three in eval mode on the CPU, with and without oneDNN and
gradients: a batch of one has no variance, and some of PyTorch's paddings fail for it alone.

EXAMPLES=100 in the environment tries a hundred times as many examples.
"""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import copy
import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import draw_networks
import draw_specs
import pytest
import torch
import torch_layers
import torch_networks
import yaml
from examples import examples
from folders import BEYOND_PYTORCH, SPECS
from hypothesis import assume, given
from hypothesis import strategies as st

import shapecalc
from shapecalc import bundled, layers
from shapecalc.problems.problem import Refusal
from shapecalc.render.code.plain_words import in_plain_words
from shapecalc.shapes.shape import Shape

RUNS = ((2, False, False), (3, True, True))
"""Batch size, whether oneDNN may be used, whether gradients are wanted."""

Verdict = tuple[Any, ...]
REFUSED: Verdict = ("refused",)


@pytest.fixture(autouse=True)
def as_pytorch_runs() -> Iterator[None]:
    """One thread, and no warnings of what PyTorch still accepts."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    torch.set_num_threads(threads)


def pytorch_of_layer(case: draw_specs.Case, batch: int, onednn: bool, gradients: bool) -> Verdict:
    """PyTorch's verdict on a layer: its outputs, params, buffers and macs, or that it refuses."""
    inputs = [torch.zeros(batch, *shape) for shape in case.inputs]
    try:
        with torch.set_grad_enabled(gradients), torch.backends.mkldnn.flags(enabled=onednn):
            ran = torch_layers.run(case.type, case.fields, inputs)
    except Exception:  # constructors and layers raise many kinds
        return REFUSED
    outputs = [list(output.shape[1:]) for output in ran.outputs]
    return ("accepted", outputs, ran.params, ran.buffers, ran.macs)


def ours_of_layer(case: draw_specs.Case) -> Verdict:
    """Our verdict on the same."""
    layer_type = layers.find_type(case.type)
    assert layer_type is not None
    if not set(case.fields) <= set(layer_type.fields):
        return REFUSED
    inputs = tuple(map(Shape.from_chw, case.inputs))
    try:
        layer = layer_type.make(
            {
                name: layer_type.fields[name].read(value, layer_type.rank)
                for name, value in case.fields.items()
            }
        )
        outputs = layer.infer(inputs)
    except Refusal:
        return REFUSED
    costs = (layer.params(inputs), layer.buffers(inputs), layer.macs(inputs, outputs))
    return ("accepted", [list(output.chw) for output in outputs], *costs)


COMPUTED = [name for name in layers.type_names() if name != "Custom"]
"""The types whose figures are not stated."""


@pytest.mark.parametrize("type", COMPUTED)
@examples(30)
@given(random=st.randoms(use_true_random=True))
def test_layers(type: str, random: Random) -> None:
    layer_type = layers.find_type(type)
    assert layer_type is not None
    case = draw_specs.draw(type, layer_type.fields, random)
    verdicts = [pytorch_of_layer(case, *run) for run in RUNS]
    assume(verdicts[0] == verdicts[1])
    assert ours_of_layer(case) == verdicts[0], case


def pytorch_of_network(spec: dict[str, Any]) -> Verdict:
    """PyTorch's verdict on a network: every layer in order, and what is put out at the end."""
    try:
        network = torch_networks.run(copy.deepcopy(spec))
    except Exception:  # as above
        return REFUSED
    outputs = [list(output.shape[1:]) for output in network.outputs]
    return ("accepted", [tuple(row) for row in network.rows], outputs)


def rows_of(summary: shapecalc.Summary) -> list[tuple[Any, ...]]:
    """Our layers in order: type, shapes, params, buffers, macs."""
    return [
        (
            node.type,
            [list(shape.chw) for shape in node.inputs],
            [list(shape.chw) for shape in node.outputs],
            *(node.params, node.buffers, node.macs),
        )
        for node in summary.layers
    ]


def ours_of_network(spec: dict[str, Any]) -> Verdict:
    """Our verdict on the same, written as a file has it: JSON is YAML."""
    try:
        summary = shapecalc.loads(json.dumps(spec)).summary()
    except shapecalc.SpecError:
        return REFUSED
    return ("accepted", rows_of(summary), [list(shape.chw) for shape in summary.outputs.values()])


@examples(500)
@given(st.randoms(use_true_random=True), st.booleans())
def test_networks(random: Random, broken: bool) -> None:
    spec = draw_networks.network(random)
    if broken:
        spec = draw_networks.broken(spec, random)
    assert ours_of_network(spec) == pytorch_of_network(spec), json.dumps(spec)


EVERY_TYPE = SPECS / "ok"
"""The folder of goldens whose files named `every-` use every layer type."""


def written_runs() -> list[tuple[Path, str | None]]:
    """Every bundled spec and every golden of all types, once for each of its variants."""
    paths = [Path(bundled.spec_paths()[name]) for name in bundled.spec_names()]
    paths += [*sorted(EVERY_TYPE.glob("every-*.yaml")), BEYOND_PYTORCH]
    return [
        (path, variant)
        for path in paths
        for variant in yaml.safe_load(path.read_text("utf-8")).get("variants") or [None]
        if is_interpreted(path, variant)
    ]


def is_interpreted(path: Path, variant: str | None) -> bool:
    """Whether the interpreter knows all that a spec says: what it does not know is held to records,
    and its exported code is run.

    Those are blocks with several inputs, sizes in expressions, networks and blocks as values, and
    figures that are stated.
    """
    summary = shapecalc.load(path).summary(variant=variant)
    if any(layer.stated for layer in summary.layers):
        return False
    return in_plain_words(summary, "PyTorch") is summary


@pytest.mark.parametrize(
    ("path", "variant"),
    [pytest.param(*run, id=run[1] or run[0].stem) for run in written_runs()],
)
def test_written_specs(path: Path, variant: str | None) -> None:
    spec = torch_networks.load(path)
    with torch.device("meta"):  # shapes without numbers
        network = torch_networks.run(spec, variant)
    summary = shapecalc.load(path).summary(variant=variant)
    assert rows_of(summary) == [tuple(row) for row in network.rows]
    outputs = [list(output.shape[1:]) for output in network.outputs]
    assert [list(shape.chw) for shape in summary.outputs.values()] == outputs
