"""Record what PyTorch runs of torchvision's networks whose layers call functions: attention in
windows and in video, and optical flow.

    pip install torch torchvision
    python tests/pytorch/record_function_calls.py [NAME ...]

Writes one `function_calls/NAME.json.gz` a network beside this file (the README there says what is
in it), and prints its totals. Their attention multiplies by weights outside of any layer, so that
calls are recorded in the place of layers. No weights are downloaded, and all runs on the meta
device.
"""

# torch and torchvision are no dependencies of the project
# mypy: disable-error-code="import-not-found, import-untyped, misc"
from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch
import torchvision
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.overrides import TorchFunctionMode, resolve_name
from torch.utils.flop_counter import FlopCounterMode
from torchvision.models.video import mvit

FOLDER = Path(__file__).resolve().parent / "function_calls"

SIZES = {
    "swin3d_t": ("16x224x224", "13x201x187", "5x64x100"),
    "swin3d_s": ("16x224x224", "13x201x187"),
    "swin3d_b": ("16x224x224", "13x201x187"),
    "maxvit_t": ("224x224", "448x448"),
    "mvit_v1_b": ("16x224x224", "8x160x192"),
    "raft_large": ("256x256", "136x200"),
    "raft_small": ("256x256", "136x200"),
    "mvit_v2_s": ("16x224x224", "8x160x192", "12x192x96", "24x336x336"),
}
"""The sizes of each network: the published one, and others that torchvision accepts."""


def record_names() -> list[str]:
    """The name of every record: a network, and `NAME@SIZE` for another size."""
    return [
        f"{name}@{size}" if place else name
        for name, sizes in SIZES.items()
        for place, size in enumerate(sizes)
    ]


def build(name: str, size: list[int]) -> torch.nn.Module:
    """The network, made for its size, in eval mode."""
    made = {"input_size": tuple(size)} if name.startswith("maxvit") else {}
    with patch.object(mvit, "_mvit", partial(sized_mvit, mvit._mvit, size)):
        model: torch.nn.Module = torchvision.models.get_model(name, weights=None, **made).eval()
    return model


def sized_mvit(build: Any, size: list[int], **arguments: Any) -> torch.nn.Module:
    """An MViT for videos of a size, which torchvision's own two functions do not ask for."""
    arguments.update(temporal_size=size[0], spatial_size=tuple(size[1:]))
    model: torch.nn.Module = build(**arguments)
    return model


def tensors(value: Any) -> Iterator[torch.Tensor]:
    """The tensors in the arguments or in the outcome of a call."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from tensors(item)
    elif isinstance(value, dict):
        yield from tensors(list(value.values()))


def shapes(value: Any) -> list[list[int]]:
    """The shapes of tensors that are not learned, as PyTorch has them, with the batch."""
    found = [each for each in tensors(value) if not isinstance(each, torch.nn.Parameter)]
    return [list(each.shape) for each in found]


class Calls(TorchFunctionMode):
    """Notes every call of a function that takes weights or multiplies."""

    def __init__(self, model: torch.nn.Module, counter: FlopCounterMode) -> None:
        super().__init__()
        self.names = {id(parameter): name for name, parameter in model.named_parameters()}
        self.counter = counter
        self.calls: list[dict[str, Any]] = []
        self.used: set[str] = set()

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Run the function, and note what it took, made and multiplied."""
        before = self.counter.get_total_flops()
        outcome = func(*args, **(kwargs or {}))
        macs = (self.counter.get_total_flops() - before) // 2
        given = {
            self.names[id(each)]: each
            for each in tensors([args, kwargs or {}])
            if id(each) in self.names
        }
        new = {name: list(each.shape) for name, each in given.items() if name not in self.used}
        function = (resolve_name(func) or "").rpartition(".")[2]
        if macs or (given and not function.startswith("__get__")):
            self.used.update(new)
            call = {"function": function, "in": shapes([args, kwargs or {}])}
            self.calls.append({**call, "out": shapes(outcome), "macs": macs, "weights": new})
        return outcome


def record(record_name: str) -> dict[str, Any]:
    """Run a network once, and write down every call with weights or a product."""
    name, _, other = record_name.partition("@")
    size = [int(part) for part in (other or SIZES[name][0]).split("x")]
    with torch.device("meta"):
        model = build(name, size)
        images = [torch.zeros(1, 3, *size) for _ in range(2 if name.startswith("raft") else 1)]
        counter = FlopCounterMode(display=False)
        calls = Calls(model, counter)
        with torch.no_grad(), sdpa_kernel(SDPBackend.MATH), counter, calls:
            output = model(*images)
    return {
        "model": record_name,
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "input": [list(image.shape[1:]) for image in images],
        "outputs": [list(each.shape[1:]) for each in tensors(output)],
        "params": sum(parameter.numel() for parameter in model.parameters()),
        "buffers": sum(buffer.numel() for buffer in model.buffers()),
        "macs": counter.get_total_flops() // 2,
        "calls": calls.calls,
    }


def text_of(content: dict[str, Any]) -> str:
    """The record as JSON with one call a line."""
    head = json.dumps({key: value for key, value in content.items() if key != "calls"})
    lines = ",\n".join(" " + json.dumps(call) for call in content["calls"])
    return f'{head[:-1]}, "calls": [\n{lines}\n]}}\n'


def main() -> None:
    """Record the named networks, or all of them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="records to make (default: all)")
    options = parser.parse_args()
    FOLDER.mkdir(exist_ok=True)
    for name in options.names or record_names():
        content = record(name)
        # mtime 0 and no file name: the same record is the same file, byte for byte
        data = gzip.compress(text_of(content).encode(), compresslevel=9, mtime=0)
        (FOLDER / f"{name}.json.gz").write_bytes(data)
        totals = (name, content["params"], content["buffers"], content["macs"])
        print(*totals, len(content["calls"]), sep=",", flush=True)


if __name__ == "__main__":
    main()
