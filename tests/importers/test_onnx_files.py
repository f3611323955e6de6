"""What PyTorch exports to ONNX, read and held to what PyTorch runs: see `record_onnx.py`."""

from __future__ import annotations

import gzip
import json
from base64 import b64decode
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from folders import TOP
from fuzz_onnx import KIND
from running import run

from shapecalc.importers.converting import Imported, convert

FOLDER = Path(__file__).resolve().parent / "files" / "onnx"
RECORDS = TOP / "tests" / "pytorch" / "models"

NETWORKS = sorted(path.name.removesuffix(".onnx.gz") for path in FOLDER.glob("*.onnx.gz"))

LEAST = {"shufflenet_v2_x1_0": 0.6}
"""What of the layers have a shape, in files whose slices it does not follow."""

WITH_A_MARK = {"LayerNorm2d": "LayerNorm"}
"""The types of torchvision that are PyTorch's own of another order of the axes."""


@cache
def record_of(name: str) -> dict[str, Any]:
    """What PyTorch ran of a network."""
    content = gzip.decompress((RECORDS / f"{name.partition('.')[0]}.json.gz").read_bytes())
    found: dict[str, Any] = json.loads(content)
    return found


@cache
def network(name: str) -> Imported:
    """What an exported network is converted to."""
    channels, *spatial = record_of(name)["input"]
    data = gzip.decompress((FOLDER / f"{name}.onnx.gz").read_bytes())
    return convert(KIND, data, name, [*spatial, channels] if ".open" in name else None)


def macs(found: Imported) -> list[int]:
    """The multiply-accumulates of each layer that has some."""
    layers = found.network.layers
    counts = [
        each.layer.macs(tuple(wire.shape for wire in each.inputs), each.outputs) for each in layers
    ]
    return [count for count in counts if count]


@pytest.mark.parametrize("name", [name for name in NETWORKS if ".export" not in name])
def test_each_layer_with_weights_is_pytorchs(name: str) -> None:
    record = record_of(name)
    expected = [
        (WITH_A_MARK.get(layer["type"], layer["type"]), layer["out"][0], layer["params"])
        for layer in record["layers"]
        if layer["params"]
    ]
    found = [
        (layer.layer.type.name, list(layer.outputs[0].chw), layer.params)
        for layer in network(name).network.layers
        if layer.params and layer.layer.type.name != "LayerScale"
    ]
    # a Linear at each position of an image has its channels last in PyTorch
    assert [(type, sorted(shape), params) for type, shape, params in found] == [
        (type, sorted(shape), params) for type, shape, params in expected
    ]
    total = sum(layer.params for layer in network(name).network.layers)
    assert total == record["params"]


@pytest.mark.parametrize("name", NETWORKS)
def test_the_macs_of_each_layer_are_pytorchs(name: str) -> None:
    record = record_of(name)
    expected = [layer["macs"] for layer in record["layers"] if "macs" in layer]
    assert macs(network(name)) == expected
    assert sum(expected) == record["macs"]


@pytest.mark.parametrize("name", NETWORKS)
def test_each_layer_agrees_with_the_shapes_in_the_file(name: str) -> None:
    """With those that `onnx.shape_inference` put in; it knows fewer of an open file."""
    layers = network(name).network.layers
    agreeing = sum(layer.agrees for layer in layers)
    least = 0.3 if ".open" in name else LEAST.get(name, 0.98)
    assert agreeing >= least * len(layers), network(name).agreement


@pytest.mark.parametrize("name", [name for name in NETWORKS if ".export" in name])
def test_norms_that_were_folded_are_said(name: str) -> None:
    norms = {layer["type"] for layer in record_of(name)["layers"]} & {"BatchNorm2d"}
    said = "# Batch norms were folded into convolutions" in network(name).text
    assert said == bool(norms)


TOTALS: dict[str, Any] = json.loads(gzip.decompress((FOLDER / "totals.json.gz").read_bytes()))

FOLDED = {
    "swin v2": 4 * (7 * 7) * 2 * 512,
    "edgenext": (8 * 8) * 64 * 16,
    "xcit": (4 * 4) * 64 * 16,
}
"""The products that an exporter computed when it wrote a file: of each block's table of positions
with the first layer of its perceptron; of sines at each position with a convolution."""


@pytest.mark.parametrize("name", TOTALS)
def test_small_networks_are_as_pytorch_counts_them(name: str) -> None:
    found = convert(KIND, TOTALS[name]["files"]["trace17"].encode("latin-1"), name)
    params = sum(layer.params for layer in found.network.layers if not layer.shares)
    assert (params, sum(macs(found))) == (TOTALS[name]["params"], TOTALS[name]["macs"])


@pytest.mark.parametrize("how", ["trace17", "export"])
@pytest.mark.parametrize("name", TOTALS)
def test_every_layer_leads_to_an_output(name: str, how: str) -> None:
    data = TOTALS[name]["files"].get(how)
    network = convert(KIND, data.encode("latin-1"), name).network
    taken = {wire.of for layer in network.layers for wire in layer.inputs}
    ends = {wire.of for wire in network.outputs}
    assert [layer.name for layer in network.layers if layer not in taken | ends] == []


@pytest.mark.parametrize("name", TOTALS)
def test_the_newer_exporter_has_the_same_products(name: str) -> None:
    found = convert(KIND, TOTALS[name]["files"]["export"].encode("latin-1"), name)
    assert sum(macs(found)) == TOTALS[name]["macs"] - FOLDED.get(name, 0)


LAYERS: dict[str, Any] = json.loads(gzip.decompress((FOLDER / "layers.json.gz").read_bytes()))
CASES = [(name, how) for name, case in LAYERS.items() for how in case["files"]]

COMPUTED = {
    "view": "Conv2d Flatten Linear",
    "tokens": "Conv2d Flatten Linear",
    "mean": "Conv2d Mean Linear",
    "learned factor": "Conv2d LayerScale Affine",
    "number": "Conv2d Identity Identity Identity Subtract",
    "shared": "Conv2d Conv2d",
    "focus": "Slice Slice Slice Slice Slice Slice Concat",
    "gate": "AdaptiveAvgPool2d Sigmoid Multiply",
    "size of another": "Conv2d Upsample Add",
    "channels last": "Conv2d LayerNorm",
    "norm of channels": "LayerNorm",
    "recurrent": "LSTM",
    "layer norm of images": "LayerNorm",
}
"""The layers of what is computed outside of modules, or is written in other words."""


@pytest.mark.parametrize(("name", "how"), CASES)
def test_layers_as_exporters_write_them(name: str, how: str) -> None:
    case = LAYERS[name]
    data = b64decode(case["files"][how])
    layers = convert(KIND, data, name).network.layers
    types = [layer.layer.type.name for layer in layers]
    assert sum(layer.params for layer in layers if not layer.shares) == case["params"]
    if name == "attention":
        products = [layer for layer in layers if layer.layer.type.name.endswith("Attention")]
        # 4 heads of 4 channels at 5 positions: the scores, and what they weigh
        assert [str(layer.outputs[0]) for layer in products] == ["4x5x4"]
        assert "MatMul" not in types
        assert types.count("Linear") == 2
        assert layers[-1].outputs[0].elements == 5 * 16
    elif name == "parts":
        assert types[-1] == "Concat"
        assert set(types) == {"Conv2d", "Split", "Slice", "Concat"} - (
            set() if "Split" in types else {"Split"}
        )
    elif name in COMPUTED:
        assert types == COMPUTED[name].split()
    else:
        assert types == [type for type, _, _ in case["layers"]]
        shapes = [sorted(layer.outputs[0]) for layer in layers]
        assert shapes == [sorted(output[1:]) for _, output, _ in case["layers"]]


@pytest.mark.parametrize("name", ["resnet50", "resnet50.export"])
def test_a_file_is_compared_with_its_bundled_spec_in_a_few_lines(name: str, tmp_path: Path) -> None:
    data = gzip.decompress((FOLDER / f"{name}.onnx.gz").read_bytes())
    (tmp_path / "file.onnx").write_bytes(data)
    done = run("diff", "resnet50", "file.onnx", folder=tmp_path)
    assert done.status == 0
    assert len(done.out.splitlines()) < 20, done.out


@pytest.mark.parametrize(
    "name", ["resnet50", "densenet201", "efficientnet_v2_s", "mobilenet_v3_large"]
)
def test_a_spec_has_not_many_more_lines_than_the_bundled_one(name: str) -> None:
    bundled = run("specs", name, folder=FOLDER).out
    assert len(network(name).text.splitlines()) <= 2.5 * len(bundled.splitlines())


def test_a_part_of_a_module_is_not_called_as_the_module() -> None:
    lines = network("resnet50").text.splitlines()
    rows = [line.partition("name: ")[2].partition(",")[0] for line in lines if "repeat:" in line]
    assert rows == ["layer1_1", "layer2_1", "layer3_1", "layer4_1"]
