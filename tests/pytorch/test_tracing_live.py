"""Modules of PyTorch traced: what comes of them is the spec whose code they are."""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found, no-any-unimported, misc"
from __future__ import annotations

import copy
import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import draw_networks
import exported
import plant_changes
import pytest
import torch
import yaml
from examples import examples
from folders import BEYOND_PYTORCH, SPECS
from hypothesis import given
from hypothesis import strategies as st
from wirings import WIRINGS

import shapecalc
import shapecalc.torch
from shapecalc import bundled
from shapecalc.render.pytorch.spoken import UNSAID


@pytest.fixture(autouse=True)
def quietly() -> Iterator[None]:
    """Without the warnings of what PyTorch still accepts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


PERMUTED = {"Permute", "Transpose"}
"""The types that a module does as well where a layer takes its axes in another order."""


def written(spec: shapecalc.Spec, variant: str | None = None) -> tuple[Any, Any, Any] | None:
    """The module that a spec is in code, its inputs, and the summary; None where it is none, or
    where it has leading axes: what folds them into the batch is traced as no layer."""
    summary = spec.summary(variant=variant)
    computing = [layer for layer in summary.layers if layer.type != "Identity"]
    if not computing or any(layer.stated or layer.type in UNSAID for layer in computing):
        return None
    if any(getattr(layer.layer, "leading", 0) for layer in computing):
        return None
    code = exported.code_of(summary)
    with torch.device("meta"):
        module = exported.class_of(exported.module_of(code))()
    return module, tuple(exported.inputs_of(summary, code)), summary


def hold_traced(spec: shapecalc.Spec, variant: str | None = None) -> None:
    """The code of a spec, traced, is what the spec is, and compares equal to it."""
    found = written(spec, variant)
    if found is None:
        return
    module, inputs, summary = found
    if not PERMUTED & {layer.type for layer in summary.layers}:
        assert shapecalc.torch.compare(module, spec, inputs, variant=variant) == []
    traced = shapecalc.loads(shapecalc.torch.spec(module, inputs)).summary()
    assert (traced.params, traced.macs, traced.buffers) == (
        summary.params,
        summary.macs,
        summary.buffers,
    )
    # what leaves twice under one name or two leaves a spec once or twice
    assert set(traced.outputs.values()) == set(summary.outputs.values())


RUNS = [
    (name, variant)
    for name, path in bundled.spec_paths().items()
    for variant in yaml.safe_load(Path(path).read_text("utf-8")).get("variants") or [None]
]


@pytest.mark.parametrize(
    ("name", "variant"), [pytest.param(*run, id=run[1] or run[0]) for run in RUNS]
)
def test_the_code_of_bundled_networks(name: str, variant: str | None) -> None:
    hold_traced(shapecalc.load(name), variant)


SAID = sorted({*(SPECS / "ok").glob("*.yaml")} - {BEYOND_PYTORCH})


@pytest.mark.parametrize("path", SAID, ids=lambda path: path.stem)
def test_the_code_of_the_goldens(path: Path) -> None:
    spec = shapecalc.load(path)
    hold_traced(spec, next(iter(spec.variants), None))


LAID_OUT = {
    "attention with learned biases": """
input: 9x4x8
layers:
  - {name: index, type: Buffer, shape: 16}
  - {name: table, type: Embedding, num_embeddings: 11, embedding_dim: 1}
  - {name: pairs, type: Reshape, shape: [4, 4, 1]}
  - {name: bias, type: Permute, dims: [0, 3, 1, 2]}
  - {name: attention, type: ScaledDotProductAttention, from: [input, input, input, bias]}
""",
    "layers behind a leading axis": """
input: 2x16x12x3
layers:
  - {type: Conv2d, out_channels: 6, kernel_size: 3, stride: 2, leading: 1}
  - {type: InstanceNorm2d, leading: 1}
  - {type: ReLU}
  - {type: MaxPool2d, kernel_size: 2, leading: 1}
  - {type: Conv2d, out_channels: 5, kernel_size: 1, bias: false, leading: 1}
""",
    "a batch norm of volumes behind a leading axis": """
input: 2x6x5x4x3
layers:
  - {type: Conv3d, out_channels: 6, kernel_size: 3, leading: 1}
  - {type: BatchNorm3d, leading: 1}
""",
    "numbers at points": """
input: {image: 9x8x3, grid: 4x5x2}
layers: [{type: GridSample, from: [image, grid], align_corners: true}]
""",
    "numbers at points of each part": """
input: {image: 7x9x8x3, grid: 7x4x5x2}
layers: [{type: GridSample, from: [image, grid], padding_mode: border}]
""",
    "windows of a learned table and of an image": """
input: 4x6x8
layers:
  - {name: table, type: Parameter, shape: [11, 8]}
  - {name: windows, type: SlidingWindow, dim: length, size: 5, step: 2}
  - {name: vectors, type: Permute, dims: [0, 3, 2, 1]}
  - {name: product, type: MatMul, from: [input, vectors]}
  - {name: slid, type: SlidingWindow, dim: height, size: 3, step: 1}
""",
}
"""Networks whose code brings axes into the order of a function, and back."""


@pytest.mark.parametrize("text", LAID_OUT.values(), ids=list(LAID_OUT))
def test_the_code_of_axes_that_are_laid_out_anew(text: str) -> None:
    hold_traced(shapecalc.loads(text))


@pytest.mark.parametrize("text", WIRINGS.values(), ids=list(WIRINGS))
def test_the_code_of_blocks(text: str) -> None:
    hold_traced(shapecalc.loads(text))


@pytest.mark.parametrize(
    "layers",
    [
        "input: 7x12\nlayers: [{type: MultiheadAttention, num_heads: 3, dropout: 0.1}]",
        """
        input: {x: 7x12, y: 5x8, z: 5x6}
        layers:
          - {type: MultiheadAttention, num_heads: 3, kdim: 8, vdim: 6, bias: false, from: [x, y, z]}
        """,
        """
        input: 7x12
        layers:
          - {type: MultiheadAttention, num_heads: 2, add_bias_kv: true, add_zero_attn: true}
        """,
        """
        input: 7x12
        layers:
          - {name: token, type: Parameter, shape: 1x12}
          - {type: Concat, dim: length, from: [token, input]}
        """,
        """
        input: 9x8
        layers:
          - {name: table, type: Parameter, shape: 5x8}
          - {name: index, type: Buffer, shape: 9}
          - {name: rows, type: IndexSelect, dim: length, from: [table, index]}
          - {type: Add, from: [input, rows]}
        """,
    ],
    ids=["to itself", "to others", "with more keys", "a token", "rows of a table"],
)
def test_attention_and_stored_tensors_in_code(layers: str) -> None:
    spec = shapecalc.loads(layers)
    found = written(spec)
    assert found is not None
    assert shapecalc.torch.compare(found[0], spec) == []


@examples(200)
@given(st.randoms(use_true_random=True))
def test_the_code_of_drawn_networks(random: Random) -> None:
    try:
        spec = shapecalc.loads(json.dumps(draw_networks.network(random)))
        spec.summary()
    except shapecalc.SpecError:
        return
    hold_traced(spec)


PLANTED = ("resnet50", "mobilenet_v2", "densenet121", "googlenet", "vgg16_bn", "regnet_y_400mf")


@pytest.mark.parametrize("name", PLANTED)
def test_planted_changes_are_found(name: str) -> None:
    spec = shapecalc.load(name)
    made = written(spec)
    assert made is not None
    module, inputs, _ = made
    planted = 0
    for number, change in enumerate(plant_changes.CHANGES):
        random = Random(number)
        for _attempt in range(8):  # those that PyTorch does not run
            changed = copy.deepcopy(module)
            try:
                with torch.device("meta"):
                    where = change(changed, random)
                found = shapecalc.torch.compare(changed, spec, inputs)
            except (plant_changes.CannotPlantError, shapecalc.SpecError):
                continue
            assert found, (change.__name__, where)
            planted += 1
            break
    assert planted > 10
