"""Record what PyTorch runs for each of torchvision's networks, layer by layer.

    pip install torch torchvision
    python tests/pytorch/record_torchvision.py [--device cpu] [MODEL ...]

Writes one `models/MODEL.json.gz` a model beside this file (the README there says what is in
it), and prints its totals. No weights are downloaded. The shapes and counts do not depend on the
device: `meta`, the default, computes shapes without data; `cpu` runs the network for real. The
largest, regnet_y_128gf, takes 3 GB either way.
"""

# torch and torchvision are no dependencies of the project
# mypy: disable-error-code="import-not-found, import-untyped, misc"
from __future__ import annotations

import argparse
import gzip
import inspect
import json
from pathlib import Path
from typing import Any

import torch
import torchvision
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

FOLDER = Path(__file__).resolve().parent / "models"
NOT_RECORDED = ("maxvit",)
WHOLE = (torch.nn.MultiheadAttention,)
"""The classes of PyTorch that are one layer here, though they have modules inside."""

WITH_AUXILIARY_HEADS = ("googlenet", "inception_v3")

SIZES = {
    "fcn_resnet50": ("520x520", "421x333"),
    "fcn_resnet101": ("520x520", "421x333"),
    "deeplabv3_resnet50": ("520x520", "421x333"),
    "deeplabv3_resnet101": ("520x520", "421x333"),
    "deeplabv3_mobilenet_v3_large": ("520x520", "421x333"),
    "lraspp_mobilenet_v3_large": ("520x520", "421x333"),
    "r3d_18": ("16x112x112", "13x101x87"),
    "mc3_18": ("16x112x112", "13x101x87"),
    "r2plus1d_18": ("16x112x112", "13x101x87"),
    "s3d": ("16x224x224", "19x229x241"),
    "fasterrcnn_resnet50_fpn": ("800x800", "607x411"),
    "fasterrcnn_resnet50_fpn_v2": ("800x800", "607x411"),
    "fasterrcnn_mobilenet_v3_large_fpn": ("800x800", "607x411"),
    "fasterrcnn_mobilenet_v3_large_320_fpn": ("320x320", "283x411"),
    "retinanet_resnet50_fpn": ("800x800", "607x411"),
    "retinanet_resnet50_fpn_v2": ("800x800", "607x411"),
    "fcos_resnet50_fpn": ("800x800", "607x411"),
    "ssd300_vgg16": ("300x300", "337x351"),
    "ssdlite320_mobilenet_v3_large": ("320x320", "283x411"),
}
"""The sizes of the networks beyond classification: the published one, and an odd one."""

OTHER_SIZES = {
    **dict.fromkeys(("vit_b_16", "vit_b_32", "vit_l_16", "vit_l_32"), "384x384"),
    "vit_h_14": "518x518",
    **dict.fromkeys(("swin_t", "swin_s", "swin_b"), "215x301"),
    **dict.fromkeys(("swin_v2_t", "swin_v2_s", "swin_v2_b"), "215x301"),
}
"""Another size of transformers: one that a ViT is built for, with as many positions, and an odd one
that Swin pads to whole windows."""


class Detector(torch.nn.Module):
    """The backbone of a detector and the heads on its maps, without what picks the boxes."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.backbone = model.backbone
        self.head = model.rpn.head if hasattr(model, "rpn") else model.head

    def forward(self, image: Any) -> Any:
        """What the heads say of the maps."""
        return self.head(list(self.backbone(image).values()))


def record_names() -> list[str]:
    """The name of every record: each model, those with their auxiliary heads, and `NAME@SIZE` for
    another size."""
    names = [
        name
        for name in torchvision.models.list_models(module=torchvision.models)
        if not name.startswith(NOT_RECORDED)
    ]
    for name in WITH_AUXILIARY_HEADS:
        names += [f"{name}_aux", f"{name}_aux_run"]
    for name, (_, odd) in SIZES.items():
        names += [name, f"{name}@{odd}"]
    names += [f"{name}@{other}" for name, other in OTHER_SIZES.items()]
    return sorted(names)


def size_of(name: str) -> list[int]:
    """The size of the images that the model's published default weights take; of a ViT the one
    that it is built for."""
    if name in SIZES:
        return [int(size) for size in SIZES[name][0].split("x")]
    if name.startswith("vit"):
        return [224, 224]
    weights = torchvision.models.get_model_weights(name).DEFAULT
    return [int(weights.transforms.keywords["crop_size"])] * 2


def build(record_name: str) -> tuple[torch.nn.Module, list[int]]:
    """The model in eval mode, and the size of its images.

    `X_aux` has the auxiliary heads built, `X_aux_run` has them run as well: they run where the
    model itself, but none of its layers, is in training mode.
    """
    whole, _, size = record_name.partition("@")
    name = whole.removesuffix("_run").removesuffix("_aux")
    arguments: dict[str, Any] = {}
    if name in WITH_AUXILIARY_HEADS:
        arguments = {"aux_logits": record_name != name, "init_weights": False}
    if name in SIZES and len(size_of(name)) == 2:
        arguments = {"weights_backbone": None}
    images = [int(part) for part in size.split("x")] if size else size_of(name)
    if name.startswith("vit"):
        arguments = {"image_size": images[0]}
    model = torchvision.models.get_model(name, weights=None, **arguments).eval()
    if hasattr(model, "roi_heads") or hasattr(model, "anchor_generator"):
        model = Detector(model).eval()
    model.training = record_name.endswith("_run")
    return model, images


def shapes(value: Any) -> list[list[int]]:
    """The shapes of the tensors in a layer's inputs or outputs, without the batch."""
    if isinstance(value, torch.Tensor):
        return [list(value.shape[1:])]
    if isinstance(value, dict):
        value = value.values()
    return [shape for item in value if not isinstance(item, str | None) for shape in shapes(item)]


def class_of(module: torch.nn.Module) -> Any:
    """The class of a layer: PyTorch's own, where one of torchvision's only fixes its arguments."""
    found: Any = type(module)
    while not found.__module__.startswith("torch.nn") and "forward" not in vars(found):
        found = found.__base__
    return found


def arguments_of(module: torch.nn.Module) -> dict[str, Any]:
    """The constructor arguments of a layer, as the layer holds them."""
    found: dict[str, Any] = {}
    for argument in inspect.signature(class_of(module).__init__).parameters:
        value = getattr(module, argument, None)
        if argument == "bias":
            held = "in_proj_bias" if isinstance(module, WHOLE) else "bias"
            found[argument] = getattr(module, held, None) is not None
        elif hasattr(module, argument) and not callable(value):
            found[argument] = list(value) if isinstance(value, tuple) else value
    return found


def layers_of(model: torch.nn.Module) -> dict[str, torch.nn.Module]:
    """The modules that are layers, by name: those without children, and attention as a whole."""
    whole = [name for name, module in model.named_modules() if isinstance(module, WHOLE)]
    return {
        name: module
        for name, module in model.named_modules()
        if name in whole
        or not (any(module.children()) or name.startswith(tuple(f"{each}." for each in whole)))
    }


class FunctionsWithWeights(torch.overrides.TorchFunctionMode):
    """Reports calls of F.linear with the weight of a layer that does not run itself, as Swin's
    attention has them.

    layers: by the identity of their weights. before, after: called around each such call.
    """

    def __init__(self, layers: dict[int, str], before: Any, after: Any) -> None:
        super().__init__()
        self.layers = layers
        self.before = before
        self.after = after

    def __torch_function__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        is_linear = function is torch.nn.functional.linear
        name = self.layers.get(id(args[1])) if is_linear else None
        if name is None or not self.before(name):
            return function(*args, **(kwargs or {}))
        output = function(*args, **(kwargs or {}))
        self.after(name, args[0], output)
        return output


def record(record_name: str, device: str) -> dict[str, Any]:
    """Run a model once on one image and write down every call of a module without children."""
    model, size = build(record_name)
    model.to(device)
    leaves = layers_of(model)
    layers: list[dict[str, Any]] = []
    counter = FlopCounterMode(display=False)
    flops_before: list[int] = []

    def before(module: torch.nn.Module, inputs: Any) -> None:
        flops_before.append(counter.get_total_flops())

    def before_function(name: str) -> bool:
        if flops_before:
            return False  # its module runs, and is recorded
        before(leaves[name], ())
        return True

    def after_function(name: str, input: Any, output: Any) -> None:
        # its first axis are the windows of the one image
        after(name, leaves[name], input[None], output[None])

    def after(name: str, module: torch.nn.Module, inputs: Any, output: Any) -> None:
        macs = (counter.get_total_flops() - flops_before.pop()) // 2
        layers.append(
            {
                "name": name,
                "type": class_of(module).__name__,
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
    image = torch.zeros(1, 3, *size, device=device)
    by_weight = {
        id(module.weight): name
        for name, module in leaves.items()
        if isinstance(module, torch.nn.Linear)
    }
    functions = FunctionsWithWeights(by_weight, before_function, after_function)
    # the other kernels of attention are no matrix products to the counter
    with torch.no_grad(), sdpa_kernel(SDPBackend.MATH), functions, counter:
        output = model(image)

    params = sum(parameter.numel() for parameter in model.parameters())
    owned = sum(p.numel() for module in leaves.values() for p in module.parameters())
    inside = {id(buffer) for module in leaves.values() for buffer in module.buffers()}
    outside = sum(buffer.numel() for buffer in model.buffers() if id(buffer) not in inside)
    return {
        "model": record_name,
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "input": [3, *size],
        "outputs": shapes(output),
        "params": params,
        "macs": counter.get_total_flops() // 2,
        "params_outside_layers": params - owned,
        **({"buffers_outside_layers": outside} if outside else {}),
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
