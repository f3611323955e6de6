"""A run of shapecalc's repeated in PyTorch along one axis, with one channel: who depends on whom.

Along each axis a network of convolutions, pools, joins and resamplings is a network of one axis:
its weights are positive, so that an input position has a gradient where an output depends on it.
What a layer's fields are is taken from the run; what they do is PyTorch's.
"""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found, no-any-unimported"
from __future__ import annotations

import re
from typing import Any

import torch
from torch.nn import functional

from shapecalc.analysis.summary import Summary
from shapecalc.inference.inferred import InferredLayer, Tensor
from shapecalc.layers.base import Windowed
from shapecalc.shapes.shape import Shape

LINEAR = {"bilinear": "linear", "trilinear": "linear", "bicubic": "linear"}
"""The modes of an interpolation along one axis. A cubic one is not run: it sees further."""


class CannotRunError(Exception):
    """The layer has no counterpart along one axis here."""


def run(summary: Summary, axis: int) -> tuple[torch.Tensor, dict[Tensor, torch.Tensor]]:
    """The input along an axis, and what depends on it, of each tensor that can be told."""
    (source,) = summary.input_tensors.values()
    image = torch.ones(1, 1, source.shape.spatial[axis], dtype=torch.float64, requires_grad=True)
    found = {source: image}
    for node in summary.operations():
        inputs = [found.get(tensor) for tensor in node.taken]
        if None in inputs:
            continue
        try:
            output = _run(node, axis, [each for each in inputs if each is not None])
        except CannotRunError:
            continue
        extent = node.output.spatial[axis] if node.output.spatial else 1
        assert output.shape[-1] == extent, f"{node}: {tuple(output.shape)}"
        found.update(dict.fromkeys(node.tensors, output))
    return image, found


def _run(node: InferredLayer, axis: int, inputs: list[torch.Tensor]) -> torch.Tensor:
    layer, x = node.layer, inputs[0]
    spatial = node.inputs[0].spatial
    if not node.output.spatial and spatial:
        return x.mean(dim=-1, keepdim=True)
    if node.type == "Crop":
        cropping: Any = layer
        size = node.output.spatial[axis]
        center = (x.shape[-1] - size) // 2
        start = cropping.offset if cropping.anchor == "corner" else center
        return x[..., start : start + size]
    if node.layer is None or len(inputs) > 1:
        return _joined(inputs)
    stem = re.sub(r"[123]d$", "", node.type)
    if isinstance(layer, Windowed):
        return _windowed(layer, axis, x, node.inputs[0])
    if stem.startswith("Adaptive"):
        return functional.adaptive_avg_pool1d(x, node.output.spatial[axis])
    if stem.startswith("Upsampl"):
        return _resampled(node, axis, x)
    if stem == "PixelShuffle":
        return x.repeat_interleave(node.output.spatial[axis] // spatial[axis], dim=-1)
    if stem.endswith("Pad"):
        before, after = layer.padding[len(layer.padding) - len(spatial) + axis]  # type: ignore[union-attr]
        return functional.pad(x, (before, after))
    if node.output.spatial == spatial:
        return x
    raise CannotRunError(node.type)


def _joined(inputs: list[torch.Tensor]) -> torch.Tensor:
    total = inputs[0] / len(inputs)
    for other in inputs[1:]:
        total = total + other / len(inputs)  # a size of 1 stretches
    return total


def _windowed(layer: Windowed, axis: int, x: torch.Tensor, input: Shape) -> torch.Tensor:
    kernel, stride, dilation = (
        sizes[axis] for sizes in (layer.kernel_size, layer.stride, layer.dilation)
    )
    before, after = list(layer.ends(input))[axis]
    weight = torch.full((1, 1, kernel), 1 / kernel, dtype=torch.float64)
    if layer.transposed:
        more: Any = getattr(layer, "output_padding", 0)
        return functional.conv_transpose1d(
            x, weight, stride=stride, padding=before, output_padding=more[axis], dilation=dilation
        )
    if layer.ceil_mode:
        extent = x.shape[-1] + before + after
        covers = dilation * (kernel - 1) + 1
        count = -(-(extent - covers) // stride) + 1
        if (count - 1) * stride >= x.shape[-1] + before:
            count -= 1
        after += max(0, (count - 1) * stride + covers - extent)
    padded = functional.pad(x, (before, after))
    return functional.conv1d(padded, weight, stride=stride, dilation=dilation)


def _resampled(node: InferredLayer, axis: int, x: torch.Tensor) -> torch.Tensor:
    layer: Any = node.layer
    mode = LINEAR.get(layer.mode, layer.mode)
    if layer.mode == "bicubic":
        raise CannotRunError(node.type)
    aligned = bool(layer.align_corners) if mode == "linear" else None
    size = node.output.spatial[axis]
    return functional.interpolate(x, size=size, mode=mode, align_corners=aligned)
