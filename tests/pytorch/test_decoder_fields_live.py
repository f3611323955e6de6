"""Receptive fields of bundled networks with decoders, held to back-propagation along each axis."""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found, no-any-unimported"
from __future__ import annotations

import one_axis
import pytest
import torch

import shapecalc
from shapecalc.analysis.receptive_field import paths

DECODERS = {
    "fcn_resnet50": "3072x3072x3",
    "fcn_resnet101": "5120x5120x3",
    "fcn8s": "2048x2048x3",
    "unet": "1084x1084x1",
    "unetpp": "1024x1024x3",
    "vnet": "1024x1024x1024x1",
    "hrnet_w18": "8192x8192x3",
    "ssd300_vgg16": "4800x4800x3",
    "yolov3-tiny": "2048x2048x3",
    "pix2pix": "2048x2048x3",
    "espcn": "64x64x1",
    "srgan": "512x512x3",
    "retinanet_resnet50_fpn": "8192x8192x3",
    "fasterrcnn_resnet50_fpn": "4096x4096x3",
    "yolov3": "4096x4096x3",
    "yolov5s": "2048x2048x3",
}
"""Networks that go down and up again, each with an input that is larger than what it sees."""

POSITIONS = 16
"""The output positions that are compared of each tensor, around its middle."""


def seen(image: torch.Tensor, output: torch.Tensor, place: int) -> tuple[int, int] | None:
    (gradient,) = torch.autograd.grad(output[0, 0, place], image, retain_graph=True)
    assert gradient.isfinite().all()
    positions = gradient[0, 0].nonzero().flatten()
    return (int(positions[0]), int(positions[-1])) if len(positions) else None


@pytest.mark.parametrize("name", DECODERS)
def test_fields_are_what_gradients_reach(name: str) -> None:
    summary = shapecalc.load(name).summary(input=DECODERS[name])
    (only,) = summary.input_tensors
    rank = len(summary.input.spatial)
    ends = [end for end in summary.results.values() if len(end.shape.spatial) == rank]
    if not ends:  # of a classifier, what comes before its head
        maps = [node for node in summary.operations() if min(node.output.spatial, default=1) > 1]
        ends = [tensor for node in maps[-8:] for tensor in node.tensors]
    runs = [one_axis.run(summary, axis) for axis in range(rank)]
    compared = 0
    for node, outputs in paths(summary.input_tensors, list(summary.operations())):
        for tensor, ways in zip(node.tensors, outputs, strict=True):
            axes = ways.get(only)
            if axes is None or tensor not in ends:
                continue
            for axis, (image, found) in enumerate(runs):
                if tensor not in found:
                    continue
                extent = tensor.shape.spatial[axis]
                middle = range(extent // 2, min(extent, extent // 2 + POSITIONS))
                for place in middle:
                    expected = seen(image, found[tensor], place)
                    if expected is not None:
                        assert expected[0] > 0 and expected[1] < image.shape[-1] - 1, "too small"
                    assert axes[axis].at(place) == expected, f"{node.path} at {place}"
                compared += 1
    assert compared, "nothing was compared"
