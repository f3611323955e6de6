"""Record the totals that PyTorch computes for timm's networks.

    pip install torch torchvision timm
    python tests/pytorch/record_timm.py [MODEL ...]

Writes `timm.csv` beside this file: a row for each network at its published size, and another at an
odd one, where it takes that. No weights are downloaded: networks are built, and run on the meta
device, without data; attention runs by its formula there, so that its products are counted.
"""

# torch and timm are no dependencies of the project
# mypy: disable-error-code="import-not-found, import-untyped"
from __future__ import annotations

import argparse
import csv
from pathlib import Path
from typing import Any

import timm
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

FILE = Path(__file__).resolve().parent / "timm.csv"
ODD = (283, 331)
"""Height and width of the second images."""

COLUMNS = ("model", "input", "output", "params", "buffers", "macs")


def made(name: str) -> Any:
    """A network of timm's in eval mode, by its name here: that of MLP-Mixer has its size there."""
    named = name if timm.is_model(name) else f"{name}_224"
    return timm.create_model(named, pretrained=False).eval()


def rows(name: str) -> list[dict[str, Any]]:
    """The totals of a network in eval mode, at both sizes."""
    model = made(name).to("meta")
    published = model.default_cfg["input_size"][1:]
    found = []
    for height, width in (published, ODD):
        counter = FlopCounterMode(display=False)
        try:
            with torch.no_grad(), sdpa_kernel(SDPBackend.MATH), counter:
                output = model(torch.zeros(1, 3, height, width, device="meta"))
        except (RuntimeError, AssertionError):
            # HRNet adds maps that agree only where every halving is even; others have one size
            assert (height, width) == ODD
            continue
        found.append(
            {
                "model": name,
                "input": f"{height}x{width}x3",
                "output": "x".join(map(str, output.shape[1:])),
                "params": sum(each.numel() for each in model.parameters()),
                "buffers": sum(each.numel() for each in model.buffers()),
                "macs": counter.get_total_flops() // 2,
            }
        )
    return found


def recorded() -> dict[str, list[dict[str, Any]]]:
    """The rows of the file by the names of the networks."""
    found: dict[str, list[dict[str, Any]]] = {}
    with FILE.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found.setdefault(row["model"], []).append(row)
    return found


def main() -> None:
    """Record the named networks, or all that the file has, anew."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("models", nargs="*", metavar="MODEL", help="networks (default: the file's)")
    options = parser.parse_args()
    found = recorded()
    for name in options.models or list(found):
        found[name] = rows(name)
    with FILE.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for _, each in sorted(found.items()):
            writer.writerows(each)


if __name__ == "__main__":
    main()
