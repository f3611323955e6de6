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
import draw_specs
import pytest
import torch
import torch_layers
import torch_networks
import torch_windows
from examples import examples
from hypothesis import assume, given
from hypothesis import strategies as st

import shapecalc
from shapecalc.analysis.receptive_field import Interval, paths
from shapecalc.layers import FAMILIES, find_type
from shapecalc.problems.problem import Refusal
from shapecalc.shapes.shape import Shape

WINDOWS = (
    *("Conv", "ConvTranspose", "LocallyConnected", "AvgPool", "AdaptiveAvgPool", "LPPool"),
    *("Upsample", "PixelShuffle", "Linear"),
)
PADDINGS = ("ZeroPad", "ReflectionPad")
JOINS = ("Concat", "Add", "Multiply")
CUTS = ("Slice", "Chunk", "Transpose", "Roll")

OUTPUTS = 24
"""The output positions that are compared, at most."""


def transparent(
    type: str, fields: dict[str, Any], inputs: Sequence[torch.Tensor]
) -> torch_layers.Ran:
    """A layer run so that no gradient is lost on the way from an output to its inputs."""
    stem = torch_windows.stem(type)
    if stem == "MaxPool":
        type = type.replace("Max", "Avg")
    elif stem == "MaxUnpool":  # wherever in its window each number is put
        fields = {**fields, "out_channels": inputs[0].shape[1], "groups": inputs[0].shape[1]}
        fields.setdefault("stride", fields["kernel_size"])
        type = type.replace("MaxUnpool", "ConvTranspose")
    elif stem not in WINDOWS + PADDINGS + JOINS + CUTS:
        return torch_layers.Ran(torch.nn.Identity(), list(inputs), 0)
    module = torch_layers.build(type, fields, inputs).double()
    for name, parameter in module.named_parameters():
        torch.nn.init.constant_(parameter, 0.0 if name.endswith("bias") else 1.0)
    given = [input.movedim(1, -1) for input in inputs] if type == "Linear" else inputs
    output = module(*given)
    if isinstance(output, tuple):
        return torch_layers.Ran(module, list(output), 0)
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


SHARES = ("Softmax", "Softmin", "LogSoftmax")

ALONG_AXES = [
    *(
        name
        for family in ("splitting", "reordering", "reducing", "joining")
        for name in FAMILIES[family].split()
    ),
    "GLU",
    *SHARES,
]
"""The types that work along axes, each of which sees some positions or others."""

LIKE = {"Amax": "Sum", "Maximum": "Add"}
"""Types in whose place others are run, which have a gradient everywhere."""

CASES = 60
"""The layers of each type that are tried."""


def seen_by(
    inputs: Sequence[torch.Tensor], output: torch.Tensor, place: Sequence[int]
) -> list[list[set[int]]]:
    """The positions of each input that an output pixel sees, along each axis."""
    pixel = output[(0, slice(None), *place)]
    weighted = (pixel * torch.rand_like(pixel)).sum()
    gradients = torch.autograd.grad(weighted, inputs, retain_graph=True, materialize_grads=True)
    found = []
    for gradient in gradients:
        seen = gradient[0].abs().sum(dim=0) > 0
        positions = seen.nonzero().T.tolist() if seen.dim() else []
        found.append([set(along) for along in positions])
    return found


@pytest.mark.filterwarnings("ignore:Implicit dimension choice")
@pytest.mark.parametrize("name", ALONG_AXES)
def test_a_layer_along_axes_sees_what_its_gradients_reach(name: str) -> None:
    torch.manual_seed(0)
    random = Random(name)
    found = find_type(name)
    assert found is not None
    known = tried = 0
    while tried < CASES:
        case = draw_specs.draw(name, found.fields, random)
        inputs = tuple(map(Shape.from_chw, case.inputs))
        try:
            layer = found.make(
                {key: found.fields[key].read(v, 0) for key, v in case.fields.items()}
            )
            outputs = layer.infer(inputs)
        except (Refusal, KeyError):  # what is drawn is wrong at times
            continue
        if name in SHARES and 1 in inputs[0]:
            continue  # the one share of an axis is always 1
        tried += 1
        given = [
            torch.rand(2, *shape, dtype=torch.float64, requires_grad=True) for shape in case.inputs
        ]
        made = torch_layers.build(LIKE.get(name, name), case.fields, given)(*given)
        results = list(made) if isinstance(made, tuple) else [made]
        for output, result, seen in zip(
            outputs, results, layer.footprints(inputs, outputs), strict=True
        ):
            place = [random.randrange(size) for size in output.spatial]
            reached = seen_by(given, result, place)
            for axes, along in zip(seen, reached, strict=True):
                if axes is None:
                    continue
                known += 1
                at = place or [0] * len(axes)
                ours = [set(axis.seen(position)) for axis, position in zip(axes, at, strict=True)]
                assert ours == along, case
    assert known or name in ("Stack", "SlidingWindow")


WINDOWED = (
    *("Conv", "ConvTranspose", "LocallyConnected", "AvgPool", "AdaptiveAvgPool"),
    *("ZeroPad", "MaxUnpool"),
)
"""Types, without the number in their names, whose windows see the same inside as at the ends."""

LED = [
    name
    for names in FAMILIES.values()
    for name in names.split()
    if torch_windows.stem(name) in WINDOWED
]


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize("name", LED)
def test_a_layer_with_leading_axes_sees_what_its_gradients_reach(name: str) -> None:
    random = Random(name)
    found = find_type(name)
    assert found is not None
    tried = 0
    while tried < CASES:
        case = draw_specs.led(draw_specs.drawn(name, random), random)
        fields = case.fields
        plain = fields.get("padding_mode", "zeros") == "zeros"
        sized = ("output_size" in fields) == name.startswith("Adaptive")
        if not (fields["leading"] and plain and sized):
            continue
        inputs = tuple(map(Shape.from_chw, case.inputs))
        try:
            layer = found.make(
                {key: found.fields[key].read(v, found.rank) for key, v in case.fields.items()}
            )
            (output,) = layer.infer(inputs)
        except (Refusal, KeyError):  # what is drawn is wrong at times
            continue
        tried += 1
        image = ones(2, *case.inputs[0])
        ran = transparent(name, case.fields, [image])
        (axes,) = layer.footprints(inputs, (output,))[0][:1]
        assert axes is not None
        place = [random.randrange(size) for size in output.spatial]
        ours: list[Interval | None] = []
        for axis, position, extent in zip(axes, place, inputs[0].spatial, strict=True):
            seen = [each for each in axis.seen(position) if 0 <= each < extent]
            ours.append((seen[0], seen[-1]) if seen else None)
        if None in ours:  # what sees nothing along one axis sees nothing at all
            ours = [None] * len(ours)
        assert ours == intervals_at(image, ran.outputs[0], place), case
