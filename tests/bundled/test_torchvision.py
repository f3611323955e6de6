"""The bundled networks against what PyTorch ran of torchvision's, layer for layer, in order.

Each layer of the recorded run must be found among ours, in the same order, with the same type,
shapes, parameters, multiply-accumulates and arguments. Layers of ours that PyTorch runs as plain
functions (a concatenation, a flatten, DenseNet's last ReLU) may stand between them, as long as
they own no parameters. A record belongs to the bundled spec or variant of its name; that of
`NAME@SIZE` is of an image, or a video, of another size.
"""

from __future__ import annotations

import gzip
import json
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from folders import RECORDS

import shapecalc
from shapecalc.bundled import network_names
from shapecalc.inference.inferred import InferredLayer

MODELS = RECORDS / "models"

BUILT_BUT_NOT_RUN = {"googlenet_aux", "inception_v3_aux"}
"""The records without a spec: a head that is built has weights there though it never runs. In a
spec a layer that is there runs; `X_aux_run` is compared."""

NO_LAYER_OF_OURS = {"Permute", "LastLevelMaxPool"}
"""What PyTorch runs as a layer and a spec has no use for: it changes the layout alone, and the
shapes are compared as channels over spatial extents; or it runs a function that makes another map.
"""

NO_LAYER_OF_PYTORCH = {"LayerScale", "RMSNorm", "Parameter", "Embedding"}
"""Layers of ours that own parameters which PyTorch's networks hold outside of their layers
(`params_outside_layers`): Swin's table of biases is an Embedding here."""

WINDOW = ("kernel_size", "stride", "padding", "dilation", "groups", "ceil_mode", "output_size")

ARGUMENTS = (
    *WINDOW,
    *("count_include_pad", "padding_mode", "bias", "affine", "elementwise_affine"),
    *("eps", "momentum", "track_running_stats", "p", "mode", "num_heads"),
)
"""The arguments that are compared where a layer has them: other windows may lead to the same
shapes, and no shape depends on what a norm adds or a dropout drops. Not compared are the channels
of the input, which the shapes have, and what overwrites its input."""


class Row(NamedTuple):
    """What is compared of a layer: shapes are channels first."""

    type: str
    inputs: list[list[int]]
    outputs: list[list[int]]
    params: int
    buffers: int
    macs: int
    arguments: dict[str, Any]


def names_of_records() -> list[str]:
    return [path.name.removesuffix(".json.gz") for path in MODELS.glob("*.json.gz")]


def spec_of(name: str) -> str:
    """The spec or variant that a record belongs to."""
    return name.partition("@")[0]


KNOWN = set(network_names())

COMPARED = sorted(name for name in names_of_records() if spec_of(name) in KNOWN)


AT_ONCE = (
    *("alexnet", "googlenet", "mobilenet_v3_small", "convnext_tiny", "mc3_18@13x101x87"),
    *("vit_b_32@384x384", "swin_t@215x301", "swin_v2_t"),
)
"""The networks that a plain run compares."""

every_record = pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in AT_ONCE else pytest.mark.slow) for name in COMPARED],
)


def path_of(name: str) -> Path:
    return MODELS / f"{name}.json.gz"


def record(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(gzip.decompress(path_of(name).read_bytes()))
    return content


def recorded_rows(content: dict[str, Any]) -> list[tuple[str, Row]]:
    """The rows of PyTorch's layers with their names, shapes channels first throughout: those of two
    axes are sequences, whose channels are the last.

    A layer that runs again, on another map, has its params the first time.
    """
    rows: list[tuple[str, Row]] = []
    ran: set[str] = set()
    channels_last = False
    for layer in content["layers"]:
        if layer["type"] == "Permute":
            channels_last = layer["arguments"]["dims"] == [0, 2, 3, 1]
        if layer["type"] in NO_LAYER_OF_OURS:
            continue
        inputs, outputs = layer["in"], layer["out"]
        if layer["type"] == "MultiheadAttention" and inputs[0] == inputs[1] == inputs[2]:
            inputs = inputs[:1]  # to itself
        if channels_last or len(inputs[0]) == 2:
            inputs = [[shape[-1], *shape[:-1]] for shape in inputs]
            outputs = [[shape[-1], *shape[:-1]] for shape in outputs]
        arguments = {
            key: plain(layer["arguments"][key], len(inputs[0]) - 1 if key in WINDOW else 0)
            for key in ARGUMENTS
            if key in layer["arguments"]
        }
        params = 0 if layer["name"] in ran else layer["params"]
        ran.add(layer["name"])
        numbers = (params, layer["buffers"], layer.get("macs", 0))
        rows.append((layer["name"], Row(layer["type"], inputs, outputs, *numbers, arguments)))
    return rows


def plain(value: Any, rank: int) -> Any:
    """An argument with one number for each axis, if it has axes; a float without what rounding
    adds to it: MNASNet's momentum is 1 - 0.9997, which floats make 0.00029999999999996696."""
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, float):
        return float(f"{value:.12g}")
    if rank == 0 or isinstance(value, bool) or not isinstance(value, int):
        return value
    return [value] * rank


def our_row(node: InferredLayer) -> Row:
    layer = node.layer
    assert layer is not None
    return Row(
        node.type,
        [list(shape.chw) for shape in node.inputs],
        [list(shape.chw) for shape in node.outputs],
        node.params,
        layer.buffers(node.inputs),
        node.macs,
        {
            key: plain(getattr(layer, key), layer.rank if key in WINDOW else 0)
            for key in ARGUMENTS
            if key in layer.fields
        },
    )


def first_difference(theirs: list[tuple[str, Row]], ours: list[InferredLayer]) -> str | None:
    """Where the two sequences part, or None where they agree."""
    place = 0
    for name, row in theirs:
        while place < len(ours) and our_row(ours[place]) != row:
            node = ours[place]
            if node.params and node.type not in NO_LAYER_OF_PYTORCH:
                return f"PyTorch runs {name}, {row}\nwe run {node.path}, {our_row(node)}"
            place += 1
        if place == len(ours):
            return f"PyTorch runs {name}, {row}\nwe run nothing of the kind any more"
        place += 1
    for node in ours[place:]:
        if node.params and node.type not in NO_LAYER_OF_PYTORCH:
            return f"PyTorch is done\nwe run {node.path}, {our_row(node)}"
    return None


def test_every_record_is_compared() -> None:
    assert set(names_of_records()) - set(COMPARED) == BUILT_BUT_NOT_RUN


@every_record
def test_layers_and_totals_equal_pytorchs(name: str) -> None:
    content = record(name)
    channels, *spatial = content["input"]
    given = [*spatial, channels] if "@" in name else None
    summary = shapecalc.load(spec_of(name)).summary(given)
    assert [list(shape.chw) for shape in summary.inputs.values()] == [content["input"]]
    difference = first_difference(recorded_rows(content), summary.layers)
    assert difference is None, difference
    outside = sum(node.params for node in summary.layers if node.type in NO_LAYER_OF_PYTORCH)
    assert (summary.params, summary.macs) == (content["params"], content["macs"])
    assert outside == content["params_outside_layers"]
    buffers = {layer["name"]: layer["buffers"] for layer in content["layers"]}
    assert summary.buffers == sum(buffers.values()) + content.get("buffers_outside_layers", 0)
    outputs = [list(shape.chw) for shape in summary.outputs.values()]
    if any(layer["name"].startswith("head.") for layer in content["layers"]):
        # torchvision lays what a detector outputs out anew, as rows of classes and of boxes
        assert sum(map(prod, outputs)) == sum(map(prod, content["outputs"]))
    else:
        assert outputs == content["outputs"]


@pytest.mark.parametrize(
    ("place", "changes", "found"),
    [
        (0, {"params": 1}, "PyTorch runs features.0, "),
        (2, {"outputs": [[64, 28, 28]]}, "PyTorch runs features.2, "),
        (3, {"arguments": {}}, "PyTorch runs features.3, "),
        (20, {"type": "Bilinear"}, "PyTorch runs classifier.6, "),
        (20, None, "PyTorch is done\nwe run fc8, "),
    ],
)
def test_a_difference_is_found(place: int, changes: dict[str, Any] | None, found: str) -> None:
    theirs = recorded_rows(record("alexnet"))
    name, row = theirs[place]
    theirs[place : place + 1] = [(name, row._replace(**changes))] if changes is not None else []
    difference = first_difference(theirs, shapecalc.load("alexnet").summary().layers)
    assert difference is not None
    assert difference.startswith(found)
