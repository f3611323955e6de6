"""Measure receptive fields by back-propagating single output pixels through networks of ones.

    pip install torch torchvision
    python tests/pytorch/record_receptive_fields.py

Writes `receptive_fields.json` beside this file (the README there says what is in it).

A network from torchvision is run as it is, but for what would hide a pixel that the output can
see: every weight is 1 and every bias 0, norms and activations hand their input on, and max pools
become average pools of the same geometry. Nothing is negative then, nothing cancels, and an input
pixel has a gradient exactly where it is in the field.
"""

# torch and torchvision are no dependencies of the project
# mypy: disable-error-code="import-not-found, import-untyped, misc, no-any-unimported"
from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import torch
import torchvision
from torch.overrides import TorchFunctionMode

FILE = Path(__file__).resolve().parent / "receptive_fields.json"

# Each model with an input that its widest field fits into, with four of its strides to spare.
INPUT_SIZES = {
    "alexnet": 323,
    "vgg16": 340,
    "resnet18": 563,
    "resnet50": 555,
    "googlenet": 507,
    "inception_v3": 1439,
    "mobilenet_v2": 619,
}
# What stands behind the last spatial layer: a global pool sees everything, however large the input.
HEADS = ("avgpool", "dropout", "fc", "classifier")

Field = tuple[int, int]  # the first input pixel of an axis that is seen, and how many are


class Transparent(TorchFunctionMode):
    """Runs a network so that no gradient is lost on the way from an output pixel to the input."""

    HAND_ON = (
        torch.nn.functional.batch_norm,
        torch.nn.functional.relu,
        torch.nn.functional.hardtanh,  # what ReLU6 runs
    )

    def __torch_function__(
        self,
        function: Callable[..., Any],
        types: Iterable[type],
        arguments: tuple[Any, ...] = (),
        keywords: dict[str, Any] | None = None,
    ) -> Any:
        if function in self.HAND_ON:
            return arguments[0]
        if function is torch.nn.functional.max_pool2d:
            return average_pool(*arguments, **(keywords or {}))
        return function(*arguments, **(keywords or {}))


def average_pool(
    features: torch.Tensor,
    kernel_size: int,
    stride: int | None = None,
    padding: int = 0,
    dilation: int = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> torch.Tensor:
    """The average over each window of a max pool, which every pixel of the window takes part in."""
    assert dilation == 1 and not return_indices
    pool = torch.nn.functional.avg_pool2d
    return pool(features, kernel_size, stride, padding, ceil_mode)


def network_of_ones(name: str) -> torch.nn.Module:
    """A model of torchvision in eval mode, without auxiliary heads, with all weights 1."""
    arguments: dict[str, Any] = {}
    if name in ("googlenet", "inception_v3"):
        arguments = {"aux_logits": False, "init_weights": False}
    with torch.device("meta"):
        model: torch.nn.Module = torchvision.models.get_model(name, weights=None, **arguments)
    # double precision: the gradients of deep networks of ones reach 10**150
    model.eval().double().to_empty(device="cpu").requires_grad_(False)
    for parameter_name, parameter in model.named_parameters():
        torch.nn.init.constant_(parameter, 0.0 if parameter_name.endswith("bias") else 1.0)
    return model


def endpoints(model: torch.nn.Module) -> dict[str, torch.nn.Module]:
    """The parts of a model after which its field is measured, by name: stages and lone layers.

    `features` is opened, since there some networks keep everything. Norms and activations are left
    out: a field does not change there.
    """
    found: dict[str, torch.nn.Module] = {}
    for name, module in model.named_children():
        if name == "features":
            found.update((f"features.{child}", part) for child, part in module.named_children())
        elif not name.startswith(HEADS):
            found[name] = module
    unchanged = (torch.nn.BatchNorm2d, torch.nn.ReLU)
    return {name: module for name, module in found.items() if not isinstance(module, unchanged)}


def axis_fields(gradient: torch.Tensor) -> list[Field]:
    """Per axis, the extent of what is not zero in a gradient of shape (channels, height, width)."""
    assert gradient.isfinite().all()
    seen = gradient.abs().sum(dim=0) > 0
    fields = []
    for axis in (0, 1):
        pixels = seen.any(dim=1 - axis).nonzero().flatten()
        first, last = int(pixels[0]), int(pixels[-1])
        assert first > 0 and last < seen.shape[axis] - 1, "the field is cut off by the input's edge"
        fields.append((first, last - first + 1))
    return fields


def measure(image: torch.Tensor, output: torch.Tensor) -> dict[str, list[int]]:
    """Size, stride and start of the field of one output, each per axis (height, width)."""
    centre = [extent // 2 for extent in output.shape[2:]]

    def fields_at(height: int, width: int) -> list[Field]:
        pixel = output[0, :, height, width].sum()
        (gradient,) = torch.autograd.grad(pixel, image, retain_graph=True)
        return axis_fields(gradient[0])

    here = fields_at(*centre)
    after = fields_at(centre[0] + 1, centre[1] + 1)
    before = fields_at(centre[0] - 1, centre[1] - 1)
    strides = [after[axis][0] - here[axis][0] for axis in (0, 1)]
    assert strides == [here[axis][0] - before[axis][0] for axis in (0, 1)]
    return {
        "size": [here[axis][1] for axis in (0, 1)],
        "stride": strides,
        "start": [here[axis][0] - centre[axis] * strides[axis] for axis in (0, 1)],
    }


def measure_model(name: str) -> list[dict[str, Any]]:
    """The fields at every endpoint of a model."""
    model = network_of_ones(name)
    outputs: dict[str, torch.Tensor] = {}
    for endpoint, module in endpoints(model).items():
        module.register_forward_hook(
            lambda module, inputs, output, endpoint=endpoint: outputs.update({endpoint: output})
        )
    size = INPUT_SIZES[name]
    image = torch.ones(1, 3, size, size, dtype=torch.float64, requires_grad=True)
    with Transparent():
        model(image)
    fields = []
    for endpoint, output in outputs.items():
        fields.append({"model": name, "module": endpoint, **measure(image, output)})
        print(json.dumps(fields[-1]), flush=True)
    return fields


def main() -> None:
    """Measure all models and write the record."""
    fields = [field for name in INPUT_SIZES for field in measure_model(name)]
    lines = ",\n".join(json.dumps(field) for field in fields)
    FILE.write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
