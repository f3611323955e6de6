"""Receptive fields against PyTorch, live: gradients of single output pixels in random networks.

All weights are 1, norms and activations hand their input on, and max pools are average pools, so
that an input position has a gradient where the output depends on it. Output positions around the
middle are compared one by one, since behind upsampling neighbours see differently many: the
stride, the mean distance of their intervals, is that of a whole period of them.

EXAMPLES=100 in the environment tries a hundred times as many examples.
"""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found, no-any-unimported"
from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import islice
from random import Random
from typing import Any

import draw_fields
import pytest
import torch
import torch_layers
import torch_networks
from examples import examples
from hypothesis import assume, given
from hypothesis import strategies as st

import shapecalc
from shapecalc.analysis.receptive_field import Interval, paths

WINDOWS = ("Conv", "ConvTranspose", "AvgPool", "LPPool", "Upsample", "PixelShuffle", "Linear")
PADDINGS = ("ZeroPad", "ReflectionPad")
JOINS = ("Concat", "Add", "Multiply")

OUTPUTS = 24
"""The output positions that are compared, at most."""


def transparent(
    type: str, fields: dict[str, Any], inputs: Sequence[torch.Tensor]
) -> torch_layers.Ran:
    """A layer run so that no gradient is lost on the way from an output to its inputs."""
    stem = torch_layers.stem(type)
    if stem == "MaxPool":
        type = type.replace("Max", "Avg")
    elif stem not in WINDOWS + PADDINGS + JOINS:
        return torch_layers.Ran(torch.nn.Identity(), list(inputs), 0)
    module = torch_layers.build(type, fields, inputs).double()
    for name, parameter in module.named_parameters():
        torch.nn.init.constant_(parameter, 0.0 if name.endswith("bias") else 1.0)
    given = [input.movedim(1, -1) for input in inputs] if type == "Linear" else inputs
    output = module(*given)
    return torch_layers.Ran(module, [output.movedim(-1, 1) if type == "Linear" else output], 0)


def ones(*sizes: int) -> torch.Tensor:
    """An input whose gradient is wanted. Double precision: there may be many paths."""
    return torch.ones(*sizes, dtype=torch.float64, requires_grad=True)


def intervals_at(
    image: torch.Tensor, output: torch.Tensor, place: Sequence[int]
) -> list[Interval | None]:
    """What an output pixel sees of the image along each axis."""
    pixel = output[(0, slice(None), *place)].sum()
    (gradient,) = torch.autograd.grad(pixel, image, retain_graph=True)
    assert gradient.isfinite().all()
    seen = gradient[0].abs().sum(dim=0) > 0
    intervals: list[Interval | None] = []
    for axis in range(seen.dim()):
        others = [other for other in range(seen.dim()) if other != axis]
        positions = (seen.any(dim=others) if others else seen).nonzero().flatten()
        intervals.append((int(positions[0]), int(positions[-1])) if len(positions) else None)
    return intervals


@pytest.mark.parametrize("upsampling", [False, True], ids=["down", "up"])
@examples(150)
@given(random=st.randoms(use_true_random=True))
def test_gradients_reach_as_far(upsampling: bool, random: Random) -> None:
    spec = draw_fields.network(random, upsampling)
    text = json.dumps(spec)
    summary = shapecalc.loads(text).summary()
    (result,) = summary.results.values()
    seen = {
        tensor: each
        for node, outputs in paths(summary.input_tensors, list(summary.operations()))
        for tensor, each in zip(node.tensors, outputs, strict=True)
    }
    axes = seen[result]["input"] if result in seen else None
    assume(axes is not None)
    assert axes is not None
    network = torch_networks.run(spec, layer=transparent, tensor=ones, batch=1)
    (image,), (output,) = network.inputs, network.outputs
    extents = image.shape[2:]
    fits = all(3 * axis.field.size < extent for axis, extent in zip(axes, extents, strict=True))
    assume(fits)  # nothing in the middle of the output sees an end of the input then
    thirds = [range(extent // 3, extent - extent // 3) for extent in output.shape[2:]]
    for place in islice(zip(*thirds, strict=False), OUTPUTS):
        ours = [axis.at(position) for axis, position in zip(axes, place, strict=True)]
        if None in ours:  # what sees nothing along one axis sees nothing at all
            ours = [None] * len(ours)
        assert ours == intervals_at(image, output, place), text
