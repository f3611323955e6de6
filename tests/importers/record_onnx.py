"""Export networks and single layers from PyTorch to ONNX, without their weights.

    pip install torch torchvision timm onnx onnxscript onnxruntime
    PYTHONPATH=tests/pytorch python tests/importers/record_onnx.py [NAME ...]

Writes `files/onnx/NAME.onnx.gz` for networks of torchvision, whose layers are recorded in
`tests/pytorch/models/`, and `files/onnx/layers.json.gz`: modules of a few layers as several
exporters and opsets write them, each with the layers that PyTorch runs, `totals.json.gz`: small
networks with what PyTorch counts of them, and `sequences.json.gz`: networks over sequences with
their params and their multiply-accumulates. The shapes of all tensors are put in by
`onnx.shape_inference`, and all but the shortest weights are taken out. Small networks as ONNX
Runtime quantizes them, which has to run them for that, are in `files/onnx/quantized.json.gz`.
"""

# torch, torchvision and onnx are no dependencies of the project
# mypy: disable-error-code="import-not-found, import-untyped, misc, no-any-return"
from __future__ import annotations

import base64
import copy
import gzip
import io
import json
import sys
import warnings
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import onnx
import torch
from onnx_modules import MODULES
from onnx_networks import NETWORKS as SMALL
from onnx_sequences import BATCHES, QUANTIZED, SEQUENCES
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)
from record_torchvision import build
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

FOLDER = Path(__file__).resolve().parent / "files" / "onnx"

NETWORKS = (
    "alexnet",
    "convnext_tiny",
    "deeplabv3_resnet50",
    "densenet201",
    "efficientnet_b0",
    "efficientnet_v2_s",
    "fcn_resnet50",
    "googlenet",
    "inception_v3",
    "lraspp_mobilenet_v3_large",
    "mnasnet1_0",
    "mobilenet_v2",
    "mobilenet_v3_large",
    "r3d_18",
    "regnet_y_400mf",
    "resnet50",
    "resnext50_32x4d",
    "shufflenet_v2_x1_0",
    "squeezenet1_1",
    "vgg16_bn",
)
BY_EXPORT = ("resnet50", "convnext_tiny", "shufflenet_v2_x1_0", "squeezenet1_1")
"""Networks that the exporter built on torch.export writes, too: `NAME.export.onnx.gz`."""

OPEN = ("resnet50", "fcn_resnet50", "shufflenet_v2_x1_0")
"""Networks whose batch, height and width the file leaves open, too: `NAME.open.onnx.gz`."""

LONGEST = 4
"""The most floating-point numbers of a tensor that stay in a file of a network."""

LONGEST_OF_LAYERS = 16
"""The most that stay in one of a few layers: ones and zeros that exporters make up."""


def exported(model: Any, inputs: tuple[Any, ...], how: str, longest: int = LONGEST) -> bytes:
    """A model in ONNX. how: `export`, `open`, or `trace` or `fold` with an opset, of which the
    second computes what is constant."""
    stream = io.BytesIO()
    if how == "export":
        torch.onnx.export(model, inputs, dynamo=True, verbose=False).save(stream)
    elif how == "open":
        axes = {0: "batch", 2: "height", 3: "width"}
        torch.onnx.export(
            model,
            inputs,
            stream,
            dynamo=False,
            input_names=["image"],
            dynamic_axes={"image": axes},
            training=torch.onnx.TrainingMode.PRESERVE,
            do_constant_folding=False,
        )
    else:
        torch.onnx.export(
            model,
            inputs,
            stream,
            dynamo=False,
            opset_version=int(how[5:] if how.startswith("trace") else how[4:]),
            training=torch.onnx.TrainingMode.PRESERVE,
            do_constant_folding=how.startswith("fold"),
        )
    found = onnx.load_from_string(stream.getvalue())
    found = onnx.shape_inference.infer_shapes(found, data_prop=True)
    strip(found.graph, longest)
    return found.SerializeToString()


def strip(graph: Any, longest: int) -> None:
    """Take the weights out of a graph, and what says where in the code its nodes are from."""
    for tensor in graph.initializer:
        elements = 1
        for size in tensor.dims:
            elements *= size
        is_weight = elements > longest and tensor.data_type in (1, 10, 11)
        if is_weight and not is_mask(tensor):
            for field in ("raw_data", "float_data", "double_data", "external_data"):
                tensor.ClearField(field)
            tensor.ClearField("data_location")
    for node in graph.node:
        node.ClearField("doc_string")
        kept = [
            entry
            for entry in node.metadata_props
            if entry.key in ("pkg.torch.onnx.name_scopes", "pkg.onnxscript.rewriter.rule_name")
        ]
        del node.metadata_props[:]
        node.metadata_props.extend(kept)


def is_mask(tensor: Any) -> bool:
    """Whether a tensor hides what others have: zeros, and numbers far below them."""
    if tensor.external_data or not tensor.raw_data:
        return False
    numbers = onnx.numpy_helper.to_array(tensor)
    return bool(((numbers == 0) | (numbers < -1e4)).all())


def fill(model: Any) -> None:
    """Give each weight numbers of its own: exporters merge those that are equal, drop zeros."""
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.uniform_(0.5, 1.5, generator=generator)


def run_layers(model: Any, inputs: tuple[Any, ...]) -> list[list[Any]]:
    """The modules without children in the order in which they run: type, output, params."""
    found: list[list[Any]] = []

    def after(module: Any, inputs: Any, output: Any) -> None:
        params = sum(parameter.numel() for parameter in module.parameters())
        if isinstance(output, torch.Tensor):
            found.append([type(module).__name__, list(output.shape), params])

    for module in model.modules():
        if not any(module.children()):
            module.register_forward_hook(after)
    with torch.no_grad():
        model(*inputs)
    return found


def write(path: Path, data: bytes) -> None:
    """Write a compressed file that is the same whenever it is written."""
    path.write_bytes(gzip.compress(data, 9, mtime=0))
    print(f"{path.name}: {path.stat().st_size:,} bytes")


def files_of(name: str, model: Any, inputs: tuple[Any, ...], ways: Iterable[str]) -> dict[str, str]:
    """A model as exporters write it that can, as texts."""
    files: dict[str, str] = {}
    for how in ways:
        try:
            data = exported(model, inputs, how, LONGEST_OF_LAYERS)
            files[how] = base64.b64encode(data).decode()
        except Exception as error:
            print(f"{name}, {how}: {type(error).__name__}")
    return files


def record_layers() -> None:
    """Record each of the modules as each exporter writes it."""
    content: dict[str, Any] = {}
    for name, (model, inputs) in MODULES.items():
        model.eval()
        fill(model)
        files = files_of(name, model, inputs, ("trace13", "trace17", "trace20", "export"))
        params = sum(parameter.numel() for parameter in model.parameters())
        layers = run_layers(model, inputs)
        content[name] = {"layers": layers, "params": params, "files": files}
    write(FOLDER / "layers.json.gz", json.dumps(content, indent=0).encode())


def totals(model: Any, image: Any) -> tuple[int, int]:
    """The parameters and multiply-accumulates of a model, attention by its formula."""
    counter = FlopCounterMode(display=False)
    with torch.no_grad(), sdpa_kernel(SDPBackend.MATH), counter:
        model(image)
    params = sum(parameter.numel() for parameter in model.parameters())
    return params, counter.get_total_flops() // 2


def record_totals() -> None:
    """Record small networks with what PyTorch counts of them."""
    torch.backends.mha.set_fastpath_enabled(False)
    content: dict[str, Any] = {}
    for name, (model, size) in SMALL.items():
        model.eval().requires_grad_(False)
        fill(model)
        image = torch.zeros(1, 3, size, size)
        params, macs = totals(model, image)
        files = {
            how: exported(model, (image,), how).decode("latin-1") for how in ("trace17", "export")
        }
        content[name] = {"params": params, "macs": macs, "files": files}
        print(f"{name}: {params:,} params, {macs:,} macs")
    text = json.dumps(content, indent=0, ensure_ascii=False)
    write(FOLDER / "totals.json.gz", text.encode())


def counted(model: Any, inputs: tuple[Any, ...]) -> int:
    """The multiply-accumulates that PyTorch counts of a model, all of whose operators it sees where
    nothing is computed."""
    counter = FlopCounterMode(display=False)
    with counter, torch.device("meta"):
        copy.deepcopy(model).to("meta")(*(each.to("meta") for each in inputs))
    return int(counter.get_total_flops()) // 2


def record_sequences() -> None:
    """Record each of the networks over sequences as each exporter writes it."""
    content: dict[str, Any] = {}
    for name, (model, inputs) in SEQUENCES.items():
        model.eval()
        fill(model)
        traced = () if name.startswith("attention to") else ("trace17",)
        files = files_of(name, model, inputs, (*traced, "fold17", "export"))
        params = sum(parameter.numel() for parameter in model.parameters())
        macs = counted(model, inputs) // BATCHES.get(name, 1)
        content[name] = {"params": params, "macs": macs, "files": files}
    write(FOLDER / "sequences.json.gz", json.dumps(content, indent=0).encode())


class Samples(CalibrationDataReader):
    """What a network is run with to find the sizes of its numbers."""

    def __init__(self, path: Path, inputs: tuple[Any, ...]) -> None:
        names = [each.name for each in onnx.load(path).graph.input]
        values = [each.numpy() for each in inputs]
        self._left = [dict(zip(names, values, strict=True))]

    def get_next(self) -> Any:
        """The next inputs; None where there are no more."""
        return self._left.pop() if self._left else None


def quantized(path: Path, inputs: tuple[Any, ...], how: str) -> bytes:
    """A file whose numbers are quantized. how: in `between` its nodes, for each `channel`, in its
    `operators`, or as it `runs`."""
    made = path.with_name(f"{how}.onnx")
    if how == "runs":
        quantize_dynamic(path, made, weight_type=QuantType.QUInt8)
    else:
        form = QuantFormat.QOperator if how == "operators" else QuantFormat.QDQ
        by_channel = how == "channel"
        quantize_static(
            path, made, Samples(path, inputs), quant_format=form, per_channel=by_channel
        )
    return made.read_bytes()


def record_quantized() -> None:
    """Record small networks as ONNX Runtime quantizes them."""
    content: dict[str, Any] = {}
    for name, (model, inputs) in QUANTIZED.items():
        model.eval()
        fill(model)
        files: dict[str, str] = {}
        with TemporaryDirectory() as folder:
            path = Path(folder) / "network.onnx"
            torch.onnx.export(model, inputs, path, dynamo=False, opset_version=17)
            for how in ("between", "channel", "operators", "runs"):
                found = quantized(path, inputs, how)
                if "DynamicQuantizeLSTM" not in str(onnx.load_from_string(found)):
                    files[how] = base64.b64encode(found).decode()
        params = sum(parameter.numel() for parameter in model.parameters())
        content[name] = {"params": params, "macs": counted(model, inputs), "files": files}
    write(FOLDER / "quantized.json.gz", json.dumps(content, indent=0).encode())


def main() -> None:
    """Record the named networks, `layers`, `totals`, `sequences`, `quantized`, or all of them."""
    warnings.simplefilter("ignore")
    names = sys.argv[1:]
    FOLDER.mkdir(exist_ok=True)
    if not names or "layers" in names:
        record_layers()
    if not names or "totals" in names:
        record_totals()
    if not names or "sequences" in names:
        record_sequences()
    if not names or "quantized" in names:
        record_quantized()
    for name in NETWORKS:
        if names and name not in names:
            continue
        model, size = build(name)
        fill(model)
        image = torch.zeros(1, 3, *size)
        write(FOLDER / f"{name}.onnx.gz", exported(model, (image,), "trace17"))
        if name in BY_EXPORT:
            write(FOLDER / f"{name}.export.onnx.gz", exported(model, (image,), "export"))
        if name in OPEN:
            write(FOLDER / f"{name}.open.onnx.gz", exported(model, (image,), "open"))


if __name__ == "__main__":
    main()
