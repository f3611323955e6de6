"""Record what PyTorch runs for each of torchvision's convolutional networks, layer by layer.

    pip install torch torchvision
    python tests/pytorch/record_torchvision.py [--device cpu] [MODEL ...]

Writes one `models/MODEL.json.gz` a model beside this file (the README there says what is in
it), and prints its totals. No weights are downloaded. The shapes and counts do not depend on the
device: `meta`, the default, computes shapes without data; `cpu` runs the network for real. The
largest, regnet_y_128gf, takes 3 GB either way.
"""

# torch and torchvision are no dependencies of the project
# mypy: disable-error-code="import-not-found, import-untyped"
from __future__ import annotations

import argparse
import gzip
import inspect
import json
from pathlib import Path
from typing import Any

import torch
import torchvision
from torch.utils.flop_counter import FlopCounterMode

FOLDER = Path(__file__).resolve().parent / "models"
TRANSFORMERS = ("maxvit", "swin", "vit")
WITH_AUXILIARY_HEADS = ("googlenet", "inception_v3")


def record_names() -> list[str]:
    """The name of every record: each convolutional model, and those with their auxiliary heads."""
    names = [
        name
        for name in torchvision.models.list_models(module=torchvision.models)
        if not name.startswith(TRANSFORMERS)
    ]
    for name in WITH_AUXILIARY_HEADS:
        names += [f"{name}_aux", f"{name}_aux_run"]
    return sorted(names)


def resolution(name: str) -> int:
    """Height and width of the images that the model's published default weights take."""
    weights = torchvision.models.get_model_weights(name).DEFAULT
    crop_size = weights.transforms.keywords["crop_size"]
    return int(crop_size)


def build(record_name: str) -> tuple[torch.nn.Module, int]:
    """The model in eval mode, and its resolution.

    `X_aux` has the auxiliary heads built, `X_aux_run` has them run as well: they run where the
    model itself, but none of its layers, is in training mode.
    """
    name = record_name.removesuffix("_run").removesuffix("_aux")
    arguments: dict[str, Any] = {}
    if name in WITH_AUXILIARY_HEADS:
        arguments = {"aux_logits": record_name != name, "init_weights": False}
    model = torchvision.models.get_model(name, weights=None, **arguments).eval()
    model.training = record_name.endswith("_run")
    return model, resolution(name)


def shapes(value: Any) -> list[list[int]]:
    """The shapes of the tensors in a layer's inputs or outputs, without the batch."""
    if isinstance(value, torch.Tensor):
        return [list(value.shape[1:])]
    return [shape for item in value if item is not None for shape in shapes(item)]


def arguments_of(module: torch.nn.Module) -> dict[str, Any]:
    """The constructor arguments of a layer, as the layer holds them."""
    found: dict[str, Any] = {}
    for argument in inspect.signature(type(module).__init__).parameters:
        value = getattr(module, argument, None)
        if argument == "bias":
            found[argument] = value is not None
        elif hasattr(module, argument) and not callable(value):
            found[argument] = list(value) if isinstance(value, tuple) else value
    return found


def record(record_name: str, device: str) -> dict[str, Any]:
    """Run a model once on one image and write down every call of a module without children."""
    model, size = build(record_name)
    model.to(device)
    leaves = {name: module for name, module in model.named_modules() if not any(module.children())}
    layers: list[dict[str, Any]] = []
    counter = FlopCounterMode(display=False)
    flops_before: list[int] = []

    def before(module: torch.nn.Module, inputs: Any) -> None:
        flops_before.append(counter.get_total_flops())

    def after(name: str, module: torch.nn.Module, inputs: Any, output: Any) -> None:
        macs = (counter.get_total_flops() - flops_before.pop()) // 2
        layers.append(
            {
                "name": name,
                "type": type(module).__name__,
                "in": shapes(inputs),
                "out": shapes(output),
                "params": sum(parameter.numel() for parameter in module.parameters()),
                "buffers": sum(buffer.numel() for buffer in module.buffers()),
                **({"macs": macs} if macs else {}),
                "arguments": arguments_of(module),
            }
        )

    for name, module in leaves.items():
        module.register_forward_pre_hook(before)
        module.register_forward_hook(
            lambda module, inputs, output, name=name: after(name, module, inputs, output)
        )
    image = torch.zeros(1, 3, size, size, device=device)
    with torch.no_grad(), counter:
        output = model(image)

    params = sum(parameter.numel() for parameter in model.parameters())
    owned = sum(p.numel() for module in leaves.values() for p in module.parameters())
    return {
        "model": record_name,
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "input": [3, size, size],
        "outputs": shapes(output),
        "params": params,
        "macs": counter.get_total_flops() // 2,
        "params_outside_layers": params - owned,
        "layers": layers,
    }


def text_of(content: dict[str, Any]) -> str:
    """The record as JSON with one layer a line."""
    head = json.dumps({key: value for key, value in content.items() if key != "layers"})
    lines = ",\n".join(" " + json.dumps(layer) for layer in content["layers"])
    return f'{head[:-1]}, "layers": [\n{lines}\n]}}\n'


def main() -> None:
    """Record the named models, or all of them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("models", nargs="*", metavar="MODEL", help="records to make (default: all)")
    parser.add_argument("--device", default="meta", choices=("meta", "cpu"))
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where to write them")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for name in options.models or record_names():
        content = record(name, options.device)
        # mtime 0 and no file name: the same record is the same file, byte for byte
        data = gzip.compress(text_of(content).encode(), compresslevel=9, mtime=0)
        (options.folder / f"{name}.json.gz").write_bytes(data)
        size = "x".join(map(str, content["input"]))
        totals = (name, size, content["params"], content["macs"], len(content["layers"]))
        print(*totals, sep=",", flush=True)


if __name__ == "__main__":
    main()
