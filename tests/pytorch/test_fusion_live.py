"""What is fused, against PyTorch: layers in place and as views, and norms folded into weights."""

# torch is no dependency of the project
# mypy: disable-error-code="import-not-found, no-any-unimported"
from __future__ import annotations

from collections.abc import Iterator
from random import Random

import draw_specs
import pytest
import torch
import torch_layers
from torch.nn.utils import fusion

import shapecalc
from shapecalc import layers
from shapecalc.layers.base import Layer
from shapecalc.shapes.shape import Shape

CASES = 12
"""The layers of each type that are tried."""

PLACES = 8
"""The numbers of an input that are changed, one at a time."""


def accepted(name: str) -> Iterator[tuple[Layer, draw_specs.Case, torch_layers.Ran]]:
    """Drawn layers of a type that both run, with their inputs, always the same ones."""
    type = layers.find_type(name)
    assert type is not None
    random = Random(name)
    found = 0
    while found < CASES:
        case = draw_specs.draw(name, type.fields, random)
        inputs = tuple(map(Shape.from_chw, case.inputs))
        try:
            layer = type.make(
                {key: type.fields[key].read(v, type.rank) for key, v in case.fields.items()}
            )
            layer.infer(inputs)
            ran = torch_layers.run(
                name, case.fields, [torch.zeros(2, *shape) for shape in case.inputs]
            )
        except Exception:  # what is drawn is wrong at times, and PyTorch raises many kinds
            continue
        found += 1
        yield layer, case, ran


def output_of(
    case: draw_specs.Case, module: torch.nn.Module, given: list[torch.Tensor]
) -> torch.Tensor:
    """The first output of a layer."""
    last = torch_layers.channels_last(case.type, case.fields)
    output = module(*(tensor.movedim(1, -1) if last else tensor for tensor in given))
    first = output[0] if isinstance(output, tuple | list) else output
    return (first.movedim(-1, 1) if last else first).clone(memory_format=torch.contiguous_format)


def elementwise(case: draw_specs.Case, module: torch.nn.Module) -> bool:
    """Whether a change of a number of the first input changes but the number in its place."""
    given = [torch.randn(2, *shape) for shape in case.inputs]
    before = output_of(case, module, [each.clone() for each in given])
    if before.shape != given[0].shape:
        return False
    for place in range(0, given[0].numel(), -(-given[0].numel() // PLACES)):
        changed = [each.clone() for each in given]
        changed[0].view(-1)[place] += 3
        after = output_of(case, module, changed)
        differs = (after != before) & ~(after.isnan() & before.isnan())
        differs.view(-1)[place] = False
        if differs.any():
            return False
    return True


def shows(case: draw_specs.Case, module: torch.nn.Module) -> bool:
    """Whether the output is the numbers of the input, in their order."""
    given = [torch.randn(2, *shape) for shape in case.inputs]
    output = output_of(case, module, [each.clone() for each in given])
    same: bool = torch.equal(output.reshape(-1), given[0].reshape(-1))
    return same


LEFT_OUT = ("Embedding", "IndexSelect", "Parameter", "Buffer", "Custom")
"""Types without numbers to change: they take indices, or nothing, or are nothing that PyTorch
runs."""


@pytest.mark.parametrize("name", [name for name in layers.type_names() if name not in LEFT_OUT])
def test_what_is_fused_is_what_pytorch_computes_in_place(name: str) -> None:
    torch.manual_seed(0)
    fused = []
    for layer, case, ran in accepted(name):
        module = ran.module.eval()
        kind = layer.fusion()
        if kind == "view":
            assert shows(case, module), case
        elif kind is not None and len({tuple(shape) for shape in case.inputs}) == 1:
            assert elementwise(case, module), case
        elif kind is None:
            fused.append(elementwise(case, module) or shows(case, module))
    assert not fused or not all(fused)  # nothing is left out that could be fused


FOLDED = (
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
    "Linear",
)


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("name", FOLDED)
def test_a_norm_is_folded_as_pytorch_folds_it(name: str, bias: bool) -> None:
    axes = 0 if name == "Linear" else int(name[-2])
    width = "out_features: 6" if name == "Linear" else "out_channels: 6, kernel_size: 3"
    norm = f"BatchNorm{max(axes, 1)}d"
    sizes = "x".join(["8"] * axes + ["4"])
    text = f"""
input: {sizes}
layers:
  - {{type: {name}, {width}, bias: {str(bias).lower()}}}
  - {{type: {norm}}}
"""
    summary = shapecalc.loads(text).summary(dtype="int8", fuse=True)
    if name == "Linear":
        layer = torch.nn.Linear(4, 6, bias=bias).eval()
        fused = fusion.fuse_linear_bn_eval(layer, torch.nn.BatchNorm1d(6).eval())
    else:
        layer = getattr(torch.nn, name)(4, 6, 3, bias=bias).eval()
        after = getattr(torch.nn, norm)(6).eval()
        fused = fusion.fuse_conv_bn_eval(layer, after, transpose=name.startswith("ConvT"))
    assert summary.weights == sum(each.numel() for each in fused.parameters())
