"""Networks upon networks: a backbone is a type, not written a second time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import shapecalc
from shapecalc import bundled
from shapecalc.inference.inferred import InferredLayer

BACKBONES = {
    "fcn_resnet": ("resnet50", "layer4"),
    "deeplabv3": ("resnet50", "layer4"),
    "deeplabv3plus": ("resnet50", "layer4"),
    "resnet50_fpn": ("resnet50", "layer4"),
    "faster_rcnn": ("resnet50", "layer4"),
    "retinanet": ("resnet50", "layer4"),
    "fcos_resnet50_fpn": ("resnet50", "layer4"),
    "unet_resnet34": ("resnet34", "layer4"),
    "ssd300_vgg16": ("vgg16", "conv5"),
    "fcn8s": ("vgg16", "pool5"),
}
"""The backbone of each spec, and the layer after which it stops."""

PARTS: dict[str, set[str]] = {
    "resnet50": {"Bottleneck"},
    "resnet34": {"BasicBlock"},
    "vgg16": set(),
}
"""The blocks that a backbone is made of."""


def uses(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping with a type in a spec."""
    if isinstance(value, dict):
        if "type" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from uses(each)


def figures(layers: list[InferredLayer]) -> list[tuple[str, int]]:
    """What tells the layers of a backbone whatever its input and dilations."""
    return [(layer.type, layer.params) for layer in layers]


@pytest.mark.parametrize("name", BACKBONES)
def test_the_backbone_is_a_type(name: str) -> None:
    backbone, until = BACKBONES[name]
    written = yaml.safe_load(Path(bundled.spec_paths()[name]).read_text(encoding="utf-8"))
    found = [use for use in uses(written) if use["type"] == backbone]
    assert [use["until"] for use in found] == [until]
    assert not {use["type"] for use in uses(written)} & PARTS[backbone]
    # what is in it is the network's own, and nothing of the kind is beside it
    summary = shapecalc.load(name).summary()
    alone = shapecalc.loads(f"input: 64x64x3\nlayers: [{{type: {backbone}, until: {until}}}]")
    prefix = found[0]["name"] + "."
    inside = [layer for layer in summary.layers if layer.path.startswith(prefix)]
    own = figures(alone.summary().layers)
    assert figures(inside) == own
    convolutions = [each for each in own if each[0] == "Conv2d"]
    outside = figures([layer for layer in summary.layers if not layer.path.startswith(prefix)])
    assert sum(each in convolutions for each in outside) < len(convolutions) // 2
